"""Names that a contract takes from its scenario."""

from __future__ import annotations

import pytest

from simulator.contracts import TokenRates, compile_contract, reference_problems
from simulator.contracts.rates.token_rates import LongPrompt
from simulator.errors import ContractError

from .tools import MODELS, spec

LONG = {"threshold_tokens": 200_000, "input": 6.0, "output": 22.5}
DEFINITIONS = ("assumed_24h", "closed_by_customer")


def test_known_names_are_no_problem() -> None:
    read = spec(type="per_resolution", definition="assumed_24h", price=1)
    assert reference_problems(read, MODELS, DEFINITIONS) == []


def test_unknown_definition_names_the_nearest_at_its_key() -> None:
    read = spec(type="per_resolution", definition="asumed_24h", price=1)
    (problem,) = reference_problems(read, MODELS, DEFINITIONS)
    assert problem.key == ("definition",)
    assert "did you mean 'assumed_24h'?" in problem.message


def test_unknown_names_within_a_hybrid_are_told_each_at_its_key() -> None:
    read = spec(
        type="hybrid",
        charges=[
            {"kind": "flat", "meter": "resolutions", "definition": "nobody", "rate": 1},
            {"kind": "flat", "meter": "resolutions", "definition": "assumed_24h", "rate": 1},
            {"kind": "tokens", "models": {"smal": {"input": 1, "output": 2}}},
        ],
    )
    problems = reference_problems(read, MODELS, DEFINITIONS)
    assert [problem.key for problem in problems] == [("charges", 0, "definition"), ("charges", 2, "models", "smal")]
    assert "did you mean 'small'?" in problems[1].message


def test_own_rates_of_an_unknown_model_do_not_compile() -> None:
    read = spec(type="per_token", models={"smal": {"input": 1, "output": 2}})
    with pytest.raises(ContractError, match="contract 'offer': unknown model 'smal'; did you mean 'small'"):
        compile_contract("offer", read, MODELS)


@pytest.mark.parametrize(
    ("threshold", "part"),
    [(None, "the model has none"), (128_000, "128,000 for the model"), (200_000, None)],
)
def test_own_long_prompt_needs_the_models_threshold(threshold: int | None, part: str | None) -> None:
    read = spec(type="per_token", models={"large": {"input": 3.0, "output": 15.0, "long_prompt": LONG}})
    long_prompt = None if threshold is None else LongPrompt(threshold_tokens=threshold, input=4.0, output=5.0)
    models = {"large": TokenRates(input=1.0, output=2.0, long_prompt=long_prompt)}
    problems = reference_problems(read, models, ())
    if part is None:
        assert problems == []
        return
    assert [problem.key for problem in problems] == [("models", "large", "long_prompt", "threshold_tokens")]
    assert part in problems[0].message


def test_models_without_own_rates_keep_the_scenarios_price() -> None:
    read = spec(type="per_token", models={"small": {"input": 1, "output": 2}})
    other = TokenRates(input=7.0, output=8.0)
    offer = compile_contract("offer", read, {**MODELS, "other": other})
    assert offer.meters == tuple(
        f"tokens:{model}:{each}"
        for model in ("small", "other")
        for each in ("input", "cached_input", "cache_write", "output")
    )
