"""What must not change a number of the engine `sampled`: everything here is equality to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from simulator.engine.expectations.expected import make_expected_plan
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.engine.sampling.sampled import make_sampled_plan, simulate_sampled
from simulator.scenario import Scenario, parse_scenario
from tests.engine.sampling.distances import invoices

ROOT: Final = Path(__file__).parent.parent.parent.parent
EVERYTHING: Final = (ROOT / "tests" / "scenario" / "everything.toml").read_text()
FEW: Final = (Path(__file__).parent / "few.toml").read_text()
SAMPLE: Final = 16
PARTS: Final = ("meters", "unknowns", "drivers", "whole", "split")

Numbers = Mapping[str, np.ndarray]


def scenario_of(*changes: str, more: str = "") -> Scenario:
    return parse_scenario(EVERYTHING + more, "everything", changes)


def simulate(scenario: Scenario, *, workers: int = 1, first: int = 0, split: bool = False) -> Results:
    runs = [Run(scenario, first_trial=first, sample=SAMPLE, split=split)]
    return simulate_all(runs, workers=workers)[0]


def different(a: Numbers, b: Numbers) -> set[str]:
    """Return the names whose values differ in any bit; both must have the same names."""
    assert set(a) == set(b), set(a) ^ set(b)
    return {name for name in a if not np.array_equal(a[name], b[name], equal_nan=True)}


def parts_of(results: Results, places: slice = slice(None)) -> dict[str, np.ndarray]:
    """Return all numbers of some futures."""
    found = {f"{part} {name}": values[places] for part in PARTS for name, values in getattr(results, part).items()}
    assert results.sampling is not None
    return found | {"share": results.sampling.share[places], "level": results.sampling.level[places]}


def kept(before: Results, after: Results) -> set[str]:
    """Return the meters of the first that are others in the second, where further ones may stand beside them."""
    assert set(before.meters) <= set(after.meters)
    return different(before.meters, {name: after.meters[name] for name in before.meters})


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of 64 futures."""
    monkeypatch.setattr("simulator.engine.expectations.expected.MOST_PLACES", 1)


@pytest.fixture(scope="module")
def many() -> Results:
    """Three groups of 512 futures, the last of them cut."""
    return simulate(scenario_of("trials=1100", "months=3"))


@pytest.mark.parametrize("workers", [2, *(pytest.param(count, marks=pytest.mark.slow) for count in (3, 7))])
def test_results_are_the_same_for_any_number_of_workers(workers: int, many: Results) -> None:
    assert not different(parts_of(simulate(many.scenario, workers=workers)), parts_of(many))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3, 7])
def test_split_and_whole_months_are_the_same_for_any_number_of_workers(workers: int) -> None:
    scenario = parse_scenario(FEW, "few", ["trials=1100", "volume.per_month=100", "months=2"])
    one, several = (simulate(scenario, workers=count, split=True) for count in (1, workers))
    assert one.whole and one.split
    assert not different(parts_of(one), parts_of(several))


@pytest.mark.usefixtures("small_groups")
def test_groups_are_the_same_in_any_order_and_of_any_size(many: Results) -> None:
    plan = make_sampled_plan(many.scenario, sample=SAMPLE)
    assert plan.group_trials == 64
    for first in (1024, 64, 0, 512, 64):
        alone = simulate_sampled(plan, first)
        last = min(first + 64, 1100)
        assert not different(
            {name: values[: last - first] for name, values in alone.meters.items()},
            {name: values[first:last] for name, values in many.meters.items()},
        )
        assert many.sampling is not None
        assert np.array_equal(alone.sampling["level"][: last - first], many.sampling.level[first:last])


@pytest.mark.parametrize("trial", [0, 63, 511, 512, 1099])
def test_a_trial_alone_is_that_trial_of_a_run(trial: int, many: Results) -> None:
    alone = simulate(many.scenario.model_copy(update={"trials": 1}), first=trial)
    assert not different(parts_of(alone), parts_of(many, slice(trial, trial + 1)))


@pytest.mark.parametrize(("first", "count"), [(500, 30), (3, 4)])
def test_some_trials_are_those_of_a_run(first: int, count: int, many: Results) -> None:
    some = simulate(many.scenario.model_copy(update={"trials": count}), first=first)
    assert not different(parts_of(some), parts_of(many, slice(first, first + count)))


