"""Contracts that start from an entry of the catalogue: `contract = "catalogue:NAME"`, any other key set over it.

The entry's table, its definitions and the sources of its numbers take their place in the values before anything is
checked, so that all rules act on them as if the scenario had written them. What the scenario writes itself stands: a
key of the contract, or a definition of the same name, replaces that of the entry with its source; an own price replaces
the entry's tiers, package or plans too, and each of these an entry's price.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.contracts.catalogue import CURRENCY, PREFIX, Fact, PublishedOffer, offers
from simulator.errors import Problem
from simulator.money import currency
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.schema.shapes import at

KEY: Final = "contract"
"""The key that names an entry."""
ESTIMATED: Final = "estimate of a third party: "
"""How the source of a number begins for which no page of the vendor stands."""
_STAND_IN: Final = {"type": "per_conversation", "price": 0}
"""A contract in the place of one whose entry is not there, so that the rest of the scenario can be checked."""
WAYS: Final = frozenset({"price", "tiers", "package", "plans"})
"""Keys that each price the unit of a contract, of which it has one."""
OF_TIERS: Final = frozenset({"tiering", "flat_fee_at_zero"})
"""Keys that say how tiers are priced."""
_MARK: Final = " (estimate)"
_LONGEST_TITLE: Final = 80


def as_estimate(title: str) -> str:
    """Return the title of a contract whose numbers a third party estimates: tables are read without their notes."""
    return f"{title[: _LONGEST_TITLE - len(_MARK)]}{_MARK}"


@dataclass(frozen=True, slots=True)
class Expanded:
    """Values with the entries of the catalogue in their places.

    Attributes:
        facts: by contract, where each number of its entry was read, by its path in the scenario.
        untitled: contracts that take their title from the entry.
        written: by contract, the keys that the scenario itself writes.
    """

    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    facts: dict[str, dict[Path, Fact]] = field(default_factory=dict)
    untitled: set[str] = field(default_factory=set)
    written: dict[str, frozenset[str]] = field(default_factory=dict)

    def sourced(self, values: dict[str, Any], overridden: Collection[Path]) -> dict[str, Any]:
        """Return the values with a source for each number that still is an entry's, and estimates marked in titles.

        Args:
            values: the scenario's, after the options of the command were set over it.
            overridden: paths that these options set.
        """
        if not self.facts:
            return values
        marked = copy.deepcopy(values)
        notes: dict[str, dict[str, str]] = {}
        for name, facts in self.facts.items():
            kept = {
                path: fact
                for path, fact in facts.items()
                if at(values, path) is not None and not any(_covers(own, path) for own in overridden)
            }
            notes |= {dotted(path): _note(fact) for path, fact in kept.items()}
            table = at(marked, ("contracts", name))
            if not isinstance(table, dict):  # an option took its place
                continue
            if name in self.untitled and any(fact.is_estimate for fact in kept.values()) and "title" in table:
                table["title"] = as_estimate(table["title"])
        written = marked.get("sources", {})
        if isinstance(written, dict):
            known = {key_path(key) for key in written}
            fresh = {key: note for key, note in notes.items() if key_path(key) not in known}
            marked["sources"] = {**fresh, **written}
        return marked

    def priced_by_options(self, values: dict[str, Any], overridden: Collection[Path]) -> dict[str, Any]:
        """Return the values without the prices of entries whose place an option of the command took.

        Args:
            values: the scenario's, after these options were set over it.
            overridden: paths that they set.
        """
        contracts = values.get("contracts")
        dropped = {
            name: _replaced({str(path[2]) for path in overridden if len(path) > 2 and path[:2] == ("contracts", name)})
            - self.written[name]
            for name in self.facts
            if isinstance(contracts, dict) and isinstance(contracts.get(name), dict)
        }
        if not any(dropped.values()):
            return values
        kept = copy.deepcopy(values)
        for name, keys in dropped.items():
            kept["contracts"][name] = {key: each for key, each in kept["contracts"][name].items() if key not in keys}
        return kept

    def in_own_currency(self, values: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Return the values with each entry in the catalogue's currency, and what is wrong where they say another.

        A currency beside the prices of an entry would not convert them but call them something else: 0.89 USD would
        be billed as 0.89 JPY.

        Args:
            values: the scenario's, after the options of the command were set over it.
        """
        mended, problems = values, []
        contracts = values.get("contracts")
        for name in self.facts:
            table = contracts.get(name) if isinstance(contracts, dict) else None
            if not isinstance(table, dict) or KEY not in table or not _is_other(table.get("currency", CURRENCY)):
                continue
            problems.append(_relabelled(name, table["currency"]))
            mended = copy.deepcopy(values) if mended is values else mended
            mended["contracts"][name]["currency"] = CURRENCY
        return mended, problems


