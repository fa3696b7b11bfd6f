"""What `simulate check` says of a scenario that is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.contracts.wording import number
from simulator.implied.calibration import Finding, Unit, findings
from simulator.implied.currency_remarks import converted_prices, dollar_defaults
from simulator.implied.implied_figures import Implied, implied
from simulator.implied.normalisation import weight_shares
from simulator.implied.unbilled import without_input
from simulator.quantities.distributions import LogNormal, Quantity
from simulator.scenario.explained import reference
from simulator.scenario.key_paths import dotted
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.model_prices import fees_of_tools, model_rates
from simulator.scenario.stated.months import months_of
from simulator.scenario.stated.sources import quantities

FAR: Final = 0.2
"""Distance of the mean of a range from its middle, as a share of that, from which `check` says so."""


def overview(scenario: Scenario, path: str) -> str:
    """Return the scenario in a few lines: contracts, volume, implied figures beside published ranges."""
    figures = implied(scenario)
    lines = [*_head(scenario, path, figures), "", *_contracts(scenario), "", *_figures(scenario, figures)]
    return "\n".join([*lines, *_weights(scenario)])


def _head(scenario: Scenario, path: str, figures: Implied) -> Iterator[str]:
    covered = months_of(scenario)
    unknown = sum(not quantity.fixed for quantity in quantities(scenario))
    yield f"ok  {path}: {scenario.title}"
    yield (
        f"{_count(scenario.months, 'month')}, {covered[0]} to {covered[-1]}; {_count(scenario.trials, 'future')}, "
        f"seed {scenario.seed}"
    )
    yield (
        f"{_count(len(scenario.intents), 'intent')}, {_count(len(scenario.levels), 'level')}, "
        f"{_count(len(scenario.channels), 'channel')}, "
        f"{_count(len(scenario.models), 'model')}; {_count(unknown, 'uncertain input')}"
    )
    if not unknown:
        yield from _certain(scenario)
    volume = scenario.volume
    stated = volume.forecast[0].base if volume.per_month is None else _as_called(volume.per_month)
    cases = {"cases": 1.0, "conversations": figures.conversations_per_case, "tickets": figures.tickets_per_case}
    per_case = stated / cases[volume.unit]
    month = "the first month of the forecast" if volume.forecast else "a month of average season"
    yield (
        f"{month}: {per_case:,.0f} cases = "
        f"{per_case * figures.conversations_per_case:,.0f} conversations = {per_case * figures.tickets_per_case:,.0f} "
        f"tickets (stated in {volume.unit})"
    )
    if volume.per_month is not None:
        yield from _far_from_its_mean(volume.per_month, stated)


def _far_from_its_mean(volume: Quantity, stated: float) -> Iterator[str]:
    """Yield that the mean of a wide range lies far from its middle, which is what is stated."""
    mean = volume.mean
    if abs(mean - stated) > FAR * stated:
        middle, whole = (number(float(f"{each:.3g}")) for each in (stated, mean))
        yield (
            f"  note: {middle} is the middle of the range of volume.per_month; its mean, of which expected costs are "
            f"made, is {whole}"
        )


def _certain(scenario: Scenario) -> Iterator[str]:
    """Yield what it means that no number is a range, and how one is written."""
    yield ("  note: every number is taken as certain, so that P90 has only chance and the months in it. Write what")
    yield f"  you are not sure of as a range, right in nine cases of ten: {_range_of(scenario)}"


def _range_of(scenario: Scenario) -> str:
    """Return a number of the scenario as a range of a tenth to either side."""
    volume = scenario.volume.per_month
    key, center = "volume.per_month", 0.0 if volume is None else volume.center
    if volume is None:
        name, level = next(iter(scenario.levels.items()))
        key, center = f"{dotted(('levels', name))}.escalate", level.escalate.center
    low, high = (reference.written(float(f"{center * times:.3g}")) for times in (0.9, 1.1))
    return f"{key} = {{ p5 = {low}, p95 = {high} }}"


def _as_called(quantity: Quantity) -> float:
    """Return a number as its author calls it: the mean where that was stated, which a lognormal's median is below."""
    return quantity.law.mean if isinstance(quantity.law, LogNormal) else quantity.center


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"


def _contracts(scenario: Scenario) -> Iterator[str]:
    yield f"{_count(len(scenario.contracts), 'contract')}:"
    width = max(len(name) for name in scenario.contracts)
    for name, spec in scenario.contracts.items():
        yield f"  {name:<{width}}  {spec.title or spec.default_title}"
    for remark in without_input(scenario):
        yield f"  note: {remark}"
    for name, contract in compile_terms(scenario).contracts.items():
        yield from (f"  note: {name}: {remark}" for remark in contract.remarks)
    yield from (f"  note: {remark}" for remark in (*converted_prices(scenario), *dollar_defaults(scenario)))


def _figures(scenario: Scenario, figures: Implied) -> Iterator[str]:
    yield f"{'per conversation, every range at its middle':<40}{'implied':>10}   published"
    outside = 0
    for finding in findings(figures, scenario):
        outside += finding.outside
        each = finding.range
        flag = "  <- outside" if finding.outside else ""
        ends = [_shown(end, each.unit) for end in finding.ends or ()]
        published = f"{' to '.join(ends)}{flag}" if ends else f"in {each.currency} only"
        yield f"  {_label(finding):<38}{_shown(finding.value, each.unit):>10}   {published}"
        if finding.outside:
            yield f"  {'':<38}{'':>10}   {each.source}"
    if outside:
        yield f"{_count(outside, 'figure')} outside the published range: check that this is meant"
    yield from _left_out(scenario)


def _left_out(scenario: Scenario) -> Iterator[str]:
    """Yield what the model cost does not have: long prompts, and fees for tools of the provider."""
    for name, rates in model_rates(scenario).items():
        if rates.long_prompt is not None and scenario.tokens.form == "structural":
            above = f"prompts above {rates.long_prompt.threshold_tokens:,} tokens"
            yield f"{above} have the usual rates of {name} here; a run prices such calls higher"
    by_fees: dict[str, list[str]] = {}
    for name, fees in fees_of_tools(scenario).items():
        words = ", ".join(f"{reference.written(fee)} per 1,000 {what}" for what, fee in fees.items())
        by_fees.setdefault(words, []).append(name)
    for words, names in by_fees.items():
        yield f"the provider's fees for tools are in no cost; its price list has, for {' and '.join(names)}: {words}"


def _label(finding: Finding) -> str:
    return finding.range.label + (f", {finding.currency}" if finding.range.unit == "money" else "")


def _shown(value: float, unit: Unit) -> str:
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "tokens":
        return f"{value:,.0f}"
    return f"{value:.4f}" if unit == "money" and value < 0.1 else f"{value:.2f}"


def _weights(scenario: Scenario) -> Iterator[str]:
    found = list(weight_shares(scenario))
    if found:
        yield ""
        yield "uncertain weights as shares of their sum: as stated, and from P5 to P95"
    for each in found:
        yield f"  {each.group}, {each.name}: {100 * each.stated:.1f} %, {100 * each.p5:.1f} to {100 * each.p95:.1f} %"
