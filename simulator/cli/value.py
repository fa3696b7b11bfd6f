"""`simulate value`: what it is worth to know before signing."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.number_types import Number, Whole
from simulator.cli.common.study import answer, asked, same_futures, study_options


@click.command(context_settings={"show_default": True})
@study_options
@click.option(
    "--read",
    "conversations",
    type=Whole(1, 20_000),
    multiple=True,
    default=(50, 200, 1_000),
    help="Conversations of a reference customer that are read; may be given several times.",
)
@click.option(
    "--minutes",
    type=Number(above=0),
    default=3.0,
    help="Minutes to read a conversation and to say how it ended.",
)
def value(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    conversations: tuple[int, ...],
    minutes: float,
) -> None:
    """Say what is worth finding out before a contract of SCENARIO is signed.

    For everything, for each assumption and for all that can be counted, it tells what knowing it would save, because
    another contract would then be signed. Beside it stand what reading some conversations and a pilot tell and cost.
    """
    from simulator.report.studies.answers import value_study

    loaded = asked(scenario, trials, overrides)
    made = value_study(same_futures(loaded, workers), conversations, minutes)
    answer(made, loaded, chart, everything=everything, as_json=as_json)
