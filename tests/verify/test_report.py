"""What a comparison shows: texts that fit and are true, numbers that JSON can hold, charts whose texts stay inside."""

from __future__ import annotations

import json
from functools import cache

import pytest

from simulator.report.folder import to_json
from simulator.report.style import png, svg
from simulator.report.terminal import WIDTH, width_of
from simulator.report.verify import console
from simulator.report.verify.block import block
from simulator.report.verify.charts import charts
from simulator.report.verify.words import number, share, verdict
from simulator.verify import Verification
from simulator.verify.plan import parts
from simulator.verify.suite import verify
from tests.report.test_charts import texts_outside
from tests.synthetic import CONTRACTS
from tests.verify.engines import biased, dropped, engines, scenario, uncorrelated, wider

FLAT = CONTRACTS["conversation"]
FAULTS = {
    "equal": {},
    "biased": {"atlas": biased("tokens:small:input", 0.04)},
    "wider": {"ledger": wider("tokens:small:output", 0.4)},
    "uncorrelated": {"atlas": uncorrelated("resolutions:verified_72h")},
    "left out": {"atlas": dropped("silent")},
    "missing": {"atlas": dropped("conversations")},
}
CONTRACT_SETS = {
    "four": CONTRACTS,
    "one": {"a": FLAT},
    "fee only": {"a": {"type": "hybrid", "platform_fee": 100, "charges": []}},
    "thirty": {f"c{k}": {**FLAT, "price": 0.5 + k / 50} for k in range(30)},
    "wide names": {f"c{k}": {**FLAT, "title": "W" * 80, "price": k + 1} for k in range(3)},
    "names with signs": {"a": {**FLAT, "title": r"契約 $x^2$ [bold]"}, "b": FLAT},
}  # fmt: skip


@cache
def found(fault: str = "equal", contracts: str = "four") -> Verification:
    plain = scenario(contracts=CONTRACT_SETS[contracts])
    return verify(plain, parts(plain, cases=3e5, trials=300), engines(FAULTS[fault]))


def text_of(of: Verification) -> str:
    return "\n\n".join([console.heading(of, "x.toml"), console.tables(of), console.worst(of), verdict(of)])


@pytest.mark.parametrize("fault", FAULTS)
def test_report_fits_the_terminal_and_a_screen(fault: str) -> None:
    lines = text_of(found(fault)).splitlines()
    assert max(map(width_of, lines[:-1])) <= WIDTH
    assert len(lines) <= 45


@pytest.mark.parametrize("contracts", [name for name in CONTRACT_SETS if name != "fee only"])
def test_report_of_hard_contracts_fits(contracts: str) -> None:
    told = text_of(found(contracts=contracts))
    assert max(map(width_of, told.splitlines()[:-1])) <= WIDTH and len(told.splitlines()) <= 60
    assert ("and 20 more contracts" in told) == (contracts == "thirty")


def test_verdict_of_equal_engines_claims_no_more_than_not_unreasonable() -> None:
    of = found()
    assert verdict(of) == (
        f"Not unreasonable: of {of.comparisons:,} comparisons none lies further apart than chance explains "
        "(equal engines would be called different in 1 of 1,000 runs)."
    )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("biased", "The engines disagree: tokens:small:input: mean of the atlas 4 % above its expectation ("),
        ("wider", "The engines disagree: tokens:small:output: noise 2"),
        ("uncorrelated", "correlation of the noise 0."),
        ("missing", "contract conversation cannot be compared, the atlas lacks conversations"),
    ],
)  # fmt: skip
def test_verdict_names_the_worst_with_numbers(fault: str, expected: str) -> None:
    told = verdict(found(fault))
    assert expected in told and told.startswith("The engines disagree: ")
    assert "narrower in the atlas" in told or fault != "wider"


def test_report_names_what_was_not_compared() -> None:
    assert "Not in the atlas and not compared: silent." in text_of(found("left out"))
    assert "Not in the atlas" not in text_of(found())


