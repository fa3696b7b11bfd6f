"""Ranges for what a template takes as certain: typical of other deployments, and marked as not the reader's own.

A first result without any range has a P90 that is its mean, which reads as certainty. The ranges are those of the
broad example, with what it says of where they come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.quantities.distributions import Quantity, Source
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.reading.load import parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities, source_at
from simulator.templates.scaled_amounts import headline, scaled
from simulator.templates.shipped_templates import template_text

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

EXAMPLE: Final = "broad"
"""Template whose ranges are typical."""
VOLUME: Final = ("volume", "per_month")
MONTHS: Final = ("drivers", "demand")
RANGES: Final = (
    MONTHS,
    ("outcomes", "escalate_log_odds"),
    ("outcomes", "solve_log_odds"),
    ("returns", "log_odds"),
    ("tokens", "factor"),
)
"""What is put into a template without any range, beside a range for the volume."""
TYPICAL: Final = "typical"
NOT_YOURS: Final = "typical, not yours"
FIRM: Final = ("measured", "contract", "quoted", "published")
"""Kinds of sources that say more of a range than that it is usual."""


def put_typical_ranges(document: TOMLDocument, before: Scenario) -> None:
    """Put typical ranges into the text of a template in which every number is taken as certain.

    That months differ is no range but belongs to them; its note is written here, those on ranges by `put_notes`.
    """
    import tomlkit

    if not all(quantity.fixed for quantity in quantities(before)):
        return
    example: Any = tomlkit.parse(template_text(EXAMPLE))
    volume: Any = document["volume"]
    if "per_month" in volume:
        of = example["volume"]["per_month"]
        volume["per_month"] = scaled(of, headline(volume["per_month"]) / headline(of))
    for table, key in RANGES:
        if table not in document:
            document[table] = tomlkit.table()
        into: Any = document[table]
        if key not in into:
            into[key] = tomlkit.value(tomlkit.item(example[table][key]).as_string().strip())
    borrowed = parse_scenario(template_text(EXAMPLE), EXAMPLE)
    _notes(document)[dotted(MONTHS)] = tomlkit.value(_note(MONTHS, source_at(borrowed, MONTHS), borrowed))


def typical(scenario: Scenario) -> list[Quantity]:
    """Return the uncertain inputs whose ranges nothing firm stands behind; offers have no typical ranges."""
    return [
        each
        for each in quantities(scenario)
        if not each.fixed and each.source.kind not in FIRM and not each.name.startswith("contracts.")
    ]


def put_notes(document: TOMLDocument, scenario: Scenario) -> None:
    """Say under `[sources]` of each typical range that it is one; what stands there of where it comes from is kept."""
    import tomlkit

    notes = _notes(document)
    borrowed = parse_scenario(template_text(EXAMPLE), EXAMPLE)
    for quantity in typical(scenario):
        path = key_path(quantity.name)
        if path is not None and not _own_source(document, path):
            notes[quantity.name] = tomlkit.value(_note(path, quantity.source, borrowed))


def _notes(document: TOMLDocument) -> Any:
    import tomlkit

    if "sources" not in document:
        document["sources"] = tomlkit.table()
    return document["sources"]


def typical_paths(scenario: Scenario) -> Iterator[Path]:
    """Yield the paths of the numbers whose ranges are typical."""
    for quantity in quantities(scenario):
        path = key_path(quantity.name)
        if path is not None and quantity.source.kind == TYPICAL:
            yield path


def _own_source(document: TOMLDocument, path: Path) -> bool:
    """Return whether a number says its source itself."""
    value: Any = document
    for part in path:
        if isinstance(value, list):
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        else:  # of an entry of the catalogue
            return False
    return isinstance(value, Mapping) and "kind" in value


def _note(path: Path, source: Source, borrowed: Scenario) -> str:
    """Return the note on a typical range, with where it comes from."""
    if path == VOLUME:
        told, as_of = f"{source.source or 'size of the template'}; its spread is {NOT_YOURS}", ""
    else:
        known = source if source.source else source_at(borrowed, path)
        told, as_of = f"{NOT_YOURS}{': ' if known.source else ''}{known.source}", known.as_of
    date = f', as_of = "{as_of}"' if as_of else ""
    return f'{{ kind = "{TYPICAL}", source = {_quoted(told)}{date} }}'


def _quoted(text: str) -> str:
    import tomlkit

    return tomlkit.item(text).as_string()
