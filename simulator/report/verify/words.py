"""A comparison of two engines in words. Differences are told of the atlas engine against the ledger engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.report.figures import count
from simulator.report.terminal import printable

if TYPE_CHECKING:
    from simulator.verify.features import Feature
    from simulator.verify.means import MeanCheck
    from simulator.verify.suite import PartResult, Verification

MOST: Final = 1_000_000
"""Sizes beyond are not written out."""


def share(value: float) -> str:
    """Return a relative difference in percent with two significant digits, as "0.21 %"."""
    return f"{number(100 * value)} %"


def number(value: float) -> str:
    """Return a size with two significant digits, without an exponent."""
    if abs(value) > MOST:
        return f"over {MOST:,}"
    return f"{float(f'{abs(value):.2g}'):,.12f}".rstrip("0").rstrip(".") if value else "0"


def exchanged(part: PartResult, feature: Feature) -> str:
    """Return how the engines differ in one comparison, in words."""
    atlas = over_ledger(feature)
    name = " and ".join(named(part, key) for key in (feature.pair, feature.other) if key)
    more = "higher" if atlas > 0 else "lower"
    edge = f"P{100 * feature.level:g}"
    return {
        "mean": f"{name}: mean {share(atlas)} {more} in the atlas",
        "spread": f"{name}: noise {share(atlas)} {'wider' if atlas > 0 else 'narrower'} in the atlas",
        "distribution": f"{name}: noise at or below {edge} {number(100 * atlas)} points {more} in the atlas",
        "total": f"{name}: futures at or below {edge} {number(100 * atlas)} points {more} in the atlas",
        "correlation": f"{name}: correlation of the noise {number(atlas)} {more} in the atlas",
    }[feature.what]


def over_ledger(feature: Feature) -> float:
    """Return how far the atlas lies over the ledger: relative to the ledger for means and spreads, else as it is."""
    apart = feature.difference
    if feature.what == "mean":  # the difference is relative to the mean of both
        return (1 - apart / 2) / (1 + apart / 2) - 1 if apart > -2 else float("inf")
    if feature.what == "spread":  # of sums of squares, relative to both together
        return float(((1 - apart) / (1 + apart)) ** 0.5 - 1) if apart > -1 else float("inf")
    return -apart


def expected(part: PartResult, check: MeanCheck) -> str:
    """Return how an engine's mean differs from its expectation, in words."""
    side = "above" if check.difference > 0 else "below"
    return f"{named(part, check.pair)}: mean of the {check.engine} {share(check.difference)} {side} its expectation"


def named(part: PartResult, key: str) -> str:
    """Return a quantity as a reader knows it: a meter by its name, a cost by its contract."""
    pair = next(pair for pair in part.paired.pairs if pair.key == key)
    return printable(pair.name if pair.kind == "meter" else f"{pair.kind} of {pair.title}")


def verdict(found: Verification) -> str:
    """Return the verdict as one sentence: no more than that nothing was seen, or what was."""
    alarm = f"{round(1 / (2 * found.chance.alarm)):,}"
    if found.agrees:
        return (
            f"Not unreasonable: of {found.comparisons:,} comparisons none lies further apart than chance explains "
            f"(equal engines would be called different in 1 of {alarm} runs)."
        )
    return f"The engines disagree: {'; '.join(_reasons(found))}."


def _reasons(found: Verification) -> list[str]:
    reasons = [
        f"contract {printable(name)} cannot be compared, the atlas lacks {', '.join(map(printable, meters))}"
        for name, meters in list(found.missing.items())[:1]
    ]
    if found.wrong_means:
        part, check = found.wrong_means[0]
        reasons.append(f"{expected(part, check)} ({_place(part, check.score, found.mean_limit)})")
    if found.apart:
        part, feature = found.apart[0]
        reasons.append(f"{exchanged(part, feature)} ({_place(part, feature.score, found.chance.limit)})")
    beyond = len(found.apart) + len(found.wrong_means) + len(found.missing)
    return reasons + ([f"{beyond - len(reasons):,} more beyond the limit"] if beyond > len(reasons) else [])


def _place(part: PartResult, score: float, limit: float) -> str:
    return f"{part.part.name}, {abs(score):.1f} standard errors, limit {limit:.1f}"


def sized(part: PartResult) -> str:
    """Return what a part simulated: volume, futures, months."""
    each = part.part
    months = f"{each.scenario.months} month{'' if each.scenario.months == 1 else 's'}"
    cut = f" ({each.cut})" if each.cut else ""
    return f"{each.name}, about {count(each.cases_per_month)} cases a month: {each.trials:,} futures x {months}{cut}"
