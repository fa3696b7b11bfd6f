"""`simulate definitions`: what counts as a resolution under each definition, and who can count it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.options import ScenarioFile
from simulator.cli.common.output import print_text

if TYPE_CHECKING:
    from simulator.definitions import Definition

WIDTH = 100


@click.command("definitions")
@click.option(
    "--in", "scenario", type=ScenarioFile(), metavar="SCENARIO", help="List the definitions of this scenario too."
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with the SQL, and nothing else.")
def definitions(scenario: Path | None, as_json: bool) -> None:
    """List the definitions of a resolution: in words, and whether you can recount them in your own data."""
    found = definitions_of(scenario)
    if as_json:
        print_text(json.dumps([_as_data(each) for each in found.values()], indent=2, ensure_ascii=False) + "\n")
        return
    texts = [_text(each) for each in found.values()]
    print_text("\n\n".join([*texts, "`simulate sql NAME` prints the SQL that counts one of them."]) + "\n")


def definitions_of(scenario: Path | None) -> Mapping[str, Definition]:
    """Return the definitions that ship with the product, and those of a scenario.

    Raises:
        ScenarioError: if the scenario is not right.
    """
    from simulator.definitions import resolve_definitions

    if scenario is None:
        return resolve_definitions({})
    from simulator.scenario import load_scenario

    return resolve_definitions(load_scenario(scenario).definitions)


def _text(definition: Definition) -> str:
    from simulator.report.words.terminal_text import printable

    lines = [f"{definition.name}   {definition.title}" if definition.title else definition.name]
    for words in (definition.words, f"Who can count it: {definition.verifiability.sentence}."):
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(map(printable, lines))


def _as_data(definition: Definition) -> dict[str, object]:
    return {
        "name": definition.name,
        "title": definition.title,
        "words": definition.words,
        "countable_by_buyer": definition.verifiability.countable_by_buyer,
        "count_note": definition.verifiability.sentence,
        "columns": list(definition.columns),
        "sql": definition.unit_sql,
    }
