"""Which contract the verdict takes over two parameters: a grid, the boundary, and where the scenario stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.contracts.invoices.tie import scale_rates
from simulator.contracts.metering.meters import CONVERSATIONS, resolutions
from simulator.decisions.breakeven.axes import coarse, monthly_cost, scaled, simulated
from simulator.decisions.breakeven.breakeven import PRICE, VOLUME, breakeven, is_term, pair_of
from simulator.decisions.breakeven.held import held_at, number_named, spaced, usual_range
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import keeps_budgets, ranked_by
from simulator.forecast.verdict import Offer, Verdict, verdict
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

SHARE: Final = "share"
OWN: Final = (PRICE, VOLUME, SHARE)
"""Axes that are no key of the scenario."""
FUTURES: Final = 1_024
"""Futures of a map at most."""
SIMULATED: Final = 128
"""The same where they must be simulated at each value."""
FINE: Final = (25, 17)
"""Values of the first and the second axis where nothing is simulated."""
COARSE: Final = (9, 5)
"""Values of an axis that is simulated: alone, and of two."""
VOLUMES: Final = (0.25, 4.0)
PRICES: Final = (0.5, 1.5)
MOST_PRICE: Final = 4.0
NEAR: Final = (0.8, 0.9, 1.1, 1.2)
"""Values of the second axis close to where the scenario stands, as factors, where nothing is simulated."""
_AROUND: Final = 0.25
_HALVINGS: Final = 9


@dataclass(frozen=True, slots=True)
class MapAxis:
    """An axis of a map.

    Attributes:
        over: `price` or `share` of the contract, `volume`, or the path of a number.
        values: in rising order; factors of price and volume, a share of conversations, values of the number.
        here: where the scenario stands.
        uncertain: whether the scenario has a range there.
        moves_conversations: whether values must be simulated.
    """

    over: str
    values: tuple[float, ...]
    here: float
    uncertain: bool
    moves_conversations: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What the verdict takes at one value of the second axis.

    Attributes:
        at: that value.
        taken: the contract taken at each value of the first axis.
        close: whether it is too close to call there.
        missed: whether no contract keeps the budget in nine of ten futures there.
        changes: values of the first axis at which another contract is taken.
    """

    at: float
    taken: tuple[str, ...]
    close: tuple[bool, ...]
    missed: tuple[bool, ...]
    changes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class VerdictMap:
    """Which contract the verdict takes over two parameters.

    Attributes:
        contract: of which price and share are varied.
        here: the row at which the scenario stands, or the middle of a range.
        recommended: by the verdict on the scenario as it is, on all futures.
        price: the unit price as offered; None where there is none.
        conversations: handled conversations of a month.
        futures: on which each point is judged.
        simulated: how many values were simulated.
    """

    contract: str
    first: MapAxis
    second: MapAxis
    rows: tuple[Row, ...]
    here: Row
    recommended: str
    price: float | None
    price_label: str
    conversations: float
    futures: int
    simulated: int


def verdict_map(futures: SameFutures, contract: str | None, first: str, second: str) -> VerdictMap:
    """Return which contract the verdict takes over two parameters.

    Args:
        contract: of which price and share are varied; the recommended one without it.
        first, second: `price`, `volume`, `share`, or keys of numbers of the scenario.

    Raises:
        ValueError: for one parameter twice, a key that is no number, or a share of a contract that bills none.
    """
    name = contract or futures.forecast.verdict.recommended
    if first == second:
        raise ValueError(f"a map needs two different parameters, not {first!r} twice")
    simulations = sum(_is_law(each, futures.scenario) for each in (first, second))
    axes = [_axis(futures, name, each, place, simulations) for place, each in enumerate((first, second))]
    worlds = _Worlds(futures, name, axes)
    rows = tuple(_row(worlds, axes[0], axes[1], value) for value in axes[1].values)
    priced = breakeven(futures, pair_of(futures, name, None)) if PRICE in (first, second) else None
    counted = [len(each.values) for each in axes if each.moves_conversations]
    return VerdictMap(
        contract=name,
        first=axes[0],
        second=axes[1],
        rows=rows,
        here=_row(worlds, axes[0], axes[1], axes[1].here),
        recommended=futures.forecast.verdict.recommended,
        price=None if priced is None else priced.price,
        price_label="" if priced is None else priced.price_label,
        conversations=float(futures.results.meters[CONVERSATIONS].mean()),
        futures=worlds.trials,
        simulated=int(np.prod(counted)) if counted else 0,
    )


