"""What must not change a number of the atlas: workers, blocks, threads, months, contracts and other definitions.

Everything here is equality to the bit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.atlas.engine import ATLAS_TRIALS, make_atlas_plan, simulate_block
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.engine.seeds import Seeds
from simulator.scenario import Scenario
from tests.engine.atlas.made import atlas, everything, expected, ledger, small
from tests.engine.test_invariance import different, digest, same

ROOT = Path(__file__).parents[3]
OWN = {
    "quiet": "silence = 24",
    "judged": 'requires = ["judged_resolved"]\nsilence = 72',
    "liked": "min_csat = 3",
    "spam": 'classes = ["service", "spam"]\nsilence = 8',
}
"""Definitions that look at hours, verdict, score and class."""
BLOCKS = 2


def scenario(*overrides: str, own: Mapping[str, str] = OWN, months: int = 1) -> Scenario:
    return everything(own, [f"months={months}", *overrides])


def plain() -> Scenario:
    return everything(OTHERS["memory"], ["months=1"], named=("assumed_24h",))


@cache
def many() -> Results:
    """Return a run of some blocks, the last one in part, at a volume where most numbers are small."""
    return atlas(
        everything({"quiet": "silence = 24"}, ["months=1", small(40), f"trials={BLOCKS * ATLAS_TRIALS - 100}"])
    )


@cache
def one_block() -> Results:
    return atlas(scenario())


def part(values: Mapping[str, np.ndarray], chosen: slice) -> dict[str, np.ndarray]:
    return {name: array[chosen] for name, array in values.items()}


@pytest.mark.parametrize("workers", [2, pytest.param(7, marks=pytest.mark.slow)])
def test_results_are_the_same_for_any_number_of_workers(workers: int) -> None:
    assert same(atlas(many().scenario, workers=workers), many())


def test_blocks_are_the_same_in_any_order() -> None:
    plan = make_atlas_plan(many().scenario)
    for first in (ATLAS_TRIALS, 0, ATLAS_TRIALS):
        alone = simulate_block(plan, first)
        kept = min(ATLAS_TRIALS, many().trials - first)
        whole = part(many().meters, slice(first, first + kept))
        assert not different(part(alone.meters, slice(0, kept)), whole)


@pytest.mark.parametrize(("first", "count"), [(731, 1), (0, 1), (ATLAS_TRIALS - 1, 2), (100, ATLAS_TRIALS)])
def test_some_trials_alone_are_those_of_a_run(first: int, count: int) -> None:
    alone = atlas(many().scenario.model_copy(update={"trials": count}), first_trial=first)
    for name in ("meters", "unknowns", "drivers"):
        assert not different(getattr(alone, name), part(getattr(many(), name), slice(first, first + count)))


def test_trials_are_not_alike() -> None:
    """Negative control: equality of trials would be seen as such, and is not there."""
    m = many().meters
    assert different(part(m, slice(731, 732)), part(m, slice(730, 731))) > {"cases", "turns", "resolutions:quiet"}
    assert different(part(m, slice(0, 1)), part(m, slice(ATLAS_TRIALS, ATLAS_TRIALS + 1))) > {"cases", "turns"}


@pytest.mark.parametrize(
    ("few", "more"),
    [
        (1, 3),
        (2, 5),
        pytest.param(3, 24, marks=pytest.mark.slow, id="3-24: expectations of fewer trials at a time"),
    ],
)
def test_more_months_leave_the_first_ones_as_they_were(few: int, more: int) -> None:
    short, long = (atlas(everything({"quiet": "silence = 24"}, [f"months={months}"])) for months in (few, more))
    for name in ("meters", "drivers"):
        first = {key: values[:, :few] for key, values in getattr(long, name).items()}
        assert not different(getattr(short, name), first)
    assert not different(short.unknowns, long.unknowns)


OTHERS = {
    "other windows": {"two": "silence = 2", "void": 'returns = "void"\nreturn_window_hours = 336'},
    "a judge": {"strict": 'requires = ["judged_resolved", "answered"]'},
    "reviews": {"touched": 'human_touch = "review"', "untouched": 'human_touch = "none"'},
    "actions": {"acted": 'requires = ["action_completed"]\nsilence = 120'},
    "planned handoffs": {"planned": "planned_handoffs = true"},
    "scores and classes": {"all": 'min_csat = 5\nclasses = ["service", "greeting", "spam", "test"]\nsilence = 6'},
    "a predicate": {"written": "predicate = \"returned_after_hours BETWEEN 4 AND 96 OR class = 'greeting'\""},
    "memory": {
        "merge": 'returns = "merge"\nreturn_window_hours = 36',
        "one": 'at_most = "case"\nduplicates = "merged"',
    },
}


def check_others(others: Mapping[str, str], own: Mapping[str, str]) -> None:
    more = atlas(scenario(own=own))
    shared = {name: values for name, values in more.meters.items() if name in one_block().meters}
    assert not different(shared, one_block().meters)
    added = {name.split("|")[0] for name in more.meters if name not in shared}
    assert added == {f"resolutions:{name}" for name in others}


def joined(*groups: str) -> dict[str, str]:
    return {name: clauses for group in groups for name, clauses in OTHERS[group].items()}


def test_more_definitions_leave_all_other_meters_unchanged() -> None:
    others = joined("other windows", "a judge", "reviews", "actions", "planned handoffs")
    check_others(others, {**others, **OWN})


@pytest.mark.slow
@pytest.mark.parametrize("first", [False, True])
def test_all_definitions_leave_all_other_meters_unchanged(first: bool) -> None:
    others = joined(*OTHERS)
    check_others(others, {**others, **OWN} if first else {**OWN, **others})


@pytest.mark.slow
@pytest.mark.parametrize("others", OTHERS)
def test_a_few_more_definitions_leave_all_other_meters_unchanged(others: str) -> None:
    check_others(OTHERS[others], {**OWN, **OTHERS[others]})
    check_others(OTHERS[others], {**OTHERS[others], **OWN})


def test_fewer_definitions_in_another_order_leave_all_other_meters_unchanged() -> None:
    turned = dict(reversed(list(OWN.items())[:3]))
    fewer = atlas(everything(turned, ["months=1"], named=("verified_72h",)))
    assert not different(fewer.meters, {name: one_block().meters[name] for name in fewer.meters})
    none = atlas(everything({}, ["months=1"], named=()))
    assert not different(none.meters, {name: one_block().meters[name] for name in none.meters})


def test_a_clause_changes_the_units_of_its_definition_only() -> None:
    changed = atlas(scenario(own={**OWN, "quiet": "silence = 48"}))
    assert {name.split("|")[0] for name in different(changed.meters, one_block().meters)} == {"resolutions:quiet"}


@pytest.mark.slow
def test_definitions_with_memory_leave_one_another_unchanged_where_their_clauses_do() -> None:
    """With the same other definitions, their order and their contracts' order do not matter."""
    own = {**OWN, **OTHERS["memory"]}
    turned = atlas(scenario(own=dict(reversed(own.items()))))
    moved = {name.split("|")[0] for name in different(turned.meters, atlas(scenario(own=own)).meters)}
    assert moved <= {"resolutions:merge", "resolutions:one"}


