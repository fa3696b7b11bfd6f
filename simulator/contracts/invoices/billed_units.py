"""How many units a contract bills month by month, how many of them were solved, and how many are billed again.

Billed again are, of each case, all units beyond its first, whether a return or a duplicate brings them. A case with
three conversations that all bill has two units billed again; one whose first conversation bills nothing and whose
return bills has none. Where cases are billed no unit is, as a case is one unit however many conversations it has. Which
share of a meter's units that is, no meter says: it is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from simulator.contracts.contract import Contract, Switch
from simulator.contracts.invoices.invoice import plain_invoice
from simulator.contracts.invoices.switch import side_meters
from simulator.contracts.metering.contract_months import Months, until_next
from simulator.contracts.metering.meters import CASES, CONVERSATIONS, RESOLUTIONS, unit_name
from simulator.contracts.metering.segments import whole_of
from simulator.contracts.settlement.billable_units import counting, held_by_unit, lines_by_unit

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class BilledUnits:
    """Billable units of a contract, all (trial, month); None where its unit is no conversation or case.

    A case is one unit however many conversations it has: where cases are billed, none that the AI solves is not billed.

    Attributes:
        billed: units of the contract's unit meters that are billed in the month, by the definition in force; narrow
            intents per resolution, the rest per conversation are two.
        solved: of these on conversations solved by the AI or a person.
        solved_by_ai: of these on conversations solved by the AI.
        solved_not_billed: conversations solved by the AI that bill nothing.
        unsolved_share: share of what the contract charges for use that is for unsolved units, each line by its own
            units, (trial,); NaN without units.
    """

    billed: Array
    solved: Array | None
    solved_by_ai: Array | None
    solved_not_billed: Array | None
    unsolved_share: Array | None


def billed_units(contract: Contract, meters: Meters, values: Values, served: Array | None) -> BilledUnits:
    """Return the billable units of what the AI serves, each month in the units that are billed in it.

    Units of several meters in one month share no conversation and add up. Of a change of vendor both contracts' units
    add up, each its own of what it serves.

    Args:
        meters: arrays (trial, month) by meter key; must hold `contract.units`.
        values: gives the value of a quantity in each trial, shape (trial,).
        served: share of the conversations that the AI serves (trial, month); None where it serves all.
    """
    if contract.switch is not None:
        return _switched(contract.switch, meters, values)
    import numpy as np

    held = held_by_unit(contract.unit_schedule, meters[CONVERSATIONS].shape[1])
    share = 1.0 if served is None else served
    billed, solved, by_ai = (
        [meters[key] * months * share for unit, months in held.items() if (key := _counted(unit, suffix)) in meters]
        for suffix in ("", "|solved", "|solved_by_ai")
    )
    total = np.add.reduce(billed)
    if len(solved) < len(held):
        return BilledUnits(total, None, None, None, None)
    solved_by_ai = np.add.reduce(by_ai)
    every_case = CASES in held
    not_billed = 0.0 * solved_by_ai if every_case else meters["rows|solved_by_ai"] * share - solved_by_ai
    unsolved = _unsolved_share(contract, meters, values, share)
    return BilledUnits(total, np.add.reduce(solved), solved_by_ai, not_billed, unsolved)


def _unsolved_share(contract: Contract, meters: Meters, values: Values, served: Array | float) -> Array:
    """Return the share of what a contract charges for use that is for unsolved units, (trial,); NaN without units.

    Each line has the share of its own units. Where no line charges anything, as all use is included in a fee, it is the
    share of all units.
    """
    import numpy as np

    lines = _told_lines(contract, meters)
    units, solved = (
        [(meters[_counted(unit, suffix)] * holds * served).sum(axis=1) for unit, holds in lines.items()]
        for suffix in ("", "|solved")
    )
    shares = [1 - quotient(ok, every) for ok, every in zip(solved, units, strict=True)]
    charged = charged_share(contract, meters, values, lines, shares)
    counted = 1 - quotient(np.add.reduce(solved), np.add.reduce(units))
    return np.where(np.isnan(charged), counted, charged)


def _told_lines(contract: Contract, meters: Meters) -> Mapping[str, Array]:
    """Return the months of each line of use by the meter that it counts, of those that are solved or not."""
    months = meters[CONVERSATIONS].shape[1]
    lines = lines_by_unit(contract.usage, months) if contract.usage else held_by_unit(contract.unit_schedule, months)
    return {unit: holds for unit, holds in lines.items() if _counted(unit, "|solved") in meters}


def _counted(unit: str, suffix: str) -> str:
    """Return the key of all units of a meter, or of those that are solved."""
    return (
        {"|solved": "cases_solved", "|solved_by_ai": "cases_solved_by_ai"}.get(suffix, unit)
        if unit == CASES
        else unit + suffix
    )


def _switched(switch: Switch, meters: Meters, values: Values) -> BilledUnits:
    """Return the units of the old contract and of the new one, each in the months in which it bills."""
    months = meters[CONVERSATIONS].shape[1]
    sides = zip((switch.before, switch.after), side_meters(switch, meters), (0, switch.month - 1), strict=True)
    found = [
        (plain_invoice(contract, own, values), own, contract, first) for contract, own, first in sides if first < months
    ]
    units = [(billed_units(contract, own, values, bill.served), first) for bill, own, contract, first in found]

    def together(name: str) -> Array | None:
        parts = [(getattr(each, name), first) for each, first in units]
        return None if any(part is None for part, _ in parts) else _placed(parts, months)

    billed = together("billed")
    assert billed is not None
    return BilledUnits(
        billed,
        together("solved"),
        together("solved_by_ai"),
        together("solved_not_billed"),
        _weighed([each.unsolved_share for each, _ in units], [bill.of_units for bill, *_ in found]),
    )


def _placed(parts: Sequence[tuple[Array, int]], months: int) -> Array:
    """Return the sum of parts (trial, month) that begin in months counted from 0."""
    import numpy as np

    whole = np.zeros((parts[0][0].shape[0], months))
    for part, first in parts:
        whole[:, first : first + part.shape[1]] += part
    return whole


def _weighed(shares: Sequence[Array | None], charged: Sequence[Array]) -> Array | None:
    """Return the mean of shares (trial,), each by what it is a share of; None where one is missing."""
    import numpy as np

    known = [share for share in shares if share is not None]
    if len(known) < len(shares):
        return None
    money = [np.nan_to_num(share) * each for share, each in zip(known, charged, strict=True)]
    return quotient(np.add.reduce(money), np.add.reduce(charged))


def charged_share(
    contract: Contract, meters: Meters, values: Values, held: Mapping[str, Array], shares: Sequence[Array]
) -> Array:
    """Return the share of all units from those of each meter (trial,), weighed by what its charges come to, (trial,).

    Args:
        held: 1 for the months in which units of a meter are billed, else 0, by meter.
        shares: of the units of each of these meters; NaN where it has none.
    """
    if len(shares) == 1:
        return shares[0]
    charged = [
        sum(
            (charge.amount(meters, values) * months).sum(axis=1)
            for charge in contract.usage
            if charge.unit_meter == unit
        )
        for unit, months in held.items()
    ]
    weighed = _weighed(shares, charged)
    assert weighed is not None
    return weighed


def quotient(total: Array, by: Array) -> Array:
    """Return total / by, same shape; NaN where `by` is 0."""
    import numpy as np

    ratio: Array = np.divide(total, by, out=np.full(total.shape, np.nan), where=by > 0)
    return ratio


Rule: TypeAlias = tuple[str, ...]
"""Meters whose units are billed together in a month, as in an entry of `Contract.unit_schedule`."""
SharesBilledAgain: TypeAlias = Mapping[Rule, Mapping[str, float]]
"""Share of the units of each meter of a rule that are on a case which the rule billed before."""


@dataclass(frozen=True, slots=True)
class BilledAgain:
    """What a contract bills again over the horizon, both (trial,).

    Attributes:
        amount: all that the contract bills but one-time and outside charges, times the share of the units; lines of
            several meters weigh by what each is charged.
    """

    units: Array
    amount: Array


def is_told(unit: str) -> bool:
    """Return whether it can be said of a unit if it is its case's first: of conversations, resolutions and cases."""
    return whole_of(unit).partition(":")[0] in (CONVERSATIONS, RESOLUTIONS, CASES)


