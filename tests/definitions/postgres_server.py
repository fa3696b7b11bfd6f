"""A PostgreSQL of one's own for tests, without a port: a socket in a folder, all data gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = "/usr/lib/postgresql"


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, of the newest version that is installed."""
    found = sorted(Path(PLACES).glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return None if on_path is None else Path(on_path).resolve().parent


@contextmanager
def server() -> Iterator[str]:
    """Start a server; gives the address to connect to. PostgreSQL refuses to be run by root, so that another user does.

    Raises:
        RuntimeError: it does not start, with what it says.
    """
    folder = programs()
    if folder is None:
        raise RuntimeError("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg") as made:
        place = Path(made)
        user = None
        if sys.platform != "win32" and os.geteuid() == 0:
            user = "postgres"
            shutil.chown(place, user)
            place.chmod(0o755)
        data = place / "data"
        name = "postgres" if user else pwd.getpwuid(os.geteuid()).pw_name
        _run(user, folder / "initdb", "-D", data, "-A", "trust", "-U", name, "-E", "UTF8", "--no-sync")
        options = f"-k {place} -c listen_addresses= -c fsync=off -c shared_buffers=256MB -c work_mem=128MB"
        _run(user, folder / "pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", options, "start")
        try:
            yield f"postgresql://{name}@/postgres?host={place}"
        finally:
            _run(user, folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, text=True, user=user, cwd="/", timeout=120
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
