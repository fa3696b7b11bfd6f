"""Where a deal with a vendor lies: its floor, the buyer's ceiling, a counter-offer, and who carries the variance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.decisions.deal.elasticity import elasticities
from simulator.decisions.deal.fallbacks import PassedOver, alternative_of, passed_over
from simulator.decisions.deal.minimum import minimum_decides
from simulator.decisions.deal.prices import PricePoint, Prices
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.split import parts_of
from simulator.decisions.worth import Estimate
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import Measure
from simulator.forecast.verdict import NINE_OF_TEN

MARGIN: Final = 0.6
"""Share of the invoice that the vendor keeps above the models' cost at the lower end of the counter-offer."""
LESS: Final = (0.25, 0.1)
"""Shares off what is asked, of which it is told what each side has."""
OTHERS: Final = 3
"""Other contracts with which prices are made to tie."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How a contract's invoice varies over the futures, and what of that the vendor keeps.

    Attributes:
        p10, p90: of the invoice.
        sd: of the invoice; None for one future.
        kept_p10, kept_p90, kept_sd: of the invoice less the models' cost.
        elasticity: percent by which the invoice rises where the AI solves one percent more cases; None where it has no
            expected value.
    """

    contract: str
    p10: float
    p90: float
    sd: float | None
    kept_p10: float
    kept_p90: float
    kept_sd: float | None
    elasticity: Estimate | None


@dataclass(frozen=True, slots=True)
class Deal:
    """Where a deal lies, over the horizon, in the scenario's currency.

    Attributes:
        of: what contracts are ranked by, and the buyer's gain is counted in.
        alternative: the contract that is signed without a deal: the recommended one, or the next where that is asked
            about. None where there is no other.
        passed_over: contracts that cost less on average than the alternative and are no fallback, the cheapest first.
        can_split: whether conversations could be split between two contracts, which is not counted as a fallback.
        margin: what the vendor keeps at the lower end of the offer.
        unit_label: what the price is for, as in "per resolution".
        floors: what the vendor needs, by margin.
        asked: as it stands.
        below: LESS than that, as far as no minimum decides there.
        minimum: the price up to which a minimum decides the bill (`minimum_decides`); None where none does.
        owed: what is billed on average whatever the price of use.
        offer: the middle between the floor at `margin` in nine of ten futures and what the buyer may pay, or what is
            asked where that is less, but not below `minimum`; None where the one lies above the other, or there is no
            price.
        own: prices that were asked for.
        ceilings: what the buyer may pay.
        carried: all contracts in the verdict's order.
    """

    of: Measure
    contract: str
    recommended: str
    alternative: str | None
    passed_over: tuple[PassedOver, ...]
    can_split: bool
    margin: float
    unit_label: str
    floors: tuple[PricePoint, ...]
    asked: PricePoint
    below: tuple[PricePoint, ...]
    minimum: PricePoint | None
    owed: float
    offer: PricePoint | None
    own: tuple[PricePoint, ...]
    ceilings: tuple[PricePoint, ...]
    carried: tuple[Carried, ...]


def deal(futures: SameFutures, contract: str, margin: float = MARGIN, at: Sequence[float] = ()) -> Deal:
    """Return where a deal on a contract lies.

    Args:
        margin: share of the invoice that the vendor keeps above the models' cost where the offer begins, below 1.
        at: unit prices to look at too.

    Raises:
        ValueError: for a price of a contract without a unit price.
    """
    forecast = futures.forecast
    prices = Prices(forecast, forecast.contracts[contract], alternative_of(forecast, contract))
    own = tuple(_own(prices, each) for each in dict.fromkeys(at))
    asked = prices.point("asked", prices.at(1.0))
    decides = minimum_decides(prices)
    minimum = None if decides is None else prices.point("minimum", prices.at(decides))
    ceilings = tuple(prices.ceilings(lambda: others_of(forecast, contract)))
    return Deal(
        of="invoice" if forecast.scenario.budget is None else forecast.scenario.budget.of,
        contract=contract,
        recommended=forecast.verdict.recommended,
        alternative=prices.alternative,
        passed_over=passed_over(prices, contract),
        can_split=len(forecast.contracts) > 1 and len(parts_of(forecast.scenario, "intent")) > 1,
        margin=margin,
        unit_label=prices.at(1.0).unit_label,
        floors=tuple(prices.floors()),
        asked=asked,
        below=tuple(_below(prices, decides or 0.0)),
        minimum=minimum,
        owed=risk.mean(prices.total(0.0)),
        offer=_offer(prices, margin, asked, ceilings, decides or 0.0),
        own=own,
        ceilings=ceilings,
        carried=_carried(futures),
    )


def others_of(forecast: Forecast, contract: str) -> list[str]:
    """Return the contracts to tie with: the alternative, rivals of the verdict, then the verdict's order."""
    rivals = [rival.name for rival in forecast.verdict.rivals]
    ranking = [name for name in forecast.ranking if forecast.contracts[name].bills_units]
    first = alternative_of(forecast, contract)
    found = dict.fromkeys([*([] if first is None else [first]), *rivals, *ranking])
    return [name for name in found if name != contract][:OTHERS]


def _own(prices: Prices, price: float) -> PricePoint:
    factor = prices.factor_of(price)
    if factor is None:
        raise ValueError("it has no unit price, so that no other one can be looked at")
    return prices.point("own", prices.at(factor))


def _below(prices: Prices, decides: float) -> Iterator[PricePoint]:
    """Yield what each side has at some less than what is asked, where there is a price and no minimum decides."""
    for less in LESS:
        tie = prices.at(1 - less)
        if tie.unit_price is not None and tie.factor > decides:
            yield prices.point("below", tie)


def _offer(
    prices: Prices, margin: float, asked: PricePoint, ceilings: tuple[PricePoint, ...], decides: float
) -> PricePoint | None:
    """Return the middle between what the vendor needs and what the buyer may pay, or where a minimum ends to decide."""
    floor = prices.floor(margin, NINE_OF_TEN)
    top = [each.factor for each in ceilings if each.kind == "ceiling" and each.other == prices.alternative]
    highest = min([asked.factor, *top])
    if floor is None or floor.unit_price is None or max(floor.factor, decides) >= highest:
        return None
    return prices.point("offer", prices.at(max((floor.factor + highest) / 2, decides)), margin=margin)


def _carried(futures: SameFutures) -> tuple[Carried, ...]:
    forecast, rises = futures.forecast, elasticities(futures.scenario)
    found = []
    for name in forecast.ranking:
        priced = forecast.contracts[name]
        invoice = priced.horizon("invoice")
        kept = np.asarray(invoice - priced.model_cost.sum(axis=1))
        (p10, p90), (kept_p10, kept_p90) = (risk.quantiles(each, (0.1, NINE_OF_TEN)) for each in (invoice, kept))
        found.append(Carried(name, p10, p90, risk.sd(invoice), kept_p10, kept_p90, risk.sd(kept), rises.get(name)))
    return tuple(found)
