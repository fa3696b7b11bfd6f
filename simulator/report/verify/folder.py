"""The folder of a comparison, outputs/<scenario>/verify/<date>-<hash>/: verify.json and charts, whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.report.bundle import Origin
from simulator.report.files.folder import (
    OUTPUTS,
    encodable,
    folder_name,
    new_folder,
    short_hash,
    to_json,
    versions,
    without_place,
)
from simulator.report.style import png, svg
from simulator.report.verify.charts import charts

if TYPE_CHECKING:
    from simulator.verify.suite import Verification


def made_from(origin: Origin, found: Verification) -> dict[str, Any]:
    """Return what repeats a comparison: command, scenario, seed and versions."""
    return {
        "command": encodable(without_place(origin.command)),
        "scenario_path": encodable(origin.scenario_path.as_posix()),
        "scenario_sha256": hashlib.sha256(origin.source_text.encode()).hexdigest(),
        "overrides": [encodable(override) for override in origin.overrides],
        "seed": found.scenario.seed,
        "versions": versions(),
    }


def write(
    found: Verification,
    told: Mapping[str, Any],
    scenario_path: Path,
    *,
    out: Path | None,
    today: datetime.date,
) -> Path:
    """Write a comparison into a new folder and return it; nothing is overwritten and nothing half-written stays.

    Args:
        told: the numbers, see `block`, and under "made_from" what repeats them.
        out: the new folder itself; without it, one under `outputs`.
        today: date for the folder's name.

    Raises:
        OutputError: if the folder cannot be written, saying where and why.
    """
    name = f"{today.isoformat()}-{_hash(told)}"
    parent = OUTPUTS / folder_name(scenario_path) / "verify"
    return new_folder(parent, name, out, lambda folder: _write_files(folder, found, told))


def _hash(content: Mapping[str, Any]) -> str:
    sizes = [(part["trials"], part["months"]) for part in content["parts"]]
    return short_hash([content["made_from"], sizes])


def _write_files(folder: Path, found: Verification, content: Mapping[str, Any]) -> None:
    (folder / "verify.json").write_bytes(to_json(content).encode())
    (folder / "charts").mkdir()
    for name, chart in charts(found).items():
        (folder / "charts" / f"{name}.svg").write_bytes(svg(chart.figure, chart.title, chart.alt))
        (folder / "charts" / f"{name}.png").write_bytes(png(chart.figure, chart.title, chart.alt))
