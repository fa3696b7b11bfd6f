"""The public price list as a table of this package, which takes a tenth of the time of loading the list's own package.

`python -m tests.price_table` makes price_table.json of the genai-prices package. Where another version of that package
is installed, its own prices are read, not those of the table.
"""

from __future__ import annotations

import datetime
import json
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeAlias

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo


PACKAGE: Final = "genai-prices"
TABLE: Final = "price_table.json"
_BATCH: Final = {"processing": "batch"}
"""When the list's own prices in batches hold."""
Providers: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Models by name and provider, each as JSON has it; `ListedModel.read` reads one."""


class ByPromptLength(NamedTuple):
    """A price that is another one in calls with a long prompt: from so many tokens on, the price of all of them."""

    base: float
    tiers: tuple[tuple[int, float], ...]


Rate: TypeAlias = float | ByPromptLength


def usual_price(rate: Rate) -> float:
    """Return the price in calls without a long prompt."""
    return rate.base if isinstance(rate, ByPromptLength) else rate


@dataclass(frozen=True, slots=True)
class Dated:
    """Prices by the list's key, and the day from which they hold.

    Attributes:
        by_the_hour: whether they hold at some hours of the day only.
    """

    start: datetime.date
    by_the_hour: bool
    rates: Mapping[str, Rate]


@dataclass(frozen=True, slots=True)
class ListedModel:
    """What the list has of a model: its prices, and those in batches, as they stand in the list."""

    prices: tuple[Dated, ...]
    batches: tuple[Dated, ...]

    @classmethod
    def read(cls, model: Mapping[str, Any]) -> Self:
        """Return a model from what JSON has of it."""
        return cls(*(tuple(map(_dated, model.get(what, ()))) for what in ("prices", "batches")))


def _dated(entry: Mapping[str, Any]) -> Dated:
    rates = {key: _rate(each) for key, each in entry["rates"].items()}
    start = datetime.date.fromisoformat(entry["start"]) if "start" in entry else datetime.date.min
    return Dated(start, "by_the_hour" in entry, rates)


def _rate(written: Any) -> Rate:
    if not isinstance(written, list):
        return float(written)
    base, *tiers = written
    return ByPromptLength(float(base), tuple((int(start), float(price)) for start, price in tiers))


@cache
def listed_models() -> Providers:
    """Return all models of the list by provider: of the table, or of the package where that has another version."""
    from importlib.metadata import version

    found: dict[str, Any] = json.loads(pkgutil.get_data(__package__, TABLE) or b"{}")
    models: Providers = found["providers"] if found["version"] == version(PACKAGE) else package_models()
    return models


def package_models() -> Providers:
    """Return all models that the installed package has, by provider, as they stand in the table."""
    with _bare_package("genai_prices"):
        from genai_prices import data_snapshot

        providers = data_snapshot.get_snapshot().providers
    return {provider.id: {model.id: as_json(model) for model in provider.models} for provider in providers}


@contextmanager
def _bare_package(name: str) -> Iterator[None]:
    """Let modules of a package be imported without its `__init__`, unless that has run already.

    The list's own `__init__` imports its updater, and with that an HTTP client, which takes four times as long as all
    that is read here. Whoever imports the package later gets all of it, with the same modules.
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        yield
        return
    sys.modules[name] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[name]


def as_json(model: ModelInfo) -> dict[str, Any]:
    """Return what the table has of a model of the package."""
    dated = model.prices if isinstance(model.prices, list) else None
    prices = [_entry(None, model.prices)] if dated is None else [_entry(each.constraint, each.prices) for each in dated]
    variants = [each for each in model.price_variants or () if each.when == _BATCH]
    batches = [_entry(each.constraint, each.prices) for each in variants]
    kept = [each for each in batches if "by_the_hour" not in each]
    return {"prices": prices, **({"batches": kept} if kept else {})}


def _entry(constraint: Any, prices: Any) -> dict[str, Any]:
    start = getattr(constraint, "start_date", None)
    listed = {key: price for key, price in vars(prices).items() if price is not None and not key.startswith("_")}
    return {
        **({} if start is None else {"start": start.isoformat()}),
        **({"by_the_hour": True} if constraint is not None and start is None else {}),
        "rates": {key: _written(price) for key, price in listed.items()},
    }


def _written(price: Any) -> Any:
    if not hasattr(price, "tiers"):
        return float(price)
    return [float(price.base), *([tier.start, float(tier.price)] for tier in price.tiers)]
