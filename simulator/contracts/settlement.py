"""Settlement: what turns a month's charges into an invoice, along the month axis.

Order: usage discount, fees added, monthly minimum, monthly cap, yearly minimum. Month 1 of the horizon is month 1 of
the contract; contract years end in months 12, 24, ...

- **Discount**: a share off all usage (unit rates, tier fees, tokens), never off fees. 100 of usage less 10 % is 90.
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
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Values

YEAR_MONTHS: Final = 12
TrueUp = Literal["each_month", "year_end"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The terms under which a contract's charges are settled.

    Attributes:
        discount: share off usage.
        true_up: when the yearly minimum is settled.
        term_months: months for which the buyer is bound; 1 can be cancelled every month.
    """

    discount: Quantity
    monthly_minimum: Quantity | None = None
    yearly_minimum: Quantity | None = None
    true_up: TrueUp = "year_end"
    maximum_per_month: Quantity | None = None
    term_months: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """What settlement made of charges, all (trial, month); the total is the sum of usage, fees and the other parts.

    Attributes:
        discount: 0 or negative.
        cap: what the cap took off, 0 or negative.
    """

    discount: Array
    monthly_true_up: Array
    cap: Array
    yearly_true_up: Array
    total: Array


def settle(usage: Array, fees: Array, terms: Settlement, values: Values) -> Settled:
    """Settle usage and fees, both (trial, month)."""
    import numpy as np

    discount = -usage * values(terms.discount)[:, None]
    subtotal = usage + discount + fees
    nothing = np.zeros(usage.shape)
    lift = cut = yearly = nothing
    if terms.monthly_minimum is not None:
        lift = np.maximum(values(terms.monthly_minimum)[:, None] - subtotal, 0.0)
    if terms.maximum_per_month is not None:
        cut = np.minimum(values(terms.maximum_per_month)[:, None] - (subtotal + lift), 0.0)
    billed = subtotal + lift + cut
    if terms.yearly_minimum is not None:
        yearly = _yearly_true_up(billed, values(terms.yearly_minimum), terms.true_up)
    return Settled(discount, lift, cut, yearly, billed + yearly)


def _yearly_true_up(billed: Array, minimum: Array, when: TrueUp) -> Array:
    """Return the true-ups (trial, month) that bring each contract year up to its minimum (trial,)."""
    import numpy as np

    true_up = np.zeros(billed.shape)
    months = billed.shape[1]
    so_far = np.zeros(billed.shape[0])
    for month in range(months):
        month_of_year = month % YEAR_MONTHS + 1
        so_far = billed[:, month] + (so_far if month_of_year > 1 else 0.0)
        if when == "each_month" or month_of_year == YEAR_MONTHS or month == months - 1:
            true_up[:, month] = np.maximum(minimum * month_of_year / YEAR_MONTHS - so_far, 0.0)
            so_far = so_far + true_up[:, month]
    return true_up
