"""`simulate sweep`: every combination of some values, for one scenario or several, in one table."""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.failures import USAGE
from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import (
    Engine,
    Option,
    ScenarioFile,
    contracts_option,
    engine_option,
    keys_of_scenario,
    overrides_option,
    scheduler_option,
    workers_option,
)
from simulator.cli.common.output import PROGRAM, print_text, refuse_unwritable
from simulator.report.terminal.progress import progress_bar

if TYPE_CHECKING:
    from simulator.cli.combinations import Combination, VariedKey
    from simulator.engine.processes.crew import Crew

EPILOG = """\b
  simulate sweep my.toml --over contracts.resolution.price=0.79,0.89,0.99
  simulate sweep my.toml --over volume.per_month=2_000,4_000 --over people.cost_per_hour=30,40,50
  simulate sweep small.toml large.toml --trials 1000
  simulate sweep my.toml --over 'start="2027-01","2027-07"' --scheduler local
"""


@click.command("sweep", epilog=EPILOG)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", type=ScenarioFile())
@click.option(
    "--over",
    multiple=True,
    cls=Option,
    metavar="KEY=VALUE,VALUE",
    help="Vary a key of --set over some values; repeat it for a grid of several keys.",
    shell_complete=keys_of_scenario,
)
@click.option("--trials", type=Whole(1), help="Futures of each combination, instead of those of the first scenario.")
@overrides_option
@contracts_option
@engine_option
@workers_option
@scheduler_option
@click.option("--json", "as_json", cls=Option, is_flag=True, help="Print sweep.json on stdout and nothing else.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: outputs/NAME/sweep-DATE-HASH]",
)
def sweep(
    scenarios: tuple[Path, ...],
    over: tuple[str, ...],
    trials: int | None,
    overrides: tuple[str, ...],
    contracts: tuple[str, ...],
    engine: Engine,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
    output: Path | None,
) -> None:
    """Price every combination of the values of --over, for each SCENARIO, and put the verdicts into one table.

    All combinations are checked before the first is simulated. They share the seed, the number of futures and the size
    of the sample, so that rows differ by their values and hardly by chance. Each is judged as `simulate run` judges it.
    """
    from simulator.cli.combinations import combinations, read_axes
    from simulator.report.files.folder import refuse_taken

    axes = read_axes(over)
    changes = [*overrides, *([] if trials is None else [f"trials={trials}"])]
    found, errors = combinations(scenarios, axes, changes, contracts, engine)
    if errors:
        from simulator.scenario import render

        click.echo("\n\n".join(map(render, errors)), err=True)
        click.get_current_context().exit(USAGE)
    refuse_taken(output)
    refuse_unwritable(output or Path("outputs"))

    from simulator.engine.processes.crew import crew_of

    with crew_of(scheduler, workers or os.cpu_count() or 1) as crew:
        packed = _simulated(found, axes, crew)
    print_text(_written(found, packed, axes, changes, output, as_json=as_json))


def _simulated(found: Sequence[Combination], axes: Sequence[VariedKey], crew: Crew) -> list[bytes]:
    """Return the summary of every combination, packed, in order."""
    from simulator.cli.sweeping import shares, summaries, with_one_sample
    from simulator.engine.processes.warming import warm

    crew.prepare("simulator.cli.sweeping", "simulator.report.blocks.summary")
    name, trials = f"{len(found):,} combinations", sum(each.work.scenario.trials for each in found)
    largest = max((each.work.scenario for each in found), key=lambda one: one.trials * one.months)
    busy = min(crew.here, len(found))  # each process keeps the futures of a combination
    held = largest.model_copy(update={"trials": largest.trials * busy})
    with memory_watched(held, crew), progress_bar(name, trials) as progress:
        warm(crew)
        parts = shares(with_one_sample(found, axes, crew), crew.count)
        each = trials / len(found)
        return summaries(parts, crew, lambda done: progress and progress(round(done * each), trials))


def _written(
    found: Sequence[Combination],
    packed: Sequence[bytes],
    axes: Sequence[VariedKey],
    changes: Sequence[str],
    output: Path | None,
    *,
    as_json: bool,
) -> str:
    """Write the results, and return what is printed."""
    from simulator.report.files.folder import to_json
    from simulator.report.sweep import Found, Sweep, console
    from simulator.report.sweep.folder import block, write_sweep

    texts = {each.work.path: each.work.text for each in found}
    keys = [axis.key for axis in axes]
    made = Sweep(
        over={axis.key: axis.values for axis in axes},
        paths=list(texts),
        texts=list(texts.values()),
        changes=tuple(changes),
        contracts=found[0].work.contracts,
        engine=found[0].work.engine,
        found=[
            Found(each.work.path, dict(zip(keys, each.values, strict=True)), one)
            for each, one in zip(found, packed, strict=True)
        ],
        command=shlex.join([PROGRAM, *sys.argv[1:]]),
    )
    folder = write_sweep(made, out=output, today=datetime.date.today())
    if as_json:
        return to_json(block(made))
    return "\n\n".join([console.heading(made), console.table(made), console.written(folder)]) + "\n"
