"""Where the futures do not determine a mean: the sentence that says so, in one place for all outputs.

The rule and its numbers are those of `risk.mean_doubt`; here it is told of the contracts' costs, with the ranges whose
draws do not show the mean of their law.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.wording import number
from simulator.engine.results import Results
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.report.blocks.assumptions import spread_of_costs
from simulator.report.words.figures import figures, percents
from simulator.scenario.stated.sources import quantities

CARRIES: Final = 0.1
"""Squared rank correlation with the cost from which a range is looked at."""


def mean_notes(forecast: Forecast, titles: Mapping[str, str]) -> list[str]:
    """Return in one sentence which expected costs the futures do not determine; nothing where they determine all.

    The figures are those of the best contract in the ranking of which it is so.

    Args:
        titles: of the contracts by name, inside a sentence.
    """
    costs = {name: horizon_cost(forecast.contracts[name], ranked_by(forecast.scenario)) for name in forecast.ranking}
    ranges = _ranges(forecast.results, costs[forecast.ranking[0]])
    net = forecast.results.net
    found = [name for place, name in enumerate(costs) if risk.mean_doubt(costs[name], net) or (ranges and not place)]
    if not found:
        return []
    what = "invoice" if ranked_by(forecast.scenario) == "invoice" else "cost with human work"
    more = f"; nor those of {len(found) - 1} other contracts" if len(found) > 2 else ""
    if len(found) == 2:
        more = f"; nor that of {titles[found[1]]}"
    return [
        f"these {forecast.results.trials:,} futures do not determine the expected {what} of {titles[found[0]]}, "
        f"{_known(costs[found[0]], net, ranges, forecast.scenario.currency)}{more}"
    ]


def _known(cost: Array, net: risk.Net, ranges: list[str], code: str) -> str:
    """Return the mean with its interval, what carries it, and what to read in its place."""
    interval, doubt = risk.mean_interval(cost, net=net), risk.mean_doubt(cost, net)
    assert interval is not None  # a single future raises no doubt
    mean, p50, p90, low, high = figures(
        [risk.mean(cost), *risk.quantiles(cost, (0.5, 0.9)), max(interval.low, 0.0), interval.high], code
    )
    parts = [f"its 95 % interval runs from {low} to {high}", *_carried(doubt), *ranges]
    return f"{mean}: {', '.join(parts)}; read P50 ({p50}) and P90 ({p90}) in its place, or narrow the range behind it"


def _carried(doubt: risk.Doubt | None) -> list[str]:
    if doubt is None or doubt.carried < risk.CARRIED:
        return []
    (share,) = percents([doubt.carried], against=[risk.CARRIED, 1])
    return [f"the dearest {100 * risk.DEAREST:g} % of the futures carry {share} of it"]


def _ranges(results: Results, cost: Array) -> list[str]:
    """Return the ranges behind a cost whose draws do not show the mean of their law."""
    known = {each.name: each for each in quantities(results.scenario)}
    carriers = [each.name for each in spread_of_costs(results, cost).assumptions if each.squared >= CARRIES]
    found = []
    for name in carriers:
        if name not in known or name not in results.unknowns:
            continue
        drawn, law = results.unknowns[name], known[name].mean
        if risk.is_off_its_law(drawn, law, results.net):
            found.append(
                f"{name} has a mean of {_short(law)} by its range and of {_short(risk.mean(drawn))} in these futures"
            )
    return found


def _short(value: float) -> str:
    return number(float(f"{value:.3g}"))
