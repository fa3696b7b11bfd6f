"""Commands that simulate take the engine that a run took, and what the default one refuses has a way out."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Command

MINIMAL = Path(__file__).parents[2] / "scenarios" / "minimal.toml"
ACTIONS = """
[contracts.long]
type = "per_resolution"
price = 1
definition = "long"

[definitions.long]
predicate = "actions >= 1"
"""
"""A definition that looks at what has no expected value in closed form."""
LEDGER = ("--engine", "ledger")


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "long.toml"
    path.write_text("months = 2\n" + MINIMAL.read_text(encoding="utf-8") + ACTIONS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--trials", "2", "--no-report", "-o", "out"),
        ("contract", "--trials", "2"),
        ("invoice", "--contract", "long"),
        ("compare", "--trials", "2", "--set", "contracts.long.price=2"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_the_default_engine_refuses_the_ledger_counts(
    command: Command, long: Path, arguments: tuple[str, ...]
) -> None:
    name, *options = arguments
    code, out, err = command(name, long.name, *options)
    assert code == 2 and "simulate run --engine ledger" in " ".join(err.split()), out + err
    code, out, err = command(name, long.name, *options, *LEDGER)
    assert code == 0, err


@pytest.mark.parametrize("name", ["levers", "verify"])
def test_commands_of_the_default_engine_name_one_that_has_the_ledger(command: Command, long: Path, name: str) -> None:
    code, _, err = command(name, long.name)
    assert code == 2 and "simulate run --engine ledger" in " ".join(err.split())


def test_an_invoice_is_that_of_the_run_of_its_engine(command: Command, tmp_path: Path) -> None:
    """The future of that number, alone and in the run; the two engines draw differently."""
    totals = {}
    for engine in ("sampled", "ledger"):
        chosen = ("--engine", engine, "--set", "months=2")
        assert command("run", MINIMAL, "--trials", "5", "--no-report", "-o", engine, *chosen)[0] == 0
        table = pq.read_table(tmp_path / engine / "trials.parquet").to_pandas()
        row = table[(table.contract == "resolution") & (table.trial == 3)]
        code, out, _ = command("invoice", MINIMAL, "--contract", "resolution", "--trial", "3", "--json", *chosen)
        assert code == 0
        totals[engine] = float(json.loads(out)["total"])
        assert totals[engine] == pytest.approx(float(row.invoice_minor_units.iloc[0] / 100), abs=0.05)
    assert totals["sampled"] != totals["ledger"]
