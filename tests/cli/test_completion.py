"""Shell completion: the scripts, and what is offered where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from simulator.cli import COMMANDS, cli
from simulator.cli.completion import VARIABLE
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"


def offered(words: list[str], incomplete: str) -> list[str]:
    return [item.value for item in BashComplete(cli, {}, "simulate", VARIABLE).get_completions(words, incomplete)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_bytes(MINIMAL.read_bytes())
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "other.toml").write_text("")
    return tmp_path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_names_its_variable(command: Command, shell: str) -> None:
    code, out, err = command("completion", shell)
    assert (code, err) == (0, "") and f"{VARIABLE}={shell}_complete" in out


def test_the_scripts_are_right_for_the_shells_that_are_here(command: Command, tmp_path: Path) -> None:
    script = command("completion", "bash")[1]
    assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True).stderr == ""


def test_an_unknown_shell_is_refused(command: Command) -> None:
    code, _, err = command("completion", "tcsh")
    assert code == 2 and "'tcsh' is not one of 'bash', 'zsh', 'fish'" in err


def test_commands_and_scenarios_are_offered_first() -> None:
    assert offered([], "") == [*COMMANDS, "mine.toml", "sub/"]
    assert offered([], "ch") == ["check"]
    assert offered([], "sub/") == ["sub/other.toml"]
    assert "--version" in offered([], "--")


@pytest.mark.parametrize("start", [[], ["run"]])
def test_options_are_offered_with_and_without_the_word_run(start: list[str]) -> None:
    assert offered([*start, "mine.toml"], "--tri") == ["--trials"]


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        (["mine.toml", "--contract"], "", ["conversation", "resolution"]),
        (["run", "mine.toml", "--contract"], "res", ["resolution"]),
        (["mine.toml", "--set"], "volume.", ["volume.per_month="]),
        (["missing.toml", "--contract"], "", []),
        (["notes.txt", "--contract"], "", []),
        (["new", "x.toml", "--template"], "mi", ["minimal"]),
        (["explain"], "volume.per", ["volume.per_month"]),
        (["explain"], "per_tok", ["per_token"]),
        (["explain", "seed", "--in"], "m", ["mine.toml"]),
        (["check"], "mi", ["mine.toml"]),
        (["completion"], "", ["bash", "zsh", "fish"]),
        (["mine.toml", "--engine"], "l", ["ledger"]),
        (["chekc"], "", []),
    ],
)
def test_values_are_offered_where_they_belong(words: list[str], incomplete: str, expected: list[str]) -> None:
    assert offered(words, incomplete) == expected


def test_a_shell_gets_its_completions_from_a_process(folder: Path) -> None:
    places = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    environment = {
        **places,
        VARIABLE: "bash_complete",
        "COMP_WORDS": "simulate mine.toml --contract re",
        "COMP_CWORD": "3",
    }
    code = "from simulator.__main__ import main; import sys; sys.argv = ['simulate']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "plain,resolution\n", "")
