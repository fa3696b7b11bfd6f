"""At which volumes there is a comparison, on how many futures, and with which sample.

Two volumes, as faults show at different ones: a small one, where a sample is a quarter of a month, laws are skew and
many futures are simulated; and the scenario's own, where most conversations are. At least LEAST_TRIALS futures are
simulated: where the budget does not allow them at the scenario's own volume and horizon, the horizon is cut first, as
given the drivers its months are independent, and then the volume.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.engine.expectations.expected import make_expected_plan
from simulator.engine.sampling.sample_size import SIZES, excess_of_year, run_pilot, sample_size
from simulator.errors import SimulatorError
from simulator.verify.volume import cases_per_month, scaled, with_run

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

SMALL_SAMPLES: Final = 4
"""Samples that make a month of the small volume."""
LEAST_TRIALS: Final = 100
"""With fewer futures no comparison could reach the limit of one false alarm in so many runs."""
MOST_TRIALS: Final = 4_000
"""More futures sharpen nothing that matters and only take time."""
DEFAULT_CASES: Final = 120_000_000
"""Cases that the ledger engine simulates at the scenario's own volume: about a minute and a half on two cores."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample of the sampled engine.

    Attributes:
        size: cases of a month that are drawn, on average, at the scenario's own volume and at every other.
        excess: by size of the sample, how much too large the third cumulant of a year's sum is, over its variance and
            its mean, at most of all physical meters (sampling.sample_size).
    """

    size: int
    excess: Mapping[int, float]

    def moved(self, score: float, size: int | None = None) -> float:
        """Return by which share of the mean a year's quantile moves at most, at a normal score: Cornish and Fisher."""
        return (score**2 - 1) / 6 * self.excess[self.size if size is None else size]


@dataclass(frozen=True, slots=True)
class VerifyPart:
    """One comparison: the scenario at a volume, a horizon and a number of futures.

    Attributes:
        name: "small volume", "own volume", or "reduced volume" where the budget does not reach the own one.
        scenario: as both engines simulate it.
        cases_per_month: expected cases of a month.
        cut: what of the scenario was cut, in words; empty if nothing.
    """

    name: str
    scenario: Scenario
    cases_per_month: float
    cut: str = ""

    @property
    def trials(self) -> int:
        """Futures that both engines simulate."""
        return self.scenario.trials


def sample_for(scenario: Scenario) -> Sample:
    """Return the sample that the engine takes of a scenario, and what others would do.

    Raises:
        SimulatorError: if the sampled engine cannot count something of the scenario, or no case ever comes.
    """
    if cases_per_month(scenario) == 0:
        raise SimulatorError("no case comes in any future, so there is nothing to compare: check volume")
    pilot = run_pilot(make_expected_plan(scenario))
    size = sample_size(scenario, pilot)
    found = {
        each: max(excess_of_year(pilot.cases, pilot.expected[name], of, each) for name, of in pilot.moments.items())
        for each in sorted({*SIZES, size})
    }
    return Sample(size, found)


def parts(
    scenario: Scenario, sample: Sample, *, cases: float = DEFAULT_CASES, trials: int = MOST_TRIALS
) -> list[VerifyPart]:
    """Return what to compare, the small volume first; one part where the scenario's own volume is small.

    Args:
        cases: cases that the ledger engine may simulate at the scenario's own volume; also a limit at the small one.
        trials: futures at most.

    Raises:
        ValueError: if there are fewer than LEAST_TRIALS trials or cases.
    """
    if trials < LEAST_TRIALS or cases < LEAST_TRIALS:
        raise ValueError(f"at least {LEAST_TRIALS} futures and as many cases are needed, not {trials} and {cases:g}")
    own, small = cases_per_month(scenario), float(SMALL_SAMPLES * sample.size)
    alike = scenario.model_copy(update={"sample": sample.size})
    wanted = [small, own] if own > 2 * small else [own]
    return [_part(alike, own, volume, cases, trials) for volume in wanted]


def _part(scenario: Scenario, own: float, wanted: float, cases: float, trials: int) -> VerifyPart:
    """Return the comparison at a wanted volume, or at what the budget allows."""
    volume = min(wanted, cases / LEAST_TRIALS)
    months = min(max(int(cases / (volume * LEAST_TRIALS)), 1), scenario.months)
    futures = min(max(int(cases / (volume * months)), LEAST_TRIALS), trials)
    shown = with_run(scenario if volume == own else scaled(scenario, volume / own), trials=futures, months=months)
    name = "small volume" if wanted < own else "own volume" if volume == wanted else "reduced volume"
    cuts = [] if volume == wanted else [f"volume cut to {_about(volume / wanted)}"]
    cuts += [] if months == scenario.months else [f"first {months} of {scenario.months} months"]
    return VerifyPart(name, shown, volume, ", ".join(cuts))


def _about(share: float) -> str:
    if share > 0.1:
        return f"{math.floor(100 * share)} %"
    return f"1 in {1 / share:.3g}" if share > 0.001 else f"1 in {math.floor(1 / share):,}"
