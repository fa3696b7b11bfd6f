"""Random contracts as tables, and random meters for them: every charge and every term of settlement."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Table = dict[str, Any]
MONEY = st.integers(1, 400_000).map(lambda cents: cents / 100)
RATES = st.integers(0, 3_000).map(lambda mills: mills / 1_000)
SHARES = st.integers(0, 100).map(lambda percent: percent / 100)
MONTHS = st.integers(1, 8)
METERS = ("conversations", "messages", "actions")


@st.composite
def tiers(draw: st.DrawFn) -> list[Table]:
    """Draw tiers; bounds end in .37, where no whole number of units lies."""
    bounds = sorted(draw(st.sets(st.integers(1, 3_000), min_size=0, max_size=3)))
    return [
        {
            **({"up_to": bound + 0.37} if bound else {}),
            "rate": draw(RATES),
            "flat_fee": draw(MONEY),
            **({"maximum": draw(MONEY) + 1} if draw(st.integers(0, 3)) == 0 else {}),
        }
        for bound in (*bounds, None)
    ]


@st.composite
def dates(draw: st.DrawFn) -> Table:
    first = draw(MONTHS)
    return {"from_month": first, **draw(st.sampled_from([{}, {"to_month": first + 2}]))}


def _tiered(kind: str) -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "meter": st.sampled_from(METERS),
            "tiers": tiers(),
            "flat_fee_at_zero": st.booleans(),
        }
    )


FLAT = st.fixed_dictionaries({"kind": st.just("flat"), "meter": st.sampled_from(METERS), "rate": RATES})
INCLUDED = st.fixed_dictionaries(
    {
        "kind": st.just("included"),
        "meter": st.sampled_from(METERS),
        "included": st.integers(0, 500).map(float),
        "overage_rate": RATES,
    }
)
BATCHES = st.fixed_dictionaries({}, optional=dict.fromkeys(("input", "cached_input", "cache_write", "output"), RATES))
OWN_RATES = st.fixed_dictionaries({"input": RATES, "output": RATES, "batch": BATCHES}, optional={"cache_write": RATES})
_TOKENS = {"kind": st.just("tokens"), "markup": RATES, "batch_share": SHARES}
TOKENS = st.one_of(
    st.fixed_dictionaries({**_TOKENS, "batch_discount": SHARES}),
    st.fixed_dictionaries({**_TOKENS, "models": st.fixed_dictionaries({"small": OWN_RATES})}),
)
PACKAGE = st.fixed_dictionaries(
    {
        "kind": st.just("package"),
        "meter": st.sampled_from(METERS),
        "size": st.integers(1, 90).map(float),
        "price": RATES,
        "round": st.sampled_from(["up", "down", "nearest"]),
        "at_least_one": st.booleans(),
        "kept": st.booleans(),
    }
)
SIZES = st.lists(st.integers(0, 3_000).map(lambda units: units + 0.37), min_size=1, max_size=3, unique=True).flatmap(
    lambda bounds: st.lists(MONEY, min_size=len(bounds), max_size=len(bounds)).map(
        lambda prices: [{"units": units, "price": price} for units, price in zip(sorted(bounds), prices, strict=True)]
    )
)
PLANS = st.fixed_dictionaries(
    {
        "kind": st.just("plans"),
        "meter": st.sampled_from(METERS),
        "sizes": SIZES,
        "overage_rate": RATES,
        "held": st.sampled_from(["month", "year", "once"]),
    }
)
PLAN = st.fixed_dictionaries(
    {
        "kind": st.just("included"),
        "meter": st.sampled_from(METERS),
        "included": st.integers(1, 500).map(float),
        "fee": MONEY,
    },
    optional={"pack": st.fixed_dictionaries({"size": st.integers(5, 90).map(float), "price": MONEY})},
).map(lambda plan: plan if "pack" in plan else {**plan, "contracted_rate": True})
STAIRS = st.fixed_dictionaries(
    {
        "kind": st.just("stairstep"),
        "meter": st.sampled_from(METERS),
        "steps": tiers().map(
            lambda found: [{**{k: v for k, v in t.items() if k == "up_to"}, "price": t["flat_fee"]} for t in found]
        ),
        "price_at_zero": st.booleans(),
    }
)
CREDITS = st.fixed_dictionaries(
    {
        "kind": st.just("credits"),
        "card": st.lists(
            st.fixed_dictionaries(
                {
                    "meter": st.sampled_from(METERS),
                    "credits": st.integers(0, 50).map(float),
                    "per": st.sampled_from([1.0, 7.0, 100.0]),
                }
            ),
            min_size=1,
            max_size=3,
        ),
        "price": RATES,
    }
)
EVEN_CREDITS = CREDITS.map(lambda charge: {**charge, "card": [{**entry, "per": 1.0} for entry in charge["card"]]})
"""Credits without started lots: a share of the use must not pass an edge by the last bit of a float."""


@st.composite
def free_credits(draw: st.DrawFn) -> Table:
    """Draw credits that bill nothing, named or not."""
    terms = {"units": draw(MONEY), "span": draw(st.sampled_from(["month", "year", "once"])), **draw(dates())}
    return terms | draw(st.sampled_from([{}, {"meter": "credits"}]))


SEATS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("seats"), "rate": MONEY, "seats": st.integers(1, 50)}),
    st.fixed_dictionaries({"kind": st.just("seats"), "rate": MONEY, "productive_hours": st.just(3.7)}),
)
GRADUATED, VOLUME = _tiered("graduated"), _tiered("volume")


@st.composite
def dressed(draw: st.DrawFn, kinds: st.SearchStrategy[Table]) -> Table:
    """Draw a charge with what may stand before and around its price."""
    charge = dict(draw(kinds))
    if charge["kind"] in ("flat", "graduated", "volume", "package", "plans", "included") and draw(st.booleans()):
        free = {"units": draw(st.integers(1, 900).map(float)), "span": draw(st.sampled_from(["month", "year", "once"]))}
        if free["span"] == "month" and draw(st.booleans()):
            free["all_or_nothing"] = True
        charge |= {"free": free}
    if charge["kind"] in ("flat", "graduated", "volume") and draw(st.booleans()):
        charge |= {
            "convert": {"divide_by": draw(st.sampled_from([8.0, 50.0])), "round": draw(st.sampled_from(["up", "down"]))}
        }
    if charge["kind"] in ("graduated", "volume", "stairstep") and draw(st.booleans()):
        charge |= {"count_over": draw(st.sampled_from(["year", "once"]))}
    if draw(st.booleans()):
        charge |= {
            "discount_amount": draw(MONEY),
            "discount_share": draw(SHARES),
            "minimum": draw(RATES),
            "maximum": draw(MONEY) + 3,
        }
    if draw(st.booleans()):
        charge |= draw(dates())
    return charge


CHARGES = dressed(st.one_of(FLAT, INCLUDED, TOKENS, PACKAGE, PLAN, PLANS, STAIRS, CREDITS, SEATS, GRADUATED, VOLUME))
SMOOTH = st.one_of(FLAT, INCLUDED, TOKENS)
"""Charges without jumps: where settlement changes units by shares, the last bit of a float must not pass an edge."""


@st.composite
def limits(draw: st.DrawFn) -> Table:
    """Draw a limit of what is billed, of conversations, or of the credits of a card."""
    terms = {
        "units": draw(st.integers(1, 4_000).map(float)),
        "span": draw(st.sampled_from(["month", "year", "once"])),
        "at_share": draw(st.floats(0.5, 1.5)),
    }
    return terms | draw(st.sampled_from([{}, {"meter": "credits"}, {"meter": "conversations"}, {"meter": "actions"}]))


@st.composite
def discounts(draw: st.DrawFn) -> list[Table]:
    """Draw amounts and shares off, dated."""
    each = st.one_of(st.fixed_dictionaries({"amount": MONEY}), st.fixed_dictionaries({"share": SHARES}))
    return [{**draw(each), **draw(dates())} for _ in range(draw(st.integers(1, 3)))]


@st.composite
def commitments(draw: st.DrawFn) -> Table:
    return {
        "amount": draw(MONEY) * 5,
        "period": draw(st.sampled_from(["month", "year", "term"])),
        "true_up": draw(st.sampled_from(["each_month", "at_end"])),
        "compared": draw(st.sampled_from(["after_discount", "before_discount"])),
        "with_fees": draw(st.booleans()),
        "overage_factor": draw(RATES),
        "first_share": draw(st.integers(1, 100)) / 100,
        "ramp": [{"from_month": month, "factor": draw(st.integers(0, 20)) / 10}
                 for month in sorted(draw(st.sets(st.integers(1, 15), max_size=3)))],
    }  # fmt: skip


@st.composite
def packs(draw: st.DrawFn) -> Table:
    ends = draw(st.booleans())
    pack: Table = {"amount": draw(MONEY), "price": draw(MONEY), "priority": draw(st.integers(0, 3))}
    pack |= {"first_month": draw(st.integers(1, 4))}
    if draw(st.booleans()):
        pack |= {"every_months": draw(st.integers(1, 3)), **draw(st.sampled_from([{}, {"times": 3}]))}
    if ends:
        pack |= {"valid_months": draw(st.integers(1, 4))}
    if ends and draw(st.booleans()):
        cap = draw(st.sampled_from([{}, {"cap": 120.5}, {"cap_share": 0.4}]))
        pack |= {"rollover": {"share": draw(SHARES), "periods": draw(st.integers(1, 3)), **cap}}
    return pack


@st.composite
def prepaid(draw: st.DrawFn) -> Table:
    """Draw prepaid credits; packs bought automatically are few and large."""
    table: Table = {"packs": draw(st.lists(packs(), min_size=1, max_size=3))}
    how = draw(st.sampled_from(["bill", "overdraft", "stop", "top_up"]))
    if how == "top_up":
        ends = draw(st.sampled_from([{}, {"valid_months": 3}, {"cycle_months": 1}, {"cycle_months": 4}]))
        table |= {"top_up": {"amount": 997.31, "price": draw(MONEY), "below": draw(MONEY), **ends}}
    else:
        table |= {"when_gone": how}
    if how in ("bill", "top_up") and draw(st.booleans()):
        table |= {"pays": "invoice"}
    return table if how == "overdraft" else {**table, "overage_factor": draw(RATES)}


@st.composite
def composed(draw: st.DrawFn) -> list[Table]:
    """Draw some charges, and a composite of two of them."""
    charges = [
        {**each, "name": f"charge {place}"}
        for place, each in enumerate(draw(st.lists(CHARGES, min_size=2, max_size=4)))
    ]
    kind = draw(st.sampled_from(["highest", "percent"]))
    more = {"kind": kind, "of": ["charge 0", "charge 1"], **({"share": draw(SHARES)} if kind == "percent" else {})}
    return [*charges, more]


@st.composite
def changes(draw: st.DrawFn) -> Table:
    """Draw changes of prices over the months."""
    table: Table = {
        "price_changes": [
            {"factor": draw(RATES), "of": draw(st.sampled_from(["all", "usage", "fees"])), **draw(dates())}
        ]
    }
    if draw(st.booleans()):
        table |= {
            "escalator": {
                "growth": draw(st.integers(-5, 20)) / 100,
                "every_months": draw(st.integers(1, 6)),
                "cap": 0.07,
            }
        }
    return table


def settlements() -> st.SearchStrategy[Table]:
    """Draw terms of settlement that fit any charges without jumps."""
    return st.fixed_dictionaries(
        {"term_months": st.just(12)},
        optional={
            "platform_fee": MONEY,
            "discount": SHARES,
            "monthly_minimum": MONEY,
            "yearly_minimum": MONEY,
            "true_up": st.nothing(),
            "discounts": discounts(),
            "commitment": commitments(),
            "prepaid": prepaid(),
            "free_units": st.lists(
                st.fixed_dictionaries({"units": MONEY, "span": st.sampled_from(["month", "year", "once"])}), max_size=2
            ),
            "delay": st.fixed_dictionaries({"share": SHARES, "months": st.integers(1, 2)}),
            "guarantee": st.fixed_dictionaries(
                {
                    "definition": st.just("a"),
                    "rate": st.integers(1, 99).map(lambda percent: percent / 100 + 0.0037),
                    "share_per_point": st.just(0.01),
                    "share": SHARES,
                    "most_share": st.just(0.5),
                    "every_months": st.integers(1, 3),
                },
                optional={"most_per_year": st.integers(1, 900).map(float)},
            ),
        },
    )


def switches() -> st.SearchStrategy[Table]:
    """Draw when a change of vendor happens, and how."""
    return st.fixed_dictionaries(
        {"month": st.integers(2, 9), "overlap_months": st.integers(0, 3), "ramp": st.lists(SHARES, max_size=3)}
    )
