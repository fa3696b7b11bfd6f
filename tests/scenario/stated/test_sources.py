from __future__ import annotations

from pathlib import Path

import pytest

from simulator.report.blocks.assumptions import correlations
from simulator.report.summary.assumptions import Correlation
from simulator.scenario import load_scenario, parse_scenario, quantities
from simulator.scenario.stated.sources import stated_correlations

HERE = Path(__file__).parents[1]
BASE = (HERE / "wrong" / "base.toml").read_text(encoding="utf-8")


def test_every_quantity_has_its_own_path() -> None:
    names = [quantity.name for quantity in quantities(load_scenario(HERE / "everything.toml"))]
    assert len(set(names)) == len(names)
    for name in ("levels.easy.solve", "returns.probability.partial", "csat.if_solved.4", "contracts.assumed.price",
                 "models.big.rates.long_prompt.input", "intents.refund.levels.easy", "levers.retrieval.setting",
                 "contracts.mixed.charges.1.rate", "volume.rollout.2"):  # fmt: skip
        assert name in names


def test_names_with_signs_are_quoted_in_paths() -> None:
    text = BASE.replace("[channels.email]", '[channels."e mail"]')
    assert 'channels."e mail".share' in {quantity.name for quantity in quantities(parse_scenario(text, "x"))}


def test_source_is_the_own_one_then_the_longest_path_then_judgement_or_default() -> None:
    text = BASE.replace("solve = 0.9", 'solve = { value = 0.9, kind = "quoted", source = "vendor" }')
    text += '[sources]\nlevels = { kind = "published", source = "all" }\n'
    text += '"levels.complex" = { kind = "measured", as_of = "2026-09" }\n'
    found = {quantity.name: quantity.source for quantity in quantities(parse_scenario(text, "x"))}
    assert found["levels.simple.solve"].kind == "quoted"
    assert found["levels.simple.escalate"].source == "all"
    assert (found["levels.complex.solve"].kind, found["levels.complex.solve"].as_of) == ("measured", "2026-09")
    assert found["intents.status.confirm"].kind == "judgement"
    assert (
        found["levels.simple.handoff_minutes"].kind == "default"
    )  # not written, so the note on levels is not about it


def test_owner_stands_beside_a_number_or_in_the_note_of_its_path() -> None:
    text = BASE.replace("solve = 0.9", 'solve = { value = 0.9, owner = "Operations" }')
    text += '[sources]\nlevels = { kind = "measured", owner = "Head of service" }\n'
    found = {quantity.name: quantity.source for quantity in quantities(parse_scenario(text, "x"))}
    assert found["levels.simple.solve"].owner == "Operations"
    assert found["levels.complex.solve"].owner == "Head of service"
    assert found["levels.simple.escalate"].owner == "Head of service"
    assert found["levels.simple.handoff_minutes"].owner == ""  # not written, so nobody signs for it


def test_naming_keeps_what_was_written_apart_from_what_is_default() -> None:
    scenario = parse_scenario(BASE, "x")
    assert scenario.definitions["mine"].model_fields_set == {"extends", "silence"}
    assert scenario.levels["simple"].model_fields_set == {"escalate", "solve", "turns"}


def test_counted_evidence_is_measured_and_other_unstated_numbers_are_judgements() -> None:
    text = BASE.replace("solve = 0.9", "solve = { successes = 312, trials = 400 }")
    text = text.replace("escalate = 0.1", "escalate = { p5 = 0.1, p95 = 0.2 }")
    text = text.replace("solve = 0.6", 'solve = { successes = 3, trials = 4, kind = "quoted", as_of = "2026-09-30" }')
    found = {quantity.name: quantity.source.kind for quantity in quantities(parse_scenario(text, "x"))}
    assert found["levels.simple.solve"] == "measured"
    assert found["levels.simple.escalate"] == "judgement"
    assert found["levels.complex.solve"] == "quoted"


@pytest.mark.parametrize("name", ["Rückgabe", "возврат 2", "退款"])
def test_names_may_be_written_in_any_alphabet(name: str) -> None:
    scenario = parse_scenario(BASE.replace("[intents.refund]", f'[intents."{name}"]'), "x")
    assert list(scenario.intents) == ["status", name]
    assert f'intents."{name}".share' in {quantity.name for quantity in quantities(scenario)}


def test_correlations_have_the_source_of_the_longest_path_or_are_judgements() -> None:
    text = (HERE / "everything.toml").read_text(encoding="utf-8")
    assert "[sources]" in text
    notes = """correlations = { kind = "published", source = "all pairs" }
"correlations.1" = { kind = "measured", source = "the second", as_of = "2026-09" }
"drivers.correlation.demand" = { kind = "quoted", source = "of demand" }
"""
    scenario = parse_scenario(text.replace("[sources]\n", f"[sources]\n{notes}"), "x")
    found = {each.between: each for each in stated_correlations(scenario)}
    assert len(found) == 6
    assert found["outcomes.escalate_log_odds", "outcomes.solve_log_odds"].source.source == "all pairs"
    second = found["volume.per_month", "returns.log_odds"]
    assert (second.rho, second.source.kind, second.source.as_of, second.monthly) == (0.3, "measured", "2026-09", False)
    assert correlations(scenario)[1] == Correlation(
        between=("volume.per_month", "returns.log_odds"),
        rho=0.3,
        kind="measured",
        source="the second",
        as_of="2026-09",
        owner="",
    )
    demand, complexity = found["demand", "tokens"], found["complexity", "solving"]
    assert (demand.rho, demand.source.source, demand.monthly) == (0.2, "of demand", True)
    assert (complexity.rho, complexity.source.kind, complexity.source.source) == (-0.5, "judgement", "")


def test_a_note_names_a_place_in_a_list_by_its_number() -> None:
    text = (HERE / "everything.toml").read_text(encoding="utf-8")
    note = 'volume = { kind = "published" }\n"volume.rollout.2" = { kind = "measured", source = "the third month" }\n'
    found = {
        each.name: each.source
        for each in quantities(parse_scenario(text.replace("[sources]\n", f"[sources]\n{note}"), "x"))
    }
    assert found["volume.rollout.2"].source == "the third month"
    assert found["volume.rollout.1"].kind == "published"
