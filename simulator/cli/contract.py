"""`simulate contract`: the three questions of every contract, in writing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import Engine, engine_option
from simulator.cli.common.output import print_text
from simulator.report.terminal.progress import progress_bar


@click.command("contract", context_settings={"show_default": True})
@click.argument("scenario", type=click.Path(path_type=Path))
@click.argument("name", required=False, metavar="[CONTRACT]")
@click.option("--trials", type=Whole(1), default=1_000, help="Futures for costs and margins.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one value of the scenario.")
@engine_option
@click.option("--blank", is_flag=True, help="Print only the sheet for a vendor to fill in.")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
@click.option("--workers", type=Whole(1, 256), help="Processes.  [default: cores]")
def contract(
    scenario: Path,
    name: str | None,
    trials: int,
    overrides: tuple[str, ...],
    engine: Engine,
    blank: bool,
    as_json: bool,
    workers: int | None,
) -> None:
    """Answer the three questions for the contracts of SCENARIO, or for one of them, as Markdown.

    Who defines and audits the unit, what edge cases bill (worked cases, and the same sheet blank for the vendor), and
    what the unit costs underneath. Then which clauses bind (minimums, caps, allowances, tiers, commitments, limits): in
    how many months and futures each is reached, and what it adds to the invoice.
    """
    from simulator.contracts.wording import unknown
    from simulator.engine.refusals import refusals
    from simulator.scenario import load_scenario

    loaded = load_scenario(scenario, [*overrides, f"trials={trials}"], [lambda of: refusals(of, engine)])
    if name is not None and name not in loaded.contracts:
        raise click.UsageError(unknown("contract", name, loaded.contracts))

    from simulator.engine.run import Run, simulate_all
    from simulator.forecast.forecast import forecast
    from simulator.report.files.folder import to_json
    from simulator.report.questions import questions
    from simulator.report.questions_text import answers, blank_sheet, document

    count = workers or os.cpu_count() or 1
    with memory_watched(loaded, count), progress_bar(scenario.stem, trials) as progress:
        (results,) = simulate_all([Run(loaded, engine)], workers=count, progress=progress)
    blocks = [block for block in questions(forecast(results)) if name in (None, block.name)]
    if as_json:
        print_text(to_json({"contracts": blocks}))
    elif blank:
        print_text(blank_sheet(blocks[0].cases, loaded.currency) + "\n")
    elif name is not None:
        print_text(answers(blocks[0], loaded.currency) + "\n")
    else:
        print_text(document(loaded.title, blocks, loaded.currency))
