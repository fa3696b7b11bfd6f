"""Clauses of contracts in words: what each is, what it does where it is reached, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.contracts.binding.clause import Clause, Kind
from simulator.contracts.metering.meters import base_of, own_of
from simulator.contracts.wording import number
from simulator.report.words.figures import figures, percents

PERIODS: Final[Mapping[str, str]] = MappingProxyType(
    {"month": "a month", "year": "a year", "once": "in all", "term": "over the term"}
)
LEGEND: Final = (
    "What a clause adds is the invoice with it less the invoice without it, on the same futures and with all else "
    "unchanged; at P90 it is the P90 of the one less that of the other. Amounts of several clauses do not add up, "
    "because one may do what another would have done."
)
"""What the amounts of a clause are."""
NO_CLAUSES: Final = (
    "The contract has no minimum, cap, allowance, tier, commitment, limit or credit: use, prices and fees alone make "
    "its invoice."
)
"""What is told of a contract without clauses."""
_SMALL: Final = 0.05


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a kind of clause is told.

    Attributes:
        name: from the clause and its currency to what it is.
        reaching: what it does in a month that reaches it.
        many: whether the name is in the plural.
        by_month: whether months are told, where the clause is of a month.
        beside: what stands behind the amounts.
    """

    name: Callable[[Clause, str], str]
    reaching: str
    many: bool = False
    by_month: bool = True
    beside: str = ""


