"""The engine `sampled`: exact expected values, and around them the noise of a sample of conversations.

Given a future's unknowns and a month's drivers, cases are a Poisson stream. With L cases expected in a month and a
sample of n, f = min(1, n / L). Of every meter E is the expected value (engine.expectations), and S the sum over a month
of f L expected cases, drawn and billed conversation by conversation as the ledger does. The meter of the month is

    M = (1 - sqrt f) E + S / sqrt f.

Its mean is E. Its variance, and the covariance of any two meters, is that of the whole month: (1 / f) f L E[x y], with
x and y what a case adds. At f = 1 it is the ledger. It lies between E and S / f with the same weights for all meters,
so whatever holds of every case holds of M: parts add up, and a looser definition never counts fewer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts import meters_of
from simulator.engine.counting.totals import Counter, make_counter, slice_totals
from simulator.engine.draws.drawing import draw_slices
from simulator.engine.expectations.expected import ExpectedPlan, expected_totals, make_expected_plan, numbers_of
from simulator.engine.group_results import GroupResults, driver_values, trial_meters
from simulator.engine.refusals import refuse_infinite
from simulator.engine.sampling.few_units import FewUnits, few_units
from simulator.engine.sampling.sample_size import run_pilot, sample_size
from simulator.engine.sampling.sampling_fraction import sampled_share, scaled, share_drawing
from simulator.futures.drawn import Drawn, draw_futures
from simulator.futures.law_arrays import Numbers
from simulator.scenario.schema import Scenario
from simulator.streams import BLOCK_TRIALS, stream

SPLIT_TRIALS: Final = 512
"""First futures that tell what the variance of an invoice comes from."""
FIRST_HALF, SECOND_HALF, EXPECTED, OTHER_MONTHS = "first_half", "second_half", "expected", "other_months"
OTHER_SEED: Final = 1 << 70
"""Added to a seed to get one that no scenario has."""
ALWAYS: Final = ("cases", "conversations", "human_minutes")
"""Meters that an invoice may look at whatever the contract reads."""


@dataclass(frozen=True, slots=True)
class SampledPlan:
    """What every group of a run shares.

    Attributes:
        counter: of the sample.
        sample: cases of a month that are drawn, on average.
        few: contracts whose bills hang on few units.
        whole: counts what those of them need that are billed on whole months; None without such ones.
        split: whether the first futures tell what the variance of an invoice comes from.
    """

    expected: ExpectedPlan
    counter: Counter
    sample: int
    few: tuple[FewUnits, ...]
    whole: Counter | None
    split: bool

    @property
    def scenario(self) -> Scenario:
        """What is simulated."""
        return self.expected.scenario

    @property
    def group_trials(self) -> int:
        """Futures of a group."""
        return self.expected.group_trials


def make_sampled_plan(
    scenario: Scenario, *, sample: int | None = None, split: bool = False, conversations_seed: int | None = None
) -> SampledPlan:
    """Compile a scenario for the engine.

    Args:
        sample: cases of a month that are drawn; by the rule of sampling.sample_size where it is not given.
        split: whether the first futures tell what the variance of an invoice comes from.
        conversations_seed: of conversations, in the place of the scenario's.

    Raises:
        DefinitionError: a definition or an own meter reads what kinds of conversation do not have.
        ScenarioError: some meter has no expected value in closed form, or some law no variance.
    """
    refuse_infinite(scenario)
    plan = make_expected_plan(scenario)
    pilot = run_pilot(plan)
    size = sample_size(scenario, pilot) if sample is None else sample
    priced = {contract.name: contract for contract in plan.terms.priced}
    few = tuple(few_units(priced, pilot, size))
    seed = scenario.seed if conversations_seed is None else conversations_seed
    counter = make_counter(scenario.model_copy(update={"seed": seed}), plan.terms, plan.kinds)
    wanted = {key for each in few if each.whole for key in (*priced[each.contract].meters, priced[each.contract].unit)}
    whole = tuple(meter for meter in counter.meters if wanted.intersection(meter.keys))
    return SampledPlan(plan, counter, size, few, replace(counter, meters=whole) if whole else None, split)


def sample_of(scenario: Scenario) -> int:
    """Return how many cases of a month the engine draws of a scenario by itself."""
    return sample_size(scenario, run_pilot(make_expected_plan(scenario)))


def simulate_sampled(plan: SampledPlan, first: int) -> GroupResults:
    """Simulate the group of futures that starts at trial `first`.

    Raises:
        ValueError: if no group starts at this trial.
    """
    if first % plan.group_trials:
        raise ValueError(f"groups start at multiples of {plan.group_trials}, not at trial {first}")
    scenario = plan.scenario
    drawn = draw_futures(scenario, first, plan.group_trials, unknown=plan.expected.unknown)
    numbers = numbers_of(plan.expected, drawn)
    expected = expected_totals(plan.expected, drawn, numbers)
    share = sampled_share(drawn.demand.cases.sum(axis=2), plan.sample)
    sums = sampled_totals(plan.counter, drawn, numbers, share)
    meters = _with_trial_meters(plan, drawn, scaled(expected, sums, share))
    whole = {} if plan.whole is None else sampled_totals(plan.whole, drawn, numbers, np.ones_like(share))
    return GroupResults(
        meters,
        drawn.unknowns.drawn,
        driver_values(scenario, drawn.unknowns, drawn.drivers),
        sampling={"share": share, "level": rounding_level(scenario, first, plan.group_trials)},
        whole=whole,
        split=_split(plan, drawn, numbers, expected, sums) if plan.split and first < SPLIT_TRIALS else {},
    )


def _with_trial_meters(plan: SampledPlan, drawn: Drawn, totals: dict[str, Array]) -> dict[str, Array]:
    return totals | trial_meters(plan.scenario, drawn.unknowns, drawn.unseen, totals)


def rounding_level(scenario: Scenario, first: int, count: int) -> Array:
    """Return the levels at which units are made whole (contracts.whole_units), shape (future, month)."""
    blocks = range(first // BLOCK_TRIALS, (first + count) // BLOCK_TRIALS)
    size = (scenario.months, BLOCK_TRIALS)
    return np.concatenate([stream(scenario.seed, "whole_units", block).random(size).T for block in blocks])


def sampled_totals(counter: Counter, drawn: Drawn, numbers: Numbers, share: Array) -> dict[str, Array]:
    """Return the sums over a share of the months of some futures, shape (future, month).

    Args:
        share: of the expected cases that are drawn, shape (future, month).
    """
    futures, months = share.shape
    drawing, counts = share_drawing(counter.scenario, drawn, numbers, share)
    today = numbers.people.handoff[:, :, None] * numbers.people.channel[:, None]
    totals: dict[str, Array] = {}
    for month in range(months):
        for rows in draw_slices(drawing, counts[:, month], month):
            for name, amounts in slice_totals(counter, rows, futures, today).items():
                totals.setdefault(name, np.zeros((futures, months)))[:, month] += amounts
    return totals


def _split(
    plan: SampledPlan, drawn: Drawn, numbers: Numbers, expected: dict[str, Array], sums: dict[str, Array]
) -> dict[str, Array]:
    """Return what the variance split (simulator.variance) looks at, by LEVEL/METER, shape (future, month).

    The two halves of the sample are those of the cases that arrive first and the rest, each scaled up by itself. Other
    months are those of the same futures with drivers of their own; both are expected values.
    """
    priced = plan.expected.terms.priced
    wanted = [*dict.fromkeys((*meters_of(priced), *(contract.unit for contract in priced), *ALWAYS))]
    half = sampled_share(drawn.demand.cases.sum(axis=2), plan.sample) / 2
    first = sampled_totals(plan.counter, drawn, numbers, half)
    second = {name: values - first[name] for name, values in sums.items()}
    months = draw_futures(
        plan.scenario, drawn.first, plan.group_trials, unknown=plan.expected.unknown,
        months_seed=plan.scenario.seed + OTHER_SEED,
    )  # fmt: skip
    levels = {
        FIRST_HALF: (drawn, scaled(expected, first, half)),
        SECOND_HALF: (drawn, scaled(expected, second, half)),
        EXPECTED: (drawn, expected),
        OTHER_MONTHS: (months, expected_totals(plan.expected, months, numbers)),
    }
    found: dict[str, Array] = {}
    for level, (of, totals) in levels.items():
        meters = _with_trial_meters(plan, of, dict(totals))
        found |= {f"{level}/{name}": meters[name] for name in wanted if name in meters}
    return found
