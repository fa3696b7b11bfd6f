"""`simulate verify`: what goes where, exit codes, folders, and wrong input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.cli import cli
from simulator.cli.common.failures import guarded
from simulator.errors import SimulatorError
from simulator.report.words.terminal_text import WIDTH, width_of
from tests.verify.engines import Fault, biased, engines

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
QUICK = ("--cases", "600000", "--trials", "150", "--workers", "1")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in an empty folder, on made-up engines; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def runner(*arguments: str | Path, faults: dict[str, Fault] | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr("simulator.cli.verify._run", lambda of, which, workers: engines(faults)(of, which))
        monkeypatch.setattr(sys, "argv", ["simulate", "verify", *map(str, arguments)])
        code = guarded(cli)
        told = capsys.readouterr()
        return code, told.out, told.err

    return runner


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_verify_prints_tables_and_verdict_and_exits_with_0(run: Run, tmp_path: Path) -> None:
    code, out, err = run(MINIMAL, *QUICK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Minimal   ") and lines[-1].startswith("Not unreasonable: of ")
    assert max(map(width_of, lines[:-1])) <= WIDTH and len(lines) <= 45
    assert "Written to outputs/minimal/verify/" in out
    folder = tmp_path / "outputs/minimal/verify/latest"
    names = ("1-invoices", "2-scores")
    assert everything(folder) == [
        "charts", *sorted(f"charts/{name}.{kind}" for name in names for kind in ("png", "svg")), "verify.json"
    ]  # fmt: skip
    told = json.loads((folder / "verify.json").read_text())
    assert told["verdict"] == lines[-1] and told["agrees"] is True


def test_verify_of_engines_that_differ_exits_with_1_and_writes_all(run: Run, tmp_path: Path) -> None:
    code, out, err = run(MINIMAL, *QUICK, "-o", "here", faults={"sampled": biased("conversations", 0.1)})
    assert (code, err) == (1, "")
    assert "The engines disagree: " in out and "Per conversation" in out
    assert json.loads((tmp_path / "here/verify.json").read_text())["agrees"] is False


def test_verify_json_is_only_the_numbers(run: Run, tmp_path: Path) -> None:
    code, out, err = run(MINIMAL, *QUICK, "--json", "-o", "here")
    assert (code, err) == (0, "")
    assert out == (tmp_path / "here/verify.json").read_text()
    told = json.loads(out)
    assert [part["name"] for part in told["parts"]] == ["small volume", "own volume"]
    assert told["made_from"]["command"] == f"simulate verify {MINIMAL} --cases 600000 --trials 150 --json"


def test_verify_quiet_prints_only_the_verdict(run: Run) -> None:
    code, out, err = run(MINIMAL, *QUICK, "-q")
    assert (code, err, len(out.splitlines())) == (0, "", 1) and out.startswith("Not unreasonable: ")


def test_verify_takes_overrides_and_a_seed(run: Run) -> None:
    code, out, _ = run(MINIMAL, *QUICK, "--set", "volume.per_month=70", "--seed", "9", "--json", "-o", "here")
    told = json.loads(out)
    assert (code, told["seed"]) == (0, 9)
    assert [(part["name"], part["cases_per_month"]) for part in told["parts"]] == [("own volume", 70)]
    assert told["made_from"]["overrides"] == ["volume.per_month=70", "seed=9"]


def test_verify_same_command_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    files: list[dict[str, bytes]] = []
    for folder, seed in (("one", "3"), ("two", "3"), ("other", "4")):
        assert run(MINIMAL, *QUICK, "--seed", seed, "-o", folder)[0] == 0
        paths = [path for path in (tmp_path / folder).rglob("*") if path.is_file()]
        files.append({path.relative_to(tmp_path / folder).as_posix(): path.read_bytes() for path in paths})
    assert files[0] == files[1]
    assert all(files[0][name] != files[2][name] for name in files[0]), "another seed moves every file"


@pytest.mark.parametrize(
    "arguments",
    [("missing.toml",), (MINIMAL, "--trials", "99"), (MINIMAL, "--cases", "10"), (MINIMAL, "--set", "volume=3"),
     (MINIMAL, "--workers", "0"), (MINIMAL, "--set", "volume.per_mont=5"), (MINIMAL, "--set", "volume.ai_share=0")],
)  # fmt: skip
def test_verify_wrong_input_gives_code_2_and_writes_nothing(
    run: Run, tmp_path: Path, arguments: tuple[str | Path, ...]
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and err
    assert everything(tmp_path) == []


def test_verify_of_what_an_engine_refuses_says_why_with_code_2(run: Run, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise SimulatorError("lengths have no variance")

    code, out, err = run(MINIMAL, *QUICK, faults={"sampled": refuse})
    assert (code, out) == (2, "")
    assert err == "error: lengths have no variance\n"
    assert everything(tmp_path) == []


def test_verify_refuses_a_taken_folder_before_it_simulates(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").write_text("x")
    code, out, err = run(MINIMAL, *QUICK, "-o", "taken")
    assert (code, out) == (
        2,
        "",
    ) and err == "error: taken exists and nothing is overwritten; name a new folder with -o\n"


def test_verify_that_fails_while_writing_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.report.verify.folder.charts", fail)
    code, out, err = run(MINIMAL, *QUICK)
    assert (code, out, err.lstrip("\n")) == (130, "", "interrupted; nothing was left behind\n")
    assert everything(tmp_path) == []
