"""`simulate run` (or `simulate SCENARIO`): futures, prices, table, files, and the sentence."""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from pathlib import Path
from typing import Literal

import click

from simulator.cli.output import PROGRAM, print_text, progress_bar, refuse_unwritable


@click.command(context_settings={"show_default": True})
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--trials", type=click.IntRange(1), help="Futures to simulate, instead of the scenario's.")
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the scenario's.")
@click.option("--months", type=click.IntRange(1), help="Months of the horizon, instead of the scenario's.")
@click.option("--budget", type=float, help="Budget for the horizon's invoice, instead of the scenario's.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one value of the scenario.")
@click.option(
    "--engine",
    type=click.Choice(["atlas", "ledger"]),
    default="atlas",
    help="Counts of kinds of conversation, or conversation by conversation: slow, and exact for any definition.",
)
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes; the results do not depend on it.  [default: cores]"
)
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout and nothing else.")
@click.option("--no-report", is_flag=True, help="Write numbers only: no charts, no report.")
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
    engine: Literal["atlas", "ledger"],
    workers: int | None,
    as_json: bool,
    no_report: bool,
    quiet: bool,
    output: Path | None,
) -> None:
    """Simulate SCENARIO, price all its contracts on the same futures, and say which one to sign."""
    from simulator.scenario import parse_scenario, read_text

    short = {"trials": trials, "seed": seed, "months": months, "budget": budget}
    changes = [*overrides, *(f"{key}={value}" for key, value in short.items() if value is not None)]
    text = read_text(scenario)
    loaded = parse_scenario(text, str(scenario), changes)

    from simulator.decisions.clauses import clause_study
    from simulator.engine.run import Run, simulate_all
    from simulator.forecast import forecast
    from simulator.report.bundle import write_bundle
    from simulator.report.folder import refuse_taken, to_json
    from simulator.report.study_numbers import Studies, make_studies
    from simulator.report.summary import summary
    from simulator.variance import variance_runs, variance_split

    refuse_taken(output)
    refuse_unwritable(output or Path("outputs"))
    study = clause_study(loaded) if engine == "atlas" and not no_report else None
    runs = [Run(loaded, engine), *(variance_runs(loaded) if engine == "atlas" else [])]
    runs += [] if study is None else [Run(study.scenario)]
    with progress_bar(scenario.stem, sum(each.scenario.trials for each in runs)) as progress:
        results, *others = simulate_all(runs, workers=workers or os.cpu_count() or 1, progress=progress)
    studied = None if study is None else others.pop()
    split = variance_split(results, others) if others else None
    prices = forecast(results)
    studies = Studies() if no_report else make_studies(results, study, studied)
    numbers = summary(prices, split, studies)
    folder = write_bundle(
        prices,
        numbers,
        source_text=text,
        scenario_path=scenario,
        command=shlex.join([PROGRAM, *sys.argv[1:]]),
        overrides=changes,
        out=output,
        today=datetime.date.today(),
        report=not no_report,
    )
    if as_json:
        print_text(to_json(numbers))
    else:
        print_text(_report(numbers, str(scenario), folder, quiet=quiet))


def _report(numbers: dict[str, object], path: str, folder: Path, *, quiet: bool) -> str:
    from simulator.report import console

    answer = f"{console.answer(numbers)}\n"
    if quiet:
        return answer
    return "\n\n".join([console.heading(numbers, path), console.table(numbers), console.written(folder), answer])
