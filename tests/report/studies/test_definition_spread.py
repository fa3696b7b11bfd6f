"""A contract by every definition in words."""

from __future__ import annotations

import pytest

from simulator.decisions.definition_spread import DefinitionSpread, definition_spread
from simulator.decisions.same_futures import SameFutures
from simulator.report.charts.form import FILE, NARROW, Form
from simulator.report.studies.definition_spread import definition_spread_told, shown
from simulator.report.studies.told import as_text
from tests.decisions.breakeven.scenarios import LINEAR, futures_of, written


@pytest.fixture(scope="module")
def futures() -> SameFutures:
    return futures_of(written(LINEAR, "trials=64", "months=3", "volume.per_month={mean=2000, sd=400}"))


@pytest.fixture(scope="module")
def found(futures: SameFutures) -> DefinitionSpread:
    return definition_spread(futures)


def test_the_sentence_says_the_range_the_share_and_why_it_is_not_the_recommended_contract(
    futures: SameFutures, found: DefinitionSpread
) -> None:
    told = definition_spread_told(found, futures.forecast)
    assert told.answer.startswith(
        'The recommended contract bills no resolutions; "Per resolution, assumed 24h", the first that counts silence, '
        "bills $"
    )
    assert "by the 216 ways to write its clauses" in told.answer
    assert told.answer.endswith("% of the spread of the bill is the definition's.")


def test_a_contract_that_is_named_needs_no_reason(futures: SameFutures) -> None:
    told = definition_spread_told(definition_spread(futures, "resolution"), futures.forecast)
    assert told.answer.startswith('"Per resolution, assumed 24h" bills $')


def test_the_table_has_at_most_fifteen_rows_the_dearest_first(futures: SameFutures, found: DefinitionSpread) -> None:
    rows = shown(found)
    assert len(rows) <= 15 and [each.mean.value for each in rows] == sorted((r.mean.value for r in rows), reverse=True)
    (table,) = definition_spread_told(found, futures.forecast).tables
    assert table.marked is not None and table.rows[table.marked][2] == "$0"


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_is_wider_than_the_terminal(futures: SameFutures, found: DefinitionSpread, width: int) -> None:
    text = as_text(definition_spread_told(found, futures.forecast), futures.scenario, width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("form", [FILE, NARROW], ids=["file", "narrow"])
def test_the_figure_has_a_row_for_each_of_the_table(futures: SameFutures, found: DefinitionSpread, form: Form) -> None:
    told = definition_spread_told(found, futures.forecast)
    drawn = told.chart(form)
    assert len(drawn.table.rows) == len(told.tables[0].rows)
    assert "at the same price, by what counts as a resolution" in drawn.title
