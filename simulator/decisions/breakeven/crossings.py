"""All values at which a figure of two costs is level: a grid is looked through, and what is found is refined.

A gap is a figure of two costs on the same futures that is below 0 where the first is cheaper, and 0 where both are
level. It changes with the value smoothly but for kinks of the bills, so that a grid finds each change of its sign. Two
of them between neighbours of the grid show as a gap that comes nearer to 0 than at both neighbours: there it is looked
for its extreme.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.invoices.tie import root
from simulator.decisions.breakeven.numbers import Answer, Crossing, Name, Stretch
from simulator.decisions.worth import NINE_IN_TEN, Estimate, estimate

Costs = Callable[[float], tuple[Array, Array]]
"""From a value to what two contracts cost in each future, (trial,) both."""

SAME = 1e-9
"""Relative gap up to which two bills are the same."""
TOLERANCE = 1e-12
STEP = 0.01
"""Share of the way to the neighbours of the grid over which the slope at a crossing is measured."""
_HALVINGS = 40
_GOLDEN = 0.381966


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure of two costs that is below 0 where the first is cheaper.

    Attributes:
        of: from two costs, (trial,) each.
        interval: its sampling interval; None where there is none.
    """

    name: Name
    of: Callable[[Array, Array], float]
    interval: Callable[[Array, Array, risk.Net], risk.Interval | None]


def _nine_in_ten(first: Array, other: Array) -> float:
    return risk.quantile(first - other, NINE_IN_TEN)


def _its_interval(first: Array, other: Array, net: risk.Net) -> risk.Interval:
    return risk.quantile_interval(first - other, NINE_IN_TEN, net=net)


def _other_interval(first: Array, other: Array, net: risk.Net) -> risk.Interval:
    found = _its_interval(other, first, net)
    return risk.Interval(-found.high, -found.low, found.complete)


GAPS = (
    Gap("mean", lambda a, b: risk.mean(a - b), lambda a, b, net: risk.mean_interval(a - b, net=net)),
    Gap(
        "p90",
        lambda a, b: risk.quantile(a, NINE_IN_TEN) - risk.quantile(b, NINE_IN_TEN),
        lambda a, b, net: risk.quantile_difference_interval(a, b, NINE_IN_TEN, net=net),
    ),
    Gap("nine_in_ten", _nine_in_ten, _its_interval),
    Gap("other_nine_in_ten", lambda a, b: -_nine_in_ten(b, a), _other_interval),
)
"""In nine of ten futures the first is cheaper where the P90 of the difference is below 0."""


def find_answer(gap: Gap, costs: Costs, grid: Sequence[float], net: risk.Net) -> Answer:
    """Return all crossings of a gap, and where it says that a contract is cheaper.

    Args:
        costs: kept by the caller where they are dear, as all gaps ask for those of the grid.
        grid: values in rising order.
    """
    at = _Signed(gap, costs)
    signs = [at.sign(value) for value in grid]
    if not any(signs):
        return Answer(gap.name, (), (), equal=True)
    yes = 1 if gap.name == "other_nine_in_ten" else -1
    edges = [edge for pair in itertools.pairwise(grid) for edge in _edges(at, *pair, yes)]
    edges += [edge for three in _humps(grid, signs, at) for edge in _around(at, *three, yes)]
    values = sorted(edges)
    found = (crossing_at(gap, costs, value, _near(grid, value), net) for value in values)
    crossings = [_within(each, grid[0], grid[-1]) for each in found]
    return Answer(gap.name, tuple(crossings), tuple(_stretches(crossings, values, signs[0] == yes)))


class _Signed:
    """A gap over the size of the costs, by value; its sign is 0 where both bills are the same."""

    def __init__(self, gap: Gap, costs: Costs) -> None:
        self._gap, self._costs, self._known = gap, costs, dict[float, float]()

    def __call__(self, value: float) -> float:
        if value not in self._known:
            first, other = self._costs(value)
            size = max(abs(risk.mean(first)), abs(risk.mean(other)))
            self._known[value] = self._gap.of(first, other) / size if size else 0.0
        return self._known[value]

    def sign(self, value: float) -> int:
        """Return 1, 0 or -1."""
        found = self(value)
        return 0 if abs(found) <= SAME else 1 if found > 0 else -1


