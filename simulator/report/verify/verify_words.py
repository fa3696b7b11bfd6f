"""A comparison of the engines in words. Differences are told of the sampled engine against the ledger engine, and of
the expected values and the sampled engine against each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from simulator.report.words.figures import count
from simulator.report.words.terminal_text import printable

if TYPE_CHECKING:
    from simulator.verify.comparisons import Comparison
    from simulator.verify.plan import Sample
    from simulator.verify.suite import PartResult, Verification

MOST: Final = 1_000_000
"""Sizes beyond are not written out."""
LEAST: Final = 1e-5
"""What a sample moves is not written out below."""
SCORES: Final = {"P50": 0.0, "P95": 1.6449, "P99": 2.3263}
"""Percentiles of which it is told how a sample moves them, with their normal scores."""


def share(value: float) -> str:
    """Return a relative difference in percent with two significant digits, as "0.21 %"."""
    return f"{number(100 * value)} %"


def number(value: float) -> str:
    """Return a size with two significant digits, without an exponent."""
    if abs(value) > MOST:
        return f"over {MOST:,}"
    return f"{float(f'{abs(value):.2g}'):,.12f}".rstrip("0").rstrip(".") if value else "0"


def told(part: PartResult, found: Comparison) -> str:
    """Return what differs in one comparison, in words."""
    name = " and ".join(named(part, key) for key in (found.key, found.other) if key)
    apart = -over_ledger(found)
    low, less = ("below", "lower") if apart > 0 else ("above", "higher")
    edge = f"P{100 * found.level:g}"
    return {
        "expected": f"{name}: expected value {share(apart)} {low} the mean of the ledger engine",
        "sampled": f"{name}: mean of the sampled engine {share(apart)} {_other(low)} its expected value",
        "spread": f"{name}: noise {share(apart)} {'narrower' if apart > 0 else 'wider'} in the sampled engine",
        "correlation": f"correlation of the noise {number(apart)} {less} in the sampled engine: {name}",
        "total": f"{name}: mean of all months {share(apart)} {less} in the sampled engine",
        "edge": f"{name}: futures at or below {edge} {number(100 * apart)} points {_fewer(less)} in the sampled engine",
        "share": f"share of sampled cases {share(apart)} {_other(low)} that of the stated sample",
        "whole": f"{name}: {share(apart)} {_other(low)} the ledger engine with every case in the sample",
        "missing": f"{name}: not in every engine",
        "never": f"{name}: {'never drawn, though expected' if found.difference < 0 else 'drawn, though not expected'}",
    }[found.what]


def _other(side: str) -> str:
    return "above" if side == "below" else "below"


def _fewer(side: str) -> str:
    return "fewer" if side == "lower" else "more"


def over_ledger(found: Comparison) -> float:
    """Return how far the sampled engine lies over the ledger engine, or the expected values over it: relative to the
    ledger for means and spreads, else as it is.
    """
    apart = found.difference
    if found.what == "total":  # relative to the mean of both
        return (1 - apart / 2) / (1 + apart / 2) - 1 if apart > -2 else math.inf
    if found.what == "spread":  # of sums of squares, relative to both together
        return float(((1 - apart) / (1 + apart)) ** 0.5 - 1) if apart > -1 else math.inf
    return -apart


def named(part: PartResult, key: str) -> str:
    """Return a quantity as a reader knows it: a meter by its name, an invoice by its contract."""
    kind, _, name = key.partition(" ")
    titles = {each.key: each.title for each in part.quantities}
    return printable(f"invoice of {titles.get(key, name)}" if kind == "invoice" else name)


def verdict(found: Verification) -> str:
    """Return the verdict as one sentence: no more than that nothing was seen, or what was."""
    if found.agrees:
        return (
            f"Not unreasonable: of {len(found.by_score):,} comparisons none lies further apart than chance explains "
            f"(engines without a fault would be called different in 1 of {round(1 / found.alarm):,} runs)."
        )
    part, first = found.apart[0]
    more = len(found.apart) - 1
    rest = f"; {more:,} more beyond the limit" if more else ""
    return f"The engines disagree: {told(part, first)} ({part.part.name}, {_far(first, found.limit)}){rest}."


def _far(found: Comparison, limit: float) -> str:
    if math.isinf(found.score):
        return "which chance does not do"
    return f"{abs(found.score):.1f} standard errors, limit {limit:.1f}"


def score(found: Comparison) -> str:
    """Return how far apart something is, in standard errors; "exact" for what chance does not do."""
    return "exact" if math.isinf(found.score) else f"{abs(found.score):.1f}"


def sized(part: PartResult) -> str:
    """Return what a part simulated: volume, futures, months."""
    each = part.part
    months = f"{each.scenario.months} month{'' if each.scenario.months == 1 else 's'}"
    cut = f" ({each.cut})" if each.cut else ""
    return f"{each.name}, about {count(each.cases_per_month)} cases a month: {each.trials:,} futures x {months}{cut}"


def sampled(sample: Sample) -> str:
    """Return the size of the sample, and what it and others do to quantiles."""
    begin = (
        f"Sample: {sample.size:,} cases of a month, on average. Its noise is more skewed than a whole month's, which"
    )
    if sample.moved(SCORES["P99"]) < LEAST:
        return f"{begin} moves a year's quantiles by less than {share(LEAST)} of the mean."
    moved = ", ".join(f"{name} by {_small(sample.moved(score))}" for name, score in SCORES.items())
    others = ", ".join(
        f"{_small(sample.moved(SCORES['P99'], each))} at {each:,}" for each in sample.excess if each != sample.size
    )
    return f"{begin} moves, in shares of the mean at most, a year's {moved} (P99 with other samples: {others})."


def _small(moved: float) -> str:
    return share(moved) if abs(moved) >= LEAST else f"under {share(LEAST)}"