def test_prices_leave_every_meter_as_it_was() -> None:
    prices = ("contracts.quiet.price=9", "models.big.rates.output=99", "people.cost_per_hour={ p5 = 80, p95 = 90 }")
    assert not different(atlas(scenario(*prices)).meters, one_block().meters)


def test_atlas_ledger_and_expectations_have_equal_unknowns_and_drivers() -> None:
    of = everything({"quiet": "silence = 24"}, ["months=1", small(40)])
    found = [engine(of) for engine in (atlas, ledger, expected)]
    for other in found[1:]:
        assert not different(found[0].unknowns, other.unknowns)
        assert not different(found[0].drivers, other.drivers)
        assert {"cases", "rows", "resolutions:quiet"} <= different(
            *(
                {name: each.meters[name] for name in found[0].meters if name in other.meters}
                for each in (found[0], other)
            )
        )


def test_a_fresh_process_and_any_number_of_threads_give_the_same_bits() -> None:
    program = "from tests.engine.atlas.test_invariance import atlas, digest, plain\nprint(digest(atlas(plain())))\n"
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), count)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for count in ("1", "2")
    ]
    printed = [process.communicate(timeout=120)[0].strip() for process in started]
    assert printed == [digest(atlas(plain()))] * 2


def test_seeds_are_seeds() -> None:
    zero, again, other = (atlas(everything({}, ["months=1", f"seed={seed}"])) for seed in (0, 0, 2**63 - 1))
    assert same(zero, again)
    assert {"cases", "turns", "resolutions:assumed_24h"} <= different(zero.meters, other.meters)


def test_a_block_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=f"multiples of {ATLAS_TRIALS}, not at trial 3"):
        simulate_block(make_atlas_plan(scenario()), 3)


def test_runs_that_share_a_plan_are_as_if_alone() -> None:
    """Runs that differ only in seeds and trials share their bills; one with another law or engine does not."""
    own = scenario().model_copy(update={"trials": 16})
    runs = [
        Run(own),
        Run(own.model_copy(update={"trials": 8}), seeds=Seeds(own.seed, own.seed, own.seed + 1)),
        Run(own.model_copy(update={"seed": own.seed + 5})),
        Run(own.model_copy(update={"trials": 8}), "expected"),
        Run(own.model_copy(update={"months": 1})),
    ]
    together = simulate_all(runs)
    alone = [simulate_all([run])[0] for run in runs]
    for one, other in zip(together, alone, strict=True):
        assert one.meters.keys() == other.meters.keys()
        assert all(np.array_equal(one.meters[name], other.meters[name]) for name in one.meters)
    numbers = [each.meters["conversations"][:8, 0].tolist() for each in together]
    assert len({tuple(each) for each in numbers[:4]}) == 4
