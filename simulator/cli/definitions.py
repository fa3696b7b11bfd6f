"""`simulate definitions`: what counts as a resolution under each definition, and who can count it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import ScenarioFile, overrides_option, workers_option
from simulator.cli.common.output import print_text
from simulator.cli.common.study import (
    ChartFile,
    all_option,
    answer,
    asked,
    contract_asked,
    contract_option,
    same_futures,
)

if TYPE_CHECKING:
    from simulator.decisions.definition_spread import DefinitionSpread
    from simulator.decisions.same_futures import SameFutures
    from simulator.definitions import Definition
    from simulator.report.studies.made import MadeStudy
    from simulator.scenario.schema import Scenario

WIDTH = 100


@click.command("definitions")
@click.argument("scenario", type=ScenarioFile(), required=False)
@click.option("--in", "of", type=ScenarioFile(), metavar="SCENARIO", help="List the definitions of this scenario too.")
@click.option(
    "--compare",
    is_flag=True,
    help="Show instead what a contract of SCENARIO bills by each definition: of the scenario, of vendors, and of every "
    "way to write its clauses.",
)
@contract_option
@click.option("--trials", type=Whole(1), help="Futures to compare definitions on.  [default: 1024 at most]")
@overrides_option
@all_option
@click.option("--chart", type=ChartFile(), metavar="FILE", help="Draw the comparison into FILE (.svg or .png).")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with the SQL, and nothing else.")
@workers_option
def definitions(
    scenario: Path | None,
    of: Path | None,
    compare: bool,
    contract: str | None,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
) -> None:
    """List the definitions of a resolution: in words, and whether you can recount them in your own data.

    With SCENARIO those of the scenario too. With --compare, the bill of one of its contracts by every definition.
    """
    path = scenario or of
    if compare:
        if path is None:
            raise click.UsageError("--compare needs a SCENARIO: simulate definitions my.toml --compare")
        loaded = asked(path, trials, overrides)
        name = contract_asked(contract, loaded)
        futures = same_futures(loaded if trials else _fewer(loaded), workers)
        answer(_compared(futures, name), futures.scenario, chart, everything=everything, as_json=as_json)
        return
    given = {"--contract": contract, "--set": overrides, "--all": everything, "--chart": chart}
    wrong = next((option for option, value in given.items() if value), None)
    if wrong is not None:
        raise click.UsageError(f"{wrong} belongs to --compare: simulate definitions my.toml --compare {wrong} ...")
    found = definitions_of(path)
    if as_json:
        print_text(json.dumps([_as_data(each) for each in found.values()], indent=2, ensure_ascii=False) + "\n")
        return
    texts = [_text(each) for each in found.values()]
    print_text("\n\n".join([*texts, "`simulate sql NAME` prints the SQL that counts one of them."]) + "\n")


def _fewer(loaded: Scenario) -> Scenario:
    """Return a scenario with as many futures as definitions are compared on."""
    from simulator.decisions.definition_spread import FUTURES

    return loaded.model_copy(update={"trials": min(loaded.trials, FUTURES)})


def _compared(futures: SameFutures, contract: str | None) -> MadeStudy[DefinitionSpread]:
    """Return what a contract bills by every definition, in words and in numbers.

    Raises:
        click.UsageError: for a contract whose definition cannot be varied.
    """
    from simulator.report.studies.answers import definitions_study

    try:
        return definitions_study(futures, contract)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def definitions_of(scenario: Path | None) -> Mapping[str, Definition]:
    """Return the definitions that ship with the product, and those of a scenario.

    Raises:
        ScenarioError: if the scenario is not right.
    """
    from simulator.definitions import resolve_definitions

    if scenario is None:
        return resolve_definitions({})
    from simulator.templates.contract_files import load_contracts

    return resolve_definitions(load_contracts(scenario).definitions)


def _text(definition: Definition) -> str:
    from simulator.report.words.terminal_text import printable

    lines = [f"{definition.name}   {definition.title}" if definition.title else definition.name]
    for words in (definition.words, f"Who can count it: {definition.verifiability.sentence}."):
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(map(printable, lines))


def _as_data(definition: Definition) -> dict[str, object]:
    return {
        "name": definition.name,
        "title": definition.title,
        "words": definition.words,
        "countable_by_buyer": definition.verifiability.countable_by_buyer,
        "count_note": definition.verifiability.sentence,
        "columns": list(definition.columns),
        "sql": definition.unit_sql,
    }
