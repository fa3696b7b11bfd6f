"""At which volumes the engines are compared, and on how many futures: what a budget of simulated cases allows.

Two volumes, as faults show at different ones: few cases a month, where laws are skew and counts are small, and the
scenario's own. Futures are the units of every comparison, so at least LEAST_TRIALS are simulated: where the budget
does not allow them at the scenario's own volume and horizon, the horizon is cut first, as given the drivers its
months are independent, and then the volume.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.contracts import parts_of
from simulator.errors import SimulatorError
from simulator.scenario.terms import compile_terms
from simulator.verify.volume import cases_per_month, scaled, with_run

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

SMALL_CASES: Final = 50.0
"""Cases a month of the comparison at small volume."""
SMALL_WITH_PARTS: Final = 300.0
"""The same where a contract bills parts, of which the atlas is near only for larger months (engine/refusals.py)."""
LEAST_TRIALS: Final = 100
"""With fewer futures no comparison could reach the limit of one false alarm in so many runs."""
MOST_TRIALS: Final = 2_000
"""More futures sharpen nothing that matters and only take time."""
WIDE_TRIALS: Final = 4_000
"""Futures of the fast engine whose mean is compared with the expectation."""
DEFAULT_CASES: Final = 120_000_000
"""Cases that the ledger engine simulates at the scenario's own volume: about a minute on two cores."""


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison: the scenario at a volume, a horizon and a number of futures.

    Attributes:
        name: "small volume", "own volume", or "reduced volume" where the budget does not reach the own one.
        scenario: as the ledger engine simulates it.
        cases_per_month: expected cases of a month.
        wide_trials: futures of the fast engine; the first are those of the ledger engine.
        cut: what of the scenario was cut, in words; empty if nothing.
    """

    name: str
    scenario: Scenario
    cases_per_month: float
    wide_trials: int
    cut: str = ""

    @property
    def trials(self) -> int:
        """Futures that both engines simulate."""
        return self.scenario.trials


def parts(scenario: Scenario, *, cases: float = DEFAULT_CASES, trials: int = MOST_TRIALS) -> list[Part]:
    """Return what to compare, the small volume first; one part where the scenario's own volume is small.

    Args:
        cases: cases that the ledger engine may simulate at the scenario's own volume; also a limit at the small one.
        trials: futures at most.

    Raises:
        ValueError: if there are fewer than LEAST_TRIALS trials or cases.
        SimulatorError: if no case ever comes.
    """
    if trials < LEAST_TRIALS or cases < LEAST_TRIALS:
        raise ValueError(f"at least {LEAST_TRIALS} futures and as many cases are needed, not {trials} and {cases:g}")
    own = cases_per_month(scenario)
    if own == 0:
        raise SimulatorError("no case comes in any future, so there is nothing to compare: check volume")
    found = [_part(scenario, own, own, cases, trials)]
    small = _small(scenario)
    if own > 2 * small:
        found.insert(0, _part(scenario, own, small, cases, trials))
    return found


def _small(scenario: Scenario) -> float:
    """Return a small volume of which both engines can count all that contracts bill."""
    parts_asked = parts_of(compile_terms(scenario).priced)
    return SMALL_WITH_PARTS if parts_asked else SMALL_CASES


def _part(scenario: Scenario, own: float, wanted: float, cases: float, trials: int) -> Part:
    """Return the comparison at a wanted volume, or at what the budget allows."""
    volume = min(wanted, cases / LEAST_TRIALS)
    months = min(max(int(cases / (volume * LEAST_TRIALS)), 1), scenario.months)
    futures = min(max(int(cases / (volume * months)), LEAST_TRIALS), trials)
    shown = with_run(scenario if volume == own else scaled(scenario, volume / own), trials=futures, months=months)
    name = "small volume" if wanted < own else "own volume" if volume == wanted else "reduced volume"
    cuts = [] if volume == wanted else [f"volume cut to 1 in {_about(wanted / volume)}"]
    cuts += [] if months == scenario.months else [f"first {months} of {scenario.months} months"]
    return Part(name, shown, volume, max(futures, min(WIDE_TRIALS, trials * 2)), ", ".join(cuts))


def _about(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio < 1_000 else f"{math.floor(ratio):,}"
