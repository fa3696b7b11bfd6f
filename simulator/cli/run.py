"""`simulate run` (or `simulate SCENARIO`): futures, prices, table, files, and the sentence."""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.memory import memory_watched
from simulator.cli.numbers import Number, Whole
from simulator.cli.options import (
    Engine,
    Option,
    contracts_option,
    engine_option,
    overrides_option,
    scenario_argument,
    scheduler_option,
    workers_option,
)
from simulator.cli.output import PROGRAM, print_text, refuse_unwritable
from simulator.cli.work import priced, work

if TYPE_CHECKING:
    from simulator.cli.work import Work
    from simulator.engine.crew import Crew
    from simulator.engine.workers import Workers
    from simulator.report.conditions import Condition

FAILED = 3
"""Exit code if a `--fail-if` is true; the results are written."""
NO_REPORT = (
    "Write numbers only: no charts, page, brief and workbook, and of summary.json not clauses and anatomy, which are "
    "simulated for them. The futures and all other numbers are the same."
)
EPILOG = """\b
Exit codes: 0 results written; 1 unexpected, or too little memory; 2 wrong use or scenario;
3 a --fail-if is true, results written; 130 interrupted. With 1, 2 and 130 nothing is written.
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
@engine_option
@workers_option
@scheduler_option
@click.option("--json", "as_json", cls=Option, is_flag=True, help="Print summary.json on stdout and nothing else.")
@click.option("--no-report", cls=Option, is_flag=True, help=NO_REPORT)
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
    engine: Engine,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
    no_report: bool,
    quiet: bool,
    output: Path | None,
    opened: bool,
) -> int:
    """Simulate SCENARIO, price its contracts on the same futures, and say which one to sign."""
    from simulator.report.folder import refuse_taken, to_json
    from simulator.scenario import read_text

    short = {"trials": trials, "seed": seed, "months": months, "budget": budget}
    changes = [*overrides, *(f"{key}={value}" for key, value in short.items() if value is not None)]
    asked = work(read_text(scenario), scenario, changes, contracts, engine)
    gates = _conditions(asked, conditions)
    refuse_taken(output)
    refuse_unwritable(output or Path("outputs"))
    numbers, folder = _written(asked, workers, scheduler, output, report=not no_report)
    print_text(to_json(numbers) if as_json else _report(numbers, str(scenario), folder, quiet=quiet))
    if opened:
        _open(folder)
    return _judged(gates, numbers)


def _conditions(asked: Work, texts: tuple[str, ...]) -> list[Condition]:
    """Read the conditions before anything is simulated."""
    from simulator.report.conditions import condition

    scenario = asked.scenario
    given = scenario.budget
    budgets = 0 if given is None else max(len(given.by_fiscal_year), 1)
    return [condition(text, scenario.contracts, budgets=budgets) for text in texts]


def _written(
    asked: Work, workers: int | None, scheduler: str | None, output: Path | None, *, report: bool
) -> tuple[dict[str, Any], Path]:
    """Simulate, write the results, and return the numbers and the folder; charts are drawn on this machine."""
    from simulator.engine.crew import crew_of
    from simulator.engine.workers import Workers

    count = workers or os.cpu_count() or 1
    with crew_of(scheduler, count) as crew, ExitStack() as also, memory_watched(asked.scenario, crew):
        drawing = crew if isinstance(crew, Workers) else also.enter_context(Workers(count))
        crew.prepare("simulator.engine.run")
        return _written_by(crew, drawing, asked, output, report=report)


def _written_by(
    crew: Crew, drawing: Workers, asked: Work, output: Path | None, *, report: bool
) -> tuple[dict[str, Any], Path]:
    from simulator.report.bundle import write_bundle

    prices, numbers = priced(asked, crew, report=report, again=True, drawing=drawing)
    folder = write_bundle(
        prices,
        numbers,
        source_text=asked.text,
        scenario_path=asked.path,
        command=shlex.join([PROGRAM, *sys.argv[1:]]),
        overrides=asked.changes,
        contracts=asked.contracts,
        out=output,
        today=datetime.date.today(),
        report=report,
        workers=drawing,
    )
    return numbers, folder


def _report(numbers: dict[str, Any], path: str, folder: Path, *, quiet: bool) -> str:
    from simulator.report import console

    answer = f"{console.answer(numbers)}\n"
    if quiet:
        return answer
    return "\n\n".join([console.heading(numbers, path), console.table(numbers), console.written(folder), answer])


def _open(folder: Path) -> None:
    """Open the report in the browser, or the folder where there is none."""
    report = folder / "report.html"
    click.launch(str(report if report.exists() else folder))


def _judged(conditions: list[Condition], numbers: dict[str, Any]) -> int:
    """Say on stderr which conditions are true, and return the exit code."""
    true = [each for each in conditions if each.holds(numbers)]
    for each in true:
        click.echo(f"check failed: {each.words(numbers)}", err=True)
    return FAILED if true else 0
