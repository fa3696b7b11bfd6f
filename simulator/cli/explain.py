"""`simulate explain`: what a key of a scenario means, and what a scenario says there."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.options import ScenarioFile, keys_of_the_schema
from simulator.cli.common.output import print_text


@click.command("explain")
@click.argument("key", required=False, shell_complete=keys_of_the_schema)
@click.option(
    "--in",
    "scenario",
    type=ScenarioFile(),
    metavar="SCENARIO",
    help="Show also what this scenario says there, and on which line.",
)
def explain(key: str | None, scenario: Path | None) -> None:
    """Say what a KEY of a scenario means: unit, allowed values, typical range, default, what it changes.

    KEY is dotted as in a file, with any name in the place of yours (intents.NAME.escalate_odds), or only its last
    part; or a contract type, a definition, a meter. Without a KEY: the sections.
    """
    from simulator.scenario import read_text
    from simulator.scenario.explained.explain import explain as explained
    from simulator.scenario.explained.standing import Standing

    where = None if scenario is None else Standing.of(read_text(scenario), str(scenario))
    print_text(f"{explained(key, where)}\n")
