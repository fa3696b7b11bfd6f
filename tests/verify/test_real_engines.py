"""The real engines: they pass, and faults in expected values, in the scaling, in the sample and in its size are caught.

A fault runs anew only what it stands in; all else is simulated once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.draws.rows import Rows
from simulator.engine.expectations.expected import make_expected_plan, numbers_of
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.engine.sampling import sampled, sampling_fraction
from simulator.engine.sampling.sampling_fraction import sampled_share
from simulator.report.verify.verify_words import verdict
from simulator.scenario import Scenario, load_scenario
from simulator.verify import Sample, Verification, parts, sample_for, verify
from simulator.verify.plan import VerifyPart
from simulator.verify.suite import Which, run_of
from simulator.verify.volume import cases_per_month, scaled, with_run

ROOT = Path(__file__).parents[2]
EVERY_METER = Path(__file__).parent / "every_meter.toml"
EVERYTHING = ROOT / "tests" / "scenario" / "everything.toml"
SHIPPED = sorted((ROOT / "scenarios").glob("*.toml"))
CASES, FUTURES, MONTHS = 64.0, 1_024, 3
SAMPLE = Sample(16, {16: 0.0})
CONTRACTS = ("resolution_hours", "conversation", "session_start", "message", "minute", "seat", "ticket", "token")
"""Contracts whose invoices are compared here."""
Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]
Array = np.ndarray


def simulated(of: Scenario, which: Which) -> Results:
    return simulate_all([run_of(of, which)])[0]


def read(*changes: str) -> Scenario:
    """Return the scenario at its small volume, with other numbers of the law."""
    of = load_scenario(EVERY_METER, ["sample=16", *changes])
    volume = scaled(load_scenario(EVERY_METER), CASES / cases_per_month(load_scenario(EVERY_METER))).volume
    contracts = {name: of.contracts[name] for name in CONTRACTS}
    plain = of.model_copy(update={"volume": volume, "contracts": contracts})
    return with_run(plain, trials=FUTURES, months=MONTHS)


@cache
def scenario() -> Scenario:
    return read()


@cache
def right(which: Which) -> Results:
    """Return a run without a fault."""
    return simulated(scenario(), which)


def compared(*anew: Which, other: Scenario | None = None) -> Verification:
    """Compare the engines.

    Args:
        anew: what is simulated anew, as a fault stands in it.
        other: what is simulated there instead.
    """

    def run(of: Scenario, which: Which) -> Results:
        return simulated(other or of, which) if which in anew else right(which)

    return verify(scenario(), SAMPLE, [VerifyPart("small volume", scenario(), CASES)], run)


def kinds(found: Verification) -> set[str]:
    assert not found.agrees
    return {each.what for _, each in found.apart}


def test_the_right_engines_pass() -> None:
    """Negative control of the faults below, on the futures on which they are seen."""
    found = compared()
    assert found.agrees, verdict(found)
    assert right("sampled").sampling is not None and 0.2 < right("sampled").sampling.share.mean() < 0.3  # type: ignore[union-attr]


def test_other_conversations_are_independent_and_the_engine_s_own_are_not() -> None:
    """The sample is the beginning of the ledger engine's stream of cases, so two engines are compared with others."""
    noise = {
        name: of.meters["conversations"] - right("expected").meters["conversations"]
        for name, of in {
            "ledger": right("ledger"), "other": right("sampled"), "own": simulate_all([Run(scenario())])[0]
        }.items()
    }  # fmt: skip
    alike = {name: np.corrcoef(noise["ledger"].ravel(), noise[name].ravel())[0, 1] for name in ("other", "own")}
    assert abs(alike["other"]) < 4 / np.sqrt(FUTURES * MONTHS)
    assert alike["own"] == pytest.approx(0.5, abs=0.06), "root of the share"


@pytest.mark.parametrize(
    ("change", "meter"),
    [
        ("levels.simple.solve=0.8755", "cases_solved_by_ai"),  # 3 % more than 0.85
        ("turns.actions_per_call=0.309", "actions"),
        ("returns.probability.silent_unsolved=0.55", "returns"),
        ("people.minutes_sigma=0.6,people.partial_factor=0.5", "human_minutes"),
        ("duplicates.same_channel=0.6", "sessions:start:24"),
    ],
)  # fmt: skip
def test_a_number_that_is_wrong_in_expected_values_is_caught(change: str, meter: str) -> None:
    changes = change.split(",")
    found = compared("expected", other=read(*changes))
    first = {each.key for _, each in found.apart if each.what == "expected"}
    assert f"meter {meter}" in first, verdict(found)


def _scaled(blend: Callable[[Array, Array, Array], Array]) -> Plant:
    def wrong(expected: dict[str, Array], sums: dict[str, Array], share: Array) -> dict[str, Array]:
        return {name: blend(expected[name], values, share) for name, values in sums.items()}

    return lambda patch: patch.setattr(sampled, "scaled", wrong)


def _counted(change: Callable[[Array], Array]) -> Plant:
    """Let the sample have other expected cases, shape (future, month, intent)."""
    return lambda patch: patch.setattr(
        sampling_fraction, "count_cases", lambda keys, of, first: _count(keys, change(of), first)
    )


def _without_first(expected: Array) -> Array:
    return np.concatenate([0 * expected[:, :, :1], expected[:, :, 1:]], axis=2)


