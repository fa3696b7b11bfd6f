"""`simulate answers` as it is typed: one screen, JSON, and refusals with their lines."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.conftest import Command

MINIMAL = Path(__file__).parents[2] / "scenarios" / "minimal.toml"
FEW = ("--in", MINIMAL, "--trials", "64", "--workers", "1")


def sheet_of(command: Command, billed: dict[int, str]) -> Path:
    """Write the blank sheet with some answers filled in, as a vendor does in an editor."""
    code, blank, _ = command("contract", MINIMAL, "--blank", "--trials", "8", "--workers", "1")
    assert code == 0
    for number, answer in billed.items():
        pattern = rf"(?m)^(\| +{number} \| [^|]*\| ) {{{len(answer)}}}"
        blank, found = re.subn(pattern, lambda match, answer=answer: match[1] + answer, blank)
        assert found == 1
    path = Path("sheet.md")
    path.write_text(blank, encoding="utf-8")
    return path


def test_the_blank_sheet_filled_in_is_read_on_one_screen_with_the_answer_last(command: Command) -> None:
    sheet = sheet_of(command, {1: "yes", 4: "yes", 7: "2", 9: "1", 16: "yes"})
    code, out, err = command("answers", sheet, *FEW, "--contract", "resolution")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    assert "sets of clauses agree with the 5 answers" in out[-400:] and "Ask case" in out[-400:]
    told = json.loads(command("answers", sheet, *FEW, "--contract", "resolution", "--json")[1])
    assert told["answered"] == 5 and told["own_agrees"] is True and told["lowest"] < told["highest"]


def test_contradictions_are_named_with_their_lines(command: Command) -> None:
    sheet = sheet_of(command, {3: "no", 4: "yes"})
    code, out, _ = command("answers", sheet, *FEW, "--contract", "resolution")
    said = " ".join(out.split())
    assert code == 3 and said.startswith("The answers contradict one another: none of ")
    assert "satisfies the answers to cases 3 (no, line" in said and said.count("contradict one another:") == 1
    assert max(map(len, out.splitlines())) <= 100 and out.endswith("\n") and not out.endswith("\n\n")
    code, out, _ = command("answers", sheet, *FEW, "--contract", "resolution", "--json")
    told = json.loads(out)
    assert code == 3
    assert [each["number"] for each in told["contradiction"]["answers"]] == [3, 4] and told["lowest"] is None


def test_wrong_sheets_and_contracts_are_refused(command: Command) -> None:
    Path("wrong.csv").write_text("no.,case,units billed\n1,,perhaps\n", encoding="utf-8")
    code, out, err = command("answers", "wrong.csv", *FEW)
    assert (code, out) == (2, "") and "wrong.csv" in err and "2" in err and "'perhaps' is no answer" in err
    code, _, err = command("answers", "missing.md", *FEW)
    assert code == 2 and "there is no such file" in err and "--blank" in err
    sheet = sheet_of(command, {1: "yes"})
    code, _, err = command("answers", sheet, *FEW, "--contract", "conversation")
    assert code == 2 and "does not bill resolutions by one definition" in err
