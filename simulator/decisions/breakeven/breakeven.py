"""Where two contracts of a scenario cost the same over a price, the volume, or any number of the scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.contracts import Tie, unit_label
from simulator.contracts.invoices.tie import finder_of, tie_of
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.decisions.breakeven.axes import Axis, law_axis, price_costs, terms_axis, volume_axis
from simulator.decisions.breakeven.crossings import GAPS, STEP, Costs, Gap, crossing_at, find_answer
from simulator.decisions.breakeven.held import number_named, usual_range
from simulator.decisions.breakeven.numbers import Answer, Breakeven, Crossing, Point, Stretch
from simulator.decisions.worth import NINE_IN_TEN, Estimate
from simulator.forecast.forecast import ranked_by, use_of_a_conversation
from simulator.scenario.key_paths import key_path

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.quantities.distributions import Quantity

PRICE: Final = "price"
VOLUME: Final = "volume"
LEAST_PRICE: Final = 0.25
MOST_PRICE: Final = 2.0
"""Factors on a price between which points are shown."""
BEYOND: Final = 1.25
"""How far beyond the last break-even points are shown, as a factor."""
POINTS: Final = 41
TERMS: Final = ("contracts", "switches")
"""Tables whose numbers move no conversation."""


def closest_rival(futures: SameFutures) -> str | None:
    """Return the contract that stands most against the recommended one: its first rival, else the next in rank."""
    found = futures.forecast.verdict
    if found.rivals:
        return found.rivals[0].name
    return found.ranking[1] if len(found.ranking) > 1 else None


def pair_of(futures: SameFutures, contract: str | None, against: str | None) -> tuple[str, str]:
    """Return the two contracts that are compared, those of the verdict where none are named.

    Raises:
        ValueError: for one contract twice, or a scenario with one contract alone.
    """
    best, rival = futures.forecast.verdict.recommended, closest_rival(futures)
    if rival is None:
        raise ValueError("the scenario has one contract alone: a break-even is between two, so add another one")
    first = contract or (best if against != best else rival)
    other = against or (best if first != best else rival)
    if first == other:
        raise ValueError("a contract costs as much as itself at any price: name two different ones")
    return first, other


def breakeven(
    futures: SameFutures, pair: tuple[str, str], over: str = PRICE, ends: tuple[float, float] | None = None
) -> Breakeven:
    """Return where the first of two contracts costs as much as the other.

    Args:
        over: `price` of the first, `volume`, or the key of a number of the scenario.
        ends: between which values to look; usual ones without them. A price is found wherever it is.

    Raises:
        ValueError: for a key that is no number of the scenario, or a contract without a price of use.
    """
    if over == PRICE:
        return _over_price(futures, pair)
    axis, name = (volume_axis(futures, pair), VOLUME) if over == VOLUME else _axis_of(futures, pair, over, ends)
    answers = tuple(find_answer(gap, axis.costs, axis.grid, axis.net) for gap in GAPS)
    return _found(futures, pair, name, axis, answers)


def _axis_of(
    futures: SameFutures, pair: tuple[str, str], over: str, ends: tuple[float, float] | None
) -> tuple[Axis, str]:
    number = number_named(over, futures.scenario)
    between = usual_range(number) if ends is None else ends
    return (terms_axis if is_term(number) else law_axis)(futures, pair, number, between), number.name


def is_term(number: Quantity) -> bool:
    """Whether a number is one of a contract, on which no conversation hangs."""
    path = key_path(number.name)
    return path is not None and path[0] in TERMS


def _found(
    futures: SameFutures, pair: tuple[str, str], over: str, axis: Axis, answers: tuple[Answer, ...]
) -> Breakeven:
    priced = futures.forecast.contracts[pair[0]].contract
    shown = sorted({*axis.grid, axis.here} if axis.grid[0] <= axis.here <= axis.grid[-1] else axis.grid)
    conversations = futures.results.meters[CONVERSATIONS]
    return Breakeven(
        contract=pair[0],
        against=pair[1],
        over=over,
        of=ranked_by(futures.scenario),
        method=axis.method,
        here=axis.here,
        uncertain=axis.uncertain,
        low=axis.grid[0],
        high=axis.grid[-1],
        conversations=float(conversations.mean()),
        price=None,
        price_label=unit_label(priced),
        futures=axis.futures,
        simulated=axis.simulated,
        answers=answers,
        points=tuple(_point(at, axis.costs) for at in shown),
    )


def _point(at: float, costs: Costs) -> Point:
    first, other = costs(at)
    return Point(
        at=at,
        mean=risk.mean(first),
        other_mean=risk.mean(other),
        p90=risk.quantile(first, NINE_IN_TEN),
        other_p90=risk.quantile(other, NINE_IN_TEN),
        cheaper=float(np.mean(first < other)),
    )


def _over_price(futures: SameFutures, pair: tuple[str, str]) -> Breakeven:
    """Return the break-even prices: those at which the contract ties, which the verdict's table shows too.

    Raises:
        ValueError: for a contract that has no price of use.
    """
    priced = futures.forecast.contracts[pair[0]]
    if not priced.contract.usage:
        raise ValueError(
            f"{priced.contract.title} has no price of use, only fees: no price of a unit makes it cost as much as "
            "another; look over the key of a fee, as contracts.NAME.platform_fee"
        )
    costs = price_costs(futures, pair)

    def price(factor: float) -> float | None:
        return tie_of(priced.contract, factor, lambda: use_of_a_conversation(priced)).unit_price

    answers = tuple(_tie_answer(gap, costs, futures, pair[0], price) for gap in GAPS)
    last = max((each.at.value for answer in answers for each in answer.crossings), default=1.0)
    grid = np.linspace(LEAST_PRICE if last > LEAST_PRICE else 0.0, max(MOST_PRICE, BEYOND * last), POINTS)
    axis = Axis("prices", 1.0, False, tuple(map(float, grid)), costs, futures.net, futures.results.trials)
    found = _found(futures, pair, PRICE, axis, answers)
    return replace(found, price=price(1.0), points=tuple(replace(each, price=price(each.at)) for each in found.points))


def _tie_answer(
    gap: Gap, costs: Costs, futures: SameFutures, name: str, price: Callable[[float], float | None]
) -> Answer:
    """Return where a contract ties: its invoice never falls with its price, so there is one such price at most."""
    other = costs(1.0)[1]
    size = risk.mean(other)  # so that the search has a relative tolerance
    find = finder_of(futures.forecast.contracts[name].contract, lambda factor: costs(factor)[0], _no_price)
    tie: Tie | None = find(lambda total: gap.of(total, other) + size, size)
    yes_above = gap.name == "other_nine_in_ten"
    if tie is None:
        dearer = gap.of(*costs(1.0)) > 0
        return Answer(gap.name, (), (Stretch(None, None),) if dearer == yes_above else ())
    around = (max(tie.factor * (1 - STEP), 0.0), tie.factor * (1 + STEP) or STEP)
    crossing = _priced_crossing(crossing_at(gap, costs, tie.factor, around, futures.net), price)
    stretch = Stretch(crossing, None) if yes_above else Stretch(None, crossing)
    return Answer(gap.name, (crossing,), (stretch,))


def _no_price() -> float:
    """Return that no price of a conversation is asked for."""
    return float("nan")


def _priced_crossing(crossing: Crossing, price: Callable[[float], float | None]) -> Crossing:
    at, value = crossing.at, price(crossing.at.value)
    if value is None:
        return crossing
    ends = [None if each is None else price(each) for each in (at.low, at.high)]
    return replace(crossing, price=Estimate(value, ends[0], ends[1]))
