"""What a key, a contract type, a definition, a meter or a clause means, in the words with which it was declared."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from simulator.contracts.contract_terms import ContractSpec
from simulator.contracts.contract_types import TYPES
from simulator.contracts.metering.meters import OFFERED, SIZED, sessions_of
from simulator.contracts.prices.price_changes import ChangingTerms
from simulator.contracts.settlement.settlement_terms import SettlementTerms
from simulator.definitions import NAMED
from simulator.definitions.definition_words import in_words
from simulator.errors import SimulatorError
from simulator.quantities.spelling import SPELLINGS_HELP, meaning_of
from simulator.scenario.explained import reference
from simulator.scenario.explained.reference import NAME, Entry
from simulator.scenario.explained.standing import Standing, standing
from simulator.scenario.key_paths import key_path
from simulator.scenario.meant.near_names import nearest

WIDTH: Final = 100
LABEL: Final = 11
MOST_LISTED: Final = 12
"""Places listed of a key that stands in many tables."""


class UnknownKeyError(SimulatorError):
    """A word that names nothing of a scenario."""


def explain(word: str | None, where: Standing | None = None) -> str:
    """Return what a word means, as text of at most 100 columns.

    Args:
        word: a dotted key, the last part of one, a contract type, a definition, a meter; None for the sections.
        where: a scenario, whose values are shown with their lines.

    Raises:
        UnknownKeyError: if it names nothing, with the nearest names.
    """
    if word is None:
        return _sections()
    path = tuple(str(part) for part in key_path(word) or ())
    found = reference.find(path) if path else []
    if found:
        return "\n\n".join(_entries(found, path, where))
    if len(path) > 1 and meaning_of(path[-1]) and any(each.is_number for each in reference.find(path[:-1])):
        return _of_a_number(path)
    named = _named(word)
    if named is not None:
        return named
    places = [entry for entry in reference.every() if path and entry.key[-len(path) :] == path]
    if not places:
        raise UnknownKeyError(_unknown(word))
    distinct = list({entry.key: entry for entry in reversed(places)}.values())[::-1]
    if len(distinct) == 1:
        return "\n\n".join(_entries(reference.find(distinct[0].key), distinct[0].key, where))
    return _several(word, distinct)


def _of_a_number(path: tuple[str, ...]) -> str:
    """Return what a key of the table of a number means."""
    number = reference.find(path[:-1])[0]
    rows = _rows(("of", f"{'.'.join(number.key)}: {number.meaning}"), ("write", SPELLINGS_HELP.removeprefix("write ")))
    return "\n".join([f"{'.'.join((*number.key, path[-1]))}", *_wrapped(meaning_of(path[-1]), "  ", "  "), *rows])


def _sections() -> str:
    rows = [(entry.key[0], entry.meaning + (" (required)" if entry.required else "")) for entry in _top()]
    lines = ["A scenario has these keys and tables:", *_listed(rows), ""]
    for what, names in (("Contract types: ", TYPES), ("Definitions of a resolution: ", NAMED), ("Meters: ", OFFERED)):
        lines += _wrapped(", ".join(names), what, "    ")
    return "\n".join([*lines, "", "simulate explain volume.per_month, explain per_resolution, explain assumed_24h ..."])


def _top() -> list[Entry]:
    return reference.below(reference.ROOT)


def _entries(found: list[Entry], path: tuple[str, ...], where: Standing | None) -> Iterator[str]:
    """Yield one text for each declaration at a key, and the scenario's values after the last."""
    for entry in found:
        yield "\n".join(_entry(entry))
    if where is not None:
        yield "\n".join(standing(where, path, found[0]))


def _entry(entry: Entry) -> Iterator[str]:
    types = f"   ({', '.join(_types_with(entry))})" if entry.tags else ""
    yield from _wrapped(f"{'.'.join(entry.key)}{types}", "", "  ")
    yield from _wrapped(entry.meaning, "  ", "  ")
    if entry.about and entry.about != entry.meaning:
        yield from _wrapped(entry.about, "  ", "  ")
    tables = reference.below(entry)
    yield from _row("unit", entry.unit)
    if not tables:
        yield from _row("allowed", reference.allowed(entry))
    if entry.typical is not None:
        low, high = (reference.written(end) for end in entry.typical)
        yield from _row("typical", f"{low} to {high}")
    yield from _row("default", _default(entry))
    yield from _row("acts on", entry.acts)
    yield from _written(entry)
    if tables:
        yield "  keys:"
        yield from _listed(_keys(tables))


def _types_with(entry: Entry) -> list[str]:
    """Return the types of contract, or kinds of charge, whose tables have the same key with the same meaning."""
    same = [each for each in reference.every() if each.key == entry.key and each.meaning == entry.meaning]
    return list(dict.fromkeys(tag for each in same for tag in each.tags)) or list(entry.tags)


def _default(entry: Entry) -> str:
    if entry.field is None:
        return ""
    if entry.required:
        return "none; it must be given"
    value = reference.default(entry)
    return "none; the key may be left out" if value in ("", '""', "[]") else value


