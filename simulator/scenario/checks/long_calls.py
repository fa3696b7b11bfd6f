"""Models that price a long prompt higher, where totals per conversation do not tell how long a call's prompt is.

Under `tokens.form = "direct"` no call is simulated by itself. Either no call can be as long as the threshold of a model's
price, or the scenario says which share of the tokens is in such calls (`tokens.direct.long_share`).
"""

from __future__ import annotations

import math
from typing import Final

from simulator.contracts import TokenRates
from simulator.errors import Problem
from simulator.law.turns import calls_of, turn_chances
from simulator.quantities.distributions import Z95, Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import FactorDriver, spread_of
from simulator.scenario.schema.token_tables import Length, Model
from simulator.scenario.stated.law_numbers import center, turns_by_place
from simulator.scenario.stated.model_prices import model_rates
from simulator.scenario.stated.stated_cases import Place, cells, conversations_by_place

LEAST_SHARE: Final = 0.005
"""Share of a model's prompt tokens that may be in calls above the threshold without being asked about: at twice the
usual price it is half a percent of the tokens' cost, less than anyone knows the totals by."""


def check_long_calls(scenario: Scenario) -> list[Problem]:
    """Where no call is simulated by itself, no call may reach a threshold of its model's price, or it is said how much."""
    direct = scenario.tokens.direct
    if direct is None:
        return []
    rates = {name: each for name, each in model_rates(scenario).items() if each.long_prompt is not None}
    if direct.long_share is not None:
        return [] if rates else [_without_threshold()]
    shares = {name: _share_above(scenario, name, each) for name, each in rates.items()}
    return [_problem(scenario, name, rates[name], share) for name, share in shares.items() if share > LEAST_SHARE]


def _without_threshold() -> Problem:
    return Problem(
        ("tokens", "direct", "long_share"),
        "tokens.direct.long_share has no effect: no model's price has a threshold for long prompts",
        "remove it, or give rates with long_prompt",
    )


def _problem(scenario: Scenario, name: str, rates: TokenRates, share: float) -> Problem:
    assert scenario.tokens.direct is not None and rates.long_prompt is not None
    threshold = rates.long_prompt.threshold_tokens
    of_price = f" ({scenario.models[name].price})" if scenario.models[name].price is not None else ""
    return Problem(
        ("tokens", "direct", "input"),
        f"tokens.direct.input: model {name!r}{of_price} prices a whole call higher if its prompt has more than "
        f"{threshold:,} tokens; totals per conversation do not tell how long its calls are, and up to "
        f"{100 * share:.{1 if share < 0.1 else 0}f} % of the prompt tokens may be in such calls",
        "say tokens.direct.long_share, the share of all tokens in such calls (0 if no call is that long, 1 if all are); "
        'or form = "structural", where each call has its prompt; or rates = { input, output } without long_prompt',
    )


def _share_above(scenario: Scenario, name: str, rates: TokenRates) -> float:
    """Return the share of a model's prompt tokens that may be in calls above its threshold, at most.

    The numbers that are not known stand at their 95 % quantile, and so does the month's factor. Of a conversation of J
    calls whose history grows evenly from nothing, the longest call has 2 / (J + 1) of the prompt; of one call, all.
    """
    direct, model = scenario.tokens.direct, scenario.models[name]
    assert direct is not None and rates.long_prompt is not None
    length, spread = direct.input, _worst_spread(direct.input)
    mean = _high(length.mean) * _factor(scenario, model)
    if mean == 0:
        return 0.0
    places = conversations_by_place(scenario, cells(scenario))[list(scenario.models).index(name)]
    by_calls = _calls(scenario, places)
    conversations = math.fsum(by_calls.values())
    above = (
        number * _tokens_above(rates.long_prompt.threshold_tokens * (calls + 1) / 2 / mean, spread, length)
        for calls, number in by_calls.items()
    )
    return math.fsum(above) / conversations if conversations > 0 else 0.0


def _factor(scenario: Scenario, model: Model) -> float:
    """Return what the stated mean is multiplied by, at its 95 % quantile."""
    driver: FactorDriver = scenario.drivers.tokens
    spread = spread_of(driver)
    size = 0.0 if spread is None else _high(spread)
    log_sd = size if driver.cv is None else math.sqrt(math.log1p(size**2))
    return _high(scenario.tokens.factor) * _high(model.tokens_factor) * math.exp(Z95 * log_sd - log_sd**2 / 2)


def _calls(scenario: Scenario, places: dict[Place, float]) -> dict[int, float]:
    """Return how many of a model's conversations have each number of calls."""
    turns, means, found = scenario.turns, turns_by_place(scenario), dict[int, float]()
    for (level, end, channel), number in places.items():
        chances = turn_chances(means[level][end][channel], center(turns.size), turns.most)
        for count, chance in enumerate(chances, 1):
            calls = calls_of(count, center(turns.calls_per_turn))
            found[calls] = found.get(calls, 0.0) + number * chance
    return found


def _worst_spread(length: Length) -> float:
    """Return cv at its 95 % quantile, or alpha at its 5 % quantile: the smaller it is, the heavier is the tail."""
    return _high(length.cv) if length.alpha is None else _quantile(length.alpha, -Z95)


def _tokens_above(times: float, spread: float, length: Length) -> float:
    """Return the share of all tokens that is in lengths above so many times the mean.

    Weighting by tokens moves the mean of a lognormal's logarithm up by its variance and adds 1 to a gamma's shape. Of a
    Lomax it is E[X; X > x] / E[X] = (1 + alpha y) (1 + y)^-alpha with y = x / (E[X] (alpha - 1)).

    Args:
        spread: cv; alpha of a Lomax.
    """
    if length.family == "lomax":
        beyond = times / (spread - 1)
        return float((1 + spread * beyond) * math.exp(-spread * math.log1p(beyond)))
    if spread == 0:
        return float(times < 1)
    if length.family == "gamma":
        from scipy.special import gammaincc

        size = 1 / spread**2
        return float(gammaincc(size + 1, size * times))
    sd = math.sqrt(math.log1p(spread**2))
    return 0.5 * math.erfc((math.log(times) - sd**2 / 2) / sd / math.sqrt(2))


def _high(quantity: Quantity) -> float:
    """Return a number, or what it exceeds in one case of twenty where it is not known."""
    return _quantile(quantity, Z95)


def _quantile(quantity: Quantity, score: float) -> float:
    """Return a number, or its quantile at a standard normal score where it is not known."""
    if quantity.fixed:
        return quantity.center
    import numpy as np

    return float(quantity.at(np.array([score]))[0])
