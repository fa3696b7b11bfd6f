"""Clawback: units that turn out void later, credited then.

The credit lowers the invoice after minimum and maximum, and may make it negative: a credit note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.metering.contract_months import COUNT_OF_MONTHS
from simulator.contracts.metering.meters import RESOLUTIONS, family_of, label_of, resolutions
from simulator.contracts.metering.segments import segment_of
from simulator.contracts.prices.charge import Charge, ChargeAround
from simulator.contracts.prices.derived_charges import Highest, prices_of
from simulator.contracts.prices.priced_units import Adjusted
from simulator.contracts.settlement.billable_units import billed_schedule, several
from simulator.errors import Problem
from simulator.parameters import Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters


@dataclass(frozen=True, slots=True)
class Clawback:
    """Units billed under one definition and void under a stricter one, credited later.

    credit of month m + after_months = use of the unit in month m * (1 - final / billed), not below 0. Of 100 units
    billed at 1.00 in January of which 80 stand, 20.00 are credited in February (after_months = 1). What would be
    credited after the horizon is not in it.

    Attributes:
        final: key of the meter of the units that stand.
        billed: key of the meter that was billed.
    """

    final: str
    billed: str
    after_months: int = 1


def clawed_back(use: Array, terms: Clawback, meters: Meters) -> Array:
    """Return the credits for units void later, 0 or negative (trial, month).

    Args:
        use: charges for the billed unit after discounts (trial, month).
    """
    import numpy as np

    billed, final = meters[terms.billed], meters[terms.final]
    standing = np.divide(final, billed, out=np.ones(billed.shape), where=billed > 0)
    result = np.zeros(use.shape)
    later = terms.after_months
    void = use * np.maximum(1.0 - standing, 0.0)
    result[:, later:] = -void[:, : use.shape[1] - later]
    return result


class ClawbackSpec(Table):
    """Units billed and found void later, credited then."""

    definition: str = parameter("definition of the resolutions that stand in the end", min_length=1)
    after_months: int = parameter(
        "how many months later they are credited", unit="months", typical=(1, 3), default=1, **COUNT_OF_MONTHS
    )

    def clawback(self, billed: str) -> Clawback:
        """Return the clawback of a billed meter; of a segment of it, by what stands of that segment."""
        segment, final = segment_of(billed), resolutions(self.definition)
        return Clawback(final if segment is None else segment.of(final), billed, self.after_months)


def clawed_meter(usage: Sequence[Charge]) -> str:
    """Return the key of the resolutions that a clawback is of; `clawback_problems` says where they are not one."""
    return next(iter(_resolutions(usage)))


def clawback_problems(usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield why the resolutions of a contract cannot be credited later."""
    keys = _resolutions(usage)
    if not keys:
        billed = ", ".join(label_of(key) for charge in usage for key in charge.meters) or "fees only"
        message = f"clawback needs resolutions that are billed under a definition, not {billed}"
        yield Problem(("clawback",), message, "remove it, or bill resolutions under a definition")
    elif len(keys) > 1:
        start = next((start for start, billed in billed_schedule(usage)[1:] if billed), None)
        at_once = len(several(billed_schedule(usage, RESOLUTIONS))) > 1
        what = "several at once" if at_once or start is None else f"the billed unit changes in month {start}"
        message = f"clawback credits units of one definition, and {what}: {', '.join(map(label_of, keys))}"
        yield Problem(("clawback",), message, "remove it, or bill by one definition in all months")
    else:
        mixed = next((charge for charge in usage if next(iter(keys)) in charge.meters and _is_mixed(charge)), None)
        if mixed is not None:
            message = f"clawback cannot tell what resolutions cost in {mixed.label}, which prices other units with them"
            yield Problem(("clawback",), message, "remove it, or bill resolutions in a charge of their own")


def _resolutions(usage: Sequence[Charge]) -> dict[str, None]:
    """Return the keys of all resolutions that are billed, each once."""
    return dict.fromkeys(key for charge in usage for key in charge.meters if family_of(key) == RESOLUTIONS)


def _is_mixed(charge: Charge) -> bool:
    """Return whether a charge prices units of several meters as one: a rate card, or the highest of several."""
    if isinstance(charge, Adjusted) and charge.card:
        return len({entry.meter for entry in charge.card}) > 1
    if isinstance(charge, ChargeAround):
        return _is_mixed(charge.inner)
    return isinstance(charge, Highest) and len(prices_of(charge)) > 1
