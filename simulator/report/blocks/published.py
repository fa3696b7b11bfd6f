"""What a run took from the catalogue: which contracts, as of when, and which of their numbers are estimates."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.contracts.catalogue import PREFIX, PublishedOffer, offer
from simulator.implied.currency_remarks import converted_prices
from simulator.report.summary.contract import CatalogueEntry
from simulator.scenario.key_paths import key_path
from simulator.scenario.reading.catalogue_entries import ESTIMATED
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import exists


def offer_of(scenario: Scenario, contract: str) -> PublishedOffer | None:
    """Return the entry of the catalogue that a contract starts from, None where it has none."""
    spec = scenario.contracts.get(contract)
    written: str = "" if spec is None else spec.contract
    return offer(written.removeprefix(PREFIX)) if written else None


def catalogue_entry(scenario: Scenario, contract: str) -> CatalogueEntry | None:
    """Return what the files say of a contract's entry: vendor, date, estimates, and what was not published."""
    entry = offer_of(scenario, contract)
    if entry is None:
        return None
    return CatalogueEntry(
        entry=entry.name,
        vendor=entry.vendor,
        product=entry.product,
        as_of=entry.as_of,
        estimates=tuple(estimates(scenario, contract, entry)),
        not_published=tuple(entry.not_published),
        left_out=tuple(entry.left_out),
    )


def estimates(scenario: Scenario, contract: str, entry: PublishedOffer) -> list[str]:
    """Return the paths of numbers and clauses for which no page of the vendor stands, as the scenario has them."""
    own, definitions = ("contracts", contract), set(entry.definitions)
    return [
        key
        for key, note in scenario.sources.items()
        if note.kind == "judgement"
        and note.source.startswith(ESTIMATED)
        and (path := key_path(key)) is not None
        and exists(scenario, path)
        and (path[:2] == own or (path[0] == "definitions" and path[1] in definitions))
    ]


def published_notes(scenario: Scenario, titles: Mapping[str, str]) -> list[str]:
    """Return the notes that every output carries on what was published: list prices in another currency, the catalogue.

    Args:
        titles: how tables name the contracts, by name.
    """
    converted = list(converted_prices(scenario))
    entries = {name: entry for name in scenario.contracts if (entry := offer_of(scenario, name)) is not None}
    if not entries:
        return converted
    dates = "; ".join(f"{titles[name]} ({entry.as_of})" for name, entry in entries.items())
    found = [*converted, f"terms from the catalogue of published prices, which move; read or dated: {dates}"]
    if any(estimates(scenario, name, entry) for name, entry in entries.items()):
        found.append("(estimate) marks terms with numbers of third parties that no page of the vendor confirms")
    return found
