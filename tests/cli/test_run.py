"""`simulate SCENARIO`: what goes where, exit codes, options, folders, interruptions, and names that a user wrote."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.report import bundle
from simulator.report.terminal import text_columns
from simulator.report.terminal.terminal_screen import MOST_LINES
from simulator.report.words.terminal_text import WIDTH, width_of
from tests.cli.conftest import Command as Run

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
QUICK = ("--trials", "3", "--months", "2", "--workers", "1", "--set", "sample=16")
NUMBERS = (*QUICK, "--no-report")
"""Without what is only for reading, which takes most of the time."""
ESCAPE = "\x1b"


@pytest.fixture
def run(command: Run) -> Run:
    """Runs the command line in this process, in an empty folder; gives exit code, stdout and stderr."""
    return command


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in everything(folder) if (folder / name).is_file()}


def scenario_with(folder: Path, **changes: str) -> Path:
    """Write the minimal scenario with other texts in the place of some."""
    text = MINIMAL.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "changed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_run_prints_table_files_and_sentence_on_stdout_only(run: Run, tmp_path: Path) -> None:
    code, out, err = run(MINIMAL, *QUICK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Minimal    2 months from 2027-01, 3 futures, ")
    told = json.loads((tmp_path / "outputs/minimal/latest/summary.json").read_text())
    text = " ".join(out.split())
    assert f"{told['sentence']} P90 is what nine in ten simulated futures do not exceed. 3 futures are too few" in text
    assert "outputs/minimal/" in out and lines[1].startswith("Not ready to sign: ")
    assert max(map(width_of, lines)) <= WIDTH and len(lines) <= MOST_LINES


def test_run_all_prints_every_contract_note_and_file(run: Run, tmp_path: Path) -> None:
    code, out, err = run(MINIMAL, *NUMBERS, "--all")
    told = json.loads((tmp_path / "outputs/minimal/latest/summary.json").read_text())
    text = " ".join(out.split())
    assert (code, err) == (0, "") and "Written to outputs/minimal/" in out
    assert all(f"Note: {note}." in text for note in told["notes"])
    assert told["verdict"]["before_signing"] in text and told["sentence"] in text
    assert max(map(width_of, out.splitlines())) <= WIDTH


def test_run_json_is_only_the_summary(run: Run, tmp_path: Path) -> None:
    code, out, err = run(MINIMAL, *NUMBERS, "--json", "-o", "here")
    assert (code, err) == (0, "")
    assert json.loads(out)["trials"] == 3
    assert out == (tmp_path / "here/summary.json").read_text()


def test_run_quiet_prints_only_the_answer(run: Run) -> None:
    code, out, err = run(MINIMAL, *NUMBERS, "-q")
    first, second, *_, last = out.splitlines()
    assert (code, err) == (0, "") and last.startswith("P90 is what nine in ten")
    assert first.startswith("Sign per conversation at $0.50 once the open points are settled: ")
    assert second.startswith("Not ready to sign. To settle")


def test_run_piped_or_without_colour_has_no_escape_codes(tmp_path: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "simulator", str(MINIMAL), *NUMBERS],
        capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == "" and ESCAPE not in done.stdout and "Sign per conversation" in done.stdout


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (("--trials", "4"), {"title = ": "trials = 4\ntitle = "}),
        (("--seed", "11"), {"title = ": "seed = 11\ntitle = "}),
        (("--seed", "0"), {"title = ": "seed = 0\ntitle = "}),
        (("--months", "3"), {"title = ": "months = 3\ntitle = "}),
        (("--budget", "2500.5"), {"title = ": "budget = 2500.5\ntitle = "}),
        (("--set", "volume.per_month=300"), {"2_000": "300"}),
        (("--set", "contracts.resolution.price=2"), {"0.99": "2"}),
    ],
)
def test_run_option_equals_an_edit_of_the_scenario(
    run: Run, tmp_path: Path, options: tuple[str, ...], changes: dict[str, str]
) -> None:
    given = [name for name in ("trials", "months") if f"--{name}" not in options]
    rest = [part for name in given for part in (f"--{name}", "2")]
    numbers = ("--workers", "1", "--json", "--no-report", "--set", "sample=16")
    first = run(MINIMAL, *rest, *options, *numbers)
    second = run(scenario_with(tmp_path, **changes), *rest, *numbers)
    plain = run(MINIMAL, *rest, "--trials", "2", "--months", "2", *numbers)
    assert first[0] == second[0] == 0
    assert first[1] == second[1]
    assert (first[1] != plain[1]) == (options != ("--seed", "0")), "the option does something; 0 is the default seed"


def test_run_two_values_for_one_key_are_refused(run: Run) -> None:
    code, out, err = run(MINIMAL, "--set", "trials=9", *QUICK, "--json")
    assert (code, out) == (2, "") and "trials=9" in err and "trials=3" in err


@pytest.mark.parametrize(
    ("options", "place"),
    [
        (("--set", "volume.per_mont=5"), "--> --set volume.per_mont=5"),
        (("--set", "volume.per_month=10k"), "--> --set volume.per_month=10k"),
        (("--set", "volume"), "--> --set volume"),
        (("--budget", "-5"), "--> --set budget=-5.0"),
    ],
)
def test_run_wrong_option_gives_one_message_that_names_it(
    run: Run, tmp_path: Path, options: tuple[str, ...], place: str
) -> None:
    code, out, err = run(MINIMAL, *QUICK, *options)
    assert (code, out) == (2, "")
    assert err.count("error: ") == 1 and place in err
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [("missing.toml",), (MINIMAL, "--trials", "0"), (MINIMAL, "--trials", "many"), (MINIMAL, "--seed", "-1"),
     (MINIMAL, "--months", "0"),
     (MINIMAL, "--budget", "nan"), (MINIMAL, "--budget", "10k"),
     (MINIMAL, "--workers", "0"), (MINIMAL, "--unknown"), (ROOT,), ("--unknown",)],
)  # fmt: skip
def test_run_usage_error_gives_code_2_and_writes_nothing(
    run: Run, tmp_path: Path, arguments: tuple[str | Path, ...]
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and err
    assert everything(tmp_path) == []


def test_run_refuses_a_full_folder_or_a_file_before_it_simulates(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("simulated for nothing")

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("nowhere")
    before = everything(tmp_path)
    monkeypatch.setattr("simulator.engine.run.simulate_into", never)
    for name in ("full", "file", "link"):
        code, out, err = run(MINIMAL, *QUICK, "-o", name)
        assert (code, out) == (2, "")
        assert err == f"error: {name} exists and nothing is overwritten; name a new folder with -o\n"
    assert everything(tmp_path) == before


def test_run_that_cannot_write_says_where_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    code, out, err = run(MINIMAL, *QUICK, "-o", "file/below")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error: cannot write the results to file/below: ") and "file is not a folder" in err
    assert everything(tmp_path) == ["file"]


def test_run_into_an_empty_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(MINIMAL, *NUMBERS, "-o", "empty")[0] == 0
    assert (tmp_path / "empty/summary.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_run_unexpected_error_gives_code_1_and_saves_the_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted fault")

    monkeypatch.setattr(bundle, "finished", fail)
    code, out, err = run(MINIMAL, *QUICK)
    assert (code, out, err.count("\n")) == (1, "", 1)
    saved = Path(err.split(" in ")[-1].strip())
    assert "planted fault" in saved.read_text() and "Traceback" in saved.read_text()
    saved.unlink()
    assert everything(tmp_path) == []


@pytest.mark.slow
def test_run_same_scenario_gives_the_same_bytes_with_one_and_two_workers(run: Run, tmp_path: Path) -> None:
    files = []
    for folder, workers in (("one", "1"), ("two", "2"), ("other", "1")):
        seed = "6" if folder == "other" else "5"
        options = ("--trials", "40", "--months", "2", "--seed", seed, "--workers", workers, "-o", folder)
        assert run(MINIMAL, *options)[0] == 0
        files.append(contents(tmp_path / folder))
    one, two, other = files
    about, again = (json.loads(each.pop("manifest.json")) for each in (one, two))
    assert one == two
    assert about == again
    assert all(other[name] != one[name] for name in one), "another seed moves every file"


def test_two_runs_at_once_both_write_all_files(tmp_path: Path) -> None:
    runs = [_started(tmp_path, *QUICK) for _ in range(2)]
    told = [process.communicate(timeout=60) for process in runs]
    assert [process.returncode for process in runs] == [0, 0] and all(err == "" for _, err in told)
    folders = [path for path in (tmp_path / "outputs/minimal").iterdir() if path.name != "latest"]
    assert len(folders) == 2 and contents(folders[0]) == contents(folders[1])


def _started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command line in a process group of its own, as a terminal does.

    With Ctrl-C as a terminal has it: a shell lets what it starts in the background ignore it, tests among them.
    """
    program = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "runpy.run_module('simulator', run_name='__main__', alter_sys=True)"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(MINIMAL), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True,
    )  # fmt: skip


