"""`simulate deal`: where a deal with a vendor lies."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.number_types import Amount, Percent
from simulator.cli.common.study import answer, asked, contract_asked, contract_option, same_futures, study_options


@click.command(context_settings={"show_default": True})
@study_options
@contract_option
@click.option(
    "--margin",
    type=Percent(),
    default="60%",
    help="Share of its invoice that the vendor keeps above the models' cost where the offer begins.",
)
@click.option(
    "--price", "at", type=Amount(above=0), multiple=True, help="Unit price to look at too; may be given several times."
)
def deal(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    contract: str | None,
    margin: float,
    at: tuple[float, ...],
) -> None:
    """Say where a deal on one contract of SCENARIO lies: what to offer, and when to walk away.

    It tells the prices that pay for the models and leave the vendor a margin, the prices at which other contracts,
    the budget and today tie, a counter-offer between with what each side gains, and who carries the spread.
    """
    loaded = asked(scenario, trials, overrides)
    name = contract_asked(contract, loaded)
    futures = same_futures(loaded, workers)

    from simulator.report.studies.answers import deal_study

    try:
        made = deal_study(futures, name, margin, at)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--price") from error
    answer(made, loaded, chart, everything=everything, as_json=as_json)
