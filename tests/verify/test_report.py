"""What a comparison shows: texts that fit and are true, numbers that JSON can hold, charts whose texts stay inside."""

from __future__ import annotations

import json
from functools import cache

import pytest

from simulator.report.files.folder import to_json
from simulator.report.style import png, svg
from simulator.report.verify import console
from simulator.report.verify.block import block
from simulator.report.verify.charts import charts
from simulator.report.verify.verify_words import number, share, told, verdict
from simulator.report.words.terminal_text import WIDTH, width_of
from simulator.verify import Verification, parts, verify
from tests.report.test_charts import texts_outside
from tests.synthetic import CONTRACTS
from tests.verify.engines import SAMPLE, biased, dropped, engines, scenario, uncorrelated, wider

FLAT = CONTRACTS["conversation"]
FAULTS = {
    "equal": {},
    "biased": {"sampled": biased("tokens:small:input", 0.04)},
    "wrong": {"expected": biased("tokens:small:input", 0.04)},
    "narrower": {"sampled": wider("tokens:small:output", -0.4)},
    "uncorrelated": {"sampled": uncorrelated("resolutions:verified_72h")},
    "missing": {"sampled": dropped("conversations")},
    "another": {"whole": biased("silent", 0.001)},
}
CONTRACT_SETS = {
    "four": CONTRACTS,
    "one": {"a": FLAT},
    "fee only": {"a": {"type": "per_conversation", "platform_fee": 100, "price": 0}},
    "thirty": {f"c{k}": {**FLAT, "price": 0.5 + k / 50} for k in range(30)},
    "wide names": {f"c{k}": {**FLAT, "title": "W" * 80, "price": k + 1} for k in range(3)},
    "names with signs": {"a": {**FLAT, "title": r"契約 $x^2$ [bold]"}, "b": FLAT},
}  # fmt: skip


@cache
def found(fault: str = "equal", contracts: str = "four") -> Verification:
    plain = scenario(contracts=CONTRACT_SETS[contracts])
    return verify(plain, SAMPLE, parts(plain, SAMPLE, cases=1e6, trials=300), engines(FAULTS[fault]))


def text_of(of: Verification) -> str:
    return "\n\n".join([console.heading(of, "x.toml"), console.tables(of), console.worst(of), verdict(of)])


@pytest.mark.parametrize("fault", FAULTS)
def test_report_fits_the_terminal_and_a_screen(fault: str) -> None:
    lines = text_of(found(fault)).splitlines()
    assert max(map(width_of, lines[:-1])) <= WIDTH
    assert len(lines) <= 45


@pytest.mark.parametrize("contracts", CONTRACT_SETS)
def test_report_of_hard_contracts_fits(contracts: str) -> None:
    text = text_of(found(contracts=contracts))
    assert max(map(width_of, text.splitlines()[:-1])) <= WIDTH and len(text.splitlines()) <= 60
    assert ("and 24 more contracts" in text) == (contracts == "thirty")


def test_verdict_of_equal_engines_claims_no_more_than_not_unreasonable() -> None:
    of = found()
    assert verdict(of) == (
        f"Not unreasonable: of {len(of.by_score):,} comparisons none lies further apart than chance explains "
        "(engines without a fault would be called different in 1 of 1,000 runs)."
    )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            "biased",
            "The engines disagree: tokens:small:input: mean of the sampled engine 4.1 % above its expected value",
        ),
        ("narrower", "The engines disagree: tokens:small:output: noise 4"),
        ("uncorrelated", "The engines disagree: correlation of the noise 0."),
        ("missing", "conversations: not in every engine (small volume, which chance does not do)"),
        ("another", "silent: 0.1 % above the ledger engine with every case in the sample (small volume, which"),
    ],
)
def test_verdict_names_the_worst_with_numbers(fault: str, expected: str) -> None:
    text = verdict(found(fault))
    assert expected in text and text.startswith("The engines disagree: ")
    assert "narrower in the sampled engine" in text or fault != "narrower"


def test_a_wrong_expected_value_is_told_against_the_ledger_engine() -> None:
    of = found("wrong")
    part, each = next((part, each) for part, each in of.apart if each.what == "expected")
    assert told(part, each).startswith("tokens:small:input: expected value 3.")
    assert told(part, each).endswith("% above the mean of the ledger engine")


def test_report_tells_the_sample_and_what_others_would_do() -> None:
    text = " ".join(text_of(found()).split())
    assert "Sample: 64 cases of a month, on average." in text
    assert "a year's P50 by 0.06 %, P95 by 0.1 %, P99 by 0.26 % (P99 with other samples: 0.59 % at 16, 0.1 % at" in text
    numbers = json.loads(to_json(block(found())))["sample"]
    assert numbers["cases"] == 64
    assert numbers["moves_quantiles_of_a_year"]["64"]["p99"] == pytest.approx(0.0026, abs=1e-4)


