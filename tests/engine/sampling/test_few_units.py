"""Charges that bend on few units: the mean bill is right, or the run says by how much it is off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulator.billing import values_of
from simulator.contracts import invoice
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.engine.sampling import few_units
from simulator.engine.sampling.few_units import FewUnits
from simulator.engine.sampling.sampled import make_sampled_plan
from tests.engine.sampling.distances import invoices
from tests.engine.sampling.rare import BENDING, UNIT, contracts_of, exact_off, mean_bill, scenario_of

CASES = (100, 400, 2_000)
SIZES = (16, 64)
SEEDS = 6


def told(cases: int, sample: int) -> dict[str, FewUnits]:
    """Return what a run says of the contracts that bend on few units, by their names."""
    return {each.contract: each for each in make_sampled_plan(scenario_of(cases, 1), sample=sample).few}


def run(cases: int, trials: int, sample: int | None) -> Results:
    return simulate_all([Run(scenario_of(cases, trials), sample=sample)])[0]


def standing(results: Results, limit: float, *, rule: bool = True) -> dict[str, float]:
    """Return the contracts whose mean bill is neither right nor said to be off, with how much they are off.

    Args:
        limit: standard errors.
        rule: whether bills are those of whole units and whole months; without it those of the sample itself.
    """
    assert results.sampling is not None
    scenario, (cases,) = results.scenario, {round(float(results.meters["cases"].mean()), -2)}
    said = {each.contract: each.mean_off for each in results.sampling.few}
    found = {}
    for name, contract in contracts_of(scenario).items():
        if name not in BENDING:
            continue
        meters = results.priced_meters(contract) if rule else results.meters
        bills = invoice(contract, meters, values_of(results)).total.mean(axis=1)
        exact = mean_bill(scenario, contract, int(cases))
        error = float(bills.std() / np.sqrt(len(bills)))
        off = said.get(name, 0.0) if rule else 0.0
        unsaid = few_units.TELLING * exact if name not in said else 0.002 * exact
        if abs(bills.mean() - exact * (1 + off)) > limit * error + unsaid:
            found[name] = float(bills.mean() / exact - 1)
    return found


@pytest.mark.parametrize("cases", CASES)
@pytest.mark.parametrize("sample", [pytest.param(None, marks=pytest.mark.slow), *SIZES])
def test_mean_bill_is_right_or_the_run_says_what_it_is_off_by(cases: int, sample: int | None) -> None:
    assert standing(run(cases, 256, sample), limit=4) == {}


def test_bills_of_the_sample_itself_are_off() -> None:
    """The control: without whole units and whole months a package of 1 is billed half too much."""
    found = standing(run(100, 256, 64), limit=4, rule=False)
    assert {"package_of_1", "two_included", "stairs", "stairs_on_ten"} <= set(found)
    assert found["package_of_1"] == pytest.approx(0.51, abs=0.1)


@pytest.fixture
def never_whole(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No month is drawn whole for a contract's sake, so that estimates can be seen at small volumes too."""
    monkeypatch.setattr(few_units, "MOST_WHOLE", 0.0)
    yield


@pytest.mark.parametrize(("cases", "sample"), [(100, 64), (400, 16), (2_000, 64)])
@pytest.mark.usefixtures("never_whole")
def test_estimate_is_that_of_exact_laws(cases: int, sample: int) -> None:
    scenario, said = scenario_of(cases, 1), told(cases, sample)
    apart = {}
    for name in BENDING:
        contract = contracts_of(scenario)[name]
        exact = exact_off(scenario, contract, cases, sample)
        found = said[name].mean_off if name in said else 0.0
        if abs(found - exact) > 0.002 + 0.06 * abs(exact):
            apart[name] = (found, exact)
    assert apart == {}


