"""A `summary.json` is read back as it was written, or refused with what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.report.files.folder import to_json
from simulator.report.summary.read import SummaryError, read_summary, summary_at

from .summaries import CASES, summary_of, summary_without_cases, whole_summary


@pytest.mark.parametrize("case", CASES)
def test_what_is_read_is_what_was_written(case: str) -> None:
    told = summary_of(case)
    assert read_summary(to_json(told)) == told


def test_every_block_is_read_back() -> None:
    for told in (whole_summary(), summary_without_cases()):
        assert read_summary(to_json(told)) == told


def test_a_file_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    plain = json.loads(to_json(summary_of("minimal, no ranges")))
    del plain["version"]
    file = tmp_path / "summary.json"
    file.write_text(json.dumps(plain))
    with pytest.raises(SummaryError, match=r"summary\.json is of version 1, and this release reads version 2: run the"):
        summary_at(file)
    with pytest.raises(SummaryError, match=r"is of version 3, .* with the release that wrote it"):
        read_summary(json.dumps({**plain, "version": 3}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"version": 2', "is damaged: it is no JSON"),
        ("[2]", "is damaged: it holds no object"),
        ('{"version": 2}', "is damaged: scenario: field required; currency: field required; .*; and [0-9]+ more"),
    ],
)
def test_a_damaged_file_is_refused_with_its_places(text: str, says: str) -> None:
    with pytest.raises(SummaryError, match=says):
        read_summary(text)


def test_a_wrong_number_is_named_with_its_place() -> None:
    plain = json.loads(to_json(summary_of("minimal, no ranges")))
    plain["contracts"][0]["invoice"]["p90"] = "much"
    with pytest.raises(SummaryError, match=r"contracts\.0\.invoice\.p90: input should be a valid number"):
        read_summary(json.dumps(plain))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SummaryError, match=r"none\.json cannot be read"):
        summary_at(tmp_path / "none.json")
