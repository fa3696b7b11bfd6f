"""Where compiled code is kept between runs, and when it is still right.

Kept code stands in `HOME/cx-contract-simulator/DIGEST/`, a file for each loop and kind of processor. HOME is the first
of these that this user can write and nobody else can: NUMBA_CACHE_DIR; the user's cache folder; a folder of the user
among the temporary ones; a new temporary folder, which goes with the process. Code that is read is run, so that a
folder that somebody else could write is never used. Nothing here fails: what cannot be kept or read is compiled.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import os
import pickle
import shutil
import stat
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "cx-contract-simulator"
CHOSEN: Final = "NUMBA_CACHE_DIR"
"""Variable of the environment that says where to keep code; processes of a run get it from the one that started it."""
UNUSED_SECONDS: Final = 30 * 24 * 3600
"""After how long without use the code of an earlier version of the sources is removed."""
CHECK_BYTES: Final = 32
"""Size of the digest with which a file begins."""


@cache
def cache_home() -> Path | None:
    """Return the folder under which this process and those that it starts keep code; None where there is none."""
    for home in _homes():
        if _ready(home, home / FOLDER):
            return home
    try:
        fresh = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, fresh, ignore_errors=True)
    return fresh if _ready(fresh, fresh / FOLDER) else None


@cache
def code_folder(digest: str) -> Path | None:
    """Return the folder of the code of some sources, marked as used now; None where none can be kept."""
    home = cache_home()
    if home is None:
        return None
    folder = home / FOLDER / digest
    if not _ready(home / FOLDER, folder):
        return None
    with suppress(OSError):
        os.utime(folder)
    return folder


def remove_unused(folder: Path) -> None:
    """Remove the folders beside one that nobody has used for long; every process marks its own at its start."""
    with suppress(OSError):
        for other in folder.parent.iterdir():
            if other != folder and time.time() - other.lstat().st_mtime > UNUSED_SECONDS:
                shutil.rmtree(other, ignore_errors=True)


def _homes() -> Iterator[Path]:
    """Yield where code may be kept, the best first; relative paths are not taken."""
    if sys.platform == "win32":
        user, variable, own = "user", "LOCALAPPDATA", "~/AppData/Local"
    elif sys.platform == "darwin":
        user, variable, own = str(os.getuid()), "", "~/Library/Caches"
    else:
        user, variable, own = str(os.getuid()), "XDG_CACHE_HOME", "~/.cache"
    for each in (os.environ.get(CHOSEN), os.environ.get(variable), os.path.expanduser(own)):
        if each and os.path.isabs(each):
            yield Path(each)
    with suppress(OSError):
        yield Path(tempfile.gettempdir()) / f"{FOLDER}-{user}"


def _ready(parent: Path, folder: Path) -> bool:
    """Return whether a folder is there, made if need be, and can be written by this user and by nobody else."""
    try:
        for each in (parent, folder):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _safe(parent, folder) and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except OSError:
        return False


def _safe(parent: Path, folder: Path) -> bool:
    """Return whether nobody else can write into a folder or put another in its place."""
    if sys.platform == "win32":
        return True  # folders of a user are closed to others there
    above, own = parent.stat(), folder.lstat()
    sticky = above.st_mode & stat.S_ISVTX or not above.st_mode & stat.S_IWOTH
    closed = not own.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    mine = own.st_uid == os.getuid() and above.st_uid in (0, os.getuid())
    return bool(stat.S_ISDIR(own.st_mode) and sticky and closed and mine)


@dataclass(slots=True)
class KeptCode:
    """What numba asks for the code of a loop before it compiles it, and gives it to afterwards.

    It takes the place of numba's own cache, which ends a run where a file is cut short or a disk is full.

    Attributes:
        name: of the loop.
        folder: where its files stand; None where nothing is kept.
    """

    name: str
    folder: Path | None

    @property
    def cache_path(self) -> str:
        """Where files stand, for numba's statistics."""
        return str(self.folder)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return the code for the types of a call, as numba compiled it; None where none is kept."""
        compiler: Any = importlib.import_module("numba.core.compiler")
        target_context.refresh()
        if self.folder is None:
            return None
        try:
            content = self._path(signature, target_context.codegen()).read_bytes()
            check, code = content[:CHECK_BYTES], content[CHECK_BYTES:]
            if hashlib.sha256(code).digest() != check:
                return None
            return compiler.CompileResult._rebuild(target_context, *pickle.loads(code))
        except Exception:
            return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep the code for the types of a call; another process that writes the same at once does no harm."""
        serialize: Any = importlib.import_module("numba.core.serialize")
        if self.folder is None or result.library.has_dynamic_globals:
            return
        try:
            code = serialize.dumps(result._reduce())
            path = self._path(signature, result.codegen)
            part = path.with_name(f"{uuid.uuid4().hex[:16]}.part")
        except Exception:
            return
        try:
            part.write_bytes(hashlib.sha256(code).digest() + code)
            os.replace(part, path)
        except OSError:
            with suppress(OSError):
                part.unlink()

    def has(self, signature: Any, target_context: Any) -> bool:
        """Return whether there is a file for the types of a call."""
        return self.folder is not None and self._path(signature, target_context.codegen()).is_file()

    def _path(self, signature: Any, codegen: Any) -> Path:
        """Return the file of the code for the types of a call on this kind of processor."""
        assert self.folder is not None
        kind = hashlib.sha256(repr((tuple(map(str, signature)), codegen.magic_tuple())).encode()).hexdigest()
        return self.folder / f"{self.name}-{kind[:16]}.code"
