"""Who stands behind the prices of a contract: a quote, a published page, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from simulator.contracts.settlement.settlement_terms import SettlementTerms
from simulator.report.blocks.published import offer_of
from simulator.report.words.terms_words import FIRM
from simulator.scenario.stated.sources import quantities

if TYPE_CHECKING:
    from simulator.quantities.distributions import Quantity, Source
    from simulator.scenario.schema import Scenario

Standing = Literal["quoted", "published", "assumed"]
"""A quote, a contract or a measurement of the buyer's own; a page of the vendor, which is no offer to this buyer; or
nobody who is named."""
BESIDE_PRICES: Final = frozenset({"escalator", *SettlementTerms.model_fields}) - {"prepaid", "commitment"}
"""Keys of a contract that say how it is settled and how prices rise, behind which another source may stand."""
RATES: Final = ("price", "markup", "rate", "overage_rate")
"""Keys of prices of use, whatever the contract; the first that is written is told."""
NOT_OFFERED: Final = "published, and not yet offered to us"
WORDS: Final[Mapping[Standing, str]] = MappingProxyType(
    {"quoted": "a quote", "published": NOT_OFFERED, "assumed": "assumed, with no offer named"}
)
"""What a price is, after "is"."""
AS: Final[Mapping[Standing, str]] = MappingProxyType({"quoted": "quoted", "published": "listed", "assumed": "assumed"})
"""What a price is in one word, as in "the $0.45 listed"."""


def price_standing(scenario: Scenario, name: str) -> Standing:
    """Return who stands behind the prices and fees of a contract: the least of all that stands behind one of them.

    An entry of the catalogue is published whatever else the scenario says of it.
    """
    if offer_of(scenario, name) is not None:
        return "published"
    kinds = {each.kind for each in price_sources(scenario, name)}
    if not kinds or not kinds <= FIRM:
        return "assumed"
    return "published" if "published" in kinds else "quoted"


def price_sources(scenario: Scenario, name: str) -> list[Source]:
    """Return the sources that are written for a contract's prices and fees; of all its numbers where it has none."""
    found = own_prices(scenario, name) or _own(scenario, name)
    return [each.source for each in found if each.source.kind != "default"]


def price_key(scenario: Scenario, name: str) -> str:
    """Return the key of a contract's price for `--set`, else of the first rate that is written; empty without one."""
    written = [each.name for each in own_prices(scenario, name) if each.source.kind != "default"]
    rates = [each for each in written if each.rpartition(".")[2] in RATES]
    asked = f"contracts.{name}.price"
    return asked if asked in written else next(iter((*rates, *written)), "")


def own_prices(scenario: Scenario, name: str) -> list[Quantity]:
    """Return a contract's numbers that are prices, not how it is settled or how they rise."""
    start = f"contracts.{name}."
    return [each for each in _own(scenario, name) if each.name.removeprefix(start).split(".")[0] not in BESIDE_PRICES]


def _own(scenario: Scenario, name: str) -> list[Quantity]:
    return [each for each in quantities(scenario) if each.name.startswith(f"contracts.{name}.")]
