"""What may stand at a key of a scenario, read from the declared tables: meaning, unit, domain, default, example.

A key is written as in a file, with any name where an analyst names something: `intents.NAME.escalate_odds`,
`contracts.offer.price`. Numbers of list elements may be left out: `contracts.NAME.tiers.rate`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from simulator.quantities.distributions import Domain, Quantity
from simulator.quantities.parameters import Table, domain_of, is_calendar
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import TAGS, alternatives, tag_values

NAME: Final = "NAME"
"""Stands in a key where the analyst chooses a name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What may stand at one key.

    Attributes:
        key: dotted, with NAME where the analyst chooses a name.
        field: its declaration; None for one element of a list or of a table of names.
        annotation: what may be written.
        owner: the table it stands in.
        acts: what it changes.
        in_list: whether a part of the key is an element of a list.
    """

    key: tuple[str, ...]
    field: FieldInfo | None
    annotation: Any
    owner: type[Table] = Scenario
    acts: str = ""
    in_list: bool = False

    @property
    def meaning(self) -> str:
        """One sentence that says what it is."""
        described = self.field.description if self.field is not None else None
        if self.tags and not described and self.key[-1] in TAGS:
            return f"which it is; {first_line(self.owner)[:1].lower()}{first_line(self.owner)[1:]}"
        return described or self.about

    @property
    def about(self) -> str:
        """What the table that stands here is, in the words of its own docstring."""
        found = _tables(self.annotation)
        return first_line(found[0]) if len(found) == 1 else ""

    @property
    def unit(self) -> str:
        """Unit of the number; empty for text, names and flags."""
        return str(self._extra.get("unit", ""))

    @property
    def typical(self) -> tuple[float, float] | None:
        """Range in which real deployments lie."""
        found = self._extra.get("typical")
        return None if found is None else (float(found[0]), float(found[1]))

    @property
    def required(self) -> bool:
        """Whether a scenario must say it."""
        return self.field is not None and self.field.is_required()

    @property
    def _extra(self) -> Mapping[str, Any]:
        extra = self.field.json_schema_extra if self.field is not None else None
        return extra if isinstance(extra, dict) else {}

    @property
    def tags(self) -> tuple[str, ...]:
        """The contract type, or kind of charge, of the table it stands in."""
        found = tag_values(self.owner)
        return found if len(found) == 1 else ()

    @property
    def is_number(self) -> bool:
        """Whether it is a number that may be given as an interval."""
        return any(each is Quantity for each in alternatives(self.annotation))


ROOT: Final = Entry((), None, Scenario)


def first_line(table: type[Table]) -> str:
    """Return the sentence that says what a table is."""
    return (table.__doc__ or "").strip().partition("\n")[0]


def find(path: tuple[str, ...]) -> list[Entry]:
    """Return what may stand at a key: one entry for each declaration, none if nothing may."""
    found = [ROOT]
    for part in path:
        found = [inner for entry in found for inner in _step(entry, part)]
    return _same_together(found)


def every(entry: Entry = ROOT) -> Iterator[Entry]:
    """Yield every key of a scenario, tables too, in the order of the declarations."""
    for inner in below(entry):
        yield inner
        yield from every(inner)


def below(entry: Entry) -> list[Entry]:
    """Return the keys of the tables that may stand at an entry, elements of lists and of tables of names included."""
    found: list[Entry] = []
    for each in alternatives(entry.annotation):
        if isinstance(each, type) and issubclass(each, Table):
            found += [_field(entry, each, name) for name in each.model_fields]
        elif get_origin(each) is dict:
            named = replace(entry, key=(*entry.key, NAME), field=None, annotation=get_args(each)[1])
            found += [named] if _tables(named.annotation) else []
    return found + [inner for element in elements(entry) for inner in below(element)]


def elements(entry: Entry) -> list[Entry]:
    """Return what one element is of each list that may stand at an entry."""
    lists = [each for each in alternatives(entry.annotation) if get_origin(each) in (tuple, list) and get_args(each)]
    return [replace(entry, field=None, annotation=get_args(each)[0], in_list=True) for each in lists]


def tags_of(entry: Entry) -> list[str]:
    """Return the types or kinds that what stands at an entry may have."""
    found = _tables(entry.annotation)
    return [tag for table in found for tag in tag_values(table)] if len(found) > 1 else []


def _step(entry: Entry, part: str) -> Iterator[Entry]:
    for each in alternatives(entry.annotation):
        if isinstance(each, type) and issubclass(each, Table):
            if part in each.model_fields:
                yield _field(entry, each, part)
        elif get_origin(each) is dict:
            inner = _of_tag(get_args(each)[1], part)
            yield replace(entry, key=(*entry.key, NAME), field=None, annotation=inner)
    for element in elements(entry):
        if part.isdigit() or part in tags_of(element):
            yield replace(element, annotation=_of_tag(element.annotation, part))
        yield from _step(element, part)


def _field(entry: Entry, table: type[Table], name: str) -> Entry:
    field = table.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    acts = str(extra.get("acts", "")) or entry.acts
    return Entry((*entry.key, name), field, field.annotation, table, acts, entry.in_list)


def _of_tag(annotation: Any, tag: str) -> Any:
    """Return the table of a union that a type or kind names; the whole union for any other name."""
    named = [table for table in _tables(annotation) if tag in tag_values(table)]
    return named[0] if named else annotation


def _tables(annotation: Any) -> list[type[Table]]:
    return [each for each in alternatives(annotation) if isinstance(each, type) and issubclass(each, Table)]


def _same_together(found: list[Entry]) -> list[Entry]:
    """Return entries with one for all tables that share a declaration."""
    kept: dict[tuple[Any, ...], Entry] = {}
    for entry in found:
        kept.setdefault((entry.key, entry.meaning, entry.unit, entry.typical, repr(entry.annotation)), entry)
    return list(kept.values())


def allowed(entry: Entry) -> str:
    """Return what may be written, in words."""
    domain = domain_of(entry.field) if entry.field is not None else None
    if domain is not None and entry.is_number:
        return domain_words(domain)
    if tags_of(entry):
        return f"a table of one of these types: {', '.join(tags_of(entry))}"
    words = [_in_words(each, entry) for each in alternatives(entry.annotation)]
    return " or ".join(dict.fromkeys(word for word in words if word))


def domain_words(domain: Domain) -> str:
    """Return the allowed values in words; a bound that no scenario reaches is not said."""
    return domain.allowed.removesuffix(domain.at_most) if domain.high >= 1e12 else domain.allowed


def _in_words(annotation: Any, entry: Entry) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f'"{value}"' for value in arguments)
    if annotation is bool:
        return "true or false"
    if annotation in (int, float):
        month = ' or the calendar month, as "2028-01"' if entry.field is not None and is_calendar(entry.field) else ""
        return f"a {'whole number' if annotation is int else 'number'}{_bounds(entry)}{month}"
    if annotation is str:
        return "text in quotes"
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return f"a table: {', '.join(annotation.model_fields)}"
    if origin in (tuple, list):
        values = " or ".join(_element_words(each, entry) for each in alternatives(arguments[0]))
        return f"a list of {values}"
    if origin is dict:
        return f"a table NAME = {' or '.join(_element_words(each, entry) for each in alternatives(arguments[1]))}"
    return ""


def _element_words(annotation: Any, entry: Entry) -> str:
    if annotation is Quantity:
        domain = domain_of(entry.field) if entry.field is not None else None
        return "numbers" if domain is None else f"numbers ({domain_words(domain)})"
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return f"{{ {', '.join(annotation.model_fields)} }}"
    return _in_words(annotation, replace(entry, field=None))


def _bounds(entry: Entry) -> str:
    """Return the bounds of a plain number, as in ", 1 or more, at most 120"."""
    words = {"ge": "{:g} or more", "gt": "above {:g}", "le": "at most {:g}", "lt": "below {:g}"}
    said = [
        text.format(getattr(each, name))
        for each in (entry.field.metadata if entry.field is not None else ())
        for name, text in words.items()
        if getattr(each, name, None) is not None
    ]
    return "".join(f", {text}" for text in said)


def default(entry: Entry) -> str:
    """Return the value where a scenario says nothing, as TOML writes it; empty where there is none."""
    if entry.field is None or entry.required:
        return ""
    return written(entry.field.default)


def written(value: Any) -> str:
    """Return a value as TOML writes it; empty for no value, for a table of defaults and for an open end."""
    if isinstance(value, Quantity):
        return _number(value.center) if value.fixed else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value) if math.isfinite(value) else ""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]" if all(map(written, value)) else ""
    return ""


def _number(value: float) -> str:
    return f"{value:_.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.10g}"


def example(entry: Entry) -> str:
    """Return a value as an analyst would write it: one inside the typical range; empty for tables."""
    if entry.field is None or _tables(entry.annotation):
        return ""
    kinds = list(alternatives(entry.annotation))
    if any(get_origin(kind) is Literal for kind in kinds):
        return written(next(get_args(kind)[0] for kind in kinds if get_origin(kind) is Literal))
    if entry.typical is not None and (entry.is_number or int in kinds or float in kinds):
        return _inside(entry, whole=int in kinds)
    return default(entry)


def _inside(entry: Entry, *, whole: bool) -> str:
    assert entry.typical is not None
    low, high = entry.typical
    middle = math.sqrt(low * high) if low > 0 else (low + high) / 2
    return _number(round(middle) if whole else float(f"{middle:.2g}"))


def interval(entry: Entry) -> str:
    """Return the typical range as what is known of an uncertain input; empty where it cannot be."""
    domain = domain_of(entry.field) if entry.field is not None else None
    if entry.typical is None or domain is None or not entry.is_number:
        return ""
    low, high = entry.typical
    open_ends = low > 0 and (domain.scale != "logit" or high < 1)
    if domain.scale == "raw" or open_ends:
        return f"{{ p5 = {_number(low)}, p95 = {_number(high)} }}"
    return f"{{ low = {_number(low)}, mode = {_inside(entry, whole=False)}, high = {_number(high)} }}"
