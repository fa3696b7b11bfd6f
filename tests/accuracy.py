"""How near the engine `sampled` is at any volume: `python -m tests.accuracy` simulates and writes docs/accuracy.md.

The shipped scenarios, and two of them at other volumes and with heavy tails, are compared with the ledger, which draws
every conversation of the same futures. At 6,000,000 cases a month the ledger would need hours; there, months of fixed
drivers are compared with exact laws, and scenarios with expected values, since conversations add no noise.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy import stats

from simulator.arrays import Array
from simulator.engine.processes.pool import Workers
from simulator.engine.run import Engine, Run, simulate, simulate_all
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.reading.load import parse_scenario
from tests.engine.sampling.distances import (
    FIGURES,
    LEVELS,
    TAIL,
    TOLERANCE,
    Distance,
    distance_from_law,
    distances,
    invoices,
    worst,
)

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "accuracy.md"
SCENARIOS: Final = ROOT / "scenarios"
SHIPPED: Final = {
    "broad_cx": 128,
    "minimal": 4_096,
    "narrow_actions": 256,
    "regulated_bank": 128,
    "seasonal_retail": 128,
    "three_year_term": 64,
    "vendor_shortlist": 1_024,
}
"""Futures of each shipped scenario: 60 to 100 million cases."""
VOLUMES: Final = {30: 8_192, 100: 8_192, 300: 4_096, 3_000: 1_024, 60_000: 64}
"""Futures by cases a month."""
QUICK_FUTURES: Final = 512
LARGEST: Final = 6_000_000
BY_VOLUME: Final = ("broad_cx", "minimal")
TAILS: Final = {
    "broad_cx": {
        "light": (),
        "heavy": ("tokens.answer={mean=76,cv=5}", "tokens.reasoning={mean=90,cv=5}", "people.minutes_sigma=2"),
    },
    "minimal": {"light": (), "heavy": ("tokens.answer={mean=170,cv=5}", "people.minutes_sigma=2")},
}
WITHOUT_TOKENS: Final = 'per_token = { type = "per_token" }\n'
"""A contract that the scenario `minimal` gets at other volumes, since none of its own bills a long tail."""


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines of the table: a scenario's contract that is farthest off, for the horizon and for months.

    Attributes:
        what: scenario, volume and tails.
        sample: n.
        against: the other route, with its futures.
        found: distances of all contracts, for the horizon and for months.
    """

    what: str
    sample: int
    against: str
    found: dict[str, list[Distance]]


RANDOM: Final = 'sampling="random"'
"""Futures are random ones, as the errors of the distances reckon with independent ones."""


def scenario_of(name: str, futures: int, cases: int | None = None, tail: str = "light") -> Scenario:
    """Return a shipped scenario, or one with another volume and other tails."""
    path = SCENARIOS / f"{name}.toml"
    if cases is None:
        return load_scenario(path, [f"trials={futures}", RANDOM])
    volume = f"{{mean={cases},sd={cases / 10}}}" if name == "broad_cx" else str(cases)
    changes = [f"trials={futures}", RANDOM, f"volume.per_month={volume}", *TAILS[name][tail]]
    added = WITHOUT_TOKENS if name == "minimal" else ""
    return parse_scenario(path.read_text(encoding="utf-8") + added, str(path), changes)


def against(what: str, scenario: Scenario, other: Engine, workers: Workers) -> Row:
    """Return the row of a scenario, against the ledger or against expected values."""
    started = time.perf_counter()
    ours, theirs = simulate_all([Run(scenario), Run(scenario, other)], workers=workers)
    assert ours.sampling is not None
    seconds = time.perf_counter() - started
    said = {"ledger": "ledger", "expected": "expected values"}[other]
    row = Row(
        what, ours.sampling.sample, f"{said}, {scenario.trials:,} futures", distances(invoices(ours), invoices(theirs))
    )
    print(f"{what}: {seconds:.0f} s, and {time.perf_counter() - started - seconds:.0f} s to compare", flush=True)
    return row


