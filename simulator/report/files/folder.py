"""Folders of results: written under a temporary name, renamed when whole, never overwritten, and what repeats them."""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import re
import secrets
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.errors import OutputError, reason
from simulator.report.files.partial import Partial
from simulator.report.summary.plain import as_json
from simulator.runtime.interrupts import finish

OUTPUTS: Final = Path("outputs")
MANIFEST: Final = "manifest.json"
PACKAGES: Final = ("numpy", "scipy", "duckdb", "pyarrow", "matplotlib", "jinja2", "genai-prices")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
PLACES: Final = ("--workers", "--scheduler", "--output", "--spill-above")
"""Options that say where a run works and writes, and change no result."""
_HASH_DIGITS: Final = 7
_SHORT_OUTPUT: Final = re.compile("-(?P<flags>q*)o(?P<path>.*)", re.DOTALL)


DECIDE: Final = "decide.json"
"""Answers of a run with `--decide`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files of a run are written, and where.

    Attributes:
        today: date for the folder's name.
        out: the new folder itself; it must not exist, or be empty.
        report: whether to draw charts and write what is made of them.
        every_meter: whether to write all meters of every future too, which must have been kept.
        as_png: whether to write the charts as PNG too.
        decide: whether to answer the questions of a buyer who decides, in the page and in decide.json.
        run_of: date that the brief shows, of the run that is repeated; `today` without it.
    """

    today: datetime.date
    out: Path | None = None
    report: bool = True
    every_meter: bool = False
    as_png: bool = False
    decide: bool = False
    run_of: datetime.date | None = None


def new_folder(
    parent: Path, name: str, out: Path | None, write: Callable[[Path], None], *, latest: bool = True
) -> Path:
    """Write a new folder and return it; nothing is left behind if writing fails or is interrupted.

    A folder of the same name is left alone and the new one gets -2, -3 ... Runs at the same time do not disturb each
    other. What a run left in the same place that was killed while it wrote is removed.

    Args:
        parent: folder for the new one, where `out` names none.
        name: of the new folder.
        out: the new folder itself; it must not exist, or be empty.
        write: fills a folder.
        latest: whether `latest` points to it, as it does to the newest run.

    Raises:
        OutputError: if the folder cannot be written, saying where and why.
    """
    place = out.parent if out else parent
    refuse_taken(out)
    made = None
    try:
        with Partial.folder(place) as made:
            write(made)
            refuse_taken(out)
            finish()
            target = made.rename(out) if out else _rename(made, place, name)
    except OSError as error:
        raise _cannot_write(out or place, error, made) from error
    if latest and not out:
        _point_latest(place, target.name)
    return target


def short_hash(parts: object, digits: int = _HASH_DIGITS) -> str:
    """Return some digits that change with anything in some parts, which JSON must be able to hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:digits]


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder but its manifest, by its path in it, in order."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: _hash(path) for name, path in named.items() if name != MANIFEST}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_taken(out: Path | None) -> None:
    """Raise OutputError if something stands where the results are to go; an empty folder may."""
    if out is not None and (out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir())))):
        raise OutputError(f"{out} exists and nothing is overwritten; name a new folder with -o")


def folder_name(scenario_path: Path) -> str:
    """Return the scenario's folder: the name of its file with letters, digits, dot, hyphen and underscore only."""
    return re.sub(r"[^\w.\-]", "_", scenario_path.stem, flags=re.ASCII).strip(".")[:100] or "scenario"


def versions() -> dict[str, str]:
    """Return the versions of Python, of the simulator and of all packages that numbers or bytes depend on."""
    import platform
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        "simulator": version("cx-contract-simulator"),
        **{package: version(package) for package in PACKAGES},
    }


def without_place(command: str) -> str:
    """Return a command line without what changes no result (`PLACES`, `-o PATH` and `--resume`), in any spelling."""
    kept, words = [], iter(shlex.split(command))
    for word in words:
        if word == "--":
            kept += [word, *words]
        elif word == "--resume":
            continue
        elif word in PLACES:
            next(words, None)
        elif found := _SHORT_OUTPUT.fullmatch(word):
            kept += [f"-{found['flags']}"] if found["flags"] else []
            if not found["path"]:
                next(words, None)
        elif not word.startswith(tuple(f"{place}=" for place in PLACES)):
            kept.append(word)
    return shlex.join(kept)


def encodable(text: str) -> str:
    r"""Return a text with the bytes of a file name that are no UTF-8 as escapes, as in \udcff."""
    return text.encode("utf-8", "backslashreplace").decode()


def as_file(text: str) -> bytes:
    r"""Return the bytes of a page or a document, in which control characters of a path or a command are escapes."""
    return _without_controls(encodable(text)).encode()


def to_json(block: Any) -> str:
    """Return a block, typed or plain, as JSON text with a final line break; NaN and infinity are refused.

    Control characters, and those that turn the direction of writing, are escapes: the manifest holds the scenario's
    text and the command as they were written.
    """
    return _without_controls(json.dumps(as_json(block), indent=2, ensure_ascii=False, allow_nan=False)) + "\n"


def _without_controls(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _rename(partial: Path, parent: Path, name: str) -> Path:
    """Give a whole folder its name; where it is taken, also by a run at the same time, the next free number."""
    number = 1
    while True:
        target = parent / (name if number == 1 else f"{name}-{number}")
        number += 1
        if target.exists() or target.is_symlink():
            continue
        try:
            partial.rename(target)
        except (FileExistsError, NotADirectoryError):
            continue
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise
            continue
        return target


def _point_latest(parent: Path, name: str) -> None:
    """Let `latest` point to the newest folder: a link, or a text file with its name where links are not possible.

    A folder of that name, which only a person can have made, is left alone.
    """
    waiting = parent / f".latest-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        try:
            waiting.symlink_to(name, target_is_directory=True)
        except (OSError, NotImplementedError):
            waiting.write_text(f"{name}\n")
        with contextlib.suppress(IsADirectoryError, PermissionError):
            waiting.replace(parent / "latest")
    finally:
        waiting.unlink(missing_ok=True)


def _cannot_write(parent: Path, error: OSError, partial: Path | None) -> OutputError:
    at = f" ({error.filename})" if error.filename and Path(str(error.filename)) != parent else ""
    gone = partial is None or not partial.exists()
    left = "nothing was left behind" if gone else f"{partial} could not be removed, so remove it by hand"
    return OutputError(f"cannot write results to {parent}: {reason(error)}{at}; name another folder with -o, {left}")
