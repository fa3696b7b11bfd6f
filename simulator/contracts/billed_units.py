"""How many units a contract bills, month by month, and how many of them were solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.contract import Contract
from simulator.contracts.in_force import held_by_unit
from simulator.contracts.meters import CASES, CONVERSATIONS
from simulator.contracts.pricing import invoice
from simulator.contracts.switching import Switch, parts_of

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Units:
    """Billable units of a contract, all (trial, month); None where its unit is no conversation or case.

    A case is one unit however many conversations it has: where cases are billed, none that the AI solves is not billed.

    Attributes:
        billed: units of the contract's unit meters that are billed in the month, by the definition in force; narrow
            intents per resolution, the rest per conversation are two.
        solved: of these on conversations solved by the AI or a person.
        solved_by_ai: of these on conversations solved by the AI.
        solved_not_billed: conversations solved by the AI that bill nothing.
        unsolved_share: share of what the units are charged that is for unsolved ones, (trial,); NaN without units.
    """

    billed: Array
    solved: Array | None
    solved_by_ai: Array | None
    solved_not_billed: Array | None
    unsolved_share: Array | None


def billed_units(contract: Contract, meters: Meters, values: Values, served: Array | None) -> Units:
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

    held = held_by_unit(contract.unit_spans, meters[CONVERSATIONS].shape[1])
    share = 1.0 if served is None else served
    billed, solved, by_ai = (
        [meters[key] * months * share for unit, months in held.items() if (key := _counted(unit, suffix)) in meters]
        for suffix in ("", "|solved", "|solved_by_ai")
    )
    total = np.add.reduce(billed)
    if len(solved) < len(held):
        return Units(total, None, None, None, None)
    solved_by_ai = np.add.reduce(by_ai)
    every_case = CASES in held
    not_billed = 0.0 * solved_by_ai if every_case else meters["rows|solved_by_ai"] * share - solved_by_ai
    shares = [1 - quotient(ok.sum(axis=1), units.sum(axis=1)) for ok, units in zip(solved, billed, strict=True)]
    unsolved = charged_share(contract, meters, values, held, shares)
    return Units(total, np.add.reduce(solved), solved_by_ai, not_billed, unsolved)


def _counted(unit: str, suffix: str) -> str:
    """Return the key of all units of a meter, or of those that are solved."""
    return (
        {"|solved": "cases_solved", "|solved_by_ai": "cases_solved_by_ai"}.get(suffix, unit)
        if unit == CASES
        else unit + suffix
    )


def _switched(switch: Switch, meters: Meters, values: Values) -> Units:
    """Return the units of the old contract and of the new one, each in the months in which it bills."""
    months = meters[CONVERSATIONS].shape[1]
    sides = zip((switch.before, switch.after), parts_of(switch, meters), (0, switch.month - 1), strict=True)
    found = [(invoice(contract, own, values), own, contract, first) for contract, own, first in sides if first < months]
    units = [(billed_units(contract, own, values, bill.served), first) for bill, own, contract, first in found]

    def together(name: str) -> Array | None:
        parts = [(getattr(each, name), first) for each, first in units]
        return None if any(part is None for part, _ in parts) else _placed(parts, months)

    billed = together("billed")
    assert billed is not None
    return Units(
        billed,
        together("solved"),
        together("solved_by_ai"),
        together("solved_not_billed"),
        _weighed([each.unsolved_share for each, _ in units], [bill.usage.sum(axis=1) for bill, *_ in found]),
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
