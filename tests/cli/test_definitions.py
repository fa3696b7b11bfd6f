"""`simulate definitions` and `simulate sql`: words, and a statement that counts what the engine bills."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.definitions import NAMED
from simulator.engine.run import simulate
from simulator.scenario import load_scenario
from tests.cli.conftest import Command
from tests.scenarios.shipped import EACH_FILE

ROOT = Path(__file__).parents[2]
EVERYTHING = ROOT / "tests" / "scenario" / "everything.toml"
BROAD = ROOT / "scenarios" / "broad_cx.toml"
MINIMAL = ROOT / "scenarios" / "minimal.toml"


def test_every_definition_is_listed_with_words_and_who_counts(command: Command) -> None:
    code, out, err = command("definitions")
    assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= 100
    for name in NAMED:
        assert f"{name}   " in out
    assert out.count("  Who can count it: ") == len(NAMED)


def test_those_of_a_scenario_come_too(command: Command) -> None:
    own = load_scenario(EVERYTHING).definitions
    listed = json.loads(command("definitions", "--in", EVERYTHING, "--json")[1])
    assert own and [each["name"] for each in listed] == [*NAMED, *own]


@pytest.mark.parametrize("name", NAMED)
def test_the_statement_counts_what_the_engine_bills(command: Command, tmp_path: Path, name: str) -> None:
    """Two routes: the ledger engine's meter, and the printed SQL over the exported file."""
    text = BROAD.read_text(encoding="utf-8").replace("{ mean = 60_000, sd = 6_000 }", "400")
    contract = f'\n[contracts.mine]\ntype = "per_resolution"\ndefinition = "{name}"\nprice = 1\n'
    first = "\n[contracts.per_conversation]"
    (tmp_path / "my.toml").write_text(text.replace(first, f"{contract}{first}", 1), encoding="utf-8")
    assert command("ledger", "my.toml", "-o", "ledger.parquet", "--set", "months=1", "--set", "trials=1")[0] == 0
    code, statement, err = command("sql", name, "--table", "'ledger.parquet'")
    assert (code, err) == (0, "")
    (counted,) = duckdb.connect().execute(statement).fetchone() or (None,)
    billed = simulate(load_scenario("my.toml", ["months=1", "trials=1"]), engine="ledger").meters[f"resolutions:{name}"]
    assert counted == billed.sum() and counted > 0


def test_a_definition_that_is_not_there_gets_the_nearest(command: Command) -> None:
    code, out, err = command("sql", "asumed_24h")
    assert (code, out) == (2, "") and err.endswith("there is no definition 'asumed_24h'; did you mean 'assumed_24h'?\n")


@pytest.mark.parametrize("table", ["x; DROP TABLE y", "a b", "'a'b'", "", "1a", "a.b.c.d"])
def test_what_is_no_table_is_refused(command: Command, table: str) -> None:
    code, out, err = command("sql", "assumed_24h", "--table", table)
    assert (code, out) == (2, "") and "is no table; write a name, or a file in single quotes" in err


def test_a_statement_is_written_for_a_warehouse(command: Command) -> None:
    code, out, err = command("sql", "credited_on_return", "--dialect", "snowflake", "--quote", "--table", "lake.log")
    assert (code, err) == (0, "")
    assert 'FROM "lake"."log"' in out and "-- Snowflake. Written for it and not run there" in out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--dialect", "oracle"), "there is no dialect 'oracle'; there are: duckdb, postgres, snowflake, bigquery"),
        (("--dialect", "postgres", "--table", "'log.parquet'"), "PostgreSQL reads no file; write the name of a table"),
    ],
)
def test_what_no_database_reads_is_refused(command: Command, options: tuple[str, ...], says: str) -> None:
    code, out, err = command("sql", "assumed_24h", *options)
    assert (code, out) == (2, "") and says in " ".join(err.split())


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_shipped_scenario_is_compared(scenario: Path, tmp_path: Path) -> None:
    picture = tmp_path / "definitions.svg"
    done = CliRunner().invoke(
        cli, ["definitions", str(scenario), "--compare", "--trials", "256", "--workers", "1", "--chart", str(picture)]
    )
    if "no contract of the scenario bills resolutions" in done.output:
        assert done.exit_code == 2 and "add one" in done.output
        return
    assert done.exit_code == 0, done.output
    assert "by its own definition" in done.output or "the definition does not matter" in done.output
    assert max(map(len, done.output.splitlines())) <= 100 and picture.stat().st_size > 5_000


def test_all_definitions_are_in_the_json() -> None:
    few = ("--trials", "32", "--workers", "1", "--set", "months=2")
    done = CliRunner().invoke(cli, ["definitions", str(MINIMAL), "--compare", *few, "--json"])
    assert done.exit_code == 0
    block = json.loads(done.output)
    assert block["contract"] == "resolution" and len(block["grid"]) == 216
    assert block["over_grid"]["of_definitions"]["low"] is None and 0 < block["over_grid"]["of_definitions"]["value"] < 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--compare",), "--compare needs a SCENARIO"),
        ((str(MINIMAL), "--contract", "resolution"), "--contract belongs to --compare"),
        ((str(MINIMAL), "--all"), "--all belongs to --compare"),
        ((str(MINIMAL), "--compare", "--trials", "8", "--workers", "1", "--contract", "conversation"),
         "does not bill resolutions by one definition"),
        ((str(MINIMAL), "--compare", "--contract", "resolutoin"), "did you mean 'resolution'"),
    ],
)  # fmt: skip
def test_a_comparison_that_cannot_be_made_is_answered(arguments: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(cli, ["definitions", *arguments])
    assert done.exit_code == 2 and says in " ".join(done.output.replace("│", " ").split())


def test_a_scenario_may_stand_without_its_option() -> None:
    by_option = CliRunner().invoke(cli, ["definitions", "--in", str(MINIMAL)])
    assert CliRunner().invoke(cli, ["definitions", str(MINIMAL)]).output == by_option.output
