"""`simulate replay`: the same bytes from the manifest alone, and what differs where something does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
QUICK = ("--trials", "3", "--months", "2", "--workers", "1", "--no-report")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run with everything that the command line can say about the scenario."""
    folder = tmp_path_factory.mktemp("once")
    (folder / "mine.toml").write_bytes(MINIMAL.read_bytes())
    options = ("--set", 'title="Other"', "--budget", "9000", "--contract", "resolution", "--seed", "5", "-o", "first")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert CliRunner().invoke(cli, ["mine.toml", *QUICK, *options]).exit_code == 0
    return folder / "first"


@pytest.fixture
def ran(once: Path, tmp_path: Path) -> Path:
    """A copy of that folder; the scenario is not there any more."""
    return shutil.copytree(once, tmp_path / "first")


def edited(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    path = folder / "manifest.json"
    about = json.loads(path.read_text())
    change(about)
    path.write_text(json.dumps(about))
    return path


def test_replay_repeats_all_files_byte_for_byte_without_the_scenario(
    command: Command, ran: Path, tmp_path: Path
) -> None:
    code, out, err = command("replay", "first", "--workers", "1", "-o", "again")
    assert (code, err) == (0, "")
    assert "Written to again/" in out and "files are those of the run of" in out
    assert contents(tmp_path / "again") == contents(ran)


@pytest.mark.parametrize("kinds", [("svg",), ("svg", "png")])
def test_a_run_with_its_charts_is_repeated_with_them(command: Command, tmp_path: Path, kinds: tuple[str, ...]) -> None:
    (tmp_path / "mine.toml").write_bytes(MINIMAL.read_bytes())
    options = ["--png"] if "png" in kinds else []
    assert command("mine.toml", *QUICK[:-1], "-o", "first", *options)[0] == 0
    drawn = {name for name in contents(tmp_path / "first") if name.startswith("charts/1-")}
    assert drawn == {f"charts/1-interval-strip.{kind}" for kind in kinds}
    code, out, err = command("replay", "first", "--check", "--workers", "1")
    assert (code, err) == (0, "") and "byte for byte" in out, out


def test_the_manifest_has_the_hash_of_every_file(ran: Path) -> None:
    files = json.loads((ran / "manifest.json").read_text())["files"]
    assert set(files) == set(contents(ran)) - {"manifest.json"}


def test_check_keeps_nothing_and_says_yes(command: Command, ran: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, out, err = command("replay", ran / "manifest.json", "--check", "--workers", "1")
    assert (code, err) == (0, "") and out.endswith(", byte for byte\n")
    assert sorted(tmp_path.rglob("*")) == before


def test_check_gives_code_1_where_a_file_differs(command: Command, ran: Path) -> None:
    def change(about: dict[str, Any]) -> None:
        about["files"]["trials.parquet"] = "0" * 64
        about["files"]["gone.txt"] = "0" * 64

    code, out, _ = command("replay", edited(ran, change), "--check", "--workers", "1")
    assert code == 1
    assert "trials.parquet differs\n" in out and "gone.txt is missing\n" in out
    assert "all numbers of summary.json are the same" in out


def test_another_seed_differs_in_its_numbers(command: Command, ran: Path) -> None:
    path = edited(ran, lambda about: about["overrides"].__setitem__(about["overrides"].index("seed=5"), "seed=6"))
    code, out, _ = command("replay", path, "--check", "--workers", "1")
    assert code == 1 and "summary.json differs" in out and "are the same" not in out


def test_other_versions_are_named(command: Command, ran: Path) -> None:
    def change(about: dict[str, Any]) -> None:
        about["versions"] |= {"numpy": "1.0", "other": "3"}

    path = edited(ran, change)
    code, out, _ = command("replay", path, "--check", "--workers", "1")
    assert code == 0 and out.startswith("versions differ: numpy 1.0 -> ") and "other 3 -> absent" in out


def test_a_run_that_is_there_already_gets_a_number(command: Command, ran: Path, tmp_path: Path) -> None:
    for number in ("", "-2"):
        assert command("replay", "first", "--workers", "1", "-q")[0] == 0
        assert any(path.name.endswith(number or "") for path in (tmp_path / "outputs/mine").iterdir())
    assert len([path for path in (tmp_path / "outputs/mine").iterdir() if path.name != "latest"]) == 2


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "is not the manifest of a run: 'scenario_text' is missing": lambda about: about.pop("scenario_text"),
    "is not the manifest of a run: 'files' is missing": lambda about: about.pop("files"),
    "was changed: its scenario_text does not have the hash": lambda about: about.update(scenario_text="title = 1"),
    "is not the manifest of a run: engine: input should be 'sampled' or": lambda about: about.update(engine="x"),
    "is not the manifest of a run: written: ": lambda about: about.update(written="yesterday"),
    "is not the manifest of a run: overrides: ": lambda about: about.update(overrides="seed=1"),
}


@pytest.mark.parametrize("says", WRONG)
def test_a_manifest_that_is_none_is_explained(command: Command, ran: Path, tmp_path: Path, says: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, out, err = command("replay", edited(ran, WRONG[says]))
    assert (code, out) == (2, "") and says in err and err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_other_files_are_no_manifest(command: Command, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\x00\xff")
    (tmp_path / "text.json").write_text("hello")
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "empty").mkdir()
    expected = {
        "binary": "error: binary is not the manifest of a run: it is not a text in UTF-8\n",
        "text.json": "error: text.json is not the manifest of a run: it is not JSON\n",
        "list.json": "error: list.json is not the manifest of a run: input should be an object\n",
        "empty": "error: the folder empty holds no manifest.json; give the folder of a run, as outputs/NAME/latest\n",
        "none": "error: there is no file none; give the folder of a run, as outputs/NAME/latest\n",
    }
    assert {name: command("replay", name) for name in expected} == {
        name: (2, "", says) for name, says in expected.items()
    }


def test_check_and_a_folder_contradict_each_other(command: Command, ran: Path) -> None:
    code, _, err = command("replay", "first", "--check", "-o", "x")
    assert code == 2 and "--check keeps no files; leave out -o" in err


def test_an_override_that_no_longer_fits_is_explained(command: Command, ran: Path) -> None:
    path = edited(ran, lambda about: about["overrides"].append("volume.per_mont=3"))
    code, _, err = command("replay", path)
    assert code == 2 and "unknown key 'per_mont'" in err
    assert err.endswith(f"1 problem in the scenario in {path}; nothing was run.\n")
