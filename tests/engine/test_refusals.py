"""What `check` refuses for an engine is what the engine refuses: by charge and line, with the way out."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pytest

from simulator.contracts.meters import OFFERED, PARTLESS, SESSIONS, TURNS
from simulator.engine.record import CLOCKLESS
from simulator.engine.refusals import CLOCKS, FAST, FEWEST_FOR_PARTS, MOST_GROUPS, refusals
from simulator.engine.run import simulate
from simulator.errors import ContractError, ScenarioError
from simulator.records import BY_NAME
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.terms import compile_terms

LAW = """
title = "Parts"
start = "2027-01"
months = 1
trials = 2
tokens = { system = 100, answer = { mean = 50 } }
volume.per_month = 400
levels.only = { escalate = 0.2, solve = 0.7, turns = 6 }
channels.chat = {}
channels.voice = {}
intents.one = { share = 60, levels = { only = 1 } }
intents.two = { share = 40, levels = { only = 1 } }
models.main = { rates = { input = 1, output = 10 } }
meters.long = { sql = "outcome = 'silent'" }
"""
VOICE = 'applies_to = { channels = ["voice"] }'
SHARED = (
    'meter = "conversations"', 'meter = "cases"', 'meter = "messages"', 'meter = "ai_replies"', 'meter = "actions"',
    'meter = "input_tokens"', 'meter = "output_tokens"', 'meter = "resolutions", definition = "assumed_24h"',
)  # fmt: skip
UNMADE = (
    'meter = "minutes"', 'meter = "turns"', 'meter = "own:long"', 'meter = "messages", block = 5',
    'meter = "sessions", window = "start", window_hours = 24',
    'meter = "messages", included_per_conversation = 3', 'meter = "output_tokens", cap_per_conversation = 500',
)  # fmt: skip
"""Parts that the ledger counts and the atlas does not."""


def written(*charges: str) -> str:
    lines = "".join(f"  {{ kind = 'flat', rate = 1, {charge} }},\n" for charge in charges)
    return f"{LAW}\n[contracts.parts]\ntype = 'hybrid'\ncharges = [\n{lines}]\n"


def problems(text: str, engine: str = "atlas") -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "parts.toml", (), [partial(refusals, engine=engine)])  # type: ignore[arg-type]
    return raised.value


@pytest.mark.parametrize("charge", UNMADE)
def test_a_part_that_the_atlas_does_not_share_out_is_refused_with_its_line(charge: str) -> None:
    text = written(f"{SHARED[0]}, {VOICE}", charge, f"{charge}, {VOICE}")
    (problem,) = problems(text).problems
    assert problem.text == f"  {{ kind = 'flat', rate = 1, {charge}, {VOICE} }},"
    assert problem.key == ("contracts", "parts", "charges", 2, "applies_to")
    assert problem.help == "remove applies_to, or use simulate run --engine ledger"
    with pytest.raises(ContractError, match="the fast engine does not bill"):
        simulate(parse_scenario(text, "parts.toml"))


@pytest.mark.parametrize("charge", [*SHARED, *UNMADE])
def test_the_ledger_counts_every_part_and_the_atlas_those_it_shares_out(charge: str) -> None:
    """Negative control: nothing is refused that the engine can count."""
    text = written(f"{charge}, {VOICE}")
    engines: tuple[Literal["atlas", "ledger"], ...] = ("atlas", "ledger") if charge in SHARED else ("ledger",)
    for engine in engines:
        scenario = parse_scenario(text, "parts.toml", (), [partial(refusals, engine=engine)])
        (contract,) = compile_terms(scenario).priced
        assert contract.meters[0].endswith("{channels=voice}")
        assert simulate(scenario, engine=engine).meters[contract.meters[0]].sum() > 0


def test_every_meter_is_tried() -> None:
    tried = {line.split('"')[1] for line in (*SHARED, *UNMADE)}
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


def test_simple_types_are_refused_at_their_own_applies_to() -> None:
    text = f"{LAW}\n[contracts.minute]\ntype = 'per_minute'\nprice = 1\n{VOICE}\n"
    (problem,) = problems(text).problems
    assert problem.text == VOICE and "'minutes, on voice'" in problem.message


def test_the_contract_in_force_is_looked_at_too() -> None:
    text = f"{written(SHARED[0])}\n[today]\nterms = {{ type = 'per_minute', price = 1, {VOICE} }}\n"
    (problem,) = problems(text).problems
    assert problem.text == f"terms = {{ type = 'per_minute', price = 1, {VOICE} }}"


def test_too_many_groups_are_refused_by_check_as_by_the_engine() -> None:
    names = [f"i{number}" for number in range(MOST_GROUPS + 1)]
    more = "".join(f"intents.{name} = {{ share = 1, levels = {{ only = 1 }} }}\n" for name in names)
    charges = [f"meter = 'cases', applies_to = {{ intents = ['{name}'] }}" for name in names]
    text = written(*charges).replace(LAW, LAW.replace("share = 60", "share = 35") + more)
    (problem,) = problems(text).problems
    assert f"tell {MOST_GROUPS + 2} groups of intents and channels apart" in problem.message
    assert problem.text == "[contracts.parts]" and problem.help.endswith("or use simulate run --engine ledger")
    with pytest.raises(ContractError, match=f"tell {MOST_GROUPS + 2} groups"):
        simulate(parse_scenario(text, "parts.toml"))


def test_what_no_engine_has_is_what_the_ledger_cannot_make() -> None:
    read = {name for name, column in BY_NAME.items() if column.kind == "timestamp"}
    assert read == CLOCKS and not read & set(CLOCKLESS)


def test_own_sql_on_the_contact_is_refused_only_where_there_are_duplicates() -> None:
    def scenario(probability: float) -> Scenario:
        text = f"{written(SHARED[0])}\n[meters.again]\nsql = 'contact > 1'\n"
        return parse_scenario(text, "parts.toml", [f"duplicates.probability.confirmed={probability}"])

    assert refusals(scenario(0), "atlas") == []
    (problem,) = refusals(scenario(0.1), "atlas")
    assert problem.key == ("meters", "again", "sql") and "reads contact" in problem.message
    assert refusals(scenario(0.1), "ledger") == []


def test_parts_of_few_cases_are_refused_as_the_fast_engine_cannot_tell_them_apart() -> None:
    few = LAW.replace("volume.per_month = 400", f"volume.per_month = {FEWEST_FOR_PARTS - 1}")
    text = written(f"{SHARED[0]}, {VOICE}").replace(LAW, few)
    (problem,) = problems(text).problems
    assert problem.text == "volume.per_month = 199" and "makes parts from 200 a month on" in problem.message
    assert "--engine ledger" in problem.help
    assert parse_scenario(text, "parts.toml", (), [partial(refusals, engine="ledger")])
    assert parse_scenario(written(SHARED[0]).replace(LAW, few), "parts.toml", (), [FAST])
