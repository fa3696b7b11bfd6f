"""`simulate run` (or `simulate SCENARIO`): futures, prices, table, files, and the sentence."""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.errors import OutputError

if TYPE_CHECKING:
    from simulator.engine.run import Progress

PROGRAM = "simulate"


@click.command(context_settings={"show_default": True})
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--trials", type=click.IntRange(1), help="Futures to simulate, instead of the scenario's.")
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the scenario's.")
@click.option("--months", type=click.IntRange(1), help="Months of the horizon, instead of the scenario's.")
@click.option("--budget", type=float, help="Budget for the horizon's invoice, instead of the scenario's.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one value of the scenario.")
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes; the results do not depend on it.  [default: cores]"
)
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout and nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Print only the answer.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the results.  [default: outputs/NAME/DATE-HASH]"
)
def run(
    scenario: Path,
    trials: int | None,
    seed: int | None,
    months: int | None,
    budget: float | None,
    overrides: tuple[str, ...],
    workers: int | None,
    as_json: bool,
    quiet: bool,
    output: Path | None,
) -> None:
    """Simulate SCENARIO, price all its contracts on the same futures, and say which one to sign."""
    from simulator.scenario import parse_scenario, read_text

    short = {"trials": trials, "seed": seed, "months": months, "budget": budget}
    changes = [*overrides, *(f"{key}={value}" for key, value in short.items() if value is not None)]
    text = read_text(scenario)
    loaded = parse_scenario(text, str(scenario), changes)

    from simulator.engine.run import simulate
    from simulator.forecast import forecast
    from simulator.report.bundle import refuse_taken, to_json, write_bundle
    from simulator.report.summary import summary

    refuse_taken(output)
    _refuse_unwritable(output or Path("outputs"))
    with _progress(scenario.stem, loaded.trials) as progress:
        results = simulate(loaded, workers=workers or os.cpu_count() or 1, progress=progress)
    prices = forecast(results)
    numbers = summary(prices)
    folder = write_bundle(
        prices,
        numbers,
        source_text=text,
        scenario_path=scenario,
        command=shlex.join([PROGRAM, *sys.argv[1:]]),
        overrides=changes,
        out=output,
        today=datetime.date.today(),
    )
    if as_json:
        _print(to_json(numbers))
    else:
        _print(_report(numbers, str(scenario), folder, quiet=quiet))


def _report(numbers: dict[str, object], path: str, folder: Path, *, quiet: bool) -> str:
    from simulator.report import console

    answer = f"{console.answer(numbers)}\n"
    if quiet:
        return answer
    return "\n\n".join([console.heading(numbers, path), console.table(numbers), console.written(folder), answer])


def _print(text: str) -> None:
    """Write a text to stdout; what its encoding cannot show is written as an escape, as in \\u20ac."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False)


def _refuse_unwritable(folder: Path) -> None:
    """Say before a long simulation, not after it, that its results could not be written.

    Raises:
        OutputError: if the nearest folder that exists is none, or may not be written to.
    """
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise OutputError(
            f"cannot write the results to {folder}: {there} is not a folder; choose another place with -o"
        )
    if not os.access(there, os.W_OK):
        raise OutputError(f"cannot write the results to {folder}: {there} is read-only; choose another place with -o")


@contextmanager
def _progress(name: str, trials: int) -> Iterator[Progress | None]:
    """Show a bar on stderr while futures are simulated, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from simulator.report.terminal import printable

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("futures"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(name), total=trials)
        yield lambda done, total: bar.update(task, completed=done, total=total)
