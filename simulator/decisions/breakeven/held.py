"""One number of a scenario held at a value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.arrays import Array
from simulator.quantities.distributions import Domain, Fixed, Quantity
from simulator.quantities.parameters import Table
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.meant.near_names import nearest
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

if TYPE_CHECKING:
    from collections.abc import Callable

WIDE: Final = 2.5758293035489004
"""Normal score of P99.5: so far an uncertain input is looked at."""
SHIFT: Final = 2.0
"""So far to both sides a number on the scale of log odds is looked at that is known today."""
TIMES: Final = 4.0
"""The same of a number that cannot be below 0, as a factor."""
BY_NAME: Final = ("price", "volume")
"""What is varied under its own name, and is no key."""
NEAREST: Final = 3
"""Keys at most that are named to who wrote another."""
_LEAST_SHARE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Held:
    """The law of an uncertain input, held at a value; its draws stay, so that all others do."""

    center: float
    fixed = False

    def at(self, z: Array) -> Array:
        """Return the value at any normal score, same shape."""
        return np.full(np.shape(z), self.center)


def number_named(written: str, scenario: Scenario) -> Quantity:
    """Return the number of a scenario that a key names.

    Raises:
        ValueError: for a key that names none, with the nearest.
    """
    path = key_path(written)
    names = {each.name: each for each in quantities(scenario)}
    name = written if path is None else dotted(path)
    if name in names:
        return names[name]
    inside = [each for each in names if each.startswith(f"{name}.")]
    if inside:
        raise ValueError(f"{name} is no number; it has {', '.join(inside[:6])}{' and others' if inside[6:] else ''}")
    raise ValueError(f"there is no number {name[:80]!r} in the scenario; {_meant(name, list(names))}")


def _meant(name: str, keys: Sequence[str]) -> str:
    """Return what was probably meant, or what can be written: price and volume first, then the nearest keys."""
    near = nearest(name, [*BY_NAME, *keys])
    if near in keys:
        return f"did you mean '{near}'?"
    asked = name.rpartition(".")[2].lower()
    ends = {key: key.rpartition(".")[2] for key in keys}
    like = difflib.get_close_matches(asked[:80], set(ends.values()), n=1, cutoff=0.6)
    named = [key for key, end in ends.items() if end in like][:NEAREST] or keys[:NEAREST]
    written = f"{' or '.join(BY_NAME)}, or a key as {', '.join(named)}"
    return f"write {written}" if near is None else f"did you mean '{near}'? It may be {written}"


def held_at(scenario: Scenario, number: Quantity, value: float) -> Scenario:
    """Return the scenario with a number at a value; every other number keeps its draws.

    Raises:
        ValueError: for a value that the number cannot have.
    """
    problem = number.domain.problem(value)
    if problem:
        raise ValueError(f"{number.name} {problem}")
    path = key_path(number.name)
    assert path is not None  # the scenario named it
    changed: Scenario = _with(scenario, path, lambda it: replace(it, law=Fixed(value) if it.fixed else Held(value)))
    return changed


def _with(value: Any, path: Path, change: Callable[[Quantity], Quantity]) -> Any:
    if not path:
        return change(value)
    part, rest = str(path[0]), path[1:]
    if isinstance(value, Table):
        return value.model_copy(update={part: _with(getattr(value, part), rest, change)})
    if isinstance(value, Mapping):
        return {name: _with(inner, rest, change) if str(name) == part else inner for name, inner in value.items()}
    return tuple(_with(inner, rest, change) if str(place) == part else inner for place, inner in enumerate(value))


def usual_range(number: Quantity) -> tuple[float, float]:
    """Return between which values a number is looked at where nobody says.

    Raises:
        ValueError: for a number of which 0 is known, as nothing tells how large it might be.
    """
    low, high = _range(number)
    if not high > low:
        raise ValueError(f"{number.name} is {number.center:g}, which says nothing of the values that it might have")
    return low, high


def _range(number: Quantity) -> tuple[float, float]:
    domain, center = number.domain, number.center
    if not number.fixed:
        low, high = number.at(np.array([-WIDE, WIDE]))
        return float(low), float(high)
    if domain.scale == "logit":
        return 0.0, 1.0
    if domain.scale == "raw":
        width = min(SHIFT, (domain.high - domain.low) / 4)
        return max(center - width, domain.low), min(center + width, domain.high)
    least = 1.0 if domain.scale == "log above 1" else 0.0
    return least + (center - least) / TIMES, min(least + (center - least) * TIMES, domain.high)


def spaced(low: float, high: float, count: int, domain: Domain) -> tuple[float, ...]:
    """Return values from low to high, evenly on the scale of a number: log odds of shares, logarithms of factors."""
    if domain.scale in ("log", "log above 1") and low > domain.low:
        least = 1.0 if domain.scale == "log above 1" else 0.0
        return tuple(least + float(each) for each in np.geomspace(low - least, high - least, count))
    return tuple(map(float, np.linspace(low, high, count)))