def _by_law(*changes: str) -> Plant:
    """Let the sample be drawn by another law."""

    def wrong(counter: Any, drawn: Any, numbers: Any, share: Array) -> dict[str, Array]:
        return _totals(counter, drawn, numbers_of(make_expected_plan(read(*changes)), drawn), share)

    return lambda patch: patch.setattr(sampled, "sampled_totals", wrong)


def _two_samples(patch: Patch) -> None:
    """Let half of the meters be those of other conversations."""

    def wrong(counter: Any, drawn: Any, numbers: Any, share: Array) -> dict[str, Array]:
        other = replace(counter, scenario=counter.scenario.model_copy(update={"seed": 999}))
        first, second = (_totals(each, drawn, numbers, share) for each in (counter, other))
        return {name: (first, second)[place % 2][name] for place, name in enumerate(first)}

    patch.setattr(sampled, "sampled_totals", wrong)


def _no_amounts(patch: Patch) -> None:
    """Let conversations of the sample have no tokens, minutes and hours."""

    def wrong(*given: Any) -> Iterator[Rows]:
        for rows in _slices(*given):
            yield replace(rows, real=np.zeros_like(rows.real))

    patch.setattr(sampled, "draw_slices", wrong)


_count, _totals, _slices = sampling_fraction.count_cases, sampled.sampled_totals, sampled.draw_slices

FAULTS: dict[str, tuple[Plant, str]] = {
    "the sample is scaled by its share": (_scaled(lambda e, s, f: (1 - np.sqrt(f)) * e + s / f), "sampled"),
    "expected values by one less the share": (_scaled(lambda e, s, f: (1 - f) * e + s / np.sqrt(f)), "sampled"),
    "both by the share: no noise is added": (_scaled(lambda e, s, f: (1 - f) * e + s), "spread"),
    "the sample alone": (_scaled(lambda e, s, f: s / f), "spread"),
    "expected values alone": (_scaled(lambda e, s, f: e), "spread"),
    "noise a tenth too wide": (_scaled(lambda e, s, f: e + 1.1 * (s - f * e) / np.sqrt(f)), "spread"),
    "share of another volume": (
        lambda patch: patch.setattr(sampled, "sampled_share", lambda cases, n: sampled_share(2 * cases, n)), "share",
    ),
    "another sample": (
        lambda patch: patch.setattr(sampled, "sampled_share", lambda cases, n: sampled_share(cases, 2 * n)), "share",
    ),
    "thinned by half": (_counted(lambda of: of / 2), "sampled"),
    "one intent left out": (_counted(_without_first), "sampled"),
    "duplicates lost": (_by_law("duplicates.probability={}"), "sampled"),
    "first contacts only": (_by_law("returns.max_contacts=1"), "sampled"),
    "meters of two samples": (_two_samples, "correlation"),
    "no amounts": (_no_amounts, "sampled"),
}  # fmt: skip
"""Faults in the sampled engine, each with a kind of comparison that shows it."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_sampled_engine_is_caught(fault: str, monkeypatch: Patch) -> None:
    plant, what = FAULTS[fault]
    plant(monkeypatch)
    found = compared("sampled")
    assert what in kinds(found), verdict(found)


def test_a_fault_where_every_case_is_in_the_sample_is_caught(monkeypatch: Patch) -> None:
    _counted(lambda of: of * (1 - 1e-3))(monkeypatch)
    assert kinds(compared("whole")) == {"whole"}


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_verify_passes_for_every_shipped_scenario(path: Path) -> None:
    shipped = load_scenario(path)
    sample = sample_for(shipped)
    found = verify(shipped, sample, parts(shipped, sample, cases=10_000_000, trials=1_000), simulated)
    assert found.agrees, verdict(found)


EVERYTHING_FAULTS = {
    "nothing": "",
    "later contacts escalate like first ones": "outcomes.later_contact_escalate_odds=1.0",
    "turns more alike": "turns.size=9.0",
    "turns cut short": "turns.most=8",
    "one contact less": "returns.max_contacts=2",
    "straight returns forgotten": "returns.straight_to_human.partial=0.0",
    "a milder judge": "judge.sensitivity=0.99",
    "fewer answers to surveys": "csat.response=0.1",
    "partial handoffs as long as others": "people.partial_factor=1.0",
    "more cache misses": "tokens.cache.miss_first=0.2",
    "returns come later": "returns.delay.median_hours=30",
    "people solve everything": "people.solve=1.0",
}
"""What expected values have otherwise than the engines; none of it touches unknowns or drivers."""


@pytest.mark.slow
@pytest.mark.parametrize("fault", EVERYTHING_FAULTS)
def test_a_law_that_differs_in_expected_values_is_caught_with_everything_switched_on(fault: str) -> None:
    def of(*changes: str) -> Scenario:
        plain = load_scenario(EVERYTHING, [*changes, "sample=16"])
        small = scaled(plain, 300 / cases_per_month(load_scenario(EVERYTHING)))
        return with_run(small, trials=512, months=2)

    change = EVERYTHING_FAULTS[fault]

    def run(plain: Scenario, which: Which) -> Results:
        if which == "expected" and change:
            return simulated(of(change).model_copy(update={"volume": plain.volume}), which)
        return simulated(plain, which)

    found = verify(of(), SAMPLE, [VerifyPart("small volume", of(), 300.0)], run)
    assert found.agrees == (not change), verdict(found)
