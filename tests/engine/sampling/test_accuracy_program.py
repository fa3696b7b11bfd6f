"""The program that writes docs/accuracy.md runs, and its table says what is beyond the rule."""

from __future__ import annotations

import numpy as np
import pytest

from tests import accuracy
from tests.accuracy import PAGE, SHIPPED, Row, main, summary, table
from tests.engine.sampling.distances import FIGURES, TOLERANCE, Distance


def test_a_quick_run_prints_a_table_and_leaves_the_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accuracy, "QUICK_FUTURES", 64)
    before = PAGE.read_text(encoding="utf-8")
    assert main(["--quick", "--workers", "1"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 2 * 2 + 3
    assert {line.count("|") for line in lines} == {len(FIGURES) + 7}
    assert all(line.endswith("| within |") for line in lines[2:])
    assert PAGE.read_text(encoding="utf-8") == before


def test_what_is_beyond_the_rule_is_said() -> None:
    none, much = np.zeros(len(FIGURES)), np.array([0, 0, 0, 0.002, 0, 0, 0.1])
    found = [Distance("plain", none, none, TOLERANCE), Distance("far_off", much, none, TOLERANCE)]
    row = Row("a scenario", 16, "ledger, 8 futures", {"horizon": found, "months": found[:1]})
    first, second = table([row]).splitlines()[2:]
    assert "| far off |" in first and "**+0.20 ± 0.00**" in first and "**+10.00 ± 0.00**" in first
    assert "**beyond in 1 of 2 contracts, 2 of 14 figures**" in first
    assert second.endswith("| within |")
    assert summary([row]) == "In all, 21 figures were compared; 2 of them beyond the rule."


def test_page_has_every_shipped_scenario() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| {name} |" in page for name in SHIPPED)
    assert {path.stem for path in accuracy.SCENARIOS.glob("*.toml")} == set(SHIPPED)
