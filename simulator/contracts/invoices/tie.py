"""The price at which a contract costs as much as another: what survives when a scenario's prices are inventions."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from simulator.contracts.contract import Contract
from simulator.contracts.invoices.invoice import charges_before_settlement
from simulator.contracts.invoices.pricing import invoice
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.contracts.metering.segments import segment_of
from simulator.contracts.settlement.settlement import settle, total_of

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


_MOST_STEPS: Final = 400
"""Bisection of any two numbers of double precision to the last bit would take a quarter of it."""


def root(of: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Return a place between two ends at which a function is 0 or changes its sign.

    It is exact where the function is 0 at an end or a place that was tried. Else it lies in a bracket that is at most
    `tolerance` wide, absolute and relative together, and in it where the straight line through its ends crosses 0.

    Args:
        of: it has different signs at the ends, or is 0 at one of them.

    Raises:
        ValueError: if it has the same sign at both ends.
    """
    new, other = low, high
    at_new, at_other = of(low), of(high)
    if at_new * at_other > 0:
        raise ValueError(f"no change of sign between {low:g} and {high:g}")
    share = _crossing(at_new, at_other)
    for _ in range(_MOST_STEPS):
        if at_new == 0 or at_other == 0:
            return new if at_new == 0 else other
        width = abs(other - new)
        least = 0.5 * tolerance * (1.0 + min(abs(new), abs(other)))
        if width <= 2.0 * least:
            break
        place = new + min(max(share, least / width), 1.0 - least / width) * (other - new)
        value = of(place)
        if (value > 0) == (at_new > 0):
            last, at_last = new, at_new
        else:
            last, at_last, other, at_other = other, at_other, new, at_new
        new, at_new = place, value
        share = _next_share(new, other, last, at_new, at_other, at_last)
    return new + _crossing(at_new, at_other) * (other - new)


def _crossing(at_new: float, at_other: float) -> float:
    """Return where between two points the straight line through them crosses 0, as a share of the way."""
    return at_new / (at_new - at_other) if at_new != at_other else 0.5


def _next_share(new: float, other: float, last: float, at_new: float, at_other: float, at_last: float) -> float:
    """Return how far from the new end to the other one the next place lies."""
    bent, level = (new - other) / (last - other), (at_new - at_other) / (at_last - at_other)
    if not (level**2 < bent and (1.0 - level) ** 2 < 1.0 - bent):
        return 0.5
    towards_other = at_new / (at_other - at_new) * at_last / (at_other - at_last)
    towards_last = (last - new) / (other - new) * at_new / (at_last - at_new) * at_other / (at_last - at_other)
    return towards_other + towards_last


if TYPE_CHECKING:
    Figure: TypeAlias = Callable[[Array], float]
LARGEST_FACTOR: Final = 1000.0
_TOLERANCE: Final = 1e-12
_KEPT_PRICES: Final = 8
"""Prices whose invoices are kept, as several figures ask for the same first ones."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Where a contract ties.

    Attributes:
        factor: what all its prices of usage are multiplied by, 1 where it ties as it is.
        unit_price: its unit rate times the factor, before discount; for tokens by model and class, and for tiers with
            flat fees only, the expected charge for the usage of a handled conversation (fees apart), of those to which
            the first price applies. None where nothing is billed by unit or there are no conversations.
        unit_label: what the price is for, as in "per resolution".
    """

    factor: float
    unit_price: float | None
    unit_label: str


def unit_rate(contract: Contract) -> float | None:
    """Return the contract's unit rate at its stated value, before discount, in the scenario's currency.

    It is that of the first charge for use: the flat or overage rate, or the first tier that is not free. None for
    tokens by model and class, and where only fees are billed.
    """
    rate = contract.usage[0].unit_rate if contract.usage else None
    if rate is None:
        return None
    exchange = contract.currency_of_charges
    return rate.center * contract.rate_factor * (1.0 if exchange is None else exchange.rate.center)


def unit_label(contract: Contract) -> str:
    """Return what the unit rate is a price of, and that all other rates move with it where there are others."""
    if not contract.usage:
        return "no price of usage"
    others = ", other prices in proportion" if len(contract.usage) > 1 else ""
    return contract.usage[0].rate_label + others


def scale_rates(contract: Contract, factor: float) -> Contract:
    """Return the contract with all prices of usage (rates, tier fees, markup) multiplied.

    Fees, minimums, caps, commitments in money, amounts off, and amount and price of prepaid packs stay; a commitment in
    units moves with the price of the unit. Of a change of vendor only the new contract's prices are multiplied.
    """
    scaled = replace(contract, rate_factor=contract.rate_factor * factor)
    if contract.switch is None:
        return scaled
    return replace(scaled, switch=replace(contract.switch, after=scale_rates(contract.switch.after, factor)))


