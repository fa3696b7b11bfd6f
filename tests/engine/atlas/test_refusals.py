"""Definitions that the atlas cannot count: refused by name, with the way out, in the engine and on the command line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from simulator.cli import cli
from simulator.cli.failures import guarded
from simulator.engine.run import simulate
from simulator.errors import DefinitionError
from simulator.scenario import Scenario, parse_scenario
from tests.engine.by_hand import SURE

LEDGER = "or use simulate run --engine ledger"
REFUSED = {
    "a window of silence off the grid": ("silence = 30", "looks at 30 hours.*write 24 or 36,"),
    "a window of returns off the grid": (
        'returns = "void"\nreturn_window_hours = 73',
        "looks at 73 hours.*write 72 or 96,",
    ),
    "a window of merging off the grid": (
        'returns = "merge"\nreturn_window_hours = 0.5',
        "looks at 0.5 hours.*write 1,",
    ),
    "hours off the grid in a predicate": (
        'predicate = "returned_after_hours > 25"',
        "looks at 25 hours.*write 24 or 36,",
    ),
    "hours that are reckoned with": (
        'predicate = "returned_after_hours / 24 > 1"',
        "reckons with returned_after_hours.*only compares hours",
    ),
    "turns": ('predicate = "turns >= 2"', "reads turns, which the fast engine does not tell apart"),
    "channel": ("predicate = \"channel <> 'voice'\"", "reads channel, which the fast engine does not tell apart"),
    "several": (
        "predicate = \"turns >= 2 AND channel <> 'voice' AND outcome = 'silent'\"",
        "reads channel, turns, which the fast engine does not tell apart",
    ),
    "tokens": ('predicate = "output_tokens > 100"', "reads output_tokens, which the fast engine does not tell apart"),
    "people's minutes": ('predicate = "human_minutes = 0"', "reads human_minutes, which the fast engine does not tell"),
    "intent": ("predicate = \"intent = 'one'\"", "reads intent, which the fast engine does not tell apart"),
    "sessions": (
        'predicate = "hours_since_session_start = 0"',
        "reads .*opened_at.*which the fast engine does not tell apart",
    ),
}


def written(clauses: str) -> str:
    """Return a scenario's text whose contract bills a definition."""
    return (
        f'{SURE}\n[contracts.refused]\ntype = "per_resolution"\ndefinition = "refused"\nprice = 1\n'
        f"[definitions.refused]\n{clauses}\n"
    )


def scenario(clauses: str) -> Scenario:
    return parse_scenario(written(clauses), "refused")


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "sessions"])
def test_a_definition_that_the_atlas_cannot_count_is_refused(name: str) -> None:
    clauses, said = REFUSED[name]
    with pytest.raises(DefinitionError, match=f"^definition 'refused' {said}.*{re.escape(LEDGER)}"):
        simulate(scenario(clauses))


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "sessions"])
def test_the_ledger_counts_what_the_atlas_refuses(name: str) -> None:
    meters = simulate(scenario(REFUSED[name][0]), engine="ledger").meters
    assert "resolutions:refused" in meters


@pytest.mark.parametrize(
    "clauses",
    [
        "silence = 36",
        'predicate = "returned_after_hours >= 24 AND contact < 3"',
        'returns = "merge"\nreturn_window_hours = 72',
    ],
)
def test_what_the_atlas_can_count_is_not_refused(clauses: str) -> None:
    """Negative control of the refusals."""
    assert "resolutions:refused" in simulate(scenario(clauses)).meters


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return a runner of the command in a folder of its own: exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def runner(
        name: str, *options: str, first: Sequence[str] = ("run", "--trials", "4", "--workers", "1")
    ) -> tuple[int, str, str]:
        Path("refused.toml").write_text(written(REFUSED[name][0]))
        arguments = [first[0], "refused.toml", *first[1:], *options]
        monkeypatch.setattr(sys, "argv", ["simulate", *arguments])
        code = guarded(cli)
        return code, *capsys.readouterr()

    return runner


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "sessions"])
def test_the_command_line_says_so_with_the_line_and_so_does_check(
    name: str, command: Callable[..., tuple[int, str, str]]
) -> None:
    code, printed, told = command(name)
    assert code == 2 and not printed and not Path("outputs").exists()
    assert "--> refused.toml:" in told and "[definitions.refused]" in told
    assert re.search(f"error: definition 'refused' {REFUSED[name][1]}.*{re.escape(LEDGER)}", one_line(told))
    assert command(name, first=("check",)) == (code, printed, told)


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "sessions"])
def test_check_for_the_ledger_passes_what_the_ledger_counts(
    name: str, command: Callable[..., tuple[int, str, str]]
) -> None:
    """Negative control of the refusals of `check`."""
    code, printed, told = command(name, "--engine", "ledger", first=("check",))
    assert code == 0 and printed.startswith("ok  refused.toml") and not told


@pytest.mark.parametrize("engine", ["atlas", "ledger"])
def test_check_says_what_no_engine_can_count(engine: str, command: Callable[..., tuple[int, str, str]]) -> None:
    code, printed, told = command("sessions", "--engine", engine, first=("check",))
    assert code == 2 and not printed and "opened_at" in told and LEDGER not in one_line(told)
    assert command("sessions", "--engine", engine) == (code, printed, told)


def one_line(told: str) -> str:
    """Return a problem's message and help as one sentence, as the engine says it."""
    return re.sub(r"\n(?s:.*?)= help: ", ": ", told.replace("\n              ", " "), count=1)


def test_the_command_line_runs_the_same_file_with_the_ledger(command: Callable[..., tuple[int, str, str]]) -> None:
    code, printed, told = command("several", "--engine", "ledger", "-q")
    assert code == 0 and printed and not told


@pytest.mark.parametrize("engine", ["atlas", "ledger"])
def test_sessions_are_counted_by_no_engine_and_refused(engine: str) -> None:
    with pytest.raises(DefinitionError, match="opened_at") as refused:
        simulate(scenario(REFUSED["sessions"][0]), engine=engine)  # type: ignore[arg-type]
    assert LEDGER not in str(refused.value)
