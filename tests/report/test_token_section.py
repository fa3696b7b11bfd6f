"""What the report says of tokens: parts that sum to the whole, levers and who keeps what, months beside the invoice."""

from __future__ import annotations

from dataclasses import replace

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.page.token_section import by_month, levers, parts
from simulator.report.summary.summary import Summary
from simulator.report.summary.tokens import TokenBox, TokenPart
from tests.synthetic import results, scenario


def numbers() -> Summary:
    return summary(forecast(results(scenario(trials=60))))


def test_months_have_what_tokens_cost_beside_the_invoice() -> None:
    of = numbers()
    shown = by_month(of)
    assert [row[0] for row in shown.rows] == [each.month for each in of.token_months.months]
    assert all(row[3].endswith(" %") or row[3] == "-" for row in shown.rows)


def test_parts_of_a_conversation_end_with_the_whole() -> None:
    half = TokenPart("prompt", "prompt", "what is read", 900.0, 0.9, 0.5, 0.001, 0.25)
    rest = TokenPart("answer", "answer", "what is written", 100.0, 0.1, 0.0, 0.003, 0.75)
    box = TokenBox(1_000.0, 750.0, 2.0, 0.004, (half, rest), ())
    shown = parts(replace(numbers(), token_box=box))
    assert shown is not None
    assert shown.rows[0] == ("prompt", "900", "90 %", "25 %", "$0.001")
    assert shown.rows[-1] == ("all", "1,000", "100 %", "100 %", "$0.004")


def test_without_a_study_there_is_no_table() -> None:
    of = replace(numbers(), token_box=None, levers=None)
    assert parts(of) is None and levers(of) is None
