"""The JSON Schema of `summary.json`: current, true of summaries of many kinds, and false of damaged ones."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from simulator.cli.schema import schema
from simulator.report.files.folder import to_json
from simulator.report.summary.plain import as_json
from simulator.report.summary.summary import VERSION, Summary
from simulator.report.summary.summary_schema import COMMITTED, classes, meanings_of, summary_schema, summary_schema_text

from .summaries import CASES, summary_of, summary_without_cases, whole_summary

VALIDATOR = Draft202012Validator(summary_schema())


def wrong(summary: Summary) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(json.loads(to_json(summary)))]


def test_the_committed_schema_is_current() -> None:
    again = "run: simulate schema --of summary -o simulator/report/summary/summary.schema.json"
    assert COMMITTED.read_text(encoding="utf-8") == summary_schema_text(), again


@pytest.mark.parametrize("case", [*CASES, "one contract"])
def test_summaries_of_many_kinds_are_valid(case: str) -> None:
    assert wrong(summary_of(case)) == []


def test_summaries_of_the_ledger_with_every_study_and_without_any_case_are_valid() -> None:
    assert wrong(summary_of("minimal, no ranges", "ledger")) == []
    told = whole_summary()
    assert told.clauses and told.anatomy and told.billed_again and told.variance and told.tornado
    assert wrong(told) == []
    assert wrong(summary_without_cases()) == []


def test_cases_have_what_they_are_named_after() -> None:
    assert summary_of("today and budget").status_quo and summary_of("today and budget").budget
    assert len(summary_of("several fiscal years").fiscal_years) > 1 and not summary_of("minimal, no ranges").unknowns
    assert any(each.exchange for each in summary_of("another currency, settlement").contracts)
    assert len(summary_of("one contract").contracts) == 1 and summary_of("one future").trials == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 1), (("trials",), 1.5), (("contracts", 0, "invoice", "p90"), "much"),
        (("contracts", 0, "invoice", "p91"), 1.0), (("strange",), 1), (("contracts", 0, "invoice"), None),
        (("ranked_by",), "feeling"),
    ],
)  # fmt: skip
def test_damaged_summaries_are_not_valid(path: tuple[Any, ...], value: Any) -> None:
    plain = copy.deepcopy(as_json(summary_of("minimal, no ranges")))
    assert VALIDATOR.is_valid(plain)
    inner = plain
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    assert not VALIDATOR.is_valid(plain)


def test_the_version_is_the_first_key() -> None:
    assert next(iter(json.loads(to_json(summary_of("minimal, no ranges"))).items())) == ("version", VERSION)


def test_every_class_is_frozen_and_slotted_and_says_what_it_is() -> None:
    for each in classes():
        assert each.__dataclass_params__.frozen and "__slots__" in each.__dict__, each.__name__
        assert each.__doc__ and not each.__doc__.startswith(f"{each.__name__}("), each.__name__
        names = {field.name for field in dataclasses.fields(each)}
        assert set(meanings_of(each)) <= names, f"{each.__name__} explains what it does not have"


def test_the_command_prints_it_and_scenarios_stay_the_default() -> None:
    run = CliRunner()
    assert run.invoke(schema, ["--of", "summary"]).output == summary_schema_text()
    assert '"volume"' in run.invoke(schema, []).output and run.invoke(schema, ["--of", "what"]).exit_code == 2
