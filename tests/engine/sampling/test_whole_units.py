"""Contracts that round units see whole ones where a month is sampled, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from simulator.contracts import Contract
from simulator.contracts.invoices.whole_units import counts_whole, rounds_units, with_whole_units
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.stated.compiled_terms import compile_terms

FEW: Final = Path(__file__).parent / "few.toml"
UNIT: Final = "resolutions:closed_by_customer"
ROUNDING: Final = {"package_of_1", "package_of_10"}
LEVELS: Final = 1_000


def contracts_of(text: str = "") -> dict[str, Contract]:
    return dict(compile_terms(parse_scenario(FEW.read_text() + text, "few", [])).contracts)


@pytest.fixture(scope="module")
def package() -> Contract:
    return contracts_of()["package_of_1"]


def grid(units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each number of units at every level of a grid, shape (units, level), and the levels."""
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    return np.repeat(units[:, None], LEVELS, axis=1), np.broadcast_to(levels, (len(units), LEVELS))


def made_whole(contract: Contract, units: np.ndarray, level: np.ndarray, share: float = 0.5) -> np.ndarray:
    return np.asarray(with_whole_units(contract, {UNIT: units}, np.full(units.shape, share), level)[UNIT])


def test_mean_over_levels_is_that_of_the_units(package: Contract) -> None:
    units = np.random.default_rng(1).gamma(0.5, 4.0, 200)
    of_levels, level = grid(units)
    whole = made_whole(package, of_levels, level)
    assert (whole == np.round(whole)).all()
    assert np.abs(whole.mean(axis=1) - units).max() <= 0.5 / LEVELS + 1e-12
    assert np.abs(whole - of_levels).max() < 1.0


def test_units_rounded_without_a_level_have_another_mean() -> None:
    """The control: down is half a unit too few, and the check above sees it."""
    units = np.random.default_rng(1).gamma(0.5, 4.0, 200)
    assert np.abs(np.floor(units) - units).max() > 0.5 / LEVELS + 1e-12
    assert (np.floor(units) - units).mean() < -0.3


def test_more_units_never_become_fewer(package: Contract) -> None:
    generator = np.random.default_rng(2)
    units, more, level = generator.gamma(0.5, 4.0, (64, 50)), generator.gamma(0.1, 1.0, (64, 50)), generator.random()
    few, many = (made_whole(package, each, np.full(each.shape, level)) for each in (units, units + more))
    assert (few <= many).all()
    other = made_whole(package, units + more, generator.random(units.shape))
    assert (few > other).any(), "levels of their own keep no order: the check would see it"


def test_whole_months_stay_as_they_are(package: Contract) -> None:
    units = np.array([[0.4, 3.7], [2.0, 5.5]])
    share = np.array([[1.0, 0.5], [0.2, 1.0]])
    whole = with_whole_units(package, {UNIT: units}, share, np.full((2, 2), 0.4))[UNIT]
    assert whole.tolist() == [[0.4, 4.0], [2.0, 5.5]]


def test_whole_units_stay_as_they_are_at_any_level(package: Contract) -> None:
    units, level = grid(np.arange(40.0))
    assert np.array_equal(made_whole(package, units, level), units)


def test_which_contracts_round() -> None:
    more = """
[contracts.converted]
type = "hybrid"
charges = [{ kind = "flat", meter = "messages", rate = 1, convert = { divide_by = 10, round = "up" } }]

[contracts.converted_exactly]
type = "hybrid"
charges = [{ kind = "flat", meter = "messages", rate = 1, convert = { divide_by = 10 } }]

[contracts.carded]
type = "hybrid"
charges = [{ kind = "credits", card = [{ meter = "actions", credits = 13, per = 100 }], price = 0.01 }]

[contracts.carded_one_by_one]
type = "hybrid"
charges = [{ kind = "credits", card = [{ meter = "actions", credits = 13 }], price = 0.01 }]

[contracts.packed_tiers]
type = "per_resolution"
definition = "closed_by_customer"
tiering = "graduated"
tiers = [{ up_to = 1_000, rate = 1, package = 100 }, { rate = 0.5 }]
"""
    rounding = {name for name, contract in contracts_of(more).items() if rounds_units(contract)}
    assert rounding == ROUNDING | {"converted", "carded", "packed_tiers"}


@pytest.mark.parametrize(
    ("meter", "whole"),
    [
        (UNIT, True),
        ("conversations{intents=any}", True),
        ("messages/70", True),
        ("sessions:start:24", True),
        ("output_tokens", False),
        ("input_tokens{channels=chat}", False),
        ("output_tokens[500000:2000000]", False),
        ("minutes", False),
        ("human_minutes", False),
        ("tokens:main:input", False),
        ("own:effort", False),
    ],
)
def test_which_meters_count_whole_things(meter: str, whole: bool) -> None:
    assert counts_whole(meter) is whole


@pytest.fixture(scope="module")
def results() -> Results:
    """Months of 46 rare units, too many to be drawn whole for it."""
    scenario = load_scenario(FEW, ["trials=128", "volume.per_month=6_000"])
    return simulate_all([Run(scenario, sample=64)])[0]


def test_a_run_bills_whole_units_where_a_contract_rounds_and_the_meters_themselves_else(results: Results) -> None:
    assert results.sampling is not None and (results.sampling.share < 1).all()
    assert (results.meters[UNIT] != np.round(results.meters[UNIT])).all()
    for name, contract in contracts_of().items():
        billed = results.priced_meters(contract)[UNIT]
        if name in ROUNDING:
            assert np.array_equal(billed, np.floor(results.meters[UNIT] + results.sampling.level))
        else:
            assert np.array_equal(billed, results.meters[UNIT]), name


def test_levels_are_uniform_and_of_each_future_and_month(results: Results) -> None:
    assert results.sampling is not None
    level = results.sampling.level
    assert level.size == len(np.unique(level)) and level.min() >= 0 and level.max() < 1
    assert abs(level.mean() - 0.5) < 5 / np.sqrt(12 * level.size)
    assert abs(np.corrcoef(level.ravel(), results.meters[UNIT].ravel())[0, 1]) < 5 / np.sqrt(level.size)
