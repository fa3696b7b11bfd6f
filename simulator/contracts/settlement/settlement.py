"""Settlement: what turns a month's charges into an invoice, along the month axis.

Order: free units, price, amounts off, shares off, surcharge beyond the commitment, fees added, monthly minimum, monthly
cap, yearly minimum, commitment, prepaid credits, service credits and clawback. Month 1 of the horizon is month 1 of the
contract; contract years end in months 12, 24, ...

- **Discounts** are off usage (unit rates, tier fees, tokens), never off fees. 100 of usage less 10 % is 90. See
  `discounts`.
- **Monthly minimum**: compared with usage after discount plus fees. At a minimum of 1,000 an invoice of 999 gets a
  true-up of 1, one of 1,000 or more none.
- **Cap** (`maximum_per_month`): cuts the invoice of a month after its minimum. At a cap of 2,000 an invoice of 2,001 is
  cut by 1, one of 2,000 by nothing. Where an uncertain minimum exceeds the cap in some trial, the cap holds.
- **Yearly minimum**: compared with what the months of the contract year were billed, true-ups and cuts included. Its
  true-up is not capped. A part year is prorated by months: at 12,000 a year and 100 billed a month, a horizon of 12
  months has one true-up of 10,800 (month 12); one of 13 months has a second of 900 (month 13: 1/12 of 12,000, less
  100); one of 11 months has a single one of 9,900 (month 11). With `true_up = "each_month"` the year so far is brought
  up to k/12 of the minimum at the end of every month k; use above that share in earlier months counts, use in later
  months does not give a true-up back.
- **Commitment** is the same rule with more forms; see `commitment`. It comes after the yearly minimum.
- **Prepaid credits** pay what is left of usage, or of the whole invoice; see `prepaid` and `drawdown`. Packs stand on
  the invoice of the month in which they are granted, after minimum and cap.
- **Service credits** and the clawback come last; see `guarantee` and `clawback`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from simulator.contracts.settlement.clawback import clawed_back
from simulator.contracts.settlement.commitment import commitment_true_up, surcharge
from simulator.contracts.settlement.discounts import Discount, after_discounts
from simulator.contracts.settlement.drawdown import Drawdown, covered_share, draw_down
from simulator.contracts.settlement.guarantee import service_credits
from simulator.contracts.settlement.minimums import cut_off, monthly_true_up, yearly_true_up
from simulator.contracts.settlement.settlement_terms import Settlement

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Charged:
    """Charges before settlement, every array (trial, month).

    Attributes:
        usage: charges for use by label.
        fees: what is owed whatever is used, by label.
        outside: charges that settlement does not see, by label; they are added to its total.
        meters: the meters of what is served and final, before free units.
        families: names of the meters of each charge for use, by label.
        of_unit: labels of the charges for use on the unit that is clawed back.
        served: share of the conversations that the AI serves; None where it serves all.
    """

    usage: Mapping[str, Array]
    fees: Mapping[str, Array]
    meters: Meters
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)
    of_unit: frozenset[str] = frozenset()
    served: Array | None = None
    outside: Mapping[str, Array] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Trials and months."""
        some = next(iter({**self.usage, **self.fees, **self.outside, **self.meters}.values()))
        return some.shape[0], some.shape[1]

    def scaled(self, factor: float) -> Charged:
        """Return the same with all charges for use multiplied."""
        return replace(self, usage={label: line * factor for label, line in self.usage.items()})

    def merged(self, terms: Settlement) -> Charged:
        """Return the same with one line of each kind where the terms do not tell lines apart: quicker to settle."""
        if terms.clawback is not None or any(each.meter is not None for each in terms.discounts):
            return self
        usage, fees, outside = ({"sum": total_of(lines, self.shape)} for lines in (self.usage, self.fees, self.outside))
        families: dict[str, frozenset[str]] = {"sum": frozenset()}
        return replace(self, usage=usage, fees=fees, outside=outside, families=families, of_unit=frozenset())

    def partly_served(self, share: Array) -> Charged:
        """Return what is charged where only a share of each month (trial, month) is served."""
        usage = {label: line * share for label, line in self.usage.items()}
        return replace(self, usage=usage, served=share if self.served is None else self.served * share)

    def first(self, months: int) -> Charged:
        """Return the first months of it."""
        usage, fees, outside, meters = (
            {label: line[:, :months] for label, line in lines.items()}
            for lines in (self.usage, self.fees, self.outside, self.meters)
        )
        served = None if self.served is None else self.served[:, :months]
        return replace(self, usage=usage, fees=fees, outside=outside, meters=meters, served=served)