def against_laws(futures: int) -> Iterator[Row]:
    """Yield the rows of the largest volume, at which all drivers are fixed and the exact law of a month is known."""
    for name, tail, meter in (
        ("per_resolution_fixed_rate", "light", "resolutions:closed_by_customer"),
        ("token_gamma_60k", "light", "output_tokens"),
        ("heavy_tail_60k", "heavy", "output_tokens"),
    ):
        path = ROOT / "tests" / "oracles" / f"{name}.toml"
        given = [f"volume.per_month={LARGEST}", "drivers.demand={cv=0}", f"trials={futures}"]
        scenario = load_scenario(path, given)
        results = simulate(scenario)
        assert results.sampling is not None
        exact = exact_figures(*exact_moments(scenario, meter))
        found = distance_from_law(meter.split(":")[0], results.meters[meter][:, 0], exact)
        yield Row(
            f"one month of {LARGEST:,}, {tail} tails",
            results.sampling.sample,
            f"exact law, {futures:,} months",
            {"months": [found]},
        )


def exact_moments(scenario: Scenario, meter: str) -> tuple[float, float, float]:
    """Return mean, standard deviation and skewness of a compound Poisson month."""
    if meter != "output_tokens":
        expected = simulate(scenario.model_copy(update={"trials": 1}), engine="expected").meters[meter].item()
        return expected, expected**0.5, expected**-0.5
    direct, cases = scenario.tokens.direct, LARGEST
    assert direct is not None
    mean, cv = direct.output.mean.center, direct.output.cv.center
    second = mean**2 * (1 + cv**2)
    if direct.output.family == "gamma":
        third = mean**3 * (1 + cv**2) * (1 + 2 * cv**2)
    else:
        third = mean**3 * (1 + cv**2) ** 3
    return cases * mean, (cases * second) ** 0.5, cases * third / (cases * second) ** 1.5


def exact_figures(mean: float, sd: float, skewness: float) -> Array:
    """Return the figures of a law near the normal one, by the gamma law with its three moments."""
    law = stats.pearson3(skewness)
    levels = TAIL + (1 - TAIL) * (np.arange(10_000) + 0.5) / 10_000
    scores = np.array([*law.ppf(LEVELS), law.ppf(levels).mean()])
    return np.array([mean, sd, *(mean + sd * scores)])


def all_rows(workers: Workers) -> Iterator[Row]:
    """Yield the whole table."""
    for name, futures in SHIPPED.items():
        yield against(name, scenario_of(name, futures), "ledger", workers)
    for name in BY_VOLUME:
        for tail in TAILS[name]:
            for cases, futures in VOLUMES.items():
                scenario = scenario_of(name, futures, cases, tail)
                yield against(f"{name}, {cases:,}, {tail} tails", scenario, "ledger", workers)
    for name in BY_VOLUME:
        for tail in TAILS[name]:
            scenario = scenario_of(name, 2_048, LARGEST, tail)
            yield against(f"{name}, {LARGEST:,}, {tail} tails", scenario, "expected", workers)
    yield from against_laws(8_192)


def quick_rows(workers: Workers) -> Iterator[Row]:
    """Yield a few rows of few futures: whether the program runs."""
    for tail in TAILS["minimal"]:
        scenario = scenario_of("minimal", QUICK_FUTURES, 300, tail)
        yield against(f"minimal, 300, {tail} tails", scenario, "ledger", workers)
    yield from against_laws(QUICK_FUTURES)


