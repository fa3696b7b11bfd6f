"""The whole comparison: every quantity at every volume, one rate of false alarms, one verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator.arrays import Array
from simulator.engine.run import Run
from simulator.engine.sampling.sampled import OTHER_SEED
from simulator.engine.sampling.sampling_fraction import sampled_share
from simulator.verify.comparisons import Comparison, exact, limit
from simulator.verify.judging import comparisons
from simulator.verify.plan import Sample, VerifyPart
from simulator.verify.quantities import ROUNDING, ComparedQuantity, missing, quantities

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

Which = Literal["ledger", "expected", "sampled", "whole"]
"""The ledger engine; the expected values; the sampled engine with other conversations; the same with those of the
ledger engine, and a sample of every case."""
Simulated = Callable[["Scenario", Which], "Results"]

ALARM: Final = 0.001
"""Chance that something is called wrong by a whole run although nothing is."""
EVERY_CASE: Final = 10**15
"""A sample larger than any month."""


def run_of(scenario: Scenario, which: Which) -> Run:
    """Return what to simulate."""
    if which == "whole":
        return Run(scenario, "sampled", sample=EVERY_CASE)
    if which == "sampled":
        return Run(scenario, "sampled", conversations_seed=scenario.seed + OTHER_SEED)
    return Run(scenario, which)


@dataclass(frozen=True, slots=True)
class PartResult:
    """Everything compared at one volume.

    Attributes:
        every_case: whether the sampled engine draws every case of every month, so that it is the ledger engine.
    """

    part: VerifyPart
    quantities: Sequence[ComparedQuantity]
    comparisons: Sequence[Comparison]
    every_case: bool

    def of(self, quantity: ComparedQuantity) -> list[Comparison]:
        """Return the comparisons of one quantity, without its correlations."""
        return [each for each in self.comparisons if each.key == quantity.key and not each.other]

    @property
    def invoices(self) -> list[ComparedQuantity]:
        """The invoices, the furthest apart first."""
        worst = {
            each.key: max((abs(found.score) for found in self.of(each) if found.judged), default=0.0)
            for each in self.quantities
            if each.kind == "invoice"
        }
        return sorted((each for each in self.quantities if each.key in worst), key=lambda each: -worst[each.key])

    @property
    def not_judged(self) -> dict[str, list[str]]:
        """Quantities too rare or too heavily tailed, by the kind of comparison."""
        found: dict[str, list[str]] = {}
        for each in self.comparisons:
            if not each.judged and each.key not in found.setdefault(each.what, []):
                found[each.what].append(each.key)
        return found

    @property
    def no_edges(self) -> list[str]:
        """Contracts whose horizon totals are not compared at any edge, as a sample is only near there."""
        found = {each.key for each in self.comparisons if each.what == "edge"}
        return [each.name for each in self.invoices if each.key not in found] if not self.every_case else []

    @property
    def off(self) -> list[str]:
        """Contracts that are known to be billed with an error on a sample."""
        return [each.name for each in self.quantities if each.off]


@dataclass(frozen=True)
class Verification:
    """What a comparison found.

    Attributes:
        sample: of the sampled engine.
        alarm: chance of a false alarm over all comparisons.
    """

    scenario: Scenario
    sample: Sample
    parts: Sequence[PartResult]
    alarm: float

    @cached_property
    def by_score(self) -> list[tuple[PartResult, Comparison]]:
        """All comparisons that are judged, the furthest apart first."""
        every = [(part, each) for part in self.parts for each in part.comparisons if each.judged]
        return sorted(every, key=lambda item: -abs(item[1].score))

    @cached_property
    def limit(self) -> float:
        """The score beyond which something is wrong."""
        return limit(self.alarm, sum(not each.exact for _, each in self.by_score))

    @cached_property
    def apart(self) -> list[tuple[PartResult, Comparison]]:
        """Comparisons beyond the limit, the furthest first."""
        return [(part, each) for part, each in self.by_score if abs(each.score) > self.limit]

    @property
    def agrees(self) -> bool:
        """Whether nothing lies further apart than chance explains."""
        return not self.apart


def verify(
    scenario: Scenario, sample: Sample, parts: Sequence[VerifyPart], simulated: Simulated, *, alarm: float = ALARM
) -> Verification:
    """Hold the expected values against the ledger engine, and the noise of the sampled engine against the ledger's.

    Args:
        parts: volumes and futures, see `plan.parts`; the first is simulated with every case in the sample too.
        simulated: simulates a scenario with the named engine.
        alarm: chance of a false alarm over everything.

    Raises:
        ValueError: if the engines did not simulate the same futures.
    """
    found = [_compared(part, sample, simulated, whole=part is parts[0]) for part in parts]
    return Verification(scenario, sample, found, alarm)


def _compared(part: VerifyPart, sample: Sample, simulated: Simulated, *, whole: bool) -> PartResult:
    expected, ledger = simulated(part.scenario, "expected"), simulated(part.scenario, "ledger")
    share = sampled_share(expected.meters["cases"], sample.size)
    every_case = bool((share == 1).all())
    sampled = None if every_case else simulated(part.scenario, "sampled")
    compared = quantities(ledger, sampled, expected, share)
    found = comparisons(compared, share)
    others = [ledger] if sampled is None else [ledger, sampled]
    if sampled is not None:
        assert sampled.sampling is not None
        found.append(exact("share", "meter cases", _apart(sampled.sampling.share, share)))
    if whole or every_case:
        others.append(simulated(part.scenario, "whole"))
        both = {name: (others[-1].meters[name], values) for name, values in ledger.meters.items()
                if name in others[-1].meters}  # fmt: skip
        found += [exact("whole", f"meter {name}", _apart(*each)) for name, each in both.items()]
    found += [exact("missing", f"meter {name}", 1.0) for name in missing(expected, *others)]
    return PartResult(part, compared, found, every_case)


def _apart(given: Array, right: Array) -> float:
    """Return the largest relative difference, 0 for rounding."""
    size = np.maximum(np.abs(given), np.abs(right))
    gaps = (given - right) / np.where(size > 0, size, 1.0)
    largest = float(gaps.flat[int(np.argmax(np.abs(gaps)))])
    return largest if abs(largest) > ROUNDING else 0.0
