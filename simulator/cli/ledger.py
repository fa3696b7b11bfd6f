"""`simulate ledger`: a synthetic ledger of conversations."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import overrides_option, scenario_argument


@click.command(context_settings={"show_default": True})
@scenario_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write: .parquet or .csv.")
@click.option("--months", type=Whole(1), default=1, help="Months, from the scenario's first.")
@click.option("--trials", type=Whole(1, 10_000_000), default=1, help="Futures, from the first.")
@click.option("--seed", type=Whole(0), help="Seed instead of the scenario's.")
@overrides_option
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def ledger(
    scenario: Path, output: Path, months: int, trials: int, seed: int | None, overrides: tuple[str, ...], force: bool
) -> None:
    """Write the record of every conversation of SCENARIO: ids, timestamps, outcome, tokens, minutes.

    One row each, drawn one by one in the futures of a run: the same numbers that are not known today, and the same
    months. `simulate run --engine ledger` bills these very conversations. A run by default draws how many of each kind
    there are instead, by the same law, so that its counts agree with these rows on average and not one by one.
    """
    from simulator.engine.draws.export import ledger as tables
    from simulator.report.files.tables import write_table
    from simulator.scenario import load_scenario

    chosen = [*overrides, *([] if seed is None else [f"seed={seed}"])]
    loaded = load_scenario(scenario, chosen)
    if months > loaded.months:
        raise click.BadParameter(f"the scenario has {loaded.months} months, not {months}", param_hint="--months")
    with memory_watched(loaded.model_copy(update={"trials": 1}), 1):  # futures are written one after another
        count = write_table(tables(loaded, trials=trials, months=months), output, replace=force)
    click.echo(f"{count:,} conversations written to {output}")
