"""`simulate log`: the exports of your systems, read to the record of conversations."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.options import ScenarioFile
from simulator.cli.common.output import print_text
from simulator.errors import OutputError, reason

if TYPE_CHECKING:
    from simulator.audit.log.log_reading import ReadLog


@click.command("log")
@click.argument("log_map", metavar="MAP", type=ScenarioFile())
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Record to write, FILE.parquet; beside it FILE.json."
)
@click.option("--check", is_flag=True, help="Read and check everything, print the page, and write nothing.")
@click.option("--keep-ids", is_flag=True, help="Keep the system's ids in the record instead of hashes of them.")
@click.option("--force", is_flag=True, help="Replace the files if they exist.")
def log(log_map: Path, output: Path | None, *, check: bool, keep_ids: bool, force: bool) -> None:
    """Read the exports that MAP names to a record: one row a conversation, as `simulate ledger` writes it.

    Only the columns that the map reads are loaded, and none with message text can be. A row that is not what the map
    says is refused with its value, or dropped and counted. `simulate map list` shows the maps that are shipped.
    """
    from simulator.audit.log.log_reading import read_log
    from simulator.audit.log.map_reading import read_map
    from simulator.audit.log.page import page

    target = None if check else _target(output, force=force)
    found = read_map(log_map)
    with read_log(found, "" if keep_ids else secrets.token_hex(16)) as read:
        if target is not None:
            _write(read, target, force=force)
        said = page(read)
    written = (
        "--check: nothing is written" if target is None else f"written: {target} and {target.with_suffix('.json')}"
    )
    print_text(f"{said}\n\n{written}\n")


def _target(output: Path | None, *, force: bool) -> Path:
    """Return the file to write, refusing what cannot be written before anything is read."""
    if output is None:
        raise click.UsageError("say where the record goes: -o record.parquet; or --check to write nothing")
    if output.suffix.lower() != ".parquet":
        raise OutputError(f"cannot write {output}: the ending must be .parquet")
    for path in (output, output.with_suffix(".json")):
        if path.is_dir() or (path.exists() and not force):
            what = "a folder of that name" if path.is_dir() else "a file of that name"
            raise OutputError(f"cannot write {path}: there is {what}; choose another name or use --force")
    if not output.parent.is_dir():
        raise OutputError(f"cannot write {output}: there is no folder {output.parent}")
    return output


def _write(read: ReadLog, target: Path, *, force: bool) -> None:
    """Write both files under names of their own first, so that neither is ever there in part."""
    from simulator.audit.log.record_files import write_description, write_rows
    from simulator.report.files.partial import Partial
    from simulator.runtime.interrupts import finish

    try:
        with Partial.file(target) as rows, Partial.file(target) as beside:
            write_rows(read, rows)
            write_description(read, beside)
            finish()
            give = os.replace if force else os.link
            give(beside, target.with_suffix(".json"))
            give(rows, target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {reason(error)}") from error