def _is_law(over: str, scenario: Scenario) -> bool:
    return over not in OWN and not is_term(number_named(over, scenario))


def _axis(futures: SameFutures, name: str, over: str, place: int, simulations: int) -> MapAxis:
    if over in OWN:
        own, here = _own_values(futures, name, over, FINE[place])
        found = _with(own, here)
        return MapAxis(over, _with_near(found, here) if place == 1 else found, here, False, False)
    number, law = number_named(over, futures.scenario), _is_law(over, futures.scenario)
    count = COARSE[simulations - 1] if law else FINE[place]
    values = spaced(*usual_range(number), count, number.domain)
    return MapAxis(number.name, values, number.center, not number.fixed, law)


def _own_values(futures: SameFutures, name: str, over: str, count: int) -> tuple[Array, float]:
    """Return values of a price, volume or share, and where the scenario stands among them."""
    if over == PRICE:
        return _prices(futures, name, count), 1.0
    if over == VOLUME:
        return np.geomspace(*VOLUMES, count), 1.0
    here = billed_share(futures, name)
    return np.linspace(0.5, min(1.5, 1 / here), count) * here, here


def _prices(futures: SameFutures, name: str, count: int) -> Array:
    """Return prices around the offer, and around the price that ties with the closest rival on average."""
    ties = breakeven(futures, pair_of(futures, name, None)).answer("mean").crossings
    at = min(ties[0].at.value, MOST_PRICE) if ties else 1.0
    return np.linspace(min(PRICES[0], 0.8 * at), max(PRICES[1], 1.25 * at), count)


def _with(values: Array, here: float) -> tuple[float, ...]:
    """Return values with where the scenario stands in the place of the nearest."""
    found = [float(each) for each in values]
    nearest = min(range(len(found)), key=lambda place: abs(found[place] - here))
    return tuple(here if place == nearest else each for place, each in enumerate(found))


def _with_near(values: tuple[float, ...], here: float) -> tuple[float, ...]:
    """Return values with those a tenth and a fifth off the scenario in the place of others around it."""
    far = [each for each in values if each == here or abs(each / here - 1) > _AROUND]
    ends = min(values), max(values)
    near = [factor * here for factor in NEAR if ends[0] < factor * here < ends[1]]
    return tuple(sorted({*ends, *far, *near}))


def billed_share(futures: SameFutures, name: str) -> float:
    """Return the share of handled conversations that a contract bills as resolutions, on average.

    Raises:
        ValueError: for a contract that bills no resolutions.
    """
    contract = futures.forecast.contracts[name].contract
    if not contract.definitions:
        raise ValueError(
            f"{contract.title} bills no resolutions, so that it has no share billed; map another contract with "
            "--contract, or another parameter"
        )
    meters = futures.results.meters
    units = sum(float(meters[resolutions(each)].sum()) for each in contract.definitions)
    return units / float(meters[CONVERSATIONS].sum())


