"""Credits a vendor gives back: for a missed rate of resolution, and for units that turn out void later.

Both lower the invoice after minimum and maximum. They may make it negative: a credit note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.discounts import YEAR_MONTHS
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guaranteed rate, and the credit where it is missed.

    credit = use of the period * min(most_share, share + share_per_point * points missing), where rate achieved < rate.
    With a rate of 0.60 and 0.02 a point, 0.60 earns nothing; 0.57 (3 points) on use of 1,000 earns 60. A period in
    which nothing was counted earns nothing.

    Attributes:
        counted: key of the meter that is guaranteed, resolutions under a definition.
        of: key of the meter that it is a rate of.
        rate: guaranteed counted / of.
        share: share of the charges for use given back once the rate is missed.
        share_per_point: the same for each percentage point missing.
        most_share: most of the charges for use that is given back.
        every_months: months of a period; the credit stands on the invoice of its last month (or of the horizon's).
        most_per_year: most money given back over a contract year, by the month of the invoice; None without. At 100,
            credits of 60 in months 3, 6 and 15 are 60, 40 and 60.
    """

    counted: str
    of: str
    rate: Quantity
    share: Quantity
    share_per_point: Quantity
    most_share: Quantity
    every_months: int = 1
    most_per_year: Quantity | None = None


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


def service_credits(use: Array, terms: Guarantee, meters: Meters, values: Values) -> Array:
    """Return the credits of a guarantee, 0 or negative (trial, month).

    Args:
        use: charges for use after discounts (trial, month).
    """
    import numpy as np

    result = np.zeros(use.shape)
    months = use.shape[1]
    for first in range(0, months, terms.every_months):
        period = slice(first, min(first + terms.every_months, months))
        of = meters[terms.of][:, period].sum(axis=1)
        counted = meters[terms.counted][:, period].sum(axis=1)
        rate = values(terms.rate)
        achieved = np.divide(counted, of, out=np.array(rate), where=of > 0)
        points = 100.0 * (rate - achieved)
        share = np.minimum(values(terms.share) + values(terms.share_per_point) * points, values(terms.most_share))
        result[:, period.stop - 1] = -np.where(achieved < rate, share, 0.0) * use[:, period].sum(axis=1)
    return result if terms.most_per_year is None else _at_most_a_year(result, values(terms.most_per_year))


def _at_most_a_year(credits: Array, most: Array) -> Array:
    """Return credits, 0 or negative (trial, month), of which a contract year gives back `most` (trial,) at most."""
    import numpy as np

    result = np.zeros(credits.shape)
    for first in range(0, credits.shape[1], YEAR_MONTHS):
        year = credits[:, first : first + YEAR_MONTHS]
        so_far = np.maximum(np.cumsum(year, axis=1), -most[:, None])
        result[:, first : first + YEAR_MONTHS] = np.diff(so_far, axis=1, prepend=0.0)
    return result


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
