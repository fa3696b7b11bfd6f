"""`simulate sensitivity`: which assumptions a contract's cost hangs on, and what breaks it."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.study import answer, asked, contract_asked, contract_option, same_futures, study_options


@click.command(context_settings={"show_default": True})
@study_options
@contract_option
def sensitivity(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    contract: str | None,
) -> None:
    """Show which assumptions the cost of a contract of SCENARIO hangs on, and what breaks its budget.

    Three tables, all of them with --all: what each assumption does to P90 and which share of the spread it carries, by
    itself and together with others; stress tests, each a changed scenario on the same futures; and how far assumptions
    must move until the budget holds in fewer than nine of ten futures or another contract is cheaper.
    """
    loaded = asked(scenario, trials, overrides)
    name = contract_asked(contract, loaded)

    from simulator.report.studies.answers import sensitivity_study

    answer(
        sensitivity_study(same_futures(loaded, workers), name), loaded, chart, everything=everything, as_json=as_json
    )
