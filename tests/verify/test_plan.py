"""What a budget of cases buys: futures first, then months, then volume; and what a sample does."""

from __future__ import annotations

import pytest

from simulator.cli.verify import verify as command
from simulator.engine.sampling.sampled import sample_of
from simulator.errors import SimulatorError
from simulator.verify import Sample, sample_for
from simulator.verify.plan import DEFAULT_CASES, LEAST_TRIALS, MOST_TRIALS, VerifyPart, parts
from simulator.verify.volume import cases_per_month
from tests.synthetic import scenario

SAMPLE = Sample(16, {16: 0.008, 64: 0.0036})


def of(per_month: float, **limits: float) -> list[VerifyPart]:
    plain = scenario(volume={"per_month": per_month}, drivers={}, months=12)
    return parts(plain, SAMPLE, **limits)  # type: ignore[arg-type]


def test_parts_of_a_usual_volume_are_the_small_one_and_its_own() -> None:
    small, own = of(60_000, cases=120e6)
    assert (small.name, small.cases_per_month, small.trials, small.scenario.months) == ("small volume", 64, 4000, 12)
    assert (own.name, own.trials, own.scenario.months, own.cut) == ("own volume", 166, 12, "")
    assert cases_per_month(small.scenario) == pytest.approx(64)
    assert small.scenario.sample == own.scenario.sample == 16, "the same sample at every volume"


@pytest.mark.parametrize(("per_month", "count"), [(40, 1), (128, 1), (129, 2)])
def test_parts_of_a_small_volume_is_one(per_month: float, count: int) -> None:
    found = of(per_month)
    assert len(found) == count and found[-1].name == "own volume"
    assert found[-1].cases_per_month == pytest.approx(per_month)


def test_parts_cut_the_horizon_before_the_volume() -> None:
    own = of(300_000, cases=120e6)[-1]
    assert (own.name, own.scenario.months, own.trials) == ("own volume", 4, 100)
    assert own.cut == "first 4 of 12 months" and own.cases_per_month == pytest.approx(300_000)
    cut = of(6_000_000, cases=120e6)[-1]
    assert (cut.name, cut.scenario.months, cut.trials) == ("reduced volume", 1, 100)
    assert cut.cut == "volume cut to 20 %, first 1 of 12 months"
    assert cases_per_month(cut.scenario) == pytest.approx(1_200_000)
    assert of(1_201_000, cases=120e6)[-1].cut == "volume cut to 99 %, first 1 of 12 months"
    assert of(60_000_000, cases=120e6)[-1].cut == "volume cut to 1 in 50, first 1 of 12 months"


def test_parts_never_simulate_more_cases_than_allowed_or_fewer_futures_than_needed() -> None:
    for budget in (1e4, 3e5, 7.7e6, 1e9):
        for part in of(123_456, cases=budget):
            assert part.trials * part.scenario.months * part.cases_per_month <= budget * (1 + 1e-9)
            assert LEAST_TRIALS <= part.trials <= MOST_TRIALS


def test_parts_refuse_too_little_and_nothing() -> None:
    with pytest.raises(ValueError, match="at least 100 futures"):
        of(1000, trials=99)
    with pytest.raises(SimulatorError, match="no case comes"):
        sample_for(scenario(volume={"per_month": 1000, "ai_share": 0}))


def test_command_has_the_same_limits() -> None:
    defaults = {option.name: option.default for option in command.params}
    assert (defaults["cases"], defaults["trials"]) == (DEFAULT_CASES, MOST_TRIALS)


def test_the_sample_is_the_engine_s_own() -> None:
    plain = scenario()
    found = sample_for(plain)
    assert found.size == sample_of(plain)
    assert list(found.excess) == [16, 64, 256, 1_024]
    assert sorted(found.excess.values(), reverse=True) == list(found.excess.values())
    stated = sample_for(plain.model_copy(update={"sample": 100}))
    assert stated.size == 100 and list(stated.excess) == [16, 64, 100, 256, 1_024]


def test_quantiles_move_by_the_expansion_of_cornish_and_fisher() -> None:
    assert SAMPLE.moved(2.0) == pytest.approx(3 / 6 * 0.008)
    assert SAMPLE.moved(0.0, 64) == pytest.approx(-0.0036 / 6)
    assert SAMPLE.moved(1.0) == 0
