"""The catalogue as text: the list of entries, and one entry with the source of every number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from simulator.contracts.catalogue import CURRENCY, ESTIMATE, EVIDENCE, PREFIX, Fact, Path, PublishedOffer, offers
from simulator.contracts.wording import number
from simulator.report.words.terminal_text import WIDTH, in_lines
from simulator.scenario.reading.catalogue_entries import as_estimate
from simulator.scenario.reading.load import parse_scenario
from simulator.templates.shipped_templates import template_text

_LEFT: Final = 2
TRIED_IN: Final = "minimal"
"""Template in which the terms of an entry are tried."""


def listing() -> str:
    """Return one line an entry: name, what it is, date, how sure."""
    found = offers().values()
    width = max(len(each.name) for each in found)
    titles = max(len(each.title) for each in found)
    dates = max(len(each.as_of) for each in found)
    lines = [f"{'entry':<{width}}  {'what it is':<{titles}}  {'as of':<{dates}}  evidence"]
    lines += [f"{each.name:<{width}}  {each.title:<{titles}}  {each.as_of:<{dates}}  {each.evidence}" for each in found]
    codes = "; ".join(f"{code} is {words}" for code, words in EVIDENCE.items())
    lines += ["", *in_lines(f"Evidence is that of the weakest source of a number of the entry: {codes}.", WIDTH)]
    lines += in_lines(
        f'In a scenario, [contracts.NAME] with contract = "{PREFIX}ENTRY" takes an entry over; any key that you write '
        "beside it takes the place of the entry's. `simulate catalogue ENTRY` prints an entry with its sources.",
        WIDTH,
    )
    return "\n".join(lines) + "\n"


def entry(offer: PublishedOffer) -> str:
    """Return an entry: terms, definition in words and SQL, who can count it, sources, what was not published.

    Raises:
        ScenarioError: if what it says for a scenario is not right there.
    """
    lines = [f"{offer.title}   {offer.vendor}, {offer.product}; {_dated(offer)}"]
    if offer.note:
        lines += in_lines(offer.note, WIDTH)
    again = f'contract = "{PREFIX}{offer.name}"'
    lines += in_lines(
        f"These lines can be pasted into a scenario; {again} says the same there and keeps the sources.", WIDTH
    )
    lines += ["", *pasted(offer).splitlines()]
    for name in offer.definitions:
        lines += ["", *_definition(offer, name)]
    lines += [
        "",
        "Where each number was read:",
        *(line for path, fact in offer.sources.items() for line in _source(path, fact)),
    ]
    lines += _list("Not published, so ask the vendor:", offer.not_published)
    lines += _list("Published, and left out here:", offer.left_out)
    return "\n".join(lines) + "\n"


def pasted(offer: PublishedOffer) -> str:
    """Return the terms of an entry as they can be pasted into a scenario, which is tried before they are shown.

    Raises:
        ScenarioError: if they are not right in one.
    """
    title = as_estimate(offer.title) if offer.evidence == ESTIMATE else offer.title
    lines = [
        f"[contracts.{offer.name}]",
        f"title = {_value(title)}",
        f"currency = {_value(CURRENCY)}",
        *_toml(offer.contract),
    ]
    for name, table in offer.definitions.items():
        lines += ["", f"[definitions.{name}]", *_toml(table)]
    text = "\n".join(lines) + "\n"
    parse_scenario(f"{template_text(TRIED_IN)}\n{text}", f"the entry {offer.name} of the catalogue")
    return text


def as_data(offer: PublishedOffer) -> dict[str, Any]:
    """Return an entry for programs, safe for JSON."""
    return {
        "name": offer.name,
        "vendor": offer.vendor,
        "product": offer.product,
        "title": offer.title,
        "as_of": offer.as_of,
        "evidence": offer.evidence,
        "note": offer.note,
        "contract": dict(offer.contract),
        "definitions": {name: dict(table) for name, table in offer.definitions.items()},
        "sources": {
            ".".join(path): {
                "evidence": fact.evidence, "source": fact.source, "as_of": fact.as_of, "says": fact.says
            }
            for path, fact in offer.sources.items()
        },
        "not_published": list(offer.not_published),
        "left_out": list(offer.left_out),
    }  # fmt: skip


def _dated(offer: PublishedOffer) -> str:
    return f"as of {offer.as_of}" if offer.as_of[:1].isdigit() else offer.as_of


def _definition(offer: PublishedOffer, name: str) -> Iterator[str]:
    from simulator.definitions import DefinitionSpec, compile_definition

    compiled = compile_definition(name, DefinitionSpec.model_validate(offer.definitions[name]))
    yield from in_lines(f"What {name} bills: {compiled.words}", WIDTH)
    yield "The same in SQL, as a condition on a conversation:"
    yield from (f"  {line}" for line in compiled.unit_sql.splitlines())
    yield from in_lines(f"Who can count it: {compiled.verifiability.sentence}.", WIDTH)


def _toml(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{key} = ["
            yield from (f"  {line}" for each in value for line in _lines(each))
            yield "]"
        else:
            yield f"{key} = {_value(value)}"


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield an inline table in one line, or with a line for each table of a list where one line would be too long."""
    whole = f"{_value(table)},"
    inner = next((key for key, value in table.items() if isinstance(value, list) and len(whole) > WIDTH - 2), None)
    if inner is None:
        yield whole
        return
    before, after = whole.split(f"{inner} = [", 1)
    yield f"{before}{inner} = ["
    yield from (f"  {_value(each)}," for each in table[inner])
    yield f"]{after.removeprefix(_value(table[inner])[1:])}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value).replace(",", "_")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def _source(path: Path, fact: Fact) -> Iterator[str]:
    said = f': "{fact.says}"' if fact.says else ""
    text = f"{'.'.join(path)}  {fact.evidence} ({EVIDENCE[fact.evidence]}), {fact.source}, {fact.as_of}{said}"
    yield from (" " * _LEFT + line for line in in_lines(text, WIDTH - _LEFT))


def _list(title: str, items: tuple[str, ...]) -> Iterator[str]:
    if items:
        yield from ("", title)
        for item in items:
            yield from (" " * _LEFT + line for line in in_lines(f"- {item}", WIDTH - _LEFT))
