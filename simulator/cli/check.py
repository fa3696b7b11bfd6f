"""`simulate check`: is a scenario right, and what does it imply?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from simulator.cli.common.failures import USAGE
from simulator.cli.common.options import Engine, ScenarioFile, engine_option, overrides_option
from simulator.errors import ScenarioError


@click.command("check")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", type=ScenarioFile())
@overrides_option
@engine_option
def check(scenarios: tuple[Path, ...], overrides: tuple[str, ...], engine: Engine) -> None:
    """Check scenarios and print what they imply; nothing is simulated and nothing is written.

    All mistakes are listed at once, each with its line, and so is what the engine could not count. The exit code is 2
    if there is one.
    """
    from simulator.scenario import render

    wrong = False
    for number, path in enumerate(scenarios):
        if number:
            click.echo()
        try:
            click.echo(checked(path, overrides, engine))
        except ScenarioError as error:
            click.echo(render(error), err=True)
            wrong = True
    if wrong:
        click.get_current_context().exit(USAGE)


def checked(path: Path, overrides: Sequence[str] = (), engine: Engine = "sampled") -> str:
    """Return what `check` says of a scenario that is right.

    Raises:
        ScenarioError: with all its mistakes, or what the engine could not count.
    """
    from simulator.engine.refusals import refusals
    from simulator.implied.overview import overview
    from simulator.scenario import load_scenario
    from simulator.scenario.texts import printable_lines
    from simulator.templates.contract_files import about_contracts, is_contract_alone

    if is_contract_alone(path):
        from simulator.report.terminal.width import terminal_width
        from simulator.report.words.terminal_text import in_lines, printable

        return "\n".join(
            line for said in about_contracts(path, overrides) for line in in_lines(printable(said), terminal_width())
        )
    scenario = load_scenario(path, overrides, [lambda of: refusals(of, engine)])
    return printable_lines(overview(scenario, str(path)))
