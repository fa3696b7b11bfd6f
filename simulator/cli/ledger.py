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
@click.option("--months", type=Whole(1), default=1, help="How many months to write, from the scenario's first.")
@click.option("--trials", type=Whole(1, 10_000_000), default=1, help="How many futures to write, from the first.")
@click.option("--seed", type=Whole(0), help="Seed instead of the scenario's.")
@overrides_option
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def ledger(
    scenario: Path, output: Path, months: int, trials: int, seed: int | None, overrides: tuple[str, ...], force: bool
) -> None:
    """Write every conversation of SCENARIO as a row of a file: ids, timestamps, outcome, tokens, minutes.

    Conversations are drawn one by one in the futures of a run, with the same uncertain inputs and the same months.
    `simulate run --engine ledger` bills these very conversations. By default a run draws how many of each kind there
    are instead, by the same law, so that its counts agree with these rows on average and not one by one.
    """
    from simulator.engine.export import ledger as tables
    from simulator.report.files.tables import write_table
    from simulator.scenario import load_scenario

    chosen = [*overrides, *([] if seed is None else [f"seed={seed}"])]
    loaded = load_scenario(scenario, chosen)
    if months > loaded.months:
        raise click.BadParameter(f"the scenario has {loaded.months} months, not {months}", param_hint="--months")
    with memory_watched(loaded.model_copy(update={"trials": 1}), 1):  # futures are written one after another
        count = write_table(tables(loaded, trials=trials, months=months), output, replace=force)
    click.echo(f"{count:,} conversations written to {output}")
