"""The synthetic ledger: its data contract, its clock, the run's counts, its files, and the command that writes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import csv, parquet

from simulator.cli import cli
from simulator.contracts.metering.segments import is_whole
from simulator.engine.export import ledger
from simulator.engine.run import simulate
from simulator.errors import OutputError
from simulator.law import ENDS
from simulator.records import CLASSES, COLUMNS, Column
from simulator.report.files.tables import write_table
from simulator.scenario import Scenario, load_scenario
from tests.statistics import follows

EVERYTHING = Path(__file__).parents[1] / "scenario" / "everything.toml"
MONTHS = ["2027-11", "2027-12", "2028-01"]
TRIALS = 70
SMALL = ("volume.per_month={ mean = 40, sd = 5 }", f"trials={TRIALS}")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(EVERYTHING, SMALL)


@pytest.fixture(scope="module")
def table(scenario: Scenario) -> pa.Table:
    return pa.concat_tables(ledger(scenario, trials=TRIALS, months=len(MONTHS)))


@pytest.fixture(scope="module")
def rows(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(types_mapper={pa.int8(): pd.Int8Dtype()}.get)


ARROW = {
    "BIGINT": pa.int64(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "TINYINT": pa.int8(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
    "VARCHAR": pa.string(),
}


def test_the_columns_are_the_trial_and_the_record_in_order(table: pa.Table) -> None:
    assert table.column_names == ["trial", *(column.name for column in COLUMNS)]
    assert table.schema.field("trial").type == pa.int64()


@pytest.mark.parametrize("column", COLUMNS, ids=[column.name for column in COLUMNS])
def test_a_column_has_its_type_nulls_and_domain(column: Column, table: pa.Table, scenario: Scenario) -> None:
    field, values = table.schema.field(column.name), table.column(column.name)
    plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    assert plain == ARROW[column.sql]
    assert values.null_count == 0 or column.nullable
    found = set(values.to_pylist()) - {None}
    named = {"intent": scenario.intents, "channel": scenario.channels, "complexity": scenario.levels}
    allowed = set(
        column.categories or named.get(column.name, ()) or (scenario.models if column.name == "model" else ())
    )
    if allowed:
        assert found == allowed
    elif column.name == "csat":
        assert found == {1, 2, 3, 4, 5} and values.null_count
    elif plain == pa.bool_():
        assert found == {True, False}
    elif column.kind not in ("timestamp", "month"):
        assert min(found) >= (1 if column.kind == "id" or column.name in ("contact", "turns", "messages") else 0)


def test_the_key_is_unique_and_conversations_have_numbers_of_their_own(rows: pd.DataFrame) -> None:
    assert not rows.duplicated(["case_id", "contact", "origin"]).any()
    assert rows["conversation_id"].is_unique
    assert (rows["customer_id"] == rows["case_id"]).all()
    assert rows.groupby("case_id")[["trial", "billing_month", "intent", "complexity"]].nunique().max().max() == 1
    assert sorted(rows["trial"].unique()) == list(range(TRIALS))


def test_rows_stand_in_the_order_of_trials_months_and_cases_within_a_group(rows: pd.DataFrame) -> None:
    first = rows[rows["trial"] < 64]
    assert first["billing_month"].is_monotonic_increasing
    for _, month in first.groupby("billing_month"):
        assert month["case_id"].is_monotonic_increasing and month["trial"].is_monotonic_increasing


def test_a_first_contact_opens_in_its_billing_month(rows: pd.DataFrame) -> None:
    first = rows[rows["origin"] == "new"]
    assert (first["contact"] == 1).all()
    own_month = first["opened_at"].dt.strftime("%Y-%m")
    assert (own_month == first["billing_month"]).all()
    assert list(first["billing_month"].unique()) == MONTHS
    begin = pd.to_datetime(first["billing_month"] + "-01")
    place = (first["opened_at"] - begin) / ((begin + pd.offsets.MonthBegin(1)) - begin)
    assert place.between(0, 1, inclusive="left").all()
    verdict = follows(place.to_numpy(), lambda x: np.clip(x, 0, 1))
    assert verdict, verdict
    assert not follows(place.to_numpy() ** 1.15, lambda x: np.clip(x, 0, 1))


def test_a_return_opens_when_the_contact_before_says(rows: pd.DataFrame) -> None:
    contacts = rows[rows["origin"] != "duplicate"].sort_values(["case_id", "contact"])
    before = contacts.groupby("case_id").shift()
    later = contacts["contact"] > 1
    assert (contacts["contact"][later] == before["contact"][later] + 1).all()
    due = before["opened_at"][later] + pd.to_timedelta(before["returned_after_hours"][later] * 3600, unit="s")
    assert ((contacts["opened_at"][later] - due).abs() <= timedelta(microseconds=2)).all()
    assert (contacts["origin"][later] == "return").all() and later.any()
    alone = contacts.groupby("case_id").tail(1)
    straight = alone["returned_after_hours"].notna()
    assert straight.any() and (alone["human_minutes"][straight] > 0).all()


def test_a_duplicate_opens_after_its_original_and_is_a_leaf(rows: pd.DataFrame) -> None:
    duplicates = rows[rows["origin"] == "duplicate"]
    originals = rows[rows["origin"] != "duplicate"].set_index(["case_id", "contact"])
    mine = originals.loc[list(zip(duplicates["case_id"], duplicates["contact"], strict=True))]
    assert (duplicates["opened_at"].to_numpy() >= mine["opened_at"].to_numpy()).all()
    assert duplicates["returned_after_hours"].isna().all() and len(duplicates) > 50
    moved = duplicates["channel"].astype(str).to_numpy() != mine["channel"].astype(str).to_numpy()
    assert moved.any() and not moved.all()


def test_a_later_month_of_its_own_is_only_that_of_returns_and_duplicates(rows: pd.DataFrame) -> None:
    """An audit may take the conversation's own month instead of the billing month: the two tie."""
    own = rows["opened_at"].dt.strftime("%Y-%m")
    assert (own >= rows["billing_month"]).all()
    late = own != rows["billing_month"]
    assert late.any() and not (rows["origin"][late] == "new").any()
    assert len(rows) == (own == rows["billing_month"]).sum() + late.sum()


