"""What an annex says: worked cases by hand, terms, blanks, months in a zone, refusals, and hostile names."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator.decisions.worked_cases import WORKED_CASES
from simulator.errors import ContractError
from simulator.report.annex import Said, annex
from simulator.report.annex.markdown import markdown
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario
from tests.decisions.test_billed_cases import BY_HAND, CONVERSATIONS, NAMES

ROOT = Path(__file__).parents[3]
MINIMAL = (ROOT / "scenarios/minimal.toml").read_text(encoding="utf-8")
EVERY = ROOT / "tests/scenario/every_contract.toml"
SETTLEMENT = ROOT / "tests/scenario/everything_settlement.toml"
BERLIN = ZoneInfo("Europe/Berlin")


def minimal(*lines: str) -> Scenario:
    return parse_scenario("\n".join([MINIMAL, *lines]), "minimal")


def text_of(scenario: Scenario, name: str, said: Said | None = None) -> str:
    return markdown(annex(scenario, name, said or Said()))


def schedule(text: str, number: int) -> str:
    return text.split(f"## Schedule {number}: ")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the rows of the tables in a text, heads and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = [place for place, line in enumerate(lines) if re.fullmatch(r"[|\- :]+", line)]
    kept = [line for place, line in enumerate(lines) if place not in rules and place + 1 not in rules]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in kept]


@pytest.mark.parametrize("definition", NAMES)
def test_worked_cases_have_the_units_by_hand_and_their_price(definition: str) -> None:
    scenario = minimal(f'[contracts.signed]\ntype = "per_resolution"\nprice = 1.25\ndefinition = "{definition}"')
    found = rows(schedule(text_of(scenario, "signed"), 2))
    by_hand = {key: units[NAMES.index(definition)] for key, units in BY_HAND.items()}
    expected = [
        [str(place), str(by_hand[case.key]), f"${Decimal('1.25') * by_hand[case.key]:.2f}"]
        for place, case in enumerate(WORKED_CASES, start=1)
    ]
    assert [[number, units, money] for number, _, units, money in found] == expected


def test_worked_cases_of_conversations_and_those_without_a_unit() -> None:
    text = text_of(minimal(), "conversation")
    found = {case.key: row[2] for case, row in zip(WORKED_CASES, rows(schedule(text, 2)), strict=True)}
    assert found == {key: str(units) for key, units in CONVERSATIONS.items()}
    unbilled = [str(place) for place, case in enumerate(WORKED_CASES, start=1) if CONVERSATIONS[case.key] == 0]
    assert f"without a Unit: {', '.join(unbilled)}." in text


def test_a_part_priced_apart_has_worked_cases_on_its_own_topic() -> None:
    scenario = load_scenario(ROOT / "scenarios/broad_cx.toml")
    found = rows(schedule(text_of(scenario, "split"), 2))
    first, second = found[: len(WORKED_CASES)], found[len(WORKED_CASES) :]
    assert [row[3] for row in first] == ["0"] * len(WORKED_CASES), "order status is priced by conversation"
    assert [row[2] for row in second] == ["0"] * len(WORKED_CASES), "return refund is priced by action"
    assert [row[0] for row in second if row[3] == "1"] == ["2"] and first[1][4] == "$0.48" and second[1][4] == "$0.90"


def test_rounding_is_shown_on_an_example() -> None:
    assert "1,235 Units at $0.99 are 1,222.65 USD" in text_of(minimal(), "resolution")
    money = '[contracts.yen]\ntype = "per_conversation"\nprice = 1.3\ncurrency = "JPY"\n[exchange_rates]\nJPY = 0.01'
    assert "1,235 Units at ¥1.3 are 1,606 JPY" in text_of(minimal(money), "yen"), "1,605.5 is a tie"


def keys(table: Any, above: tuple[str, ...] = ()) -> list[str]:
    """Return the names under which a contract's keys stand in schedule 3, from the file itself."""
    found: list[str] = []
    for key, value in table.items():
        name = key.replace("_", " ")
        if isinstance(value, dict) and not {"mean", "p5", "low", "min", "values", "percentiles"} & set(value):
            found += keys(value, (*above, name))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, each in enumerate(value, start=1):
                found += keys(each, (*above, f"{name} {place}"))
        elif above or key not in ("title", "label"):
            found.append(", ".join((*above, name)))
    return found


@pytest.mark.parametrize(
    ("path", "name"),
    [(EVERY, "conversation"), (EVERY, "seat"), (EVERY, "message"), (EVERY, "own_keys"), (SETTLEMENT, "committed"),
     (SETTLEMENT, "prepaid"), (SETTLEMENT, "guaranteed"), (SETTLEMENT, "limited"), (SETTLEMENT, "topped")],
)  # fmt: skip
def test_every_key_of_a_contract_stands_in_schedule_3(path: Path, name: str) -> None:
    written = tomllib.loads(path.read_text(encoding="utf-8"))["contracts"][name]
    told = {row[0] for row in rows(schedule(text_of(load_scenario(path), name), 3))}
    asked = keys({key: value for key, value in written.items() if key != "delay"})  # when units are final: clause 5
    assert len(asked) > 3 and {name for name in asked if name not in told} == set()


