"""`simulate quick`: a few numbers in, all contracts side by side out, and how the new one stands against today."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.report.words.against_today import against_today
from simulator.report.words.terminal_text import WIDTH
from tests.cli.conftest import Command


def as_block(numbers: Any) -> Any:
    """Return what was read from JSON with its keys as attributes, as the summary has them."""
    if isinstance(numbers, dict):
        return SimpleNamespace(**{key: as_block(each) for key, each in numbers.items()})
    return [as_block(each) for each in numbers] if isinstance(numbers, list) else numbers


FEW = ("--trials", "20", "--workers", "1")


def test_quick_makes_a_conversation_of_today_cost_what_was_said(command: Command, tmp_path: Path) -> None:
    options = ("--cases", "6000", "--current-cost", "1.20", "--trials", "20", "--workers", "1")
    code, out, err = command("quick", *options, "--json")
    assert (code, err) == (0, "") and not list(tmp_path.iterdir())
    numbers = json.loads(out)
    contacts = 1.1 * numbers["volume"]["cases"]["mean"]
    assert numbers["status_quo"]["cost"]["mean"] / contacts == pytest.approx(1.20, rel=0.005)
    assert 0.9 < numbers["volume"]["cases"]["mean"] / 12 / 6_000 < 1.1


def test_quick_says_its_assumptions_and_how_to_go_on(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("quick", "--cases", "6_000", "--current-cost", "1.20", *FEW)
    assert code == 0 and max(map(len, out.splitlines())) <= WIDTH
    again = next(line.strip() for line in out.splitlines() if line.startswith("  simulate new my.toml"))
    assert again.endswith("--cases 6000 --current-cost 1.2"), "what was typed, not an hour's cost that follows from it"
    assert command(*again.split()[1:])[0] == 0 and (tmp_path / "my.toml").exists()
    for word in ("volume", "the AI", "people", "tokens", "prices", "ranges"):
        assert f"\n  {word}" in out


def test_quick_takes_offers_and_the_vendor_of_today(command: Command, tmp_path: Path) -> None:
    """Half the price of the same unit costs half, in every future."""
    options = (
        "--tickets", "6_000", "--current-price", "per_conversation=0.60", "--price", "conversation=0.30",
        "--currency", "EUR", "--exchange-rate", "0.9", "--template", "minimal",
        "--tiers", "resolution=500:2,1", "--commitment", "resolution=90_000/year",
    )  # fmt: skip
    code, out, err = command("quick", *options, *FEW, "--json")
    assert (code, err) == (0, "")
    numbers = json.loads(out)
    today, (new, tiers) = numbers["status_quo"], numbers["contracts"]
    assert numbers["currency"] == "EUR" and numbers["recommended"] == "conversation"
    assert today["invoice_in_force"]["mean"] == pytest.approx(2 * new["invoice"]["mean"])
    assert tiers["invoice"]["mean"] >= 90_000, "what is committed is owed"
    assert today["title"] == "Today's vendor, per conversation, at €0.60"
    assert numbers["volume"]["cases"]["mean"] < 12 * 6_000
    said = against_today(as_block(numbers))
    assert said.endswith("less in every future.") and "per conversation costs €2" in said
    code, out, _ = command("quick", *options, *FEW)
    assert code == 0 and f" {said} Sign per conversation at €0.30" in " ".join(out.split())
    again = next(line.strip() for line in out.splitlines() if line.startswith("  simulate new my.toml"))
    assert command(*shlex.split(again)[1:])[0] == 0
    assert command("my.toml", *FEW, "--no-report", "-q")[0] == 0, "a path and options with blanks can be pasted"


def test_a_dearer_contract_than_todays_is_said_to_be_dearer() -> None:
    gap = {"mean": 30.0, "p10": 10.0, "p90": 50.0, "share_cheaper": 0.02, "share_dearer": 0.98}
    today = {"invoice_in_force": {"mean": 100.0}, "recommended_less_today": gap}
    best = {"name": "a", "title": "Per resolution", "invoice": {"mean": 130.0}}
    block = {
        "status_quo": today, "verdict": {"rule": "p90"}, "contracts": [best], "recommended": "a", "months": 12,
        "currency": "USD",
    }  # fmt: skip
    assert against_today(as_block(block)) == (
        "Today's vendor bills $100 on average over the 12 months, and per resolution $130: per resolution costs "
        "$30.00 more (by $10.00 to $50.00 in eight futures of ten), and more in 98 % of the futures."
    )
    gap |= {"mean": -30.0, "p10": -50.0, "p90": 5.0, "share_cheaper": 0.9}
    assert "costs $30.00 less, and less in 90 % of the futures." in against_today(as_block(block))
    assert against_today(as_block({**block, "status_quo": None})) == ""


WRONG = {
    "--cases 60k --current-cost 1": "'60k' is not a number; write 60_000",
    "--cases 60000": "say what today costs: --current-cost, what a conversation handled by people costs, or --current",
    "--current-cost 3": "say how many come in a month: --cases, --conversations or --tickets, as in: simulate quick",
    "--cases 60000 --current-cost -1": "must be above 0, not -1",
    "--cases 60000 --current-price per_conversation=0": "must be above 0, not 0",
    "--cases 60000 --current-price 0.5": "name the contract, as per_conversation=0.5; there are per_conversation, ",
    "--cases 60000 --current-price per_convresation=0.5": "did you mean 'per_conversation'?",
    "--cases 5 --tickets 6 --current-cost 1": "give one of --cases and --tickets: they count the same customers",
    "--cases 5 --current-cost 1 --currency EUR": "nobody said what one USD costs in EUR; give --exchange-rate",
    "--cases 5 --current-cost 1 --currency $": "'$' is the sign of several currencies",
    "--cases 5 --current-cost 1 --tiers per_conversation=3": "'3' is one price for all units; give it with --price",
    "--cases 5 --current-cost 1 --tiers per_conversation=3,4": "'3,4' are no tiers; write them as 2_000:0.99,",
    "--cases 5 --current-cost 1 --tiers per_conversation=9:1,7:1,2": "the bound 7 must be above the one before it, 9",
    "--cases 5 --current-cost 1 --tiers per_conversation=9:1,2:1": "are no tiers; write them as",
    "--cases 5 --current-cost 1 --tiers per_token=9:1,2": "no contract 'per_token' of this template can have tiers",
    "--cases 5 --current-cost 1 --commitment hybrid=9": "'9' does not say over what period; write 45_000/year",
    "--cases 5 --current-cost 1 --commitment hybrid=9/yaer": "'yaer' is no period; did you mean year?",
    "--cases 5 --current-cost 1 --commitment hybrid=9/day": "'day' is no period; it is month, year or term",
    "--cases 5 --current-cost 1 --price per_minute=1 --price per_minute=2": "per_minute is given twice",
    "--cases 5 --current-cost 1 --template x": "there is no template 'x'",
}


@pytest.mark.parametrize("options", WRONG)
def test_quick_explains_wrong_options(command: Command, options: str) -> None:
    code, out, err = command("quick", *options.split())
    assert (code, out) == (2, "") and WRONG[options] in err
