"""Laws of stated percentiles: right by hand and by quadrature, and what is refused because no such law exists."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

from simulator.quantities.distributions import (
    GROWTH,
    LOG_ODDS,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    SHARE,
    Z95,
    Domain,
    Quantity,
)
from simulator.quantities.percentiles import TwoPercentiles, TwoSidedPower
from simulator.quantities.spelling import parse_quantity, percent_of
from simulator.scenario import parse_scenario
from simulator.streams import stream
from tests.scenario.test_wrong import BASE
from tests.statistics import follows, mean_is, variance_is

DRAWS = 100_000


def quantity(domain: Domain, **raw: float) -> Quantity:
    return parse_quantity(raw, domain)


def drawn(number: Quantity, name: str) -> np.ndarray:
    return number.at(stream(17, name).standard_normal(DRAWS))


def at_levels(number: Quantity, *levels: float) -> np.ndarray:
    return number.at(special.ndtri(np.array(levels)))


def logit(share: float) -> float:
    return math.log(share / (1 - share))


TWO: list[tuple[str, Quantity, Any]] = [
    # ln 80 = 4.38203 and ln 150 = 5.01064: mean 4.69633 = ln 109.545, sd = 0.62861 / (2 x 1.28155) = 0.24525
    ("p10 and p90, positive", quantity(POSITIVE, p10=80, p90=150), stats.lognorm(0.2452530, scale=109.5445115)),
    # z of 5 % is -1.64485 and of 80 % 0.84162: sd = 30 / 2.48647 = 12.06527, mean = 10 + 1.64485 x 12.06527 = 29.84561
    ("p5 and p80, any number", quantity(REAL, p5=10, p80=40), stats.norm(29.8456092, 12.0652738)),
    # both above the median: sd = (3 - 2) / (1.64485 - 1.28155) = 2.75253, mean = 2 - 1.28155 x 2.75253 = -1.52751
    ("p90 and p95, any number", quantity(LOG_ODDS, p90=2, p95=3), stats.norm(-1.5275099, 2.7525306)),
    ("p25 and p50, growth", quantity(GROWTH, p25=0.1, p50=0.2), stats.norm(0.2, 0.1 / 0.6744897501960817)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "number", "exact"), TWO, ids=[name for name, _, _ in TWO])
def test_two_percentiles_make_the_law_worked_out_by_hand(name: str, number: Quantity, exact: Any) -> None:
    levels = [0.001, 0.05, 0.1, 0.5, 0.8, 0.95, 0.999]
    assert at_levels(number, *levels) == pytest.approx(exact.ppf(levels), rel=1e-6)
    assert number.center == pytest.approx(exact.median(), rel=1e-6)
    sample = drawn(number, name)
    for verdict in (mean_is(sample, exact.mean()), variance_is(sample, exact.var()), follows(sample, exact.cdf)):
        assert verdict, f"{name}: {verdict}"


def test_a_share_is_normal_on_the_logit_scale() -> None:
    """logit 0.1 = -2.19722, logit 0.4 = -0.40547: middle -1.30135 = logit 0.21394, sd 1.79176 / 2.56310 = 0.69906."""
    number = quantity(SHARE, p10=0.1, p90=0.4)
    assert number.center == pytest.approx(0.2139388, rel=1e-6)
    score = (special.logit(drawn(number, "logit")) + 1.3013447) / 0.6990561
    assert follows(score, stats.norm.cdf) and mean_is(score, 0.0)


def test_the_checkers_refuse_p10_and_p90_read_as_p5_and_p95() -> None:
    wrong = drawn(quantity(POSITIVE, p5=80, p95=150), "negative control")
    exact = TWO[0][2]
    assert not follows(wrong, exact.cdf) and not variance_is(wrong, exact.var())


@given(
    low=st.floats(1e-3, 1e3), ratio=st.floats(1.01, 1e3), one=st.integers(1, 99), other=st.integers(1, 99),
    domain=st.sampled_from([POSITIVE, NONNEGATIVE, REAL, LOG_ODDS]),
)  # fmt: skip
def test_any_two_percentiles_are_those_of_the_law(
    low: float, ratio: float, one: int, other: int, domain: Domain
) -> None:
    first, last = sorted((one, other))
    assume(first < last)
    low, high = (low, low * ratio) if domain.scale == "log" else (-low / 100, low / 100 * ratio)
    assume(high <= domain.high)
    number = quantity(domain, **{f"p{first}": low, f"p{last}": high})
    assert at_levels(number, first / 100, last / 100) == pytest.approx([low, high], rel=1e-9)


@given(p5=st.floats(1e-6, 1e6), ratio=st.floats(1.001, 1e3), score=st.floats(-6, 6))
def test_p5_and_p95_draw_to_the_bit_what_they_drew_before(p5: float, ratio: float, score: float) -> None:
    low, high = math.log(p5), math.log(p5 * ratio)
    before = np.exp((low + high) / 2 + (high - low) / (2 * Z95) * np.array([score]))
    assert TwoPercentiles(p5, p5 * ratio, "log").at(np.array([score])).tolist() == before.tolist()


def test_a_median_between_percentiles_bends_the_law_at_the_median() -> None:
    """Of 10, 20 and 80: sd = ln 2 / 1.28155 = 0.54087 below and ln 4 / 1.28155 = 1.08173 above.

    P25 is 20 exp(-0.67449 x 0.54087) = 13.8866 and P75 is 20 exp(0.67449 x 1.08173) = 41.4857. The mean is
    20 (exp(s^2 / 2) Phi(-s) + exp(S^2 / 2) Phi(S)) = 20 (1.15750 x 0.29430 + 1.79506 x 0.86032) = 37.699.
    """
    number = quantity(POSITIVE, p10=10, p50=20, p90=80)
    assert at_levels(number, 0.1, 0.25, 0.5, 0.75, 0.9) == pytest.approx([10, 13.8866, 20, 41.4857, 80], rel=1e-5)
    assert number.center == 20
    sample = drawn(number, "median")
    assert mean_is(sample, 37.699), mean_is(sample, 37.699)
    assert not mean_is(sample, TWO[0][2].mean())


def test_a_median_in_the_middle_is_the_law_without_it() -> None:
    scores = np.linspace(-4, 4, 41)
    with_it = quantity(POSITIVE, p10=10, p50=20, p90=40).at(scores)
    assert with_it == pytest.approx(quantity(POSITIVE, p10=10, p90=40).at(scores), rel=1e-12)


@given(st.lists(st.floats(0.001, 0.999), min_size=3, max_size=3, unique=True), st.integers(1, 49), st.integers(51, 99))
def test_any_three_percentiles_around_the_median_are_kept(values: list[float], first: int, last: int) -> None:
    values = sorted(values)
    assume(min(np.diff(values)) > 1e-6)
    number = quantity(SHARE, **dict(zip((f"p{first}", "p50", f"p{last}"), values, strict=True)))
    assert at_levels(number, first / 100, 0.5, last / 100) == pytest.approx(values, rel=1e-9)


def test_a_mode_in_the_middle_of_any_number_is_the_laplace_law() -> None:
    """P = 1/2 by symmetry; P10 at -1 makes the rate ln(0.5 / 0.1) = 1.60944, so P25 = ln(0.5) / 1.60944 = -0.43068.

    Its variance is 2 / 1.60944^2 = 0.77211.
    """
    number = quantity(REAL, p10=-1, mode=0, p90=1)
    assert at_levels(number, 0.1, 0.25, 0.5, 0.75, 0.9) == pytest.approx([-1, -0.43068, 0, 0.43068, 1], abs=1e-5)
    sample = drawn(number, "laplace")
    assert mean_is(sample, 0.0) and variance_is(sample, 0.77211) and follows(sample, stats.laplace(0, 0.62133).cdf)


def test_a_mode_in_the_middle_of_a_share_is_a_power_on_either_side() -> None:
    """P = 1/2 by symmetry; the exponent is ln(0.5 / 0.1) / ln(0.5 / 0.3) = 3.15066, so P25 = 0.5 x 0.5^(1 / 3.15066)
    = 0.40126, and the variance is 0.5^2 x 2 / (4.15066 x 5.15066) = 0.023388.
    """
    number = quantity(SHARE, p10=0.3, mode=0.5, p90=0.7)
    assert at_levels(number, 0, 0.1, 0.25, 0.5, 0.9, 1) == pytest.approx([0, 0.3, 0.40126, 0.5, 0.7, 1], abs=1e-5)
    sample = drawn(number, "share")
    assert mean_is(sample, 0.5) and variance_is(sample, 0.023388)


def test_a_mode_of_a_positive_number_by_hand() -> None:
    """Built backwards from P = 0.4 below the mode of 100, with P10 at 80.

    k = ln(0.4 / 0.1) / ln(100 / 80) = 6.21257; density at the mode 0.4 x 6.21257 / 100 = 0.0248503; above, the mean
    excess is 0.6 / 0.0248503 = 24.1446, so P90 = 100 + 24.1446 ln(0.6 / 0.1) = 143.2613.
    P20 = 100 (0.2 / 0.4)^(1 / k) = 89.4422; P95 = 100 + 24.1446 ln(0.6 / 0.05) = 159.9970.
    Mean: 100 - 0.4 x 100 / 7.21257 + 0.6 x 24.1446 = 108.9409.
    """
    number = quantity(POSITIVE, p10=80, mode=100, p90=143.2613)
    law = number.law
    assert isinstance(law, TwoSidedPower)
    assert law.below == pytest.approx(0.4, abs=1e-6) and law.exponents[0] == pytest.approx(6.21257, rel=1e-5)
    assert at_levels(number, 0.2, 0.4, 0.95) == pytest.approx([89.4422, 100, 159.9970], rel=1e-5)
    sample = drawn(number, "positive")
    assert mean_is(sample, 108.9409) and not mean_is(sample, 112.0)


@dataclass(frozen=True)
class ByDensity:
    """The law of a mode and two percentiles from its density, by root finding and quadrature."""

    domain: Domain
    low: float
    mode: float
    high: float
    first: float
    last: float

    @property
    def ends(self) -> tuple[float, float]:
        return {"log": (0.0, math.inf), "logit": (0.0, 1.0), "raw": (-math.inf, math.inf)}[self.domain.scale]

    def sides(self) -> tuple[float, Any, Any]:
        """Return the probability below the mode and the densities below and above it, which meet at the mode."""
        least, most = self.ends

        def side(share: float, tail: float, to: float, reach: float) -> Any:
            if math.isinf(reach):
                rate = math.log(share / tail) / to
                return lambda far: share * rate * math.exp(-rate * far)
            power = math.log(share / tail) / math.log(reach / (reach - to))
            return lambda far: share * power / reach * (1 - far / reach) ** (power - 1)

        def both(share: float) -> tuple[Any, Any]:
            return (
                side(share, self.first, self.mode - self.low, self.mode - least),
                side(1 - share, 1 - self.last, self.high - self.mode, most - self.mode),
            )

        def gap(share: float) -> float:
            below, above = both(share)
            return float(below(0.0) - above(0.0))

        share = optimize.brentq(gap, self.first + 1e-12, self.last - 1e-12, xtol=1e-15)
        return (share, *both(share))


CASES = [
    (POSITIVE, 0.1, 80, 100, 150, 0.9), (NONNEGATIVE, 0.05, 30, 100, 200, 0.95), (SHARE, 0.1, 0.02, 0.05, 0.15, 0.9),
    (SHARE, 0.05, 0.6, 0.9, 0.97, 0.95), (LOG_ODDS, 0.1, -0.4, 0.1, 0.5, 0.9), (GROWTH, 0.2, -0.05, 0.02, 0.4, 0.99),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].name} {case[2]} {case[3]} {case[4]}")
def test_a_mode_and_two_percentiles_are_exact_by_quadrature(
    case: tuple[Domain, float, float, float, float, float],
) -> None:
    domain, first, low, mode, high, last = case
    number = quantity(domain, **{f"p{first * 100:g}": low, "mode": mode, f"p{last * 100:g}": high})
    exact = ByDensity(domain, low, mode, high, first, last)
    share, below, above = exact.sides()
    least, most = exact.ends

    def area(density: Any, start: float, end: float, moment: int = 0, sign: int = 1) -> float:
        return integrate.quad(lambda far: density(far) * (mode + sign * far) ** moment, start, end, limit=400)[0]

    down, up = mode - least, most - mode
    assert area(below, 0, down) + area(above, 0, up) == pytest.approx(1, rel=1e-8)
    assert area(below, mode - low, down) == pytest.approx(first, rel=1e-7)
    assert area(above, high - mode, up) == pytest.approx(1 - last, rel=1e-7)
    peak = below(0.0)
    assert max(below(far) for far in np.linspace(0, min(down, 5 * abs(low - mode)), 200, endpoint=False)) == peak
    assert max(above(far) for far in np.linspace(0, min(up, 5 * abs(high - mode)), 200, endpoint=False)) <= peak * (
        1 + 1e-9
    )
    mean = area(below, 0, down, 1, -1) + area(above, 0, up, 1)
    square = area(below, 0, down, 2, -1) + area(above, 0, up, 2)
    assert at_levels(number, first, share, last) == pytest.approx([low, mode, high], rel=1e-9, abs=1e-9)
    sample = drawn(number, str(case))
    assert mean_is(sample, mean), mean_is(sample, mean)
    assert variance_is(sample, square - mean**2), variance_is(sample, square - mean**2)
    law = number.law
    assert isinstance(law, TwoSidedPower)
    ends = [
        reach if math.isinf(reach) else reach / (power + 1)
        for reach, power in zip((down, up), law.exponents, strict=True)
    ]
    tails = [
        chance / law.peak if math.isinf(end) else end for end, chance in zip(ends, (share, 1 - share), strict=True)
    ]
    assert mode - share * tails[0] + (1 - share) * tails[1] == pytest.approx(mean, rel=1e-7)  # as its docstring says


@given(
    st.floats(0.1, 0.9), st.floats(0.001, 3), st.floats(0.001, 3), st.integers(1, 40), st.integers(60, 99),
    st.sampled_from([POSITIVE, SHARE, LOG_ODDS]),
)  # fmt: skip
def test_any_mode_between_two_percentiles_is_kept_or_refused(
    mode: float, down: float, up: float, first: int, last: int, domain: Domain
) -> None:
    """Steps away from the mode are taken on the law's scale, so that all three lie in the domain."""
    to, back = {
        "log": (math.log, math.exp), "logit": (logit, special.expit), "raw": (float, float)
    }[domain.scale]  # fmt: skip
    low, high = float(back(to(mode) - down)), float(back(to(mode) + up))
    raw = {f"p{first}": low, "mode": mode, f"p{last}": high}
    try:
        number = quantity(domain, **raw)
    except ValueError as error:
        assert "more likely than the mode" in str(error) and domain.scale != "raw"
        return
    assert at_levels(number, first / 100, last / 100) == pytest.approx([low, high], rel=1e-7, abs=1e-9)
    law = number.law
    assert isinstance(law, TwoSidedPower) and min(law.exponents) >= 1
    values = number.at(np.linspace(-9, 9, 201))
    assert (np.diff(values) >= 0).all() and values.min() >= domain.low and values.max() <= domain.high


