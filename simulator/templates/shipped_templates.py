"""Scenarios that ship with the product, as a start for one's own.

Each is a file of this folder, which is the same file as an example under scenarios/ (a link to it).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.errors import SimulatorError
from simulator.scenario.meant.near_names import suggest

FOLDER: Final = Path(__file__).parent


class TemplateError(SimulatorError):
    """A template that does not exist, or that cannot take what was asked of it."""


def template_names() -> list[str]:
    """Return the names of the templates, the simplest first."""
    return sorted((file.stem for file in FOLDER.glob("*.toml")), key=lambda name: (name != "minimal", name))


def template_text(name: str) -> str:
    """Return the text of a template.

    Raises:
        TemplateError: if there is none of the name, with the nearest.
    """
    if name not in template_names():
        raise TemplateError(f"there is no template '{name[:60]}'; {suggest(name, template_names(), 'there are')}")
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def about(name: str) -> str:
    """Return what a template is, in the words of its first comment."""
    return template_text(name).partition("\n")[0].lstrip("# ")