def _written(entry: Entry) -> Iterator[str]:
    """Yield how it is written, as a number and as what is known of one."""
    value = reference.example(entry)
    if not value or value in ('""', "[]") or entry.in_list:
        return
    table, key = ".".join(entry.key[:-1]), entry.key[-1]
    lines = ([f"[{table}]"] if table else []) + [f"{key} = {value}"]
    unknown = reference.interval(entry)
    if unknown:
        lines.append(f"{key} = {unknown}   # if it is uncertain")
    for number, line in enumerate(lines):
        yield f"  {'example' if not number else '':<{LABEL}}{line}"


def _keys(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """Return the keys of a table with what they are; of tables told apart by a type, each key once."""
    rows: dict[str, str] = {}
    for entry in entries:
        name = ".".join(entry.key[-2:]) if entry.key[-1] == NAME else entry.key[-1]
        rows.setdefault(
            name,
            (entry.meaning or reference.allowed(entry)) + (" (required)" if entry.required and entry.field else ""),
        )
    return list(rows.items())


def _named(word: str) -> str | None:
    """Return what a contract type, a definition, a charge or a meter is, or None."""
    if word in TYPES:
        return _type_text(word, reference.find(("contracts", word))[0])
    if word in NAMED:
        spec = NAMED[word]
        clauses = ", ".join(
            f"{name} = {reference.written(getattr(spec, name))}"
            for name in sorted(spec.model_fields_set - {"title", "note"})
        )
        rows = [
            "definition of a resolution",
            spec.title,
            *_rows(("counts", in_words(spec)), ("note", spec.note), ("clauses", clauses)),
        ]
        use = f'definition = "{word}" in a contract, or extends = "{word}" in [definitions.NAME]'
        return "\n".join([f"{word}   ({rows[0]})", *_wrapped(rows[1], "  ", "  "), *rows[2:], *_row("used by", use)])
    window = sessions_of(word)
    if window is not None:
        return "\n".join(
            [f"{word}   (meter)", *_wrapped(f"one unit is one session of a case, {window.words}", "  ", "  ")]
        )
    family = re.split(r"[:/\[{]", word)[0]
    if family in OFFERED:
        sized = "; its charge may have included_per_conversation and cap_per_conversation" if family in SIZED else ""
        unit = _wrapped(f"one unit is one {OFFERED[family]}{sized}", "  ", "  ")
        return "\n".join(
            [f"{word}   (meter)", *unit, *_row("used by", f'meter = "{word}" in a charge of a hybrid contract')]
        )
    charge = _charge(word)
    return None if charge is None else _table_text(word, "kind of charge", charge)


def _charge(word: str) -> Entry | None:
    """Return the table of a list whose elements are told apart by a kind, by that kind."""
    for entry in reference.every():
        if not entry.in_list and any(word in reference.tags_of(each) for each in reference.elements(entry)):
            return reference.find((*entry.key, word))[0]
    return None


def _table_text(word: str, what: str, entry: Entry) -> str:
    keys = _listed(_keys(reference.below(entry)))
    return "\n".join([f"{word}   ({what})", *_wrapped(entry.about, "  ", "  "), "  keys:", *keys])


def _type_text(word: str, entry: Entry) -> str:
    """Return a contract type: its own keys first, then those of all types, and the terms of settlement last."""
    later, common = (*ChangingTerms.model_fields, *SettlementTerms.model_fields), ContractSpec.model_fields
    rows = _keys(reference.below(entry))
    own = [row for row in rows if row[0] == "type" or row[0] not in common]
    first = [*own, *(row for row in rows if row not in own and row[0] not in later)]
    last = [row for row in rows if row[0] in later]
    head = [f"{word}   (contract type)", *_wrapped(entry.about, "  ", "  ")]
    heading = "  settlement, the same for every type (docs/settlement.md):"
    return "\n".join([*head, "  keys:", *_listed(first), heading, *_listed(last)])


def _several(word: str, places: list[Entry]) -> str:
    rows = [(".".join(entry.key), entry.meaning) for entry in places[:MOST_LISTED]]
    more = [f"  and {len(places) - MOST_LISTED} more"] if len(places) > MOST_LISTED else []
    return "\n".join([f"{word} stands in {len(places)} places; explain one of them:", *_listed(rows), *more])


def _unknown(word: str) -> str:
    keys = [".".join(entry.key) for entry in reference.every()]
    leaves = [entry.key[-1] for entry in reference.every() if entry.key[-1] != NAME]
    pool = keys if "." in word else [*TYPES, *NAMED, *OFFERED, *leaves]
    near = nearest(word, dict.fromkeys(pool)) or nearest(word.rpartition(".")[2], dict.fromkeys(leaves))
    hint = f"did you mean '{near}'?" if near else "'simulate explain' without a key lists the sections"
    return f"nothing of a scenario is called '{word[:60]}'; {hint}"


def _rows(*pairs: tuple[str, str]) -> list[str]:
    return [line for label, text in pairs for line in _row(label, text)]


def _row(label: str, text: str) -> list[str]:
    return _wrapped(text, f"  {label:<{LABEL}}", " " * (LABEL + 2)) if text else []


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _listed(rows: list[tuple[str, str]]) -> list[str]:
    width = min(max((len(name) for name, _ in rows), default=0), 40)
    return [line for name, text in rows for line in _wrapped(text or "-", f"    {name:<{width}}  ", " " * (width + 6))]
