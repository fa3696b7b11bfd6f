"""What commands share that answer a question of a buyer who decides: options, futures, and how an answer is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from simulator.cli.common.contract_names import HINT, contract_named
from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import (
    Decorated,
    Option,
    contracts_of_scenario,
    overrides_option,
    scenario_argument,
    workers_option,
)
from simulator.cli.common.output import print_text, refuse_unwritable, write_whole
from simulator.report.terminal.progress import progress_bar

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures, Simulate
    from simulator.engine.results import Results
    from simulator.report.studies.made import Decided, MadeStudy
    from simulator.report.studies.told import Told
    from simulator.scenario.schema import Scenario

PICTURES: Final = (".svg", ".png")


class ChartFile(click.Path):
    """Where a chart is written: the name ends in .svg or .png."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path.

        Raises:
            click.BadParameter: for another ending, or a folder that cannot be written to.
        """
        place = Path(os.fsdecode(super().convert(value, param, ctx)))
        if place.suffix.lower() not in PICTURES:
            self.fail(
                f"{str(place)!r} must end in {' or '.join(PICTURES)}, which says what kind of picture", param, ctx
            )
        refuse_unwritable(place.parent)
        return place


def study_options(command: Decorated) -> Decorated:
    """Add the argument SCENARIO and the options that all these commands have."""
    for add in reversed(
        (
            scenario_argument,
            click.option("--trials", type=Whole(1), help="Futures to simulate, instead of the scenario's number."),
            overrides_option,
            all_option,
            click.option("--chart", type=ChartFile(), metavar="FILE", help="Draw the answer into FILE (.svg or .png)."),
            click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON and nothing else."),
            workers_option,
        )
    ):
        command = add(command)
    return command


def all_option(command: Decorated) -> Decorated:
    """Add `--all`."""
    return click.option(
        "--all", "everything", cls=Option, is_flag=True, help="Print all tables and notes, not one screen."
    )(command)


def contract_option(command: Decorated) -> Decorated:
    """Add `--contract` for the one contract that is asked about."""
    return click.option(
        "--contract",
        cls=Option,
        metavar="NAME",
        help="Contract that is asked about.  [default: the recommended one]",
        shell_complete=contracts_of_scenario,
    )(command)


def asked(scenario: Path, trials: int | None, overrides: Sequence[str]) -> Scenario:
    """Return the scenario that a command asks about.

    Raises:
        ScenarioError: with every problem of the file and of `--set`.
    """
    from simulator.engine.refusals import FAST
    from simulator.scenario import load_scenario

    return load_scenario(scenario, [*overrides, *([] if trials is None else [f"trials={trials}"])], [FAST])


def contract_asked(written: str | None, scenario: Scenario, hint: str = HINT) -> str | None:
    """Return the key of a contract that was named by key, title or label; None where none was.

    Args:
        hint: the option that names it.

    Raises:
        click.BadParameter: for one that the scenario does not have, with the nearest.
    """
    return None if written is None else contract_named(written, scenario.contracts, scenario.switches, hint)


def same_futures(scenario: Scenario, workers: int | None) -> SameFutures:
    """Simulate a scenario with all its meters, with a bar on a terminal, and return what further contracts are on."""
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.repricing import KeptFutures

    results = simulator_of(workers)(scenario)
    kept = KeptFutures(results)
    return SameFutures(results, kept, simulator_of(workers, kept.sample), workers or os.cpu_count() or 1)


def decided(scenario: Scenario, workers: int | None) -> Decided:
    """Answer every question of a buyer who decides, on the futures of a scenario, with a word on a terminal to each."""
    from simulator.report.studies.every_study import every_study

    def said(name: str) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            click.echo(f"answers {name} ...", err=True)

    return every_study(same_futures(scenario, workers), said)


def simulator_of(workers: int | None, sample: int | None = None) -> Simulate:
    """Return what simulates a scenario with all its meters, with a bar on a terminal.

    Args:
        sample: cases of a month that are drawn; by the engine's own rule where it is not given.
    """
    return partial(_simulated, workers or os.cpu_count() or 1, sample)


def _simulated(workers: int, sample: int | None, scenario: Scenario) -> Results:
    from simulator.engine.run import Run, simulate_all

    with memory_watched(scenario, workers), progress_bar(scenario.title, scenario.trials) as progress:
        (results,) = simulate_all([Run(scenario, sample=sample)], workers=workers, progress=progress)
    return results


def answer(made: MadeStudy[Any], scenario: Scenario, place: Path | None, *, everything: bool, as_json: bool) -> None:
    """Print an answer as text, with the next question, or as JSON, and draw its figure where one is asked for.

    Args:
        place: file of the figure.
        everything: whether the text has all tables and notes; JSON always has all.

    Raises:
        OutputError: if the figure cannot be written; the answer is printed before.
    """
    from simulator.report.files.folder import to_json
    from simulator.report.studies.moves import next_line
    from simulator.report.studies.told import as_block, as_text
    from simulator.report.terminal.width import terminal_width

    if as_json:
        print_text(to_json(as_block(made.told, made.numbers, scenario)))
    else:
        text = as_text(made.told, scenario, terminal_width(), next_line(made.command), short=not everything)
        print_text(f"{text}\n")
    if place is not None:
        draw_into(place, made.told)


def draw_into(place: Path, told: Told) -> None:
    """Draw the figure of an answer into a file.

    Raises:
        OutputError: if it cannot be written.
    """
    from simulator.report.style import png, svg

    drawn = told.chart()
    draw = png if place.suffix.lower() == ".png" else svg
    write_whole(place, draw(drawn.figure, drawn.title, drawn.alt))
