"""What grows from month to month has an end: 1,000 times its start, by hand on both sides of it."""

from __future__ import annotations

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario
from simulator.scenario.checks.compounding import check_compounding
from tests.contracts.invoices.test_switch import MINIMAL

YEARS = MINIMAL.replace('start = "', 'months = 120\nstart = "', 1)


def problems(text: str) -> list[tuple[str, str]]:
    try:
        parse_scenario(text, "growing")
    except ScenarioError as error:
        return [(each.message, each.help) for each in error.problems]
    return []


def escalated(terms: str) -> str:
    return YEARS + f'\nrising = {{ type = "per_conversation", price = 0.5, escalator = {{ {terms} }} }}\n'


@pytest.mark.parametrize(
    ("terms", "times"),
    [
        ("growth = 1, every_months = 1", "6.646e+35"),  # 2^119
        ("growth = 100, every_months = 1", "3.268e+238"),  # 101^119
        ("growth = 1.16, every_months = 12", "1,023"),  # 2.16^9 = 1,023.5, and 2.15^9 = 981.6
        ("growth = 0.06, every_months = 1", "1,027"),  # 1.06^119 = 1,027.0
        ("growth = 0, floor = 10, every_months = 24", "1.464e+04"),  # 11^4 = 14,641
        ("growth = 100, cap = 10, every_months = 24", "1.464e+04"),
    ],
)
def test_an_escalator_that_passes_a_thousand_is_refused(terms: str, times: str) -> None:
    ((message, help_text),) = problems(escalated(terms))
    assert message.startswith("contracts.rising.escalator.growth: a growth of "), message
    assert f"compounds to {times} times the start within 120 months; the most is 1,000 times" in message
    assert "with every_months = 12" in help_text


@pytest.mark.parametrize(
    "terms",
    [
        "growth = 1.15, every_months = 12",
        "growth = 0.05, every_months = 1",  # 1.05^119 = 332
        "growth = 100, cap = 0.05, every_months = 1",
        "growth = -0.99, every_months = 1",
        "growth = { p5 = 0.02, p95 = 0.08 }, every_months = 12",
    ],
)
def test_an_escalator_below_it_stands(terms: str) -> None:
    assert problems(escalated(terms)) == []


def test_a_range_counts_with_what_one_future_in_a_thousand_passes() -> None:
    """P5 -0.9 and P95 0.05 in a month: -0.425 + 3.09 x 0.475 / 1.645 = 0.467, and 1.467^119 = 6.5e19."""
    ((message, _),) = problems(escalated("growth = { p5 = -0.9, p95 = 0.05 }, every_months = 1"))
    assert "which one future in a thousand passes, compounds to" in message and "e+19 times" in message


def test_growth_of_volume_and_of_model_prices_end_too() -> None:
    """Of ten years month 120 is 119/12 = 9.917 years on: 2^9.917 = 966.5, and 2.02^9.917 = 1,066.7."""
    for key, text in (
        (
            "volume.growth_per_year",
            YEARS.replace("volume.per_month", "volume.growth_per_year = 1.02\nvolume.per_month"),
        ),
        (
            "models.main.price_change_per_year",
            YEARS.replace("[models.main]", "[models.main]\nprice_change_per_year = 1.02"),
        ),
    ):
        assert problems(text.replace("= 1.02", "= 1")) == []
        ((message, _),) = problems(text)
        assert message.startswith(f"{key}: a growth of 1.02 compounds to 1,067 times"), message


def test_changes_that_hold_together_multiply() -> None:
    """40 x 30 = 1,200 in months 3 and 4; apart, and on usage and fees apart, neither passes 1,000."""
    changes = "price_changes = [{{ factor = 40, to_month = 4{} }}, {{ factor = 30, from_month = {}{} }}]"
    table = '\nrising = {{ type = "per_conversation", price = 0.5, {} }}\n'
    together = YEARS + table.format(changes.format("", 3, ""))
    ((message, _),) = problems(together)
    assert (
        message == "contracts.rising.price_changes: the factors multiply prices by 1,200 in month 3; the most is 1,000"
    )
    assert problems(YEARS + table.format(changes.format("", 5, ""))) == []
    assert problems(YEARS + table.format(changes.format(', of = "usage"', 3, ', of = "fees"'))) == []
    both = changes.format("", 5, "") + ", escalator = { growth = 1.1, every_months = 24 }"  # 30 x 2.1^4 = 583
    assert problems(YEARS + table.format(both)) == []
    ((message, _),) = problems(YEARS + table.format(both.replace("1.1", "1.5")))  # 30 x 2.5^4 = 1,172
    assert "the factors, and the escalator, multiply prices by 1,172 in month 97" in message


def test_the_scenario_as_it_stands_grows_nowhere() -> None:
    assert check_compounding(parse_scenario(YEARS, "years")) == []
