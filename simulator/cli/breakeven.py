"""`simulate breakeven`: where two contracts cost the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.number_types import Number
from simulator.cli.common.options import Option, contracts_of_scenario, keys_of_scenario
from simulator.cli.common.study import answer, asked, contract_asked, contract_option, same_futures, study_options

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

EPILOG = """\b
  simulate breakeven my.toml --contract resolution --against conversation
  simulate breakeven my.toml --over volume
  simulate breakeven my.toml --over outcomes.confirm_log_odds --chart confirm.svg
  simulate breakeven my.toml --map price,volume --chart map.svg
"""


@click.command("breakeven", epilog=EPILOG)
@study_options
@contract_option
@click.option(
    "--against",
    cls=Option,
    metavar="NAME",
    help="Contract that it is compared with.  [default: its closest rival]",
    shell_complete=contracts_of_scenario,
)
@click.option(
    "--over",
    cls=Option,
    default="price",
    show_default=True,
    metavar="price|volume|KEY",
    help="What is varied: the price of the contract, the volume of conversations, or any number of the scenario.",
    shell_complete=keys_of_scenario,
)
@click.option(
    "--range",
    "ends",
    nargs=2,
    type=Number(),
    metavar="LOW HIGH",
    help="Values of KEY between which to look.  [default: its range, or around its value]",
)
@click.option(
    "--map",
    "two",
    cls=Option,
    metavar="KEY,KEY",
    help="Map instead which contract the verdict takes over two of them: price, volume, share (of conversations that "
    "the contract bills as resolutions) or keys.",
)
def breakeven(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    contract: str | None,
    against: str | None,
    over: str,
    ends: tuple[float, float] | None,
    two: str | None,
) -> None:
    """Show where two contracts of SCENARIO cost the same: over the price of one, the volume, or any number.

    Three answers, each by its name: equal on average, equal at P90, and cheaper in nine of ten futures. All places
    where the answer changes are shown, as bills with tiers and minimums may cross more than once.
    """
    loaded = asked(scenario, trials, overrides)
    names = contract_asked(contract, loaded), contract_asked(against, loaded, "--against")
    key = over.strip().rstrip("=")
    keys = None if two is None else _two(two, loaded)
    _refuse(loaded, key, ends)

    from simulator.report.studies.answers import breakeven_study, map_study

    futures = same_futures(loaded, workers)
    try:
        made = map_study(futures, names[0], *keys) if keys else breakeven_study(futures, *names, key, ends)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    answer(made, loaded, chart, everything=everything, as_json=as_json)


def _two(written: str, loaded: Scenario) -> tuple[str, str]:
    """Return the two parameters of a map.

    Raises:
        click.BadParameter: for any other number of them, or one that is no number of the scenario.
    """
    from simulator.decisions.breakeven.verdict_map import OWN

    parts = [part.strip() for part in written.split(",")]
    if len(parts) != 2 or parts[0] == parts[1]:
        raise click.BadParameter(
            f"{written!r} is not two different parameters; write for example --map price,volume", param_hint="--map"
        )
    for part in parts:
        if part not in OWN:
            _refuse(loaded, part, None, "--map")
    return parts[0], parts[1]


def _refuse(loaded: Scenario, over: str, ends: tuple[float, float] | None, hint: str = "--over") -> None:
    """Refuse a key that is no number, and a range that it cannot have, before anything is simulated.

    Raises:
        click.BadParameter: with what is right.
    """
    from simulator.decisions.breakeven.held import number_named, usual_range

    if over in ("price", "volume"):
        if ends is not None:
            raise click.BadParameter(f"a {over} needs no range: it is looked for wherever it is", param_hint="--range")
        return
    try:
        number = number_named(over, loaded)
        if ends is None:
            usual_range(number)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from error
    if ends is not None:
        problem = next(filter(None, map(number.domain.problem, ends)), None)
        if ends[0] >= ends[1]:
            problem = "must have its lower end first, as --range 0.2 0.9"
        if problem:
            raise click.BadParameter(f"{number.name} {problem}", param_hint="--range")