def test_blanks_are_numbered_and_listed_once_each_and_given_values_leave_none() -> None:
    text = text_of(minimal(), "resolution")
    body, listed = text.split("## Blanks to fill in before signature")
    inside = {int(number): what for number, what in re.findall(r"\\\[BLANK (\d+): (.*?)\\\]", body)}
    told = {int(number): what for number, what in re.findall(r"^(\d+)\. (.*)$", listed, re.MULTILINE)}
    assert inside == told and list(told) == list(range(1, len(told) + 1))
    assert "dispute window in days" in told.values() and any("time zone" in what for what in told.values())
    given = text_of(minimal(), "resolution", Said(BERLIN, 45))
    assert "45 calendar days" in given and "Europe/Berlin" in given
    left = given.split("## Blanks")[1]
    assert "dispute window" not in left and "time zone" not in left and left.count("\n") < listed.count("\n")


def test_a_price_that_is_not_fixed_is_a_blank() -> None:
    ranged = minimal('[contracts.offer]\ntype = "per_conversation"\nprice = { p5 = 0.4, p95 = 0.6 }')
    text = text_of(ranged, "offer")
    assert "BLANK" in schedule(text, 3) and "the scenario states a range about" in text.split("## Blanks")[1]
    assert "BLANK" not in schedule(text_of(minimal(), "conversation"), 3)


@pytest.mark.parametrize(
    ("zone", "month", "first", "after"),
    [("Europe/Berlin", "2027-03", "2027-02-28 23:00:00", "2027-03-31 22:00:00"),
     ("Europe/Berlin", "2027-10", "2027-09-30 22:00:00", "2027-10-31 23:00:00"),
     ("America/New_York", "2027-01", "2027-01-01 05:00:00", "2027-02-01 05:00:00"),
     ("Asia/Kolkata", "2027-12", "2027-11-30 18:30:00", "2027-12-31 18:30:00")],
)  # fmt: skip
def test_months_of_a_zone_in_utc(zone: str, month: str, first: str, after: str) -> None:
    found = {row[1]: row[2:] for row in rows(schedule(text_of(minimal(), "resolution", Said(ZoneInfo(zone))), 5))}
    assert found[month] == [first, after] and len(found) == 12


def test_the_term_has_a_row_for_each_month() -> None:
    bound = minimal('[contracts.bound]\ntype = "per_conversation"\nprice = 0.5\nterm_months = 30')
    text = text_of(bound, "bound", Said(BERLIN))
    assert len(rows(schedule(text, 5))) == 30 and "30 months from the first day of 2027-01" in text


def test_when_a_unit_is_final_follows_from_the_definition() -> None:
    def final(definition: str) -> str:
        scenario = minimal(f'[contracts.signed]\ntype = "per_resolution"\nprice = 1\ndefinition = "{definition}"')
        return text_of(scenario, "signed").split("## 5. Billing Period")[1].split("## 6")[0]

    assert "final 24 hours after" in final("assumed_24h") and "final 72 hours after" in final("verified_72h")
    assert "No Unit is final before the Term ends" in final("credited_on_return")
    assert "No later Conversation changes" in final("closed_by_customer")


def test_a_vendors_verdict_is_delivered_unknown_both_ways_and_bound_to_a_version() -> None:
    scenario = minimal('[contracts.signed]\ntype = "per_resolution"\nprice = 1\ndefinition = "verified_72h"')
    text, plain = text_of(scenario, "signed"), text_of(minimal(), "resolution")
    for words in ("The Vendor holds judged_resolved", "which may be empty", "name and version of the automatic judge"):
        assert words in text and words not in plain
    assert "counted both ways" in text and "counted both ways" in plain


SEATS = '[contracts.seats]\ntype = "per_seat"\nseats = 10\nprice = 90'
CHANGE = '[switches.change]\nold = "conversation"\nnew = "resolution"\nmonth = 7'


@pytest.mark.parametrize(
    ("lines", "name", "reason"),
    [(SEATS, "seats", "counts nothing"),
     (CHANGE, "change", "write an annex for each, with --contract conversation and --contract resolution")],
)  # fmt: skip
def test_what_has_no_unit_is_refused_with_the_reason(lines: str, name: str, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        annex(minimal(lines), name, Said())


def test_prices_of_long_prompts_are_refused() -> None:
    with pytest.raises(ContractError, match="by conversation, not by call"):
        annex(load_scenario(ROOT / "tests/scenario/everything.toml"), "token", Said())


def test_names_and_conditions_of_the_user_act_on_nothing() -> None:
    hostile = minimal(
        "[contracts.bad]",
        'type = "per_resolution"',
        "price = 1",
        'title = "<script>alert(1)</script> | `x` [y](z) # *b*"',
        'definition = "mine"',
        "[definitions.mine]",
        'title = "**bold** | <b>"',
        "predicate = \"intent <> '```' and channel <> '<img>'\"",
    )
    text = text_of(hostile, "bad")
    code = re.findall(r"^(`{3,})sql\n(.*?)\n\1$", text, re.DOTALL | re.MULTILINE)
    assert len(code) == 2 and all(len(fence) == 4 and "'```'" in sql for fence, sql in code)
    outside = re.sub(r"^(`{3,})sql\n.*?\n\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "\\<script\\>" in outside and not re.search(r"(?<!\\)<|(?<!\\)`", outside)
