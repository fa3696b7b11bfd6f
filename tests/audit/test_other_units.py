"""Contracts that bill other units than resolutions of one definition: counted in plain Python, priced by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from simulator.errors import ContractError, DataError
from tests.audit.commands import run
from tests.scenarios.shipped import FOLDER

SCENARIO = FOLDER / "broad_cx.toml"
FEW = ["--set", "volume.per_month=400", "--set", "months=3", "--months", "2"]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.parquet"
    assert run("ledger", SCENARIO, "-o", path, *FEW)[0] == 0
    return path


@pytest.fixture(scope="module")
def rows(record: Path) -> list[Row]:
    """Return the conversations that opened in the second month, duplicates and returns too."""
    first, after = datetime(2027, 2, 1), datetime(2027, 3, 1)
    return [row for row in parquet.read_table(record).to_pylist() if first <= row["opened_at"] < after]


def handled(row: Row) -> bool:
    return row["class"] == "service" and row["turns"] >= 1


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def by_conversation(rows: list[Row]) -> Decimal:
    return Decimal("0.45") * sum(map(handled, rows))


def by_reply(rows: list[Row]) -> Decimal:
    return Decimal("0.11") * sum(row["ai_replies"] for row in rows)


def by_action(rows: list[Row]) -> Decimal:
    return 20 * Decimal("0.005") * sum(row["actions"] for row in rows)


def by_minute(rows: list[Row]) -> Decimal:
    """Each conversation in started steps of 15 seconds, a quarter of a minute at 0.12."""
    steps = sum(math.ceil(row["duration_seconds"] / 15 - 1e-9) for row in rows)
    return Decimal("0.12") * steps / 4


BILLS: dict[str, tuple[str, Callable[[list[Row]], Decimal]]] = {
    "per_conversation": ("Conversations handled", by_conversation),
    "per_message": ("AI replies", by_reply),
    "per_action": ("Credits for actions", by_action),
    "per_minute": ("Voice minutes", by_minute),
}


def invoice(folder: Path, lines: dict[str, Decimal]) -> Path:
    path = folder / "invoice.csv"
    path.write_text(
        "description,amount,currency,period_start,period_end\n"
        + "".join(f"{what},{amount},USD,2027-02-01,2027-03-01\n" for what, amount in lines.items())
    )
    return path


def told(record: Path, contract: str, *more: Any) -> tuple[int, dict[str, Any]]:
    code, text = run("recount", record, "--in", SCENARIO, "--contract", contract, *more, "--json")
    return code, json.loads(text)


@pytest.mark.parametrize("contract", BILLS)
def test_units_are_those_of_the_rows_and_money_is_that_by_hand(
    contract: str, record: Path, rows: list[Row], tmp_path: Path
) -> None:
    what, bill = BILLS[contract]
    due = cents(bill(rows))
    assert due > 20
    code, block = told(record, contract, "--invoice", invoice(tmp_path, {what: due}))
    assert (code, block["amounts"]["recounted"], block["by_kind"]) == (0, str(due), [])
    assert block["conversations"] == len(rows)


@pytest.mark.parametrize("contract", BILLS)
def test_what_is_billed_beyond_is_told_by_line(contract: str, record: Path, rows: list[Row], tmp_path: Path) -> None:
    """Negative control: five dollars more, and the recount is not settled by exactly these."""
    what, bill = BILLS[contract]
    due = cents(bill(rows))
    code, block = told(record, contract, "--invoice", invoice(tmp_path, {what: due + 5}))
    assert code == 3
    assert [(each["kind"], each["amount"], each["what"]) for each in block["by_kind"]] == [
        ("without a list", "5.00", what)
    ]
    assert (block["amounts"]["disputed"], block["amounts"]["difference"]) == ("5.00", "5.00")


NARROW = ("account_access", "change_cancel_order", "return_refund")


def parts(rows: list[Row]) -> dict[str, Decimal]:
    """Narrow intents by their action, the rest by conversation: the amounts of their two lines."""
    rest = sum(handled(row) for row in rows if row["intent"] not in NARROW)
    done = sum(
        row["class"] == "service" and row["action_completed"] and row["outcome"] in ("confirmed", "silent")
        and row["human_touch"] in ("none", "review")
        for row in rows if row["intent"] in NARROW
    )  # fmt: skip
    return {
        "Conversations on other topics": Decimal("0.48") * rest,
        "Resolutions on narrow topics": Decimal("0.9") * done,
    }


def test_parts_by_intent_are_told_line_by_line(record: Path, rows: list[Row], tmp_path: Path) -> None:
    due = parts(rows)
    assert min(due.values()) > 10
    code, block = told(record, "split", "--invoice", invoice(tmp_path, due))
    assert code == 0 and {each["description"]: each["by_the_contract"] for each in block["lines"]} == {
        what: f"{amount:.2f}" for what, amount in due.items()
    }
    moved = dict(zip(due, (amount + cents for amount, cents in zip(due.values(), (1, -1), strict=True)), strict=True))
    code, block = told(record, "split", "--invoice", invoice(tmp_path, moved))
    assert code == 3, "a dollar from one line to the other is seen, though the sum is the same"
    assert [each["amount"] for each in block["by_kind"]] == ["1.00", "-1.00"]


def test_fee_and_units_of_two_kinds_are_told_apart(record: Path, rows: list[Row], tmp_path: Path) -> None:
    """A fee, conversations within what is included, and resolutions; the year's minimum is not owed in February."""
    _, plain = told(record, "hybrid", "--month", "2027-02")
    assert {each["meter"] for each in plain["meters"]} >= {"conversations", "resolutions:credited_on_return"}
    counted = {each["meter"]: each["counted"] for each in plain["meters"]}
    assert counted["conversations"] == sum(map(handled, rows))
    due = Decimal(plain["amounts"]["recounted"])
    assert due == cents(Decimal("0.35") * counted["resolutions:credited_on_return"])
    lines = {"Platform fee": Decimal(12_000), "Conversations": Decimal(0), "Resolutions": due}
    code, block = told(record, "hybrid", "--invoice", invoice(tmp_path, lines))
    assert (code, block["amounts"]["other_lines"]) == (0, "0.00")
    assert [each["is"] for each in block["lines"]] == ["other charge", "units", "units"]


