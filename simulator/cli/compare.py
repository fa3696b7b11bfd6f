"""`simulate compare`: what changed between two scenarios, and what it costs on the same futures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import (
    Engine,
    ScenarioFile,
    contracts_option,
    engine_option,
    overrides_option,
    workers_option,
)
from simulator.cli.common.output import print_text
from simulator.cli.common.work import Work, priced_of, simulated, work

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast

EPILOG = """\b
  simulate compare last_year.toml this_year.toml
  simulate compare my.toml --set contracts.resolution.price=0.79
  simulate compare old.toml new.toml --markdown > comment.md
"""


@click.command("compare", epilog=EPILOG)
@click.argument("before", type=ScenarioFile())
@click.argument("after", type=ScenarioFile(), required=False)
@click.option("--trials", type=Whole(1), help="Futures to simulate, instead of those of BEFORE.")
@overrides_option
@contracts_option
@engine_option
@workers_option
@click.option("--markdown", is_flag=True, help="Print Markdown, as for a pull request; nothing where nothing changed.")
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON and nothing else.")
def compare(
    before: Path,
    after: Path | None,
    trials: int | None,
    overrides: tuple[str, ...],
    contracts: tuple[str, ...],
    engine: Engine,
    workers: int | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Compare two scenarios: what differs in the input, and what it costs, both on the same futures.

    With one scenario, it is compared with itself after the changes of --set. With two, the changes of --set apply to
    AFTER. Nothing is written.
    """
    from simulator.report import comparison
    from simulator.report.files.folder import to_json
    from simulator.scenario import read_text
    from simulator.scenario.explained.changed_settings import changes

    if markdown and as_json:
        raise click.UsageError("give --markdown or --json, not both")
    if after is None and not overrides:
        raise click.UsageError("give a second scenario, or what to change: --set contracts.NAME.price=0.79")
    first = work(read_text(before), before, [] if trials is None else [f"trials={trials}"], contracts, engine)
    other = after or before
    second = _on_the_same_futures(work(read_text(other), other, overrides, contracts, engine), first)
    first, second = _with_the_larger_sample(first, second)
    found = changes(first.scenario, second.scenario)
    if markdown and not found:
        return
    names = (str(before), str(after) if after else f"{before} with {', '.join(overrides)}")
    block = comparison.comparison(*_both(first, second, workers), found, names)
    if as_json:
        print_text(to_json(block))
    else:
        print_text(comparison.markdown(block) if markdown else comparison.text(block))


def _on_the_same_futures(second: Work, first: Work) -> Work:
    """Give the second scenario the seed and the number of futures of the first."""
    same = {"seed": first.scenario.seed, "trials": first.scenario.trials}
    return replace(second, scenario=second.scenario.model_copy(update=same))


def _with_the_larger_sample(first: Work, second: Work) -> tuple[Work, Work]:
    """Let both draw as many cases of a month, so that what only one of them needs is no difference between them."""
    from simulator.engine.sampling.sampled import sample_of

    if first.engine != "sampled":
        return first, second
    larger = max(sample_of(first.scenario), sample_of(second.scenario))
    return replace(first, sample=larger), replace(second, sample=larger)


def _both(first: Work, second: Work, workers: int | None) -> tuple[Forecast, Forecast]:
    """Price both; what only contracts and definitions change is counted on the futures of the first."""
    from simulator.engine.repricing import KeptFutures, recounted, same_law

    before = simulated(first, workers)
    results = None
    if first.engine == "sampled" and same_law(first.scenario, second.scenario):
        results = recounted(before, second.scenario, KeptFutures(before))
    after = simulated(second, workers) if results is None else results
    return priced_of(before)[0], priced_of(after)[0]
