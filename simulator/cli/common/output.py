"""What commands share: text on stdout, a bar on stderr, and a check that results can be written before a long run."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from simulator.errors import OutputError, in_words
from simulator.runtime.interrupts import finish

if TYPE_CHECKING:
    pass

PROGRAM: Final = "simulate"


def open_streams() -> None:
    """Let input and output that the caller closed (`>&-`) lead nowhere.

    Else the next file that is opened gets the number of standard output, and what is printed goes into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def print_text(text: str) -> None:
    """Write a text to stdout; what its encoding cannot show is written as an escape, as in \\u20ac.

    Raises:
        OutputError: if it cannot be written, unless nobody reads it any more.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"the answer cannot be printed: {in_words(error)}; files that were asked for are written"
        ) from error


def write_whole(target: Path, content: str | bytes, before: Callable[[], None] = lambda: None) -> None:
    """Write a text or a picture to a file, which is replaced if it exists: whole, or not at all.

    Behind a link the file is replaced that it leads to; what is no file, as /dev/stdout, is written to as it stands.

    Args:
        before: called when all is written and the file is about to get its name; it may refuse.

    Raises:
        OutputError: if it cannot be written.
    """
    from simulator.report.files.partial import Partial

    place, data = target.resolve(), content if isinstance(content, bytes) else content.encode()
    try:
        if place.exists() and not place.is_file():
            target.write_bytes(data)
            return
        with Partial.file(place) as partial:
            partial.write_bytes(data)
            before()
            finish()
            partial.replace(place)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {(error.strerror or str(error)).lower()}") from error


def refuse_existing(target: Path, *, force: bool) -> None:
    """Refuse to write a file that people fill in by hand over one that is there.

    Raises:
        OutputError: if it exists and `force` is not given, is a folder, or its folder does not exist.
    """
    if target.is_dir():
        raise OutputError(f"{target} is a folder; name a file in it, as {target / 'my.toml'}")
    if (target.exists() or target.is_symlink()) and not force:
        raise OutputError(f"{target} exists and is not overwritten; choose another name, or --force replaces it")
    if not target.absolute().parent.is_dir():
        raise OutputError(f"cannot write {target}: there is no folder {target.parent}")


def refuse_unwritable(folder: Path) -> None:
    """Say before a long simulation, not after it, that its results could not be written.

    Raises:
        OutputError: if the nearest folder that exists is none or may not be written to, or for -o=FOLDER.
    """
    if str(folder).startswith("="):
        rest = shlex.quote(str(folder)[1:] or "FOLDER")
        raise OutputError(f"{folder} begins with =, which belongs to --output={rest} and not to -o: write -o {rest}")
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise OutputError(
            f"cannot write the results to {folder}: {there} is not a folder; choose another place with -o"
        )
    if not os.access(there, os.W_OK):
        raise OutputError(f"cannot write the results to {folder}: {there} is read-only; choose another place with -o")