def tie_finder(contract: Contract, meters: Meters, values: Values) -> Callable[[Figure, float], Tie | None]:
    """Return the function that finds the price at which a figure of the invoice meets a target; see `finder_of`.

    Args:
        meters: arrays (trial, month) by meter key.
        values: gives the value of a quantity in each trial, shape (trial,).
    """
    segment = segment_of(contract.unit)

    def basis() -> float:
        conversations = _mean_total(meters[CONVERSATIONS if segment is None else segment.of(CONVERSATIONS)])
        return _mean_total(usage_of(contract, meters, values)) / conversations if conversations > 0 else math.nan

    return finder_of(contract, totals_of(contract, meters, values), basis)


def totals_of(contract: Contract, meters: Meters, values: Values) -> Callable[[float], Array]:
    """Return the function from a factor on all prices of usage to the invoice over the horizon, (trial,).

    Args:
        meters: arrays (trial, month) by meter key.
        values: gives the value of a quantity in each trial, shape (trial,).
    """
    amounts = amounts_of(contract, meters, values)
    return lambda factor: _horizon(amounts(factor))


def amounts_of(contract: Contract, meters: Meters, values: Values) -> Callable[[float], Array]:
    """Return the function from a factor on all prices of usage to the invoice of each month, (trial, month).

    Args:
        meters: arrays (trial, month) by meter key.
        values: gives the value of a quantity in each trial, shape (trial,).
    """
    charged = charges_before_settlement(contract, meters, values).merged(contract.settlement)

    def amounts(factor: float) -> Array:
        if contract.switch is not None:
            return invoice(scale_rates(contract, factor), meters, values).total
        settled = settle(charged.scaled(factor), contract.settlement, values, contract.rate_factor * factor)
        return _in_scenario_currency(settled.total, contract, values)

    return amounts


def usage_of(contract: Contract, meters: Meters, values: Values) -> Array:
    """Return the charges for use before settlement, (trial, month), in the scenario's currency."""
    charged = charges_before_settlement(contract, meters, values)
    return _in_scenario_currency(total_of(charged.usage, charged.shape), contract, values)


def finder_of(
    contract: Contract, totals: Callable[[float], Array], basis: Callable[[], float]
) -> Callable[[Figure, float], Tie | None]:
    """Return the function that finds the price at which a figure of the invoice meets a target.

    The figure is one of the sums over the horizon, (trial,) -> number, that never falls where no sum falls, as a mean
    or a percentile. Prices are looked for from 0 to 1,000 times today's. Where a minimum or a cap makes a whole range
    of prices tie, it is the end of the range at which the figure begins to move: the highest price under a minimum, the
    lowest at a cap; today's price where that ties. None where no price ties. Invoices are worked out once a price.

    Args:
        totals: from a factor on all prices of usage to the invoice over the horizon, (trial,).
        basis: the mean charge for use of a handled conversation, NaN without any; asked where there is no unit rate.
    """
    total = functools.lru_cache(_KEPT_PRICES)(totals)

    def find(figure: Figure, target: float) -> Tie | None:
        factor = _root(lambda at: figure(total(at)), target)
        return None if factor is None else tie_of(contract, factor, basis)

    return find


def tie_of(contract: Contract, factor: float, basis: Callable[[], float]) -> Tie:
    """Return the prices of a contract when all of usage are multiplied by a factor.

    Args:
        basis: the mean charge for use of a handled conversation, NaN without any; asked where there is no unit rate.
    """
    return Tie(factor, _unit_price(contract, factor, basis), unit_label(contract))


def tie_price(contract: Contract, target_mean: float, meters: Meters, values: Values) -> Tie | None:
    """Return the price at which the expected invoice over the horizon equals a target (see `tie_finder`).

    Args:
        target_mean: expected invoice of the other contract over the horizon, in the scenario's currency.
    """
    return tie_finder(contract, meters, values)(lambda total: float(total.mean()), target_mean)


def _root(of: Callable[[float], float], target: float) -> float | None:
    """Return where what never falls meets a target; aiming just above it leaves a flat stretch at its upper end."""
    margin = _TOLERANCE * abs(target)
    if abs(of(1.0) - target) <= margin:
        return 1.0
    for aim in (target + margin, target - margin):
        excess = functools.partial(_excess, of, aim)
        low, high = 0.0, 1.0
        while excess(high) < 0.0 and high < LARGEST_FACTOR:
            low, high = high, min(2.0 * high, LARGEST_FACTOR)
        if excess(low) <= 0.0 <= excess(high):
            return root(excess, low, high, _TOLERANCE)
    return None


def _excess(of: Callable[[float], float], aim: float, at: float) -> float:
    return of(at) - aim


def _unit_price(contract: Contract, factor: float, basis: Callable[[], float]) -> float | None:
    if not contract.usage:
        return None
    rate = unit_rate(contract)
    if rate is not None:
        return rate * factor
    a_conversation = basis()
    return None if math.isnan(a_conversation) else factor * a_conversation


def _in_scenario_currency(amounts: Array, contract: Contract, values: Values) -> Array:
    exchange = contract.currency_of_charges
    return amounts if exchange is None else amounts * exchange.rates(values)


def _horizon(amounts: Array) -> Array:
    total: Array = amounts.sum(axis=1)
    return total


def _mean_total(amounts: Array) -> float:
    return float(_horizon(amounts).mean())
