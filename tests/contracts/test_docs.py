"""docs/contracts.md: every example of the page parses and bills what the page says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from simulator.contracts import invoice
from simulator.contracts.contract_types import TYPES
from simulator.contracts.prices import BY_KIND

from .tools import Array, contract, months, stated

PAGE = Path(__file__).parents[2] / "docs" / "contracts.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
_ROW = re.compile(r"^# (\S+): ([\d., _]+)$", re.MULTILINE)


def read(example: str) -> tuple[dict[str, Any], dict[str, Array], list[float]]:
    """Return an example's contract, its meters and the invoices that the page states."""
    table = tomllib.loads(example)
    rows = {key: [float(each) for each in numbers.split(",")] for key, numbers in _ROW.findall(example)}
    bills = rows.pop("bill")
    return (
        table if "type" in table else {"type": "hybrid", "charges": [table]},
        {key: months(*units) for key, units in rows.items()},
        bills,
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_bills_what_the_page_says(example: str) -> None:
    table, meters, bills = read(example)
    offer = contract(**table)
    assert set(offer.meters) == set(meters)
    assert invoice(offer, meters, stated()).total[0] == pytest.approx(bills, rel=1e-9)


@pytest.mark.parametrize("place", [0, 5, 20])
def test_another_price_would_not_pass(place: int) -> None:
    """Negative control: the figures of the page are those of its prices."""
    table, meters, bills = read(EXAMPLES[place])
    dearer = contract(**table, discount=0.01)
    assert invoice(dearer, meters, stated()).total[0] != pytest.approx(bills, rel=1e-9)


def test_every_kind_and_every_new_type_has_an_example() -> None:
    text = "\n".join(EXAMPLES)
    for kind in set(BY_KIND) - {"tokens", "seats"}:
        assert f'kind = "{kind}"' in text, (
            f'docs/contracts.md has no example with kind = "{kind}": add one with meters and bills'
        )
    for name in set(TYPES) - {"per_token"}:
        assert f'type = "{name}"' in text, (
            f'docs/contracts.md has no example with type = "{name}": add one with meters and bills'
        )
