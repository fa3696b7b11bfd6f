"""`simulate quick`: two numbers in, all contracts side by side out, on the assumptions of an example."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from simulator.cli.common.number_types import Number, Whole
from simulator.cli.common.options import template_names, workers_option
from simulator.cli.common.output import print_text
from simulator.cli.common.work import priced_of, simulated, work

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

TRIALS: Final = 2_000
"""Futures of a quick look: P90 is known to about 1 % then."""


@click.command("quick", context_settings={"show_default": True})
@click.option(
    "--cases", type=Number(above=0, counts=True), required=True, help="Problems that customers have in a month."
)
@click.option(
    "--current-cost",
    type=Number(above=0),
    required=True,
    help="What a conversation handled by people costs today, all in.",
)
@click.option("--template", default="broad", help="Example whose assumptions hold.", shell_complete=template_names)
@click.option("--trials", type=Whole(1, 10_000_000), default=TRIALS, help="Futures to simulate.")
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON and nothing else.")
def quick(cases: float, current_cost: float, template: str, trials: int, workers: int | None, as_json: bool) -> None:
    """Compare all contracts of an example for your volume and today's cost: two numbers in, a table out.

    Everything else is assumed, and said in a line each; `simulate new` makes it yours. Nothing is written.

    \b
      simulate quick --cases 60000 --current-cost 1.20
    """
    from simulator.report.files.folder import to_json
    from simulator.templates.new_scenario import Known, filled

    asked = work(filled(template, Known(per_month=cases)), Path(template), [f"trials={trials}"])
    if asked.scenario.today is None:
        raise click.BadParameter(f"the template '{template}' has no row for today", param_hint="--template")
    found = simulated(asked, workers)
    minutes = _minutes_today(found)
    per_hour = float(f"{60 * current_cost / minutes:.3g}")
    paid = work(asked.text, asked.path, [*asked.changes, f"people.cost_per_hour={per_hour!r}"]).scenario
    _, numbers = priced_of(replace(found, scenario=paid))
    if as_json:
        print_text(to_json({**numbers, "assumed": _assumed(paid, numbers, minutes)}))
        return
    print_text(_report(numbers, paid, minutes, template, cases, current_cost))


def _minutes_today(results: Results) -> float:
    """Return the mean minutes of people on one of today's conversations."""
    today = results.scenario.today
    assert today is not None  # refused before
    contacts = float(results.meters["cases"].sum()) * today.contacts_per_case.center
    return float(results.meters["today_minutes"].sum()) / contacts


def _report(
    numbers: dict[str, Any], scenario: Scenario, minutes: float, template: str, cases: float, current_cost: float
) -> str:
    from simulator.report.terminal import console
    from simulator.report.words.figures import rate

    now = rate(current_cost, scenario.currency)
    head = (
        f"A quick look: {cases:,.10g} cases a month, {now} a conversation today; all else from the example '{template}'"
    )
    rows = _assumed(scenario, numbers, minutes)
    width = max(map(len, rows))
    assumed = [f"  {name:<{width}}  {text}" for name, text in rows.items()]
    again = f"simulate new my.toml --template {template} --cases {cases:.10g} --current-cost {current_cost:.10g}"
    blocks = [
        head, console.table(numbers), "\n".join(["Assumed:", *assumed]), f"To make it yours:\n  {again}",
        f"{console.answer(numbers)}\n",
    ]  # fmt: skip
    return "\n\n".join(blocks)


def _assumed(scenario: Scenario, numbers: dict[str, Any], minutes: float) -> dict[str, str]:
    """Return the assumptions that matter most, in a line each, from the scenario that was simulated."""
    from simulator.implied.implied_figures import implied
    from simulator.report.words.figures import percents, rate, short_rate

    figures = implied(scenario)
    handed, solved, back = percents([figures.escalated, figures.solved, figures.returns])
    people = rate(scenario.people.cost_per_hour.center, scenario.currency)
    tokens = short_rate(float(f"{figures.model_cost:.2g}"), scenario.currency)
    return {
        "volume": f"{figures.conversations_per_case:.2f} conversations a case, as customers come back",
        "the AI": f"solves {solved} of conversations, hands {handed} to people; {back} of customers come back",
        "people": f"{people} an hour, at which {minutes:.1f} minutes on a conversation cost what it costs today",
        "tokens": f"about {tokens} of model cost a conversation, which the vendor pays unless tokens are billed",
        "prices": "inventions until a vendor quotes them; fees, minimums and tiers scaled to your volume",
        "spread": f"{sum(1 for _ in numbers['unknowns'])} numbers not known today, and months that differ",
    }
