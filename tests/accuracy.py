"""How near the atlas is at any volume: `python -m tests.accuracy` simulates and writes docs/accuracy.md.

From 30 to 60,000 cases a month the atlas is compared with the ledger engine by residuals: a month's meter less its
conditional expectation, so that only the noise of conversations is left. At 6,000,000 cases the ledger would need
hours; there, months of fixed drivers are compared with exact laws.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.scenario import Scenario, load_scenario

Array = NDArray[np.float64]
ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
BROAD = ROOT / "scenarios" / "broad_cx.toml"
METERS: Final = {
    "conversations": "conversations",
    "resolutions:assumed_24h": "resolutions, assumed 24 h",
    "output_tokens": "output tokens",
    "human_minutes": "minutes of people",
}
TAILS: Final = {
    "light": (),
    "heavy": ("tokens.answer={mean=76,cv=5}", "tokens.reasoning={mean=90,cv=5}", "people.minutes_sigma=2"),
}
MONTHS: Final = {30: 12_288, 300: 6_144, 3_000: 768, 60_000: 360}
"""Months simulated by the ledger engine, by cases a month."""
FAST_MONTHS: Final = 12_288
"""Months simulated by the atlas, at least: they cost little, and so the error of a comparison is the ledger's alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        bias: mean of the atlas' residual over the mean of the meter, and its standard error.
        spread: sd of the noise over that of the other route, and its standard error.
        distance: largest difference of the distribution functions, and what two equal laws stay below in 99 of 100.
    """

    cases: int
    tail: str
    meter: str
    other: str
    bias: tuple[float, float]
    spread: tuple[float, float]
    distance: tuple[float, float]


def residuals(results: Results, expected: Results, meter: str) -> Array:
    """Return (meter - expectation) / sqrt(expectation), all months in one row."""
    mean = expected.meters[meter]
    return np.asarray(((results.meters[meter] - mean) / np.sqrt(np.maximum(mean, 1e-300))).ravel())


def against_ledger(cases: int, tail: str, months: int, workers: int) -> Iterator[Row]:
    """Yield the rows of one volume below a million."""
    changes = [f"volume.per_month={{mean={cases},sd={cases / 10}}}", *TAILS[tail]]
    few, many = (load_scenario(BROAD, [*changes, f"trials={count // 12}"]) for count in (months, FAST_MONTHS))
    expected, atlas = (_run(many, engine, workers) for engine in ("expected", "atlas"))
    expected_few, ledger = (_run(few, engine, workers) for engine in ("expected", "ledger"))
    for meter in METERS:
        ours, theirs = residuals(atlas, expected, meter), residuals(ledger, expected_few, meter)
        yield Row(
            cases,
            tail,
            meter,
            f"ledger, {months:,} months",
            _bias(atlas.meters[meter] - expected.meters[meter], expected.meters[meter]),
            _spread(ours, theirs),
            (float(stats.ks_2samp(ours, theirs).statistic), 1.63 * np.sqrt(1 / len(ours) + 1 / len(theirs))),
        )


def _run(scenario: Scenario, engine: str, workers: int) -> Results:
    return simulate(scenario, engine=engine, workers=workers)  # type: ignore[arg-type]


def _bias(gap: Array, mean: Array) -> tuple[float, float]:
    return float(gap.mean() / mean.mean()), float(gap.std() / np.sqrt(gap.size) / mean.mean())


def _spread(ours: Array, theirs: Array) -> tuple[float, float]:
    """Return the ratio of standard deviations and its standard error (delta method, both kurtoses)."""
    ratio = float(ours.std() / theirs.std())
    error = np.sqrt(sum((stats.kurtosis(each, fisher=False) - 1) / 4 / each.size for each in (ours, theirs)))
    return ratio, float(ratio * error)


def against_exact(cases: int, workers: int) -> Iterator[Row]:
    """Yield the rows of a volume at which all drivers are fixed and the exact law of a month is known."""
    for name, tail, meter in (
        ("per_resolution_fixed_rate", "light", "resolutions:closed_by_customer"),
        ("token_gamma_60k", "light", "output_tokens"),
        ("heavy_tail_60k", "heavy", "output_tokens"),
    ):
        path = ROOT / "tests" / "oracles" / f"{name}.toml"
        given = [f"volume.per_month={cases}", "drivers.demand={cv=0}", "trials=8192"]
        scenario = load_scenario(path, given)
        month = simulate(scenario, workers=workers).meters[meter].ravel()
        mean, deviation, skewness = _exact(scenario, meter, cases)
        score = (month - mean) / deviation
        law = stats.pearson3(skewness)
        yield Row(
            cases,
            tail,
            meter,
            f"exact law, {len(month):,} months",
            (float(month.mean() / mean - 1), deviation / mean / np.sqrt(len(month))),
            (float(month.std() / deviation), float(np.sqrt(0.5 / len(month)))),
            (float(stats.kstest(score, law.cdf).statistic), 1.63 / np.sqrt(len(month))),
        )


def _exact(scenario: Scenario, meter: str, cases: int) -> tuple[float, float, float]:
    """Return mean, standard deviation and skewness of a compound Poisson month."""
    if meter != "output_tokens":
        expected = simulate(scenario.model_copy(update={"trials": 1}), engine="expected").meters[meter].item()
        return expected, expected**0.5, expected**-0.5
    direct = scenario.tokens.direct
    assert direct is not None
    mean, cv = direct.output.mean.center, direct.output.cv.center
    second = mean**2 * (1 + cv**2)
    if direct.output.family == "gamma":
        third = mean**3 * (1 + cv**2) * (1 + 2 * cv**2)
    else:
        third = mean**3 * (1 + cv**2) ** 3
    return cases * mean, (cases * second) ** 0.5, cases * third / (cases * second) ** 1.5


def table(rows: list[Row]) -> str:
    """Return the table as Markdown."""
    lines = [
        "| cases a month | tails | meter | against | bias of the mean | noise, sd ratio | distance of the laws |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        bias = f"{100 * row.bias[0]:+.3f} % ± {100 * row.bias[1]:.3f} %"
        spread = f"{row.spread[0]:.3f} ± {row.spread[1]:.3f}"
        distance = f"{row.distance[0]:.4f} (equal laws: below {row.distance[1]:.4f})"
        meter = METERS.get(row.meter, row.meter.replace(":", ", ").replace("_", " "))
        lines.append(f"| {row.cases:,} | {row.tail} | {meter} | {row.other} | {bias} | {spread} | {distance} |")
    return "\n".join(lines)


TEXT: Final = """# How near the atlas is, from 30 to 6,000,000 cases a month

Written by `python -m tests.accuracy`. The scenario is `scenarios/broad_cx.toml` with another volume; *heavy* tails have
cv 5 for answers and reasoning and a log sd of 2 for people's minutes. Compared is the noise of single conversations: a
month less its exact expectation given the unknowns and the drivers, which both engines share. In a year's invoice at
60,000 cases a month this noise is well under one percent of the variance. The atlas simulates 12,288 months each time.

- *bias of the mean*: mean of that difference over the mean, with its standard error.
- *noise, sd ratio*: the atlas over the other route, with its standard error.
- *distance of the laws*: largest difference of the distribution functions of the noise; two equal laws stay below the
  number in brackets in 99 of 100.

{table}

At 6,000,000 cases the ledger engine would need hours; there all drivers are fixed and the exact law of a compound
Poisson month is known.
"""


def main() -> None:
    """Simulate and write the page."""
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    rows = [
        row
        for cases, months in MONTHS.items()
        for tail in TAILS
        for row in against_ledger(cases, tail, months, workers)
    ]
    rows += against_exact(6_000_000, workers)
    PAGE.write_text(TEXT.format(table=table(rows)), encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
