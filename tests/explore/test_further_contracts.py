"""Further contracts on the futures of a run: the numbers of a file that has them, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest

import simulator as cx
from simulator.explore.scenario import from_text
from tests.explore import texts
from tests.explore.texts import refuse_simulations

LENGTH = 128
ALLOWANCE = {
    "type": "hybrid",
    "charges": [{"meter": "output_tokens", "kind": "flat", "rate": 0.0001, "included_per_conversation": 500}],
}


def of_file(text: str) -> cx.Run:
    return cx.simulate(from_text(text), trials=LENGTH, seed=3, workers=1)


def unmoved(before: cx.Run, after: cx.Run) -> bool:
    """Whether all contracts of a run cost the same, to the bit, in another that has more."""
    same = np.array_equal(after.totals[list(before.contracts)], before.totals)
    return bool(same and all(
        np.array_equal(priced.invoice, after.forecast.contracts[name].invoice)
        for name, priced in before.forecast.contracts.items()
    ))  # fmt: skip


def test_unmoved_tells_a_cent_in_one_future(run: cx.Run) -> None:
    cheaper = of_file(texts.MINIMAL.replace("price = 0.99", "price = 0.9900001"))
    assert unmoved(run, run) and not unmoved(run, cheaper)


def test_price_alone_uses_no_simulation_and_equals_a_file(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    mine = run.with_contract("cheaper", base="resolution", price=0.49)
    monkeypatch.undo()
    file = of_file(
        texts.MINIMAL
        + 'cheaper = { type = "per_resolution", title = "cheaper", definition = "assumed_24h", price = 0.49 }\n'
    )
    assert np.array_equal(mine.totals, file.totals) and unmoved(run, mine)
    assert mine.contracts == file.contracts and mine.verdict.sentence == file.verdict.sentence
    assert not np.array_equal(mine.totals["cheaper"], mine.totals["resolution"])


def test_another_definition_needs_no_simulation_and_an_allowance_of_tokens_does(
    run: cx.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_simulations(monkeypatch)
    run.with_contract("other", base="resolution", definition="verified_72h")
    with pytest.raises(AssertionError, match="not needed"):
        run.with_contract("allowance", **ALLOWANCE)


@pytest.mark.parametrize("name", ["verified_72h", pytest.param("no_human_touch", marks=pytest.mark.slow)])
def test_definition_by_name_equals_a_file(run: cx.Run, name: str) -> None:
    mine = run.with_contract("other", base="resolution", definition=name)
    file = of_file(texts.MINIMAL + f'other = {{ type = "per_resolution", definition = "{name}", price = 0.99 }}\n')
    assert np.array_equal(mine.totals, file.totals) and unmoved(run, mine)


@pytest.mark.parametrize(
    ("clauses", "written"),
    [
        ({"base": "assumed_24h", "silence": 48}, 'extends = "assumed_24h"\nsilence = 48'),
        pytest.param({"silence": 48}, 'extends = "assumed_24h"\nsilence = 48', marks=pytest.mark.slow),
        (
            {"base": "verified_72h", "returns": "void", "return_window_hours": 168},
            'extends = "verified_72h"\nreturns = "void"\nreturn_window_hours = 168',
        ),
        pytest.param(
            {"base": "assumed_24h", "outcomes": ("confirmed",)},
            'extends = "assumed_24h"\noutcomes = ["confirmed"]',
            marks=pytest.mark.slow,
        ),
        ({"predicate": "outcome = 'confirmed'"}, "predicate = \"outcome = 'confirmed'\""),
    ],
)
def test_definition_by_clauses_equals_a_file(uncertain: cx.Run, clauses: dict[str, object], written: str) -> None:
    mine = uncertain.with_contract("strict", base="resolution", price=1.25, definition=clauses)
    file = of_file(
        texts.UNCERTAIN + f'strict = {{ type = "per_resolution", definition = "own", price = 1.25 }}\n'
        f"[definitions.own]\n{written}\n"
    )
    assert np.array_equal(mine.totals, file.totals) and unmoved(uncertain, mine)
    assert np.array_equal(mine.inputs, file.inputs)
    assert not np.allclose(mine.totals["strict"] / 1.25, mine.totals["resolution"] / 0.99)


def test_all_contracts_keep_their_totals_also_those_of_parts(parts: cx.Run) -> None:
    other = parts.with_contract("other", base="resolution", definition={"silence": 72})
    again = other.with_contract("once more", base="other", definition="verified_72h")
    assert unmoved(parts, other) and unmoved(other, again)


def test_contract_of_other_parts_leaves_those_that_bill_parts(parts: cx.Run) -> None:
    charge = {"kind": "flat", "meter": "conversations", "rate": 1.0, "applies_to": {"intents": ["refund"]}}
    mine = parts.with_contract("refunds", type="hybrid", charges=[charge])
    assert unmoved(parts, mine)
    assert (mine.totals["refunds"] < 2 * mine.totals["conversation"]).all() and (mine.totals["refunds"] > 0).all()
    both = mine.with_contract(
        "whole", type="hybrid", charges=[charge, {**charge, "applies_to": {"intents": ["question"]}}]
    )
    assert unmoved(mine, both)
    assert np.allclose(both.totals["whole"], 2 * both.totals["conversation"], rtol=1e-12), "parts sum to their total"


def test_contract_of_a_part_that_is_counted_already_uses_no_simulation(
    parts: cx.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_simulations(monkeypatch)
    mine = parts.with_contract("split two", base="split", platform_fee=100)
    assert np.allclose(mine.totals["split two"] - mine.totals["split"], 12 * 100, rtol=0, atol=1e-9)


def test_several_definitions_at_once_equal_each_alone(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    several = {"two days": {"silence": 48}, "a week": {"silence": 168}, "v": "verified_72h"}
    mine = run.with_contract("wait", base="resolution", definitions=several)
    assert mine.contracts == (*run.contracts, "wait two days", "wait a week", "wait v")
    assert unmoved(run, mine)
    alone = run.with_contract("x", base="resolution", definition={"silence": 168})
    assert np.array_equal(alone.totals["x"], mine.totals["wait a week"])


def test_definitions_as_a_list_are_numbered(run: cx.Run) -> None:
    mine = run.with_contract("wait", base="resolution", definitions=["verified_72h", {"silence": 48}])
    assert mine.contracts == (*run.contracts, "wait 1", "wait 2") and unmoved(run, mine)


def test_definition_name_in_the_place_of_several_is_one(run: cx.Run) -> None:
    try:
        mine = run.with_contract("wait", base="resolution", definitions="verified_72h")
    except cx.ContractError as error:
        assert "verified_72h" in str(error)
    else:
        assert len(mine.contracts) == 3


def test_several_contracts_at_once_need_no_simulation(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    terms = {
        "a": {"base": "resolution", "definition": "verified_72h"},
        "b": {"base": "resolution", "definition": {"silence": 48}, "price": 2},
        "c": {"base": "conversation", "price": 1},
    }
    mine = run.with_contracts(terms)
    assert unmoved(run, mine)
    assert np.array_equal(mine.totals["c"], 2 * mine.totals["conversation"])


def test_price_takes_the_place_of_tiers_and_tiers_that_of_a_price() -> None:
    tiered = of_file(texts.TIERED)
    flat = tiered.with_contract("flat", base="steps", price=0.5)
    assert np.array_equal(flat.totals["flat"], flat.totals["conversation"]) and unmoved(tiered, flat)
    steps = [{"up_to": 1_000, "rate": 0.60}, {"rate": 0.40}]
    back = flat.with_contract("back", base="flat", tiers=steps)
    assert np.array_equal(back.totals["back"], back.totals["steps"])
    assert not np.array_equal(back.totals["back"], back.totals["flat"])


def test_tiers_dropped_with_how_they_count() -> None:
    text = texts.TIERED.replace("tiers = [", 'tiering = "volume", tiers = [')
    flat = of_file(text).with_contract("flat", base="steps", price=0.5)
    assert np.array_equal(flat.totals["flat"], flat.totals["conversation"])


def test_new_unknown_is_drawn_beside_the_old_ones(uncertain: cx.Run) -> None:
    mine = uncertain.with_contract("quote", base="conversation", price={"p5": 0.40, "p95": 0.60})
    assert unmoved(uncertain, mine)
    assert set(mine.inputs) - set(uncertain.inputs) == {"contracts.quote.price"}
    assert np.array_equal(mine.inputs[list(uncertain.inputs)], uncertain.inputs)
    prices = mine.inputs["contracts.quote.price"]
    assert np.allclose(mine.totals["quote"], prices * mine.totals["conversation"] / 0.5, rtol=1e-12)
    assert 0.3 < prices.min() < 0.45 < 0.55 < prices.max() < 0.7


@pytest.mark.slow
def test_new_unknown_equals_a_file(uncertain: cx.Run) -> None:
    mine = uncertain.with_contract("quote", base="conversation", price={"p5": 0.40, "p95": 0.60})
    file = of_file(texts.UNCERTAIN + 'quote = { type = "per_conversation", price = { p5 = 0.40, p95 = 0.60 } }\n')
    assert np.array_equal(mine.totals, file.totals)


def test_base_has_the_price_that_the_run_has_and_not_that_of_the_text() -> None:
    changed = cx.simulate(from_text(texts.MINIMAL, changes={"contracts.resolution.price": 0.5}), trials=16, workers=1)
    mine = changed.with_contract("again", base="resolution")
    assert np.array_equal(mine.totals["again"], mine.totals["resolution"])


def test_added_contract_is_a_base_in_its_turn(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run.with_contract("strict", base="resolution", definition={"silence": 72}, price=2.0)
    refuse_simulations(monkeypatch)
    second = first.with_contract("half", base="strict", price=1.0)
    assert np.array_equal(2 * second.totals["half"], second.totals["strict"]) and unmoved(first, second)


@pytest.mark.slow
def test_clauses_hold_over_those_of_an_added_definition(run: cx.Run) -> None:
    void = {"returns": "void", "return_window_hours": 168}
    first = run.with_contract("a", base="resolution", definition={"silence": 72})
    second = first.with_contract("b", base="a", definition=void)
    straight = run.with_contract("c", base="resolution", definition={"silence": 72, **void})
    assert np.array_equal(second.totals["b"], straight.totals["c"])
    assert not np.array_equal(second.totals["a"], second.totals["b"])


def test_title_of_the_base_is_not_taken(hostile: cx.Run) -> None:
    mine = hostile.with_contract("plain", base="resolution", price=1)
    assert mine.scenario.spec.contracts["plain"].title == "plain"
    titled = hostile.with_contract("plain", base="resolution", price=1, title="Mine")
    assert titled.scenario.spec.contracts["plain"].title == "Mine"


def test_entry_of_the_catalogue_is_a_contract(run: cx.Run) -> None:
    mine = run.with_contract("fin", contract="catalogue:intercom-fin")
    file = of_file(texts.MINIMAL + 'fin = { contract = "catalogue:intercom-fin", title = "fin" }\n')
    assert np.array_equal(mine.totals, file.totals) and unmoved(run, mine)
    cheaper = mine.with_contract("cheap fin", base="fin", price=0.495)
    assert np.allclose(cheaper.totals["cheap fin"], cheaper.totals["fin"] / 2, rtol=1e-12)


def test_base_of_the_catalogue_keeps_its_currency() -> None:
    text = texts.MINIMAL.replace("start =", 'currency = "EUR"\nexchange_rates.USD = 0.5\nstart =')
    listed = of_file(text + 'fin = { contract = "catalogue:intercom-fin" }\n')
    again = listed.with_contract("again", base="fin")
    assert np.array_equal(again.totals["again"], again.totals["fin"])
    assert np.allclose(again.totals["fin"], listed.results.meters["resolutions:intercom_fin"].sum(axis=1) * 0.99 * 0.5)


def test_run_with_a_switch_gets_further_contracts() -> None:
    switched = of_file(texts.SWITCHED)
    mine = switched.with_contract("x", base="resolution", definition="verified_72h")
    assert unmoved(switched, mine) and set(mine.contracts) == {*switched.contracts, "x"}


def test_switch_as_a_base_is_refused_in_words_that_help() -> None:
    with pytest.raises(cx.ContractError) as caught:
        of_file(texts.SWITCHED).with_contract("x", base="later")
    assert "did you mean 'later'" not in str(caught.value)


@pytest.mark.slow
def test_broad_run_keeps_all_totals_with_another_definition() -> None:
    scenario = cx.load(texts.ROOT / "scenarios/broad_cx.toml", {"months": 2})
    broad = cx.simulate(scenario, trials=32, seed=5, workers=1)
    mine = broad.with_contract("tight", base="resolution_assumed", definition={"silence": 48})
    assert unmoved(broad, mine) and (mine.totals["tight"] <= mine.totals["resolution_assumed"]).all()


def test_label_of_the_base_stays_with_it() -> None:
    """Two contracts of one label would look the same in a chart, and are refused."""
    labelled = cx.load(texts.ROOT / "scenarios/minimal.toml", {"contracts.resolution.label": "Resolved"})
    cheaper = cx.simulate(labelled, trials=8).with_contract("cheaper", base="resolution", price=0.49)
    assert [each.label for each in cheaper.scenario.spec.contracts.values()] == [None, "Resolved", None]
