"""`simulate levers`: what each lever on tokens changes for the buyer and the vendor."""

from __future__ import annotations

import os
from pathlib import Path

import click

from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import overrides_option, scenario_argument, workers_option
from simulator.cli.common.output import print_text
from simulator.report.terminal.progress import progress_bar


@click.command(context_settings={"show_default": True})
@scenario_argument
@click.option(
    "--move",
    "settings",
    multiple=True,
    metavar="LEVER=SETTING",
    help="Move only this lever, to this setting: routing, compression and cache from 0 to 1, retrieval and reasoning "
    "as factors. Without it all five, each by a usual step.",
)
@click.option("--trials", type=Whole(1), default=1_000, help="Futures to simulate for each lever.")
@overrides_option
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON and nothing else.")
@workers_option
def levers(
    scenario: Path,
    settings: tuple[str, ...],
    trials: int,
    overrides: tuple[str, ...],
    as_json: bool,
    workers: int | None,
) -> None:
    """Show what each way to save tokens does in SCENARIO: who keeps the saving, and what quality it costs.

    Each lever is moved by itself, on the same futures. The tables show what that changes: the vendor's model cost, the
    cases solved and people's work, and for every contract the invoice, the buyer's whole cost and the vendor's margin.
    """
    from simulator.engine.refusals import FAST
    from simulator.scenario import load_scenario

    loaded = load_scenario(scenario, [*overrides, f"trials={trials}"], [FAST])

    from simulator.decisions.levers import LEVERS, changes, lever_runs, move_to, usual_moves
    from simulator.engine.run import simulate_all
    from simulator.forecast.forecast import forecast
    from simulator.report.files.folder import to_json
    from simulator.report.levers import levers_block, levers_text

    moves = usual_moves(loaded)
    if settings:
        try:
            moves = tuple(move_to(*_read(each, LEVERS), loaded) for each in settings)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--move") from error
    runs = lever_runs(loaded, moves)
    count, in_all = workers or os.cpu_count() or 1, trials * len(runs)
    largest = loaded.model_copy(update={"trials": in_all})  # the futures of all levers are kept at the same time
    with memory_watched(largest, count), progress_bar(scenario.stem, in_all) as progress:
        results = simulate_all(runs, workers=count, progress=progress)
    block = levers_block(changes(moves, results), forecast(results[0]))
    print_text(to_json(block) if as_json else f"{levers_text(block)}\n")


def _read(written: str, known: tuple[str, ...]) -> tuple[str, float]:
    """Return lever and setting of LEVER=SETTING.

    Raises:
        ValueError: saying what is wrong and how it is written.
    """
    from simulator.contracts.wording import unknown

    name, equals, setting = (part.strip() for part in written.partition("="))
    if not equals:
        raise ValueError(f"{written!r} is no LEVER=SETTING; write for example routing=0.3")
    if name not in known:
        raise ValueError(unknown("lever", name, known))
    try:
        return name, float(setting)
    except ValueError:
        raise ValueError(f"the setting of {name} must be a number, not {setting!r}; write for example 0.3") from None