@dataclass(frozen=True, slots=True)
class Settled:
    """What settlement made of charges, all (trial, month).

    The total is the sum of usage, fees, what is outside and the other parts.

    Attributes:
        usage: charges for use before discount, of what was served.
        discount: 0 or negative.
        surcharge: what use beyond the commitment costs above its plain price.
        cap: what the monthly cap took off, 0 or negative.
        commitment_true_up: what the commitment adds.
        service_credit, clawback: 0 or negative.
        drawn: what became of prepaid credits; None without.
        served: share of the conversations that the AI serves; None where it serves all.
    """

    usage: Array
    fees: Array
    outside: Array
    discount: Array
    surcharge: Array
    monthly_true_up: Array
    cap: Array
    yearly_true_up: Array
    commitment_true_up: Array
    service_credit: Array
    clawback: Array
    total: Array
    drawn: Drawdown | None = None
    served: Array | None = None


def settle(charged: Charged, terms: Settlement, values: Values, factor: float = 1.0) -> Settled:
    """Settle charges.

    Args:
        factor: what the contract's prices of usage were multiplied by; it scales a commitment in units.
    """
    if terms.limit is not None and terms.limit.units is None and terms.prepaid is not None:
        use = total_of(discounted(charged, terms, values), charged.shape)
        charged = charged.partly_served(covered_share(use, terms.prepaid, values, terms.limit.at_share))
    return _settled(charged, terms, values, factor)


def _settled(charged: Charged, terms: Settlement, values: Values, factor: float) -> Settled:
    """Apply the terms in their order."""
    import numpy as np

    left = discounted(charged, terms, values)
    usage, fees = total_of(charged.usage, charged.shape), total_of(charged.fees, charged.shape)
    use = total_of(left, charged.shape)
    nothing = np.zeros(charged.shape)
    extra = lift = cut = yearly = committed = nothing
    if terms.commitment is not None and terms.commitment.has_overage:
        extra = surcharge(use, terms.commitment, terms.term_months, values, factor)
    subtotal = use + extra + fees
    if terms.monthly_minimum is not None:
        lift = monthly_true_up(subtotal, values(terms.monthly_minimum))
    if terms.maximum_per_month is not None:
        cut = cut_off(subtotal + lift, values(terms.maximum_per_month))
    billed = subtotal + lift + cut
    if terms.yearly_minimum is not None:
        yearly = yearly_true_up(billed, values(terms.yearly_minimum), terms.true_up)
    if terms.commitment is not None:
        counted = terms.commitment.counts(billed - extra + yearly, usage - use, fees)
        committed = commitment_true_up(counted, terms.commitment, terms.term_months, values, factor)
    billed = billed + yearly + committed
    drawn = None
    if terms.prepaid is not None:
        payable = np.maximum(billed, 0.0)
        due = payable if terms.prepaid.pays == "invoice" else np.minimum(use + extra, payable)
        drawn = draw_down(due, terms.prepaid, values)
        billed = billed + drawn.bought + drawn.relief + drawn.surcharge
    service = back = nothing
    if terms.guarantee is not None:
        service = service_credits(use, terms.guarantee, charged.meters, values)
    if terms.clawback is not None:
        of_unit = {label: line for label, line in left.items() if label in charged.of_unit}
        back = clawed_back(total_of(of_unit, charged.shape), terms.clawback, charged.meters)
    outside = total_of(charged.outside, charged.shape)
    return Settled(
        usage, fees, outside, use - usage, extra, lift, cut, yearly, committed, service, back,
        billed + service + back + outside, drawn, charged.served,
    )  # fmt: skip


def total_of(lines: Mapping[str, Array], shape: tuple[int, int]) -> Array:
    """Return the sum of lines (trial, month)."""
    import numpy as np

    total = np.zeros(shape)
    for amount in lines.values():
        total = total + amount
    return total


def discounted(charged: Charged, terms: Settlement, values: Values) -> dict[str, Array]:
    """Return the charges for use by label after all discounts."""
    discounts = terms.discounts
    if not (terms.discount.fixed and terms.discount.center == 0.0):
        discounts = (*discounts, Discount(share=terms.discount))
    return after_discounts(charged.usage, charged.families, discounts, values)
