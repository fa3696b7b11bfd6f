"""`simulate run` (or `simulate SCENARIO`): futures, prices, table, files, and the sentence."""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.addresses import refuse_few_addresses
from simulator.cli.common.failures import BEYOND
from simulator.cli.common.keeping import MEGABYTE, SPILL_ABOVE, Keeping
from simulator.cli.common.number_types import Number, Percent, Whole
from simulator.cli.common.options import (
    Engine,
    Option,
    contracts_option,
    engine_option,
    overrides_option,
    scenario_argument,
    scheduler_option,
    workers_option,
)
from simulator.cli.common.output import PROGRAM, print_text, refuse_unwritable

if TYPE_CHECKING:
    from simulator.cli.common.work import Work
    from simulator.engine.processes.crew import Crew
    from simulator.engine.processes.pool import Workers
    from simulator.forecast.precision import Asked
    from simulator.report.conditions import Condition
    from simulator.report.files.folder import Wanted
    from simulator.report.summary.summary import Summary

NO_REPORT = (
    "Write numbers only: no charts, page, brief and workbook, and of summary.json not clauses, whose definitions "
    "are counted for them. The futures and all other numbers are the same."
)
DECIDE = (
    "Answer the questions of a buyer who decides too, as the commands of the group Decide do without options: in the "
    "report, and as numbers in decide.json."
)
RESUME = (
    "Continue an unfinished run of the same inputs, one that was killed, interrupted or ran out of room, with the "
    "futures that it left in its work folder; the results are the same to the byte."
)
KEEP = "read: of single futures what is read. all: the file meters.parquet too, with all meters of every future."
EPILOG = """\b
Exit codes: 0 results written; 1 unexpected, or too little memory; 2 wrong use or scenario;
3 a --fail-if is true, results written; 130 interrupted. With 1, 2 and 130 no results are written.
Every option has an environment variable: SIMULATE_RUN_TRIALS=500, SIMULATE_RUN_WORKERS=2 ...

\b
  simulate my.toml --trials 500 --set people.cost_per_hour=40 --contract resolution
  simulate my.toml --fail-if "p90 > budget" --json > summary.json
"""


@click.command(context_settings={"show_default": True}, epilog=EPILOG)
@scenario_argument
@click.option("--trials", type=Whole(1), help="Futures to simulate, instead of the scenario's.")
@click.option("--seed", type=Whole(0), help="Seed, instead of the scenario's.")
@click.option("--months", type=Whole(1), help="Months of the horizon, instead of the scenario's.")
@click.option("--budget", type=Number(), help="Budget for the horizon's invoice, instead of the scenario's.")
@overrides_option
@contracts_option
@click.option(
    "--fail-if",
    "conditions",
    multiple=True,
    cls=Option,
    metavar="CONDITION",
    help='Exit with 3 if it is true, as "p90 > budget", "per_token mean >= 400_000", "probability > 0.2".',
)
@click.option(
    "--precision",
    type=Percent(),
    help="Simulate more futures until half the 95 % interval of P90 is at most that share of it: 0.5%, or 0.005.",
)
@click.option(
    "--precision-of",
    cls=Option,
    metavar="CONTRACT",
    default="recommended",
    help="Whose P90: the recommended contract's and its first rival's, that of a CONTRACT, or all.",
)
@engine_option
@workers_option
@click.option("--resume", cls=Option, is_flag=True, help=RESUME)
@click.option(
    "--spill-above",
    type=Whole(1),
    default=SPILL_ABOVE,
    metavar="MB",
    help="Megabytes of numbers to hold in memory; what is more goes to a work folder beside the results.",
)
@click.option("--keep", type=click.Choice(["read", "all"]), default="read", help=KEEP)
@scheduler_option
@click.option("--json", "as_json", cls=Option, is_flag=True, help="Print summary.json on stdout and nothing else.")
@click.option("--no-report", cls=Option, is_flag=True, help=NO_REPORT)
@click.option("--decide", cls=Option, is_flag=True, help=DECIDE)
@click.option("--png", "as_png", cls=Option, is_flag=True, help="Write the charts as PNG too, beside the SVG.")
@click.option("--all", "everything", cls=Option, is_flag=True, help="Print all contracts and notes, not one screen.")
@click.option("-q", "--quiet", is_flag=True, help="Print only the answer.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the results.  [default: outputs/NAME/DATE-HASH]"
)
@click.option("--open", "opened", cls=Option, is_flag=True, help="Open the results when they are written.")
def run(
    scenario: Path,
    trials: int | None,
    seed: int | None,
    months: int | None,
    budget: float | None,
    overrides: tuple[str, ...],
    contracts: tuple[str, ...],
    conditions: tuple[str, ...],
    precision: float | None,
    precision_of: str,
    engine: Engine,
    workers: int | None,
    scheduler: str | None,
    resume: bool,
    spill_above: int,
    keep: str,
    as_json: bool,
    no_report: bool,
    decide: bool,
    as_png: bool,
    everything: bool,
    quiet: bool,
    output: Path | None,
    opened: bool,
) -> int:
    """Simulate SCENARIO, price its contracts on the same futures, and say which one to sign."""
    from simulator.report.files.folder import Wanted, refuse_taken, to_json

    if as_png and no_report:
        raise click.UsageError("--no-report draws no charts; leave out --png")
    if decide and (no_report or engine != "sampled"):
        other = "--no-report" if no_report else f"--engine {engine}"
        raise click.UsageError(f"--decide puts answers into the report, of the default engine; leave out {other}")
    short = {"trials": trials, "seed": seed, "months": months, "budget": budget}
    changes = [*overrides, *(f"{key}={value}" for key, value in short.items() if value is not None)]
    refuse_taken(output)
    refuse_unwritable(output or Path("outputs"))
    with _crews(scheduler, workers) as crews:
        asked = _asked(scenario, changes, contracts, engine)
        gates = _conditions(asked, conditions)
        known = _precision(asked, precision, precision_of)
        wanted = Wanted(datetime.date.today(), output, not no_report, keep == "all", as_png, decide)
        keeping = _keeping(asked, wanted, known, resume=resume, most=spill_above)
        numbers, folder = _written(asked, crews, wanted, keeping, known)
    how = "json" if as_json else "quiet" if quiet else "all" if everything else "screen"
    print_text(to_json(numbers) if how == "json" else _report(numbers, str(scenario), folder, how))
    if opened:
        _open(folder)
    return _judged(gates, numbers)


