"""An annex on paper: A4, the same bytes, and every letter of it on the page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from simulator.report.annex import Said, annex
from simulator.report.annex.document import Blanks, Clause, Code, Document, Grid, Part
from simulator.report.annex.pages import LETTERS, code_lines, on_paper, pages
from simulator.report.brief.paper import EDGE, HEIGHT, WIDTH
from simulator.report.style import look, text_width
from simulator.scenario import load_scenario, parse_scenario

ROOT = Path(__file__).parents[3]
LONG = "intent not in (" + ", ".join(f"'a quite long name of a topic, {place}'" for place in range(95)) + ")"


def written() -> Document:
    """Return an annex with a condition of several thousand letters, in one line."""
    text = (ROOT / "scenarios/minimal.toml").read_text(encoding="utf-8")
    own = '[contracts.long]\ntype = "per_resolution"\nprice = 1\ndefinition = "long"\n[definitions.long]'
    return annex(parse_scenario(f'{text}\n{own}\npredicate = "{LONG}"', "minimal"), "long", Said())


def letters(text: str) -> str:
    return "".join(text.split())


def text_on(data: bytes) -> str:
    """Return all letters of a PDF without blanks, the feet of its pages left out."""
    found = []
    for page in PdfReader(io.BytesIO(data)).pages:
        lines = page.extract_text().split("\n")
        found.append("".join(line for line in lines if " of " not in line or not line.split(" of ")[-1].isdigit()))
    return letters("".join(found))


def told(document: Document) -> list[str]:
    """Return every text that an annex has to show."""
    found = [document.title, *document.lead, *document.signatures, *document.blanks]
    for part in (*document.sections, *document.schedules):
        found.append(part.title)
        for block in part.blocks:
            if isinstance(block, Clause):
                found += [block.text, *block.points]
            elif isinstance(block, Grid):
                found += [cell for row in block.rows for cell in row if len(cell.split()) == 1]
            else:
                found.append(block.text)
    return found


def missing(document: Document, data: bytes) -> list[str]:
    """Return the texts that a PDF does not show whole; a text over a page's end has the foot of the page inside."""
    title, shown = letters(document.title), text_on(data)
    plain = shown.replace(title, "")
    return [text for text in told(document) if letters(text).replace(title, "") not in plain]


def test_nothing_is_cut_however_long() -> None:
    document = written()
    assert len(LONG) > 3_000 and missing(document, pages(document)) == []


def test_what_is_cut_would_be_seen() -> None:
    document = written()
    shorter = Part("1", "Meanings", document.sections[0].blocks[:1])
    fewer = Document(document.title, document.lead, (shorter, *document.sections[2:]), document.schedules,
                     document.signatures, document.blanks)  # fmt: skip
    assert missing(document, pages(fewer))


@pytest.mark.parametrize("name", ["hybrid", "per_token"])
def test_a4_and_the_same_bytes(name: str) -> None:
    document = annex(load_scenario(ROOT / "scenarios/broad_cx.toml"), name, Said())
    data = pages(document)
    assert data == pages(document) and missing(document, data) == []
    for page in PdfReader(io.BytesIO(data)).pages:
        assert [round(float(edge) / 72, 2) for edge in page.mediabox[2:]] == [8.27, 11.69]


def test_no_text_stands_outside_the_margins() -> None:
    with look():
        paper = on_paper(written())
        for number, page in enumerate(paper.pages, start=1):
            for text in page.figure.texts:
                left, top = text.get_position()
                bold = text.get_weight() == "bold"
                fixed = "Mono" in str(text.get_family())
                size = text.get_size()
                wide = (
                    0.602 * size / 72 * len(text.get_text()) if fixed else text_width(text.get_text(), size, bold=bold)
                )
                start = left * WIDTH - (wide if text.get_ha() == "right" else 0.0)
                assert start >= EDGE - 0.02 and start + wide <= WIDTH - EDGE + 0.1, text.get_text()
                foot = text.get_text() == f"{number} of {len(paper.pages)}" or top * HEIGHT < EDGE
                assert foot or top * HEIGHT - 1.2 * size / 72 >= EDGE - 0.05, text.get_text()


def test_lines_of_a_statement_go_on_below_themselves() -> None:
    text = f"SELECT 1\n    WHERE {LONG}\n{'x' * 300}"
    found = list(code_lines(text))
    assert max(map(len, found)) <= LETTERS and letters("".join(found)) == letters(text)
    assert found[0] == "SELECT 1" and found[1].startswith("    WHERE") and found[2].startswith("        ")
    assert list(code_lines("a\n  b\n")) == ["a", "  b"], "short lines stay as they are"


def test_a_table_over_several_pages_has_its_head_on_each() -> None:
    grid = Grid(("no.", "what"), tuple((str(place), f"row{place}") for place in range(200)), (1.0, 4.0))
    document = Document("T", (), (), (Part("S1", "Rows", (grid, Code("x"))),), (), ())
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(pages(document))).pages]
    assert len(texts) > 3 and all("what" in text for text in texts[1:]) and missing(document, pages(document)) == []


def test_what_is_asked_twice_is_one_blank() -> None:
    blanks = Blanks()
    assert [blanks.of("a"), blanks.of("b"), blanks.of("a")] == ["[BLANK 1: a]", "[BLANK 2: b]", "[BLANK 1: a]"]
