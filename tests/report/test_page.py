"""The report as text: safe with any names, strict about what it loads, complete, small, and the same bytes."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.forecast.forecast import forecast
from simulator.report.answer.boxes import boxes
from simulator.report.answer.contracts import every, few, units
from simulator.report.blocks.studies import Studies, clause_numbers
from simulator.report.blocks.summary import summary
from simulator.report.charts import PAGE, charts
from simulator.report.page import page
from simulator.report.page.assumptions import INDEPENDENT
from simulator.report.page.explorer import CELL_HEADS, explorer
from simulator.report.page.inline import inline_svg
from simulator.report.questions import questions
from simulator.report.rendering import Picture, picture
from simulator.report.words.coded import coded
from simulator.report.words.compared import compared
from simulator.report.words.figures import compact, figures
from simulator.report.words.sentences import contract_of, interval_line
from tests.report.studied import made_anatomy, made_study
from tests.synthetic import CONTRACTS, CORRELATED, results, scenario

NASTY = "</script><script>alert(1)</script> =cmd() \"'&<b> \u202eevil\u202c \u05e9\u05dc\u05d5\u05dd 🤖 " + "x" * 120
ABOUT: dict[str, Any] = {
    "command": f"simulate '{NASTY}'", "seed": 5, "engine": "sampled", "scenario_sha256": "0" * 64,
    "versions": {"python": "3"},
    "overrides": [NASTY], "scenario_text": f"title = {NASTY}", "sources": [
        {"name": NASTY, "center": 1.5, "kind": "judgement", "source": NASTY, "as_of": "2026-10"}],
}  # fmt: skip
TEMPLATE = Path(__file__).parents[2] / "simulator" / "report" / "page" / "page.html.j2"
SECTIONS = ("answer", "alternatives", "budget", "drivers", "clauses", "assumptions", "details")
LARGEST = 450_000


def made(**changes: Any) -> tuple[dict[str, Any], str]:
    of = scenario(**changes)
    run = forecast(results(of, scale=60_000.0))
    numbers = summary(run, None, Studies(made_study(of, scale=60_000.0), made_anatomy()))
    return numbers, page(numbers, pictures(numbers), questions(run), ABOUT)


def pictures(numbers: dict[str, Any]) -> dict[str, Picture]:
    """Return the charts as a run draws them for its page."""
    return {name: picture(name, chart, numbers) for name, chart in charts(numbers).items()}


@cache
def usual() -> tuple[dict[str, Any], str]:
    return made(trials=600, budget=98_000)


@cache
def hostile() -> tuple[dict[str, Any], str]:
    named = {
        name: {**terms, "title": NASTY[place : place + 80]} for place, (name, terms) in enumerate(CONTRACTS.items())
    }
    return made(contracts=named, title=NASTY, trials=60)


class Reader(HTMLParser):
    """Collects elements, ids and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]


@pytest.mark.parametrize("which", [usual, hostile])
def test_page_loads_nothing_and_runs_only_its_own_script(which: Any) -> None:
    _, text = which()
    read = Reader(text)
    assert read.tags.count("script") == 2 and "img" not in read.tags and "iframe" not in read.tags
    assert not [name for name, _ in read.attributes if name.startswith("on") or name in ("style", "src")]
    links = [value for name, value in read.attributes if name in ("href", "xlink:href")]
    assert all(value is not None and value.startswith("#") for value in links)
    assert "unsafe-inline" not in text and "default-src 'none'" in text


def test_hashes_of_the_policy_are_those_of_style_and_script() -> None:
    _, text = usual()
    for tag, key in (("style", "style-src"), ("script", "script-src")):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body[-1].encode()).digest()).decode()
        assert f"{key} 'sha256-{digest}'" in text


def test_page_of_hostile_names_is_escaped_and_readable() -> None:
    _, text = hostile()
    assert "<script>alert" not in text and "<b>" not in text and "\u202e" not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text and "🤖" in text and "שלום" in text
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None and set(json.loads(data.group(1))) == {"slider", "clauses"}


