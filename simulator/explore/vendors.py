"""The catalogue of vendors' published prices as a table, and the definitions that vendors bill by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.contracts.catalogue import PREFIX, offers

if TYPE_CHECKING:
    import pandas as pd


def catalogue() -> pd.DataFrame:
    """Return the published offers, one row each by the name of the entry.

    Columns: vendor, title, type (of the contract), definition (by which it bills resolutions, if any), price (of a
    unit, where it has one), as_of, evidence (V1 the vendor's own page, V2 a transcription, V3 a third party). An offer
    becomes a contract with `run.with_contract("fin", contract="catalogue:intercom-fin")`.

    >>> import simulator as cx
    >>> float(cx.catalogue().loc["intercom-fin", "price"])
    0.99
    """
    import pandas as pd

    rows = {
        name: {
            "vendor": offer.vendor,
            "title": offer.title,
            "type": offer.contract.get("type", ""),
            "definition": offer.contract.get("definition", ""),
            "price": offer.contract.get("price"),
            "as_of": offer.as_of,
            "evidence": offer.evidence,
        }
        for name, offer in offers().items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("entry")
    return table.assign(price=pd.to_numeric(table["price"], errors="coerce"))


def vendors_definitions() -> dict[str, dict[str, Any]]:
    """Return the clauses of every definition that an offer of the catalogue bills resolutions by, by its name."""
    return {
        name: {**clauses, "title": clauses.get("title", offer.title)}
        for offer in offers().values()
        for name, clauses in offer.definitions.items()
    }


def entry(name: str) -> str:
    """Return how a scenario names an entry of the catalogue."""
    return f"{PREFIX}{name}"