def test_a_conversation_closes_after_its_duration(rows: pd.DataFrame, scenario: Scenario) -> None:
    lasted = (rows["closed_at"] - rows["opened_at"]).dt.total_seconds()
    assert np.allclose(lasted, rows["duration_seconds"], atol=2e-6, rtol=0)
    each = rows["channel"].astype(str).map({n: c.seconds_per_turn.center for n, c in scenario.channels.items()})
    assert np.allclose(rows["duration_seconds"], each * rows["turns"])


def test_rows_keep_the_rules_of_the_record(rows: pd.DataFrame) -> None:
    final, handoff = rows["outcome"].isin(["confirmed", "silent"]), rows["outcome"].isin(["partial", "escalated"])
    assert (rows["answered"] == (final | (rows["outcome"] == "partial"))).all()
    assert ((rows["human_touch"] == "handoff") == handoff).all()
    assert not (rows["human_touch"] == "review")[~final].any()
    assert not rows["solved"][~final].any() and rows["solved"][rows["outcome"] == "confirmed"].all()
    assert not rows["judged_resolved"][~final].any()
    assert not rows["handoff_planned"][rows["outcome"] != "escalated"].any()
    assert not rows["action_completed"][~(rows["solved"] | (rows["outcome"] == "partial"))].any()
    assert (rows["actions"][rows["action_completed"]] >= 1).all()
    assert rows["csat"][~rows["answered"]].isna().all()
    assert (rows["messages"] == rows["turns"] + rows["ai_replies"]).all()
    assert (rows["ai_replies"] == np.where(rows["outcome"] == "abandoned", 0, rows["turns"])).all()
    assert (rows["cached_input_tokens"] + rows["cache_write_tokens"] <= rows["input_tokens"]).all()
    assert (rows["reasoning_tokens"] <= rows["output_tokens"]).all()


