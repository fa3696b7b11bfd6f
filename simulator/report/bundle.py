"""The folder of results: written under a temporary name, renamed when whole, never overwritten.

outputs/<scenario>/<date>-<hash>/ holds summary.json, trials.parquet, manifest.json and charts/. The hash covers the
scenario's text, overrides, seed, trials and versions. Same scenario, seed, command and versions give the same bytes;
the date stands only in the folder's name and in one field of the manifest. The manifest keeps the command without
`--workers` and `-o`, which change no result, so that it is the same for any number of workers and any folder.
"""

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
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.errors import OutputError
from simulator.forecast import Forecast
from simulator.report.charts import charts
from simulator.report.style import png, svg
from simulator.report.trials import write_trials
from simulator.scenario.names import quantities

OUTPUTS: Final = Path("outputs")
PACKAGES: Final = ("numpy", "scipy", "duckdb", "pyarrow", "matplotlib", "genai-prices")
_HASH_DIGITS: Final = 7
_SHORT_OUTPUT: Final = re.compile("-(?P<flags>q*)o(?P<path>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a run was made from, for the manifest.

    Attributes:
        overrides: the `--set` options, as written.
        command: the command line, as written, quoted for a shell.
    """

    source_text: str
    scenario_path: Path
    command: str
    overrides: tuple[str, ...] = ()


def write_bundle(
    forecast: Forecast,
    summary: Mapping[str, Any],
    *,
    source_text: str,
    scenario_path: Path,
    command: str,
    out: Path | None,
    today: datetime.date,
    overrides: Sequence[str] = (),
) -> Path:
    """Write all results of a run into a new folder and return it.

    Without `out` it is outputs/<scenario>/<date>-<hash>; a folder of the same date and hash is left alone and the
    new one gets -2, -3 ... Runs at the same time do not disturb each other. Nothing is left behind if writing
    fails or is interrupted.

    Args:
        out: the new folder itself; it must not exist, or be empty.
        today: date for the folder's name.

    Raises:
        OutputError: if the folder cannot be written, saying where and why.
    """
    origin = Origin(source_text, scenario_path, command, tuple(overrides))
    parent = out.parent if out else OUTPUTS / folder_name(scenario_path)
    made = _missing(parent)
    partial = parent / f".partial-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        refuse_taken(out)
        parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        _write_files(partial, forecast, summary, manifest(forecast, summary, origin, today))
        if out:
            return partial.rename(out)
        target = _rename(partial, parent, f"{today.isoformat()}-{run_hash(forecast, origin)}")
    except BaseException as error:
        _clear(partial, made)
        if isinstance(error, OSError):
            raise _cannot_write(out or parent, error) from error
        raise
    _point_latest(parent, target.name)
    return target


def refuse_taken(out: Path | None) -> None:
    """Raise OutputError if something stands where the results are to go; an empty folder may."""
    if out is not None and (out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir())))):
        raise OutputError(f"{out} exists and nothing is overwritten; name a new folder with -o")


def _missing(folder: Path) -> list[Path]:
    """Return the folders that will have to be made, the innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _clear(partial: Path, made: Sequence[Path]) -> None:
    """Remove a folder that did not become whole, and the empty folders made for it."""
    shutil.rmtree(partial, ignore_errors=True)
    with contextlib.suppress(OSError):
        for folder in made:
            folder.rmdir()


def folder_name(scenario_path: Path) -> str:
    """Return the scenario's folder: the name of its file with letters, digits, dot, hyphen and underscore only."""
    return re.sub(r"[^\w.\-]", "_", scenario_path.stem, flags=re.ASCII).strip(".")[:100] or "scenario"


def run_hash(forecast: Forecast, origin: Origin) -> str:
    """Return seven digits that change with the scenario's text, overrides, seed, trials, engine or versions."""
    results = forecast.results
    parts = [
        origin.source_text,
        origin.overrides,
        results.scenario.seed,
        results.trials,
        results.engine,
        versions(),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:_HASH_DIGITS]


def versions() -> dict[str, str]:
    """Return the versions of Python, of the simulator and of all packages that numbers or bytes depend on."""
    import platform
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        "simulator": version("cx-contract-simulator"),
        **{package: version(package) for package in PACKAGES},
    }


def manifest(forecast: Forecast, summary: Mapping[str, Any], origin: Origin, today: datetime.date) -> dict[str, Any]:
    """Return what is needed to repeat a run, and where its numbers come from."""
    results = forecast.results
    return {
        "written": today.isoformat(),
        "command": _encodable(_without_place(origin.command)),
        "scenario_path": _encodable(origin.scenario_path.as_posix()),
        "scenario_sha256": hashlib.sha256(origin.source_text.encode()).hexdigest(),
        "overrides": [_encodable(override) for override in origin.overrides],
        "seed": results.scenario.seed,
        "trials": results.trials,
        "months": results.months,
        "engine": results.engine,
        "versions": versions(),
        "recommended": summary["recommended"],
        "sources": _sources(forecast),
        "scenario_text": origin.source_text,
    }


def _without_place(command: str) -> str:
    """Return a command line without `--workers N` and `-o PATH`, in any spelling the command takes."""
    kept, words = [], iter(shlex.split(command))
    for word in words:
        if word == "--":
            kept += [word, *words]
        elif word in ("--workers", "--output"):
            next(words, None)
        elif found := _SHORT_OUTPUT.fullmatch(word):
            kept += [f"-{found['flags']}"] if found["flags"] else []
            if not found["path"]:
                next(words, None)
        elif not word.startswith(("--workers=", "--output=")):
            kept.append(word)
    return shlex.join(kept)


def _encodable(text: str) -> str:
    r"""Return a text with the bytes of a file name that are no UTF-8 as escapes, as in \udcff."""
    return text.encode("utf-8", "backslashreplace").decode()


def _sources(forecast: Forecast) -> list[dict[str, Any]]:
    """Where each number with a stated source comes from."""
    return [
        {
            "name": each.name,
            "center": each.center,
            "kind": each.source.kind,
            "source": each.source.source,
            "as_of": each.source.as_of,
        }
        for each in quantities(forecast.scenario)
        if each.name and each.source.kind != "default"
    ]


def to_json(block: Mapping[str, Any]) -> str:
    """Return a block as JSON text with a final line break; NaN and infinity are refused."""
    return json.dumps(block, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write_files(folder: Path, forecast: Forecast, summary: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    (folder / "summary.json").write_bytes(to_json(summary).encode())
    (folder / "manifest.json").write_bytes(to_json(about).encode())
    write_trials(forecast, folder / "trials.parquet")
    (folder / "charts").mkdir()
    for name, chart in charts(forecast, summary).items():
        (folder / "charts" / f"{name}.svg").write_bytes(svg(chart.figure, chart.title, chart.alt))
        (folder / "charts" / f"{name}.png").write_bytes(png(chart.figure, chart.title, chart.alt))


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


def _cannot_write(parent: Path, error: OSError) -> OutputError:
    reason = (error.strerror or str(error)).lower()
    at = f" ({error.filename})" if error.filename and Path(str(error.filename)) != parent else ""
    return OutputError(
        f"cannot write results to {parent}: {reason}{at}; name another folder with -o, nothing was left behind"
    )
