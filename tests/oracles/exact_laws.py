"""The exact law of every oracle, by routes that share nothing with the simulator.

`LAWS` names a function for each scenario file beside this module. The numbers of the scenarios are written here once
more, on purpose. annual_ar1_demand_moments has closed-form moments only and stands in `closed_forms`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy import special, stats

from tests.oracles.compound import layer, log_sd_of, lognormal, summed, total, with_fee
from tests.oracles.law import (
    Array,
    Complex,
    Law,
    Transform,
    counted,
    mixed,
    negative_binomial,
    normal_nodes,
    on_grid,
    poisson,
    thinned,
)

CASES: Final = 60_000.0
MIXING: Final = 0.12**2 - 1 / CASES
RATE: Final = 0.65
PRICE: Final = 0.99
SEASON: Final = (0.92, 0.9, 0.97, 0.98, 1.0, 1.01, 0.99, 0.97, 1.0, 1.02, 1.12, 1.12)
POINTS: Final = 1 << 18


def resolutions(cases: float = CASES) -> Transform:
    """Return the number of resolutions at the fixed rate."""
    return thinned(negative_binomial(cases, MIXING), RATE)


def beta_rate(scores: Array) -> Array:
    """Return the month's rate at standard normal scores: Beta of mean 0.65 and sd 0.04."""
    size = RATE * (1 - RATE) / 0.04**2 - 1
    return np.asarray(special.betaincinv(RATE * size, (1 - RATE) * size, special.ndtr(scores)))


def beta_month() -> Law:
    """Return resolutions with one rate a month."""
    scores, weights = normal_nodes(201)
    parts = [
        (float(weight), thinned(negative_binomial(CASES, MIXING), float(rate)))
        for rate, weight in zip(beta_rate(scores), weights, strict=True)
    ]
    return counted(mixed(parts), POINTS)


def flat(units: Array) -> Array:
    return PRICE * units


def graduated(units: Array) -> Array:
    return (
        0.99 * np.minimum(units, 30_000)
        + 0.79 * np.clip(units - 30_000, 0, 15_000)
        + 0.59 * np.maximum(units - 45_000, 0)
    )


def all_units(units: Array) -> Array:
    return units * np.select([units <= 30_000, units <= 45_000], [0.99, 0.79], 0.59)


def hybrid() -> Law:
    """Return 2,500 + 0.20 N + 0.79 K on the grid of single cents."""
    number = negative_binomial(CASES, MIXING)
    cents = counted(lambda z: number(z**20 * (1 - RATE + RATE * z**79)), 1 << 23)
    return cents.priced(lambda amount: 2_500 + amount / 100)


def gamma_tokens() -> Law:
    """Return sums of Gamma(shape 2, scale 0.0425): the transform of the sum is closed."""
    number = negative_binomial(CASES, MIXING)
    return continuous(lambda t: number((1 - 1j * t * 0.0425) ** -2), 12_000.0, 1 << 20)


