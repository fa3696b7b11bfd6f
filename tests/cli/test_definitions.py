"""`simulate definitions` and `simulate sql`: words, and a statement that counts what the engine bills."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from simulator.definitions import NAMED
from simulator.engine.run import simulate
from simulator.scenario import load_scenario
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
EVERYTHING = ROOT / "tests" / "scenario" / "everything.toml"
BROAD = ROOT / "scenarios" / "broad_cx.toml"


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