def test_rounded_tokens_stay_within_the_prompt_where_all_of_it_is_cached_or_written() -> None:
    whole = load_scenario(
        EVERYTHING, [*SMALL, "tokens.cache={ share = 1, miss = 0.5, miss_first = 0.5, write_share = 1 }"]
    )
    rows = pa.concat_tables(ledger(whole, trials=2, months=1)).to_pandas()
    rest = rows["input_tokens"] - rows["cached_input_tokens"] - rows["cache_write_tokens"]
    assert rest.min() == 0 and rest.max() <= 1


def test_the_ledger_has_the_conversations_that_the_run_bills(rows: pd.DataFrame, scenario: Scenario) -> None:
    meters = {name: values[:, : len(MONTHS)] for name, values in simulate(scenario, engine="ledger").meters.items()}

    def counted(chosen: pd.Series) -> np.ndarray:
        counts = rows[chosen].groupby(["trial", "billing_month"]).size()
        return counts.unstack(fill_value=0).reindex(index=range(TRIALS), columns=MONTHS, fill_value=0).to_numpy()

    def summed(values: pd.Series) -> np.ndarray:
        return values.groupby([rows["trial"], rows["billing_month"]]).sum().unstack()[MONTHS].to_numpy()

    every = pd.Series(True, index=rows.index)
    assert np.array_equal(counted(every), meters["rows"])
    assert np.array_equal(counted(rows["origin"] == "new"), meters["cases"])
    assert np.array_equal(counted(rows["origin"] == "duplicate"), meters["duplicates"])
    assert np.array_equal(counted(rows["returned_after_hours"].notna()), meters["returns"])
    assert np.array_equal(counted(rows["class"] == "service"), meters["conversations"])
    assert np.array_equal(counted(rows["csat"].notna()), meters["csat_responses"])
    solved = rows[rows["solved"] | rows["human_solved"]].drop_duplicates("case_id").index
    assert np.array_equal(counted(every & rows.index.isin(solved)), meters["cases_solved"])
    for name in CLASSES:
        assert np.array_equal(counted(rows["class"] == name), meters[f"class:{name}"])
    for name in {end.split("_")[0] for end in ENDS}:
        ends = [meters[f"end:{end}"] for end in ENDS if end.startswith(name)]
        assert np.array_equal(counted(rows["outcome"] == name), np.sum(ends, axis=0))
    for name in ("turns", "messages", "ai_replies", "actions"):
        assert np.array_equal(summed(rows[name]), meters[name]), name
    assert summed(rows["human_minutes"]) == pytest.approx(meters["human_minutes"], rel=1e-9)
    classes = [name for name in meters if name.startswith("tokens:") and is_whole(name)]
    tokens = sum(meters[name] for name in classes if not name.endswith("output"))
    assert np.abs(summed(rows["input_tokens"]) - tokens).max() <= 0.5 * meters["rows"].max() + 1


def test_fewer_trials_and_months_are_the_first_rows_of_more(rows: pd.DataFrame, scenario: Scenario) -> None:
    fewer = pa.concat_tables(ledger(scenario, trials=3, months=2)).to_pandas(
        types_mapper={pa.int8(): pd.Int8Dtype()}.get
    )
    expected = rows[(rows["trial"] < 3) & rows["billing_month"].isin(MONTHS[:2])].reset_index(drop=True)
    numbered = ["customer_id", "case_id", "conversation_id"]
    pd.testing.assert_frame_equal(fewer.drop(columns=numbered), expected.drop(columns=numbered))
    assert fewer["conversation_id"].tolist() == list(range(1, len(fewer) + 1))
    assert sorted(set(fewer["case_id"])) == list(range(1, fewer["case_id"].nunique() + 1))


def test_more_months_than_the_scenario_has_are_refused(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="6 months, not 7"):
        next(ledger(scenario, trials=1, months=7))


# --- files


def written(table: pa.Table, path: Path) -> pa.Table:
    assert write_table(iter([table.slice(0, 300), table.slice(300)]), path) == table.num_rows
    if path.suffix == ".parquet":
        return parquet.read_table(path)
    types = {f.name: pa.string() if pa.types.is_dictionary(f.type) else f.type for f in table.schema}
    options = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    return csv.read_csv(path, convert_options=options)


