"""`simulate explain`: every declared key has its meaning, and the words come from where it is declared."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from simulator.contracts.contract_types import TYPES
from simulator.contracts.metering.meters import OFFERED
from simulator.definitions import NAMED
from simulator.scenario.explained import reference
from simulator.scenario.explained.reference import Entry
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.conversation_tables import Level
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
BROAD = ROOT / "scenarios" / "broad_cx.toml"
MINIMAL = ROOT / "scenarios" / "minimal.toml"
EVERY = list({entry.key + entry.tags: entry for entry in reference.every()}.values())


def name_of(entry: Entry) -> str:
    return ".".join((*entry.key, *entry.tags))


def said(command: Command, *arguments: str | Path) -> list[str]:
    code, out, err = command("explain", *arguments)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    return out.splitlines()


def test_without_a_key_all_sections_are_listed_with_their_meaning(command: Command) -> None:
    lines = said(command)
    text = " ".join(" ".join(lines).split())
    for name, field in Scenario.model_fields.items():
        assert f" {name} {field.description}" in text, name
    required = [name for name, field in Scenario.model_fields.items() if field.is_required()]
    assert [line.split()[0] for line in lines if "(required)" in line] == required


def test_a_number_has_unit_range_default_place_and_example(command: Command) -> None:
    assert said(command, "intents.NAME.escalate_odds") == [
        "intents.NAME.escalate_odds",
        "  factor on the odds of escalating",
        "  unit       odds ratio",
        "  allowed    above 0 and at most 1,000,000",
        "  typical    0.3 to 4",
        "  default    1",
        "  acts on    outcomes of conversations, their channels and levels",
        "  example    [intents.NAME]",
        "             escalate_odds = 1.1",
        "             escalate_odds = { p5 = 0.3, p95 = 4 }   # if it is uncertain",
    ]


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_every_key_is_found_by_its_own_name_and_says_what_it_is(entry: Entry) -> None:
    found = reference.find(entry.key)
    assert entry.meaning in [each.meaning for each in found]
    assert entry.meaning or reference.tags_of(entry), "a key without a word about it"
    assert entry.acts, "what it changes is declared at the top of the scenario"


@pytest.mark.parametrize("entry", [each for each in EVERY if reference.example(each)], ids=name_of)
def test_every_example_is_accepted_by_its_own_declaration(entry: Entry) -> None:
    assert entry.field is not None
    for text in filter(None, (reference.example(entry), reference.interval(entry))):
        value = tomllib.loads(f"v = {text}")["v"]
        annotation = entry.field.rebuild_annotation()
        if text not in ('""', "[]"):
            assert TypeAdapter(annotation).validate_python(value) is not None


def test_an_example_outside_its_domain_would_be_refused() -> None:
    entry = next(each for each in EVERY if each.key == ("levels", "NAME", "escalate"))
    assert entry.field is Level.model_fields["escalate"]
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        TypeAdapter(entry.field.rebuild_annotation()).validate_python(1.5)


@pytest.mark.parametrize("word", [*TYPES, *NAMED, *OFFERED, "sessions:start:24", "messages/70"])
def test_contract_types_definitions_and_meters_are_explained_by_name(command: Command, word: str) -> None:
    assert said(command, word)[0].startswith(f"{word}   (")


def test_a_contract_type_in_the_place_of_a_name_narrows_the_answer(command: Command) -> None:
    text = "\n".join(said(command, "contracts.per_token"))
    assert "markup" in text and "tiers" not in text
    assert said(command, "contracts.offer.markup")[0] == "contracts.NAME.markup   (per_token)"


def test_a_key_that_stands_in_many_places_lists_them(command: Command) -> None:
    lines = said(command, "escalate_odds")
    assert lines[0] == "escalate_odds stands in 7 places; explain one of them:"
    assert any("levers.routing.escalate_odds" in line for line in lines)


def test_a_key_that_stands_in_one_place_is_explained_by_its_last_part(command: Command) -> None:
    assert said(command, "cost_per_hour")[0] == "people.cost_per_hour"


def test_a_key_of_the_table_of_a_number_is_explained(command: Command) -> None:
    assert said(command, "volume.per_month.p95")[:2] == ["volume.per_month.p95", "  exceeded in 5 of 100 futures"]


def test_the_numbers_of_an_element_may_be_left_out(command: Command) -> None:
    assert said(command, "contracts.offer.tiers.0.rate") == said(command, "contracts.offer.tiers.rate")


def test_a_scenario_shows_its_line_and_source(command: Command) -> None:
    lines = said(command, "levels.simple.escalate", "--in", BROAD)
    number = BROAD.read_text().splitlines().index("escalate = 0.10") + 1
    assert lines[-3:] == [
        f"in {BROAD}:",
        f"  line {number:>4}  escalate = 0.10",
        "             published, tau-bench, bank calls and vendors' published rates, 2026-10",
    ]


def test_a_name_that_is_a_placeholder_shows_all_places_of_a_scenario(command: Command) -> None:
    text = "\n".join(said(command, "contracts.X.price", "--in", MINIMAL))
    assert "contracts.conversation.price" in text and "contracts.resolution.price" in text
    one = "\n".join(said(command, "contracts.resolution.price", "--in", MINIMAL))
    assert "line   24" in one and "contracts.conversation.price" not in one


def test_a_key_that_a_scenario_does_not_write_shows_the_default(command: Command) -> None:
    assert said(command, "levels.any.review_minutes", "--in", MINIMAL)[-1].endswith(
        "minimal.toml does not write it; the default 0 holds."
    )


@pytest.mark.parametrize("word", TYPES)
def test_a_contract_type_shows_its_own_keys_first_and_settlement_last(command: Command, word: str) -> None:
    shown = [line.split()[0] for line in said(command, word) if line.startswith("    ") and line[4] != " "]
    assert set(shown) == {entry.key[-1] for entry in reference.below(reference.find(("contracts", word))[0])}
    assert len(shown) == len(set(shown)) and shown[0] == "type"
    assert shown.index("platform_fee") < shown.index("monthly_minimum")
    if word not in ("hybrid", "per_token"):
        assert shown.index("price") < shown.index("platform_fee")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("volum.per_mont", "nothing of a scenario is called 'volum.per_mont'; did you mean 'volume.per_month'?"),
        ("per_resolutoin", "nothing of a scenario is called 'per_resolutoin'; did you mean 'per_resolution'?"),
        ("asumed_24h", "nothing of a scenario is called 'asumed_24h'; did you mean 'assumed_24h'?"),
        ("qqqq", "nothing of a scenario is called 'qqqq'; 'simulate explain' without a key lists the sections"),
        ("a b", "nothing of a scenario is called 'a b'; 'simulate explain' without a key lists the sections"),
    ],
)
def test_an_unknown_word_gets_the_nearest_name(command: Command, word: str, says: str) -> None:
    assert command("explain", word) == (2, "", f"error: {says}\n")


def test_a_wrong_scenario_is_explained_instead(command: Command, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("title = 1")
    code, out, err = command("explain", "volume", "--in", "wrong.toml")
    assert (code, out) == (2, "") and "title" in err


def test_values_of_a_scenario_cannot_move_the_cursor(command: Command, tmp_path: Path) -> None:
    text = MINIMAL.read_text().replace('title = "Minimal"', 'title = "a"\nseed = 3 # \u202e')
    (tmp_path / "bidi.toml").write_text(text, encoding="utf-8")
    assert "\u202e" not in "".join(said(command, "seed", "--in", "bidi.toml"))
