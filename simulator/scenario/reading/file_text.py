"""Reading a scenario's text: what is refused before anything is parsed."""

from __future__ import annotations

import difflib
import os
import stat
from pathlib import Path
from typing import Final

from simulator.errors import Problem, ScenarioError, in_words

MOST_BYTES: Final = 1_000_000
"""A scenario of 500 intents has about 100,000 bytes. Above this, nothing is parsed."""


def read_text(path: str | Path) -> str:
    """Return the text of a scenario file.

    Raises:
        ScenarioError: if the file is missing, a folder, not readable, over 1 MB, empty, binary or not UTF-8.
    """
    file = Path(path)
    data = _read_bytes(file)
    problem = _bytes_problem(data)
    if problem:
        raise ScenarioError(str(path), [problem])
    return data.decode("utf-8-sig")


def _read_bytes(file: Path) -> bytes:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ScenarioError(str(file), [_not_a_file(file, found.st_mode)])
        if found.st_size > MOST_BYTES:
            raise ScenarioError(str(file), [_too_large(found.st_size)])
        return file.read_bytes()
    except FileNotFoundError:
        raise ScenarioError(str(file), [_missing(file)]) from None
    except PermissionError:
        help_text = "ask for the right to read it, or copy it to a folder of your own"
        raise ScenarioError(str(file), [Problem((), "no permission to read this file", help_text)]) from None
    except (OSError, ValueError) as error:
        raise ScenarioError(
            str(file), [Problem((), f"this file cannot be read: {in_words(error)}", "give the path of a .toml file")]
        ) from None


NO_SCENARIOS: Final = ("pyproject.toml",)
"""Files that end like a scenario and are none."""
EXAMPLES: Final = "scenarios"
"""Folder in which a scenario may stand that is named without it."""


def _too_large(size: int) -> Problem:
    return Problem((), f"the file has {size:,} bytes; a scenario has at most {MOST_BYTES:,}", "is this a scenario?")


def _not_a_file(file: Path, mode: int) -> Problem:
    if not stat.S_ISDIR(mode):
        return Problem((), "this is not a plain file", "give the path of a scenario, a text file that ends in .toml")
    inside = sorted(entry.name for entry in file.glob("*.toml"))[:5] if os.access(file, os.R_OK) else []
    listed = f"it holds {', '.join(inside)}; name one of them" if inside else "name a .toml file in it"
    return Problem((), "this is a folder, not a scenario", listed)


def _missing(file: Path) -> Problem:
    folder = file.parent
    names = sorted(entry.name for entry in folder.glob("*.toml") if entry.name not in NO_SCENARIOS)
    near = difflib.get_close_matches(file.stem, [name.removesuffix(".toml") for name in names], n=1)
    if near:
        return Problem((), "there is no such file", f"did you mean '{folder / near[0]}.toml'?")
    elsewhere = Path(EXAMPLES, file.name if file.suffix else f"{file.name}.toml")
    if elsewhere.is_file():
        return Problem((), "there is no such file", f"did you mean '{elsewhere}'?")
    if not folder.is_dir():
        return Problem((), "there is no such file", f"the folder '{folder}' does not exist either")
    listed = (
        f"scenarios in '{folder}': {', '.join(names[:5])}"
        if names
        else f"there is no .toml file in '{folder}'; 'simulate new my.toml' writes one"
    )
    return Problem((), "there is no such file", listed)


def _bytes_problem(data: bytes) -> Problem | None:
    if not data.strip():
        return Problem((), "the file is empty", "'simulate new my.toml' writes one to start from", line=1)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem((), "the file is in UTF-16", "save it as UTF-8", line=1)
    line = data.count(b"\n", 0, max(data.find(b"\0"), 0)) + 1
    if b"\0" in data:
        return Problem((), "the file is binary, not text", "give a scenario, a text file that ends in .toml", line=line)
    if b"\r" in data.strip() and b"\n" not in data:
        return Problem((), "the line ends are CR only, which is not TOML", "save it with line ends LF", line=1)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = f"the file is not UTF-8: byte 0x{data[error.start]:02x} on line {line}"
        return Problem((), wrong, "save it as UTF-8 (an editor's 'save with encoding')", line=line)
    return None
