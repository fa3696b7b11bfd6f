"""What each oracle's meters are expected to be given the drivers and the unknowns: closed forms, written by hand.

`MEANS` names, for each scenario, a function from results (for their drivers and unknowns) to meters of shape
(trial, month). The engine "expected" must give the same to 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy import special

from simulator.engine.results import Results
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.oracles.compound import log_sd_of, lognormal
from tests.oracles.exact_laws import RATE, SEASON, turn_chances
from tests.oracles.law import Array

Means = Callable[[Results], dict[str, Array]]
RESOLUTIONS: Final = "resolutions:closed_by_customer"


def cases(results: Results, per_month: float) -> Array:
    """Return the expected cases of a scenario without season."""
    return np.asarray(per_month * results.drivers["demand"] * results.drivers["incident"])


def resolved(per_month: float, rate: float = RATE) -> Means:
    """Return the means of a scenario in which every case is one conversation, resolved at the month's rate."""

    def means(results: Results) -> dict[str, Array]:
        opened = cases(results, per_month)
        solved = special.expit(special.logit(rate) + results.drivers["solving"])
        return {"conversations": opened, RESOLUTIONS: opened * solved}

    return means


def seasonal(results: Results) -> dict[str, Array]:
    per_month = results.unknowns.get("volume.per_month", np.full(results.trials, 60_000.0))
    opened = per_month[:, None] * np.array(SEASON) * results.drivers["demand"]
    return {"conversations": opened, RESOLUTIONS: opened * RATE}


def direct(per_month: float, output_tokens: float) -> Means:
    """Return the means of a scenario whose conversations have a given number of output tokens on average."""
    return lambda results: {"tokens:main:output": cases(results, per_month) * output_tokens}


def layered(results: Results) -> dict[str, Array]:
    """Return tokens above the allowance and under the cap: a difference of two excess means of the lognormal."""
    over, beyond = lognormal(400_000.0, log_sd_of(2.0)).excess(np.array([500_000.0, 2_500_000.0]))
    (meter,) = compile_terms(results.scenario).contracts["oracle"].meters
    return {meter: cases(results, 5_000.0) * (over - beyond), **direct(5_000.0, 400_000.0)(results)}


def reopened(results: Results) -> dict[str, Array]:
    opened = cases(results, 60_000.0)
    return {"conversations": opened * sum(0.08**again for again in range(10))}


def growing(results: Results) -> dict[str, Array]:
    """Return tokens of 6 calls whose turns are 1, 2, 2, 3, 4, 4: customers' messages are sent 6 + 5 + 3 + 2 times."""
    opened, factor = cases(results, 300.0), results.drivers["tokens"]
    said = 16 * 40 + 15 * (120 + 200)
    prompt = opened * (6 * 2_000 + factor * (6 * 600 + said))
    return {
        **tokens(prompt, opened * factor * 6 * (120 + 90)),
        "turns": 4 * opened,
        "calls": 6 * opened,
    }


def tokens(prompt: Array, output: Array) -> dict[str, Array]:
    """Return the token meters where 0.8 of every prompt is read from the cache."""
    return {
        "tokens:main:input": 0.2 * prompt,
        "tokens:main:cached_input": 0.8 * prompt,
        "tokens:main:output": output,
    }


def growing_at_random(results: Results) -> dict[str, Array]:
    """Return the same for 1 to 12 turns: a message is sent in the calls from its turn on, an answer in all later."""
    opened = cases(results, 300.0)
    prompt = output = calls_made = 0.0
    for turns, chance in turn_chances().items():
        calls = math.floor(1.7 * turns + 0.5)
        messages = sum(-(-turns * call // calls) for call in range(1, calls + 1))
        said = 40 * messages + (120 + 200) * calls * (calls - 1) / 2
        prompt += chance * (calls * (2_000 + 600) + said)
        output += chance * calls * (120 + 90)
        calls_made += chance * calls
    mean_turns = sum(turns * chance for turns, chance in turn_chances().items())
    return {
        **tokens(opened * prompt, opened * output),
        "turns": opened * mean_turns,
        "calls": opened * calls_made,
    }


def human_work(results: Results) -> dict[str, Array]:
    opened = cases(results, 2_000.0)
    return {"conversations": opened, "human_minutes": opened * 0.3 * 12}


def human_chain(results: Results) -> dict[str, Array]:
    """Return contacts 1, 1/8, 1/64 of a case, and straight returns after 1/8, 1/8, 1/4 of them."""
    opened = cases(results, 30.0)
    contacts = (1, 1 / 8, 1 / 64)
    straight = contacts[0] / 8 + contacts[1] / 8 + contacts[2] / 4
    return {
        "conversations": opened * sum(contacts),
        "straight_returns": opened * straight,
        "human_minutes": opened * 12 * (0.2 * sum(contacts) + straight),
    }


MEANS: Final[Mapping[str, Means]] = MappingProxyType(
    {
        "per_resolution_fixed_rate": resolved(60_000.0),
        "per_resolution_beta_month": resolved(60_000.0),
        "per_resolution_beta_per_conversation": resolved(60_000.0),
        "tiers_graduated": resolved(60_000.0),
        "minimum_commitment": resolved(60_000.0),
        "hybrid_fee_conversation_resolution": resolved(60_000.0),
        "token_gamma_60k": direct(60_000.0, 850.0),
        "small_volume_per_resolution": resolved(50.0, 0.6),
        "layer_allowance_cap": layered,
        "reopen_chain_per_conversation": reopened,
        "regime_spike": resolved(60_000.0),
        "annual_seasonal_shared_factor": seasonal,
        "annual_ar1_demand_moments": seasonal,
        "tiers_all_units": resolved(60_000.0),
        "heavy_tail_200": direct(200.0, 1_000.0),
        "heavy_tail_60k": direct(60_000.0, 1_000.0),
        "lognormal_small_volume": direct(20.0, 5_000.0),
        "copula_demand_solving": resolved(60_000.0),
        "growing_context": growing,
        "growing_context_random_turns": growing_at_random,
        "human_lognormal_cost": human_work,
        "human_chain_small_volume": human_chain,
    }
)
"""Each oracle's conditional means by the name of its scenario file."""
