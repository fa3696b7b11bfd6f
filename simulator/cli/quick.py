"""`simulate quick`: a few numbers in, all contracts side by side out, on the assumptions of an example."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from simulator.cli.common.known_options import VOLUMES, known, known_options
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import template_names, workers_option
from simulator.cli.common.output import print_text
from simulator.cli.common.suggestions import command_line
from simulator.cli.common.work import priced_of, simulated, work

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.report.summary.summary import Summary
    from simulator.scenario.schema import Scenario
    from simulator.templates.new_scenario import Known

TRIALS: Final = 2_000
"""Futures of a quick look: P90 is known to about 1 % then."""


@click.command("quick", context_settings={"show_default": True})
@known_options
@click.option("--template", default="broad", help="Example whose assumptions hold.", shell_complete=template_names)
@click.option("--trials", type=Whole(1, 10_000_000), default=TRIALS, help="Futures to simulate.")
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON and nothing else.")
def quick(template: str, trials: int, workers: int | None, as_json: bool, **given: Any) -> None:
    """Compare all contracts of an example for your volume, with what service costs you today: a table and an answer.

    Give a volume (--cases, --conversations or --tickets), and what today costs: --current-cost if people work alone,
    --current-price if an AI vendor works for you, or both. Everything else is assumed, and said in a line each;
    `simulate new` makes it yours. Nothing is written.

    \b
      simulate quick --cases 60000 --current-cost 1.20
      simulate quick --tickets 60000 --current-price per_resolution=0.99 --price per_conversation=0.45
    """
    from simulator.report.files.folder import to_json
    from simulator.report.summary.plain import as_json as plain
    from simulator.templates.new_scenario import filled

    _refuse_too_little(given)
    numbers = known(template, given)
    asked = work(filled(template, numbers), Path(template), [f"trials={trials}"])
    found = simulated(asked, workers)
    minutes = _minutes_today(found)
    paid = asked.scenario
    if numbers.current_cost is not None and minutes is not None:
        per_hour = float(f"{60 * numbers.current_cost / minutes:.3g}")
        paid = work(asked.text, asked.path, [*asked.changes, f"people.cost_per_hour={per_hour!r}"]).scenario
    _, block = priced_of(replace(found, scenario=paid))
    if as_json:
        print_text(to_json({**plain(block), "assumed": _assumed(paid, block, numbers, minutes)}))
        return
    print_text(_report(block, paid, minutes, template, numbers, given))


def _refuse_too_little(given: Mapping[str, Any]) -> None:
    """Raise click.UsageError where the volume is missing, or what today costs."""
    example = "simulate quick --cases 60000 --current-cost 1.20"
    if all(given[unit] is None for unit in VOLUMES):
        raise click.UsageError(f"say how many come in a month: --cases, --conversations or --tickets, as in: {example}")
    if given["current_cost"] is None and given["current_price"] is None:
        raise click.UsageError(
            "say what today costs: --current-cost, what a conversation handled by people costs, or --current-price, "
            f"what your AI vendor charges, as in: {example}"
        )


def _minutes_today(results: Results) -> float | None:
    """Return the mean minutes of people on one of today's conversations; None where people take none."""
    today = results.scenario.today
    assert today is not None  # what today costs is given
    contacts = float(results.meters["cases"].sum()) * today.contacts_per_case.center
    return float(results.meters["today_minutes"].sum()) / contacts or None


def _report(
    block: Summary,
    scenario: Scenario,
    minutes: float | None,
    template: str,
    numbers: Known,
    given: Mapping[str, Any],
) -> str:
    from simulator.report.terminal.terminal_screen import quick_screen
    from simulator.report.terminal.width import terminal_width
    from simulator.report.words.against_today import against_today
    from simulator.report.words.terminal_text import in_lines

    rows = _assumed(scenario, block, numbers, minutes)
    width = max(map(len, rows))
    assumed = [line for name, text in rows.items() for line in _row(name, text, width)]
    told = ["Assumed:", *assumed, "", "To make it yours:", f"  {_again(template, given)}"]
    columns = terminal_width()
    if today := against_today(block):
        told += ["", *in_lines(today, columns, indent=0)]
    return f"{_head(scenario, template, numbers)}\n\n{quick_screen(block, told, columns)}\n"


def _row(name: str, text: str, width: int) -> list[str]:
    """Return an assumption in lines of the terminal, its name before the first."""
    from simulator.report.words.terminal_text import INDENT, WIDTH

    left = " " * INDENT
    lines = textwrap.wrap(text, WIDTH - 2 * INDENT - width, break_on_hyphens=False)
    return [f"{left}{name if not place else '':<{width}}{left}{line}" for place, line in enumerate(lines)]


def _head(scenario: Scenario, template: str, numbers: Known) -> str:
    from simulator.report.words.figures import rate

    assert numbers.per_month is not None  # refused before
    parts = [f"{numbers.per_month:,.10g} {numbers.unit} a month"]
    if numbers.current_cost is not None:
        parts.append(f"{rate(numbers.current_cost, scenario.currency)} a conversation of people")
    return f"A quick look: {', '.join(parts)}; all else from the example '{template}'"


def _again(template: str, given: Mapping[str, Any]) -> str:
    """Return the command that writes a scenario of the same numbers."""
    words = ["new", "my.toml", "--template", template]
    names = {"prices": "price", "commitments": "commitment"}
    for key, value in given.items():
        option = f"--{names.get(key, key).replace('_', '-')}"
        for each in value if isinstance(value, tuple) else (value,):
            if each is not None:
                words += [option, f"{each:.10g}" if isinstance(each, float) else each]
    return command_line(*words)


def _assumed(scenario: Scenario, block: Summary, numbers: Known, minutes: float | None) -> dict[str, str]:
    """Return the assumptions that matter most, in a line each, from the scenario that was simulated."""
    from simulator.implied.implied_figures import implied
    from simulator.report.words.figures import percents, rate, short_rate

    figures = implied(scenario)
    handed, solved, back = percents([figures.escalated, figures.solved, figures.returns])
    hour = f"{rate(scenario.people.cost_per_hour.center, scenario.currency)} an hour"
    if numbers.current_cost is None or minutes is None:
        people = f"{hour}, as in the example: give --current-cost for yours"
    else:
        people = f"{hour}, because {minutes:.1f} minutes on a conversation then cost what it costs today"
    tokens = short_rate(float(f"{figures.model_cost:.2g}"), scenario.currency)
    offers = {*numbers.offers.prices, *numbers.offers.tiers}
    quoted = f"{len(offers)} as you gave them; " if offers else ""
    return {
        "volume": f"{figures.conversations_per_case:.2f} conversations a case, because customers come back",
        "the AI": f"solves {solved} of conversations and hands {handed} to people; {back} of customers come back",
        "people": people,
        "tokens": f"about {tokens} of model cost a conversation, which the vendor pays unless tokens are billed",
        "prices": f"{quoted}the others are inventions until a vendor quotes them; fees, minimums and tiers are scaled "
        "to your volume",
        "ranges": f"{len(block.unknowns)} numbers are uncertain; their ranges are typical of other deployments and "
        "not yours",
    }
