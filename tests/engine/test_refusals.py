"""What `check` refuses for an engine is what the engine refuses: by charge and line, with the way out."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pytest

from simulator.contracts.metering.meters import OFFERED, PARTLESS, SESSIONS, TURNS
from simulator.engine.draws.record_table import CLOCKLESS
from simulator.engine.refusals import CLOCKS, FAST, refusals
from simulator.engine.run import simulate
from simulator.errors import DefinitionError, ScenarioError
from simulator.records import BY_NAME
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.stated.compiled_terms import compile_terms

LAW = """
title = "Parts"
start = "2027-01"
months = 1
trials = 2
tokens = { system = 100, answer = { mean = 50 } }
volume.per_month = 40
levels.only = { escalate = 0.2, solve = 0.7, turns = 6 }
channels.chat = {}
channels.voice = {}
intents.one = { share = 60, levels = { only = 1 } }
intents.two = { share = 40, levels = { only = 1 } }
models.main = { rates = { input = 1, output = 10 } }
meters.long = { sql = "outcome = 'silent'" }
"""
VOICE = 'applies_to = { channels = ["voice"] }'
CHARGES = (
    'meter = "conversations"', 'meter = "cases"', 'meter = "messages"', 'meter = "ai_replies"', 'meter = "actions"',
    'meter = "input_tokens"', 'meter = "output_tokens"', 'meter = "resolutions", definition = "assumed_24h"',
    'meter = "minutes"', 'meter = "turns"', 'meter = "own:long"', 'meter = "messages", block = 5',
    'meter = "sessions", window = "start", window_hours = 24',
    'meter = "messages", included_per_conversation = 3', 'meter = "output_tokens", cap_per_conversation = 500',
)  # fmt: skip


def written(*charges: str) -> str:
    lines = "".join(f"  {{ kind = 'flat', rate = 1, {charge} }},\n" for charge in charges)
    return f"{LAW}\n[contracts.parts]\ntype = 'hybrid'\ncharges = [\n{lines}]\n"


def problems(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "parts.toml", (), [FAST])
    return raised.value


@pytest.mark.parametrize("charge", CHARGES)
def test_every_engine_counts_every_part(charge: str) -> None:
    """Negative control: nothing is refused that the engine can count."""
    engines: tuple[Literal["sampled", "ledger"], ...] = ("sampled", "ledger")
    for engine in engines:
        scenario = parse_scenario(written(f"{charge}, {VOICE}"), "parts.toml", (), [partial(refusals, engine=engine)])
        (contract,) = compile_terms(scenario).priced
        assert contract.meters[0].endswith("{channels=voice}")
        assert simulate(scenario, engine=engine).meters[contract.meters[0]].sum() > 0


def test_every_meter_is_tried() -> None:
    tried = {line.split('"')[1] for line in CHARGES}
    assert tried == ({*OFFERED, SESSIONS, TURNS} - {*PARTLESS}) | {"own:long"}


@pytest.mark.parametrize("meter", PARTLESS)
def test_tickets_have_no_parts_for_any_engine(meter: str) -> None:
    text = written(f"meter = '{meter}', {VOICE}")
    for rule in ([], [FAST]):
        with pytest.raises(ScenarioError) as raised:
            parse_scenario(text, "parts.toml", (), rule)
        (problem,) = raised.value.problems
        assert f"meter = '{meter}' has no parts" in problem.message and "or bill conversations" in problem.message
        assert problem.text.endswith(f"{VOICE} }},")
    assert parse_scenario(written(f"meter = '{meter}'"), "parts.toml", (), [FAST])


def test_what_no_engine_has_is_what_the_ledger_cannot_make() -> None:
    read = {name for name, column in BY_NAME.items() if column.kind == "timestamp"}
    assert read == CLOCKS and not read & set(CLOCKLESS)


def own_meter(sql: str) -> str:
    return f"{written(CHARGES[0])}\n[contracts.own]\ntype = 'hybrid'\ncharges = [\n  {{ kind = 'flat', rate = 1, " \
        f"meter = 'own:more' }},\n]\n\n[meters.more]\nsql = '{sql}'\n"  # fmt: skip


@pytest.mark.parametrize("sql", ["actions > 2", "input_tokens > 500 and turns > 2", "returned_after_hours / 2"])
def test_own_sql_without_an_expected_value_is_refused_with_its_line_and_the_ledger_counts_it(sql: str) -> None:
    (problem,) = problems(own_meter(sql)).problems
    assert problem.key == ("meters", "more", "sql") and problem.text == f"sql = '{sql}'"
    assert "no expected value in closed form" in problem.message and "--engine ledger" in problem.help
    scenario = parse_scenario(own_meter(sql), "parts.toml", (), [partial(refusals, engine="ledger")])
    with pytest.raises(DefinitionError, match=r"meter 'more' re.* no expected value in closed form"):
        simulate(scenario)
    assert "own:more" in simulate(scenario, engine="ledger").meters


def test_own_sql_on_contacts_and_hours_is_counted_though_there_are_duplicates() -> None:
    def scenario(probability: float) -> Scenario:
        text = own_meter("contact > 1 or returned_after_hours < 30.5")
        return parse_scenario(text, "parts.toml", [f"duplicates.probability.confirmed={probability}"], [FAST])

    for probability in (0, 0.1):
        assert simulate(scenario(probability)).meters["own:more"].shape == (2, 1)


@pytest.mark.parametrize(
    ("law", "place"),
    [
        ('tokens.answer = { mean = 50, family = "lomax", alpha = 1.9 }', "tokens.answer.alpha"),
        ('people = { minutes_family = "lomax", minutes_alpha = 2 }', "people.minutes_alpha"),
    ],
)
def test_a_law_without_a_variance_is_refused_by_check_as_by_the_engine(law: str, place: str) -> None:
    def text(of: str) -> str:
        own = LAW.replace("tokens = { system = 100, answer = { mean = 50 } }\n", f"tokens.system = 100\n{of}\n")
        more = "" if "answer" in of else "tokens.answer.mean = 50\n"
        return written(CHARGES[0]).replace(LAW, own + more)

    (problem,) = problems(text(law)).problems
    assert problem.message.startswith(f"{place} is ") and "a variance only if alpha is above 2" in problem.message
    assert "write an alpha above 2, or use simulate run --engine ledger" in problem.help
    with pytest.raises(ScenarioError, match="1 problem in the scenario 'Parts'"):
        simulate(parse_scenario(text(law), "parts.toml"))
    scenario = parse_scenario(text(law), "parts.toml", (), [partial(refusals, engine="ledger")])
    assert simulate(scenario, engine="ledger").meters["rows"].any()
    assert parse_scenario(
        text(law.replace("1.9", "2.1").replace("alpha = 2 ", "alpha = 2.1 ")), "parts.toml", (), [FAST]
    )