def clause_name(clause: Clause, code: str, worth: float = 1.0) -> str:
    """Return what a clause is, as in "Minimum of $10K a month".

    Args:
        code: of the scenario's currency.
        worth: units of it for one of the contract's.
    """
    words = KINDS[clause.kind]
    in_units = clause.kind == "commitment" and clause.meter
    if clause.kind in OF_MONEY and clause.size is not None and not in_units:
        clause = replace(clause, size=clause.size * worth)
    return words.name(clause, code)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence says of a clause.

    Attributes:
        months: that reach it, mean over the futures.
        futures: share in which some month reaches it.
        horizon: months of the run.
        mean, at_p90: what it adds to the mean and to the P90 of the invoice.
    """

    kind: Kind
    name: str
    months: float
    futures: float
    horizon: int
    mean: float
    at_p90: float


def is_by_month(clause: Clause) -> bool:
    """Return whether a clause is told by months: one of a year or of the term is told by futures alone."""
    return KINDS[clause.kind].by_month and not (clause.kind in OF_PERIODS and clause.span in ("year", "term"))


def sentence(told: Told, code: str, *, by_month: bool) -> str:
    """Return when a clause is reached and what it adds, as one sentence."""
    words = KINDS[told.kind]
    if told.futures == 0:
        reached = f"{told.name} {_never(words.reaching)} in these futures"
        if told.mean == 0 and told.at_p90 == 0:
            return f"{reached}, so {'they are' if words.many else 'it is'} worth nothing in them."
    else:
        reached = f"{told.name} {words.reaching} {_when(told, by_month=by_month)}"
    beside = words.beside if told.mean or told.at_p90 else ""
    return f"{reached}; {_worth('they' if words.many else 'it', told, code)}{beside}."


def _never(reaching: str) -> str:
    """Return a verb and what follows it, denied: "never lifts the invoice", "is never used up"."""
    verb, _, rest = reaching.partition(" ")
    return f"{verb} never {rest}" if verb in ("is", "are", "has", "have") else f"never {reaching}"


def _when(told: Told, *, by_month: bool) -> str:
    (share,) = percents([told.futures], against=[0, 1])
    where = "in every future" if told.futures == 1 else f"in {share} of the futures"
    if not by_month:
        return where
    if told.months == told.horizon:
        return "in every month of every future"
    months = months_text(told.months)
    often = f"nearly all of the {told.horizon}" if float(f"{told.months:.1f}") == told.horizon else months
    of = "" if often != months else f" of {told.horizon}"
    return f"in {often}{of} months on average, and {where} at least once"


def months_text(months: float) -> str:
    """Return a mean number of months as text: 3, 2.5, under 0.1."""
    if 0 < months < _SMALL:
        return "under 0.1"
    return f"{months:.1f}".removesuffix(".0")


def _worth(subject: str, told: Told, code: str) -> str:
    """Return what a clause adds, on average and at P90, naming nothing twice where both are alike."""
    mean, at_p90 = figures([abs(told.mean), abs(told.at_p90)], code)
    if told.mean == 0 and told.at_p90 == 0:
        return f"{subject} {'changes' if subject == 'it' else 'change'} nothing in the invoice"
    adds, takes = ("adds", "takes") if subject == "it" else ("add", "take")
    first = f"{subject} {takes} {mean} off on average" if told.mean < 0 else f"{subject} {adds} {mean} on average"
    if (told.mean < 0) == (told.at_p90 < 0) and mean == at_p90:
        return f"{first} and at P90"
    if told.at_p90 == 0:
        return f"{first} and {'changes' if subject == 'it' else 'change'} nothing at P90"
    if (told.mean < 0) == (told.at_p90 < 0) or told.mean == 0:
        return f"{first} and {at_p90}{' off' if told.at_p90 < 0 else ''} at P90"
    return f"{first} and {f'{takes} {at_p90} off' if told.at_p90 < 0 else f'{adds} {at_p90}'} at P90"


def _units(clause: Clause) -> str:
    """Return what the units of a clause are called, as in "conversations"; credits where a rate card makes them."""
    if not clause.meter:
        return "credits"
    name = own_of(clause.meter) or base_of(clause.meter).partition(":")[0]
    return {"turns": "customer messages", "rows": "logged conversations"}.get(name, name.replace("_", " "))


def _size(clause: Clause) -> str:
    return number(clause.size) if clause.size is not None else "some"


def _money(clause: Clause, code: str) -> str:
    return figures([clause.size or 0.0], code)[0]


def _over(clause: Clause) -> str:
    return PERIODS[clause.span]


def _commitment(clause: Clause, code: str) -> str:
    amount = f"to {_size(clause)} {_units(clause)}" if clause.meter else f"of {_money(clause, code)}"
    return f"Commitment {amount} {_over(clause)}"


def _beyond(what: str) -> Callable[[Clause, str], str]:
    def name(clause: Clause, code: str) -> str:
        times = "" if clause.size is None else f" ({clause.size:g} times the price)"
        return f"Price beyond the {what}{times}"

    return name


def _counted(text: str) -> Callable[[Clause, str], str]:
    """Return the function that names a clause of units by a text with {size}, {units} and {over}."""
    return lambda clause, code: text.format(size=_size(clause), units=_units(clause), over=_over(clause))


def _paid(text: str) -> Callable[[Clause, str], str]:
    """Return the function that names a clause of money by a text with {money}, {units} and {over}."""
    return lambda clause, code: text.format(money=_money(clause, code), units=_units(clause), over=_over(clause))


def _plain(text: str) -> Callable[[Clause, str], str]:
    return lambda clause, code: text


def _percent(amount: float) -> str:
    return f"{100 * amount:g} %"


def _change(clause: Clause, code: str) -> str:
    factor = clause.size or 0.0
    if factor == 0:
        return f"Free use from month {clause.month}"
    rise = "rise" if factor > 1 else "fall"
    moved = f"by {_percent(round(abs(factor - 1), 6))} " if factor != 1 else ""
    return f"Price {rise} {moved}from month {clause.month}"


def _escalator(clause: Clause, code: str) -> str:
    growth = clause.size or 0.0
    if growth == 0:
        return f"Price index every {clause.month} months"
    return f"Price {'rise' if growth > 0 else 'fall'} of {_percent(abs(growth))} every {clause.month} months"


def _floor(clause: Clause, code: str) -> str:
    least = clause.size or 0.0
    if least > 0:
        return f"Least price rise of {_percent(least)} every {clause.month} months"
    return "Price that cannot fall" if least == 0 else f"Price fall of {_percent(-least)} at most"


def _cap(clause: Clause, code: str) -> str:
    most = clause.size or 0.0
    return f"Cap of {_percent(most)} on each price rise" if most > 0 else "Price that cannot rise"


def _rate(clause: Clause, code: str) -> str:
    return f"Guaranteed rate of {_percent(clause.size or 0.0)}"


_PEOPLE: Final = ", because people take over what the AI does not serve"
_PACKAGE: Final = ", before the fee that is paid for them"
_BELOW: Final = ", against the price below it"
KINDS: Final[Mapping[Kind, KindWords]] = MappingProxyType(
    {
        "monthly_minimum": KindWords(_paid("Minimum of {money} a month"), "lifts the invoice"),
        "yearly_minimum": KindWords(_paid("Minimum of {money} a year"), "lifts the invoice"),
        "commitment": KindWords(_commitment, "exceeds what is used"),
        "commitment_overage": KindWords(_beyond("commitment"), "is charged"),
        "monthly_maximum": KindWords(_paid("Cap of {money} a month"), "cuts the invoice"),
        "limit": KindWords(_counted("Limit of {size} {units} {over}"), "stops the AI", beside=_PEOPLE),
        "limit_of_credits": KindWords(_plain("End of the prepaid credits"), "stops the AI", beside=_PEOPLE),
        "prepaid": KindWords(_plain("Prepaid credits"), "are lost or left over", many=True, by_month=False),
        "prepaid_overage": KindWords(_beyond("prepaid credits"), "is charged"),
        "guarantee": KindWords(_rate, "is missed"),
        "guarantee_maximum": KindWords(_paid("Cap of {money} a year on service credits"), "cuts the credit"),
        "clawback": KindWords(_plain("Credit for units void later"), "is given"),
        "free_units": KindWords(_counted("{size} free {units} {over}"), "are used up", many=True),
        "included": KindWords(_counted("{size} included {units} {over}"), "are used up", many=True, beside=_PACKAGE),
        "included_by_seat": KindWords(_counted("{size} included {units} per seat {over}"), "are used up", many=True),
        "included_all_or_nothing": KindWords(
            _counted("{size} free {units} a month, all or nothing,"), "are exceeded", many=True
        ),
        "tier": KindWords(_counted("The tier edge at {size} {units} {over}"), "is passed", beside=_BELOW),
        "tier_maximum": KindWords(_paid("Cap of {money} on a tier of {units}"), "cuts the charge"),
        "plan": KindWords(_counted("The plan of {size} {units} a month"), "is outgrown", beside=_BELOW),
        "largest_plan": KindWords(_counted("The largest plan, of {size} {units} a month,"), "is exceeded"),
        "package_at_zero": KindWords(_counted("One package of {size} {units} without use"), "is owed"),
        "kept_packages": KindWords(
            _counted("Packages of {size} {units} that stay once bought"), "are more than needed", many=True
        ),
        "charge_minimum": KindWords(_paid("Minimum of {money} a month for {units}"), "lifts the charge"),
        "charge_maximum": KindWords(_paid("Cap of {money} a month for {units}"), "cuts the charge"),
        "seats_minimum": KindWords(_counted("Minimum of {size} seats"), "is more than needed"),
        "price_change": KindWords(_change, "holds"),
        "escalator": KindWords(_escalator, "has moved the price"),
        "escalator_cap": KindWords(_cap, "holds the price down"),
        "escalator_floor": KindWords(_floor, "holds the price up"),
    }
)
"""How each kind of clause is told."""
OF_PERIODS: Final = frozenset({"yearly_minimum", "commitment", "guarantee_maximum"})
"""Kinds that are settled at the end of a period, of which no number of months is told where that is not a month."""
OF_MONEY: Final = frozenset(
    {
        "monthly_minimum", "yearly_minimum", "commitment", "monthly_maximum", "guarantee_maximum", "tier_maximum",
        "charge_minimum", "charge_maximum",
    }
)  # fmt: skip
"""Kinds whose size is money in the contract's currency."""
