"""What the words of a contract's key say, and the key that means it: one answer for each thing that people name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.scenario.meant.spelled import figure, price_steps, share_of, steps, tiers_of

_UNIT_WORDS: Final = frozenset(
    [
        "unit",
        "units",
        "volume",
        "volumes",
        "resolution",
        "resolutions",
        "conversation",
        "conversations",
        "ticket",
        "tickets",
        "case",
        "cases",
        "message",
        "messages",
        "session",
        "sessions",
        "minute",
        "minutes",
        "action",
        "actions",
        "call",
        "calls",
        "count",
        "number",
        "qty",
        "quantity",
        "usage",
        "seat",
        "seats",
        "credits",
    ]
)
_MONEY_WORDS: Final = frozenset(
    [
        "fee",
        "fees",
        "spend",
        "amount",
        "invoice",
        "bill",
        "billing",
        "charge",
        "charges",
        "cost",
        "money",
        "usd",
        "eur",
        "gbp",
        "dollars",
        "euros",
        "revenue",
        "payment",
        "value",
        "budget",
        "total",
        "dollar",
        "euro",
    ]
)
_MONTH_WORDS: Final = frozenset(["month", "monthly", "months", "mo", "pm"])
_YEAR_WORDS: Final = frozenset(["year", "yearly", "annual", "annually", "years", "pa", "arr", "acv"])
_ONCE_WORDS: Final = frozenset(["once", "trial", "initial", "welcome", "first", "onboarding", "starter"])


@dataclass(frozen=True, slots=True)
class WrongKeyPlace:
    """A key of a contract that is not one, and what stands around it.

    Attributes:
        number: the user's own number as TOML writes it; N where there is none.
        noun: what the contract counts; empty where that is several things.
        flat: whether it has one price of a unit, which a commitment in units needs.
    """

    words: tuple[str, ...]
    value: Any
    number: str
    noun: str
    currency: str
    flat: bool

    def has(self, words: frozenset[str]) -> bool:
        """Return whether the key has one of some words."""
        return any(word in words for word in self.words)

    @property
    def in_units(self) -> bool:
        return self.has(_UNIT_WORDS)

    @property
    def in_money(self) -> bool:
        return self.has(_MONEY_WORDS) and not self.in_units

    @property
    def of_year(self) -> bool:
        return self.has(_YEAR_WORDS)

    @property
    def period(self) -> str:
        return "year" if self.of_year else "month"

    @property
    def units(self) -> str:
        """The number with what it counts, as in 5_000 resolutions."""
        return f"{self.number} {self.noun or 'units'}"


def _told(*names: str) -> Callable[[tuple[str, ...]], bool]:
    """Return whether words hold one of some names as a word, or several words in a row."""
    return lambda words: any(f"_{name}_" in f"_{'_'.join(words)}_" for name in names)


def _named(*names: str) -> Callable[[tuple[str, ...]], bool]:
    """Return whether words are one of some names and no more."""
    return lambda words: "_".join(words) in names


def _minimum(asked: WrongKeyPlace) -> str | None:
    if asked.noun == "seats":
        money = f", or monthly_minimum = {asked.number} for money ({asked.currency}) a month"
        return f"write minimum_seats = {asked.number} for seats{'' if asked.in_units else money}"
    units = (
        f'commitment = {{ units = {asked.number}, period = "{asked.period}" }} where at least {asked.units} a '
        f"{asked.period} are owed"
    )
    if asked.in_units:
        return f"write {units}" if asked.flat else _money_commitment(asked)
    money = _least_money(asked)
    return f"write {money}" if asked.in_money or not asked.flat else f"for units, write {units}; for money, {money}"


def _least_money(asked: WrongKeyPlace) -> str:
    month = f"monthly_minimum = {asked.number} where a month's invoice is at least that in {asked.currency}"
    year = f"yearly_minimum = {asked.number} where a year's invoices are"
    if asked.of_year:
        return f"{year} at least that in {asked.currency}"
    return month if asked.has(_MONTH_WORDS) else f"{month}, or {year}"


def _money_commitment(asked: WrongKeyPlace) -> str:
    return (
        f'a commitment in units needs one price of a unit; write commitment = {{ amount = N, period = "{asked.period}" }} '
        f"with what {asked.number} cost, in {asked.currency}"
    )


def _commitment(asked: WrongKeyPlace) -> str | None:
    if isinstance(asked.value, Mapping):
        return 'write commitment = { units = N, period = "month" }, or { amount = N, period = "year" } for money'
    if asked.in_units and not asked.flat:
        return _money_commitment(asked)
    units = f'commitment = {{ units = {asked.number}, period = "{asked.period}" }}'
    money = f'commitment = {{ amount = {asked.number}, period = "{asked.period}" }}'
    if not asked.flat or asked.in_money:
        return f"write {money}: {asked.currency} owed at least; period is month, year or term"
    if asked.in_units:
        return f"write {units}: {asked.noun} owed at least; period is month, year or term"
    return (
        f"for {asked.noun} owed at least, write {units}; for money ({asked.currency}), {money}; period is month, year or "
        "term"
    )


def _maximum(asked: WrongKeyPlace) -> str | None:
    if any(word in asked.words for word in ("increase", "escalator", "growth", "index", "inflation", "cpi", "uplift")):
        return f"write escalator = {{ growth = N, cap = {asked.number} }}: N is the growth of a year, cut at the cap"
    if "conversation" in asked.words and "per" in asked.words and not asked.in_money:
        return (
            f"write cap_per_conversation = {asked.number} in a charge of a hybrid contract: the most units of a "
            "conversation that bill"
        )
    span = f'{{ units = {asked.number}, span = "year" }}' if asked.of_year else f"{{ units = {asked.number} }}"
    units = f"limit = {span} where the AI stops after {asked.units} a {asked.period} and people take over"
    money = f"maximum_per_month = {asked.number} where a month's invoice comes to at most that in {asked.currency}"
    if asked.in_units:
        return f"write {units}"
    if asked.of_year and asked.in_money:
        return f"a year's invoices have no maximum; write {money}, with a month's share of {asked.number}"
    if asked.in_money or not asked.noun or asked.noun == "seats":
        return f"write {money}"
    return f"for money, write {money}; for units, {units}"


def _allowance(asked: WrongKeyPlace) -> str | None:
    pack = f"{{ amount = {asked.number}, price = 0, valid_months = 1, every_months = 1 }}"
    money = f"prepaid = {{ packs = [{pack}] }} for {asked.number} {asked.currency} of free use a month"
    if asked.in_money:
        return f"write {money}"
    if asked.has(_ONCE_WORDS):
        return f'write free_units = [{{ units = {asked.number}, span = "once" }}] for {asked.units} free once'
    if not asked.noun or asked.noun == "seats":
        return (
            f'write a charge with kind = "included", its meter, included = {asked.number} and overage_rate, or {money}'
        )
    if asked.of_year:
        return f'write included = {asked.number} and count_over = "year" for {asked.units} free a year'
    once = f'free_units = [{{ units = {asked.number}, span = "once" }}] if they are given once'
    return f"write included = {asked.number} for {asked.units} free each month, or {once}"


def _ramp(asked: WrongKeyPlace) -> str | None:
    value = asked.value if isinstance(asked.value, list) else asked.number.replace("_", "")
    shares = ", ".join(figure(each) for each in value) if isinstance(value, list) else "0.4, 0.7, 1"
    return (
        f"if a commitment ramps up, write commitment = {{ amount = N, ramp = [{steps(value)}] }}; if prices do, "
        f"price_changes = [{price_steps(value)}]; if the share of contacts that reach the AI does, rollout = [{shares}] "
        "in [volume]"
    )


def _rebate(asked: WrongKeyPlace) -> str | None:
    if isinstance(asked.value, list | dict):
        return tiers_of(asked.value)
    if any(word in asked.words for word in ("volume", "tier", "tiered", "quantity", "staffel")):
        return (
            'write tiers = [{ up_to = 1_000, rate = 0.9 }, { rate = 0.8 }] with your bounds and prices; tiering = "volume" '
            "if the lower price holds for all units"
        )
    if asked.number == "N":
        return "write discount = 0.05 for a share off all use, or discounts = [{ amount = 500 }] for money off a month"
    plain = float(asked.number.replace("_", ""))
    money = f"discounts = [{{ amount = {asked.number} }}] for {asked.number} {asked.currency} off a month"
    if plain > 100 or asked.in_money:
        return f"write {money}"
    share = f"discount = {share_of(asked.number)} for {100 * float(share_of(asked.number).replace('_', '')):g} % off all use"
    surely = plain <= 1 or any(word in asked.words for word in ("percent", "pct", "percentage", "share"))
    return f"write {share}" if surely else f"write {share}, or {money}"


def _tiers(asked: WrongKeyPlace) -> str | None:
    return tiers_of(asked.value)


def _beginning(asked: WrongKeyPlace) -> str | None:
    number = asked.number if asked.number != "N" or not isinstance(asked.value, str) else f'"{asked.value[:7]}"'
    return (
        f"a contract holds from the first month of the scenario; write price_changes = [{{ from_month = {number}, factor = "
        "N }] if its prices change then, or a change of contract in [switches]"
    )


def _term(asked: WrongKeyPlace) -> str | None:
    return f"write term_months = {asked.number}: the months the buyer is bound"


def _bounded_price(asked: WrongKeyPlace) -> str | None:
    """Answer a least or a most price of a unit, which no contract has as a key."""
    if any(word in asked.words for word in ("cap", "max", "maximum", "ceiling")):
        return (
            f"write escalator = {{ growth = N, cap = {asked.number} }} for a cap on the growth of prices, or "
            f"maximum_per_month for the most that a month's invoice comes to"
        )
    return (
        f"a least price of a unit is that of the last tier: write tiers = [{{ up_to = N, rate = N }}, {{ rate = "
        f"{asked.number} }}]; a floor under the growth of prices is escalator = {{ growth = N, floor = N }}"
    )


def _free_months(asked: WrongKeyPlace) -> str | None:
    return f"write price_changes = [{{ to_month = {asked.number}, factor = 0 }}] for {asked.number} months that cost nothing"


def _ending(asked: WrongKeyPlace) -> str | None:
    bound = f"term_months = {asked.number} for the months the buyer is bound" if asked.number != "N" else ""
    number = asked.number if asked.number != "N" or not isinstance(asked.value, str) else f'"{asked.value[:7]}"'
    changes = f"price_changes = [{{ to_month = {number}, factor = N }}] if a price ends then"
    return (
        f"write {bound}, {changes}" if bound else f"write {changes}, or term_months for the months the buyer is bound"
    )


def _notice(asked: WrongKeyPlace) -> str | None:
    return (
        "a notice period has no key, because it changes no invoice; the months the buyer is bound are term_months, and a "
        "change of contract in a month is a row of [switches]"
    )


def _renewal(asked: WrongKeyPlace) -> str | None:
    return (
        "terms go on after term_months until a row of [switches] changes the contract; if its prices change at the renewal, "
        "write price_changes = [{ from_month = N, factor = N }], or escalator = { growth = N, every_months = 12 } for each"
    )


def _service_level(asked: WrongKeyPlace) -> str | None:
    return (
        'write guarantee = { definition = "assumed_24h", rate = N, share = 0.1 } for a guaranteed rate of resolutions, the '
        "only service level that changes an invoice here; credits for outages have no key"
    )


def _payment(asked: WrongKeyPlace) -> str | None:
    return "when an invoice is paid has no key, because it changes no invoice; discount = N is a share off all use"


def _growth(asked: WrongKeyPlace) -> str | None:
    """Answer a yearly increase of prices, by an index or by a share."""
    return (
        f"write escalator = {{ growth = {share_of(asked.number) if asked.number != 'N' else 'N'}, every_months = 12 }}: "
        "growth of prices at each renewal, an interval where an index is uncertain"
    )


def _once(asked: WrongKeyPlace) -> str | None:
    return f"write one_time_fees = [{{ amount = {asked.number} }}]: owed once, in the first month"


def _overage(asked: WrongKeyPlace) -> str | None:
    return (
        f"units beyond what is included cost price = {asked.number}; beyond a commitment or plans, write overage_rate = "
        f"{asked.number} in commitment or in plans"
    )


def _period(asked: WrongKeyPlace) -> str | None:
    return (
        'an invoice is that of a month; over what units are counted is count_over = "month" or "year", and over what a '
        "commitment is owed is its own period"
    )


def _rate(asked: WrongKeyPlace) -> str | None:
    if asked.noun:
        return None
    return (
        f"this type of contract has no one price: write rate = {asked.number} in one of the charges of a hybrid contract, "
        "or the prices of tokens in models"
    )


SAID: Final[tuple[tuple[Callable[[tuple[str, ...]], bool], Callable[[WrongKeyPlace], str | None]], ...]] = (
    (_told("term", "duration", "minimum_months", "commitment_months"), _term),
    (lambda words: "months" in words and bool({"free", "trial", "pilot"} & set(words)), _free_months),
    (_told("floor_price", "price_floor", "minimum_price", "min_price", "least_price", "minimum_rate", "min_rate",
           "price_cap", "price_ceiling", "max_price", "maximum_price", "cap_price"), _bounded_price),
    (_told("ramp", "ramp_up", "rampup", "ramped"), _ramp),
    (_told("allowance", "included", "inclusive", "free", "bundle", "quota", "allotment"), _allowance),
    (_told("tiers", "tier", "price_breaks", "brackets", "bands", "staffel", "price_table", "price_list"), _tiers),
    (_told("rebate", "discount", "cashback", "reduction", "rabatt"), _rebate),
    (_told("commit", "commitment", "committed", "take_or_pay", "contract_value"), _commitment),
    (_told("minimum", "min", "floor", "least", "guaranteed"), _minimum),
    (_told("maximum", "max", "cap", "ceiling", "capped", "limit"), _maximum),
    (lambda words: words[:1] in (("from",), ("since",)) or "_".join(words) in
     ("start", "start_month", "starts", "start_date", "valid_from", "effective", "effective_from", "begin"), _beginning),
    (lambda words: words[:1] in (("until",), ("till",), ("to",), ("expires",)) or "_".join(words) in
     ("end", "end_month", "ends", "end_date", "valid_until", "valid_to", "expiry"), _ending),
    (_told("notice"), _notice),
    (_told("renewal", "renewals", "auto_renew", "renew"), _renewal),
    (_told("sla", "uptime", "availability", "service_level", "service_levels"), _service_level),
    (_told("payment", "payments", "payment_terms", "net_days", "payment_days", "due_days"), _payment),
    (_told("indexation", "index", "indexed", "inflation", "cpi", "uplift", "increase", "escalation"), _growth),
    (_named("setup", "set_up", "implementation", "onboarding", "integration", "activation"), _once),
    (_told("overage", "excess", "overages"), _overage),
    (_named("period", "billing_period", "billing_cycle", "billing", "invoice_period", "cycle", "frequency"), _period),
    (_named("rate", "price", "unit_price", "price_per_unit", "rates"), _rate),
)  # fmt: skip
"""Which words say what, the more telling first: a volume discount is a discount, a minimum commitment a commitment."""