def _interrupted(folder: Path, when: Callable[[int], bool], *arguments: str) -> tuple[int, str, str]:
    """Start a run, interrupt it as soon as `when` holds of its process id, and return exit code, stdout and stderr."""
    process = _started(folder, *arguments)
    try:
        end = time.monotonic() + 180
        while not when(process.pid):
            assert process.poll() is None and time.monotonic() < end, "the moment to interrupt never came"
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers get it too
        out, err = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    code = process.returncode
    return 128 - code if code < 0 else code, out, err.lstrip("\n")  # as a shell reports the end by a signal


def _simulating(process: int) -> bool:
    """Whether a process has used so much processor time that it is past its imports."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") >= 4.0


def _workers_simulating(process: int) -> bool:
    """Whether two processes that a process has started are past their imports."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return sum(_simulating(int(child)) for child in children) >= 2


@pytest.mark.parametrize(
    ("workers", "when"), [pytest.param("1", _simulating, marks=pytest.mark.slow), ("2", _workers_simulating)]
)
def test_interrupt_while_simulating_gives_code_130_and_leaves_nothing(
    tmp_path: Path, workers: str, when: Callable[[int], bool]
) -> None:
    told = _interrupted(tmp_path, when, "--trials", "100000", "--workers", workers)
    assert told == (130, "", "interrupted; nothing was left behind\n")
    assert everything(tmp_path) == []