def table(rows: Sequence[Row]) -> str:
    """Return the table as Markdown."""
    heads = ["scenario, cases a month", "n", "against", "of", "worst contract", *FIGURES, "verdict"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in rows:
        for span, found in row.found.items():
            of = worst(found)
            cells = [row.what, f"{row.sample:,}", row.against, span, of.contract.replace("_", " ")]
            cells += [_cell(*figure) for figure in zip(of.difference, of.error, of.beyond, strict=True)]
            lines.append(f"| {' | '.join([*cells, _verdict(found)])} |")
    return "\n".join(lines)


def _cell(difference: float, error: float, beyond: float) -> str:
    said = f"{100 * difference:+.2f} ± {100 * error:.2f}"
    return f"**{said}**" if beyond > 1 else said


def _verdict(found: list[Distance]) -> str:
    """Say of how many contracts some figure is farther off than it may be."""
    off = sum(bool((each.beyond > 1).any()) for each in found)
    if not off:
        return "within"
    figures = sum(int((each.beyond > 1).sum()) for each in found)
    return f"**beyond in {off} of {len(found)} contracts, {figures} of {len(found) * len(FIGURES)} figures**"


TEXT: Final = """# How near the engine `sampled` is, from 30 to 6,000,000 cases a month

The default engine works out the expected value E of each month and draws only a sample of its conversations, n of the L
that are expected, for the noise around E ([engine.md](engine.md)). The engine `ledger` draws every conversation. Both
have the same unknowns and drivers in every future, so that their invoices can be compared closely.

**What is exact.** The mean of every meter, its variance and its covariance with every other are those of the model, by
construction, as far as E is exact ([engine.md](engine.md) says where E has an error). The same is true of all sums of
meters, and so of prices that are proportional to units.

**What is approximate, and why.** With f = n / L, the sample's deviations are multiplied by 1 / sqrt f. That keeps their
variance and makes their third cumulant larger by 1 / sqrt f: the noise leans more to one side than it should. A
quantile at the normal score z moves by (z^2 - 1) / 6 of the noise's standard deviation times the excess of its
skewness: downwards at P50, hardly at P90, upwards at P95 and P99. Where the noise of conversations is a small part of
the variance, as in all volumes of tens of thousands with unknowns, this cannot be seen. Where the noise is all of the
variance, n is chosen such that the effect stays small. Charges that are not in proportion to few units get a
distribution that is only approximate, so they have rules of their own ([engine.md](engine.md)).

**The rule.** Of the horizon's invoice, mean, standard deviation, P50, P90 and P95 may be {near} % of the amount off
and P99 and the mean of the dearest 5 % {far} %, each plus three standard errors of the difference; of months twice as
much. *Horizon* is the sum over all months of the scenario; *months* are all single months of all futures taken as one
sample. For each, the table names the contract that comes nearest to its limits or exceeds them most. Differences are in
percent of the ledger's amount, and those of the standard deviation in percent of the mean. Each has its standard error,
from a bootstrap over futures that keeps both invoices of a future together. A figure beyond the rule is printed bold.

{table}

Where months are small, amounts have steps. Of 100 cases a month of `broad_cx` some sixteen confirmed ones are billed,
each 6 % of the amount, while a sampled month does not have whole units. There a P50 of months can be off by a part of a
step. Where months are large, the ledger can draw only some futures, and the errors of quantiles are larger than the
tolerance. Such a row shows the mean and the standard deviation closely, and of quantiles only that none is far off.

*n* is the number of cases that are drawn of a month, on average; a month with fewer expected cases is drawn whole, and
then equals the ledger's. At another volume `broad_cx` keeps a standard deviation of a tenth of the volume. `minimal`
has no unknowns and no drivers, so the noise of conversations is all of its variance. *Heavy* tails have cv 5 for
answers and reasoning and a log standard deviation of 2 for people's minutes; `minimal` has a contract per token there.
At 6,000,000 cases the ledger would need hours. There, months of fixed drivers are compared with the exact law of a
compound Poisson month, and whole scenarios with expected values, because such a month has no noise worth mentioning.

{summary}

Written by `python -m tests.accuracy` (about ten minutes of two idle cores); `--quick` tries a few rows in seconds and
writes nothing.
"""


def page(rows: str, said: str) -> str:
    """Return the page of a table and its summary."""
    near, far = (f"{100 * TOLERANCE[FIGURES.index(figure)]:g}" for figure in ("P95", "P99"))
    return TEXT.format(table=rows, summary=said, near=near, far=far)


def summary(rows: Sequence[Row]) -> str:
    """Return a sentence on how many figures are beyond the rule."""
    every = [each for row in rows for found in row.found.values() for each in found]
    beyond = sum(int((each.beyond > 1).sum()) for each in every)
    return f"In all, {len(every) * len(FIGURES):,} figures were compared; {beyond or 'none'} of them beyond the rule."


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print the table, and write the page unless the run is a quick one."""
    parser = argparse.ArgumentParser(description="Compare the engine `sampled` with the ledger and with exact laws.")
    parser.add_argument("--quick", action="store_true", help="a few rows in seconds; the page is not written")
    parser.add_argument("--workers", type=int, default=2, help="processes to use")
    given = parser.parse_args(arguments)
    with Workers(given.workers) as workers:
        rows = list((quick_rows if given.quick else all_rows)(workers))
    print(table(rows))
    print(summary(rows))
    if not given.quick:
        PAGE.write_text(page(table(rows), summary(rows)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
