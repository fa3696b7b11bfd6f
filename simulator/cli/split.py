"""`simulate split`: which conversations to put under which contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from simulator.cli.common.number_types import Amount, Whole
from simulator.cli.common.options import Option
from simulator.cli.common.study import answer, asked, same_futures, study_options


@click.command(context_settings={"show_default": True})
@study_options
@click.option(
    "--contracts", cls=Option, type=Whole(1), default=2, metavar="N", help="Most contracts that the split may have."
)
@click.option(
    "--vendor-cost",
    cls=Option,
    type=Amount(),
    default=0.0,
    metavar="AMOUNT",
    help="What each contract beyond the first costs a year beside its bills, in the scenario's currency, as 60K.",
)
@click.option(
    "--by",
    cls=Option,
    type=click.Choice(("intent", "channel", "both")),
    default="intent",
    help="What conversations are split by.",
)
def split(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    contracts: int,
    vendor_cost: float,
    by: Literal["intent", "channel", "both"],
) -> None:
    """Find which conversations of SCENARIO to put under which of its contracts.

    Every split is ranked by the true bills of its parts, with fees, tiers and minimums. It is chosen on half of the
    futures and its gain is counted on the other half, because the best of many looks better than it is where it was
    chosen.
    """
    if vendor_cost < 0:
        raise click.BadParameter(f"a vendor costs 0 or more a year, not {vendor_cost:g}", param_hint="--vendor-cost")
    loaded = asked(scenario, trials, overrides)

    from simulator.decisions.split import counted_scenario, refuse_no_split
    from simulator.report.studies.answers import split_study_on

    refuse_no_split(loaded, by)
    counted = same_futures(counted_scenario(loaded, by), workers)
    made = split_study_on(counted, loaded, by, contracts, vendor_cost)
    answer(made, loaded, chart, everything=everything, as_json=as_json)
