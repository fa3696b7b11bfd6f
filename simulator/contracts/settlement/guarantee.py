"""A guaranteed rate of resolution, and the service credit where it is missed.

The credit lowers the invoice after minimum and maximum, and may make it negative: a credit note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import COUNT_OF_MONTHS, YEAR_MONTHS
from simulator.contracts.metering.meters import resolutions
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Positive, Share, Table, known, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


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


class GuaranteeSpec(Table):
    """A guaranteed rate of resolutions, and the credit where it is missed."""

    definition: str = parameter("definition of the resolutions that are guaranteed", min_length=1)
    of: Literal["conversations", "cases"] = parameter("what they are a rate of", default="conversations")
    rate: Share = parameter("guaranteed rate", unit="share", typical=(0.3, 0.8))
    share: Share = parameter(
        "share of the charges for use given back once the rate is missed",
        unit="share of usage",
        typical=(0, 0.2),
        default=known(0.0),
    )
    share_per_point: Share = parameter(
        "the same for each percentage point missing", unit="share of usage", typical=(0, 0.05), default=known(0.0)
    )
    most_share: Share = parameter(
        "most of the charges for use that is given back", unit="share of usage", typical=(0.1, 1), default=known(1.0)
    )
    every_months: int = parameter(
        "months over which the rate is taken", unit="months", typical=(1, 12), default=1, **COUNT_OF_MONTHS
    )

    most_per_year: Positive | None = parameter(
        "most money given back over a contract year", unit="money per year", typical=(1_000, 100_000), default=None
    )

    @field_validator("share_per_point")
    @classmethod
    def _gives_something(cls, value: Quantity, info: ValidationInfo) -> Quantity:
        nothing = [each.fixed and each.center == 0.0 for each in (value, info.data.get("share", known(1.0)))]
        if all(nothing):
            raise ValueError("a guarantee gives nothing back without share or share_per_point; give one of them")
        return value

    def guarantee(self) -> Guarantee:
        """Return the guarantee."""
        return Guarantee(
            resolutions(self.definition),
            self.of,
            self.rate,
            self.share,
            self.share_per_point,
            self.most_share,
            self.every_months,
            self.most_per_year,
        )
