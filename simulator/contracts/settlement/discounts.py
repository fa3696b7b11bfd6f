"""Discounts: amounts off, shares off, each between two months of the contract.

Order: free units come off the meter before the price; then all amounts come off, then all shares, one after another on
what is left. 100 less 10, less 20 %, less 5 % is (100 - 10) * 0.8 * 0.95 = 68.4. No discount makes use negative: what
an amount exceeds is lost. Fees take none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import ALL_MONTHS, DatedTerms, Months
from simulator.contracts.metering.meters import family_of
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.metered import CARD_CREDITS, known_name
from simulator.contracts.settlement.billable_units import countables, meter_problems
from simulator.contracts.wording import number
from simulator.errors import Problem
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Positive, Share, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


@dataclass(frozen=True, slots=True)
class Discount:
    """An amount off a month's charges for use, or a share of them.

    Attributes:
        amount: money off a month; None for a share.
        share: share off; None for an amount.
        meter: name of the meter whose charges it is off; None for all charges for use.
    """

    amount: Quantity | None = None
    share: Quantity | None = None
    meter: str | None = None
    months: Months = ALL_MONTHS


def after_discounts(
    lines: Mapping[str, Array],
    families: Mapping[str, frozenset[str]],
    discounts: Sequence[Discount],
    values: Values,
) -> dict[str, Array]:
    """Return what is left of each charge for use (trial, month) after amounts, then shares.

    Args:
        lines: charges for use by label.
        families: names of the meters of each line.
    """
    left = dict(lines)
    for each in sorted(discounts, key=lambda discount: discount.amount is None):
        chosen = [label for label in left if each.meter is None or each.meter in families[label]]
        if chosen:
            left |= _less(each, {label: left[label] for label in chosen}, values)
    return left


def _less(discount: Discount, lines: Mapping[str, Array], values: Values) -> dict[str, Array]:
    """Return lines after one discount; an amount is spread over them in proportion."""
    import numpy as np

    months = next(iter(lines.values())).shape[1]
    if discount.share is not None:
        kept = 1.0 - values(discount.share)[:, None] * discount.months.hold(months)
    else:
        assert discount.amount is not None
        whole = np.sum(list(lines.values()), axis=0)
        off = np.minimum(values(discount.amount)[:, None] * discount.months.hold(months), whole)
        kept = 1.0 - np.divide(off, whole, out=np.zeros(whole.shape), where=whole > 0)
    return {label: line * kept for label, line in lines.items()}


class DiscountSpec(DatedTerms):
    """An amount off a month's charges for use, or a share of them."""

    amount: Positive | None = parameter(
        "money off a month's charges for use", unit="money per month", typical=(10, 10_000), default=None
    )
    share: Share | None = parameter(
        "share off a month's charges for use", unit="share of usage", typical=(0, 0.4), default=None
    )
    meter: str | None = parameter("meter whose charges it is off; all charges for use without it", default=None)

    @field_validator("share")
    @classmethod
    def _amount_or_share(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if "amount" not in info.data:
            return value
        amount = info.data["amount"]
        if value is None and amount is None:
            raise ValueError("give the amount or the share that is taken off")
        if value is not None and amount is not None:
            raise ValueError(
                f"give amount ({number(amount.center)}) or share ({number(value.center)}), not both; two discounts "
                "are two entries of discounts"
            )
        return value

    @field_validator("meter")
    @classmethod
    def _offered(cls, value: str | None) -> str | None:
        return known_name(value, "tokens")

    def discount(self) -> Discount:
        """Return the discount."""
        return Discount(self.amount, self.share, self.meter, self.months)


def discount_problems(specs: Sequence[DiscountSpec], usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the meters of discounts: none that is billed, or one of several lines of a rate card."""
    for place, each in enumerate(specs):
        if each.meter is None:
            continue
        yield from meter_problems(("discounts", place, "meter"), each.meter, usage)
        for card in (one for charge in usage for one in countables(charge) if one.name == CARD_CREDITS):
            families = {family_of(entry.meter) for entry in card.entries}
            if each.meter in families and len(families) > 1:
                message = f"{each.meter!r} is billed in {card.words}, of which one part cannot be discounted alone"
                yield Problem(("discounts", place, "meter"), message, "lower its credits on the card, or remove meter")
