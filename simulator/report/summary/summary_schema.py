"""The JSON Schema of `summary.json`, made from its classes; their docstrings say what each key means."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from simulator.report.summary.read import adapter
from simulator.report.summary.summary import Summary

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
COMMITTED: Final = Path(__file__).parent / "summary.schema.json"
"""The schema as it ships."""
_ATTRIBUTE: Final = re.compile(r"^    (\w+(?:, \w+)*): (.+)$")


def summary_schema_text() -> str:
    """Return the JSON Schema as text, the same for the same classes."""
    return json.dumps(summary_schema(), indent=1, ensure_ascii=False) + "\n"


def summary_schema() -> dict[str, Any]:
    """Return the JSON Schema of a summary (draft 2020-12); no key is allowed that it does not have."""
    found = adapter().json_schema(mode="serialization")
    described = {each.__name__: each for each in classes()}
    for name, node in [*found["$defs"].items(), (Summary.__name__, found)]:
        if name in described:
            _describe(node, described[name])
    return {"$schema": DRAFT, **found}


def classes(of: type = Summary) -> list[type]:
    """Return the classes of a summary, the whole first."""
    seen: dict[type, None] = {of: None}
    waiting = [of]
    while waiting:
        hints = get_type_hints(waiting.pop(0))
        for found in (each for hint in hints.values() for each in _classes_in(hint)):
            if found not in seen:
                seen[found] = None
                waiting.append(found)
    return list(seen)


def _classes_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _classes_in(inner)


def _describe(node: dict[str, Any], of: type) -> None:
    """Add to a node what its class and its keys mean, at its end, wherever this version of pydantic has put it."""
    node.pop("description", None)
    node["description"] = inspect.cleandoc(of.__doc__ or "").partition("\n")[0]
    node["additionalProperties"] = False
    meanings = meanings_of(of)
    for key, inner in node["properties"].items():
        inner.pop("title", None)
        if key in meanings:
            inner["description"] = meanings[key]


def meanings_of(of: type) -> dict[str, str]:
    """Return what the docstrings of a class, and of those it comes from, say of its attributes."""
    found: dict[str, str] = {}
    for each in reversed(of.__mro__):
        found |= _attributes(inspect.cleandoc(each.__dict__.get("__doc__") or ""))
    return found


def _attributes(docstring: str) -> dict[str, str]:
    """Return what the part "Attributes" of a docstring says of each."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in docstring.partition("Attributes:\n")[2].splitlines():
        match = _ATTRIBUTE.match(line)
        if match:
            names = match[1].split(", ")
            found |= dict.fromkeys(names, match[2])
        elif line.startswith("        "):
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
        else:
            break
    return found
