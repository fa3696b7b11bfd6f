"""What a run writes before it has its name: locked while the run lives, removed by a later run if it was killed.

The lock is the system's own on the open folder or file. It ends with the process, however that ends, and no process
that got the same number later can be taken for it. Where a system or a disk has no such lock, what nobody touched for a
day is taken for abandoned.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from simulator.runtime.interrupts import Interrupted, held

NAME: Final = re.compile(r"\.partial-\d+-[0-9a-f]{8}")
WAITING: Final = re.compile(r"\.latest-\d+-[0-9a-f]{8}")
"""What is about to become `latest`; it has that name for a moment only."""
ABANDONED_SECONDS: Final = 24 * 3600.0
MOMENT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Partial:
    """A folder or a file that is being written; at the end of its `with` block it has its own name or is removed.

    Attributes:
        path: of the folder or file.
        lock: descriptor whose lock says that its run lives; None where the system has none.
        made: the folders that were made for it, the innermost first.
    """

    path: Path
    lock: int | None
    made: Sequence[Path] = ()

    @classmethod
    def folder(cls, place: Path) -> Self:
        """Make a folder for a run in a place, which is made too, and remove there what killed runs left.

        Raises:
            OSError: if it cannot be made.
        """
        made = [each for each in (place, *place.parents) if not each.exists()]
        try:
            place.mkdir(parents=True, exist_ok=True)
            remove_abandoned(place)
            return cls(*_new(place, Path.mkdir), made)
        except BaseException:
            _remove_empty(made)
            raise

    @classmethod
    def file(cls, target: Path) -> Self:
        """Make an empty file beside the one it is to become, and remove there what killed runs left.

        Raises:
            OSError: if it cannot be made.
        """
        remove_abandoned(target.parent)
        return cls(*_new(target.parent, lambda path: path.touch(exist_ok=False)))

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Remove what has no other name by now; an interruption waits until that is done.

        Raises:
            Interrupted: after an interruption, saying what could not be removed.
        """
        with held():
            _remove(self.path)
            _remove_empty(self.made)
            unlock(self.lock)
        if isinstance(error, KeyboardInterrupt) and self.path.exists():
            raise Interrupted(f"{self.path} could not be removed, so remove it by hand") from error


def remove_abandoned(place: Path) -> None:
    """Remove what runs left in a place that were killed while they wrote; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        for each in list(place.iterdir()):
            if WAITING.fullmatch(each.name) and _age_seconds(each) > MOMENT_SECONDS:
                each.unlink()
            elif NAME.fullmatch(each.name) and not each.is_symlink():
                _remove_if_abandoned(each)


def _new(place: Path, make: Callable[[Path], None]) -> tuple[Path, int | None]:
    """Make a folder or file under a name of its own, and lock it; what another run took for abandoned is made anew."""
    while True:
        path = place / f".partial-{os.getpid()}-{secrets.token_hex(4)}"
        make(path)
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            number = lock(path)
            if path.exists():
                return path, number
            unlock(number)


def _remove_if_abandoned(path: Path) -> None:
    """Remove what a run left that is gone, holding its lock meanwhile, so that no other run does the same."""
    try:
        number = lock(path)
    except OSError:  # its run lives, or another one is removing it
        return
    if number is not None or _age_seconds(path) > ABANDONED_SECONDS:
        _remove(path)
    unlock(number)


def lock(path: Path) -> int | None:
    """Lock a folder or file until its descriptor, which is returned, is closed; None where that is not possible.

    Raises:
        BlockingIOError: if another process has locked it.
        FileNotFoundError: if it is gone.
    """
    try:
        import fcntl
    except ImportError:
        return None
    number = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise
    except OSError:
        os.close(number)
        return None
    return number


def unlock(number: int | None) -> None:
    """Let go of a lock, if there is one."""
    if number is not None:
        os.close(number)


def _remove(path: Path) -> None:
    """Remove a folder or file as far as the system allows."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove folders, the innermost first, as long as they are empty."""
    with contextlib.suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _age_seconds(path: Path) -> float:
    return time.time() - path.lstat().st_mtime
