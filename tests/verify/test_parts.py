"""`verify` compares parts of meters, and sees a fault in how they are shared out."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.contracts.part import part_of
from simulator.engine.atlas import atom_months
from simulator.engine.atlas.counts import Chance, share_out
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.report.verify.words import verdict
from simulator.scenario import Scenario
from simulator.verify import Verification, verify
from simulator.verify.plan import Part
from simulator.verify.suite import Engine
from tests.engine.atlas.test_parts import INTENTS, LAW
from tests.reference.textbook import textbook

TRIALS, CASES = 800, 200.0
RESET = {"intents": ["reset"]}
CHARGES = [
    {"kind": "flat", "meter": "resolutions", "definition": "credited_on_return", "rate": 1, "applies_to": RESET},
    {"kind": "flat", "meter": "conversations", "rate": 1, "applies_to": {"not_intents": ["reset"]}},
    {"kind": "flat", "meter": "output_tokens", "rate": 0.0001, "applies_to": {"channels": ["voice"]}},
]


def compared() -> Verification:
    """Compare the engines on a contract that splits by intent, at one volume."""
    law = {**LAW, "trials": TRIALS, "volume": {"per_month": CASES}, "intents": INTENTS}
    of = textbook({**law, "contracts": {"split": {"type": "hybrid", "charges": CHARGES}}})

    def run(scenario: Scenario, engine: Engine) -> Results:
        return simulate(scenario, engine=engine)

    return verify(of, [Part("own volume", of, CASES, TRIALS)], run)


@pytest.mark.slow
def test_verify_passes_and_looks_at_parts() -> None:
    found = compared()
    assert found.agrees, verdict(found)
    seen = {each.pair.removeprefix("meter ").partition("|solved")[0] for each in found.parts[0].features}
    assert sum(part_of(name) is not None for name in seen) >= 5


def _unmindful(chance: Chance, name: str, rows: np.ndarray, numbers: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """Deal later contacts in the right shares, whoever came back."""
    del rows
    return share_out(chance, name, 0, numbers, masses)


@pytest.mark.slow
def test_a_case_that_changes_its_intent_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atom_months, "spread", _unmindful)
    apart = {feature.pair for _, feature in compared().apart}
    assert any("intents=reset}" in pair for pair in apart)


@pytest.mark.slow
def test_kinds_of_another_atom_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = atom_months.first_contacts

    def wrong(chance: Chance, numbers: np.ndarray, masses: np.ndarray) -> np.ndarray:
        total = masses.sum(axis=1, keepdims=True)
        mean = masses.sum(axis=0) / np.maximum(masses.sum(axis=(0, 1)), 1e-300)
        return right(chance, numbers, total * mean)

    monkeypatch.setattr(atom_months, "first_contacts", wrong)
    assert compared().wrong_means
