"""`simulate claims`: the ten claims of the argument about prices, each with a verdict from numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import ScenarioFile, overrides_option, workers_option
from simulator.cli.common.output import print_text
from simulator.cli.common.study import ChartFile, all_option, asked, draw_into, same_futures

if TYPE_CHECKING:
    from simulator.decisions.claims import Claims
    from simulator.report.studies.told import Told
    from simulator.scenario.schema import Scenario

EXAMPLES: Final = {"broad_cx": "broad", "narrow_actions": "narrow", "regulated_bank": "bank"}
"""The scenarios that are asked where none is named, and the templates that are the same files."""


@click.command()
@click.argument("scenarios", type=ScenarioFile(), nargs=-1, metavar="[SCENARIO]...")
@click.option(
    "--claim",
    "only",
    type=click.IntRange(1, 10),
    multiple=True,
    metavar="NUMBER",
    help="Only this claim, with all of its parts and their intervals; repeat it for several.",
)
@click.option("--trials", type=Whole(1), help="Futures to simulate, instead of each scenario's number.")
@overrides_option
@all_option
@click.option("--chart", type=ChartFile(), metavar="FILE", help="Draw claims and scenarios into FILE (.svg or .png).")
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON and nothing else.")
@workers_option
def claims(
    scenarios: tuple[Path, ...],
    only: tuple[int, ...],
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    chart: Path | None,
    as_json: bool,
    workers: int | None,
) -> None:
    """Test the ten claims of the public argument about prices on each SCENARIO, and say where the verdicts change.

    Without a SCENARIO the three examples are asked: a broad deployment, a narrow one and a regulated bank. Each claim
    is judged by numbers with thresholds that docs/claims.md states; none is taken as true.
    """
    from simulator.decisions.claims import Claims, claims_on, prepared
    from simulator.report.studies.claims import claims_told

    loaded = [prepared(asked(each, trials, overrides)) for each in scenarios or map(example, EXAMPLES)]
    found = Claims(tuple(claims_on(same_futures(each, workers)) for each in loaded))
    told = replace(claims_told(found, only), price_key=_price_key(found, loaded))
    _print(told, found, loaded, everything=everything or bool(only), as_json=as_json)
    if chart is not None:
        draw_into(chart, claims_told(found))


def example(name: str) -> Path:
    """Return the file of an example: that under scenarios/ of the working directory, or else the package's own."""
    from simulator.templates.shipped_templates import FOLDER

    here = Path("scenarios", f"{name}.toml")
    return here if here.is_file() else FOLDER / f"{EXAMPLES[name]}.toml"


def _price_key(found: Claims, scenarios: Sequence[Scenario]) -> str:
    """Return the key of the price per resolution that was looked at; empty of several scenarios, or without one."""
    from simulator.report.blocks.price_standing import price_key
    from simulator.scenario.stated.compiled_terms import compile_terms

    if len(scenarios) > 1:
        return ""
    named = {each.title: each.name for each in compile_terms(scenarios[0]).priced}
    title = found.scenarios[0].resolution
    return price_key(scenarios[0], named[title]) if title in named else ""


def _print(told: Told, found: Claims, scenarios: Sequence[Scenario], *, everything: bool, as_json: bool) -> None:
    from simulator.report.files.folder import to_json
    from simulator.report.studies.moves import next_line
    from simulator.report.studies.told import as_text_of
    from simulator.report.summary.plain import as_json as plain
    from simulator.report.summary.plain import safe
    from simulator.report.terminal.width import terminal_width

    if as_json:
        print_text(to_json({"question": told.question, "answer": told.answer, **plain(safe(found))}))
    else:
        text = as_text_of(scenarios, told, terminal_width(), next_line("claims"), short=not everything)
        print_text(f"{text}\n")