def test_report_tells_the_power_of_each_volume() -> None:
    told = console.tables(found())
    assert told.count("Would have been seen in 9 of 10 runs: a bias of an invoice of") == 2
    assert "a correlation off by 0." in " ".join(told.split())
    seen = block(found())["parts"][0]["smallest_seen"]["mean of invoices"]
    assert f"a bias of an invoice of {number(100 * seen['least'])} to {share(seen['largest'])}" in " ".join(
        told.split()
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_numbers_are_json_and_agree_with_the_text(fault: str) -> None:
    of = found(fault)
    told = json.loads(to_json(block(of)))
    assert told["agrees"] is of.agrees is (fault in ("equal", "left out"))
    assert told["verdict"] == verdict(of) and told["comparisons"] == of.comparisons
    assert told["beyond_the_limit"] == sum(abs(row["score"]) > min(told["limits"].values()) for row in told["furthest"])
    assert told["false_alarms"] == 0.001


def test_numbers_of_a_quantity() -> None:
    of = found("biased")
    own = json.loads(to_json(block(of)))["parts"][1]
    meter = next(each for each in own["quantities"] if each["name"] == "tokens:small:input")
    assert meter["mean"]["atlas"] / meter["mean"]["ledger"] == pytest.approx(1.04, abs=0.02)
    assert meter["mean_against_expectation"]["atlas"]["score"] > of.mean_limit
    assert meter["engine_against_engine"]["mean"]["difference"] == pytest.approx(-0.04, abs=0.02)
    p90 = meter["percentiles"]["atlas"]["p90"]
    assert p90["interval"][0] <= p90["value"] <= p90["interval"][1]
    assert len(own["correlations"]) == 6
    assert own["correlations"][0]["of"] == ["invoice resolution", "invoice conversation"]


def test_power_is_in_the_numbers_of_each_comparison() -> None:
    part = json.loads(to_json(block(found())))["parts"][0]
    of = found().chance
    for quantity in part["quantities"]:
        for each in quantity["engine_against_engine"].values():
            assert each["smallest_seen"] > (of.limit + 1.28) * each["standard_error"]
            assert each["score"] == pytest.approx(each["difference"] / each["standard_error"])


@pytest.mark.parametrize(("value", "text"), [(0.0021, "0.21 %"), (-0.5, "50 %"), (0.0, "0 %"), (1e-7, "0.00001 %"),
                                             (12.0, "1,200 %")])  # fmt: skip
def test_share_has_two_digits_and_no_sign(value: float, text: str) -> None:
    assert share(value) == text and number(100 * value) == text.removesuffix(" %")


@pytest.mark.parametrize("contracts", [name for name in CONTRACT_SETS if name != "fee only"])
def test_texts_of_the_charts_stay_inside(contracts: str) -> None:
    for name, chart in charts(found(contracts=contracts)).items():
        assert texts_outside(chart) == [], name


@pytest.mark.parametrize("fault", ["biased", "uncorrelated", "missing"])
def test_texts_of_the_charts_of_engines_that_differ_stay_inside(fault: str) -> None:
    for name, chart in charts(found(fault)).items():
        assert texts_outside(chart) == [], name


def test_charts_have_titles_that_say_the_message_and_alt_texts_with_numbers() -> None:
    of = found("biased")
    strip = charts(of)["3-scores"]
    beyond = len(of.apart) + len(of.wrong_means)
    assert strip.title == f"{beyond} of {of.comparisons} comparisons of the engines lie beyond their limit"
    assert all(
        chart.title in chart.alt and "Per token" in chart.alt for name, chart in charts(of).items() if name[0] != "3"
    )


def test_charts_are_the_same_bytes_twice() -> None:
    first, second = (charts(found())["2-bias-and-spread"] for _ in range(2))
    for save in (svg, png):
        assert save(first.figure, first.title, first.alt) == save(second.figure, second.title, second.alt)


def test_scores_chart_marks_what_lies_beyond_in_another_shape() -> None:
    def crosses(of: Verification) -> int:
        lines = charts(of)["3-scores"].figure.axes[0].lines
        return sum(len(line.get_xdata()) for line in lines if line.get_marker() == "x")

    assert crosses(found()) == 0
    assert crosses(found("biased")) == len(found("biased").apart) + len(found("biased").wrong_means) > 0
