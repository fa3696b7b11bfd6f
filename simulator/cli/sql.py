"""`simulate sql`: the statement that counts what a definition bills, for your own data or the contract's annex."""

from __future__ import annotations

import re
from pathlib import Path

import click

from simulator.cli.common.dialect_option import dialect_option
from simulator.cli.common.options import ScenarioFile
from simulator.cli.common.output import print_text
from simulator.cli.definitions import definitions_of
from simulator.definitions.dialects import DIALECTS, DUCKDB

TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,2}|'[^'\x00-\x1f]+'", re.ASCII)
"""Name of a table, with its schema, or a file in single quotes as DuckDB reads it."""


@click.command("sql")
@click.argument("name")
@click.option(
    "--in", "scenario", type=ScenarioFile(), metavar="SCENARIO", help="Scenario in which your own definition stands."
)
@click.option(
    "--table",
    default="conversations",
    show_default=True,
    help="Table of conversations, or a file in single quotes.",
)
@dialect_option
@click.option("--quote", is_flag=True, help="Put all names in quotes, for tables whose names keep their letters.")
def sql(name: str, scenario: Path | None, table: str, dialect: str, *, quote: bool) -> None:
    """Print the SQL that counts the units of definition NAME in your own data, with its words above.

    The columns are those of the record, as `simulate ledger` writes it; in DuckDB's dialect it runs on such a file as
    it is.
    """
    from simulator.definitions.statement import statement
    from simulator.scenario.meant.near_names import suggest

    found = definitions_of(scenario)
    if name not in found:
        raise click.BadParameter(
            f"there is no definition {name[:60]!r}; {suggest(name, found, 'there are')}", param_hint="NAME"
        )
    if not TABLE.fullmatch(table):
        raise click.BadParameter(
            f"{table[:60]!r} is no table; write a name, or a file in single quotes", param_hint="--table"
        )
    if table.startswith("'") and dialect != DUCKDB:
        raise click.BadParameter(
            f"{DIALECTS[dialect].title} reads no file; write the name of a table", param_hint="--table"
        )
    print_text(statement(found[name], table, dialect, quote=quote))
