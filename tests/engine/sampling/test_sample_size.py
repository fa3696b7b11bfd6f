"""How many cases are sampled depends on the scenario's law and its volume, and on nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from simulator.engine.expectations.expected import make_expected_plan
from simulator.engine.refusals import refusals
from simulator.engine.run import Run, simulate, simulate_all
from simulator.engine.sampling.sample_size import SIZES, Moments, excess, run_pilot
from simulator.engine.sampling.sampled import sample_of
from simulator.errors import ScenarioError
from simulator.scenario import Scenario, load_scenario, parse_scenario

ROOT: Final = Path(__file__).parent.parent.parent.parent
MINIMAL: Final = (ROOT / "scenarios" / "minimal.toml").read_text()
FEW: Final = Path(__file__).parent / "few.toml"
MORE: Final = """
[contracts.rare]
type = "per_resolution"
definition = "rare"
price = 9
limit = { units = 2 }

[contracts.steps]
type = "hybrid"
charges = [
  { kind = "package", meter = "own:long", size = 10, price = 3 },
  { kind = "flat", meter = "output_tokens", rate = 1, included_per_conversation = 5_000 },
]

[definitions.rare]
predicate = "turns > 9 and outcome = 'confirmed'"

[meters.long]
sql = "case when turns > 12 then 100 else 0 end"
"""


def minimal(*changes: str, more: str = "") -> Scenario:
    return parse_scenario(MINIMAL + more, "minimal", changes)


def test_shipped_scenarios_take_the_sizes_of_the_docs() -> None:
    found = {path.stem: sample_of(load_scenario(path)) for path in sorted((ROOT / "scenarios").glob("*.toml"))}
    assert found.pop("minimal") == 64
    assert set(found.values()) == {16}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        (("seed=5",), ""),
        (("trials=3",), ""),
        (("trials=50_000",), ""),
        (("contracts.resolution.price=9", "people.cost_per_hour=90"), ""),
        (('contracts.resolution.definition="verified_72h"',), ""),
        ((), MORE),
    ],
    ids=["seed", "few futures", "many futures", "prices", "definition", "contracts, definitions, own meters"],
)
def test_what_is_no_law_and_no_volume_leaves_it(changes: tuple[str, ...], more: str) -> None:
    for cases in (300, 2_000):
        volume = f"volume.per_month={cases}"
        assert sample_of(minimal(volume, *changes, more=more)) == sample_of(minimal(volume)), cases


@pytest.mark.parametrize(
    ("change", "size"),
    [
        ("volume.per_month=300", 256),
        ("volume.per_month=2_000_000", 16),
        ("volume.per_month={mean=2_000, sd=400}", 16),
        ("tokens.answer={mean=170,cv=5}", 1_024),
        ("people.minutes_sigma=2.2", 1_024),
    ],
)
def test_law_and_volume_move_it(change: str, size: int) -> None:
    """The control: 64 without any of these."""
    assert sample_of(minimal(change)) == size != sample_of(minimal()) == 64


def test_more_cases_never_need_a_larger_sample_where_nothing_else_varies() -> None:
    sizes = [sample_of(minimal(f"volume.per_month={cases}")) for cases in (300, 3_000, 30_000, 300_000)]
    assert sizes == sorted(sizes, reverse=True) and set(sizes) <= set(SIZES)


def test_a_scenario_and_a_run_may_say_it() -> None:
    scenario = minimal("sample=40", "trials=64")
    assert sample_of(scenario) == 40
    said, asked, own = simulate_all(
        [Run(scenario), Run(scenario, sample=20), Run(minimal("trials=64"))],
    )
    sizes = [each.sampling.sample for each in (said, asked, own) if each.sampling is not None]
    assert sizes == [40, 20, 64]
    for each in (said, asked, own):
        assert each.sampling is not None
        assert each.sampling.share == pytest.approx(each.sampling.sample / 2_000)
    assert not np.array_equal(said.meters["rows"], own.meters["rows"])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("tokens.answer={mean=170, family='lomax', alpha=2}", "tokens.answer.alpha"),
        ("tokens.customer={mean=40, family='lomax', alpha=1.5}", "tokens.customer.alpha"),
        ("tokens.answer={mean=170, family='lomax', alpha={p5=1.9, p95=4}}", "tokens.answer.alpha"),
    ],
)
def test_a_law_without_a_variance_is_refused_with_its_place(change: str, place: str) -> None:
    scenario = minimal(change)
    with pytest.raises(ScenarioError) as raised:
        simulate(scenario)
    (problem,) = raised.value.problems
    assert problem.key == tuple(place.split("."))
    assert place in problem.message and "alpha is above 2" in problem.message
    assert "write an alpha above 2" in problem.help
    assert [each.key for each in refusals(scenario, "sampled")] == [problem.key]
    assert refusals(scenario, "ledger") == []


def test_minutes_without_a_variance_are_refused_too() -> None:
    scenario = minimal('people.minutes_family="lomax"', "people.minutes_alpha=1.8")
    assert [each.key for each in refusals(scenario, "sampled")] == [("people", "minutes_alpha")]


@pytest.mark.parametrize(
    ("alpha", "size"), [("2.1", 1_024), ("3", 1_024), ("{p5=2.9, p95=9}", 1_024), ("60", 64)]
)  # fmt: skip
def test_a_law_without_a_third_moment_takes_the_largest(alpha: str, size: int) -> None:
    assert sample_of(minimal(f"tokens.answer={{mean=170, family='lomax', alpha={alpha}}}")) == size


def test_pilot_has_the_moments_of_what_a_case_adds() -> None:
    """One conversation a case, all solved, 1.15 % of them confirmed."""
    pilot = run_pilot(make_expected_plan(load_scenario(FEW)))
    for name in ("rows", "cases_solved"):
        assert pilot.moments[name] == Moments(1.0, 1.0, 1.0)
    rare = pilot.moments["end:confirmed"]
    assert rare.mean == rare.square == rare.cube
    assert rare.mean == pytest.approx(0.0115, abs=5 * (0.0115 / 60_000) ** 0.5)


def test_excess_by_hand() -> None:
    """Poisson months of 400 and 100 with n = 100: the third cumulant is 2 and 1 times 400 and 100."""
    cases, expected = np.array([[400.0, 100.0]] * 3), np.array([[400.0, 100.0]] * 3)
    assert excess(cases, expected, Moments(1, 1, 1), 100) == pytest.approx(400 / (500 * 500))
    assert excess(cases, expected, Moments(1, 1, 1), 400) == 0.0
    assert excess(cases, 0 * expected, Moments(0, 0, 0), 100) == 0.0
    spread = np.array([[400.0, 100.0], [500.0, 200.0]])
    assert excess(cases[:2], spread, Moments(1, 1, 1), 100) == pytest.approx(400 / ((500 + 100**2) * 600))
