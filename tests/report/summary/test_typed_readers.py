"""No module of the report reads an untyped summary: what its annotations call a plain dictionary is listed here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3] / "simulator"
ROOMS: Final = ("report", "explore")
PLAIN: Final = {
    "report/brief/paper.py": "what a PDF is drawn with",
    "report/bundle.py": "the manifest of a run, a file of its own",
    "report/catalogue.py": "an entry of the catalogue as a scenario writes it",
    "report/comparison.py": "what `simulate compare --json` prints, made and read here alone",
    "report/conditions.py": "the contracts of a scenario by name, of which only the names are read",
    "report/invoice.py": "what `simulate invoice --json` prints, made and read here alone",
    "report/levers.py": "what `simulate levers --json` prints, made and read here alone",
    "report/page": "what the template prints, and the manifest",
    "report/recount": "what `simulate recount` writes: cells, and JSON made and read here alone",
    "report/questions.py": "attributes that two classes share",
    "report/blocks": "attributes that two classes share",
    "report/charts": "how a mark looks",
    "report/files": "manifests of runs",
    "report/summary/plain.py": "the dump itself",
    "report/summary/read.py": "a file before it is checked",
    "report/summary/summary_schema.py": "the JSON Schema",
    "report/style.py": "how a figure is saved",
    "report/studies": "what a command prints as JSON",
    "report/words/draft_words.py": "a term of a contract before and after a change, as an analyst writes it",
    "report/sweep": "rows of the table of a sweep, and its manifest",
    "report/verify": "what `simulate verify` writes, a file of its own",
    "report/workbook/book.py": "formats of cells",
    "report/workbook": "looks of charts",
    "explore": "keys of a scenario, as an analyst writes them",
}
"""Where a plain dictionary is annotated, with what it is instead of a summary."""
NAMES: Final = frozenset({"summary", "numbers"})
"""What readers call a summary: these are never plain."""


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def plain(annotation: ast.expr | None) -> bool:
    """Whether an annotation is a dictionary of anything, or anything at all."""
    text = "" if annotation is None else ast.unparse(annotation)
    return "dict[str, Any]" in text or "Mapping[str, Any]" in text or text == "Any"


def annotated(source: str) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names of arguments, attributes and functions with their annotations."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.returns
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                yield argument.arg, argument.annotation
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), node.annotation


def excused(path: Path) -> str | None:
    """Return why a file may name plain dictionaries; None where it may not."""
    place = path.relative_to(ROOT)
    return next((PLAIN[each.as_posix()] for each in (place, *place.parents) if each.as_posix() in PLAIN), None)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_reads_an_untyped_dictionary(path: Path) -> None:
    found = [name for name, annotation in annotated(path.read_text(encoding="utf-8")) if plain(annotation)]
    if excused(path) is None:
        assert [name for name in found if name not in ("value", "x")] == [], "type it, or say above what it is"
    owned = path.parent.name == "verify"  # its numbers are those of a verification
    assert owned or not NAMES & set(found), "a summary is `Summary`"


@pytest.mark.parametrize("place", PLAIN)
def test_every_exception_is_needed(place: str) -> None:
    files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
    found = [each for file in files for each in annotated(file.read_text(encoding="utf-8")) if plain(each[1])]
    assert found, "nothing is plain there any more: leave it out"


def test_a_plain_summary_is_seen() -> None:
    """Negative control."""
    assert [name for name, each in annotated("def f(summary: dict[str, Any], n: int) -> Any: ...") if plain(each)] == [
        "f",
        "summary",
    ]
    assert not any(plain(each) for _, each in annotated("def f(summary: Summary) -> list[str]: ..."))
