"""All numbers of a comparison of the two engines, as they stand in `verify.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator import risk
from simulator.report.numbers import ends, safe
from simulator.report.verify.words import exchanged, expected, verdict
from simulator.verify.features import residuals
from simulator.verify.means import smallest_seen

if TYPE_CHECKING:
    from simulator.verify.features import Feature
    from simulator.verify.means import MeanCheck
    from simulator.verify.pairs import Pair
    from simulator.verify.suite import PartResult, Verification

Array = NDArray[np.float64]
Block = dict[str, Any]

LEVELS: Final = (10, 50, 90, 99)
"""Percentiles of horizon totals that stand side by side."""
FURTHEST: Final = 10
"""Comparisons listed by how far apart they are, where none is beyond the limit."""


def block(found: Verification) -> Block:
    """Return all numbers of a comparison, safe for JSON."""
    told: Block = {
        "scenario": found.scenario.title,
        "currency": found.scenario.currency,
        "seed": found.scenario.seed,
        "agrees": found.agrees,
        "verdict": verdict(found),
        "false_alarms": 2 * found.chance.alarm,
        "limits": {"engine_against_engine": found.chance.limit, "mean_against_expectation": found.mean_limit},
        "exchanges": len(found.chance.largest),
        "comparisons": found.comparisons,
        "beyond_the_limit": len(found.apart) + len(found.wrong_means),
        "contracts_not_compared": {name: list(meters) for name, meters in found.missing.items()},
        "furthest": _furthest(found),
        "parts": [_part(found, part) for part in found.parts],
    }
    return dict(safe(told))


def _furthest(found: Verification) -> list[Block]:
    """The comparisons beyond the limits, or the furthest apart."""
    shown = found.apart or found.by_score[:FURTHEST]
    listed = [_row(part, exchanged(part, feature), feature.score) for part, feature in shown]
    return [_row(part, expected(part, check), check.score) for part, check in found.wrong_means] + listed


def _row(part: PartResult, words: str, score: float) -> Block:
    return {"part": part.part.name, "what": words, "score": score}


def _part(found: Verification, result: PartResult) -> Block:
    part = result.part
    return {
        "name": part.name,
        "cut": part.cut,
        "cases_per_month": part.cases_per_month,
        "trials": part.trials,
        "trials_of_the_atlas_engine": part.wide_trials,
        "months": part.scenario.months,
        "left_out": list(result.left_out),
        "means_not_judged": list(result.not_judged),
        "smallest_seen": smallest_of(found, result),
        "quantities": [_quantity(found, result, pair) for pair in result.paired.pairs],
        "correlations": [
            {"of": [feature.pair, feature.other], **_comparison(found, feature)}
            for feature in result.features
            if feature.what == "correlation"
        ],
    }


def smallest_of(found: Verification, result: PartResult) -> Block:
    """Return, for each kind of comparison, the smallest difference that would be seen: least, median and largest.

    Of edges of one distribution the easiest counts. Biases are relative to the mean, spreads to the spread.
    """
    kinds = {pair.key: pair.kind for pair in result.paired.pairs}
    seen: dict[str, dict[str, float]] = {}
    for feature in result.features:
        name = "correlation" if feature.what == "correlation" else f"{feature.what} of {kinds[feature.pair]}s"
        name = name.replace("cost to serves", "costs to serve")
        smallest = found.chance.smallest_seen(feature)
        seen.setdefault(name, {})
        seen[name][feature.pair] = min(smallest, seen[name].get(feature.pair, smallest))
    for check in result.means:
        if check.judged:
            name = f"mean of the {check.engine} against its expectation, {kinds[check.pair]}s"
            name = name.replace("cost to serves", "costs to serve")
            seen.setdefault(name, {})[check.pair] = smallest_seen(check, found.mean_limit)
    return {name: _three(list(values.values())) for name, values in seen.items()}


def _three(values: Sequence[float]) -> Block:
    return {"least": min(values), "median": float(np.median(values)), "largest": max(values)}


def _comparison(found: Verification, feature: Feature) -> Block:
    return {
        "difference": feature.difference,
        "standard_error": feature.error,
        "score": feature.score,
        "p_value": found.chance.p_value(feature.score),
        "smallest_seen": found.chance.smallest_seen(feature),
    }


def _quantity(found: Verification, result: PartResult, pair: Pair) -> Block:
    comparisons = result.of(pair)
    told: Block = {
        "kind": pair.kind,
        "name": pair.name,
        "title": pair.title,
        "mean": {
            "ledger": risk.mean(pair.totals("ledger")),
            "atlas": risk.mean(pair.totals("atlas")),
            "expected": risk.mean(pair.expected.sum(axis=1)),
        },
        "noise_ratio": noise_ratio(pair),
        "percentiles": {
            "ledger": _percentiles(pair.totals("ledger")),
            "atlas": _percentiles(pair.totals("atlas")),
        },
        "engine_against_engine": {},
        "mean_against_expectation": {
            check.engine: _mean(check, found.mean_limit) for check in result.means if check.pair == pair.key
        },
    }
    for what in ("mean", "spread", "distribution", "total"):
        worst = furthest(comparisons, what)
        if worst is not None:
            at = {"at": f"P{100 * worst.level:g}"} if worst.level else {}
            told["engine_against_engine"][what] = {**at, **_comparison(found, worst)}
    return told


def furthest(comparisons: Sequence[Feature], what: str) -> Feature | None:
    """Return the comparison of a kind with the largest score, or None."""
    return max((each for each in comparisons if each.what == what), key=lambda each: abs(each.score), default=None)


def noise_ratio(pair: Pair) -> float | None:
    """Return the spread of the atlas engine's residuals over that of the ledger engine's; None without noise."""
    ledger, atlas = (float((each**2).sum()) for each in residuals(pair))
    return (atlas / ledger) ** 0.5 if ledger > 0 else None


def _mean(check: MeanCheck, limit: float) -> Block:
    return {
        "difference": check.difference,
        "standard_error": check.error,
        "score": check.score,
        "judged": check.judged,
        "smallest_seen": smallest_seen(check, limit),
    }


def _percentiles(totals: Array) -> Block:
    """Percentiles of horizon totals, each with its 95 % interval from order statistics."""
    names: tuple[Literal[10, 50, 90, 99], ...] = LEVELS
    values = risk.quantiles(totals, [level / 100 for level in names])
    return {
        f"p{level}": {"value": value, "interval": ends(risk.quantile_interval(totals, level / 100))}
        for level, value in zip(names, values, strict=True)
    }