def untold(contract: Contract) -> tuple[str, ...]:
    """Return what the units are called of which that cannot be said, each once; empty where it can of all."""
    return tuple(dict.fromkeys(unit_name(unit) for unit in contract.units if not is_told(unit)))


def rules_of(contract: Contract) -> tuple[Rule, ...]:
    """Return the rules by which units are billed in some month, of a change of vendor those of both contracts.

    A further line, which bills conversations that the units are of anew, is a rule of its own.
    """
    sides = (contract,) if contract.switch is None else (contract.switch.before, contract.switch.after)
    rules = [units for side in sides for _, units in side.unit_schedule if units]
    return tuple(dict.fromkeys([*rules, *((unit,) for side in sides for unit in _further(side))]))


def _further(contract: Contract) -> tuple[str, ...]:
    """Return the meters of its further lines, which are no units of it: resolutions on top of all conversations."""
    lines = dict.fromkeys(charge.unit_meter for charge in counting(contract.usage) if is_told(charge.unit_meter))
    return tuple(unit for unit in lines if unit not in contract.units)


def billed_again(
    contract: Contract, owed: Array, served: Array | None, meters: Meters, values: Values, shares: SharesBilledAgain
) -> BilledAgain | None:
    """Return the units that a contract bills again, and what they cost at the average price of a unit in each future.

    Args:
        owed: what its units cost together on these meters (`Invoice.of_units`), (trial,).
        served: share of the conversations that the AI serves, (trial, month); None where it serves all.
        meters: arrays (trial, month) by meter key; must hold `contract.units`.
        values: gives the value of a quantity in each trial, shape (trial,).
        shares: by rule; None is returned where one of the contract's is missing.
    """
    if any(rule not in shares for rule in rules_of(contract)):
        return None
    found = [_of_one(*side, values, shares) for side in _sides(contract, owed, served, meters, values)]
    return BilledAgain(sum(each.units for each in found), sum(each.amount for each in found))  # type: ignore[arg-type]


