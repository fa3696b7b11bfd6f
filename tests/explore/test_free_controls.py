"""Free sliders of a notebook: any hours, each move counted anew and the same as a run that had the definition."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

import simulator as cx
from tests.explore.texts import refuse_simulations


@pytest.fixture
def box(run: cx.Run) -> Any:
    pytest.importorskip("ipywidgets")
    return run.controls("resolution")


def test_sliders_begin_as_offered(box: Any) -> None:
    window, silence, never, touch, duplicates, picture, words = box.children
    assert (window.value, silence.value, never.value) == (0, 24, False)
    assert (touch.value, duplicates.value) == ("review", "billed")
    assert bytes(picture.value).startswith(b"\x89PNG") and "Expected bill" in words.value


def test_every_move_is_counted_without_a_simulation(box: Any, run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.explore.controls import said

    refuse_simulations(monkeypatch)
    window, silence, never, touch, duplicates, _, words = box.children
    seen = {words.value}
    for control, value in ((window, 31), (silence, 29), (touch, "none"), (duplicates, "merged"), (never, True)):
        control.value = value
        seen.add(words.value)
    assert len(seen) == 6
    never.value = False
    grid = run.grid("resolution", return_window_hours=31, silence=29, human_touch="none", duplicates="merged")
    assert all(escape(each) in words.value for each in said(grid, grid.cells[0]))
    window.value = 37
    assert not all(escape(each) in words.value for each in said(grid, grid.cells[0]))


def test_controls_of_a_contract_without_clauses_are_refused(run: cx.Run) -> None:
    pytest.importorskip("ipywidgets")
    with pytest.raises(cx.ContractError, match="does not bill resolutions by one definition"):
        run.controls("conversation")
