"""Errors of all fourteen kinds, 1 % each, in a list and an invoice of the product's own: found, named and priced."""

from __future__ import annotations

import copy
import json
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.audit.recount.kinds import SEVERAL, UNEXPLAINED
from tests.audit.commands import run
from tests.audit.planted import SCENARIO, Planted, Row, base, honest, plant


def flat(units: int) -> str:
    return f"{Decimal('0.99') * units:.2f}"


def tiers(units: int) -> str:
    """Return the bill of the graduated prices, each tier rounded by itself."""
    parts, lower, total = ((1_000, "0.99"), (1_250, "0.777"), (10**9, "0.5001")), 0, Decimal(0)
    for upper, rate in parts:
        inside = max(min(units, upper) - lower, 0)
        total += (inside * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        lower = upper
    return str(total)


PRICES = {"flat": flat, "tiers": tiers}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return base()


def told(made: Planted, contract: str, folder: Path) -> tuple[int, dict[str, Any]]:
    record, invoice, billed = made.write(folder, PRICES[contract])
    code, text = run("recount", record, "--in", SCENARIO, "--contract", contract, "--invoice", invoice,
                     "--list", billed, "--json")  # fmt: skip
    return code, json.loads(text)


@pytest.mark.parametrize("contract", PRICES)
def test_every_planted_error_is_found_with_its_kind_and_its_cents(
    contract: str, rows: list[Row], tmp_path: Path
) -> None:
    made = plant(copy.deepcopy(rows), 0.01, 7)
    planted = Counter(made.kinds.values())
    assert len(planted) == 14 and set(planted.values()) == {max(planted.values())} and min(planted.values()) >= 10
    code, block = told(made, contract, tmp_path)
    found = {each["id"]: each["kind"] for each in block["differences"]}
    assert code == 3
    assert found.keys() == made.kinds.keys()
    assert sum(kind in (UNEXPLAINED, SEVERAL) for kind in found.values()) == 0
    right = sum(found[key] == kind for key, kind in made.kinds.items())
    assert right >= 0.99 * len(made.kinds), Counter(
        (made.kinds[key], found[key]) for key in found if made.kinds[key] != found[key]
    )
    own = sum(each["counted"] for each in block["differences"])
    counted = len(made.listed) - sum(each["billed"] for each in block["differences"]) + own
    assert block["units"]["counted"] == counted
    parts = sum(Decimal(each["amount"]) for each in block["by_kind"])
    assert parts == Decimal(PRICES[contract](len(made.listed))) - Decimal(PRICES[contract](counted))
    assert parts == Decimal(block["amounts"]["billed"]) - Decimal(block["amounts"]["recounted"])


@pytest.mark.parametrize("contract", PRICES)
def test_an_honest_list_gives_no_difference(contract: str, rows: list[Row], tmp_path: Path) -> None:
    """Negative control: nothing was planted."""
    made = honest(copy.deepcopy(rows))
    code, block = told(made, contract, tmp_path)
    assert (code, block["differences"], block["by_kind"]) == (0, [], [])
    assert block["units"]["counted"] == block["units"]["list"] == len(made.listed) > 500


def test_the_check_of_kinds_can_fail(rows: list[Row], tmp_path: Path) -> None:
    """Negative control: with the record of another plant fewer than 99 % of the kinds are those planted."""
    made = plant(copy.deepcopy(rows), 0.01, 7)
    other = plant(copy.deepcopy(rows), 0.01, 8)
    _, block = told(Planted(other.rows, made.listed), "flat", tmp_path)
    found = {each["id"]: each["kind"] for each in block["differences"]}
    assert sum(found.get(key) == kind for key, kind in made.kinds.items()) < 0.9 * len(made.kinds)