@contextmanager
def _crews(scheduler: str | None, count: int | None) -> Iterator[tuple[Crew, Workers]]:
    """Start who simulates, and the processes of this machine that draw charts: the same ones without a scheduler.

    They load the engine while this process reads the scenario, which takes as long.

    Raises:
        OutOfMemory: where processes may not address enough for the libraries.
    """
    refuse_few_addresses()
    from simulator.engine.processes.crew import crew_of
    from simulator.engine.processes.pool import Workers
    from simulator.engine.processes.warming import prepare

    most = count or os.cpu_count() or 1
    with crew_of(scheduler, most) as crew, ExitStack() as also:
        prepare(crew, "simulator.engine.run")
        yield crew, crew if isinstance(crew, Workers) else also.enter_context(Workers(most))


def _asked(path: Path, changes: Sequence[str], contracts: Sequence[str], engine: Engine) -> Work:
    from simulator.cli.common.work import work
    from simulator.scenario import read_text

    return work(read_text(path), path, changes, contracts, engine)


def _conditions(asked: Work, texts: tuple[str, ...]) -> list[Condition]:
    """Read the conditions before anything is simulated."""
    if not texts:
        return []
    from simulator.report.conditions import condition

    scenario = asked.scenario
    given = scenario.budget
    budgets = 0 if given is None else max(len(given.by_fiscal_year), 1)
    return [condition(text, scenario.contracts, budgets=budgets) for text in texts]


def _precision(asked: Work, share: float | None, of: str) -> Asked | None:
    """Return how well P90 is to be known, None where nothing is asked.

    Raises:
        click.UsageError: for a contract without a precision.
        click.BadParameter: for a contract that the scenario does not have.
    """
    from simulator.forecast.precision import ALL, RECOMMENDED, Asked
    from simulator.scenario.meant.near_names import suggest

    if share is None:
        if of != RECOMMENDED:
            raise click.UsageError("--precision-of says whose P90 --precision is about; give --precision too")
        return None
    known = (RECOMMENDED, ALL, *asked.scenario.contracts)
    if of not in known:
        raise click.BadParameter(
            f"there is no contract {of!r}; {suggest(of, known, 'known are')}", param_hint="--precision-of"
        )
    return Asked(share, of)


def _keeping(asked: Work, wanted: Wanted, precision: Asked | None, *, resume: bool, most: int) -> Keeping:
    """Return where the run keeps what it has simulated; its work folder stands beside the results."""
    from simulator.report.files.folder import OUTPUTS, folder_name
    from simulator.report.files.unfinished import Unfinished, mark_of

    of, keep = asked.scenario, "all" if wanted.every_meter else "read"
    place = wanted.out.parent if wanted.out else OUTPUTS / folder_name(asked.path)
    known = () if precision is None else (precision.share, precision.of)
    inputs = (asked.text, asked.changes, asked.contracts, of.seed, of.trials, asked.engine, keep, wanted.report, *known)
    return Keeping(wanted.every_meter, Unfinished(place, mark_of(inputs), most * MEGABYTE), resume)


def _written(
    asked: Work, crews: tuple[Crew, Workers], wanted: Wanted, keeping: Keeping, precision: Asked | None
) -> tuple[Summary, Path]:
    """Simulate, write the results, and return the numbers and the folder."""
    from simulator.cli.common.memory import memory_watched
    from simulator.cli.common.study import decided
    from simulator.cli.common.work import priced
    from simulator.report.bundle import Origin, write_bundle

    crew, drawing = crews
    origin = Origin(asked.text, asked.path, shlex.join([PROGRAM, *sys.argv[1:]]), tuple(asked.changes), asked.contracts)
    with keeping.told(), memory_watched(asked.scenario, crew, keeping.held_bytes):
        found = priced(asked, crew, report=wanted.report, keeping=keeping, precision=precision, drawing=drawing)
        answers = decided(found[0].scenario, drawing.count) if wanted.decide else None
        return found[1], write_bundle(*found, origin, wanted, drawing, answers)


def _report(numbers: Summary, path: str, folder: Path, how: str) -> str:
    """Return what is printed: the answer alone, one screen, or everything."""
    from simulator.report.terminal import console
    from simulator.report.terminal.terminal_screen import first_screen
    from simulator.report.terminal.width import terminal_width

    if how == "quiet":
        return f"{console.answer(numbers)}\n"
    width = terminal_width()
    told = first_screen(numbers, folder, width) if how == "screen" else console.everything(numbers, path, folder, width)
    return f"{told}\n"


def _open(folder: Path) -> None:
    """Open the report in the browser, or the folder where there is none."""
    report = folder / "report.html"
    click.launch(str(report if report.exists() else folder))


def _judged(conditions: list[Condition], numbers: Summary) -> int:
    """Say on stderr which conditions are true, and return the exit code; the results are written all the same."""
    true = [each for each in conditions if each.holds(numbers)]
    for each in true:
        click.echo(f"check failed: {each.words(numbers)}", err=True)
    return BEYOND if true else 0
