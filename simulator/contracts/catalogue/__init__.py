"""The catalogue: published mechanics of real vendors, one TOML file a vendor, each number with its source and date.

A file names its `vendor`, its `product`, the vendor's `[definitions.NAME]` and one or more `[offers.NAME]`. Contracts
and definitions are written as in a scenario. `sources` of the file and of an offer say of a path such as
`contract.price` or `definitions.NAME` (or a table around it) where it was read, when, and how sure that is. What was
not published is listed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from simulator.contracts.wording import unknown
from simulator.errors import ContractError

PREFIX: Final = "catalogue:"
"""What a scenario writes before the name of an offer."""
CURRENCY: Final = "USD"
"""What all offers are priced in; a scenario in another currency gives its exchange rate, or prices of its own."""
EVIDENCE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "V1": "the vendor's own page",
        "V2": "a transcription of the vendor's page, number by number",
        "V3": "a third party: an estimate",
    }
)
"""How sure a fact is, the surest first."""
ESTIMATE: Final = "V3"

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a number or a clause of an offer was read.

    Attributes:
        evidence: a key of EVIDENCE.
        source: page or article.
        as_of: date of the page, or of the reading; "undated" where the page has none.
        says: what the source says, in short, where the number alone does not tell.
    """

    evidence: str
    source: str
    as_of: str
    says: str = ""

    @property
    def is_estimate(self) -> bool:
        """Whether no page of the vendor stands behind it."""
        return self.evidence == ESTIMATE


@dataclass(frozen=True, slots=True)
class PublishedOffer:
    """One published way to buy from a vendor.

    Attributes:
        contract: the contract's table, as a scenario would write it.
        definitions: tables of the definitions that it bills with, by name.
        sources: facts by path within the offer, as ("contract", "price").
        not_published: what a buyer must ask, as nothing was found.
        left_out: what is published and cannot happen in a simulated month, with the reason.
    """

    name: str
    vendor: str
    product: str
    title: str
    as_of: str
    contract: Mapping[str, Any]
    definitions: Mapping[str, Mapping[str, Any]]
    sources: Mapping[Path, Fact]
    note: str = ""
    not_published: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def fact(self, path: Path) -> Fact | None:
        """Return the fact behind a path: its own, or that of the nearest table around it."""
        for length in range(len(path), 1, -1):
            if path[:length] in self.sources:
                return self.sources[path[:length]]
        return None

    @property
    def evidence(self) -> str:
        """The least sure evidence that any of its numbers stands on."""
        return max(fact.evidence for fact in self.sources.values())

    @property
    def numbers(self) -> Iterator[tuple[Path, float]]:
        """Yield every number of its contract and definitions with its path."""
        yield from _numbers(self.contract, ("contract",))
        yield from _numbers(self.definitions, ("definitions",))


def _numbers(value: Any, path: Path) -> Iterator[tuple[Path, float]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, (*path, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _numbers(inner, (*path, str(place)))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


@cache
def offers() -> Mapping[str, PublishedOffer]:
    """Return all offers by name, in the order of the vendors' file names."""
    found: dict[str, PublishedOffer] = {}
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    for file in files:
        if file.name.endswith(".toml"):
            for offer in _of_file(file.name, file.read_text(encoding="utf-8")):
                if offer.name in found:
                    raise ValueError(f"{file.name}: the offer {offer.name!r} stands in another file as well")
                found[offer.name] = offer
    return MappingProxyType(found)


def _of_file(name: str, text: str) -> list[PublishedOffer]:
    """Return the offers of a vendor's file; an error names the file."""
    try:
        return list(read_vendor(text))
    except (KeyError, TypeError) as error:
        error.add_note(f"in simulator/contracts/catalogue/{name}; `PublishedOffer` lists the keys of an offer")
        raise


def offer(name: str) -> PublishedOffer:
    """Return an offer by its name.

    Raises:
        ContractError: if the catalogue has none of the name; it names the nearest.
    """
    if name not in offers():
        raise ContractError(unknown("catalogue entry", name, offers()))
    return offers()[name]


def read_vendor(text: str) -> Iterator[PublishedOffer]:
    """Yield the offers of a vendor's file.

    Raises:
        KeyError, TypeError: if the file lacks a key or has one that no offer has.
    """
    raw = tomllib.loads(text)
    shared = _facts(raw.get("sources", {}))
    for name, table in raw["offers"].items():
        contract = table.pop("contract")
        used = {each: raw["definitions"][each] for each in _definitions(contract) if each in raw.get("definitions", {})}
        yield PublishedOffer(
            name=name,
            vendor=raw["vendor"],
            product=raw["product"],
            contract=contract,
            definitions=used,
            sources=_of_offer(shared, used) | _facts(table.pop("sources")),
            not_published=tuple(table.pop("not_published", ())),
            left_out=tuple(table.pop("left_out", ())),
            **table,
        )


def _facts(raw: Mapping[str, Mapping[str, str]]) -> dict[Path, Fact]:
    return {tuple(key.split(".")): Fact(**fact) for key, fact in raw.items()}


def _of_offer(shared: Mapping[Path, Fact], used: Mapping[str, Any]) -> dict[Path, Fact]:
    """Return the facts about the definitions that an offer bills with."""
    return {path: fact for path, fact in shared.items() if path[1] in used}


def _definitions(value: Any) -> Iterator[str]:
    """Yield the names of definitions in a contract's table."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "definition" and isinstance(inner, str):
                yield inner
            else:
                yield from _definitions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _definitions(inner)
