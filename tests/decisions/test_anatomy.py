"""Tokens by intent from a sample: parts add up, and heavier settings show."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from simulator.decisions import anatomy as drawing
from simulator.decisions.anatomy import PARTS, anatomy
from simulator.definitions import NAMED, compile_definition
from simulator.engine.draws.export import ledger
from simulator.engine.run import simulate
from simulator.parameters import known
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema.demand_tables import Volume
from tests.reference.clauses import units

SCENARIOS = Path(__file__).parents[2] / "scenarios"
MINIMAL = SCENARIOS / "minimal.toml"
COUNTED = ("assumed_24h", "verified_72h")
DEFINITIONS = {name: compile_definition(name, NAMED[name]) for name in COUNTED}


def test_anatomy_is_of_all_intents_and_more_system_prompt_shows() -> None:
    drawn, usual = anatomy(parse_scenario(MINIMAL.read_text(), "minimal", []), {})
    again, longer = anatomy(parse_scenario(MINIMAL.read_text(), "minimal", ["tokens.system=6600"]), {})
    assert drawn == again > 20_000
    assert list(usual) == ["everything"] and usual["everything"].share == 1
    assert all(value >= 0 for value in usual["everything"].tokens.values())
    prompt = [
        each["everything"].tokens["input"] + each["everything"].tokens["cached_input"] for each in (usual, longer)
    ]
    assert 1.2 * prompt[0] < prompt[1] < 2 * prompt[0]
    assert usual["everything"].tokens["output"] == longer["everything"].tokens["output"]


def test_what_comes_of_each_intent_is_counted_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Independent of the SQL: the same rows, the clauses as a loop over a case's conversations."""
    monkeypatch.setattr(drawing, "SAMPLE_TRIALS", 3)
    monkeypatch.setattr(drawing, "SAMPLE_CASES", 60)
    scenario = load_scenario(SCENARIOS / "broad_cx.toml")
    drawn, found = anatomy(scenario, DEFINITIONS)
    small = scenario.model_copy(update={"volume": Volume(per_month=known(60, "positive")), "months": 1})
    rows = [row for table in ledger(small, trials=3, months=1) for row in table.to_pylist()]
    billed: dict[str, list[int]] = {name: [] for name in COUNTED}
    for _, case in groupby(rows, key=lambda row: row["case_id"]):
        together = list(case)
        for name in COUNTED:
            billed[name] += [int(each) for each in units(together, NAMED[name])]
    assert drawn == len(rows) and sum(each.share for each in found.values()) == pytest.approx(1)
    for name, each in found.items():
        own = [place for place, row in enumerate(rows) if row["intent"] == name]
        assert each.share * drawn == pytest.approx(len(own))
        assert each.solved == pytest.approx(sum(rows[place]["solved"] for place in own) / len(own))
        tokens = sum(rows[place]["input_tokens"] + rows[place]["output_tokens"] for place in own)
        assert sum(each.tokens.values()) == pytest.approx(tokens / len(own))
        assert dict(each.units) == pytest.approx(
            {k: sum(billed[k][place] for place in own) / len(own) for k in COUNTED}
        )
    assert any(each.units["assumed_24h"] != each.units["verified_72h"] for each in found.values())


def test_intents_together_are_the_run() -> None:
    """The sample's conversations of all intents have the tokens, solutions and units of a run."""
    scenario = load_scenario(SCENARIOS / "broad_cx.toml", ["trials=256", "months=1"])
    run = simulate(scenario)
    _, found = anatomy(scenario, DEFINITIONS)
    rows = run.meters["rows"].sum()

    def mean(of: Any) -> float:
        return float(sum(each.share * of(each) for each in found.values()))

    tokens = sum(run.meters[name].sum() for name in ("input_tokens", "output_tokens") if name in run.meters) or sum(
        values.sum() for name, values in run.meters.items() if name.startswith("tokens:")
    )
    assert mean(lambda each: sum(each.tokens[part] for part in PARTS)) == pytest.approx(tokens / rows, rel=0.05)
    assert mean(lambda each: each.solved) == pytest.approx(run.meters["rows|solved_by_ai"].sum() / rows, rel=0.05)
    for name in COUNTED:
        if f"resolutions:{name}" in run.meters:
            expected = run.meters[f"resolutions:{name}"].sum() / rows
            assert mean(lambda each, name=name: each.units[name]) == pytest.approx(expected, rel=0.05)
