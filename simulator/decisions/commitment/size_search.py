"""The search over all sizes of a commitment: the whole curve first, then every step around its lowest point."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array, Index
from simulator.contracts import Contract
from simulator.contracts.invoices.leaving import Owed as OwedAfter
from simulator.decisions.commitment.commitments_found import (
    Case,
    Commitments,
    Level,
    Owed,
    OwedParts,
    Point,
    Regret,
    Rival,
)
from simulator.decisions.commitment.committed import Size, assumed_size, sizes_of
from simulator.decisions.commitment.committed_bills import as_offered, biller, owed_by_month, use_by_period
from simulator.decisions.commitment.falls import dear_from
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.worth import NINE_IN_TEN, Estimate, estimate, estimate_of_mean, worth
from simulator.errors import ContractError

ASSUMED_DISCOUNT: Final = 0.1
"""Discount that a commitment is taken to buy where nobody says one."""
COARSE: Final = 33
"""Sizes of the whole curve."""
STEPS: Final = 400
"""Steps up to the P90 of use, at least."""
FINE: Final = 34
"""Sizes that are tried at once around the lowest of the curve."""
NEARLY: Final = 0.01
ROOM: Final = 1.1
GROUPS: Final = 8
PLACES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
FIFTH: Final = 0.2
EXITS: Final = (6, 12)
_SAME: Final = 1e-12
_HALVINGS: Final = 40
_DIGITS: Final = 6
Figure = Callable[[Array], float]


@dataclass(eq=False)
class _Curve:
    """Invoices over the horizon by size, each worked out once."""

    bill: Callable[[float], Array]
    known: dict[float, Array] = field(default_factory=dict)

    def at(self, size: float) -> Array:
        if size not in self.known:
            self.known[size] = self.bill(size)
        return self.known[size]


def commitments(futures: SameFutures, contract: str, discount: float | None = None) -> Commitments:
    """Return how much to commit under a contract.

    Args:
        discount: that a commitment buys, of a contract that has none; `ASSUMED_DISCOUNT` where it is not given.

    Raises:
        ContractError: for a change of vendor, for a contract with no charge for use, where the AI stops when prepaid
            credits are gone, and for a discount on a contract that has a commitment of its own.
    """
    size, others = _size(futures.forecast.contracts[contract].contract, discount)
    use = use_by_period(size, futures.results)
    if not use.any():
        raise ContractError(
            f"contract {contract!r} bills nothing by use in these futures, so there is nothing to commit"
        )
    return _Search(futures, size, use).found(contract, discount is not None, others)


def _size(contract: Contract, discount: float | None) -> tuple[Size, tuple[Size, ...]]:
    """Return what is committed under a contract, and what else is."""
    if contract.switch is not None:
        raise ContractError(
            f"contract {contract.name!r} is a change from one contract to another; ask about "
            f"{contract.switch.before.name!r} or {contract.switch.after.name!r}"
        )
    found = sizes_of(contract)
    if found and discount is not None:
        raise ContractError(
            f"contract {contract.name!r} has a commitment of its own, whose terms say what it buys; --discount is for "
            "contracts without one: leave it out, or name another --contract"
        )
    if found and found[0].kind == "prepaid" and contract.settlement.limit is not None:
        raise ContractError(
            f"under contract {contract.name!r} the AI stops when its credits are gone, so that a smaller pack moves "
            "work to people; compare whole costs of packs with `simulate sweep`"
        )
    if not found and not contract.usage:
        raise ContractError(f"contract {contract.name!r} charges nothing by use, so there is nothing to commit")
    if found:
        return found[0], found[1:]
    return assumed_size(contract, ASSUMED_DISCOUNT if discount is None else discount), ()


@dataclass(frozen=True, eq=False)
class _Search:
    """One contract's commitment on some futures.

    Attributes:
        use: against the commitment, in its unit, (trial, period).
    """

    futures: SameFutures
    size: Size
    use: Array

    def found(self, name: str, given: bool, others: tuple[Size, ...]) -> Commitments:
        """Return all that is found."""
        size, results = self.size, self.futures.results
        curve, less, more = (_Curve(biller(size, results, volume)) for volume in (1.0, 1 - FIFTH, 1 + FIFTH))
        own_bill = as_offered(size.contract, results)
        own_size = size.own or 0.0
        grid = self._grid(own_size)
        best, lowest_p90 = (self._lowest(curve, figure, grid) for figure in (risk.mean, _p90))
        bills = curve.at(best)
        level = _Levels(self, own_bill, curve, less, more)
        sizes = sorted(curve.known)
        return Commitments(
            contract=name,
            recommended=self._recommended(name),
            recommended_commits=self._recommended_commits(),
            title=size.contract.title,
            kind=size.kind,
            months=size.months,
            unit=size.unit,
            committed=size.committed,
            beyond=size.beyond,
            rate=size.rate,
            discount=size.discount,
            given=given,
            own=level.offered(own_size),
            best=level.of(best),
            best_size=self._interval(best, np.array(sizes), np.stack([curve.at(each) for each in sizes])),
            nearly=self._nearly(curve, best),
            best_p90=level.of(lowest_p90),
            premium=worth(curve.at(lowest_p90), bills, self.futures.net),
            quantile=size.quantile,
            newsvendor=None if size.quantile is None else risk.quantile(self.use.ravel(), size.quantile),
            dear_from=dear_from(size, results),
            free=None if size.trades else risk.quantile(self.use.min(axis=1), 1 - NINE_IN_TEN),
            levels=tuple(level.of(self._rounded(risk.quantile(self.use.ravel(), place))) for place in PLACES),
            curve=tuple(level.point(each) for each in grid),
            regrets=tuple(self._regrets(grid, best, own_bill, curve, less, more)),
            exits=self._exits(best),
            rival=self._rival(name, best, own_bill, curve, grid),
            step=self._step,
            others=tuple(each.kind for each in others),
            pays_to=None if size.discount is None else self._pays_to(best, own_bill, curve, grid[-1]),
            binding=self._binding(name),
        )  # fmt: skip

    def _recommended(self, name: str) -> str | None:
        best = self.futures.forecast.recommended.contract
        return None if best.name == name else best.title

    def _recommended_commits(self) -> bool:
        """Return whether the recommended contract commits to use; a change of vendor may, by either contract."""
        best = self.futures.forecast.recommended.contract
        return best.switch is not None or bool(sizes_of(best))

    def _binding(self, name: str) -> tuple[tuple[str, str], ...]:
        contracts = {key: each.contract for key, each in self.futures.forecast.contracts.items() if key != name}
        return tuple((key, contract.title) for key, contract in contracts.items() if sizes_of(contract))

    def _pays_to(self, best: float, own_bill: Array, curve: _Curve, top: float) -> Estimate:
        """Return the size up to which an assumed commitment costs no more than none."""
        found = None if best == 0 else self._walk_away(best, own_bill, curve, top)
        return Estimate(best) if found is None else found

    @property
    def _step(self) -> float:
        """A round step of sizes."""
        wanted = risk.quantile(self.use.ravel(), NINE_IN_TEN) or float(self.use.max())
        wanted /= STEPS
        power = 10.0 ** math.floor(math.log10(wanted))
        step = next(times for times in (5, 2, 1) if times * power <= wanted * (1 + _SAME)) * power
        return step if self.size.unit is None else max(step, 1.0)

    def _rounded(self, size: float) -> float:
        return round(round(size / self._step) * self._step, 9)

    def _grid(self, own: float) -> list[float]:
        """Return the sizes of the whole curve, from none to beyond what is used in any but the rarest period."""
        top = max(risk.quantile(self.use.ravel(), 0.99) * ROOM, own * ROOM)
        return sorted({self._rounded(each) for each in np.linspace(0.0, top, COARSE)})

    def _lowest(self, curve: _Curve, figure: Figure, grid: list[float]) -> float:
        """Return the size at which a figure of the bills is lowest, the smallest of equal ones, to the step."""
        sizes = grid
        while True:
            found = [figure(curve.at(each)) for each in sizes]
            least = min(found)
            place = next(i for i, each in enumerate(found) if each <= least + _SAME * abs(least))
            low, high = sizes[max(place - 1, 0)], sizes[min(place + 1, len(sizes) - 1)]
            steps = round((high - low) / self._step)
            if steps <= 2:
                return sizes[place]
            count = min(steps, FINE)
            sizes = sorted({self._rounded(each) for each in np.linspace(low, high, count + 1)} | {sizes[place]})

    def _interval(self, best: float, sizes: Array, bills: Array) -> Estimate:
        """Return the best size with its interval: how far the best ones of eight parts of the futures lie apart.

        Args:
            bills: shape (size, trial).
        """
        net = self.futures.net
        groups = np.arange(bills.shape[1]) % GROUPS if net is None else np.asarray(net)
        if bills.shape[1] < risk.LEAST_FOR_NETS:
            return Estimate(best)
        each = [sizes[bills[:, groups == group].mean(axis=1).argmin()] for group in np.unique(groups)]
        found = risk.mean_interval(np.array(each))
        if found is None:
            return Estimate(best)
        half = (found.high - found.low) / 2
        return Estimate(best, max(best - half, 0.0), best + half)

    def _nearly(self, curve: _Curve, best: float) -> tuple[float, float]:
        """Return the sizes around the best one whose mean is within 1 % of the lowest, of those that were tried."""
        least = risk.mean(curve.at(best))
        most = least + NEARLY * abs(least)
        sizes = sorted(curve.known)
        place = sizes.index(best)
        low = high = place
        while low > 0 and risk.mean(curve.at(sizes[low - 1])) <= most:
            low -= 1
        while high < len(sizes) - 1 and risk.mean(curve.at(sizes[high + 1])) <= most:
            high += 1
        return sizes[low], sizes[high]

    def _regrets(
        self, grid: list[float], best: float, own_bill: Array, curve: _Curve, less: _Curve, more: _Curve
    ) -> list[Regret]:
        """Return what the commitment as offered and the best one cost more than the best one of each case."""
        used = self.use.sum(axis=1)
        order = np.argsort(used, kind="stable")
        count = max(len(order) // 10, 1)
        results, contract = self.futures.results, self.size.contract
        cases: list[tuple[Case, _Curve, Array, Index]] = [
            ("lowest_tenth", curve, own_bill, order[:count]),
            ("highest_tenth", curve, own_bill, order[-count:]),
            ("fifth_less", less, as_offered(contract, results, 1 - FIFTH), np.sort(order)),
            ("fifth_more", more, as_offered(contract, results, 1 + FIFTH), np.sort(order)),
        ]
        return [self._regret(case, of, bill, some, grid, best) for case, of, bill, some in cases]

    def _regret(self, case: Case, of: _Curve, own: Array, some: Index, grid: list[float], best: float) -> Regret:
        lowest = self._lowest(of, lambda bills: risk.mean(bills[some]), grid)
        least = of.at(lowest)[some]
        net = self.futures.net if len(some) == len(own) else None
        extra = [estimate_of_mean(bills[some] - least, net) for bills in (own, of.at(best))]
        return Regret(case, lowest, risk.mean(least), extra[0], extra[1])

    def _exits(self, best: float) -> tuple[Owed, ...]:
        months = tuple(month for month in EXITS if month <= self.futures.results.months)
        own, chosen = (
            owed_by_month(each, self.futures.results, months) for each in (self.size.contract, self.size.at(best))
        )
        return tuple(Owed(month, _parts(own[month]), _parts(chosen[month])) for month in months)

    def _rival(self, name: str, best: float, own_bill: Array, curve: _Curve, grid: list[float]) -> Rival | None:
        """Return the contract without a commitment that costs least on average, of the same unit where there is one."""
        if self.size.discount is not None:
            return None
        others = {
            key: priced
            for key, priced in self.futures.forecast.contracts.items()
            if key != name and priced.contract.switch is None and priced.bills_units and not sizes_of(priced.contract)
        }
        billed = self.size.contract.billed_meters
        same = {key: each for key, each in others.items() if each.contract.billed_meters == billed}
        if not others:
            return None
        costs = {key: self.futures.invoice(key) for key in same or others}
        key = min(costs, key=lambda each: risk.mean(costs[each]))
        cost, net = costs[key], self.futures.net
        return Rival(
            key,
            others[key].contract.title,
            bool(same),
            worth(curve.at(best), cost, net),
            worth(own_bill, cost, net),
            self._walk_away(best, cost, curve, grid[-1]),
        )

    def _walk_away(self, best: float, cost: Array, curve: _Curve, top: float) -> Estimate | None:
        """Return the size up to which the bill is no more than another cost on average, by bisection."""
        target = risk.mean(cost)
        low, high = best, 2 * top
        if not risk.mean(curve.bill(low)) <= target < risk.mean(curve.bill(high)):
            return None
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if risk.mean(curve.bill(middle)) <= target else (low, middle)
            if high - low < self._step / 10:
                break
        extra = curve.bill(low) - cost
        slope = (risk.mean(curve.bill(low + self._step)) - risk.mean(curve.bill(low))) / self._step
        found = risk.mean_interval(extra, net=self.futures.net)
        if found is None or slope <= 0:
            return Estimate(low)
        half = (found.high - found.low) / 2 / slope
        return Estimate(low, max(low - half, 0.0), low + half)


def _parts(owed: OwedAfter) -> OwedParts:
    return OwedParts(_cents(owed.fees), _cents(owed.commitment), _cents(owed.other), _cents(owed.total))


def _cents(owed: Array) -> float:
    """Return a mean amount without what is left of sums that cancel out."""
    return round(risk.mean(owed), _DIGITS) + 0.0


def _p90(bills: Array) -> float:
    return risk.quantile(bills, NINE_IN_TEN)


@dataclass(frozen=True, eq=False)
class _Levels:
    """Makes levels of sizes.

    Attributes:
        own: invoice of the contract as offered, over the horizon, (trial,).
        less, more: curves at a fifth less and more volume.
    """

    search: _Search
    own: Array
    curve: _Curve
    less: _Curve
    more: _Curve

    def offered(self, size: float) -> Level:
        """Return the level of the contract as it is offered."""
        results, contract = self.search.futures.results, self.search.size.contract
        low, high = (risk.mean(as_offered(contract, results, volume)) for volume in (1 - FIFTH, 1 + FIFTH))
        return self._level(size, self.own, low, high)

    def of(self, size: float) -> Level:
        """Return the level of a size."""
        return self._level(size, self.curve.at(size), risk.mean(self.less.at(size)), risk.mean(self.more.at(size)))

    def point(self, size: float) -> Point:
        """Return the point of the cost curve at a size."""
        bills = self.curve.at(size)
        against = worth(bills, self.own, self.search.futures.net)
        return Point(size, risk.mean(bills), _p90(bills), against.mean, against.p90)

    def _level(self, size: float, bills: Array, less: float, more: float) -> Level:
        terms, use, net = self.search.size, self.search.use, self.search.futures.net
        unused = np.maximum(1.0 - use / size, 0.0).mean(axis=1) if size > 0 else np.zeros(len(use))
        price = terms.unit_price
        return Level(
            size=size,
            units=size if terms.unit is not None else None if price is None else size / price,
            money=size * terms.committed * terms.rate,
            place=float(np.mean(use <= size)),
            unused=estimate_of_mean(unused, net),
            mean=estimate_of_mean(bills, net),
            p90=estimate(_p90(bills), risk.quantile_interval(bills, NINE_IN_TEN, net=net)),
            against=worth(bills, self.own, net),
            fifth_less=less,
            fifth_more=more,
        )
