from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from simulator.errors import Problem, ScenarioError
from simulator.scenario import load_scenario


def refused(path: Path) -> Problem:
    start = time.process_time()
    with pytest.raises(ScenarioError) as raised:
        load_scenario(path)
    assert time.process_time() - start < 20
    assert len(raised.value.problems) == 1
    return raised.value.problems[0]


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "empty", 1),
        (b" \n\t\n", "empty", 1),
        (b"title = 1\n\x00\x01\x02", "binary", 2),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary", 3),
        ('title = "x"'.encode("utf-16"), "UTF-16", 1),
        (b'title = "a"\rcurrency = "USD"\r', "line ends are CR only", 1),
        (b'title = "a"\ncurrency = "\xe9"\n', "byte 0xe9 on line 2", 2),
    ],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, data: bytes, message: str, line: int) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(data)
    problem = refused(file)
    assert message in problem.message
    assert problem.line == line


def test_file_over_one_megabyte_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("a = " + "[" * 10_000_000, encoding="ascii")
    assert "10,000,004 bytes" in refused(file).message


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 900_000, "a = " + "{ b = " * 100_000, "a." * 400_000 + "a = 1", "[a" + ".a" * 300_000 + "]"]
)
def test_deep_nesting_is_refused_before_parsing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text("title = 1\n" + text, encoding="ascii")
    problem = refused(file)
    assert problem.message == "nested deeper than 20 levels"
    assert problem.line == 2


def test_twenty_levels_are_parsed_and_twenty_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(".".join("a" * 20) + " = 1", encoding="ascii")
    with pytest.raises(ScenarioError) as raised:
        load_scenario(file)
    assert all("deeper" not in problem.message for problem in raised.value.problems)
    file.write_text(".".join("a" * 21) + " = 1", encoding="ascii")
    assert "deeper than 20" in refused(file).message


def test_folder_is_refused_with_its_scenarios(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text("", encoding="ascii")
    problem = refused(tmp_path)
    assert "folder" in problem.message
    assert "one.toml" in problem.help


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "broad_cx.toml").write_text("", encoding="ascii")
    assert "broad_cx.toml" in refused(tmp_path / "broad_xc.toml").help
    assert "broad_cx.toml" in refused(tmp_path / "broad_cx").help
    assert "does not exist" in refused(tmp_path / "no" / "x.toml").help


def test_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.toml"
    file.write_text("title = 1", encoding="ascii")
    file.chmod(0)
    if os.geteuid() == 0:  # for root no file is closed

        def closed(path: Path) -> bytes:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(Path, "read_bytes", closed)
    assert "no permission" in refused(file).message


def test_device_is_refused() -> None:
    assert "not a plain file" in refused(Path(os.devnull)).message


def test_path_with_a_null_character_is_refused() -> None:
    assert "cannot be read" in refused(Path("a\0b.toml")).message


def test_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    base = (Path(__file__).parents[1] / "wrong" / "base.toml").read_text(encoding="utf-8")
    file = tmp_path / "x.toml"
    file.write_bytes(b"\xef\xbb\xbf" + base.replace("\n", "\r\n").encode())
    assert load_scenario(file).title == "Base"
    file.write_bytes(base.replace("months = 3", "months = 3k").replace("\n", "\r\n").encode())
    problem = refused(file)
    assert (problem.line, problem.text) == (4, "months = 3k")
