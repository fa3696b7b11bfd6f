"""Figures in text: as many digits as a comparison needs, and never the other way round."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.money import currencies, currency
from simulator.report.words.figures import (
    Scale,
    compact,
    count,
    factor,
    figures,
    finer,
    in_thousands,
    one_unit,
    one_unit_changes,
    percents,
    rough,
    rough_changes,
    scale_for,
    short_rate,
    signed,
    whole,
    whole_changes,
)


@pytest.mark.parametrize(
    ("amounts", "code", "expected"),
    [
        ([394_123, 451_000], "USD", ["$394K", "$451K"]),
        ([394_123, 394_124], "USD", ["$394.123K", "$394.124K"]),
        ([0.99, 0.81], "USD", ["$0.99", "$0.81"]),
        ([0.0035, 0.5], "USD", ["$0.0035", "$0.50"]),
        ([0, 40, 40e9], "USD", ["$0", "$40.00", "$40,000M"]),
        ([-5_000, 132_000], "USD", ["-$5,000", "$132K"]),
        ([9_795.2, 28_010, 28_090], "USD", ["$9,795", "$28.0K", "$28.1K"]),
        ([9_795.2, 9_795.4], "USD", ["$9,795.2", "$9,795.4"]),
        ([-0.0], "USD", ["$0"]),
        ([1_234_567], "JPY", ["¥1.23M"]),
        ([999_999], "USD", ["$1.00M"]),
        ([50, 50], "KWD", ["KWD 50.000", "KWD 50.000"]),
    ],
)
def test_figures_by_hand(amounts: list[float], code: str, expected: list[str]) -> None:
    assert figures(amounts, code) == expected


def _read(text: str, symbol: str) -> float:
    plain = text.replace(symbol, "").replace(",", "")
    factor = {"K": 1e3, "M": 1e6}.get(plain[-1], 1.0)
    return float(plain.rstrip("KM")) * factor


amount = st.floats(min_value=-1e11, max_value=1e11, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-4)


def order_is_kept(amounts: list[float], texts: list[str], symbol: str) -> bool:
    """Whether a larger amount never shows as a smaller or an equal one (differences under 1e-8 of it may)."""
    read = [_read(text, symbol) for text in texts]
    return all(
        read[i] < read[j]
        for i, a in enumerate(amounts)
        for j, b in enumerate(amounts)
        if b - a > 1e-8 * max(abs(a), abs(b))
    )


@given(st.lists(amount, min_size=1, max_size=6), st.sampled_from(["USD", "JPY", "KWD"]))
def test_figures_never_turn_or_hide_an_order(amounts: list[float], code: str) -> None:
    assert order_is_kept(amounts, figures(amounts, code), currencies()[code].symbol)


def test_order_checker_refuses_plain_rounding() -> None:
    assert not order_is_kept([394_123, 394_124], ["$394K", "$394K"], "$")
    assert not order_is_kept([1.0, 2.0], ["$2.00", "$1.00"], "$")


def test_percents_do_not_look_like_a_bound_they_differ_from() -> None:
    assert percents([0.62, 0.51]) == ["62 %", "51 %"]
    assert percents([0.1004], against=[0.1]) == ["10.04 %"]
    assert percents([0.1], against=[0.1]) == ["10 %"]
    assert percents([0.9996], against=[1]) == ["99.96 %"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (853.4, "853"),
        (8_512, "8,512"),
        (9_999.4, "9,999"),
        (9_999.5, "10K"),
        (85_123, "85K"),
        (999_499, "999K"),
        (999_500, "1.00M"),
        (1_234_567, "1.23M"),
        (9_994_999, "9.99M"),
        (12_345_678, "12M"),
        (999.4e6, "999M"),
        (999.6e6, "1.00B"),
        (24.5e9, "25B"),
        (-0.2, "0"),
    ],
)
def test_count(number: float, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(3.5649, "$3.56"), (10, "$10.00"), (625, "$625"), (40e9, "$40.0B"), (-1234, "-$1.23K")]
)
def test_compact(number: float, text: str) -> None:
    assert compact(number, "USD") == text


@pytest.mark.parametrize(
    ("number", "text"), [(0.9641, "0.964"), (1, "1"), (1.00004, "1.00004"), (0.0, "0"), (12.34, "12.3")]
)
def test_factor_looks_like_1_only_if_it_is(number: float, text: str) -> None:
    assert factor(number) == text


def test_scale_separates_only_the_ranked_amounts() -> None:
    close = [394_123, 394_440, 451_000]
    assert scale_for(close, "USD").decimals == 1
    assert scale_for(close, "USD", [394_123, 451_000]).decimals == 0


def test_scale_takes_one_unit_for_a_table() -> None:
    scale = scale_for([394_123, 451_000], "USD")
    assert (scale.heading, scale.text(394_123), scale.text(12), scale.text(0), scale.text(None)) == (
        "$K", "394", "<1", "0", "n/a",
    )  # fmt: skip


def test_scale_adds_digits_until_amounts_differ() -> None:
    scale = scale_for([394_123, 394_440], "USD")
    assert (scale.text(394_123), scale.text(394_440)) == ("394.1", "394.4")


def test_scale_has_a_small_unit_where_a_small_amount_would_vanish() -> None:
    scale = scale_for([40, 4e9], "USD")
    assert (scale.heading, scale.text(40), scale.text(4e9)) == ("$", "40.00", "4,000,000,000.00")
    coarse = list(scale.coarser)
    assert [each.heading for each in coarse] == ["$", "$K", "$M", "$B"]
    assert [each.text(4e9) for each in coarse] == ["4,000,000,000", "4,000,000", "4,000", "4"]
    assert coarse[1].text(40) == "<1"


@pytest.mark.parametrize(
    ("amounts", "code", "shown"),
    [
        ([394_000, 1_230_000], "USD", ["$394K", "$1,230K"]),  # not $1.23M beside $394K
        ([980, 394_000, 1_200_000], "USD", ["$980", "$394,000", "$1,200,000"]),  # in thousands 980 has one digit
        ([9_795, 28_000], "USD", ["$9,795", "$28,000"]),
        ([12_300, 1_230_000], "USD", ["$12.3K", "$1,230.0K"]),
        ([3.2e6, 450e6], "USD", ["$3.20M", "$450.00M"]),
        ([0.5, 394_000], "USD", ["$0.50", "$394,000.00"]),
        ([0.0035, 0.5], "USD", ["$0.0035", "$0.5000"]),  # two digits of the smallest
        ([45, 9_000], "JPY", ["¥45", "¥9,000"]),
        ([1.5, 9_000], "KWD", ["KWD 1.500", "KWD 9,000.000"]),
        ([-12_000, 45_000], "USD", ["-$12,000", "$45,000"]),
        ([394_200, 394_400], "USD", ["$394.2K", "$394.4K"]),  # what differs looks different
        ([394_200, 394_201], "USD", ["$394.2K", "$394.2K"]),  # unless by less than a table can say
        ([4.378, 4.381], "USD", ["$4.38", "$4.38"]),  # but not beyond what can be invoiced
        ([0.5, 0.5004], "USD", ["$0.5000", "$0.5004"]),  # except prices below one unit
        ([1e-13, 45_000], "USD", ["$0", "$45,000"]),  # what rounding left of 0
        ([2e10, 3e10], "USD", ["$20,000M", "$30,000M"]),
        ([None, 3], "USD", ["n/a", "$3.00"]),
        ([0, 0], "USD", ["$0", "$0"]),
        ([], "USD", []),
    ],
)
def test_a_column_has_one_unit(amounts: list[float | None], code: str, shown: list[str]) -> None:
    assert one_unit(amounts, code) == shown


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        ([357_123.4, 853, -577, None, 0, -0.2], ["$357K", "$1K", "-$1K", "n/a", "$0K", "$0K"]),
        ([57_612, 5_114], ["$57.6K", "$5.1K"]),
        ([9_000, -12.4], ["$9,000", "-$12"]),
        ([12.5, 3], ["$12.50", "$3.00"]),
        ([12_345_678, 1e5], ["$12.3M", "$0.1M"]),
        ([], []),
    ],
)
def test_amounts_of_a_table_without_cents(amounts: list[float | None], shown: list[str]) -> None:
    assert in_thousands(amounts, "USD") == shown


def test_an_amount_has_no_cents_from_ten_on() -> None:
    assert [whole(each, "USD") for each in (5_614.2, 97, 15.16, 0.35)] == ["$5,614", "$97", "$15", "$0.35"]


def test_changes_of_a_column_have_signs_and_one_unit() -> None:
    assert one_unit_changes([45_000, -1_230_000, 0], "USD") == ["+$45.0K", "-$1,230.0K", "$0.0K"]
    assert one_unit_changes([None, 0.001, 300], "USD", "as offered") == ["as offered", "$0.00", "+$300.00"]


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=8), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_a_column_keeps_order_unit_and_differences(amounts: list[float], code: str) -> None:
    texts = one_unit(amounts, code)
    assert (
        len({(text[-1] if text[-1] in "KMB" else "", len(text.partition(".")[2].rstrip("KMB"))) for text in texts}) == 1
    )
    shown = [float(re.sub(r"[^\d.-]", "", text)) for text in texts]
    pairs = sorted(zip(amounts, shown, strict=True))
    assert [value for _, value in pairs] == sorted(shown)
    unit = {"K": 1e3, "M": 1e6, "B": 1e9}.get(texts[0][-1], 1.0)
    step = unit * 10.0 ** -len(texts[0].partition(".")[2].rstrip("KMB"))
    assert all(a[1] < b[1] for a, b in itertools.pairwise(pairs) if b[0] - a[0] > step)


@pytest.mark.parametrize(
    ("amounts", "code", "shown"),
    [
        ([21_412, 125_300, 373_070], "USD", ["21.4", "125.3", "373.1"]),
        ([2_341, 125_300], "USD", ["2.34", "125.30"]),
        ([99_499, 125_300], "USD", ["99.5", "125.3"]),
        ([99_501, 125_300], "USD", ["100", "125"]),
        ([0, 394_123], "USD", ["0", "394"]),
        ([40, 9_000], "USD", ["40.00", "9,000.00"]),
        ([40, 9_000], "JPY", ["40", "9,000"]),
    ],
)
def test_finer_scale_shows_three_digits_of_the_smallest_amount(
    amounts: list[float], code: str, shown: list[str]
) -> None:
    scale = finer(scale_for(amounts, code), amounts)
    assert [scale.text(amount) for amount in amounts] == shown


def test_finer_scale_never_takes_digits_away() -> None:
    scale = scale_for([394_123, 394_124], "USD")
    assert scale.decimals == 3 and finer(scale, [394_123, 394_124]) == scale
    small = scale_for([40, 4e9], "USD")
    assert finer(small, [40]) == small


@pytest.mark.parametrize(
    ("price", "text"), [(0.512743752101, "$0.5127"), (0.5, "$0.50"), (0.00351239, "$0.003512"), (12.3456, "$12.35")]
)
def test_short_rate_has_four_digits_at_most(price: float, text: str) -> None:
    assert short_rate(price, "USD") == text


HUGE = [1e18, 1e27, 1e30, -1e300, 1.7976931348623157e308, 5e-324]


@pytest.mark.parametrize("amount", HUGE)
def test_amounts_of_any_finite_size_have_a_text(amount: float) -> None:
    """More digits than a Decimal keeps by itself (28) were refused: 1e27 dollars are 10^21 millions."""
    scale = scale_for([amount, 1.0], "USD")
    texts = [
        *figures([amount, 1.0], "USD"), compact(amount, "USD"), count(amount), *one_unit([amount, 1.0], "JPY"),
        *one_unit_changes([amount, 1.0], "USD"), scale.text(amount), finer(scale, [amount]).text(amount),
        short_rate(amount, "USD"), factor(amount),
    ]  # fmt: skip
    assert all(texts)


def test_huge_amounts_by_hand() -> None:
    assert figures([1e27], "USD") == ["$1,000,000,000,000,000,000,000M"]
    assert [compact(each, "USD") for each in (1e30, -1.5e300, 9.99e17)] == ["$1.00e+30", "-$1.50e+300", "$999Q"]


def test_differences_of_a_table_have_one_form() -> None:
    assert whole_changes([848.4, -71_257, 35_423.6, 0.3, 0], "USD") == ["+$848", "-$71,257", "+$35,424", "$0", "$0"]
    assert whole_changes([12.5, -0.004], "USD") == ["+$12.50", "$0.00"]
    assert whole_changes([2_400_000, -800], "USD") == ["+$2,400K", "-$1K"]
    assert whole_changes([], "USD") == []


def test_a_difference_in_the_scale_of_a_table_has_its_sign() -> None:
    scale = Scale(currency("USD"), "K", 1)
    assert [signed(scale, amount) for amount in (12_340, -500, 0, 20)] == ["+12.3", "-0.5", "0", "+<0.1"]


def test_amounts_of_a_table_have_no_cents_beside_thousands() -> None:
    assert rough([33_554.2, 385.4, 43.7, 0], "USD") == ["$33.6K", "$385", "$44", "$0"]
    assert rough([43.7, 0.5], "USD") == ["$43.70", "$0.50"] and rough([99.6, -99.6], "USD") == ["$99.60", "-$99.60"]
    assert rough([5_000, -99.6, 999.7], "USD") == ["$5.00K", "-$100", "$1.00K"]
    assert rough_changes([848.4, -33_554.2, 0.3, 0], "USD") == ["+$848", "-$33.6K", "$0", "$0"]
    assert rough([], "USD") == rough_changes([], "USD") == []
