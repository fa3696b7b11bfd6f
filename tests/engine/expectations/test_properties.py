"""What holds in every future and month, whatever the numbers are; and that nothing else moves a number."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.expectations.expected import make_expected_plan
from simulator.engine.run import Run, simulate, simulate_all
from tests.engine.expectations.compared import TOLD, UNLIKE, Meters, new, off, read

EVERYTHING = "tests/scenario/everything.toml"


@pytest.fixture(scope="module")
def told() -> Meters:
    return new(read(TOLD, behind=UNLIKE))


def test_parts_of_channels_and_of_intents_add_up(told: Meters) -> None:
    for base, kind, names in (
        ("own:talk", "channels", ("chat", "email")),
        ("sessions:start:24", "channels", ("chat", "email")),
        ("resolutions:by_mail", "channels", ("chat", "email")),
        ("resolutions:by_mail", "channels", ("chat", "email")),
        ("resolutions:new_ones", "intents", ("quick", "slow")),
        ("conversations", "channels", ("chat", "email")),
        ("conversations", "intents", ("quick", "slow")),
    ):
        for split in ("", "|solved", "|solved_by_ai"):
            if base + split in told:
                parts = sum(told[f"{base}{{{kind}={name}}}{split}"] for name in names)
                assert off(np.asarray(parts), told[base + split]) < 1e-14, (base, kind, split)


def test_what_is_inside_is_no_more_than_what_it_is_inside_of(told: Meters) -> None:
    inside = [("rows|solved", "rows"), ("rows|solved_by_ai", "rows|solved"), ("conversations", "rows")]
    inside += [("cases_solved_by_ai", "cases_solved"), ("cases_solved", "cases"), ("straight_returns", "returns")]
    inside += [("tokens:main:cached_input", "input_tokens"), ("reasoning_tokens", "output_tokens")]
    inside += [(name, name.partition("{")[0]) for name in told if name.endswith("}")]
    inside += [(name, name.removesuffix("|solved")) for name in told if name.endswith("|solved")]
    for less, more in inside:
        assert (told[less] <= told[more] * (1 + 1e-14)).all(), (less, more)
    assert all((values >= 0).all() for values in told.values())


def test_a_looser_definition_never_counts_fewer() -> None:
    found = new(read(EVERYTHING))
    for strict, loose in (
        ("closed_by_customer", "assumed_24h"),
        ("credited_on_return", "assumed_24h"),
        ("no_human_touch", "assumed_24h"),
    ):
        assert (found[f"resolutions:{strict}"] <= found[f"resolutions:{loose}"]).all()


@pytest.mark.parametrize(
    "text",
    [
        '[contracts.more]\ntype = "per_message"\ncount = "ai"\nprice = 1\n',
        '[contracts.more]\ntype = "per_resolution"\ndefinition = "verified_72h"\nprice = 1\n',
        '[meters.more]\nsql = "turns > 4 and contact = 1"\n[contracts.more]\ntype = "hybrid"\n'
        'charges = [{ kind = "flat", meter = "own:more", rate = 1 }]\n',
        '[contracts.more]\ntype = "hybrid"\ncharges = [{ kind = "flat", meter = "output_tokens", rate = 1, '
        'included_per_conversation = 77, applies_to = { intents = ["slow"] } }]\n',
    ],
    ids=["contract", "definition", "own meter", "part"],
)
def test_what_else_is_asked_moves_no_other_meter(text: str) -> None:
    from simulator.scenario import parse_scenario
    from tests.engine.expectations.compared import ROOT

    plain = (ROOT / UNLIKE).read_text() + (ROOT / TOLD).read_text()
    before, after = (new(parse_scenario(each, "told", [])) for each in (plain, plain + text))
    assert set(before) <= set(after)
    for name, values in before.items():
        assert np.array_equal(values, after[name]), name


def test_a_future_is_the_same_alone_and_with_any_number_of_workers() -> None:
    scenario = read("scenarios/minimal.toml", "trials=1030", "months=2", "levels.any.escalate={mean=0.3, sd=0.05}")
    whole, spread = (simulate(scenario, engine="expected", workers=workers).meters for workers in (1, 2))
    alone = scenario.model_copy(update={"trials": 1})
    for first in (0, 511, 512, 1029):
        (single,) = simulate_all([Run(alone, "expected", first_trial=first)])
        for name, values in whole.items():
            assert np.array_equal(single.meters[name][0], values[first]), name
            assert np.array_equal(values, spread[name]), name


def test_a_future_is_the_same_in_groups_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read(EVERYTHING, "trials=512")
    whole = new(scenario)
    monkeypatch.setattr("simulator.engine.expectations.expected.MOST_PLACES", 1)
    assert make_expected_plan(scenario).group_trials == 64
    part = new(scenario, 448)
    for name, values in part.items():
        assert np.array_equal(values, whole[name][448:]), name
