"""What a draft of a contract says otherwise, in words: one phrase a change, as it stands in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

from simulator.contracts.wording import number
from simulator.report.words.figures import figures


class Moved(Protocol):
    """A term that is moved; see `simulator.decisions.clause_prices.Change`."""

    @property
    def term(self) -> str: ...
    @property
    def before(self) -> Any: ...
    @property
    def after(self) -> Any: ...
    @property
    def of(self) -> str: ...
    @property
    def added(self) -> bool: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A change and the currency of its amounts; `brief` in a table, which would cut a long phrase in the middle."""

    before: Any
    after: Any
    code: str
    unit: str = ""
    brief: bool = False

    def money(self, amount: float) -> str:
        """Return an amount as text."""
        return figures([amount], self.code)[0]


def draft_words(change: Moved, code: str, *, brief: bool = False) -> str:
    """Return what a draft says otherwise: "A return within 168 h voids the charge".

    Args:
        code: of the contract's currency.
        brief: for a row of a table.
    """
    words = WORDS[change.term](Draft(change.before, change.after, code, change.unit, brief))
    start = "Added: " if change.added else ""
    phrase = f"{start}{words if start else words[:1].upper() + words[1:]}"
    return f"{phrase} ({change.of})" if change.of else phrase


def _hours(hours: float | str) -> str:
    return "ever" if hours == "ever" else f"within {hours:g} h"


def _returns(draft: Draft) -> str:
    kind, *hours = draft.after
    if kind == "bill_again":
        return "a return is billed again"
    when = f" {_hours(hours[0])}" if hours[0] != "ever" else " at any time"
    return f"a return{when} {'voids the charge' if kind == 'void' else 'belongs to the unit before'}"


def _silence(draft: Draft) -> str:
    if draft.after == "never":
        return "silence never counts"
    return "silence counts at once" if draft.after == "at_once" else f"silence counts after {draft.after:g} h"


_TOUCHES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "any touch of a person voids the unit",
        "review": "a takeover by a person voids the unit",
        "handoff": "a unit counts though a person took over",
    }
)
_OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {"partial": "partial work", "abandoned": "an abandoned conversation", "escalated": "an escalated conversation"}
)


def _outcomes(draft: Draft) -> str:
    if draft.after is None:
        return f"{_OUTCOMES[draft.before]} does not count"
    return f"{_OUTCOMES[draft.after]} counts"


_REQUIRED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "answered": "a substantive answer",
        "action_completed": "a completed action",
        "judged_resolved": "the vendor judge's yes",
    }
)


def _requires(draft: Draft) -> str:
    if draft.after is None:
        return f"also without {_REQUIRED[draft.before]}"
    return f"only with {_REQUIRED[draft.after]}"


def _score(draft: Draft) -> str:
    return "no least satisfaction score" if draft.after is None else f"a satisfaction score below {draft.after:g} voids"


def _classes(draft: Draft) -> str:
    return "greetings count too" if "greeting" in draft.after else "greetings, spam and tests do not count"


def _either(**texts: str) -> Callable[[Draft], str]:
    return lambda draft: texts[str(draft.after)]


def _price(draft: Draft) -> str:
    percent = f"{100 * abs(draft.after - 1):g} %"
    return f"{percent} off all prices of use" if draft.after < 1 else f"{percent} on all prices of use"


def _charge_price(draft: Draft) -> str:
    return f"{100 * abs(draft.after - 1):g} % off this price"


def _amount(name: str, per: str = "") -> Callable[[Draft], str]:
    """Return the function that tells of an amount of money: gone, changed or new."""
    end = f" {per}" if per else ""

    def words(draft: Draft) -> str:
        if draft.after is None:
            return f"no {name} (now {draft.money(draft.before)}{end})"
        if draft.before is None:
            return f"{name} of {draft.money(draft.after)}{end}"
        after, before = figures([draft.after, draft.before], draft.code)
        return f"{name} of {after}{end} (now {before})"

    return words


def _units(name: str) -> Callable[[Draft], str]:
    """Return the function that tells of a number of units."""

    def words(draft: Draft) -> str:
        if draft.after is None:
            return f"no {name} (now {number(draft.before)})"
        now = "" if draft.before is None else f" (now {number(draft.before)})"
        return f"{number(draft.after)} {name}{now}"

    return words


def _commitment(draft: Draft) -> str:
    amount, period = draft.before
    per = {"month": "a month", "year": "a year", "term": "over the term"}[period]

    def size(value: float) -> str:
        return f"{number(value)} units" if draft.unit else draft.money(value)

    if draft.after is None:
        return f"no commitment (now {size(amount)} {per})"
    return f"commitment to {size(draft.after[0])} {per} (now {size(amount)})"


def _tiers(draft: Draft) -> str:
    moved = "lower" if draft.after < 1 else "higher"
    return f"edges of the tiers {100 * abs(draft.after - 1):.0f} % {moved}"


