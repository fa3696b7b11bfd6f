"""Answers in the report: each with its table and figure, every text escaped, and in the file that programs read."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.charts.base import Chart
from simulator.report.charts.form import Form
from simulator.report.page import page
from simulator.report.questions import questions
from simulator.report.studies.made import Decided, MadeStudy, as_blocks
from simulator.report.studies.told import Table, Told
from simulator.scenario import load_scenario
from tests.report.test_page import ABOUT, NASTY, made, pictures
from tests.synthetic import results, scenario

SCENARIO = load_scenario("scenarios/minimal.toml", ["trials=256"])


@dataclass(frozen=True, slots=True)
class Worth:
    worth: float


KEY = "contracts.resolution.price"


def figure(form: Form) -> Chart:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(form.width, 2))
    figure.subplots().plot([0, 1], [0, 1])
    return Chart(figure, f"Title {NASTY}", f"Alt {NASTY}")


def study(name: str = "clauses") -> MadeStudy[Worth]:
    table = Table(
        ("term", f"worth\nat {NASTY}", "because"),
        ((NASTY, "$1K", NASTY), ("price", "$2K", "")),
        NASTY,
        1,
        (2,),
        "the best",
    )
    return MadeStudy(
        name,
        Told(f"What is {NASTY} worth?", f"Ask for {NASTY}.", (table,), (NASTY,), figure, (f"Under it: {NASTY}",), KEY),
        Worth(2.0),
    )


@pytest.fixture(scope="module")
def pages() -> tuple[str, str]:
    numbers, without = made()
    run = forecast(results(scenario(), scale=60_000.0))
    return without, page(
        numbers, pictures(numbers), questions(run), ABOUT, Decided((study(), study("value")), {"split": NASTY})
    )


def test_a_run_without_answers_has_no_section_of_them(pages: tuple[str, str]) -> None:
    without, with_answers = pages
    assert 'id="decide"' not in without and "#decide" not in without
    assert 'id="decide"' in with_answers and '<a href="#decide">Decide</a>' in with_answers


def test_every_answer_has_its_sentence_its_table_and_two_drawings(pages: tuple[str, str]) -> None:
    section = pages[1].split('<section id="decide"')[1].split("</section>")[0]
    for name in ("clauses", "value"):
        own = section.split(f'<details id="decide-{name}">')[1].split("</details>")[0]
        assert own.count("<svg ") == 2 and 'class="wide"' in own and 'class="narrow"' in own
        assert "* <bdi>price</bdi>" in own and "simulate " + name in own
        assert f'href="#decide-{name}"' in section
        assert own.index("Ask for") < own.index("Under it: ") < own.index("<figure")


def test_the_section_begins_with_the_moves_in_their_order(pages: tuple[str, str]) -> None:
    section = pages[1].split('<section id="decide"')[1].split("</section>")[0]
    moves = section.split("<ol>")[1].split("</ol>")[0]
    assert re.findall(r'href="#decide-(\w+)">([^<]+)<', moves) == [
        ("value", "Find out first"),
        ("clauses", "Then the clauses"),
    ]
    assert section.index("<ol>") < section.index("<details")
    assert f"--set {KEY}=..." in section and '<p class="small">* the best</p>' in section


def test_every_text_of_an_answer_is_escaped(pages: tuple[str, str]) -> None:
    section = pages[1].split('<section id="decide"')[1].split("</section>")[0]
    assert "<script>" not in section and "<b>" not in section
    assert html.escape("</script><script>alert(1)</script>") in section
    assert "\u202e" not in section


def test_no_id_stands_twice(pages: tuple[str, str]) -> None:
    ids = re.findall(r'\bid="([^"]+)"', pages[1])
    assert len(ids) == len(set(ids))


def test_the_file_has_each_answer_by_the_name_of_its_command() -> None:
    block = as_blocks(Decided((study(), study("value")), {"split": "one contract"}), SCENARIO)
    assert list(block) == ["clauses", "value", "left_out"] and block["left_out"] == {"split": "one contract"}
    assert block["clauses"]["worth"] == 2.0 and block["clauses"]["answer"].startswith("Ask for")