@pytest.mark.slow
@pytest.mark.usefixtures("never_whole")
@pytest.mark.parametrize(("cases", "sample"), [(100, 64), (400, 16), (2_000, 16), (2_000, 64)])
def test_estimate_has_no_bias(cases: int, sample: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several seeds its mean is the exact share, within four standard errors."""
    monkeypatch.setattr(few_units, "TELLING", -1.0)
    scenario = scenario_of(cases, 1)
    found: dict[str, list[float]] = {}
    for seed in range(SEEDS):
        monkeypatch.setattr(few_units, "PILOT_SEED", seed)
        for name, each in told(cases, sample).items():
            found.setdefault(name, []).append(each.mean_off)
    for name in set(BENDING) & set(found):
        exact = exact_off(scenario, contracts_of(scenario)[name], cases, sample)
        error = np.std(found[name], ddof=1) / np.sqrt(SEEDS)
        assert abs(np.mean(found[name]) - exact) < 4 * error + 1e-4, (name, found[name], exact)


def test_an_estimate_of_another_sample_is_not_that_of_exact_laws() -> None:
    """The control: the estimates of n = 16 and of n = 64 lie far outside what is allowed."""
    scenario = scenario_of(2_000, 1)
    contract = contracts_of(scenario)["package_of_10"]
    first, second = (exact_off(scenario, contract, 2_000, sample) for sample in SIZES)
    assert abs(first - second) > 2 * (0.002 + 0.06 * abs(first))
    assert told(2_000, 16)["package_of_10"].mean_off == pytest.approx(first, abs=0.005)


def test_small_months_are_whole_and_large_ones_are_said_to_be_off() -> None:
    small, large = told(400, 64), told(2_000, 64)
    assert {name for name, each in small.items() if each.whole} == {*BENDING, "guaranteed", "flat"}
    much = {name for name, each in large.items() if abs(each.mean_off) > 0.002}
    assert much == {"package_of_10", "stairs_on_ten"}
    assert set(large) == set(small) and all(each.p95_off > 0.002 for each in large.values())
    assert not any(each.whole for each in large.values())
    assert {each.meter for each in (*small.values(), *large.values())} == {UNIT}
    assert small["stairs"].units == pytest.approx(4.6) and large["package_of_10"].units == pytest.approx(23)


def test_nothing_is_said_where_all_months_are_drawn_whole_anyway() -> None:
    assert told(100, 256) == {}


def test_whole_months_are_the_ledgers_to_the_bit() -> None:
    scenario = scenario_of(100, 64)
    ours, ledger = simulate_all([Run(scenario, sample=16), Run(scenario, "ledger")])
    assert ours.sampling is not None and (ours.sampling.share == 0.16).all()
    first, second = invoices(ours), invoices(ledger)
    assert all(np.array_equal(first[name], second[name]) for name in (*BENDING, "guaranteed"))
    common = "conversations"
    assert not np.array_equal(ours.meters[common], ledger.meters[common])


@pytest.mark.slow
@pytest.mark.parametrize("cases", CASES)
@pytest.mark.parametrize("sample", [None, *SIZES])
def test_mean_bill_against_the_ledger(cases: int, sample: int | None) -> None:
    """With the guarantee, whose bill hangs on conversations too."""
    scenario = scenario_of(cases, {100: 4_096, 400: 2_048, 2_000: 768}[cases])
    ours, ledger = simulate_all([Run(scenario, sample=sample), Run(scenario, "ledger")], workers=2)
    assert ours.sampling is not None
    said = {each.contract: each.mean_off for each in ours.sampling.few}
    first, second = invoices(ours), invoices(ledger)
    for name, bills in first.items():
        of = second[name].sum(axis=1)
        gap = bills.sum(axis=1) - of * (1 + said.get(name, 0.0))
        error = gap.std() / np.sqrt(len(gap))
        # 0.1 % is what is not said; an estimate has an error of its own.
        allowed = (0.001 + 0.04 * abs(said.get(name, 0.0))) * of.mean()
        assert abs(gap.mean()) <= 3 * error + allowed, (name, gap.mean() / of.mean(), error / of.mean())