def _overage(draft: Draft) -> str:
    if draft.after == "contracted":
        return "overage at what an included unit costs"
    if draft.after == "rate":
        return "overage unit by unit, at the pack's price"
    return f"overage in packs of {number(draft.after[1])}, at the same price"


def _guarantee(draft: Draft) -> str:
    if draft.after is None:
        return f"no guaranteed rate (now {100 * draft.before:g} %)"
    if draft.before is None:
        rate = f"{100 * draft.after:g} % guaranteed"
        if draft.brief:
            return f"{rate}, or money back"
        return f"{rate} ({draft.unit}), 2 % of the charges for use back for each point below it"
    return f"guaranteed rate of {100 * draft.after:g} % (now {100 * draft.before:g} %)"


def _rollover(draft: Draft) -> str:
    return "what is left of the pack rolls over once" if draft.after else "nothing of the pack rolls over"


def _escalator(draft: Draft) -> str:
    if draft.after is None:
        return f"no yearly rise (now {100 * draft.before:g} %)" if draft.before else "no price index"
    if isinstance(draft.after, tuple):
        return f"rises of the price capped at {100 * draft.after[1]:g} %"
    return f"price rises {100 * draft.after:g} % on each anniversary"


def _changes(draft: Draft) -> str:
    if draft.after is None:
        return f"no price change from month {draft.before[0]:g} (now {draft.before[1]:g} times)"
    return "first 3 months at half price"


def _lock(draft: Draft) -> str:
    if draft.after is None:
        return f"definition locked for the term (now it changes in month {draft.before:g})"
    month, term = draft.after
    if draft.brief:
        return f"definition open from month {month:g}"
    return f"no lock: {_LOOSENED[term]} from month {month:g}"


_LOOSENED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "returns": "returns are looser", "silence": "silence counts sooner", "human_touch": "people may take part",
        "outcomes": "more outcomes count", "requires": "less is required", "duplicates": "duplicates are billed",
        "at_most": "a case can bill twice", "contacts": "returns can count", "min_csat": "low scores count",
        "planned_handoffs": "planned handoffs count", "classes": "greetings count",
    }
)  # fmt: skip
"""How the clauses of a definition are loosened at a renewal."""

WORDS: Final[Mapping[str, Callable[[Draft], str]]] = MappingProxyType(
    {
        "returns": _returns,
        "silence": _silence,
        "human_touch": lambda draft: _TOUCHES[draft.after],
        "outcomes": _outcomes,
        "requires": _requires,
        "min_csat": _score,
        "classes": _classes,
        "duplicates": _either(billed="a duplicate ticket is billed", merged="a duplicate ticket is not billed"),
        "at_most": _either(conversation="each conversation can be a unit", case="at most one unit for a case"),
        "contacts": _either(all="returns can count too", first="only a case's first contact counts"),
        "planned_handoffs": _either(
            **{"1.0": "a handoff by procedure counts", "0.0": "a handoff by procedure does not count"}
        ),
        "definition_lock": _lock,
        "price": _price,
        "charge_price": _charge_price,
        "overage_rate": lambda draft: "10 % off the price beyond the quota",
        "platform_fee": _amount("platform fee", "a month"),
        "one_time_fees": _amount("one-time fees"),
        "monthly_minimum": _amount("minimum", "a month"),
        "yearly_minimum": _amount("minimum", "a year"),
        "charge_minimum": _amount("minimum of this charge", "a month"),
        "charge_maximum": _amount("cap of this charge", "a month"),
        "maximum_per_month": _amount("cap", "a month"),
        "commitment": _commitment,
        "commitment_overage": lambda draft: "use beyond the commitment at its plain price",
        "included": _units("units included a month"),
        "per_seat": _units("units a seat and month included"),
        "free_units": _units("free units"),
        "rollover_of_included": lambda draft: "included units count over the year, not the month",
        "tiers": _tiers,
        "tiering": _either(
            volume="all units of a month at the rate of its tier", graduated="each unit at the rate of its own tier"
        ),
        "package": lambda draft: f"unit by unit at the same price (now packages of {number(draft.before)})",
        "seats": _units("seats"),
        "minimum_seats": _units("least seats"),
        "overage": _overage,
        "phase_of_charge": lambda draft: "this charge holds in all months",
        "escalator": _escalator,
        "price_changes": _changes,
        "guarantee": _guarantee,
        "pack": _amount("credits of a pack at its price"),
        "rollover": _rollover,
        "prepaid_overage": lambda draft: "use beyond the credits at its plain price",
        "discount": lambda draft: f"no discount (now {100 * draft.before:g} %)",
        "limit": lambda draft: "no limit at which the AI stops",
        "clawback": lambda draft: "no credit for units void later",
    }
)
"""How a change of each term is told."""
