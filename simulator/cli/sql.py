"""`simulate sql`: the statement that counts what a definition bills, for your own data or the contract's annex."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.options import ScenarioFile
from simulator.cli.common.output import print_text
from simulator.cli.definitions import definitions_of

if TYPE_CHECKING:
    from simulator.definitions import Definition

WIDTH = 98
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
def sql(name: str, scenario: Path | None, table: str) -> None:
    """Print the SQL that counts the units of definition NAME, in DuckDB's dialect, with its words above.

    It runs as it is on a file of `simulate ledger`: the columns are those of the record.
    """
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
    print_text(statement(found[name], table))


def statement(definition: Definition, table: str) -> str:
    """Return the statement that counts the units of a definition in a table of the record."""
    from simulator.definitions import unit_over_view, view_sql

    remarks = (f"{definition.name}: {definition.words}", f"Who can count it: {definition.verifiability.sentence}.")
    lines = [f"-- {line}" for words in remarks for line in textwrap.wrap(" ".join(words.split()), WIDTH)]
    view = textwrap.indent(view_sql([definition], table), "  ")
    unit = textwrap.indent(unit_over_view(definition, [definition]), "  ")
    return "\n".join([*lines, "SELECT COUNT(*) AS units", "FROM (", view, ") AS record", "WHERE", unit, ";"]) + "\n"
