"""Reading back the manifest of a run, and what differs between two runs of it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.errors import SimulatorError
from simulator.forecast.precision import Asked
from simulator.report.files.folder import DECIDE, MANIFEST

MOST_BYTES: Final = 20_000_000
"""A manifest holds a scenario of at most 1 MB, which JSON may write in six times as many bytes, and its sources."""


class ManifestError(SimulatorError):
    """A file that is not the manifest of a run."""


class Precision(BaseModel):
    """How well P90 was to be known."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    asked: float = Field(gt=0, lt=1)
    of: str = Field(min_length=1)


class Manifest(BaseModel):
    """What a run was made from, and the hashes of what it wrote."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    written: datetime.date
    command: str
    scenario_path: str = Field(min_length=1)
    scenario_sha256: str
    overrides: tuple[str, ...]
    contracts: tuple[str, ...]
    engine: Literal["sampled", "ledger"]
    report: bool
    precision: Precision | None = None
    versions: dict[str, str]
    files: dict[str, str] = Field(min_length=1)
    scenario_text: str

    @property
    def asked(self) -> Asked | None:
        """How well P90 was to be known; None where nothing was asked."""
        return None if self.precision is None else Asked(self.precision.asked, self.precision.of)

    @property
    def as_png(self) -> bool:
        """Whether its charts were written as PNG too."""
        return any(name.endswith(".png") for name in self.files)

    @property
    def decides(self) -> bool:
        """Whether the questions of a buyer who decides were answered."""
        return DECIDE in self.files


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file, or in a folder of results.

    Raises:
        ManifestError: if there is none, it is not one, or its scenario is not the one that was run.
    """
    file = path / MANIFEST if path.is_dir() else path
    text = _text(file, path)
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise ManifestError(f"{file} is not the manifest of a run: {_first(error)}") from None
    if hashlib.sha256(found.scenario_text.encode("utf-8", "surrogatepass")).hexdigest() != found.scenario_sha256:
        raise ManifestError(f"{file} was changed: its scenario_text does not have the hash in scenario_sha256")
    return found


def _text(file: Path, path: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ManifestError(f"{file} has {file.stat().st_size:,} bytes; a manifest has at most {MOST_BYTES:,}")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        where = f"the folder {path} holds no {MANIFEST}" if path.is_dir() else f"there is no file {file}"
        raise ManifestError(f"{where}; give the folder of a run, as outputs/NAME/latest") from None
    except UnicodeDecodeError:
        raise ManifestError(f"{file} is not the manifest of a run: it is not a text in UTF-8") from None
    except OSError as error:
        raise ManifestError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None


def _first(error: ValidationError) -> str:
    """Return the first thing that is wrong, in words."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return f"'{place}' is missing"
    if first["type"] == "json_invalid":
        return "it is not JSON"
    return f"{f'{place}: ' if place else ''}{first['msg'][:1].lower()}{first['msg'][1:]}"


def versions_that_differ(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return each package with its version then and now, where they differ."""
    names = [*before, *(name for name in now if name not in before)]
    return [
        f"{name} {before.get(name, 'absent')} -> {now.get(name, 'absent')}"
        for name in names
        if before.get(name) != now.get(name)
    ]


def files_that_differ(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return each file whose bytes differ, with what became of it."""
    names = [*before, *(name for name in now if name not in before)]
    return [
        f"{name} {'is missing' if name not in now else 'is new' if name not in before else 'differs'}"
        for name in names
        if before.get(name) != now.get(name)
    ]