@pytest.mark.parametrize("which", [usual, hostile])
def test_ids_are_unique_and_every_reference_has_its_target(which: Any) -> None:
    read = Reader(which()[1])
    assert len(read.ids) == len(set(read.ids))
    assert len([name for name in read.ids if name.endswith("-name")]) >= 5, "charts are inlined"
    targets = [value[1:] for name, value in read.attributes if name in ("href", "xlink:href") and value]
    targets += re.findall(r"url\(#([^)]+)\)", which()[1])
    labels = [part for name, value in read.attributes if name == "aria-labelledby" and value for part in value.split()]
    assert targets and set(targets) | set(labels) <= set(read.ids)


def test_inlined_charts_keep_their_ids_apart() -> None:
    numbers, _ = usual()
    drawn = {
        f"{name}-{width}": (drawing or b"").decode()
        for name, each in pictures(numbers).items()
        if name in PAGE
        for width, drawing in (("wide", each.wide), ("narrow", each.narrow))
    }
    plain = [name for text in drawn.values() for name in re.findall(r'\bid="([^"]+)"', text)]
    assert len(plain) > len(set(plain)), "as drawn they share ids: the check can fail"
    inlined = "".join(inline_svg(text, key, "name text") for key, text in drawn.items())
    names = re.findall(r'\bid="([^"]+)"', inlined)
    assert len(names) == len(set(names)) and "style=" not in inlined and "<style" not in inlined


def test_a_drawing_loses_no_more_than_a_hundredth_of_a_point() -> None:
    drawn = '<svg viewBox="0 0 9 9"><path d="M 1.23456 7.999&#10;L 3 4" style="fill: #abc123"/></svg>'
    assert 'd="M 1.23 7.99&#10;L 3 4" fill="#abc123"' in inline_svg(drawn, "a", "name text")


def test_a_drawing_has_nothing_that_says_what_holds_without_it() -> None:
    text = (
        """<text style="font-size: 9px; font-family: 'DejaVu Sans'; text-anchor: start" transform="rotate(-0 1 2)"/>"""
    )
    drawn = (
        f'<svg viewBox="0 0 9 9"><g id="axes_1"><g id="line2d_7">{text}</g></g>'
        '<g id="matplotlib.axis_2" clip-path="url(#p1)"><use xlink:href="#m1"/></g><clipPath id="p1"/>'
        '<path id="m1" style="stroke-linejoin: miter; stroke-linecap: square"/></svg>'
    )
    inlined = inline_svg(drawn, "a", "name text")
    assert inlined.split(">", 1)[1] == (
        '<text/><g clip-path="url(#a-1)"><use href="#a-2"/></g>'
        '<clipPath id="a-1"/><path id="a-2" stroke-linecap="square"/></svg>'
    )
    assert ' font-size="9px" fill="#222222">' in inlined
    other = '<svg viewBox="0 0 9 9"><text style="font: 700 11px x; fill: #b84e00"/></svg>'
    assert '<text font-weight="700" font-size="11" fill="#b84e00"/>' in inline_svg(other, "a", "name text")
    turned = '<svg viewBox="0 0 9 9"><text transform="rotate(-90 1 2)"/></svg>'
    assert "rotate(-90 1 2)" in inline_svg(turned, "a", "name text")


def test_what_stands_between_backticks_is_code_and_all_is_escaped() -> None:
    assert coded("ask `simulate <deal>` & go") == "ask <code>simulate &lt;deal&gt;</code> &amp; go"
    assert coded("a lone ` and <b>") == "a lone ` and &lt;b&gt;", "a backtick without its pair is a sign like others"


def test_sections_stand_in_their_order_with_their_charts_and_a_list_of_contents() -> None:
    _, text = usual()
    assert re.findall(r'<section id="([^"]+)"', text) == list(SECTIONS)
    assert re.findall(r'<li><a href="#([^"]+)"', text[: text.index("<main>")]) == list(SECTIONS)
    assert text.count('<figure class="chart">') == len(PAGE) <= 8
    assert text.count('role="img"') == 2 * len(PAGE), "each chart is drawn wide and narrow"
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_a_title_of_a_chart_stands_once_as_a_heading() -> None:
    numbers, text = usual()
    for name, chart in pictures(numbers).items():
        heads = [html.unescape(head) for head in re.findall(r"<h3[^>]*>(.*?)</h3>", text)]
        assert heads.count(chart.title) == (name in PAGE), name
    drawn = "".join(re.findall(r"<text.*?</text>", text, re.DOTALL))
    assert not [chart.title for chart in pictures(numbers).values() if html.escape(chart.title, quote=False) in drawn]