def test_another_trial_is_another(many: Results) -> None:
    """The control: the comparison sees it."""
    alone = simulate(many.scenario.model_copy(update={"trials": 1}), first=8)
    assert {"meters rows", "meters output_tokens", "level"} <= different(parts_of(alone), parts_of(many, slice(9, 10)))


@pytest.fixture(scope="module")
def base() -> Results:
    return simulate(scenario_of())


MORE: Final = {
    "contract": '[contracts.more]\ntype = "per_message"\ncount = "ai"\nprice = 1\n',
    "rounding contract": '[contracts.more]\ntype = "hybrid"\n'
    'charges = [{ kind = "package", meter = "conversations", size = 10, price = 1 }]\n',
    "bending contract": '[contracts.more]\ntype = "per_resolution"\ndefinition = "written"\nprice = 1\n'
    "limit = { units = 3 }\n",
    "definition": '[contracts.more]\ntype = "per_resolution"\ndefinition = "rare"\nprice = 1\n'
    "[definitions.rare]\npredicate = \"turns > 9 and outcome = 'confirmed'\"\n",
    "part": '[contracts.more]\ntype = "hybrid"\ncharges = [{ kind = "flat", meter = "output_tokens", rate = 1, '
    'included_per_conversation = 77, applies_to = { intents = ["status"] } }]\n',
    "own meter": '[contracts.more]\ntype = "hybrid"\ncharges = [{ kind = "flat", meter = "own:more", rate = 1 }]\n'
    '[meters.more]\nsql = "turns > 4 and contact = 1"\n',
}


@pytest.mark.parametrize("text", MORE.values(), ids=MORE)
def test_what_else_is_asked_leaves_all_other_numbers(text: str, base: Results) -> None:
    after = simulate(scenario_of(more=text))
    assert not kept(base, after)
    before, priced = invoices(base), invoices(after)
    assert not different(before, {name: priced[name] for name in before})
    assert "more" in priced and priced["more"].any()


def test_a_contract_that_goes_leaves_the_others(base: Results) -> None:
    names = [name for name in base.scenario.contracts if name not in ("mixed", "careful")]
    fewer = base.scenario.model_copy(update={"contracts": {name: base.scenario.contracts[name] for name in names}})
    before, after = invoices(base), invoices(simulate(fewer))
    assert set(after) == set(names)
    assert not different(after, {name: before[name] for name in names})


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ("drivers.returning.persistence=0.9", {"returning"}),
        ("drivers.demand.cv=0.3", {"demand"}),
        ("drivers.tokens.log_sd=0.4", {"tokens"}),
        ("incidents.probability=0.6", {"incident"}),
        ("drivers.correlation.demand.tokens=0.4", {"tokens"}),
        ("drivers.mix.sd=0.5", set()),
    ],
)
def test_another_driver_leaves_those_alone_that_it_is_not_correlated_with(
    change: str, moved: set[str], base: Results
) -> None:
    after = simulate(scenario_of(change))
    assert different(after.drivers, base.drivers) == moved
    assert not different(after.unknowns, base.unknowns)
    assert different(after.meters, base.meters)


@pytest.mark.parametrize("change", ["contracts.written.price=9", "contracts.mixed.charges.0.included=1"])
def test_a_price_leaves_every_meter(change: str, base: Results) -> None:
    assert not different(parts_of(simulate(scenario_of(change))), parts_of(base))


def test_a_month_drawn_whole_is_the_ledgers() -> None:
    scenario = scenario_of("trials=70", "months=3")
    ours, ledger = simulate_all([Run(scenario, sample=100_000), Run(scenario, "ledger")])
    assert ours.sampling is not None and (ours.sampling.share == 1).all()
    assert not kept(ours, ledger)
    assert not different(invoices(ours), invoices(ledger))
    assert not different(ours.unknowns, ledger.unknowns) and not different(ours.drivers, ledger.drivers)
    assert "rows" in kept(simulate(scenario), ledger), "the control: a sample is not"


def test_a_wrong_group_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 512, not at trial 3"):
        simulate_sampled(make_sampled_plan(scenario_of("trials=1100"), sample=SAMPLE), 3)


@pytest.mark.parametrize(
    ("trials", "months", "size"),
    [(10_000, 12, 512), (512, 12, 512), (257, 12, 512), (256, 12, 256), (10, 12, 64), (10_000, 24, 256), (10, 120, 64)],
)
def test_the_size_of_a_group_follows_months_and_what_is_asked(trials: int, months: int, size: int) -> None:
    scenario = scenario_of(f"trials={trials}", f"months={months}")
    assert make_expected_plan(scenario).group_trials == size