TOKENS = """
[contracts.tokens]
type = "per_token"
markup = 2
[contracts.long]
type = "per_token"
markup = 2
"""


@pytest.fixture(scope="module")
def with_tokens(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tokens")
    scenario, path = folder / "tokens.toml", folder / "ledger.parquet"
    scenario.write_text((Path(__file__).with_name("planted.toml")).read_text() + TOKENS)
    assert run("ledger", scenario, "-o", path, "--set", "volume.per_month=300", "--months", "1")[0] == 0
    return scenario, path


def test_tokens_are_priced_by_class(with_tokens: tuple[Path, Path]) -> None:
    scenario, record = with_tokens
    rows = [row for row in parquet.read_table(record).to_pylist() if row["opened_at"] < datetime(2027, 2, 1)]
    text = run("recount", record, "--in", scenario, "--contract", "tokens", "--month", "2027-01", "--json")[1]
    cached = sum(row["cached_input_tokens"] for row in rows)
    fresh = sum(row["input_tokens"] for row in rows) - cached - sum(row["cache_write_tokens"] for row in rows)
    written = sum(row["output_tokens"] for row in rows)
    million = Decimal(1_000_000)
    due = [2 * rate * units / million for rate, units in
           ((Decimal("1.25"), fresh), (Decimal("0.125"), cached), (Decimal(10), written))]  # fmt: skip
    assert json.loads(text)["amounts"]["recounted"] == str(sum(map(cents, due), Decimal(0)))


def test_what_the_record_does_not_tell_is_refused_by_name(
    with_tokens: tuple[Path, Path], record: Path, tmp_path: Path
) -> None:
    table = parquet.read_table(record)
    place = table.column_names.index("ai_replies")
    empty = table.set_column(place, "ai_replies", pa.nulls(table.num_rows, pa.int32()))
    parquet.write_table(empty, tmp_path / "empty.parquet")
    with pytest.raises(ContractError, match=r"ai replies, and the record is empty in 'ai_replies' .* you hold it"):
        told(tmp_path / "empty.parquet", "per_message")
    assert told(record, "per_message")[0] == 0
    scenario, tokens = with_tokens
    long = tmp_path / "long.toml"
    long.write_text(scenario.read_text().replace(
        "output = 10.00 }", "output = 10.00, long_prompt = { threshold_tokens = 9_000, input = 2, cached_input = 1, "
        "output = 12 } }"
    ))  # fmt: skip
    with pytest.raises(ContractError, match="tokens by conversation, not by call"):
        run("recount", tokens, "--in", long, "--contract", "tokens")


def test_seats_alone_and_lists_are_refused(record: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("conversation_id\n1\n")
    with pytest.raises(DataError, match=r"'per_minute' bills .*minutes.*leave --list out"):
        told(record, "per_minute", "--list", listed, "--month", "2027-02")
    seats = tmp_path / "seats.toml"
    seats.write_text(SCENARIO.read_text() + '\n[contracts.chairs]\ntype = "per_seat"\nseats = 4\nprice = 20\n')
    with pytest.raises(ContractError, match="seats and fees only"):
        run("recount", record, "--in", seats, "--contract", "chairs")


def test_a_minimum_of_the_year_is_owed_in_its_last_month(record: Path, tmp_path: Path) -> None:
    """The record starts in the last month of the term's year: then February is its twelfth month."""
    due = {}
    for start in ("2027-01", "2026-03"):
        own = tmp_path / f"{start}.toml"
        own.write_text(SCENARIO.read_text().replace('start = "2027-01"', f'start = "{start}"'))
        text = run("recount", record, "--in", own, "--contract", "hybrid", "--month", "2027-02", "--json")[1]
        due[start] = Decimal(json.loads(text)["amounts"]["recounted"])
    assert due["2026-03"] > 150_000 > 1_000 > due["2027-01"], "300,000 a year less twelve fees of 12,000 and usage"


def test_without_a_period_each_month_is_priced_by_itself(record: Path) -> None:
    _, block = told(record, "per_conversation")
    (meter,) = block["meters"]
    assert sum(meter["by_month"].values()) == meter["counted"] and len(meter["by_month"]) >= 2
    due = sum((cents(Decimal("0.45") * units) for units in meter["by_month"].values()), Decimal(0))
    assert block["amounts"]["recounted"] == str(due)


def test_the_page_names_units_and_money(record: Path, tmp_path: Path) -> None:
    _, page = run(
        "recount", record, "--in", SCENARIO, "--contract", "split", "--month", "2027-02", "-o", tmp_path / "o"
    )
    assert "Counted in the record" in page and "nothing billed was given" in page
    assert max(map(len, page.splitlines())) <= 100
    assert (tmp_path / "o" / "reconciliation.xlsx").stat().st_size > 1_000


COUNTED = [*BILLS, "split", "hybrid", "per_session", "per_token", "resolution_assumed", "resolution_untouched"]


@pytest.mark.parametrize("contract", COUNTED)
@pytest.mark.parametrize("how", [[], ["--time-zone", "Asia/Tokyo", "--period", "final"]], ids=["UTC", "Tokyo, final"])
def test_the_statements_of_the_folder_count_what_the_recount_counts(
    contract: str, how: list[str], record: Path, tmp_path: Path
) -> None:
    _, block = told(record, contract, "--month", "2027-02", *how, "-o", tmp_path / "out")
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW conversations AS FROM '{record}'")
    text = (tmp_path / "out" / "count.sql").read_text()
    found = [connection.execute(each).fetchall()[0][0] for each in text.split("\n;\n") if each.strip()]
    assert found == pytest.approx([each["counted"] for each in block["meters"]]) and len(found) > 0
    whole = [connection.execute(each.split("AND opened_at >=")[0]).fetchall()[0][0]
             for each in text.split("\n;\n") if each.strip() and "AND opened_at >=" in each]  # fmt: skip
    assert len(whole) == len(found) and all(more >= some for more, some in zip(whole, found, strict=True))
    assert sum(whole) > sum(found), "the period leaves something out"


CHANGING = """
[definitions.loose]
[definitions.strict]
outcomes = ["confirmed"]
[contracts.changing]
type = "per_resolution"
definition = "loose"
price = 1
definition_changes = [{ from_month = 2, definition = "strict" }]
"""


def test_a_definition_that_changes_in_the_term_is_counted_by_each_version_in_its_months(
    record: Path, tmp_path: Path
) -> None:
    """Counted row by row in plain Python; a version counts nothing of the other's months into the invoice."""
    own = tmp_path / "changing.toml"
    own.write_text(SCENARIO.read_text() + CHANGING)
    served = [row for row in parquet.read_table(record).to_pylist() if row["class"] == "service"]
    outcomes = {"loose": ("confirmed", "silent"), "strict": ("confirmed",)}
    due = {}
    for month, version in (("2027-01", "loose"), ("2027-02", "strict")):
        here = [row["outcome"] for row in served if f"{row['opened_at']:%Y-%m}" == month]
        due[month] = sum(each in outcomes[version] for each in here)
        other = sum(each in outcomes["loose" if version == "strict" else "strict"] for each in here)
        block = json.loads(run("recount", record, "--in", own, "--contract", "changing", "--month", month, "--json")[1])
        assert block["amounts"]["recounted"] == f"{due[month]}.00" and due[month] != other
        counted = {each["meter"].partition(":")[2]: each["counted"] for each in block["meters"]}
        assert counted[version] == due[month] and set(counted) == set(outcomes)
    whole = json.loads(run("recount", record, "--in", own, "--contract", "changing", "--json")[1])
    assert min(due.values()) > 0 and float(whole["amounts"]["recounted"]) >= sum(due.values())
