"""A contract alone as a file: written with every clause, checked, and read by what counts or writes a contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.definitions.spec import DefinitionSpec
from simulator.errors import ScenarioError
from simulator.scenario import load_scenario
from simulator.templates.contract_files import CONTRACT_FILE, is_contract_alone, load_contracts
from tests.cli.conftest import Command

EXPORTS = Path(__file__).parents[1] / "audit" / "exports"
OF_NO_CLAUSE = {"note", "extends", "predicate"}


def written(folder: Path, text: str = CONTRACT_FILE) -> Path:
    file = folder / "contract.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_file_that_new_writes_is_right_and_says_its_definition_in_words(command: Command, tmp_path: Path) -> None:
    code, out, err = command("new", "contract", "--contract-only")
    assert (code, err) == (0, "") and "contract.toml written" in out
    code, out, err = command("check", "contract.toml")
    assert (code, err) == (0, "") and out.startswith("contract.toml is right")
    assert "does not come back for 24 hours" in " ".join(out.split())


def test_the_file_names_every_clause_that_a_definition_can_have() -> None:
    clauses = set(DefinitionSpec.model_fields) - OF_NO_CLAUSE
    named = {line.lstrip("# ").partition(" =")[0] for line in CONTRACT_FILE.splitlines()}
    assert clauses <= named


def test_a_contract_alone_is_not_simulated(command: Command, tmp_path: Path) -> None:
    file = written(tmp_path)
    assert is_contract_alone(file) and "vendor" in load_contracts(file).contracts
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    assert "'volume' is missing" in refused.value.problems[0].message


def test_a_whole_scenario_is_read_as_it_is(tmp_path: Path) -> None:
    file = Path(__file__).parents[2] / "scenarios" / "broad_cx.toml"
    assert not is_contract_alone(file)
    assert load_contracts(file) == load_scenario(file)


def test_a_scenario_that_forgot_a_table_is_not_filled_in(tmp_path: Path) -> None:
    """A volume says that conversations are meant, so that what is missing is a mistake and no contract alone."""
    file = written(tmp_path, CONTRACT_FILE.replace("[definitions.unit]", "volume.per_month = 300\n[definitions.unit]"))
    with pytest.raises(ScenarioError) as refused:
        load_contracts(file)
    assert "'levels' is missing" in refused.value.problems[0].message


@pytest.mark.parametrize("option", [("--cases", "300"), ("--template", "bank"), ("--title", "A")])
def test_what_is_about_conversations_is_refused_beside_it(command: Command, option: tuple[str, str]) -> None:
    code, _, err = command("new", "contract.toml", "--contract-only", *option)
    assert code == 2 and f"leave {option[0]} out" in err


def test_a_note_is_allowed_by_review_and_the_message_says_so(command: Command, tmp_path: Path) -> None:
    written(tmp_path, CONTRACT_FILE.replace('human_touch = "review"', 'human_touch = "note"'))
    code, _, err = command("check", "contract.toml")
    assert code == 2 and 'write "review"' in err


def test_a_contract_alone_counts_as_within_a_scenario(command: Command, tmp_path: Path) -> None:
    """The sample's contract with the tables of conversations and without them prints the same statement."""
    whole = (EXPORTS / "contract.toml").read_text(encoding="utf-8")
    alone = "\n".join(['title = "Sample"', 'start = "2026-10"', whole[whole.index("[definitions.outcome]") :]])
    written(tmp_path, alone)
    code, out, err = command("sql", "outcome", "--in", "contract.toml")
    assert (code, err) == (0, "")
    assert out == command("sql", "outcome", "--in", str(EXPORTS / "contract.toml"))[1]