def _edges(at: _Signed, low: float, high: float, yes: int) -> Iterator[float]:
    """Yield where between two values the answer changes to or from yes, where it does."""
    first, last = at.sign(low), at.sign(high)
    if (first == yes) == (last == yes):
        return
    if first * last < 0:
        yield root(at, low, high, TOLERANCE)
        return
    for _ in range(_HALVINGS):  # both bills are the same at one end, and on a stretch beyond it
        middle = (low + high) / 2
        if (at.sign(middle) == yes) == (first == yes):
            low = middle
        else:
            high = middle
    yield (low + high) / 2


def _humps(grid: Sequence[float], signs: Sequence[int], at: _Signed) -> Iterator[tuple[float, float, float]]:
    """Yield three neighbours of one sign between which a gap may reach 0: the middle one is nearest to it.

    Where a dip of straight lines or a parabola reaches 0 between them, the farther neighbour is at least twice as far
    from 0 as the middle one: its foot lies within half a step, and the neighbour more than a step away.
    """
    for place in range(1, len(grid) - 1):
        three = grid[place - 1 : place + 2]
        sign = signs[place]
        if sign and signs[place - 1] == sign == signs[place + 1]:
            sizes = [abs(at(value)) for value in three]
            if sizes[1] < sizes[0] and sizes[1] <= sizes[2] and 2 * sizes[1] <= max(sizes[0], sizes[2]):
                yield three[0], three[1], three[2]


def _around(at: _Signed, low: float, middle: float, high: float, yes: int) -> Iterator[float]:
    """Yield the two edges between three values of one sign where the gap reaches another sign between them."""
    sign = at.sign(middle)
    for _ in range(_HALVINGS // 2):
        right = high - middle > middle - low
        new = middle + _GOLDEN * ((high - middle) if right else (low - middle))
        if at.sign(new) != sign:
            yield from _edges(at, low if not right else middle, new, yes)
            yield from _edges(at, new, high if right else middle, yes)
            return
        if abs(at(new)) < abs(at(middle)):
            low, middle, high = (middle, new, high) if right else (low, new, middle)
        else:
            low, high = (low, new) if right else (new, high)


def _near(grid: Sequence[float], value: float) -> tuple[float, float]:
    """Return two values around one, a small share of the way to its neighbours of the grid, inside the grid."""
    below = max((each for each in grid if each < value), default=value)
    above = min((each for each in grid if each > value), default=value)
    width = STEP * (above - below)
    return max(value - width, below), min(value + width, above)


def crossing_at(gap: Gap, costs: Costs, value: float, around: tuple[float, float], net: risk.Net) -> Crossing:
    """Return a crossing with its interval: that of the gap there, over the slope of the gap.

    Where the true gap at the value is d, the true crossing lies d over the slope away (the delta method); so the ends
    of the gap's interval become those of the crossing's.

    Args:
        around: two values between which the slope is measured.
    """
    low, high = around
    ends = [gap.of(*costs(each)) for each in around]
    slope = (ends[1] - ends[0]) / (high - low) if high > low else 0.0
    first, other = costs(value)
    size = max(abs(risk.mean(first)), abs(risk.mean(other)))
    rises = slope > 0
    if abs(slope) * max(abs(value), high - low) <= SAME * size:
        return Crossing(Estimate(value), rises)
    found = estimate(0.0, gap.interval(first, other, net))
    if found.low is None or found.high is None:
        return Crossing(Estimate(value), rises)
    middle = gap.of(first, other)
    moved = sorted(value - (end - middle) / slope for end in (found.low, found.high))
    return Crossing(Estimate(value, moved[0], moved[1]), rises)


def _within(crossing: Crossing, low: float, high: float) -> Crossing:
    """Return a crossing without its interval where that reaches beyond what was looked at."""
    at = crossing.at
    inside = at.low is not None and at.high is not None and low <= at.low and at.high <= high
    return crossing if inside else replace(crossing, at=Estimate(at.value))


def _stretches(crossings: Sequence[Crossing], values: Sequence[float], starts: bool) -> Iterator[Stretch]:
    """Yield where an answer is yes, from the edges at which it changes."""
    if not values:
        if starts:
            yield Stretch(None, None)
        return
    ends: list[Crossing | None] = [*([None] if starts else []), *crossings]
    ends += [None] if len(ends) % 2 else []
    yield from (Stretch(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True))
