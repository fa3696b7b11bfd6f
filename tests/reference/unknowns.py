"""Section 1 of the law: the numbers of a trial, each drawn once from its law."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from random import Random
from types import SimpleNamespace
from typing import Any, Literal

from simulator.quantities.distributions import Beta, Choices, Fixed, LogNormal, Normal, Quantity
from simulator.quantities.percentiles import MedianInterval, TwoPercentiles, TwoSidedPower
from tests.reference.chance import STANDARD, beta_quantile, cholesky, correlated

Unknowns = Literal["random", "center"] | Mapping[str, float]


_SCALES: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "log": (math.log, math.exp),
    "log above 1": (lambda a: math.log(a - 1), lambda y: 1 + math.exp(y)),
    "logit": (lambda p: math.log(p / (1 - p)), lambda y: 1 / (1 + math.exp(-y))),
    "raw": (float, float),
}
"""To the scale of a law, and back."""


def trial_values(scenario: Any, rng: Random, unknowns: Unknowns = "random") -> SimpleNamespace:
    """Return the scenario with every quantity replaced by this trial's number, tables as namespaces.

    Args:
        unknowns: "random" draws each number; "center" takes every number at z = 0; a mapping gives normal
            scores by dotted name, all others are 0.
    """
    return settled(scenario, rng, unknowns, scenario.correlations)


def settled(table: Any, rng: Random, unknowns: Unknowns, correlations: Any = ()) -> SimpleNamespace:
    """Return any table with its quantities replaced by numbers, as `trial_values` does for a whole scenario."""
    scores = _scores(correlations, rng, unknowns)
    tree: SimpleNamespace = _settle(table, "", lambda quantity, path: quantile(quantity, scores(quantity.name or path)))
    return tree


def quantile(quantity: Quantity, score: float) -> float:
    """Return a quantity's value at a standard normal score, clipped to its domain."""
    return min(max(_law_at(quantity.law, score), quantity.domain.low), quantity.domain.high)


def _law_at(law: Any, score: float) -> float:
    if isinstance(law, Fixed):
        return law.value
    if isinstance(law, TwoPercentiles):
        return _interval_at(law, score)
    if isinstance(law, MedianInterval):
        return _median_interval_at(law, score)
    if isinstance(law, TwoSidedPower):
        return _two_sided_power_at(law, STANDARD.cdf(score))
    if isinstance(law, LogNormal):
        variance = math.log(1.0 + (law.sd / law.mean) ** 2)
        return math.exp(math.log(law.mean) - variance / 2 + math.sqrt(variance) * score)
    if isinstance(law, Normal):
        return law.mean + law.sd * score
    if isinstance(law, Beta):
        return law.low + (law.high - law.low) * beta_quantile(law.a, law.b, STANDARD.cdf(score))
    if isinstance(law, Choices):
        return _choice_at(law, STANDARD.cdf(score))
    raise TypeError(f"the reference does not know the law {law!r}")


def _interval_at(law: TwoPercentiles, score: float) -> float:
    to, back = _SCALES[law.scale]
    first, last = (STANDARD.inv_cdf(percent / 100) for percent in (law.low_percent, law.high_percent))
    sd = (to(law.high) - to(law.low)) / (last - first)
    return back(to(law.low) + sd * (score - first))


def _median_interval_at(law: MedianInterval, score: float) -> float:
    to, back = _SCALES[law.scale]
    value, percent = (law.low, law.low_percent) if score < 0 else (law.high, law.high_percent)
    sd = (to(value) - to(law.median)) / STANDARD.inv_cdf(percent / 100)
    return back(to(law.median) + sd * score)


def _two_sided_power_at(law: TwoSidedPower, probability: float) -> float:
    """Return the quantile: on a side with probability P and an end, the distribution function is a power of the
    distance to the end; the exponent is what makes the density at the mode the stated peak."""
    if probability < law.below:
        share, rate = probability / law.below, law.peak / law.below
        reach = law.mode - law.least
        return (
            law.mode + math.log(share) / rate if math.isinf(reach) else law.least + reach * share ** (1 / rate / reach)
        )
    share, rate = (1 - probability) / (1 - law.below), law.peak / (1 - law.below)
    reach = law.most - law.mode
    return law.mode - math.log(share) / rate if math.isinf(reach) else law.most - reach * share ** (1 / rate / reach)


def _choice_at(law: Choices, probability: float) -> float:
    total, below = math.fsum(law.weights), 0.0
    for value, weight in zip(law.choices, law.weights, strict=True):
        below += weight / total
        if probability <= below:
            return value
    return [v for v, w in zip(law.choices, law.weights, strict=True) if w > 0][-1]


def _scores(correlations: Any, rng: Random, unknowns: Unknowns) -> Callable[[str], float]:
    if unknowns == "center":
        return lambda name: 0.0
    if not isinstance(unknowns, str):
        given = dict(unknowns)
        return lambda name: given.get(name, 0.0)
    together = _correlated_scores(correlations, rng)
    return lambda name: together[name] if name in together else rng.gauss(0.0, 1.0)


def _correlated_scores(pairs: Any, rng: Random) -> dict[str, float]:
    names = sorted({name for pair in pairs for name in pair.between})
    place = {name: position for position, name in enumerate(names)}
    matrix = [[float(row == column) for column in names] for row in names]
    for pair in pairs:
        one, other = (place[name] for name in pair.between)
        matrix[one][other] = matrix[other][one] = pair.rho
    return dict(zip(names, correlated(rng, cholesky(matrix)), strict=True))


def _settle(node: Any, path: str, value: Callable[[Quantity, str], float]) -> Any:
    """Copy a tree of tables with every quantity replaced by a number."""
    if isinstance(node, Quantity):
        return value(node, path)
    if isinstance(node, dict):
        return {key: _settle(item, _join(path, key), value) for key, item in node.items()}
    if isinstance(node, tuple | list):
        return [_settle(item, _join(path, place), value) for place, item in enumerate(node)]
    names = list(_names(node))
    if not names:
        return node
    return SimpleNamespace(**{name: _settle(getattr(node, name), _join(path, name), value) for name in names})


def _names(node: Any) -> Iterator[str]:
    if hasattr(type(node), "model_fields"):
        yield from type(node).model_fields
    elif is_dataclass(node) and not isinstance(node, type):
        yield from (field.name for field in fields(node))


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
