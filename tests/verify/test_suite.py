"""The whole comparison: right engines pass, each planted fault is caught, and its power is what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.verify import Comparison, Verification, parts, verify
from simulator.verify.comparisons import limit, smallest_seen
from simulator.verify.judging import comparisons
from simulator.verify.quantities import quantities
from tests.verify.engines import (
    SAMPLE,
    Fault,
    biased,
    dropped,
    engines,
    forgotten,
    never_sampled,
    scenario,
    uncorrelated,
    wider,
)


def compared(faults: dict[str, Fault] | None = None, per_month: float = 1_000, **limits: int) -> Verification:
    plain = scenario(volume={"per_month": per_month})
    chosen = {"cases": 1e6, "trials": 300, **limits}
    return verify(plain, SAMPLE, parts(plain, SAMPLE, **chosen), engines(faults))  # type: ignore[arg-type]


def worst(found: Verification) -> Comparison:
    assert not found.agrees
    return found.apart[0][1]


def by_chance(found: Verification) -> list[Comparison]:
    return [each for _, each in found.apart if not each.exact]


def test_right_engines_pass() -> None:
    found = compared()
    assert found.agrees and found.apart == []
    assert [part.part.name for part in found.parts] == ["small volume", "own volume"]
    assert 4.0 < found.limit < 6.0
    kinds = {each.what for _, each in found.by_score}
    assert kinds >= {"expected", "sampled", "spread", "correlation", "total", "share", "whole"}
    assert not any(part.every_case for part in found.parts)


def test_the_limit_is_shared_by_all_comparisons_that_chance_moves() -> None:
    found = compared()
    moved = [each for _, each in found.by_score if not each.exact]
    assert found.limit == pytest.approx(limit(0.001, len(moved))) and len(moved) < len(found.by_score)


def test_a_wrong_expected_value_is_caught_and_named() -> None:
    found = compared({"expected": biased("tokens:small:input", 0.04)})
    first = by_chance(found)[0]
    assert (first.what, first.key) in {(what, "meter tokens:small:input") for what in ("expected", "sampled")}
    assert first.difference == pytest.approx(-0.04 / 1.04, abs=0.005)
    assert {each.what for _, each in found.apart} <= {"expected", "sampled"}


def test_a_wrong_mean_of_the_sampled_engine_is_caught_and_named() -> None:
    first = worst(compared({"sampled": biased("tokens:small:input", 0.04)}))
    assert (first.what, first.key) == ("sampled", "meter tokens:small:input")
    assert first.difference == pytest.approx(0.04, abs=0.005)


@pytest.mark.parametrize("share", [0.35, -0.3, -1.0])
def test_other_noise_is_caught_and_named(share: float) -> None:
    found = compared({"sampled": wider("tokens:small:output", share)})
    first = worst(found)
    assert (first.key, first.what) == ("meter tokens:small:output", "spread")
    assert first.difference * share < 0
    assert not {each.what for _, each in found.apart} & {"expected", "sampled"}


def test_lost_correlation_is_caught_and_named() -> None:
    found = compared({"sampled": uncorrelated("resolutions:verified_72h")})
    first = worst(found)
    assert first.what == "correlation" and {each.what for _, each in found.apart} == {"correlation"}
    assert any("verified" in each.key + each.other for _, each in found.apart)


@pytest.mark.parametrize("meter", ["human_minutes", "escalated"])
@pytest.mark.parametrize(
    ("engine", "fault", "what"), [("expected", forgotten, "never"), ("sampled", never_sampled, "sampled")]
)
def test_a_forgotten_meter_is_caught_for_sure(engine: str, fault: object, what: str, meter: str) -> None:
    found = compared({engine: fault(meter)})  # type: ignore[operator]
    assert (what, f"meter {meter}") in {(each.what, each.key) for _, each in found.apart if each.exact}


def test_a_meter_that_only_some_engines_have_is_caught() -> None:
    for engine in ("expected", "ledger", "sampled"):
        assert worst(compared({engine: dropped("conversations")})).what in ("missing", "whole")


def test_another_ledger_where_every_case_is_in_the_sample_is_caught() -> None:
    found = compared({"whole": biased("silent", 1e-6)})
    assert [(each.what, each.key) for _, each in found.apart] == [("whole", "meter silent")]
    assert found.apart[0][0] is found.parts[0]


def test_every_case_in_the_sample_leaves_expected_values_to_compare() -> None:
    found = compared(per_month=20)
    (part,) = found.parts
    assert found.agrees and part.every_case
    assert {each.what for each in part.comparisons} == {"expected", "whole"}
    assert not compared({"whole": biased("silent", 1e-6)}, per_month=20).agrees
    assert not compared({"expected": biased("silent", 0.2)}, per_month=20).agrees


def draws(size: float, kind: str, runs: int, trials: int) -> tuple[float, float]:
    """Return the share of runs in which a planted difference is seen, and the mean of the smallest said to be seen."""
    meter, plain = "tokens:small:input", scenario(trials=trials)
    at = limit(0.001, 300)
    plant = wider(meter, size) if kind == "spread" else biased(meter, size)
    seen, told = [], []
    for noise in range(runs):
        run = engines({"expected" if kind == "expected" else "sampled": plant}, noise=noise)
        ledger, sampled, expected = run(plain, "ledger"), run(plain, "sampled"), run(plain, "expected")
        assert sampled.sampling is not None
        found = comparisons(quantities(ledger, sampled, expected, sampled.sampling.share), sampled.sampling.share)
        mine = next(each for each in found if (each.key, each.what) == (f"meter {meter}", kind))
        seen.append(mine.judged and abs(mine.score) > at)
        told.append(smallest_seen(mine, at))
    return float(np.mean(seen)), float(np.mean(told))


def binomial_range(runs: int, chance: float) -> tuple[float, float]:
    """Return the range of a count beyond which a right rate comes once in a thousand times."""
    half = 3.29 * math.sqrt(runs * chance * (1 - chance))
    return runs * chance - half, runs * chance + half


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["expected", "sampled", "spread"])
def test_the_smallest_difference_said_to_be_seen_is_seen_in_nine_of_ten_runs(kind: str) -> None:
    runs, trials = 160, 1_000 if kind == "spread" else 150
    _, smallest = draws(0.0, kind, 20, trials)
    share, _ = draws(smallest, kind, runs, trials)
    low, high = binomial_range(runs, 0.9)
    assert low - 0.04 * runs < share * runs < high + 0.04 * runs, "4 points for the error of the smallest itself"
    half, _ = draws(smallest / 2, kind, runs, trials)
    assert half < 0.3, "a difference of half the size is mostly missed: the claim is not too modest"


@pytest.mark.slow
def test_false_alarms_of_the_whole_command_are_no_more_than_stated() -> None:
    """With a sample of a sixteenth of the cases, whose noise is more skewed than that of the ledger engine."""
    runs, alarm, plain = 200, 0.1, scenario()
    chosen = parts(plain, SAMPLE, cases=1.2e6, trials=300)
    alarms = sum(
        not verify(plain, SAMPLE, chosen, engines(noise=noise), alarm=alarm).agrees for noise in range(runs)
    )  # fmt: skip
    low, high = binomial_range(runs, alarm)
    assert low / 3 < alarms <= high, "Bonferroni over comparisons that move together alarms less often than stated"
