"""`simulate clauses`: what each negotiable term of a contract is worth, alone and beside others."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.study import answer, asked, contract_asked, contract_option, same_futures, study_options


@click.command(context_settings={"show_default": True})
@study_options
@contract_option
def clauses(
    scenario: Path,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
    contract: str | None,
) -> None:
    """Say what each term of a contract in SCENARIO is worth: what to ask for first, and what not to give away.

    Every clause of the definition, every fee, minimum, cap, allowance and change over time is moved by itself on the
    same futures, and terms that a buyer would ask for are added. Each is told at P90, on average and in the tail, and
    as a share off the price; a changed definition also with the price that leaves the expected bill as it is. The best
    five are asked for together too.
    """
    loaded = asked(scenario, trials, overrides)
    name = contract_asked(contract, loaded)

    from simulator.report.studies.answers import clauses_study

    answer(clauses_study(same_futures(loaded, workers), name), loaded, chart, everything=everything, as_json=as_json)
