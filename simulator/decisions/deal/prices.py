"""Prices between which a deal lies: what the vendor needs, what the buyer may pay, and what each has at a price."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Tie
from simulator.contracts.invoices.tie import tie_of, unit_rate
from simulator.decisions.worth import Estimate, estimate_of_mean
from simulator.forecast.budget_price import price_that_holds_budget
from simulator.forecast.forecast import Forecast, horizon_cost, price_finder, ranked_by, totals_by_price
from simulator.forecast.forecast import use_of_a_conversation as use_of
from simulator.forecast.priced import Priced
from simulator.forecast.verdict import NINE_OF_TEN

Kind = Literal["floor", "minimum", "offer", "below", "asked", "own", "ceiling", "ceiling_p90", "budget", "today"]
MARGINS: Final = (0.0, 0.2, 0.4, 0.6)
"""Shares of the invoice that the vendor keeps above the models' cost."""
SURE: Final = (0.5, NINE_OF_TEN)
"""Shares of the futures in which a floor is enough."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A price of a contract, with what each side has at it over the horizon.

    Attributes:
        kind: "floor" is enough for the vendor; below "minimum" a minimum decides the bill; "offer" is between; "asked"
            is as it stands and "below" some less; "own" was asked for; "ceiling" ties with another contract at the
            mean, "ceiling_p90" at P90; at "budget" the budget still holds in nine of ten futures; "today" costs with
            people's work what today does.
        factor: what all its prices of usage are multiplied by.
        unit_price: its unit price; None where nothing is billed by unit.
        margin, sure: of a floor, the share of the invoice that is kept, and in which share of the futures.
        other: contract with which a ceiling ties.
        pays: expected invoice.
        p90: of the invoice.
        gains: what the buyer saves on average against the alternative; None where there is none.
        keeps: what the vendor keeps on average above the models' cost.
    """

    kind: Kind
    factor: float
    unit_price: float | None
    margin: float | None
    sure: float | None
    other: str | None
    pays: Estimate
    p90: float
    gains: Estimate | None
    keeps: Estimate


@dataclass(frozen=True, eq=False)
class Prices:
    """The prices of one contract on the futures of a run.

    Attributes:
        alternative: the contract that the buyer signs without a deal; None where there is no other.
    """

    forecast: Forecast
    priced: Priced
    alternative: str | None

    @property
    def _net(self) -> risk.Net:
        return self.forecast.results.net

    def totals(self) -> Callable[[float], Array]:
        """Return the function from a factor on all prices of usage to the invoice over the horizon, (trial,)."""
        priced = self.priced
        return totals_by_price(priced.contract, priced.horizon("invoice"), priced.usage, self.forecast.results)

    def total(self, factor: float) -> Array:
        """Return the invoice over the horizon with all prices of usage multiplied, (trial,)."""
        return self.totals()(factor)

    @property
    def model_cost(self) -> Array:
        """The vendor's bill for tokens over the horizon, (trial,)."""
        return np.asarray(self.priced.model_cost.sum(axis=1))

    def floor(self, margin: float, sure: float) -> Tie | None:
        """Return the price at which the vendor keeps a share of the invoice, or more, in a share of the futures.

        With one price per unit it is that quantile of the models' cost per unit, over 1 less the margin; it is 0 where
        fees alone are enough. None where no price is.
        """
        needed = self.model_cost / (1 - margin)
        size = risk.mean(needed)
        enough = math.ceil(len(needed) * sure - risk.SLACK)
        level = (len(needed) - enough + 1) / len(needed)  # of what is left: so many futures have at least that
        if risk.quantile(self.total(0.0) - needed, level) >= 0:
            return self.at(0.0)
        find = price_finder(self.priced, self.forecast.results)
        return find(lambda total: risk.quantile(total - needed, level) + size, size)

    def point(self, kind: Kind, tie: Tie, **about: float | str) -> PricePoint:
        """Return what each side has at a price."""
        total = self.total(tie.factor)
        beside = horizon_cost(self.priced, ranked_by(self.forecast.scenario)) - self.priced.horizon("invoice")
        gains = None
        if self.alternative is not None:
            other = horizon_cost(self.forecast.contracts[self.alternative], ranked_by(self.forecast.scenario))
            gains = _exact(estimate_of_mean(other - beside - total, self._net), risk.mean(other))
        return PricePoint(
            kind=kind,
            factor=tie.factor,
            unit_price=tie.unit_price,
            margin=_number(about.get("margin")),
            sure=_number(about.get("sure")),
            other=None if about.get("other") is None else str(about["other"]),
            pays=estimate_of_mean(total, self._net),
            p90=risk.quantile(total, NINE_OF_TEN),
            gains=gains,
            keeps=estimate_of_mean(total - self.model_cost, self._net),
        )

    def at(self, factor: float) -> Tie:
        """Return the prices at a factor."""
        return tie_of(self.priced.contract, factor, lambda: use_of(self.priced))

    def factor_of(self, price: float) -> float | None:
        """Return the factor at which the unit price is a given one; None where there is no unit price."""
        rate = unit_rate(self.priced.contract)
        return None if not rate else price / rate

    def tie_with(self, name: str) -> Tie | None:
        """Return the price at which the mean invoice is that of another contract; None where there is none."""
        find = price_finder(self.priced, self.forecast.results)
        return find(risk.mean, risk.mean(self.forecast.contracts[name].horizon("invoice")))

    def floors(self) -> Iterator[PricePoint]:
        """Yield what the vendor needs: the models' cost, and stated margins above it in nine of ten futures."""
        for margin in MARGINS:
            for sure in SURE if margin == 0 else (NINE_OF_TEN,):
                tie = self.floor(margin, sure)
                if tie is not None:
                    yield self.point("floor", tie, margin=margin, sure=sure)

    def ceilings(self, others: Callable[[], list[str]]) -> Iterator[PricePoint]:
        """Yield what the buyer may pay: ties with other contracts, with the budget and with today.

        Args:
            others: contracts to tie with at the mean, the alternative among them.
        """
        for name in others():
            tie = self.tie_with(name)
            if tie is not None:
                yield self.point("ceiling", tie, other=name)
        ties = self.priced.ties
        if ties is not None and ties.p90 is not None:
            yield self.point("ceiling_p90", ties.p90, other=ties.other)
        budget = price_that_holds_budget(self.forecast, self.priced)
        if budget is not None:
            yield self.point("budget", budget)
        today = self.forecast.status_quo
        if today is not None:
            work = self.priced.horizon("cost_to_serve") - self.priced.horizon("invoice")
            find = price_finder(self.priced, self.forecast.results)
            tie = find(risk.mean, risk.mean(today.cost.sum(axis=1)) - risk.mean(work))
            if tie is not None:
                yield self.point("today", tie)


def _exact(gains: Estimate, size: float) -> Estimate:
    """Return a gain without what rounding leaves of 0 at a tie."""
    return replace(gains, value=0.0) if abs(gains.value) <= risk.SLACK * abs(size) else gains


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)
