"""The folder of results: written under a temporary name, renamed when whole, never overwritten.

outputs/<scenario>/<date>-<hash>/ holds summary.json, trials.parquet, contracts.md, tripwires.toml, manifest.json and
charts/. The hash covers the scenario's text, overrides, seed, trials and versions. Same scenario, seed, command and
versions give the same bytes; the date stands only in the folder's name, in one field of the manifest and in the brief,
which a replay gives the date of the run that it repeats. The manifest keeps the command
without `--workers`, `--scheduler`, `-o`, `--spill-above` and `--resume`, which change no result: it is the same
wherever the run worked and wrote, and after a stop.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.decisions.billed_cases import BilledCase
from simulator.engine.processes.pool import Workers
from simulator.forecast.forecast import Forecast
from simulator.report.answer.tripwire_words import as_toml, table_of, watched
from simulator.report.blocks.plain_names import plain_name
from simulator.report.charts.base import ChartTable
from simulator.report.contract_answers import ContractAnswers
from simulator.report.files.folder import (
    DECIDE,
    MANIFEST,
    OUTPUTS,
    Wanted,
    as_file,
    encodable,
    folder_name,
    hashes,
    new_folder,
    short_hash,
    to_json,
    versions,
    without_place,
)
from simulator.report.files.trials import write_meters, write_trials
from simulator.report.page import page
from simulator.report.questions import questions, start_worked_cases
from simulator.report.questions_text import document
from simulator.report.rendering import WorkerDrawing, finished, start_drawing
from simulator.report.studies.made import Decided, as_blocks
from simulator.report.summary.summary import Summary
from simulator.report.workbook import write_workbook
from simulator.scenario.stated.sources import quantities


@dataclass(frozen=True, slots=True)
class Origin:
    """What a run was made from, for the manifest.

    Attributes:
        overrides: the `--set` options, as written.
        contracts: the `--contract` options; empty for all contracts of the scenario.
        command: the command line, as written, quoted for a shell.
    """

    source_text: str
    scenario_path: Path
    command: str
    overrides: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()


def write_bundle(
    forecast: Forecast,
    summary: Summary,
    origin: Origin,
    wanted: Wanted,
    workers: Workers | None = None,
    decided: Decided | None = None,
) -> Path:
    """Write the wanted results of a run into a new folder and return it.

    Without `wanted.out` it is outputs/<scenario>/<date>-<hash>; a folder of the same date and hash is left alone and
    the new one gets -2, -3 ... Runs at the same time do not disturb each other. Nothing is left behind if writing
    fails or is interrupted.

    Args:
        workers: processes that draw; this one does where there are none.
        decided: answers to the questions of a buyer who decides, which go into the page and into decide.json.

    Raises:
        OutputError: if the folder cannot be written, saying where and why.
    """

    def write(folder: Path) -> None:
        about = manifest(forecast, summary, origin, wanted.today)
        mark, crew = run_hash(forecast, origin), workers or Workers(1)
        cases = start_worked_cases(forecast, crew)
        dated = wanted.run_of or wanted.today
        drawing = start_drawing(summary, mark, dated, crew, as_png=wanted.as_png) if wanted.report else None
        answers, to_watch = _write_numbers(folder, forecast, summary, cases), watched(forecast)
        (folder / "tripwires.toml").write_bytes(as_file(as_toml(to_watch)))
        if decided is not None:
            (folder / DECIDE).write_bytes(to_json(as_blocks(decided, forecast.scenario)).encode())
        if wanted.every_meter:
            write_meters(forecast, folder / "meters.parquet")
        if drawing is not None:
            write_workbook(folder / "summary.xlsx", forecast, summary, answers, mark)
            _write_report(folder, summary, drawing, Beside(answers, about, decided, table_of(to_watch)))
        about = {**about, "report": wanted.report, "files": hashes(folder)}
        (folder / MANIFEST).write_bytes(to_json(about).encode())

    name = f"{wanted.today.isoformat()}-{run_hash(forecast, origin)}"
    return new_folder(OUTPUTS / folder_name(origin.scenario_path), name, wanted.out, write)


def run_hash(forecast: Forecast, origin: Origin) -> str:
    """Return seven digits that change with the scenario's text, overrides, seed, trials, engine or versions."""
    results = forecast.results
    parts = [
        origin.source_text,
        origin.overrides,
        *([origin.contracts] if origin.contracts else []),
        results.scenario.seed,
        results.trials,
        results.engine,
        versions(),
    ]
    return short_hash(parts)


def manifest(forecast: Forecast, summary: Summary, origin: Origin, today: datetime.date) -> dict[str, Any]:
    """Return what is needed to repeat a run, and where its numbers come from."""
    results = forecast.results
    return {
        "written": today.isoformat(),
        "command": encodable(without_place(origin.command)),
        "scenario_path": encodable(origin.scenario_path.as_posix()),
        "scenario_sha256": hashlib.sha256(origin.source_text.encode()).hexdigest(),
        "overrides": [encodable(override) for override in origin.overrides],
        "contracts": list(origin.contracts),
        "seed": results.scenario.seed,
        "trials": results.trials,
        "months": results.months,
        "engine": results.engine,
        "precision": summary.precision and {"asked": summary.precision.asked, "of": summary.precision.of},
        "versions": versions(),
        "recommended": summary.recommended,
        "sources": _sources(forecast),
        "scenario_text": origin.source_text,
    }


def _sources(forecast: Forecast) -> list[dict[str, Any]]:
    """Where each number with a stated source comes from."""
    return [
        {
            "name": each.name,
            "title": plain_name(each.name, forecast.scenario),
            "center": each.center,
            "kind": each.source.kind,
            "source": each.source.source,
            "as_of": each.source.as_of,
            "owner": each.source.owner,
        }
        for each in quantities(forecast.scenario)
        if each.name and each.source.kind != "default"
    ]


def _write_numbers(
    folder: Path, forecast: Forecast, summary: Summary, cases: Future[list[BilledCase]]
) -> list[ContractAnswers]:
    """Write the numbers and the answers to the three questions, which are returned."""
    (folder / "summary.json").write_bytes(to_json(summary).encode())
    write_trials(forecast, folder / "trials.parquet")
    units = {each.name: each.units for each in summary.contracts}
    answers = questions(forecast, summary.anatomy, units, cases.result(), summary.bound_clauses)
    text = document(forecast.scenario.title, answers, forecast.scenario.currency, summary.recommended)
    (folder / "contracts.md").write_bytes(as_file(text))
    return answers


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page prints beside the summary and the charts; see `report.page.page`."""

    questions: Sequence[ContractAnswers]
    about: Mapping[str, Any]
    decided: Decided | None
    tripwires: ChartTable | None


def _write_report(
    folder: Path,
    summary: Summary,
    drawing: WorkerDrawing,
    beside: Beside,
) -> None:
    """Write the charts, and what is made of them."""
    brief, charts = finished(drawing)
    (folder / "charts").mkdir()
    for name, chart in charts.items():
        (folder / "charts" / f"{name}.svg").write_bytes(chart.svg)
        if chart.png is not None:
            (folder / "charts" / f"{name}.png").write_bytes(chart.png)
    text = page(summary, charts, beside.questions, beside.about, beside.decided, beside.tripwires)
    (folder / "report.html").write_bytes(as_file(text))
    (folder / "brief.pdf").write_bytes(brief)
