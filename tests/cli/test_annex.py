"""`simulate annex` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from simulator.cli import cli
from simulator.errors import OutputError

MINIMAL = str(Path(__file__).parents[2] / "scenarios" / "minimal.toml")


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["annex", MINIMAL, *words], catch_exceptions=False)


def test_it_prints_markdown_and_writes_both_forms(tmp_path: Path) -> None:
    printed = typed("--contract", "resolution", "--time-zone", "Europe/Berlin", "--dispute-days", "30")
    assert printed.exit_code == 0 and printed.stdout.startswith("# Annex: the billable Unit")
    assert "30 calendar days" in printed.stdout and "2026-12-31 23:00:00" in printed.stdout
    for suffix in (".md", ".pdf"):
        written = tmp_path / f"annex{suffix}"
        done = typed(
            "--contract", "resolution", "--time-zone", "Europe/Berlin", "--dispute-days", "30", "-o", str(written)
        )
        assert done.exit_code == 0 and done.stdout.startswith(f"{written} written; ")
    assert (tmp_path / "annex.md").read_text(encoding="utf-8") == printed.stdout
    assert "Annex: the billable Unit" in PdfReader(tmp_path / "annex.pdf").pages[0].extract_text()


def test_prices_can_be_changed_on_the_command_line() -> None:
    assert "Unit: $0.77 each" in typed("--contract", "resolution", "--set", "contracts.resolution.price=0.77").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--contract", "resolutoin"], "did you mean 'resolution'?"),
        (["--contract", "resolution", "--time-zone", "Berlin"], "did you mean 'Europe/Berlin'?"),
        (["--contract", "resolution", "--time-zone", "../../etc/passwd"], "there is no time zone"),
        (["--contract", "resolution", "-o", "annex.docx"], "ends in neither .md nor .pdf"),
        (["--contract", "resolution", "--dispute-days", "0"], "--dispute-days"),
        (["--contract", "resolution", "--dialect", "oracle"], "there is no dialect 'oracle'; there are: duckdb"),
        (["--contract", "resolution", "--dialect", "postgresql"], "did you mean 'postgres'?"),
        (["--contract", "resolution", "--dialect", "Redshift Serverless"], "did you mean 'redshift'?"),
        (["--contract", "resolution", "--dialect", "bq"], "did you mean 'bigquery'?"),
        (["--contract", "resolution", "--dialect", "postgrse"], "did you mean 'postgres'?"),
        ([], "--contract"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = typed(*words)
    assert done.exit_code == 2 and told in done.output
    assert list(tmp_path.iterdir()) == []


def test_what_was_filled_in_by_hand_is_not_overwritten(tmp_path: Path) -> None:
    filled = tmp_path / "annex.md"
    filled.write_text("[filled in]", encoding="utf-8")
    with pytest.raises(OutputError, match="exists and is not overwritten"):
        typed("--contract", "resolution", "-o", str(filled))
    assert filled.read_text(encoding="utf-8") == "[filled in]"
    assert typed("--contract", "resolution", "-o", str(filled), "--force").exit_code == 0
    assert filled.read_text(encoding="utf-8").startswith("# Annex")
    with pytest.raises(OutputError, match="there is no folder"):
        typed("--contract", "resolution", "-o", str(tmp_path / "none" / "annex.md"))


def test_sql_says_which_database_is_meant_and_that_it_counts_all_months() -> None:
    done = CliRunner().invoke(cli, ["sql", "assumed_24h", "--dialect", "postgresql"])
    assert done.exit_code == 2 and "did you mean 'postgres'?" in done.output
    assert "the whole table with all of its months" in CliRunner().invoke(cli, ["sql", "assumed_24h"]).output
