"""`simulate annex` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from simulator.cli import cli

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
        (["--contract", "resolution", "--dialect", "oracle"], "--dialect"),
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
