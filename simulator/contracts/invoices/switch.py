"""A change of vendor: two contracts, one after the other, with an overlap, a fee and a new ramp.

The old contract bills until the overlap ends, and then what it still asks for on leaving; the new one begins with a
month 1 of its own. With a switch in month 7, an overlap of 1 month and a ramp of 0.5: in month 7 both bill half of the
conversations, from month 8 the new one bills all. Without the overlap people take the half of month 7 that the new one
does not serve yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, ValidationInfo, field_validator

from simulator.contracts.contract import Contract, Switch
from simulator.contracts.invoices.invoice import Invoice, plain_invoice
from simulator.contracts.invoices.leaving import Owed, owed_after
from simulator.contracts.settlement.settlement_terms import Settlement
from simulator.contracts.wording import Label
from simulator.quantities.parameters import Nonnegative, Table, known, numbered_month, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


OWED: Final = "old contract, owed on leaving"
FEE: Final = "fee of the switch"
OLD: Final = "old: "
NEW: Final = "new: "
"""How the lines of the two contracts begin."""
Ramp = Annotated[float, Field(strict=True, ge=0, le=1)]


class SwitchSpec(Table):
    """From one of the scenario's contracts to another, in a month of the horizon."""

    title: str = parameter("how tables name it; a name is made of the two without it", default="", max_length=80)
    label: Label | None = parameter(
        "short name in narrow tables and charts, at most 28 characters; the title without it", default=None
    )
    old: str = parameter("contract that is left, by its name", min_length=1)
    new: str = parameter("contract that follows, by its name; its month 1 is the month of the switch", min_length=1)
    month: int = numbered_month(
        "first month of the new contract, counted from the first of the horizon", first=2, typical=(3, 13)
    )
    overlap_months: int = parameter(
        "months from the switch in which the old contract still serves what the new one does not",
        unit="months",
        typical=(0, 3),
        default=0,
        strict=True,
        ge=0,
        le=24,
    )
    fee: Nonnegative = parameter(
        "cost of the switch, owed in its month",
        unit="money",
        typical=(0, 100_000),
        default=known(0.0, "nonnegative"),
    )
    ramp: tuple[Ramp, ...] = parameter(
        "share of conversations that the new contract serves in its first months; 1 after them",
        unit="share of conversations",
        default=(),
    )

    @field_validator("new")
    @classmethod
    def _another(cls, value: str, info: ValidationInfo) -> str:
        if value == info.data.get("old"):
            raise ValueError(f"a switch leads from one contract to another, not from {value!r} to itself")
        return value

    def contract(self, name: str, before: Contract, after: Contract) -> Contract:
        """Return the contract that is the one until the switch and then the other."""
        term = Settlement(after.settlement.discount, term_months=after.settlement.term_months)
        return Contract(
            name=name,
            title=self.title or f"{before.title}, from month {self.month} {after.title}"[:80],
            short_title=self.label,
            type="switch",
            charges=after.charges,
            settlement=term,
            switch=Switch(before, after, self.month, self.overlap_months, self.fee, self.ramp),
        )


def side_meters(switch: Switch, meters: Meters) -> tuple[Meters, Meters]:
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

    names = ("usage", "fees", "outside", "true_up", "cap", "prepaid", "credit_notes", "total")
    parts = {name: placed(getattr(before, name), None if after is None else getattr(after, name)) for name in names}
    lines = {f"{OLD}{label}": placed(line, None) for label, line in before.lines.items()}
    if after is not None:
        nothing = np.zeros((trials, 0))
        lines |= {f"{NEW}{label}": placed(nothing, line) for label, line in after.lines.items()}
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


def switched_invoice(switch: Switch, meters: Meters, values: Values) -> Invoice:
    """Return the invoices of the old contract and of the new one together."""
    months = next(iter(meters.values())).shape[1]
    old_meters, new_meters = side_meters(switch, meters)
    before = plain_invoice(switch.before, old_meters, values)
    after = None if switch.month > months else plain_invoice(switch.after, new_meters, values)
    owed = owed_after(before, switch.before, old_meters, values, before.total.shape[1]).total
    parts, lines, served = combined(switch, before, after, owed, months, values)
    return Invoice(lines=lines, served=served, drawn=None, **parts)


def owed_with_switch(bill: Invoice, switch: Switch, meters: Meters, values: Values, month: int) -> Owed:
    """Return what both contracts still ask for if use stops after a month; `bill` is that of the switch."""
    old_meters, new_meters = side_meters(switch, meters)
    owed = []
    if month <= switch.last_old(bill.total.shape[1]):
        owed.append(
            owed_after(plain_invoice(switch.before, old_meters, values), switch.before, old_meters, values, month)
        )
        owed[0] = _less_billed(owed[0], bill, switch, month)
    if month >= switch.month:
        later = month - switch.month + 1
        owed.append(
            owed_after(plain_invoice(switch.after, new_meters, values), switch.after, new_meters, values, later)
        )
    return owed[0] if len(owed) == 1 else _together(owed)


def _less_billed(owed: Owed, bill: Invoice, switch: Switch, month: int) -> Owed:
    """Return what the old contract asks for, nothing in the month whose invoice has it already."""
    months = bill.total.shape[1]
    if month != switch.last_old(months) or month == months:
        return owed
    nothing: Array = owed.total * 0.0
    return Owed(nothing, nothing, nothing, nothing, owed.prepaid_lost)


def _together(owed: Sequence[Owed]) -> Owed:
    one, two = owed
    return Owed(
        one.fees + two.fees,
        one.commitment + two.commitment,
        one.other + two.other,
        one.total + two.total,
        one.prepaid_lost + two.prepaid_lost,
    )
