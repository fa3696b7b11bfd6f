"""How objects show themselves: a few lines of text, and HTML in which no text of a user is code."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from matplotlib.figure import Figure

import simulator as cx
from simulator.explore.scenario import from_text
from tests.explore import texts

ALLOWED = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "div", "style"}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Tags(HTMLParser):
    """The elements of a text of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.add(tag)


def tags(html: str) -> set[str]:
    parser = Tags()
    parser.feed(html)
    return parser.found


OBJECTS: dict[str, Callable[[cx.Run], Any]] = {
    "scenario": lambda run: run.scenario,
    "run": lambda run: run,
    "verdict": lambda run: run.verdict,
    "paired": lambda run: run.paired("conversation", "resolution"),
    "grid": lambda run: run.grid("resolution", silence=[24, 48]),
    "definitions": lambda run: run.by_definition("resolution", ["assumed_24h", "verified_72h"]),
    "strip": lambda run: run.plot.strip(),
    "plots": lambda run: run.plot,
}


@pytest.mark.parametrize("name", [each for each in OBJECTS if each != "plots"])
def test_text_of_an_object_is_short_and_plain(run: cx.Run, hostile: cx.Run, name: str) -> None:
    for each in (run, hostile):
        shown = repr(OBJECTS[name](each))
        assert 0 < shown.count("\n") + 1 < 20 and CONTROL.search(shown) is None
        assert all(len(line) <= 240 for line in shown.split("\n"))


def test_text_of_many_contracts_is_short(run: cx.Run) -> None:
    many = run.with_contracts({f"number {place}": {"base": "resolution", "price": place} for place in range(1, 60)})
    for each in (many, many.scenario, many.verdict):
        assert repr(each).count("\n") + 1 < 20
    assert "and 51 more" in repr(many) and many._repr_html_().count("<tr") <= 23
    assert repr(many.plot.strip()).count("\n") == 0


def test_text_of_the_plots_is_short(run: cx.Run) -> None:
    assert repr(run.plot).count("\n") < 20 and len(repr(run.plot)) < 2_000


def test_control_characters_of_a_title_do_not_reach_a_text() -> None:
    text = texts.MINIMAL.replace('title = "Minimal"', 'title = "a\\u001b[31m\\nb\\u202e"').replace(
        'type = "per_resolution",', 'type = "per_resolution", title = "c\\u001b[31m\\nd",'
    )
    odd = cx.simulate(from_text(text, "my\x1b[31m file"), trials=16, workers=1)
    for name in ("scenario", "run", "verdict", "paired", "grid", "strip"):
        shown = OBJECTS[name](odd)
        assert CONTROL.search(repr(shown)) is None, name
        assert name == "strip" or CONTROL.search(shown._repr_html_()) is None, name


def test_control_characters_of_a_name_of_a_definition_do_not_reach_a_text(run: cx.Run) -> None:
    shown = repr(run.by_definition("resolution", {"a\x1b[31m\nb": {"base": "assumed_24h"}}))
    assert CONTROL.search(shown) is None and shown.count("\n") == 3


@pytest.mark.parametrize("name", ["scenario", "run", "verdict", "paired", "grid", "definitions"])
def test_html_has_no_code_of_a_title(hostile: cx.Run, name: str) -> None:
    html = OBJECTS[name](hostile)._repr_html_()
    assert "<script" not in html and tags(html) <= ALLOWED and "&amp;lt;" not in html


@pytest.mark.parametrize("name", ["run", "scenario", "verdict", "paired", "grid"])
def test_html_shows_the_numbers_as_a_table(run: cx.Run, uncertain: cx.Run, name: str) -> None:
    html = OBJECTS[name](uncertain)._repr_html_()
    assert ("<table" in html) == (name != "verdict") and tags(html) <= ALLOWED


def test_the_check_of_html_finds_a_script() -> None:
    assert not tags(f"<p>{texts.SCRIPT}</p>") <= ALLOWED


def test_html_of_names_that_are_code(run: cx.Run) -> None:
    grid = run.by_definition("resolution", {texts.SCRIPT: {"base": "assumed_24h"}})
    assert "<script" not in grid._repr_html_()


def test_html_of_hand_made_pairs_and_verdicts_is_escaped(run: cx.Run, hand_made: Any) -> None:
    pair = cx.Paired(texts.SCRIPT, "other", hand_made, "USD")
    verdict = cx.Verdict(run.verdict.found, texts.SCRIPT, "")
    assert "<script" not in pair._repr_html_() + verdict._repr_html_()


def test_html_of_words_beside_the_controls_is_escaped(hostile: cx.Run) -> None:
    from simulator.explore.controls import said
    from simulator.explore.shown import page

    grid = hostile.grid("resolution", silence=[24, 48])
    assert tags(page(*said(grid, grid.cells[1]))) == {"p"}


def test_svg_has_no_code_of_a_title(hostile: cx.Run, tmp_path: Any) -> None:
    for place, plot in enumerate((hostile.plot.strip(), hostile.by_definition("resolution", ["odd"]).plot())):
        text = plot.save(tmp_path / f"{place}.svg").read_text()
        assert "<script" not in text and "&lt;script&gt;" in text


def test_dollar_signs_of_titles_are_not_mathematics(run: cx.Run, tmp_path: Any) -> None:
    text = texts.MINIMAL.replace('type = "per_resolution",', 'type = "per_resolution", title = "a $x^2$ $\\\\frac$ b",')
    odd = cx.simulate(from_text(text), trials=8, workers=1)

    grid = odd.grid("resolution", silence=[24, 48])
    own = [odd.plot.strip(), odd.plot.difference(), odd.plot.s_curve("resolution"), grid.plot(), grid.plot_cell()]
    assert all(plot.png.startswith(b"\x89PNG") for plot in own)


@pytest.mark.parametrize("kind", ["strip", "difference", "s_curve", "scatter", "definitions"])
def test_dollar_signs_of_titles_are_not_mathematics_on_given_axes(kind: str) -> None:
    title = 'title = "a $x^2$ $\\\\frac$ b"'
    text = texts.UNCERTAIN.replace('type = "per_resolution",', f'type = "per_resolution", {title},').replace(
        'type = "per_conversation",', f'type = "per_conversation", {title.replace("a $", "c $")},'
    )
    odd, ax = cx.simulate(from_text(text), trials=8, workers=1), Figure().subplots()
    draw: dict[str, Callable[[], cx.Plot]] = {
        "strip": lambda: odd.plot.strip(ax=ax),
        "difference": lambda: odd.plot.difference(ax=ax),
        "s_curve": lambda: odd.plot.s_curve("resolution", ax=ax),
        "scatter": lambda: odd.plot.scatter("volume.per_month", "resolution", ax=ax),
        "definitions": lambda: odd.by_definition(
            "resolution", {"x": {"base": "assumed_24h", "title": "a $x$ $\\frac$ b"}}
        ).plot(ax=ax),
    }
    assert draw[kind]().png.startswith(b"\x89PNG")