def test_csv_and_parquet_hold_the_same_values(table: pa.Table, tmp_path: Path) -> None:
    one, other = written(table, tmp_path / "a.parquet"), written(table, tmp_path / "a.csv")
    for name in table.column_names:
        assert one.column(name).to_pylist() == table.column(name).to_pylist(), name
        assert other.column(name).to_pylist() == table.column(name).to_pylist(), name
    assert one.schema.equals(table.schema)


def test_a_text_that_a_spreadsheet_would_run_is_neutralised_in_csv_only(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "plain", "a=b"]
    table = pa.table({"intent": pa.array(texts).dictionary_encode(), "row": range(8)})
    found = written(table, tmp_path / "a.csv")
    neutral = [f"'{text}" for text in texts[:6]] + texts[6:]
    assert found.column("intent").to_pylist() == neutral
    assert written(table, tmp_path / "a.parquet").column("intent").to_pylist() == texts


def test_an_existing_file_stays_without_replace(tmp_path: Path) -> None:
    path, table = tmp_path / "a.csv", pa.table({"a": [1]})
    path.write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        write_table(iter([table]), path)
    assert path.read_text() == "mine"
    assert write_table(iter([table]), path, replace=True) == 1
    assert path.read_text() == '"a"\n1\n'


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_nothing_is_left_where_writing_fails(failure: type[BaseException], ending: str, tmp_path: Path) -> None:
    def tables() -> Iterator[pa.Table]:
        yield pa.table({"a": [1]})
        raise failure

    with pytest.raises(failure):
        write_table(tables(), tmp_path / f"a.{ending}")
    assert not list(tmp_path.iterdir())


def test_what_stood_there_stays_where_replacing_fails(tmp_path: Path) -> None:
    def tables() -> Iterator[pa.Table]:
        yield pa.table({"a": [1]})
        raise RuntimeError

    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(RuntimeError):
        write_table(tables(), path, replace=True)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.csv", "mine")]


@pytest.mark.parametrize("name", ["a.txt", "a", "missing/a.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match=name.rpartition("/")[2]):
        write_table(iter([pa.table({"a": [1]})]), tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["folder.csv"]


# --- the command


def test_the_command_writes_the_ledger(scenario: Scenario, table: pa.Table, tmp_path: Path) -> None:
    path = tmp_path / "ledger.parquet"
    options = [each for override in SMALL for each in ("--set", override)]
    done = CliRunner().invoke(
        cli, ["ledger", str(EVERYTHING), "-o", str(path), "--months", "3", "--trials", str(TRIALS), *options]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{table.num_rows:,} conversations written to {path}\n"
    assert parquet.read_table(path).equals(table)


def test_the_command_takes_one_month_of_one_trial_and_a_seed(tmp_path: Path) -> None:
    for seed in ("0", "1", "0"):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        done = CliRunner().invoke(cli, ["ledger", str(EVERYTHING), "-o", str(path), "--seed", seed])
        assert done.exit_code == 0, done.output
    zero, one, again = ((tmp_path / f"{number}.csv").read_bytes() for number in range(3))
    assert zero == again != one
    rows = pd.read_csv(tmp_path / "0.csv")
    assert set(rows["trial"]) == {0} and set(rows["billing_month"]) == {MONTHS[0]}


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--months", "7"], "6 months, not 7"), (["--trials", "0"], "10,000,000, not 0"), (["--seed", "-1"], "-1")],
)
def test_the_command_refuses_what_the_scenario_has_not(options: list[str], message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    done = CliRunner().invoke(cli, ["ledger", str(EVERYTHING), "-o", str(path), *options])
    assert done.exit_code == 2 and message in done.output
    assert not path.exists()


def test_the_command_keeps_an_existing_file_without_force(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    done = CliRunner().invoke(cli, ["ledger", str(EVERYTHING), "-o", str(path)])
    assert isinstance(done.exception, OutputError) and path.read_text() == "mine"
    done = CliRunner().invoke(cli, ["ledger", str(EVERYTHING), "-o", str(path), "--force"])
    assert done.exit_code == 0 and path.read_text().startswith('"trial"')