def not_shown(template: str) -> set[str]:
    """Return the charts of the page that its template shows nowhere."""
    return set(PAGE) - set(re.findall(r'{{ chart\(charts, pictures, "([^"]+)"\) }}', template))


def test_every_chart_of_the_page_has_a_place_on_it() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    left = not_shown(template)
    assert not left, f"{sorted(left)}: show it in page/{TEMPLATE.name}, as {{{{ chart(charts, pictures, NAME) }}}}"
    assert not_shown(template.replace('{{ chart(charts, pictures, "6-tornado") }}', "")) == {"6-tornado"}


def boxes_of(text: str) -> dict[str, str]:
    """Return the boxes of the first screen as texts, by their heading."""
    found = re.findall(r'<div class="box">(.*?)</div>', text, re.DOTALL)
    parts = [[html.unescape(part).strip() for part in re.split("<[^>]*>", box) if part.strip()] for box in found]
    return {head: " ".join(rest) for head, *rest in parts}


def test_first_screen_has_p90_the_chance_the_saving_as_a_range_and_what_is_open_by_name() -> None:
    numbers, text = usual()
    found = boxes_of(text)
    assert list(found) == ["P90 of the invoice", "Chance to hold the budget", "Saving against today", "Ready to sign"]
    assert numbers.status_quo is not None
    less = numbers.status_quo.recommended_less_today
    _, mean, low, high = figures([1.0, -less.mean, -less.p90, -less.p10], "USD")
    saving = found["Saving against today"]
    assert mean in saving and f"{low} to {high}." in saving
    for each in numbers.verdict.questions:
        assert each.text[1:] in found["Ready to sign"]
    assert interval_line(numbers) in html.unescape(text)


def test_the_saving_is_net_of_the_cases_that_are_no_longer_solved() -> None:
    """30 fewer solved cases of 10 each take 300 off a saving of 1,000; as many cases take nothing off."""
    numbers, _ = usual()
    assert numbers.status_quo is not None
    today = replace(
        numbers.status_quo,
        recommended_less_today=replace(
            numbers.status_quo.recommended_less_today, mean=-1000.0, p10=-1200.0, p90=-800.0
        ),
    )
    for after, figure in ((70.0, "$700"), (100.0, "$1,000")):
        solved = replace(today.saving, solved_today=100.0, solved_with_ai=after, cost_per_solved_case=10.0)
        found = {box.name: box for box in boxes(replace(numbers, status_quo=replace(today, saving=solved)))}
        assert found["Saving against today"].figure == figure
    assert not [line for line in found["Saving against today"].lines if "no longer" in line]


def test_several_budgets_have_their_chances_by_year_and_that_of_their_sum() -> None:
    numbers, text = made(trials=600, start="2027-11", months=3, budget=[40_000, 58_000])
    told = boxes_of(text)["Chance to hold every budget"]
    assert "Each by itself: FY2027 " in told and ", FY2028 " in told
    assert "All years in one, their sum of $98K: " in told and numbers.budget is not None


def test_first_screen_without_budget_and_without_today_has_two_boxes() -> None:
    _, text = made(trials=60, today=None)
    assert list(boxes_of(text)) == ["P90 of the invoice", "Ready to sign"]


def test_first_table_has_the_contracts_that_a_reader_compares_with_price_and_terms_and_today() -> None:
    numbers, _ = usual()
    shown = few(numbers)
    titles = [contract_of(numbers, name).title for name in compared(numbers)]
    assert [row[0] for row in shown.rows] == [*titles, numbers.status_quo.title]
    assert len(shown.rows) < len(every(numbers).rows)
    place = shown.columns.index("price and terms")
    assert all(row[place].endswith("price assumed, no offer named") for row in shown.rows[:-1])


