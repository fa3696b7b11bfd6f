"""Labels of contracts: what they are, what they fall back to, and that no two are the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulator.contracts.contract import Contract
from simulator.engine.run import simulate
from simulator.errors import ScenarioError
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.summary.contract import ContractNumbers
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.scenarios.shipped import FOLDER, SHIPPED

LONG = "Per conversation, as it was offered to us"


def minimal(*overrides: str) -> Scenario:
    return load_scenario(FOLDER / "minimal.toml", (f"contracts.conversation.title='{LONG}'", *overrides))


def contract(name: str, *overrides: str) -> Contract:
    return compile_terms(minimal(*overrides)).contracts[name]


def test_label_is_the_short_name() -> None:
    found = contract("conversation", "contracts.conversation.label=' Per talk '")
    assert (found.label, found.title) == ("Per talk", LONG)


def test_label_without_one_is_the_title() -> None:
    assert contract("conversation").label == LONG
    assert contract("resolution").label == "Per resolution, assumed 24h"


def shown(contracts: str) -> Sequence[ContractNumbers]:
    """Return the blocks of contracts in the summary of a scenario that has these."""
    text = (FOLDER / "minimal.toml").read_text().split("[contracts]")[0] + contracts
    return summary(forecast(simulate(parse_scenario(f"trials = 8\nmonths = 2\n{text}", "labels")))).contracts


def test_summary_has_labels_of_contracts_and_switches() -> None:
    blocks = shown(f"""
[contracts.talk]
type = "per_conversation"
price = 0.5
title = "{LONG}"
label = "Per talk"
[contracts.other]
type = "per_conversation"
price = 0.6
title = "The other"
[switches.change]
old = "talk"
new = "other"
month = 2
label = "Change"
""")
    assert {block.name: block.label for block in blocks} == {
        "talk": "Per talk", "other": "The other", "change": "Change",
    }  # fmt: skip
    assert blocks[0].title == LONG


def test_labels_of_equal_titles_tell_them_apart() -> None:
    blocks = shown("""[contracts]
one = { type = "per_conversation", price = 0.5 }
two = { type = "per_conversation", price = 0.6 }
""")
    assert [block.label for block in blocks] == ["Per conversation (one)", "Per conversation (two)"]


@pytest.mark.parametrize(
    ("label", "says"), [("", "must not be empty"), ("   ", "must not be blank"), ("x" * 29, "at most 28")]
)
def test_label_that_is_none_is_refused(label: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        minimal(f"contracts.conversation.label='{label}'")
    assert says in str(caught.value.problems)


@pytest.mark.parametrize(
    "taken", ["contracts.resolution.label='Same'", "contracts.resolution.title='Same'"]
)  # fmt: skip
def test_label_that_another_contract_has_is_refused(taken: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        minimal("contracts.conversation.label='Same'", taken)
    assert "is how tables name" in str(caught.value.problems)


def test_label_may_be_the_contracts_own_title() -> None:
    own = ("contracts.conversation.title='Mine'", "contracts.conversation.label='Mine'")
    assert compile_terms(load_scenario(FOLDER / "minimal.toml", own)).contracts["conversation"].label == "Mine"


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_contract_has_a_name_that_narrow_tables_hold(name: str) -> None:
    terms = compile_terms(load_scenario(FOLDER / f"{name}.toml"))
    assert [each.label for each in terms.contracts.values() if len(each.label) > 28] == []
