"""What holds of every conversation holds of every sampled month, in every future: nothing is checked on average."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.scenario import parse_scenario
from tests.engine.sampling.distances import invoices
from tests.engine.sampling.pairs import Clauses, pair, written

ROOT: Final = Path(__file__).parent.parent.parent.parent
EVERYTHING: Final = (ROOT / "tests" / "scenario" / "everything.toml").read_text()
PAIRS: Final = 12
ROUNDING: Final = 1e-12
INTENTS: Final = ("status", "refund", "fault")
CHANNELS: Final = ("chat", "email", "voice")

Meters = Mapping[str, np.ndarray]


def run(more: str, *changes: str) -> Results:
    """Return months of some 500 conversations of which 16 cases are drawn."""
    scenario = parse_scenario(EVERYTHING + more, "everything", ["volume.per_month={mean=500, sd=60}", *changes])
    results = simulate_all([Run(scenario, sample=16)])[0]
    assert results.sampling is not None and (results.sampling.share < 0.3).all()
    return results


def fewer(less: np.ndarray, more: np.ndarray) -> bool:
    """Return whether the first is at most the second in every future and month, within rounding."""
    return bool((less <= more + ROUNDING * np.maximum(np.abs(more), 1.0)).all())


def drawn(seed: int) -> list[tuple[Clauses, Clauses]]:
    random = Random(seed)
    return [pair(random) for _ in range(PAIRS)]


def pairs_of(seed: int) -> str:
    """Return the text of PAIRS pairs of definitions: strict_0, loose_0, and so on."""
    return "\n".join(
        text
        for place, (strict, loose) in enumerate(drawn(seed))
        for text in (written(f"strict_{place}", strict), written(f"loose_{place}", loose))
    )


def looser_counts_no_fewer(meters: Meters, split: str = "") -> list[int]:
    """Return the pairs of which the looser definition counts fewer somewhere."""
    names = [(f"resolutions:strict_{place}{split}", f"resolutions:loose_{place}{split}") for place in range(PAIRS)]
    return [place for place, (strict, loose) in enumerate(names) if not fewer(meters[strict], meters[loose])]


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))])
def test_a_looser_definition_never_counts_fewer(seed: int) -> None:
    meters = run(pairs_of(seed)).meters
    assert looser_counts_no_fewer(meters) == []
    once_a_case = {place for place, both in enumerate(drawn(seed)) if any(each["at_most"] == "case" for each in both)}
    for split in ("|solved", "|solved_by_ai"):  # one unit a case may move to an earlier contact that nobody solved
        assert set(looser_counts_no_fewer(meters, split)) <= once_a_case, split
    turned = {name.replace("strict", "x").replace("loose", "strict").replace("x", "loose"): meters[name]
              for name in meters}  # fmt: skip
    assert len(looser_counts_no_fewer(turned)) > 1, "the control: some pairs differ"


def test_a_strict_and_a_loose_definition_of_two_samples_do_cross() -> None:
    """The control: noise of its own for each definition breaks the order, as the check sees."""
    text = pairs_of(1)
    first, second = run(text).meters, run(text, "seed=8").meters
    assert looser_counts_no_fewer({name: (second if "loose" in name else first)[name] for name in first})


PARTS: Final = """
[contracts.parts]
type = "hybrid"
charges = [
%s
]
"""


def charges(kind: str, names: tuple[str, ...]) -> str:
    """Return a contract whose charges bill several units of each part, and those of all."""
    units = ['meter = "conversations"', 'meter = "resolutions", definition = "careful"', 'meter = "messages"',
             'meter = "actions"', 'meter = "own:effort"', 'meter = "output_tokens", included_per_conversation = 700',
             'meter = "output_tokens"']  # fmt: skip
    applied = ["", *(f', applies_to = {{ {kind} = ["{name}"] }}' for name in names)]
    return PARTS % ",\n".join(
        f'  {{ kind = "flat", {unit}, rate = 1{applies} }}' for unit in units for applies in applied
    )


@pytest.mark.parametrize(("kind", "names"), [("intents", INTENTS), ("channels", CHANNELS)])
def test_parts_add_up_to_the_whole(kind: str, names: tuple[str, ...]) -> None:
    meters = run(charges(kind, names)).meters
    wholes = [name for name in meters if f"{name.partition('|')[0]}{{{kind}={names[0]}}}" in {
        each.partition("|")[0] for each in meters}]  # fmt: skip
    assert len(wholes) >= 7
    for name in wholes:
        base, bar, split = name.partition("|")
        parts = [meters.get(f"{base}{{{kind}={each}}}{bar}{split}") for each in names]
        if any(each is None for each in parts):
            continue
        total = np.sum(parts, axis=0)
        np.testing.assert_allclose(total, meters[name], rtol=1e-11, atol=1e-9, err_msg=name)
        assert not np.allclose(total - parts[0], meters[name], rtol=1e-11), "the control: without a part it is less"


@pytest.fixture(scope="module")
def everything() -> Results:
    return run("")


def test_what_is_counted_by_kind_adds_up_to_all_rows(everything: Results) -> None:
    meters = everything.meters
    for kind in ("end:", "class:", "channel:", "level:", "intent:", "model:"):
        total = np.sum([values for name, values in meters.items() if name.startswith(kind)], axis=0)
        np.testing.assert_allclose(total, meters["rows"], rtol=1e-11, err_msg=kind)


def test_what_is_inside_is_no_more_than_what_it_is_inside_of(everything: Results) -> None:
    meters = everything.meters
    inside = [("conversations", "rows"), ("cases_solved_by_ai", "cases_solved"), ("cases_solved", "cases")]
    inside += [("reasoning_tokens", "output_tokens"), ("straight_returns", "returns"), ("ai_replies", "messages")]
    inside += [(name, name.removesuffix("|solved")) for name in meters if name.endswith("|solved")]
    inside += [(name, name.removesuffix("_by_ai")) for name in meters if name.endswith("|solved_by_ai")]
    inside += [(name, name.partition("{")[0]) for name in meters if name.endswith("}")]
    inside += [(f"tokens_long:{of}", f"tokens:{of}") for of in ("big:input", "big:cached_input", "big:output")]
    for less, more in inside:
        assert fewer(meters[less], meters[more]), (less, more)
    for model in ("small", "big"):
        read = meters[f"tokens:{model}:cached_input"]
        assert fewer(read, meters["input_tokens"])
    prompts = [meters[f"tokens:{model}:{kind}"] for model in ("small", "big")
               for kind in ("input", "cached_input", "cache_write")]  # fmt: skip
    np.testing.assert_allclose(np.sum(prompts, axis=0), meters["input_tokens"], rtol=1e-11)


def test_nothing_is_negative(everything: Results) -> None:
    assert [name for name, values in everything.meters.items() if (values < 0).any()] == []
    assert all((values >= 0).all() for values in invoices(everything).values())


SAME: Final = """
[definitions.plain]
outcomes = ["confirmed"]
[definitions.with_hours]
outcomes = ["confirmed"]
silence = 72
[definitions.with_the_lowest_score]
outcomes = ["confirmed"]
min_csat = 1
[definitions.with_empty_classes]
outcomes = ["confirmed"]
classes = ["service", "test", "spam"]
[definitions.with_a_score]
outcomes = ["confirmed"]
min_csat = 4
"""
CLAUSES: Final = ("plain", "with_hours", "with_the_lowest_score", "with_empty_classes", "with_a_score")
NO_TESTS: Final = tuple(f"intents.{name}.{kind}=0" for name in INTENTS for kind in ("test", "spam"))


def test_a_clause_that_cannot_matter_is_worth_exactly_nothing() -> None:
    bills = "".join(f'[contracts.{name}]\ntype = "per_resolution"\ndefinition = "{name}"\nprice = 1.37\n'
                    for name in CLAUSES)  # fmt: skip
    results = run(SAME + bills, *NO_TESTS)
    priced = invoices(results)
    for name in CLAUSES[1:4]:
        for split in ("", "|solved", "|solved_by_ai"):
            one, other = (results.meters[f"resolutions:{each}{split}"] for each in ("plain", name))
            assert np.array_equal(one, other), name
        assert np.array_equal(priced[name], priced["plain"]), name
    assert not np.array_equal(priced["with_a_score"], priced["plain"]), "the control: a clause that matters"