def test_details_are_closed_and_a_print_has_what_is_open() -> None:
    _, text = usual()
    assert "<details open" not in text and "beforeprint" not in text
    assert "A print has what is open" in text and "details:not([open])" in text


def test_page_holds_the_answer_and_the_whole_scenario() -> None:
    numbers, text = usual()
    assert numbers.sentence in html.unescape(text)
    assert "title = &lt;/script&gt;" in text
    assert len(text.encode()) < LARGEST


@pytest.mark.parametrize(
    "changes",
    [
        {"contracts": {"a": {"type": "per_conversation", "price": 0.5}}, "months": 1, "trials": 1},
        {"contracts": {"a": {"type": "per_resolution", "definition": "assumed_24h", "price": 0}}, "today": None},
        {"currency": "JPY", "budget": {"amount": 2e6, "of": "cost_to_serve"}},
    ],
)
def test_page_of_a_poor_scenario_is_whole(changes: dict[str, Any]) -> None:
    _, text = made(**changes)
    assert re.findall(r'<section id="([^"]+)"', text) == list(SECTIONS)
    assert "None" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)


def test_slider_covers_the_costs_and_says_of_the_budget_what_the_table_says() -> None:
    numbers, _ = made(trials=600, budget=11_000)
    slider, curve = explorer(numbers, {})["slider"], numbers.curve.amounts
    amounts, texts = slider["amounts"], slider["texts"]
    assert amounts[0] <= curve[0] and amounts[-1] >= curve[-1] and amounts == sorted(amounts)
    assert amounts[slider["start"]] == 11_000
    (row,) = [row for row in few(numbers).rows if row[0] == contract_of(numbers, numbers.recommended).title]
    held = row[few(numbers).columns.index("budget held in")]
    assert texts[slider["start"]] == f"$11,000 is enough in {held} of the futures"
    assert texts[0].endswith(" 0 % of the futures") and texts[-1].endswith(" 100 % of the futures")
    steps = {f"{after - before:g}".lstrip("0.").rstrip("0") for before, after in itertools.pairwise(amounts)}
    assert steps <= {"1", "2", "5"}


def test_the_slider_draws_on_both_drawings_of_the_curve_by_their_own_axes() -> None:
    numbers, text = made(trials=60, budget=11_000)
    curve = pictures(numbers)["2-s-curve"]
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    axes = json.loads(data.group(1))["slider"]["axes"]
    assert curve.wide_axis is not None and curve.narrow_axis is not None and curve.wide_axis != curve.axis
    assert axes == {
        "chart-2-s-curve": [list(end) for end in curve.wide_axis],
        "chart-2-s-curve-narrow": [list(end) for end in curve.narrow_axis],
    }


def test_a_budget_far_outside_does_not_stretch_the_slider() -> None:
    numbers, _ = usual()
    slider = explorer(numbers, {})["slider"]
    assert slider["amounts"][-1] < 2 * numbers.curve.amounts[-1] < 98_000


def test_a_budget_between_two_steps_is_a_place_of_the_slider() -> None:
    numbers, _ = made(trials=60, budget=11_123.45)
    slider = explorer(numbers, {})["slider"]
    assert slider["texts"][slider["start"]].startswith("$11,123.45 is enough in ")


def read_back(text: str) -> float:
    """Return the amount that a text in dollars shows."""
    sign, digits, unit = re.fullmatch(r"([+-]?)\$([\d,.]+)([KMB]?)", text).groups()  # type: ignore[union-attr]
    return float(f"{sign}{digits.replace(',', '')}") * {"": 1, "K": 1e3, "M": 1e6, "B": 1e9}[unit]


