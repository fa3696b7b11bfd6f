"""`simulate check`: is a scenario right, and what does it imply?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from simulator.cli.options import ScenarioFile, overrides_option
from simulator.errors import ScenarioError


@click.command("check")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", type=ScenarioFile())
@overrides_option
def check(scenarios: tuple[Path, ...], overrides: tuple[str, ...]) -> None:
    """Check scenarios and print what they imply; nothing is simulated and nothing is written.

    All mistakes are listed at once, with their lines. Exit code 2 if there is one.
    """
    from simulator.scenario import load_scenario, render

    wrong = False
    for number, path in enumerate(scenarios):
        if number:
            click.echo()
        try:
            scenario = load_scenario(path, overrides)
        except ScenarioError as error:
            click.echo(render(error), err=True)
            wrong = True
            continue
        from simulator.scenario.summary import summary

        click.echo(summary(scenario, str(path)))
    if wrong:
        sys.exit(2)
