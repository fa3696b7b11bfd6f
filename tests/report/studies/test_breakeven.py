"""A break-even in words: where each figure says which contract is cheaper, in units that people know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.decisions.breakeven.breakeven import breakeven
from simulator.decisions.deal import deal
from simulator.decisions.same_futures import SameFutures
from simulator.report.charts.form import FILE, NARROW, WIDE, Form
from simulator.report.studies.breakeven import breakeven_told
from simulator.report.studies.deal import deal_told
from simulator.report.studies.told import as_text
from simulator.report.words.figures import price_at_least, price_at_most
from tests.decisions.breakeven.scenarios import BENT, LINEAR, futures_of, written
from tests.decisions.value.test_value import futures_of as shipped

UNCERTAIN = "volume.per_month={mean=2000, sd=400}"


@pytest.fixture(scope="module")
def linear() -> SameFutures:
    return futures_of(written(LINEAR, "trials=256", UNCERTAIN, "outcomes.solve_log_odds={mean=0, sd=0.4}"))


@pytest.fixture(scope="module")
def bent() -> SameFutures:
    return futures_of(written(BENT, "trials=256", UNCERTAIN))


def test_the_sentence_has_the_three_answers_and_where_the_offer_stands(linear: SameFutures) -> None:
    told = breakeven_told(breakeven(linear, ("resolution", "conversation")), linear.forecast)
    prices = [word.strip(",;") for word in told.answer.split() if word.startswith("$")]
    assert told.answer.startswith(
        f'"Per resolution, assumed 24h" is cheaper than per conversation on average below {prices[0]} per '
        f"resolution, at P90 below {prices[1]} and in nine of ten futures below {prices[2]}; it is assumed at "
        f"{prices[3]}, where it costs {prices[4]} more on average and is the cheaper one in 0 % of the futures"
    )
    assert prices[3] == "$0.99"
    assert told.tables[0].rows[0][:2] == ("equal on average", prices[0])


def test_prices_below_which_a_contract_is_cheaper_are_rounded_down_as_in_a_deal() -> None:
    """The same tie was 0.451 there and 0.452 here; from where the other is surely cheaper it is rounded up."""
    futures = shipped("broad_cx")
    found = breakeven(futures, ("per_conversation", "per_token"))
    told = breakeven_told(found, futures.forecast)
    rows = [row[1] for row in told.tables[0].rows]
    exact = [each.crossings[0].at.value * 0.45 for each in found.answers]
    down, up = exact[:3], exact[3:]
    assert rows[:3] == [price_at_most(each, "USD", 0.45) for each in down]
    assert rows[3:] == [price_at_least(each, "USD", 0.45) for each in up]
    assert all(float(row[1:]) <= each for row, each in zip(rows[:3], down, strict=True))
    assert float(rows[3][1:]) >= up[0]
    of_deal = deal_told(deal(futures, "per_conversation"), futures).tables[0].rows
    tie = next(row[1] for row in of_deal if row[0].startswith('ties with "Per token'))
    assert told.answer.split(" on average below ")[1].startswith(f"{tie} per handled conversation")


def test_a_price_that_is_published_is_listed_and_not_offered() -> None:
    futures = shipped("broad_cx")
    told = breakeven_told(breakeven(futures, ("per_conversation", "per_token")), futures.forecast)
    assert "; it is listed at $0.45, where" in told.answer


def test_a_toss_up_where_the_offer_stands_is_called_one(linear: SameFutures) -> None:
    found = breakeven(linear, ("resolution", "conversation"))
    here = next(each for each in found.points if each.at == 1)

    def sentence(**there: float) -> str:
        points = tuple(replace(each, **there) if each is here else each for each in found.points)
        return breakeven_told(replace(found, points=points), linear.forecast).answer

    near = sentence(mean=356_900.0, other_mean=358_100.0, cheaper=0.446)
    assert near.endswith(
        "where it costs $1,200 less on average and is the cheaper one in 45 % of the futures: a toss-up."
    )
    far = sentence(mean=370_000.0, other_mean=358_100.0, cheaper=0.3)
    assert far.endswith("where it costs $12K more on average and is the cheaper one in 30 % of the futures.")
    assert sentence(mean=1.0, other_mean=1.0, cheaper=0.0).endswith("where both cost the same.")


def test_a_break_even_is_told_apart_from_a_price_to_walk_away_above(linear: SameFutures) -> None:
    over_price = breakeven_told(breakeven(linear, ("resolution", "conversation")), linear.forecast)
    over_volume = breakeven_told(breakeven(linear, ("resolution", "conversation"), "volume"), linear.forecast)
    assert any("`simulate deal`" in note for note in over_price.notes)
    assert not any("`simulate deal`" in note for note in over_volume.notes)


def test_a_contract_that_is_cheaper_between_two_volumes_is_told_so(bent: SameFutures) -> None:
    told = breakeven_told(breakeven(bent, ("bent", "linear"), "volume"), bent.forecast)
    assert "on average between " in told.answer and " conversations a month, at P90 between " in told.answer
    rows = [row for row in told.tables[0].rows if row[0] == "equal on average"]
    assert [row[3:] for row in rows] == [("second", "first"), ("first", "second")]
    first = breakeven_told(breakeven(bent, ("linear", "bent"), "volume"), bent.forecast)
    assert "on average below " in first.answer and " and above " in first.answer


def test_a_number_on_the_scale_of_log_odds_is_told_as_the_share_that_it_makes(linear: SameFutures) -> None:
    told = breakeven_told(breakeven(linear, ("resolution", "conversation"), "outcomes.solve_log_odds"), linear.forecast)
    assert 'for "the AI solves what it answers", the middle of its range, where it costs $' in told.answer
    assert "log_odds" not in as_text(told, linear.scenario, 100)
    assert all(row[0].endswith("%") for row in told.tables[1].rows)


def test_no_volume_matters_where_both_bills_are_in_proportion_to_it() -> None:
    futures = futures_of(written(LINEAR.replace(", platform_fee = 150", ""), "trials=64"))
    told = breakeven_told(breakeven(futures, ("resolution", "conversation"), "volume"), futures.forecast)
    assert "at everything from" in told.answer and told.tables[0].rows[0][1] == "nowhere"
    assert told.notes[-1].startswith("Where both bills grow in proportion")


@pytest.mark.parametrize("form", [FILE, WIDE, NARROW], ids=["file", "wide", "narrow"])
@pytest.mark.parametrize("over", ["price", "volume"])
def test_the_figure_has_its_message_and_its_numbers(bent: SameFutures, over: str, form: Form) -> None:
    told = breakeven_told(breakeven(bent, ("bent", "linear"), over), bent.forecast)
    drawn = told.chart(form)
    assert "costs as much as" in drawn.title and drawn.table.rows and "circles: equal" in drawn.subtitle
    assert drawn.figure.get_figwidth() == pytest.approx(form.width)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_is_wider_than_the_terminal(linear: SameFutures, width: int) -> None:
    told = breakeven_told(breakeven(linear, ("resolution", "conversation")), linear.forecast)
    assert max(map(len, as_text(told, linear.scenario, width).splitlines())) <= width


def test_where_only_some_figures_say_that_it_is_cheaper_they_are_told_apart() -> None:
    close = LINEAR.replace(", platform_fee = 150", "").replace("0.99", "0.84")
    futures = futures_of(written(close, "trials=256", "outcomes.solve_log_odds={mean=0, sd=0.4}"))
    told = breakeven_told(breakeven(futures, ("resolution", "conversation"), "volume"), futures.forecast)
    assert "is cheaper than per conversation on average and at P90, but not in nine of ten futures, at" in told.answer