def test_report_says_what_is_not_judged() -> None:
    part = found().parts[0]
    text = " ".join(console.tables(found()).split())
    assert part.no_edges and f"edges of {len(part.no_edges)} contracts, where a sample is only near" in text
    assert block(found())["parts"][0]["totals_not_compared_at_edges"] == part.no_edges
    every_case = scenario(volume={"per_month": 20})
    of = verify(every_case, SAMPLE, parts(every_case, SAMPLE, cases=3e5, trials=300), engines())
    text = " ".join(console.tables(of).split())
    assert "Every case of every month is in the sample here: the sampled engine must equal the ledger" in text
    assert "noise of an invoice" not in text and of.parts[0].no_edges == []


def test_report_tells_the_power_of_each_volume() -> None:
    text = " ".join(console.tables(found()).split())
    assert text.count("Would have been seen in 9 of 10 runs: an expected value of an invoice off by") == 2
    seen = block(found())["parts"][0]["smallest_seen"]["noise of sampled engine against ledger engine, invoices"]
    assert f"noise of an invoice off by {number(100 * seen['least'])} to {share(seen['largest'])}" in text


@pytest.mark.parametrize("fault", FAULTS)
def test_numbers_are_json_and_agree_with_the_text(fault: str) -> None:
    of = found(fault)
    numbers = json.loads(to_json(block(of)))
    assert numbers["agrees"] is of.agrees is (fault == "equal")
    assert numbers["verdict"] == verdict(of) and numbers["comparisons"] == len(of.by_score)
    beyond = [row for row in numbers["furthest"] if row["exact"] or abs(row["score"]) > numbers["limit"]]
    assert numbers["beyond_the_limit"] == len([row for row in beyond if not of.agrees or not row["exact"]])
    assert numbers["false_alarms"] == 0.001


def test_numbers_of_a_quantity() -> None:
    of = found("biased")
    own = json.loads(to_json(block(of)))["parts"][1]
    meter = next(each for each in own["quantities"] if each["name"] == "tokens:small:input")
    mean = meter["comparisons"]["mean of sampled engine against expected value"]
    assert mean["difference"] == pytest.approx(0.04, abs=0.02) and mean["score"] > of.limit
    assert abs(meter["comparisons"]["expected value against ledger engine"]["score"]) < of.limit
    invoice = next(each for each in own["quantities"] if each["kind"] == "invoice")
    for engine in ("ledger", "sampled"):
        billed = invoice["billed"][engine]
        assert billed["p10"] < billed["p50"] < billed["p90"] < billed["p99"] and billed["p10"] < billed["mean"]
    pairs = [each["of"] for each in own["correlations"]]
    assert ["meter cases", "meter human_minutes"] in pairs
    assert ["invoice resolution", "invoice tokens"] in pairs and ["meter cases", "meter solved"] in pairs


def test_power_is_in_the_numbers_of_each_comparison() -> None:
    part = json.loads(to_json(block(found())))["parts"][0]
    for quantity in part["quantities"]:
        for each in quantity["comparisons"].values():
            assert (
                each["smallest_seen"] is None or each["smallest_seen"] > (found().limit + 1.28) * each["standard_error"]
            )
            assert abs(each["score"] - each["difference"] / each["standard_error"]) < 1


@pytest.mark.parametrize(("value", "text"), [(0.0021, "0.21 %"), (-0.5, "50 %"), (0.0, "0 %"), (1e-7, "0.00001 %"),
                                             (12.0, "1,200 %")])  # fmt: skip
def test_share_has_two_digits_and_no_sign(value: float, text: str) -> None:
    assert share(value) == text and number(100 * value) == text.removesuffix(" %")


@pytest.mark.parametrize("contracts", CONTRACT_SETS)
def test_texts_of_the_charts_stay_inside(contracts: str) -> None:
    for name, chart in charts(found(contracts=contracts)).items():
        assert texts_outside(chart) == [], name


@pytest.mark.parametrize("fault", ["biased", "uncorrelated", "missing"])
def test_texts_of_the_charts_of_engines_that_differ_stay_inside(fault: str) -> None:
    for name, chart in charts(found(fault)).items():
        assert texts_outside(chart) == [], name


def test_charts_have_titles_that_say_the_message_and_alt_texts_with_numbers() -> None:
    of = found("biased")
    drawn = charts(of)
    assert drawn["2-scores"].title == (
        f"{len(of.apart)} of {len(of.by_score)} comparisons of the engines lie beyond the limit"
    )
    assert (
        drawn["1-invoices"].title in drawn["1-invoices"].alt and "Per token: expected value" in drawn["1-invoices"].alt
    )


def test_charts_are_the_same_bytes_twice() -> None:
    first, second = (charts(found())["1-invoices"] for _ in range(2))
    for save in (svg, png):
        assert save(first.figure, first.title, first.alt) == save(second.figure, second.title, second.alt)


def test_scores_chart_marks_what_lies_beyond_in_another_shape() -> None:
    def crosses(of: Verification) -> int:
        lines = charts(of)["2-scores"].figure.axes[0].lines
        return sum(len(line.get_xdata()) for line in lines if line.get_marker() == "x")

    assert crosses(found()) == 0
    assert crosses(found("biased")) == len([each for _, each in found("biased").apart if not each.exact]) > 0
