"""A change of vendor: two contracts, one after the other, with an overlap, a fee and a new ramp.

The old contract bills until the overlap ends, and then what it still asks for on leaving; the new one begins with a
month 1 of its own. With a switch in month 7, an overlap of 1 month and a ramp of 0.5: in month 7 both bill half of the
conversations, from month 8 the new one bills all. Without the overlap people take the half of month 7 that the new one
does not serve yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.contract import Contract
    from simulator.contracts.meters import Meters, Values
    from simulator.contracts.pricing import Invoice

OWED: Final = "old contract, owed on leaving"
FEE: Final = "fee of the switch"


@dataclass(frozen=True, slots=True)
class Switch:
    """From one contract to another.

    Attributes:
        before, after: the old and the new contract.
        month: first month of the new one, counted from 1; 2 or later.
        overlap_months: months after that in which the old one is still there: it serves what the new one does not yet.
        fee: owed in the month of the switch.
        ramp: share of conversations that the new one serves in its first months; 1 after them.
    """

    before: Contract
    after: Contract
    month: int
    overlap_months: int
    fee: Quantity
    ramp: tuple[float, ...] = ()

    def last_old(self, months: int) -> int:
        """Return the last month in which the old contract serves, within a number of months."""
        return min(self.month - 1 + self.overlap_months, months)

    def shares(self, months: int) -> list[float]:
        """Return the share of each month that the new contract is offered."""
        ramped = [0.0] * (self.month - 1) + list(self.ramp) + [1.0] * months
        return ramped[:months]


def parts_of(switch: Switch, meters: Meters) -> tuple[Meters, Meters]:
    """Return the meters of the old contract and of the new one, each in the months in which it bills."""
    import numpy as np

    months = next(iter(meters.values())).shape[1]
    share = np.array(switch.shares(months))
    old, first = switch.last_old(months), switch.month - 1
    before = {key: (units * (1.0 - share))[:, :old] for key, units in meters.items()}
    return before, {key: (units * share)[:, first:] for key, units in meters.items()}


def combined(
    switch: Switch, before: Invoice, after: Invoice | None, owed: Array, months: int, values: Values
) -> tuple[dict[str, Array], Mapping[str, Array], Array]:
    """Return the parts of two invoices together, their lines, and the share served, all (trial, month).

    Args:
        after: None where the switch lies beyond the months.
        owed: what the old contract asks for on leaving (trial,).
    """
    import numpy as np

    trials = before.total.shape[0]

    def placed(old: Array, new: Array | None) -> Array:
        whole = np.zeros((trials, months))
        whole[:, : old.shape[1]] += old
        if new is not None:
            whole[:, switch.month - 1 :] += new
        return whole

    names = ("usage", "fees", "outside", "true_up", "cap", "prepaid", "credits", "total")
    parts = {name: placed(getattr(before, name), None if after is None else getattr(after, name)) for name in names}
    lines = {f"old: {label}": placed(line, None) for label, line in before.lines.items()}
    if after is not None:
        nothing = np.zeros((trials, 0))
        lines |= {f"new: {label}": placed(nothing, line) for label, line in after.lines.items()}
    once = {OWED: np.zeros((trials, months)), FEE: np.zeros((trials, months))}
    if switch.last_old(months) < months:
        once[OWED][:, switch.last_old(months) - 1] = owed
    if after is not None:
        once[FEE][:, switch.month - 1] = values(switch.fee)
    for line in once.values():
        parts["outside"] = parts["outside"] + line
        parts["total"] = parts["total"] + line
    share = np.array(switch.shares(months))
    there = np.arange(months) < switch.last_old(months)
    old_served, new_served = (np.ones((trials, months)) for _ in range(2))
    if before.served is not None:
        old_served[:, : before.served.shape[1]] = before.served
    if after is not None and after.served is not None:
        new_served[:, switch.month - 1 :] = after.served
    return parts, {**lines, **once}, (1.0 - share) * there * old_served + share * new_served
