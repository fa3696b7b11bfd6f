"""The report in a real browser: asks for nothing, works by keyboard, reads on a phone, prints, and agrees with the run.

Skipped with a reason where there is no Chromium or no driver; `.ci/run` installs both.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.report.page.explorer import cell_texts, explorer, own_cell
from tests.report.test_page import SECTIONS, hostile, usual
from tests.scenarios.shipped import FOLDER

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed (pip install -e '.[browser]')"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]
PAGES = {"usual": usual, "hostile": hostile}
SCREEN = {"width": 1280, "height": 900}
MOST_SCREENS = 5.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=PAGES)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, Any], str]:
    numbers, text = PAGES[request.param]()
    place = tmp_path / "report.html"
    place.write_text(text, encoding="utf-8")
    return numbers, place.as_uri()


def opened(browser: Any, url: str, **options: Any) -> tuple[Any, list[str], list[str]]:
    """Open a page and return it, what it asked for, and what it complained of."""
    page = browser.new_context(**options).new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.goto(url)
    return page, asked, told


def test_page_asks_for_nothing_and_complains_of_nothing(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    _, url = written
    _, asked, told = opened(browser, url)
    assert asked == [url] and told == []


def test_a_page_that_asks_for_more_is_seen(browser: Any, tmp_path: Path) -> None:
    place = tmp_path / "bad.html"
    place.write_text('<img src="missing.png"><script>console.error("no")</script>')
    _, asked, told = opened(browser, place.as_uri())
    assert len(asked) == 2 and "no" in told


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    found = axe.Axe().run(page, options=rules).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:100]}" for each in found]


def test_axe_finds_nothing(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    page, _, _ = opened(browser, written[1])
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.evaluate("document.querySelectorAll('tbody tr:nth-child(n + 4)').forEach(row => row.remove())")  # all alike
    assert violations(page) == []
    page.evaluate("document.querySelector('label').remove()")
    assert violations(page) != [], "the check can fail"


def test_page_is_complete_without_javascript(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    page, _, _ = opened(browser, written[1], java_script_enabled=False)
    for name in SECTIONS:
        box = page.locator(f"#{name}").bounding_box()
        assert box is not None and box["height"] > 40, name
    charts = page.locator("figure.chart svg:visible")
    boxes = [charts.nth(place).bounding_box() for place in range(charts.count())]
    assert len(boxes) >= 5 and all(box is not None and box["height"] > 100 for box in boxes)
    assert not page.locator("#slider-box").is_visible() and page.locator("#slider-box").count() == 1
    from io import BytesIO

    from matplotlib.image import imread

    pixels = imread(BytesIO(page.screenshot(full_page=True)))
    assert pixels.std() > 0.05, "not blank"


def test_phone_has_no_sideways_scroll(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    page, _, _ = opened(browser, written[1], viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_is_cut_off_on_a_wide_screen_with_everything_open(
    browser: Any, written: tuple[dict[str, Any], str]
) -> None:
    page, _, _ = opened(browser, written[1], viewport=SCREEN)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    cut = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    assert page.evaluate(f"{cut}.map(e => e.ariaLabel)") == []


def screens_before_details(page: Any) -> float:
    return float(page.evaluate("document.getElementById('details').offsetTop")) / SCREEN["height"]


def test_the_page_is_at_most_five_screens_before_its_details(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    page, _, _ = opened(browser, written[1], viewport=SCREEN)
    assert screens_before_details(page) <= MOST_SCREENS
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert screens_before_details(page) > MOST_SCREENS, "the check can fail"


@pytest.mark.parametrize("name", ["broad_cx", "three_year_term", "seasonal_retail"])
def test_a_shipped_scenario_is_at_most_five_screens_before_its_details(browser: Any, tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(cli, [str(FOLDER / f"{name}.toml"), "-q", "--workers", "1", "-o", str(tmp_path / name)])
    assert done.exit_code == 0, done.output
    page, _, _ = opened(browser, (tmp_path / name / "report.html").as_uri(), viewport=SCREEN)
    assert screens_before_details(page) <= MOST_SCREENS
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
    cut = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    assert page.evaluate(f"{cut}.map(e => e.ariaLabel)") == []


@pytest.mark.parametrize("width", [390, 1280])
def test_each_chart_is_shown_once_and_no_letter_is_below_ten_pixels(
    browser: Any, written: tuple[dict[str, Any], str], width: int
) -> None:
    page, _, _ = opened(browser, written[1], viewport={"width": width, "height": 844})
    sizes = page.evaluate("""[...document.querySelectorAll('figure.chart')].map(figure => {
      const shown = [...figure.querySelectorAll('svg')].filter(svg => svg.getClientRects().length);
      const scale = shown[0].getBoundingClientRect().width / shown[0].viewBox.baseVal.width;
      const texts = [...shown[0].querySelectorAll('text')];
      return [shown.length, Math.min(...texts.map(text => scale * parseFloat(getComputedStyle(text).fontSize)))];
    })""")
    assert len(sizes) >= 5 and all(count == 1 and smallest >= 10 for count, smallest in sizes), sizes


def test_slider_by_keyboard_agrees_with_the_run(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    numbers, url = written
    page, _, _ = opened(browser, url)
    slider, curve = explorer(numbers, {})["slider"], np.array(numbers.curve.amounts[1:])
    page.focus("#slider")
    seen = set()
    for key in ("Home", "ArrowRight", "PageUp", "PageUp", "ArrowLeft", "End"):
        page.keyboard.press(key)
        place = int(page.input_value("#slider"))
        text = page.text_content("#slider-out")
        assert text == slider["texts"][place] == page.get_attribute("#slider", "aria-valuetext")
        share = re.fullmatch(r"\$([\d,.]+) is enough in ([\d.]+) % of the futures", text)
        assert share is not None
        assert float(share.group(1).replace(",", "")) == pytest.approx(slider["amounts"][place])
        exact = float(np.mean(curve <= slider["amounts"][place]))
        assert float(share.group(2)) / 100 == pytest.approx(exact, abs=0.006)
        seen.add(text)
    assert len(seen) >= 4 and page.text_content("#slider-out").endswith(" 100 % of the futures")


def test_clause_explorer_agrees_with_the_study(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    numbers, url = written
    page, _, _ = opened(browser, url)
    page.evaluate("document.querySelectorAll('#clauses details').forEach(each => { each.open = true; })")
    found = numbers.clauses
    sizes = [len(axis.choices) for axis in found.axes]
    own = found.cells[own_cell(found)]
    for place in (own_cell(found), 0, len(found.cells) - 1, len(found.cells) // 2 + 1):
        for axis, choice in enumerate(np.unravel_index(place, sizes)):
            page.select_option(f"#clause-{axis}", str(int(choice)))
        shown = page.locator("#clauses-out dd").all_text_contents()
        assert shown == cell_texts(found.cells, own, numbers.currency)[place]


PAGES_OF_PDF = re.compile(rb"/Type\s*/Page\b")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_print_has_at_most_eight_pages_and_more_with_what_is_opened(
    browser: Any, written: tuple[dict[str, Any], str], paper: str
) -> None:
    page, _, _ = opened(browser, written[1])
    closed = len(PAGES_OF_PDF.findall(page.pdf(format=paper)))
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert closed <= 8 < len(PAGES_OF_PDF.findall(page.pdf(format=paper)))
    page.emulate_media(media="print")
    assert not page.locator("#slider-box").is_visible()


def test_a_link_to_details_opens_them(browser: Any, written: tuple[dict[str, Any], str]) -> None:
    page, _, _ = opened(browser, written[1])
    assert not page.evaluate("document.getElementById('every-contract').open")
    page.click("a[href='#every-contract']")
    page.wait_for_function("document.getElementById('every-contract').open")