class _Worlds:
    """The verdict at points of a map; what two points share is worked out once."""

    def __init__(self, futures: SameFutures, name: str, axes: Sequence[MapAxis]) -> None:
        self.futures, self.name, self.axes = futures, name, axes
        self.share = next((each.here for each in axes if each.over == SHARE), 1.0)
        self.law = any(each.moves_conversations for each in axes)
        self.trials = min(SIMULATED if self.law else FUTURES, futures.results.trials)
        self._keys = [each.over for each in axes if each.over not in OWN]
        self._results = lru_cache(maxsize=None)(self._made)
        self._offer = lru_cache(maxsize=4096)(self._offered)

    def at(self, first: float, second: float) -> Verdict:
        """Return the verdict at a point."""
        values = dict(zip((each.over for each in self.axes), (first, second), strict=True))
        moved = (values.get(VOLUME, 1.0), *(values[key] for key in self._keys))
        own = values.get(PRICE, 1.0), values.get(SHARE, self.share) / self.share
        results, contracts = self._results(moved)
        offers = [self._offer(moved, name, own if name == self.name else (1.0, 1.0)) for name in contracts]
        return verdict(offers, results.net)

    def _made(self, moved: tuple[float, ...]) -> tuple[Results, dict[str, Contract]]:
        """Return the results at some values of volume and keys, and the contracts there."""
        times, *values = moved
        if times != 1:
            results, contracts = self._results((1.0, *values))
            return scaled(results, times), contracts
        results = self._of_keys(values)
        return results, dict(compile_terms(results.scenario).contracts)

    def _of_keys(self, values: Sequence[float]) -> Results:
        scenario = self.futures.scenario
        small, method = coarse(scenario)
        for key, value in zip(self._keys, values, strict=True):
            number = number_named(key, scenario)
            scenario, small = held_at(scenario, number, value), held_at(small, number, value)
        if self.law:
            return simulated([small.model_copy(update={"trials": self.trials})], method, self.futures)[0]
        some = self.futures.on(scenario) if values else self.futures
        return first_futures(some.results, self.trials)

    def _offered(self, moved: tuple[float, ...], name: str, own: tuple[float, float]) -> Offer:
        results, contracts = self._results(moved)
        contract, (price, share) = contracts[name], own
        months = _months(scale_rates(contract, price) if price != 1 else contract, results, share)
        billed = [results.meters[meter].any() for meter in contract.billed_meters]
        return Offer(
            name=name,
            cost=months.sum(axis=1),
            keeps=keeps_budgets(months, results.scenario),
            bills_units=any(billed) or not billed,
            countable=self.futures.forecast.contracts[name].countable_by_buyer,
        )


def _months(contract: Contract, results: Results, share: float) -> Array:
    """Return what a contract costs by month where it bills so many times its resolutions, (trial, month)."""
    of = ranked_by(results.scenario)
    months = monthly_cost(contract, results, of)
    if share == 1:
        return months
    times = {key: results.meters[key] * share for name in contract.definitions for key in [resolutions(name)]}
    values = values_of(results)
    before = invoice(contract, results.priced_meters(contract), values).total
    return np.asarray(months - before + invoice(contract, results.priced_meters(contract, times), values).total)


def first_futures(results: Results, trials: int) -> Results:
    """Return the first futures of results whose meters are all there."""
    if trials >= results.trials:
        return results
    sampling = results.sampling
    if sampling is not None:
        sampling = replace(sampling, arrays={name: each[:trials] for name, each in sampling.arrays.items()})
    return replace(
        results,
        scenario=results.scenario.model_copy(update={"trials": trials}),
        meters={name: each[:trials] for name, each in results.meters.items()},
        unknowns={name: each[:trials] for name, each in results.unknowns.items()},
        drivers={name: each[:trials] for name, each in results.drivers.items()},
        whole={name: each[:trials] for name, each in results.whole.items()},
        sampling=sampling,
        split={},
    )


def _row(worlds: _Worlds, first: MapAxis, second: MapAxis, value: float) -> Row:
    judged = [worlds.at(each, value) for each in first.values]
    taken = tuple(each.recommended for each in judged)
    return Row(
        at=value,
        taken=taken,
        close=tuple(each.close is not None for each in judged),
        missed=tuple(each.rule == "budget_missed" for each in judged),
        changes=tuple(_changes(worlds, first, value, taken)),
    )


def _changes(worlds: _Worlds, first: MapAxis, second: float, taken: Sequence[str]) -> Iterator[float]:
    """Yield where along a row another contract is taken; halfway between two values where these were simulated."""
    for (low, high), (one, other) in zip(itertools.pairwise(first.values), itertools.pairwise(taken), strict=True):
        if one == other:
            continue
        for _ in range(0 if first.moves_conversations else _HALVINGS):
            middle = (low + high) / 2
            if worlds.at(middle, second).recommended == one:
                low = middle
            else:
                high = middle
        yield (low + high) / 2
