"""`simulate replay`: the run of a manifest again, and what differs."""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.keeping import MEGABYTE, SPILL_ABOVE, Keeping
from simulator.cli.common.memory import memory_watched
from simulator.cli.common.options import workers_option
from simulator.cli.common.output import print_text, refuse_unwritable
from simulator.cli.common.work import Work, priced, work
from simulator.errors import ScenarioError

if TYPE_CHECKING:
    from simulator.report.files.manifest import Manifest

DIFFERENT = 1
"""Exit code of `--check` if a file differs."""


@click.command("replay")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--check",
    is_flag=True,
    help="Keep no files: only compare with the recorded hashes, and exit with 1 if a file differs.",
)
@workers_option
@click.option("-q", "--quiet", is_flag=True, help="Print only whether anything differs.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the results.  [default: outputs/NAME/DATE-HASH]"
)
def replay(manifest: Path, check: bool, workers: int | None, quiet: bool, output: Path | None) -> int:
    """Repeat the run of a MANIFEST: the manifest.json of a results folder, or the folder itself.

    With the same versions of the packages all files are the same to the byte; otherwise it says which versions and
    files differ. The scenario is the one in the manifest, whatever became of its file.
    """
    from simulator.report.files.folder import refuse_taken
    from simulator.report.files.manifest import read_manifest

    if check and output is not None:
        raise click.UsageError("--check keeps no files; leave out -o")
    recorded = read_manifest(manifest)
    try:
        again = work(
            recorded.scenario_text,
            Path(recorded.scenario_path),
            recorded.overrides,
            recorded.contracts,
            recorded.engine,
        )
    except ScenarioError as error:
        raise ScenarioError(f"the scenario in {manifest}", error.problems) from None
    refuse_taken(output)
    if not check:
        refuse_unwritable(output or Path("outputs"))
        return _kept(again, recorded, workers, output, quiet=quiet)
    with tempfile.TemporaryDirectory(prefix="simulate-") as place:
        folder = _written(again, recorded, workers, Path(place) / "run", recorded.written)
        same, told = _compared(recorded, folder)
    print_text(told)
    return 0 if same else DIFFERENT


def _kept(again: Work, recorded: Manifest, workers: int | None, output: Path | None, *, quiet: bool) -> int:
    from simulator.report.terminal import console

    folder = _written(again, recorded, workers, output, datetime.date.today())
    _, told = _compared(recorded, folder)
    print_text(told if quiet else f"{console.written(folder)}\n\n{told}")
    return 0


def _written(again: Work, recorded: Manifest, workers: int | None, out: Path | None, today: datetime.date) -> Path:
    from simulator.cli.common.study import decided
    from simulator.engine.processes.pool import Workers
    from simulator.report.bundle import Origin, write_bundle
    from simulator.report.files.folder import Wanted

    keeping = _keeping(again, recorded, out)
    assert keeping.unfinished is not None
    with (
        Workers(workers or os.cpu_count() or 1) as crew,
        keeping.unfinished.kept(),
        memory_watched(again.scenario, crew, keeping.held_bytes),
    ):
        try:
            prices, numbers = priced(again, crew, report=recorded.report, keeping=keeping, precision=recorded.asked)
            origin = Origin(again.text, again.path, recorded.command, again.changes, again.contracts)
            wanted = Wanted(
                today, out, recorded.report, keeping.every_meter, recorded.as_png, recorded.decides, recorded.written
            )
            answers = decided(prices.scenario, crew.count) if wanted.decide else None
            return write_bundle(prices, numbers, origin, wanted, crew, answers)
        finally:
            keeping.unfinished.remove()


def _keeping(again: Work, recorded: Manifest, out: Path | None) -> Keeping:
    """Return where the futures are kept; a replay that stops is not continued, so that nothing of it stays."""
    from simulator.report.files.folder import OUTPUTS, folder_name
    from simulator.report.files.unfinished import Unfinished, mark_of

    place = out.parent if out else OUTPUTS / folder_name(again.path)
    mark = mark_of(["replay", recorded.files, recorded.command])
    return Keeping("meters.parquet" in recorded.files, Unfinished(place, mark, SPILL_ABOVE * MEGABYTE))


def _compared(recorded: Manifest, folder: Path) -> tuple[bool, str]:
    """Return whether all files are those of the recorded run, and what differs in words."""
    from simulator.report.files.folder import hashes, versions
    from simulator.report.files.manifest import files_that_differ, versions_that_differ

    files = files_that_differ(recorded.files, hashes(folder))
    packages = versions_that_differ(recorded.versions, versions())
    lines = [f"versions differ: {', '.join(packages)}"] if packages else []
    when = f"the run of {recorded.written.isoformat()}"
    if files:
        numbers = "" if any("summary.json" in file for file in files) else "; all numbers of summary.json are the same"
        lines.append(f"{len(files)} of {len(recorded.files)} files differ from {when}{numbers}:")
        lines += [f"  {file}" for file in files]
    else:
        lines.append(f"all {len(recorded.files)} files are those of {when}, byte for byte")
    return not files, "\n".join(lines) + "\n"
