"""`simulate commitment`: how much to commit under a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.cli.common.number_types import Base
from simulator.cli.common.options import Option
from simulator.cli.common.study import answer, asked, contract_asked, contract_option, same_futures, study_options


class Discount(Base):
    """A share off the price, written as 10% or 0.1."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share.

        Raises:
            click.BadParameter: for anything else than a share above 0 and below 1.
        """
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 < share < 1:
            self.fail(f"{text!r} is no discount above 0 and below 100 %; write for example 10% or 0.1", param, ctx)
        return share


@click.command(context_settings={"show_default": True})
@study_options
@contract_option
@click.option(
    "--discount",
    cls=Option,
    type=Discount(),
    metavar="SHARE",
    help="Discount that a commitment would buy, for a contract that has none, as 10%.  [default: 10%, assumed]",
)
def commitment(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    contract: str | None,
    discount: float | None,
) -> None:
    """Find how much to commit under a contract of SCENARIO: volume, amount or pack with the lowest expected bill.

    Every size is billed on the same futures. The answer has the cost curve, the regret when volume falls or rises, and
    what stopping early costs. Of a contract without a commitment it says what one would have to give.
    """
    loaded = asked(scenario, trials, overrides)
    named = contract_asked(contract, loaded)

    from simulator.report.studies.answers import commitment_study

    answer(
        commitment_study(same_futures(loaded, workers), named, discount),
        loaded,
        chart,
        everything=everything,
        as_json=as_json,
    )