def test_the_border_of_what_a_mode_can_be() -> None:
    """With P below the mode, P10 at x and the least at 0 the exponent is ln(P / 0.1) / ln(mode / x): 1 where the
    density below the mode is flat, P x / mode = 0.1. Of 2 with P10 = 1 that is P = 0.2; the density 0.1 then asks a
    mean excess of 0.8 / 0.1 = 8 above, P90 = 2 + 8 ln 8 = 18.6355. A farther P90 is refused, a nearer one is not.
    """
    assert quantity(POSITIVE, p10=1, mode=2, p90=18.63).law.exponents[0] == pytest.approx(1, abs=1e-3)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"p10 \(1\) lies so near 0 that values there would be more likely"):
        quantity(POSITIVE, p10=1, mode=2, p90=18.64)
    with pytest.raises(ValueError, match=r"p90 \(0.99\) lies so near 1 that"):
        quantity(SHARE, p10=0.45, mode=0.5, p90=0.99)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"p10": 1}, "p10 needs a second percentile beside it"),
        ({"p10": 1, "mode": 2}, "p10 needs a second percentile beside it"),
        ({"p10": 3, "p90": 2}, r"p10 \(3\) must be below p90 \(2\); swap them"),
        ({"p10": 1, "p60": 2, "p90": 3}, "the middle one must be p50, not p60"),
        ({"p10": 1, "p20": 2, "p50": 3}, "the middle one must be p50, not p20"),
        ({"p5": 1, "p50": 2, "p90": 3, "p95": 4}, "cannot read"),
        ({"p10": 1, "p50": 2, "mode": 2, "p90": 3}, "cannot read"),
        ({"p10": 1, "mean": 2, "p90": 3}, "cannot read"),
        ({"p10": 1, "mode": 3, "p90": 2}, r"mode \(3\) must lie between p10 \(1\) and p90 \(2\)"),
        ({"p5": 1, "p05": 2}, "one percentile stands twice"),
        ({"p2": {"5": 3}, "p97": {"5": 4}}, "a percentile with a point stands in quotes"),
        ({"P10": 1, "P90": 2}, r"did you mean \{ p10, p90 \}\?"),
        ({"p10": 1, "median": 2, "p90": 3}, r"did you mean \{ p10, p50, p90 \}\?"),
        ({"p10": 1, "most_likely": 2, "p90": 3}, r"did you mean \{ p10, mode, p90 \}\?"),
        ({"p0": 1, "p100": 2}, "no percentile is 0 or 100"),
        ({"min": 1, "max": 2}, r"did you mean \{ low, mode, high \}, or \{ p5, p95 \}\?"),
        ({"average": 1, "std": 2}, r"did you mean \{ mean, sd \}\?"),
        ({"p10": 0, "p90": 2}, "p10 must be above 0"),
        ({"p10": -1, "mode": 1, "p90": 2}, "p10 must be above 0"),
        ({"p10": "1", "p90": 2}, "p10 must be a number, not '1'"),
    ],
)  # fmt: skip
def test_percentiles_that_make_no_law_are_refused_with_the_way_out(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_quantity(raw, POSITIVE)


@pytest.mark.parametrize(
    ("key", "percent"),
    [("p5", 5.0), ("p05", 5.0), ("p10", 10.0), ("p99", 99.0), ("p2.5", 2.5), ("p0.1", 0.1), ("p0", None), ("p00", None),
     ("p0.0", None), ("p100", None), ("p010", None), ("P10", None), ("p", None), ("p1e1", None), ("p-5", None)],
)  # fmt: skip
def test_keys_of_percentiles(key: str, percent: float | None) -> None:
    assert percent_of(key) == percent


def test_ranges_far_apart_do_not_overflow() -> None:
    assert quantity(POSITIVE, p98=1e-5, p99=1e12).at(np.array([-9.0, 9.0])).tolist() == [0.0, 1e12]


def test_levels_called_p1_and_p2_are_levels_and_not_percentiles() -> None:
    text = BASE.replace("[levels.simple]", "[levels.p1]").replace("[levels.complex]", "[levels.p2]")
    text = text.replace("simple = ", "p1 = ").replace("complex = ", "p2 = ")
    routed = parse_scenario(text.replace("routing = 3", "routing = { p1 = 1, p2 = 2 }"), "x").models["small"].routing
    assert isinstance(routed, dict) and {name: weight.center for name, weight in routed.items()} == {"p1": 1, "p2": 2}
    plain = parse_scenario(BASE.replace("routing = 3", "routing = { p10 = 1, p90 = 2 }"), "x").models["small"].routing
    assert isinstance(plain, Quantity) and plain.law == TwoPercentiles(1, 2, "log", 10, 90)