def _sides(
    contract: Contract, owed: Array, served: Array | None, meters: Meters, values: Values
) -> Iterator[tuple[Contract, Array, Array | None, Meters]]:
    """Yield the contract, or the old and the new one of a change of vendor, each on the months in which it bills."""
    if contract.switch is None:
        yield contract, owed, served, meters
        return
    old, new = side_meters(contract.switch, meters)
    sides = [(contract.switch.before, old)]
    if contract.switch.month <= meters[CONVERSATIONS].shape[1]:
        sides.append((contract.switch.after, new))
    for side, own in sides:
        bill = plain_invoice(side, own, values)
        yield side, bill.of_units, bill.served, own


def _of_one(
    contract: Contract, owed: Array, served: Array | None, meters: Meters, values: Values, shares: SharesBilledAgain
) -> BilledAgain:
    """Return what one contract, not a change of vendor, bills again."""
    import numpy as np

    trials, months = meters[CONVERSATIONS].shape
    held = held_by_unit(contract.unit_schedule, months)
    billed, again = ({unit: np.zeros(trials) for unit in held} for _ in range(2))
    for months_of_rule, rule in _months_of_rules(contract):
        holds = months_of_rule.hold(months) * (1.0 if served is None else served)
        for unit in rule:
            units = (meters[unit] * holds).sum(axis=1)
            billed[unit] += units
            again[unit] += units * shares[rule][unit]
    total = np.asarray(sum(again.values(), np.zeros(trials)))
    if not held:
        return BilledAgain(total, np.zeros(trials))
    further = lines_by_unit(contract.usage, months) if _further(contract) else {}
    lines = {**held, **{unit: further[unit] for unit in _further(contract)}}
    by_unit = [
        quotient(again[unit], billed[unit]) if unit in held else np.full(trials, shares[(unit,)][unit])
        for unit in lines
    ]
    charged = charged_share(contract, meters, values, lines, by_unit)
    counted = quotient(total, np.asarray(sum(billed.values(), np.zeros(trials))))
    share = np.where(np.isnan(charged), counted, charged)
    return BilledAgain(total, np.asarray(owed * np.nan_to_num(share)))


def _months_of_rules(contract: Contract) -> Iterator[tuple[Months, Rule]]:
    """Yield the months of each entry of the schedule and the meters whose units are billed in it."""
    schedule = contract.unit_schedule
    yield from zip(until_next([start for start, _ in schedule]), (units for _, units in schedule), strict=True)
