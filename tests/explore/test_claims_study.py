"""The ten claims asked of a run: what the command says, one claim at a time, and a table of verdicts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import simulator as cx
from simulator.cli import cli
from tests.decisions.claims.made import SMALL


def test_a_run_says_what_the_command_says() -> None:
    study = cx.simulate(cx.load(SMALL), trials=64, workers=1).ask.claims()
    told = json.loads(CliRunner().invoke(cli, ["claims", SMALL, "--trials", "64", "--json"]).stdout)
    assert told["answer"] == study.sentence
    (found,) = told["scenarios"]
    assert [claim["verdict"] for claim in found["claims"]] == list(study.verdicts["Small"])
    assert list(study.verdicts.index) == list(range(1, 11))
    for claim, own in zip(found["claims"], study.numbers.scenarios[0].claims, strict=True):
        for part, measured in zip(claim["parts"], own.parts, strict=True):
            if measured.measure is not None:
                assert part["measure"]["value"] == pytest.approx(measured.measure.value, rel=1e-11, abs=1e-11)
    one = study.about(2)
    assert list(one.table.index) == ["2.1 Small", "2.2 Small"] and one.sentence.startswith("Claim 2 ")
    for wrong in ((), (11,)):
        with pytest.raises(ValueError, match="numbers 1 to 10"):
            study.about(*wrong)