@pytest.mark.parametrize(("message", "expected"), [("Query interrupted", 130), ("Query failed", 1)])
def test_interrupt_in_a_query_is_an_interrupt_and_another_failure_is_not(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message: str, expected: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr("simulator.engine.run.simulate_into", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, out, err = run(MINIMAL, *QUICK)
    assert (code, out) == (expected, "")
    assert err.lstrip("\n").startswith("interrupted;" if expected == 130 else "error: unexpected failure")


def test_interrupt_while_writing_gives_code_130_and_leaves_nothing(tmp_path: Path) -> None:
    def writing(_: int) -> bool:
        return any(tmp_path.glob("outputs/minimal/.partial-*"))

    told = _interrupted(tmp_path, writing, *QUICK)
    assert told == (130, "", "interrupted; nothing was left behind\n")
    assert everything(tmp_path) == []


NAMES = {
    "control characters": "A\\u001B[2J\\u0007\\rB",
    "80 letters": "w" * 80,
    "80 letters in words": ("word " * 16)[:80],
    "right to left": "\u05e2\u05d1\u05e8\u05d9\u05ea \\u202Eabc",
    "emoji": "\U0001f600 \U0001f469\u200d\U0001f4bb fee",
    "markup": "[bold]A[/bold] [red]x",
    "wide": "\u5951\u7d04" * 20,
}


@pytest.mark.parametrize("case", NAMES)
def test_names_of_a_user_do_not_break_the_output(run: Run, tmp_path: Path, case: str) -> None:
    name = NAMES[case]
    title = (name * 3)[:200] if "letters" in case else name
    changes = {
        'title = "Minimal"': f'title = "{title}"\ntoday = {{ title = "{name}" }}',
        '"per_conversation",': f'"per_conversation", title = "{name}",',
    }
    code, out, err = run(scenario_with(tmp_path, **changes), *NUMBERS)
    assert (code, err) == (0, "")
    assert all(letter.isprintable() or letter == "\n" for letter in out)
    lines = out.splitlines()
    assert max(map(width_of, lines)) <= WIDTH
    rows = rows_in(out)
    assert len(rows) == 2 and len(set(map(width_of, rows))) == 1
    if case == "markup":
        assert "[bold]A[/bold]" in out


def rows_in(out: str) -> list[str]:
    """The two lines below the headings of the table."""
    lines = out.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("* "))
    assert "expected" in lines[start - 1] or "expected" in lines[start - 2]
    first = start if "expected" in lines[start - 1] else start - 1
    return lines[first : first + 2]


def test_names_check_refuses_a_table_that_counts_letters(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_columns, "padded", lambda text, width: text.ljust(width))
    changes = {'"per_conversation",': f'"per_conversation", title = "{NAMES["wide"]}",'}
    _, out, _ = run(scenario_with(tmp_path, **changes), *NUMBERS)
    assert len(set(map(width_of, rows_in(out)))) == 2
