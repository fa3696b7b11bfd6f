"""Laws of uncertain inputs: centre, P5 and P95, moments against exact ones, refusals, round trips."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.quantities.distributions import (
    GROWTH,
    LOG_ODDS,
    NONNEGATIVE,
    PERSISTENCE,
    POSITIVE,
    REAL,
    SHARE,
    SPREAD,
    TAIL,
    Z95,
    Domain,
    Quantity,
    fixed,
)
from simulator.quantities.spelling import parse_quantity
from simulator.streams import stream
from tests.statistics import follows, mean_is, variance_is

DRAWS = 100_000
ZERO_AND_TAILS = np.array([0.0, -Z95, Z95])


def scores(name: str) -> np.ndarray:
    return stream(11, name).standard_normal(DRAWS)


def quantity(domain: Domain, **raw: Any) -> Quantity:
    return parse_quantity(raw, domain)


def interval_moments(domain: Domain, p5: float, p95: float) -> Any:
    """Return the exact law of an interval, as a frozen scipy distribution where there is one."""
    middle, sd = (p5 + p95) / 2, (p95 - p5) / (2 * 1.6448536269514722)
    if domain.scale == "log":
        middle, sd = math.log(p5 * p95) / 2, math.log(p95 / p5) / (2 * 1.6448536269514722)
        return stats.lognorm(sd, scale=math.exp(middle))
    return stats.norm(middle, sd)


LAWS: list[tuple[str, Quantity, Any]] = [
    (
        "interval on the log scale",
        quantity(POSITIVE, p5=52_000, p95=70_000),
        interval_moments(POSITIVE, 52_000, 70_000),
    ),
    ("interval on the raw scale", quantity(LOG_ODDS, p5=-0.4, p95=0.9), interval_moments(LOG_ODDS, -0.4, 0.9)),
    ("lognormal of mean and sd", quantity(POSITIVE, mean=10, sd=4), stats.lognorm(
        math.sqrt(math.log(1.16)), scale=10 / math.sqrt(1.16))),
    ("normal of mean and sd", quantity(GROWTH, mean=0.2, sd=0.1), stats.norm(0.2, 0.1)),
    ("Beta of mean and sd", quantity(SHARE, mean=0.2, sd=0.1), stats.beta(3.0, 12.0)),
    ("interval above 1", quantity(TAIL, p5=1.5, p95=4), stats.lognorm(
        math.log(3 / 0.5) / (2 * Z95), loc=1, scale=math.sqrt(0.5 * 3))),
    ("PERT", quantity(POSITIVE, low=2, mode=3, high=8), stats.beta(1 + 4 / 6, 1 + 20 / 6, 2, 6)),
    ("PERT with its mode at the end", quantity(SHARE, low=0.1, mode=0.5, high=0.5), stats.beta(5, 1, 0.1, 0.4)),
    ("counted evidence", quantity(SHARE, successes=312, trials=400), stats.beta(312.5, 88.5)),
    ("evidence without a success", quantity(SHARE, successes=0, trials=9), stats.beta(0.5, 9.5)),
]  # fmt: skip
IDS = [name for name, _, _ in LAWS]


@pytest.mark.parametrize(("name", "number", "exact"), LAWS, ids=IDS)
def test_a_law_has_its_exact_quantiles_at_normal_scores(name: str, number: Quantity, exact: Any) -> None:
    assert number.at(ZERO_AND_TAILS) == pytest.approx(exact.ppf([0.5, 0.05, 0.95]), rel=1e-9)
    assert number.center == pytest.approx(exact.median(), rel=1e-9)
    assert not number.fixed


@pytest.mark.parametrize(("name", "number", "exact"), LAWS, ids=IDS)
def test_draws_of_a_law_have_its_moments_and_shape(name: str, number: Quantity, exact: Any) -> None:
    sample = number.at(scores(name))
    for verdict in (mean_is(sample, exact.mean()), variance_is(sample, exact.var()), follows(sample, exact.cdf)):
        assert verdict, f"{name}: {verdict}"


def test_the_checkers_refuse_a_law_eight_percent_wider() -> None:
    sample = quantity(LOG_ODDS, p5=-0.5, p95=0.9).at(scores("wider"))
    exact = interval_moments(LOG_ODDS, -0.4, 0.9)
    assert not mean_is(sample, exact.mean()) and not variance_is(sample, exact.var())
    assert not follows(sample, exact.cdf)


@pytest.mark.parametrize(("domain", "p5", "p95"), [(POSITIVE, 2, 8), (SHARE, 0.1, 0.4), (REAL, -3, 7)])
def test_an_interval_keeps_its_ends_and_is_centred_on_its_scale(domain: Domain, p5: float, p95: float) -> None:
    number = quantity(domain, p5=p5, p95=p95)
    assert number.at(ZERO_AND_TAILS[1:]) == pytest.approx([p5, p95], rel=1e-12)
    centre = {"log": 4.0, "logit": 1 / (1 + math.sqrt(9 * 1.5)), "raw": 2.0}[domain.scale]
    assert number.center == pytest.approx(centre, rel=1e-12)


@pytest.mark.parametrize(
    "raw", [{"p5": 1.01, "p95": 3}, {"p10": 1.2, "p50": 1.5, "p90": 9}, {"p10": 1.5, "mode": 2, "p90": 3}]
)
def test_a_number_above_1_stays_above_1_in_every_future(raw: Any) -> None:
    """Negative control: the same numbers on the log scale fall below 1."""
    lowest = parse_quantity(raw, TAIL).at(np.array([-7.0]))
    assert lowest > 1
    assert parse_quantity(raw, POSITIVE).at(np.array([-7.0])) < 1


def test_mean_and_sd_of_a_share_are_those_of_a_beta() -> None:
    size = 0.3 * 0.7 / 0.06**2 - 1
    assert quantity(SHARE, mean=0.3, sd=0.06).at(ZERO_AND_TAILS) == pytest.approx(
        stats.beta(0.3 * size, 0.7 * size).ppf([0.5, 0.05, 0.95]), rel=1e-9
    )


def test_choices_take_their_weights_in_the_order_given() -> None:
    number = quantity(POSITIVE, choices=[5, 1, 3], weights=[2, 1, 1])
    sample = number.at(scores("choices"))
    for value, weight in ((5, 0.5), (1, 0.25), (3, 0.25)):
        verdict = mean_is((sample == value).astype(float), weight)
        assert verdict, verdict
    assert number.at(np.array([-0.01, 0.01, 0.6, 0.7])).tolist() == [5, 1, 1, 3]
    assert not mean_is((sample == 1).astype(float), 0.26)


def test_choices_without_weights_are_equally_likely() -> None:
    assert quantity(POSITIVE, choices=[1, 2]).at(np.array([-0.1, 0.1])).tolist() == [1, 2]


def test_choices_never_take_a_value_of_weight_zero() -> None:
    sample = quantity(POSITIVE, choices=[1, 2, 3], weights=[1, 0, 1]).at(scores("zero"))
    assert set(sample.tolist()) == {1.0, 3.0}


@pytest.mark.parametrize("raw", [4.5, {"value": 4.5}, {"mean": 4.5, "sd": 0}])
def test_a_known_number_is_the_same_at_every_score(raw: Any) -> None:
    number = parse_quantity(raw, POSITIVE)
    assert number.fixed and number.center == 4.5
    assert number.at(np.array([-40.0, 0.0, 40.0])).tolist() == [4.5] * 3


@pytest.mark.parametrize(
    ("domain", "raw"),
    [
        (PERSISTENCE, {"mean": 0.9, "sd": 0.2}),
        (GROWTH, {"mean": -0.9, "sd": 0.2}),
        (SHARE, {"p5": 0.01, "p95": 0.99}),
        (LOG_ODDS, {"mean": 15, "sd": 10}),
        (SPREAD, {"mean": 5, "sd": 20}),
    ],
)
def test_draws_stay_inside_the_domain(domain: Domain, raw: dict[str, float]) -> None:
    values = parse_quantity(raw, domain).at(np.linspace(-9, 9, 101))
    assert values.min() >= domain.low and values.max() <= domain.high
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize(
    ("domain", "raw", "message"),
    [
        (SHARE, 1.2, "1.2"),
        (SHARE, -0.1, "-0.1"),
        (POSITIVE, 0, "above 0"),
        (NONNEGATIVE, -1, "0 or more"),
        (PERSISTENCE, 1, "from -0.999 to 0.999"),
        (GROWTH, -1, "-1"),
        (POSITIVE, float("nan"), "nan"),
        (POSITIVE, float("inf"), "inf"),
        (POSITIVE, 10**400, "finite"),
        (POSITIVE, "3", "'3'"),
        (POSITIVE, True, "True"),
        (POSITIVE, None, "None"),
        (POSITIVE, {"p5": 2, "p95": 1}, "swap"),
        (POSITIVE, {"p5": 2, "p95": 2}, "below p95"),
        (POSITIVE, {"p5": 2}, "needs a second percentile beside it"),
        (POSITIVE, {}, "cannot read"),
        (NONNEGATIVE, {"p5": 0, "p95": 2}, "low, mode, high"),
        (SHARE, {"p5": 0, "p95": 0.5}, "strictly between"),
        (SHARE, {"p5": 0.5, "p95": 1}, "strictly between"),
        (SHARE, {"mean": 0.5, "sd": 0.5}, "below 0.5"),
        (SHARE, {"mean": 1, "sd": 0.1}, "no share"),
        (POSITIVE, {"mean": 1, "sd": -1}, "sd"),
        (NONNEGATIVE, {"mean": 0, "sd": 1}, "above 0"),
        (POSITIVE, {"low": 3, "mode": 2, "high": 4}, "order"),
        (POSITIVE, {"low": 2, "mode": 2, "high": 2}, "differ"),
        (SHARE, {"low": 0.5, "mode": 0.6, "high": 1.1}, "high"),
        (POSITIVE, {"choices": []}, "at least one"),
        (POSITIVE, {"choices": 3}, "lists"),
        (POSITIVE, {"choices": [1, 2], "weights": [1]}, "same length"),
        (POSITIVE, {"choices": [1, 2], "weights": [0, 0]}, "not all be 0"),
        (POSITIVE, {"choices": [1, -2]}, "choices"),
        (SHARE, {"successes": 5, "trials": 4}, "cannot exceed"),
        (SHARE, {"successes": 0, "trials": 0}, "trials"),
        (POSITIVE, {"successes": 1, "trials": 4}, "not a share"),
        (POSITIVE, {"value": 1, "kind": "guess"}, "guess"),
    ],
)
def test_a_wrong_number_is_refused_with_its_value(domain: Domain, raw: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_quantity(raw, domain)


@given(p5=st.floats(1e-6, 1e6), ratio=st.floats(1.001, 1e3), domain=st.sampled_from([POSITIVE, NONNEGATIVE, SPREAD]))
def test_any_log_interval_returns_its_ends(p5: float, ratio: float, domain: Domain) -> None:
    p95 = p5 * ratio
    if p95 <= domain.high:
        assert quantity(domain, p5=p5, p95=p95).at(ZERO_AND_TAILS[1:]) == pytest.approx([p5, p95], rel=1e-9)


@given(st.floats(0.001, 0.998), st.floats(0.001, 0.998))
def test_any_logit_interval_returns_its_ends(one: float, other: float) -> None:
    p5, p95 = sorted((one, other + 1e-3 if one == other else other))
    number = quantity(SHARE, p5=p5, p95=p95)
    assert number.at(ZERO_AND_TAILS[1:]) == pytest.approx([p5, p95], rel=1e-9)
    assert p5 * (1 - 1e-9) <= number.center <= p95 * (1 + 1e-9)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.9))
def test_any_beta_has_the_stated_mean_and_sd(mean: float, part: float) -> None:
    sd = part * math.sqrt(mean * (1 - mean))
    law: Any = quantity(SHARE, mean=mean, sd=sd).law
    total = law.a + law.b
    assert law.a / total == pytest.approx(mean, rel=1e-9)
    assert math.sqrt(law.a * law.b / (total**2 * (total + 1))) == pytest.approx(sd, rel=1e-9)


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 3))
def test_any_lognormal_has_the_stated_mean_and_sd(mean: float, cv: float) -> None:
    law: Any = quantity(POSITIVE, mean=mean, sd=mean * cv).law
    assert law.center * math.exp(law.log_sd**2 / 2) == pytest.approx(mean, rel=1e-9)
    assert mean * math.sqrt(math.expm1(law.log_sd**2)) == pytest.approx(mean * cv, rel=1e-6)


@given(st.floats(allow_nan=False), st.sampled_from([SHARE, POSITIVE, NONNEGATIVE, REAL, LOG_ODDS, GROWTH, SPREAD]))
def test_any_number_is_kept_exactly_or_refused(value: float, domain: Domain) -> None:
    inside = math.isfinite(value) and domain.problem(value) is None
    if inside:
        assert parse_quantity(value, domain).center == value
    else:
        with pytest.raises(ValueError, match="must be"):
            parse_quantity(value, domain)


def test_a_source_stays_with_its_number() -> None:
    number = parse_quantity({"value": 0.3, "kind": "measured", "source": "a pilot", "as_of": "2026-09"}, SHARE)
    assert (number.source.kind, number.source.source, number.source.as_of) == ("measured", "a pilot", "2026-09")
    owned = parse_quantity({"value": 0.3, "owner": "Head of service"}, SHARE)
    assert (owned.source.kind, owned.source.owner) == ("judgement", "Head of service")
    assert parse_quantity({"value": 0.3, "source": "a talk"}, SHARE).source.kind == "judgement"
    assert parse_quantity(0.3, SHARE).source.kind == "default"


def test_a_number_that_was_read_is_not_read_again() -> None:
    number = fixed(2.0, POSITIVE).named("levels.easy.turns")
    assert parse_quantity(number, POSITIVE) is number
    assert number.name == "levels.easy.turns"
