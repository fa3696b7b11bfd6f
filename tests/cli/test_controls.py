"""No control character reaches a file, from wherever it comes: titles, notes, names of charges, options, file names."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.report.files.folder import as_file, to_json
from tests.cli.conftest import Command

SCENARIO = """# a comment with \u009b31m in it
title = "Mi\\u001b[31mnimal\\u0007"
start = "2027-01"
months = 1
volume.per_month = {{ value = 60, kind = "quoted", source = "a\\u001b[31m log" }}
levels.any = {{ escalate = 0.3, solve = {{ p5 = 0.7, p95 = 0.8 }}, handoff_minutes = 9 }}
intents.all = {{ share = 1, levels = {{ any = 1 }} }}
models.main = {{ rates = {{ input = 1.25, output = 10 }} }}
today = {{ title = "To\\u001bday\\u009b" }}
definitions.mine = {{ extends = "assumed_24h", title = "Mi\\u001bne", note = "{note}" }}
meters.own = {{ sql = "class = 'service'", note = "{note}" }}
contracts.conversation = {{ type = "per_conversation", price = 0.5, title = "Con\\u001b[31mv\\u009b" }}
contracts.resolution = {{ type = "per_resolution", definition = "mine", price = 1 }}
contracts.named.type = "hybrid"
contracts.named.charges = [{{ kind = "flat", meter = "own:own", rate = 1, name = "na\\u001b[1mme" }}]
sources."contracts.conversation.price" = {{ kind = "judgement", source = "so\\u001b[31murce\\u009b" }}
"""
NOTE = "a no\\u001b]0;title\\u0007te \\u009b31m \\u007f \\u0000 end"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of all files that people or programs read as text, of a workbook each of its parts."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{path.name}:{name}", book.read(name).decode()) for name in book.namelist())
        elif path.suffix not in (".png", ".pdf", ".parquet"):
            yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_no_control_character_reaches_a_file(command: Command, tmp_path: Path, report: bool) -> None:
    name = "my\x1b[31m.toml"
    (tmp_path / name).write_text(SCENARIO.format(note=NOTE), encoding="utf-8")
    option = 'title="by\\u001b[2J option \u009b"'
    drawn = [] if report else ["--no-report"]
    code, out, err = command(name, "--trials", "20", "--workers", "1", "-o", "run", "--set", option, *drawn)
    assert (code, CONTROL.sub("!", err)) == (0, "") and not CONTROL.search(out)
    found = dict(texts(tmp_path / "run"))
    assert {"summary.json", "contracts.md", "manifest.json"} <= set(found)
    assert report == ({"report.html", "summary.xlsx:xl/sharedStrings.xml"} <= set(found))
    assert {each: sorted(set(CONTROL.findall(text))) for each, text in found.items() if CONTROL.search(text)} == {}
    assert "by\ufffd" in found["contracts.md"]
    about = json.loads(found["manifest.json"])
    assert about["scenario_text"] == SCENARIO.format(note=NOTE)  # what replays is the text as it was
    assert about["scenario_path"] == name


def test_json_has_escapes_for_control_characters_and_reads_the_same() -> None:
    block = {"a\x9b": "\x00\x1b\x7f\x85\x9b\u2028\u202e\u2066 é 日"}
    text = to_json(block)
    assert json.loads(text) == block and "é 日" in text
    assert not CONTROL.search(text) and not re.search("[\u2028\u202e\u2066]", text)


def test_a_page_has_words_for_control_characters() -> None:
    assert as_file("a\x1b\x9b\tb\né") == "a\\u001b\\u009b\tb\né".encode()
