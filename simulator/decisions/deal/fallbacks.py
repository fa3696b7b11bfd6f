"""What is signed without a deal: the next contract of the verdict, and why one that costs less on average is not it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator import risk
from simulator.decisions.deal.prices import Prices
from simulator.forecast.forecast import Forecast, horizon_cost, offer, ranked_by
from simulator.forecast.verdict import NINE_OF_TEN, Offer

Why = Literal["budget", "less_often", "p90", "ranked"]
"""It keeps the budget in fewer than nine of ten futures, or less often where none keeps it in so many; its P90 is
higher; or the verdict ranks it lower for another reason, as a unit that the buyer cannot recount."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A contract that costs less on average than the alternative, and is no fallback.

    Attributes:
        chance: share of the futures in which it keeps all budgets; None without a budget.
        factor, unit_price: from which price of the contract asked about it costs less, on average by the invoice; None
            where it does so at none.
    """

    contract: str
    why: Why
    chance: float | None
    factor: float | None
    unit_price: float | None


def alternative_of(forecast: Forecast, contract: str) -> str | None:
    """Return what is signed without a deal: the first other contract of the verdict that bills something."""
    ranking = [name for name in forecast.ranking if name != contract and forecast.contracts[name].bills_units]
    return next(iter(ranking), None)


def passed_over(prices: Prices, contract: str) -> tuple[PassedOver, ...]:
    """Return the contracts that cost less on average than the alternative, the cheapest first."""
    forecast, of = prices.forecast, ranked_by(prices.forecast.scenario)
    if prices.alternative is None:
        return ()
    means = {name: risk.mean(horizon_cost(each, of)) for name, each in forecast.contracts.items()}
    cheaper = [
        name for name, mean in means.items()
        if mean < means[prices.alternative] and name != contract and forecast.contracts[name].bills_units
    ]  # fmt: skip
    return tuple(_passed(name, prices) for name in sorted(cheaper, key=lambda name: (means[name], name)))


def _passed(name: str, prices: Prices) -> PassedOver:
    forecast = prices.forecast
    both = (name, str(prices.alternative))
    own, best = (offer(each, forecast.contracts[each], forecast.scenario) for each in both)
    tie = prices.tie_with(name)
    chance = None if own.keeps is None else own.chance
    at, price = (None, None) if tie is None else (tie.factor, tie.unit_price)
    return PassedOver(name, _why(own, best, forecast.verdict.rule), chance, at, price)


def _why(own: Offer, best: Offer, rule: str) -> Why:
    if rule == "budget_kept" and own.chance < NINE_OF_TEN:
        return "budget"
    if rule == "budget_missed" and own.chance < best.chance:
        return "less_often"
    return "p90" if rule == "lowest_p90" and own.p90 > best.p90 else "ranked"
