"""What must not change a number: workers, order of groups, the trials asked for, prices, contracts, more months.

Everything here is equality to the bit.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.ledger import make_plan, simulate_group
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.scenario import Scenario, load_scenario

simulate = partial(simulate, engine="ledger")
"""These tests are about the ledger engine."""

ROOT = Path(__file__).parent.parent.parent
EVERYTHING = ROOT / "tests" / "scenario" / "everything.toml"
FORECAST = ROOT / "tests" / "scenario" / "everything_forecast.toml"
MANY_GROUPS = ("volume.per_month={mean=9, sd=2}", "months=3", "trials=448")
"""Seven groups of 64 trials."""
SMALL_GROUPS = ("volume.per_month={mean=9_000, sd=200}", "months=3", "trials=20")
"""Groups of 8 trials, with other places within the block of 64."""


def everything(*overrides: str) -> Scenario:
    return load_scenario(EVERYTHING, overrides)


def digest(results: Results) -> str:
    """Return a fingerprint of every bit of a run."""
    found = hashlib.sha256()
    for part in ("meters", "unknowns", "drivers"):
        for name, values in sorted(getattr(results, part).items()):
            found.update(f"{part} {name} {values.shape}".encode())
            found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()


def different(a: Mapping[str, np.ndarray], b: Mapping[str, np.ndarray]) -> set[str]:
    """Return the names whose values differ in any bit; both must have the same names."""
    assert set(a) == set(b), set(a) ^ set(b)
    return {name for name in a if not np.array_equal(a[name], b[name], equal_nan=True)}


def same(a: Results, b: Results) -> bool:
    return not any(different(getattr(a, part), getattr(b, part)) for part in ("meters", "unknowns", "drivers"))


@pytest.fixture(scope="module")
def many() -> Results:
    return simulate(everything(*MANY_GROUPS))


@pytest.mark.parametrize("workers", [2, pytest.param(7, marks=pytest.mark.slow)])
def test_results_are_the_same_for_any_number_of_workers(workers: int, many: Results) -> None:
    assert same(simulate(many.scenario, workers=workers), many)


def test_groups_are_the_same_in_any_order(many: Results) -> None:
    plan = make_plan(many.scenario)
    assert plan.group_trials == 64
    for first in (384, 64, 0, 320, 64, 192):
        alone = simulate_group(plan, first)
        assert not different(alone.meters, {name: values[first : first + 64] for name, values in many.meters.items()})


@pytest.mark.parametrize("trial", [0, 1, 63, 64, 200, 384, 447])
def test_a_trial_alone_is_that_trial_of_a_run(trial: int, many: Results) -> None:
    alone = simulate(many.scenario.model_copy(update={"trials": 1}), first_trial=trial)
    for part in ("meters", "unknowns", "drivers"):
        whole = {name: values[trial : trial + 1] for name, values in getattr(many, part).items()}
        assert not different(getattr(alone, part), whole)


@pytest.fixture(scope="module")
def small() -> Results:
    return simulate(everything(*SMALL_GROUPS))


@pytest.mark.parametrize(("first", "count"), [(0, 3), (2, 7), (7, 1), (17, 3)])
def test_some_trials_are_those_of_a_run_where_groups_are_smaller_than_blocks(
    first: int, count: int, small: Results
) -> None:
    assert make_plan(small.scenario).group_trials == 8
    some = simulate(small.scenario.model_copy(update={"trials": count}), first_trial=first)
    assert not different(some.meters, {name: values[first : first + count] for name, values in small.meters.items()})


def test_more_trials_leave_the_first_ones_as_they_were(many: Results) -> None:
    fewer = simulate(everything(*MANY_GROUPS[:2], "trials=70"))
    assert not different(fewer.meters, {name: values[:70] for name, values in many.meters.items()})


@pytest.mark.slow
def test_a_fresh_process_and_any_number_of_blas_threads_give_the_same_bits(many: Results) -> None:
    program = (
        "from tests.engine.test_invariance import MANY_GROUPS, digest, everything, simulate\n"
        "print(digest(simulate(everything(*MANY_GROUPS))))"
    )
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
    assert printed == [digest(many)] * 2


def test_seed_zero_is_a_seed() -> None:
    zero, again, one = (simulate(everything("months=3", f"seed={seed}")) for seed in (0, 0, 1))
    assert same(zero, again)
    unmoved = different(zero.meters, one.meters) ^ set(zero.meters)
    assert not {name for name in unmoved if zero.meters[name].any()}
    assert different(zero.unknowns, one.unknowns) == set(zero.unknowns)
    assert different(zero.drivers, one.drivers) == set(zero.drivers)


@pytest.mark.parametrize("seed", [2**32, 2**32 + 7, 2**63 - 1])
def test_a_seed_of_two_words_is_a_seed_of_its_own(seed: int) -> None:
    assert not same(simulate(everything("months=3")), simulate(everything("months=3", f"seed={seed}")))


PRICES = (
    "contracts.written.price=9",
    "contracts.conversation.discount=0.5",
    "contracts.token.markup=7",
    "contracts.mixed.charges.0.included=1",
    "contracts.careful.yearly_minimum=1_500",
    "models.big.rates.output=99",
    "people.cost_per_hour={ p5 = 80, p95 = 90 }",
    "budget.amount=3",
)


@pytest.fixture(scope="module")
def base() -> Results:
    return simulate(everything())


@pytest.mark.parametrize("price", PRICES)
def test_a_price_leaves_every_meter_as_it_was(price: str, base: Results) -> None:
    changed = simulate(everything(price))
    assert not different(changed.meters, base.meters)
    assert not different(changed.drivers, base.drivers)
    assert different(changed.unknowns, base.unknowns) == (
        {"people.cost_per_hour"} if "cost_per_hour" in price else set()
    )


def test_the_comparison_sees_a_threshold_which_is_no_price(base: Results) -> None:
    changed = simulate(everything("models.big.rates.long_prompt.threshold_tokens=2_000"))
    moved = different(changed.meters, base.meters)
    assert moved and all(name.startswith("tokens_long:big") for name in moved)


def priced(results: Results) -> dict[str, list[np.ndarray]]:
    """Return invoice, cost and units of each contract."""
    return {name: [each.invoice, each.cost_to_serve, each.units] for name, each in forecast(results).contracts.items()}


def with_contracts(scenario: Scenario, names: Sequence[str]) -> Scenario:
    return scenario.model_copy(update={"contracts": {name: scenario.contracts[name] for name in names}})


@pytest.mark.parametrize("names", ["reversed", "alone", "without"])
def test_a_contract_does_not_change_the_others(names: str, base: Results) -> None:
    """`mixed` alone, all but `mixed`, and all in another order, against all; definitions come and go with them."""
    every = list(base.scenario.contracts)
    chosen = {"reversed": every[::-1], "alone": ["mixed"], "without": [n for n in every if n != "mixed"]}[names]
    results = simulate(with_contracts(base.scenario, chosen))
    shared = {name: base.meters[name] for name in results.meters}
    assert not different(results.meters, shared)
    expected, found = priced(base), priced(results)
    assert list(found) == chosen
    for name in chosen:
        for one, other in zip(found[name], expected[name], strict=True):
            assert np.array_equal(one, other)


def test_own_definitions_do_not_change_one_another(base: Results) -> None:
    own = base.scenario.definitions
    assert len(own) == 3
    turned = base.scenario.model_copy(update={"definitions": dict(reversed(own.items()))})
    assert not different(simulate(turned).meters, base.meters)


def test_a_clause_changes_the_units_of_its_definition_only(base: Results) -> None:
    moved = different(simulate(everything("definitions.careful_again.min_csat=5")).meters, base.meters)
    assert moved and all(name.split("|")[0] == "resolutions:careful_again" for name in moved)


def test_a_driver_that_starts_to_move_leaves_the_others() -> None:
    still = simulate(everything("drivers.returning.sd=0"))
    moving = simulate(everything("drivers.returning.sd=0.4"))
    assert different(still.drivers, moving.drivers) == {"returning"}
    assert not different(still.unknowns, moving.unknowns)
    assert not {"cases", "unseen_tickets"} & different(still.meters, moving.meters)


@pytest.mark.parametrize(
    ("override", "moved"),
    [
        ("drivers.demand.cv=0.3", {"demand"}),
        ("drivers.complexity.sd=0.1", {"complexity"}),
        ("drivers.tokens.log_sd=0.4", {"tokens"}),
        ("drivers.returning.persistence=0.9", {"returning"}),
        ("drivers.tokens.persistence=0.9", {"tokens"}),
        ("incidents.probability=0.6", {"incident"}),
        ("drivers.correlation.demand.tokens=0.4", {"tokens"}),
        ("drivers.correlation.demand={ escalation = 0.4 }", {"tokens"}),
        ("drivers.correlation.complexity={ solving = -0.5, escalation = 0.5, returning = 0.2 }", {"returning", "tokens"}),  # noqa: E501
        ("drivers.mix.sd=0.5", set()),
    ],
)  # fmt: skip
def test_a_driver_moves_only_what_is_correlated_with_it(override: str, moved: set[str], base: Results) -> None:
    """Of a pair the later driver follows the earlier one; tokens reach returning through demand and escalation."""
    changed = simulate(everything(override))
    assert different(changed.drivers, base.drivers) == moved
    assert not different(changed.unknowns, base.unknowns)
    assert different(changed.meters, base.meters)


def test_an_unknown_that_becomes_wider_leaves_the_others(base: Results) -> None:
    changed = simulate(everything("people.solve={ p5 = 0.7, p95 = 0.9 }", "tokens.factor.sd=0.4"))
    others = {name: values for name, values in changed.unknowns.items() if name != "people.solve"}
    assert different(others, base.unknowns) == {"tokens.factor"}


def test_a_correlation_of_unknowns_moves_only_its_pair(base: Results) -> None:
    changed = simulate(everything("correlations.1.rho=0.6"))
    assert different(changed.unknowns, base.unknowns) == {"volume.per_month"}  # the second of the pair by name


@pytest.mark.parametrize("path", [EVERYTHING, ROOT / "scenarios" / "minimal.toml"], ids=["everything", "minimal"])
def test_more_months_leave_the_first_ones_as_they_were(path: Path) -> None:
    overrides = [] if path == EVERYTHING else ["trials=4"]
    short, long = (simulate(load_scenario(path, [*overrides, f"months={months}"])) for months in (3, 7))
    for part in ("meters", "drivers"):
        assert not different(
            getattr(short, part), {name: values[:, :3] for name, values in getattr(long, part).items()}
        )
    assert not different(short.unknowns, long.unknowns)


def test_a_wrong_request_is_refused() -> None:
    scenario = everything("months=3", "trials=1")
    with pytest.raises(ValueError, match="workers must be 1 or more"):
        simulate(scenario, workers=0)
    with pytest.raises(ValueError, match="first_trial 0 or more, not 1 and -1"):
        simulate(scenario, first_trial=-1)
    with pytest.raises(ValueError, match="multiples of 64, not at trial 3"):
        simulate_group(make_plan(scenario), 3)


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    simulate(everything(*MANY_GROUPS[:2], "trials=130"), progress=lambda done, of: told.append((done, of)))
    assert told == [(64, 130), (128, 130), (130, 130)]
