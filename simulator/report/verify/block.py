"""All numbers of a comparison of the engines, as they stand in `verify.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from simulator import risk
from simulator.arrays import Array
from simulator.report.summary.plain import safe
from simulator.report.verify.verify_words import SCORES, told, verdict
from simulator.verify.comparisons import smallest_seen
from simulator.verify.judging import weighed

if TYPE_CHECKING:
    from simulator.verify.comparisons import Comparison
    from simulator.verify.plan import Sample
    from simulator.verify.quantities import ComparedQuantity
    from simulator.verify.suite import PartResult, Verification


LEVELS: Final = (10, 50, 90, 99)
"""Percentiles of horizon totals that stand side by side."""
FURTHEST: Final = 10
"""Comparisons listed by how far apart they are, where none is beyond the limit."""
NAMES: Final = {
    "expected": "expected value against ledger engine",
    "sampled": "mean of sampled engine against expected value",
    "spread": "noise of sampled engine against ledger engine",
    "correlation": "correlation of noise",
    "total": "mean of all months",
    "edge": "share of futures at or below an edge",
}
"""Kinds of comparison, as they are called."""


def block(found: Verification) -> dict[str, Any]:
    """Return all numbers of a comparison, safe for JSON."""
    numbers: dict[str, Any] = {
        "scenario": found.scenario.title,
        "currency": found.scenario.currency,
        "seed": found.scenario.seed,
        "agrees": found.agrees,
        "verdict": verdict(found),
        "false_alarms": found.alarm,
        "limit": found.limit,
        "comparisons": len(found.by_score),
        "beyond_the_limit": len(found.apart),
        "sample": _sample(found.sample),
        "furthest": [
            {"part": part.part.name, "what": told(part, each), "exact": each.exact, "score": each.score}
            for part, each in found.apart or found.by_score[:FURTHEST]
        ],
        "parts": [_part(found, part) for part in found.parts],
    }
    return dict(safe(numbers))


def _sample(sample: Sample) -> dict[str, Any]:
    """Return the size, and by which share of the mean samples of several sizes move quantiles of a year at most."""
    return {
        "cases": sample.size,
        "moves_quantiles_of_a_year": {
            str(size): {name.lower(): sample.moved(score, size) for name, score in SCORES.items()}
            for size in sample.excess
        },
    }


def _part(found: Verification, result: PartResult) -> dict[str, Any]:
    part = result.part
    return {
        "name": part.name,
        "cut": part.cut,
        "cases_per_month": part.cases_per_month,
        "trials": part.trials,
        "months": part.scenario.months,
        "every_case_in_the_sample": result.every_case,
        "not_judged": {NAMES[what]: keys for what, keys in result.not_judged.items()},
        "totals_not_compared_at_edges": result.no_edges,
        "billed_with_an_error_on_a_sample": result.off,
        "smallest_seen": smallest_of(found, result),
        "quantities": [_quantity(found, result, each) for each in result.quantities],
        "correlations": [
            {"of": [each.key, each.other], **_comparison(found, each)} for each in result.comparisons if each.other
        ],
        "exact": [
            {"what": told(result, each), "score": each.score}
            for each in result.comparisons
            if each.exact and each.score != 0
        ],
    }


def smallest_of(found: Verification, result: PartResult) -> dict[str, Any]:
    """Return, for each kind of comparison that is judged, the smallest difference that would be seen: least, median and
    largest. Of edges of one distribution the easiest counts.
    """
    seen: dict[str, dict[str, float]] = {}
    for each in result.comparisons:
        if each.judged and not each.exact:
            kind = "" if each.other else f", {each.key.partition(' ')[0]}s"
            smallest = smallest_seen(each, found.limit)
            of = seen.setdefault(NAMES[each.what] + kind, {})
            key = f"{each.key} {each.other}"
            of[key] = min(smallest, of.get(key, smallest))
    return {name: _three(list(values.values())) for name, values in seen.items()}


def _three(values: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(values)
    return {"least": ordered[0], "median": ordered[len(ordered) // 2], "largest": ordered[-1]}


def _comparison(found: Verification, each: Comparison) -> dict[str, Any]:
    return {
        "difference": each.difference,
        "standard_error": each.error,
        "score": each.score,
        "judged": each.judged,
        "smallest_seen": smallest_seen(each, found.limit) if not each.exact else 0.0,
    }


def _quantity(found: Verification, result: PartResult, quantity: ComparedQuantity) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "kind": quantity.kind,
        "name": quantity.name,
        "title": quantity.title,
        "expected": risk.mean(quantity.expected.sum(axis=1)),
        "noise_ratio": noise_ratio(quantity),
        "comparisons": {},
    }
    if quantity.bills is not None:
        numbers["billed"] = {
            engine: {"mean": risk.mean(months.sum(axis=1)), **_percentiles(months.sum(axis=1))}
            for engine, months in zip(("ledger", "sampled"), quantity.bills, strict=True)
        }
    for what in NAMES:
        worst = furthest(result, quantity, what)
        if worst is not None:
            at = {"at": f"P{100 * worst.level:g}"} if worst.level else {}
            numbers["comparisons"][NAMES[what]] = {**at, **_comparison(found, worst)}
    return numbers


def furthest(result: PartResult, quantity: ComparedQuantity, what: str) -> Comparison | None:
    """Return the comparison of a kind with the largest score, of one quantity; None without one."""
    every = [each for each in result.of(quantity) if each.what == what]
    return max(every, key=lambda each: (each.judged, abs(each.score)), default=None)


def noise_ratio(quantity: ComparedQuantity) -> float | None:
    """Return the spread of the sampled engine's residuals over that of the ledger engine's; None without noise."""
    if quantity.ledger is None or quantity.sampled is None:
        return None
    ledger, sampled = (float((each**2).sum()) for each in weighed(quantity))
    return (sampled / ledger) ** 0.5 if ledger > 0 else None


def _percentiles(totals: Array) -> dict[str, Any]:
    values = risk.quantiles(totals, [level / 100 for level in LEVELS])
    return {f"p{level}": value for level, value in zip(LEVELS, values, strict=True)}
