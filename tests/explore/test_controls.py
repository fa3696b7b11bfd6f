"""Controls of a notebook: each move changes the words and the picture, and comes at once."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

import simulator as cx
from tests.explore.texts import refuse_simulations

AT_ONCE = 1.0


@pytest.fixture(scope="module")
def grid(run: cx.Run) -> cx.Grid:
    return run.grid("resolution", return_window_hours=[0, 24, 72], silence=[24, 48, "never"])


@pytest.fixture
def box(grid: cx.Grid) -> Any:
    pytest.importorskip("ipywidgets")
    return grid.controls()


def test_controls_have_one_slider_a_clause(box: Any, grid: cx.Grid) -> None:
    import ipywidgets as widgets

    *sliders, picture, words = box.children
    assert len(sliders) == len(grid.axes) and all(isinstance(each, widgets.SelectionSlider) for each in sliders)
    assert isinstance(picture, widgets.Image) and isinstance(words, widgets.HTML)
    assert [each.description for each in sliders] == ["return window", "silence"]
    assert [label for label, _ in sliders[1].options] == ["24 h", "48 h", "never"]
    assert bytes(picture.value).startswith(b"\x89PNG") and "Expected bill" in words.value


def test_every_move_changes_the_picture_and_the_words_at_once(
    box: Any, grid: cx.Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_simulations(monkeypatch)
    *sliders, picture, words = box.children
    seen = {(picture.value, words.value)}
    for slider in sliders:
        for _, value in [*slider.options[1:], slider.options[0]]:
            before, start = (picture.value, words.value), time.process_time()
            slider.value = value
            took = time.process_time() - start
            assert picture.value != before[0] and words.value != before[1]
            assert took < AT_ONCE, f"{took:.2f} s of the processor"
            seen.add((picture.value, words.value))
    assert len(seen) == 5


def test_controls_come_back_to_the_same_picture(box: Any) -> None:
    *sliders, picture, words = box.children
    first = (picture.value, words.value)
    sliders[0].value = 2
    assert (picture.value, words.value) != first
    sliders[0].value = 0
    assert (picture.value, words.value) == first


def test_controls_show_the_cell_that_is_chosen(box: Any, grid: cx.Grid) -> None:
    from html import escape

    from simulator.explore.controls import said

    *sliders, picture, words = box.children
    sliders[0].value, sliders[1].value = 2, 1
    cell = grid.cell(return_window_hours=72, silence=48)
    assert all(escape(each) in words.value for each in said(grid, cell))
    assert picture.value == grid.plot_cell(return_window_hours=72, silence=48).png
    assert picture.value != grid.plot_cell(return_window_hours=72, silence="never").png


def test_controls_of_whole_definitions_choose_between_them(run: cx.Run) -> None:
    pytest.importorskip("ipywidgets")
    named = run.by_definition("resolution", ["assumed_24h", "verified_72h"])
    try:
        box = named.controls()
    except cx.ContractError:
        return
    assert len(box.children) == 3


def test_words_name_the_price_of_equal_bills_and_who_counts(grid: cx.Grid) -> None:
    from simulator.explore.controls import said

    definition, bill, recount = said(grid, grid.cell(silence="never"))
    assert "confirms" in definition and "At $4.7" in bill and "you can recount this in your own data" in recount


def test_without_widgets_the_error_names_the_extra(grid: cx.Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ImportError, match=r"pip install -e '\.\[notebooks\]'"):
        grid.controls()