def expanded(values: dict[str, Any]) -> Expanded:
    """Return the values with every entry of the catalogue that a contract names in its place."""
    contracts = values.get("contracts")
    if not isinstance(contracts, dict):
        return Expanded(values)
    named = {name: table for name, table in contracts.items() if isinstance(table, dict) and KEY in table}
    if not named:
        return Expanded(values)
    result = Expanded(copy.deepcopy(values))
    for name, table in named.items():
        found = _entry(name, table[KEY])
        if isinstance(found, Problem):
            result.problems.append(found)
            result.values["contracts"][name] = dict(_STAND_IN)
        else:
            _place(result, name, table, found)
    return result


def _entry(name: str, written: Any) -> PublishedOffer | Problem:
    path = ("contracts", name, KEY)
    if not isinstance(written, str) or not written.startswith(PREFIX):
        message = f'{dotted(path)}: must be "{PREFIX}NAME", not {repr(written)[:60]}'
        return Problem(path, message, "`simulate catalogue` lists the names; without it a contract says its type")
    known = offers()
    wanted = written.removeprefix(PREFIX)
    if wanted not in known:
        message = f"{dotted(path)}: the catalogue has no entry '{wanted[:60]}'"
        return Problem(path, message, suggest(wanted, known, "entries", most=40))
    return known[wanted]


def _is_other(written: Any) -> bool:
    """Return whether a text names another currency than the catalogue's; what names none is refused where it is read."""
    try:
        return isinstance(written, str) and currency(written).code != CURRENCY
    except ValueError:
        return False


def _relabelled(name: str, written: Any) -> Problem:
    path = ("contracts", name, "currency")
    return Problem(
        path,
        f"{dotted(path)}: the prices of an entry of the catalogue are in {CURRENCY}, and {repr(written)[:60]} would call "
        "the same numbers another currency",
        f"leave currency out: exchange_rates.{CURRENCY} converts them into the scenario's currency where that is another; "
        f"or write the contract without {KEY} = ..., with your own prices",
    )


def _place(result: Expanded, name: str, written: Mapping[str, Any], offer: PublishedOffer) -> None:
    """Put an entry into the values, under the name of a contract, with what the scenario writes set over it."""
    own = {key: value for key, value in written.items() if key != KEY}
    replaced = _replaced(own)
    entry = {key: copy.deepcopy(value) for key, value in offer.contract.items() if key not in replaced}
    result.values["contracts"][name] = {"title": offer.title, "currency": CURRENCY, **entry, **own, KEY: written[KEY]}
    definitions = result.values.setdefault("definitions", {})
    added = {} if not isinstance(definitions, dict) else {
        each: copy.deepcopy(dict(table)) for each, table in offer.definitions.items() if each not in definitions
    }  # fmt: skip
    if added:
        definitions.update(added)
    facts = {
        _indexed(place): fact
        for path, fact in offer.sources.items()
        if (place := _place_in_scenario(path, name, own, added)) is not None
        and at(result.values, _indexed(place)) is not None
    }
    result.facts[name] = facts
    result.written[name] = frozenset(own)
    if "title" not in own:
        result.untitled.add(name)


def _replaced(own: Collection[str]) -> frozenset[str]:
    """Return the keys of an entry whose place own ones take: a unit is priced in one way, so an own price ends tiers."""
    if not WAYS & set(own):
        return frozenset()
    of_tiers = frozenset() if "tiers" in own else OF_TIERS
    return (WAYS | of_tiers) - set(own)


def _place_in_scenario(path: Path, contract: str, own: Mapping[str, Any], added: Mapping[str, Any]) -> Path | None:
    """Return where a path of an entry stands in the scenario, None where the scenario's own words stand there."""
    if path[0] == "contract":
        return None if len(path) > 1 and path[1] in own else ("contracts", contract, *path[1:])
    return path if len(path) > 1 and path[1] in added else None


def _indexed(path: Path) -> Path:
    """Return a path with numbers in the place of texts of digits: places in lists."""
    return tuple(int(part) if isinstance(part, str) and part.isdigit() else part for part in path)


def _covers(own: Path, path: Path) -> bool:
    """Return whether an option that set one path also replaced what stands at another."""
    return bool(own) and path[: len(own)] == own


def _note(fact: Fact) -> dict[str, str]:
    """Return a fact as a scenario writes the source of a number."""
    as_of = fact.as_of if fact.as_of[:4].isdigit() else ""
    if fact.is_estimate:
        return {"kind": "judgement", "source": f"{ESTIMATED}{fact.source}", "as_of": as_of}
    return {"kind": "published", "source": fact.source, "as_of": as_of}