def continuous(transform: Callable[[Array], Complex], reach: float, points: int) -> Law:
    """Return a continuous law on [0, reach) from its characteristic function, that is E exp(i t S) at real t."""
    t = 2 * np.pi * np.arange(points // 2 + 1) / reach
    probabilities = np.maximum(np.fft.irfft(np.conj(transform(t)), points), 0.0)
    return on_grid(reach * np.arange(points) / points, probabilities, continuous=True)


def reopened() -> Law:
    """Return 0.50 a session, a geometric number of sessions a case."""
    number = negative_binomial(CASES, MIXING)
    return counted(lambda z: number(0.92 * z / (1 - 0.08 * z)), POINTS).priced(lambda sessions: 0.5 * sessions)


def incident_months() -> Law:
    return counted(mixed([(0.95, resolutions()), (0.05, resolutions(1.8 * CASES))]), POINTS).priced(flat)


def annual_shared() -> Law:
    """Return a year's resolutions given one factor of the year, mixed over it."""
    scores, weights = normal_nodes(201)
    spread = log_sd_of(0.08)

    def year(factor: float) -> Transform:
        months = [resolutions(CASES * season * factor) for season in SEASON]
        return lambda z: np.prod([month(z) for month in months], axis=0)

    parts = [
        (float(weight), year(math.exp(spread * score - spread**2 / 2)))
        for score, weight in zip(scores, weights, strict=True)
    ]
    return counted(mixed(parts), 1 << 20).priced(flat)


def small_volume() -> Law:
    return counted(poisson(30.0), 256).priced(flat)


def copula(correlation: float = -0.5) -> Law:
    """Return K ~ Poisson(60,000 D p), the scores of D and p jointly normal: a sum over a grid of both."""
    scores, weights = normal_nodes(301)
    own = (1 - correlation**2) ** 0.5
    demand_score = scores[:, None]
    rate_score = correlation * demand_score + own * scores[None, :]
    spread = log_sd_of(0.12)
    expected = CASES * np.exp(spread * demand_score - spread**2 / 2) * beta_rate(rate_score)
    weight = weights[:, None] * weights[None, :]

    def transform(z: Complex) -> Complex:
        """Return 0 where it is under 1e-18 beyond doubt: from the 400th of 2^18 frequencies on."""
        found: Complex = np.zeros(z.shape, dtype=np.complex128)
        if z[0] == 1:
            for place in range(400):
                found[place] = (weight * np.exp(expected * (z[place] - 1))).sum()
        return found

    return counted(transform, POINTS).priced(flat)


def layered() -> Law:
    amount = layer(lognormal(0.40, log_sd_of(2.0)), 0.50, 2.00)
    mixing = 0.15**2 - 1 / 5_000
    return total(negative_binomial(5_000.0, mixing), 5_000.0, mixing, amount, 0.002, 1 << 20)


def lognormal_tokens(cases: float, mean: float, cv: float, step: float, points: int) -> Law:
    """Return a Poisson number of lognormal amounts."""
    return total(poisson(cases), cases, 0.0, lognormal(mean, log_sd_of(cv)), step, points)


PROMPT_PRICE: Final = (0.2 * 1.25 + 0.8 * 0.125) / 1e6
OUTPUT_PRICE: Final = 10.0 / 1e6


def sent_lengths(turns: int, calls: int) -> list[tuple[float, float, float]]:
    """Return mean, cv and price of all lengths of a conversation whose prompts keep what was said.

    A length is paid as often as it is sent: customer's message k in the calls of turns k, k + 1, ..., an answer and a
    tool result in all calls after theirs, retrieved text once, and what the model writes once at the output's price.
    """
    turn_of_call = [-(-turns * call // calls) for call in range(1, calls + 1)]
    lengths = [(600.0, 0.5, PROMPT_PRICE)] * calls + [(90.0, 0.9, OUTPUT_PRICE)] * calls
    for message in range(1, turns + 1):
        lengths.append((40.0, 0.8, PROMPT_PRICE * sum(turn >= message for turn in turn_of_call)))
    for later in range(calls):
        lengths.append((120.0, 0.7, PROMPT_PRICE * later + OUTPUT_PRICE))
        lengths.append((200.0, 1.0, PROMPT_PRICE * later))
    return lengths


def conversation(t: Array, turns: int, calls: int, factor: float = 1.0) -> Complex:
    """Return E exp(i t X) of a conversation's tokens: independent gamma lengths and 2,000 fixed tokens a call."""
    one = np.exp(1j * t * calls * 2_000 * PROMPT_PRICE)
    for mean, cv, price in sent_lengths(turns, calls):
        one = one * (1 - 1j * t * factor * mean * price * cv**2) ** (-1 / cv**2)
    return one


def growing_context() -> Law:
    """Return tokens of conversations of 4 turns and 6 calls, with one factor on all lengths a month."""
    scores, chances = normal_nodes(401)
    spread = log_sd_of(0.15)

    def transform(t: Array) -> Complex:
        found: Complex = np.zeros(t.shape, dtype=np.complex128)
        for score, chance in zip(scores, chances, strict=True):
            factor = math.exp(spread * score - spread**2 / 2)
            found += chance * np.exp(300 * (conversation(t, 4, 6, factor) - 1))
        return found

    return continuous(lambda t: early(transform, t), 24.0, 1 << 19)


def turn_chances() -> dict[int, float]:
    """Return the chances of 1 to 12 turns: 1 + NB(mean 3, size 5), cut at 12."""
    chances = stats.nbinom.pmf(np.arange(11), 5, 5 / 8)
    return dict(enumerate([*map(float, chances), float(1 - chances.sum())], start=1))


def growing_context_random_turns() -> Law:
    """Return tokens of conversations of random length: a mixture over the turns."""
    chances = turn_chances()

    def transform(t: Array) -> Complex:
        parts = [chance * conversation(t, turns, math.floor(1.7 * turns + 0.5)) for turns, chance in chances.items()]
        return np.exp(300 * (sum(parts) - 1))

    return continuous(lambda t: early(transform, t), 24.0, 1 << 19)


def early(transform: Callable[[Array], Complex], t: Array) -> Complex:
    """Evaluate a transform from 0 on until it has died out."""
    found: Complex = np.zeros(t.shape, dtype=np.complex128)
    for start in range(0, len(t), 1024):
        found[start : start + 1024] = transform(t[start : start + 1024])
        if np.abs(found[start : start + 1024]).max() < 1e-18:
            break
    return found


def human_cost() -> Law:
    """Return 0.50 a case, and in 3 of 10 a person's lognormal cost on top."""
    mixing = 0.10**2 - 1 / 2_000
    amount = with_fee(lognormal(9.0, 0.94), fee=0.5, share=0.3)
    return total(negative_binomial(2_000.0, mixing), 2_000.0, mixing, amount, 0.01, 1 << 21)


def human_chain() -> Law:
    """Return chains of at most 3 contacts at 0.50, a person after 1 in 5 of them and after half of the returns.

    C_c is the transform of what a case still costs from contact c on; L that of a person's work:
    C_c = e^(0.5 i t) (0.8 + 0.2 L) (0.75 + 0.25 (s L + (1 - s) C_(c+1))), s = 1/2, but 1 after contact 3.
    """
    step, points = 0.01, 1 << 19
    work = np.fft.rfft(lognormal(9.0, 0.94).on_grid(step, points), 2 * points)
    fee = np.exp(-2j * np.pi * np.arange(points + 1) * round(0.5 / step) / (2 * points))
    one: Complex = np.zeros_like(work)
    for straight in (1.0, 0.5, 0.5):
        one = fee * (0.8 + 0.2 * work) * (0.75 + 0.25 * (straight * work + (1 - straight) * one))
    return on_grid(step * np.arange(points), summed(poisson(30.0), one, points), continuous=True)


def fixed_rate() -> Law:
    return counted(resolutions(), POINTS).priced(flat)


LAWS: Final[Mapping[str, Callable[[], Law]]] = MappingProxyType(
    {
        "per_resolution_fixed_rate": fixed_rate,
        "per_resolution_beta_month": lambda: beta_month().priced(flat),
        "per_resolution_beta_per_conversation": fixed_rate,
        "tiers_graduated": lambda: beta_month().priced(graduated),
        "minimum_commitment": lambda: beta_month().priced(lambda units: np.maximum(flat(units), 36_000)),
        "hybrid_fee_conversation_resolution": hybrid,
        "token_gamma_60k": gamma_tokens,
        "small_volume_per_resolution": small_volume,
        "layer_allowance_cap": layered,
        "reopen_chain_per_conversation": reopened,
        "regime_spike": incident_months,
        "annual_seasonal_shared_factor": annual_shared,
        "tiers_all_units": lambda: beta_month().priced(all_units),
        "heavy_tail_200": lambda: lognormal_tokens(200.0, 0.1, 5.0, 1e-4, 1 << 21),
        "heavy_tail_60k": lambda: lognormal_tokens(CASES, 0.1, 5.0, 2e-3, 1 << 22),
        "lognormal_small_volume": lambda: lognormal_tokens(20.0, 0.5, 2.0, 5e-4, 1 << 20),
        "copula_demand_solving": copula,
        "growing_context": growing_context,
        "growing_context_random_turns": growing_context_random_turns,
        "human_lognormal_cost": human_cost,
        "human_chain_small_volume": human_chain,
    }
)
"""Each oracle's exact law by the name of its scenario file."""


def annual_ar1(persistence: float = 0.6) -> tuple[float, float]:
    """Return mean and sd of a year of Poisson months with a persistent lognormal factor, in closed form.

    Var K = sum m_i + sum_ij m_i m_j (exp(s^2 phi^|i-j|) - 1), m_i the expected resolutions of month i.
    """
    expected = CASES * RATE * np.array(SEASON)
    apart = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    covariance = np.expm1(0.10**2 * np.power(persistence, apart, dtype=float))
    variance = expected.sum() + expected @ covariance @ expected
    return PRICE * float(expected.sum()), PRICE * math.sqrt(float(variance))
