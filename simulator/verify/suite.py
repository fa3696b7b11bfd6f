"""The whole comparison of the two engines: every quantity at every volume, one rate of false alarms, one verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from simulator.verify import means
from simulator.verify.features import Feature, features
from simulator.verify.flips import FLIPS, Chance, chance
from simulator.verify.means import MeanCheck, mean_checks
from simulator.verify.pairs import Pair, Paired, paired
from simulator.verify.plan import Part
from simulator.verify.volume import with_run

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

Engine = Literal["ledger", "atlas", "expected"]
Run = Callable[["Scenario", Engine], "Results"]
"""Simulates a scenario with an engine; "expected" gives conditional means."""

ALARM: Final = 0.001
"""Chance that two equal engines are called different by a whole run: half for the exchanges, half for the means."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """Everything compared at one volume."""

    part: Part
    paired: Paired
    features: Sequence[Feature]
    means: Sequence[MeanCheck]

    def of(self, pair: Pair) -> list[Feature]:
        """Return the comparisons of one quantity, without its correlations."""
        return [feature for feature in self.features if feature.pair == pair.key and not feature.other]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Meters of the ledger engine that the atlas engine does not make and no contract reads."""
        return self.paired.left_out

    @property
    def not_judged(self) -> tuple[str, ...]:
        """Quantities too rare or too heavily tailed for a check of their mean against the expectation."""
        return tuple(dict.fromkeys(check.pair for check in self.means if not check.judged))


@dataclass(frozen=True)
class Verification:
    """What a comparison found.

    Attributes:
        chance: law of the largest score of all exchanges.
        mean_limit: score above which a mean is not the expectation.
        judged_means: means that were judged.
    """

    scenario: Scenario
    parts: Sequence[PartResult]
    chance: Chance
    mean_limit: float
    judged_means: int

    @cached_property
    def apart(self) -> list[tuple[PartResult, Feature]]:
        """Comparisons beyond the limit, the furthest first."""
        return [(part, feature) for part, feature in self.by_score if abs(feature.score) > self.chance.limit]

    @cached_property
    def by_score(self) -> list[tuple[PartResult, Feature]]:
        """All comparisons of the engines with each other, the furthest apart first."""
        every = [(part, feature) for part in self.parts for feature in part.features]
        return sorted(every, key=lambda item: -abs(item[1].score))

    @cached_property
    def wrong_means(self) -> list[tuple[PartResult, MeanCheck]]:
        """Means beyond the limit, the furthest first."""
        every = [(part, check) for part in self.parts for check in part.means if check.judged]
        wrong = [(part, check) for part, check in every if abs(check.score) > self.mean_limit]
        return sorted(wrong, key=lambda item: -abs(item[1].score))

    @property
    def missing(self) -> Mapping[str, tuple[str, ...]]:
        """Contracts that could not be compared, with the meters that the fast engine lacks."""
        return self.parts[0].paired.missing

    @property
    def agrees(self) -> bool:
        """Whether nothing lies further apart than chance explains, and every contract was compared."""
        return not self.apart and not self.wrong_means and not self.missing

    @property
    def comparisons(self) -> int:
        """How many numbers were compared."""
        return sum(len(part.features) for part in self.parts) + self.judged_means


def verify(
    scenario: Scenario, parts: Sequence[Part], run: Run, *, flips: int = FLIPS, alarm: float = ALARM
) -> Verification:
    """Compare the ledger engine and the atlas engine of a scenario.

    Args:
        parts: volumes and futures, see `plan.parts`.
        run: simulates a scenario with the named engine.
        alarm: chance of a false alarm over everything.

    Raises:
        ValueError: if the engines did not simulate the same futures.
    """
    found = [_compared(part, run) for part in parts]
    judged = sum(check.judged for part in found for check in part.means)
    return Verification(
        scenario=scenario,
        parts=found,
        chance=chance([part.features for part in found], seed=scenario.seed, alarm=alarm / 2, flips=flips),
        mean_limit=means.limit(alarm / 2, judged),
        judged_means=judged,
    )


def _compared(part: Part, run: Run) -> PartResult:
    wide = with_run(part.scenario, trials=part.wide_trials, months=part.scenario.months)
    quick = run(wide, "atlas"), run(wide, "expected")
    both = paired(run(part.scenario, "ledger"), *quick)
    return PartResult(part, both, features(both.pairs), mean_checks(both.pairs))