def tables_of(text: str) -> list[list[list[str]]]:
    """Return the rows of every table of a page as texts, heads left out."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    return [
        [
            [
                html.unescape(re.sub("<[^>]*>", "", cell))
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        ]
        for body in bodies
    ]


@pytest.mark.parametrize("scale", [100.0, 60_000.0])
def test_every_column_of_money_of_every_table_has_one_unit(scale: float) -> None:
    """No column has $394K under $1.23M; a column is all texts of money under one another."""
    of = scenario(trials=60, budget=98_000, contracts={**CONTRACTS, "dear": {"type": "per_conversation", "price": 12}})
    run = forecast(results(of, scale=scale))
    numbers = summary(run, None, Studies(made_study(of, scale=scale), made_anatomy()))
    text = page(numbers, pictures(numbers), questions(run), ABOUT)
    money = re.compile(r"[+-]?\$[\d,]+(?:\.\d+)?([KMB]?)")
    columns = [column for rows in tables_of(text) for column in zip(*rows, strict=True)]
    units = [{found[1] for cell in column if (found := money.fullmatch(cell))} for column in columns]
    assert sum(map(bool, units)) > 40
    assert [column for column, each in zip(columns, units, strict=True) if len(each) > 1] == []


def test_what_is_owed_is_a_column_only_where_somebody_owes_it() -> None:
    """A fee of 1,000 a month for 12 months: after month 6 six are owed, and after month 12 nothing."""
    fee = {"type": "per_conversation", "price": 0.5, "platform_fee": 1_000, "term_months": 12}
    free = {"type": "per_conversation", "price": 0.5}
    for contracts, heads in (({"a": fee, "b": free}, ["owed, stopped after month 6"]), ({"a": free, "b": free}, [])):
        numbers = summary(forecast(results(scenario(contracts, months=12))))
        shown = units(numbers)
        assert [head for head in shown.columns if "owed" in head] == heads
        owed = {row[0]: row[shown.columns.index(heads[0])] for row in shown.rows} if heads else {}
        assert not heads or set(owed.values()) == {"$6,000", "$0"}


def test_grid_of_the_explorer_has_the_numbers_of_the_study() -> None:
    numbers, _ = usual()
    found, grid = numbers.clauses, explorer(numbers, {})["clauses"]
    sizes = [len(axis.choices) for axis in found.axes]
    assert len(grid["cells"]) == len(found.cells) == sizes[0] * sizes[1] * sizes[2] * sizes[3]
    for cell, texts in zip(found.cells, grid["cells"], strict=True):
        shown = dict(zip(CELL_HEADS, texts, strict=True))
        for head, key in (("expected", "mean"), ("P10", "p10"), ("P90", "p90")):
            assert read_back(shown[head]) == pytest.approx(getattr(cell, key), rel=0.006), head


def test_page_compares_definitions_on_all_futures_and_says_how_well_they_are_known() -> None:
    of = scenario(trials=600, budget=98_000)
    study = made_study(of, scale=60_000.0)
    assert study is not None
    cost = study.own.cost
    (other,) = (each for each in clause_numbers(study).compared if each.name == "verified_72h")
    assert other.standard_error == pytest.approx(np.std(study.compared["verified_72h"].cost, ddof=1) / 600**0.5)
    apart = study.compared["verified_72h"].cost - cost
    assert other.less_own_error == pytest.approx(np.std(apart, ddof=1) / 600**0.5, rel=1e-9)
    numbers, text = usual()
    assert numbers.clauses.trials == numbers.trials == 600
    error = compact(float(np.std(cost, ddof=1)) / 600**0.5, "USD")
    section = text[text.index('id="clauses"') : text.index('id="assumptions"')]
    assert section.count("all 600 futures") >= 2, "in the text and at the chart"
    assert f"with a standard error of {error}" in text[text.index('id="details"') :]


def test_stated_correlations_are_among_the_assumptions_with_source_and_date() -> None:
    numbers, text = made(trials=60, **CORRELATED)
    assert [each.rho for each in numbers.correlations] == [-0.25, 0.4]
    rows = re.sub("<[^>]*>", "|", text[text.index('id="assumptions"') : text.index('id="details"')])
    assert re.search(
        r"simple cases from month to month\|+demand from month to month\|+-0.25\|+"
        r"measured\|+our log &lt;of&gt; 2026\|+2026-10",
        rows,
    )
    assert re.search(
        r"demand from month to month\|+tokens per conversation from month to month\|+\+0.4\|+judgement\|+-\|+-\|", rows
    )
    assert INDEPENDENT not in text


def test_a_scenario_without_correlations_says_so() -> None:
    numbers, text = usual()
    assert numbers.correlations == () and INDEPENDENT in text
