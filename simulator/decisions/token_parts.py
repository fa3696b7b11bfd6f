"""What the tokens of a conversation are: prompt, passages, history, tool results, answer, reasoning; for each model.

Expected tokens and their cost are sums over these parts, so each part is simulated alone, with the lengths of all
others at 0, and its tokens and cost are read as they are. Only shares of a model's prompt and output are taken from it;
what a conversation has in all comes from the run itself, so that the parts sum to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.contracts import model_cost
from simulator.contracts.metering.meters import TOKEN_CLASSES, tokens
from simulator.engine.run import Run, simulate_all
from simulator.forecast.bills import values_of
from simulator.quantities.parameters import known
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.contracts.rates.token_rates import TokenRates
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


Part = Literal["instructions", "passages", "history", "tool_results", "prompt", "answer", "reasoning"]
SAMPLE_TRIALS: Final = 64
LENGTHS: Final = ("system", "tools", "retrieved", "customer", "answer", "tool_result", "reasoning")
PROMPT: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType(
    {
        "instructions": ("system", "tools"),
        "passages": ("retrieved",),
        "history": ("customer", "answer"),
        "tool_results": ("tool_result",),
    }
)
"""Parts of the prompts, and the lengths of which they are made."""
OUTPUT: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType({"answer": ("answer",), "reasoning": ("reasoning",)})
"""Parts of what models write. An answer is written once, and read as history by the calls after it."""


@dataclass(frozen=True, slots=True)
class ModelParts:
    """The shares of a model's tokens and cost, each sums to 1 over the parts; empty where the model has none.

    Attributes:
        of_prompt, of_output: of prompt tokens, and of output tokens.
        of_cost: of what the model costs.
    """

    of_prompt: Mapping[Part, float]
    of_output: Mapping[Part, float]
    of_cost: Mapping[Part, float]


def token_parts(scenario: Scenario) -> dict[str, ModelParts]:
    """Return the shares of each model's tokens and cost, by its name.

    Tokens that are given as totals have two or three parts: the prompt, the answer and the reasoning.
    """
    bare: dict[str, Any] = {
        "contracts": {},
        "switches": {},
        "definitions": {},
        "meters": {},
        "today": None,
        "trials": SAMPLE_TRIALS,
    }
    small = scenario.model_copy(update=bare)
    rates = compile_terms(scenario).model_rates
    if scenario.tokens.form == "direct":
        (results,) = simulate_all([Run(small, "expected")], workers=1)
        return {name: _of_totals(results, {name: rates[name]}) for name in scenario.models}
    alone = dict.fromkeys((*PROMPT.values(), *OUTPUT.values()))
    found = dict(
        zip(alone, simulate_all([Run(_only(small, each), "expected") for each in alone], workers=1), strict=True)
    )
    return {name: _of_calls(found, {name: rates[name]}) for name in scenario.models}


def _only(scenario: Scenario, lengths: tuple[str, ...]) -> Scenario:
    """Return a scenario whose tokens have some lengths, and 0 in the place of all others."""
    nothing = known(0.0, "nonnegative")
    stated, changed = scenario.tokens, {}
    for name in LENGTHS:
        if name not in lengths:
            length = getattr(stated, name)
            zero = nothing if name in ("system", "tools") else length.model_copy(update={"mean": nothing})
            changed[name] = zero
    return scenario.model_copy(update={"tokens": stated.model_copy(update=changed)})


def _of_calls(found: Mapping[tuple[str, ...], Results], rates: Mapping[str, TokenRates]) -> ModelParts:
    read = {part: _read(found[lengths], rates) for part, lengths in PROMPT.items()}
    written = {part: _written(found[lengths], rates) for part, lengths in OUTPUT.items()}
    return _shares(read, written)


def _of_totals(results: Results, rates: Mapping[str, TokenRates]) -> ModelParts:
    """Return the shares of a model whose conversations have totals; reasoning is the stated share of its output."""
    count, cost = _written(results, rates)
    output, reasoning = results.sums["output_tokens"], results.sums["reasoning_tokens"]
    share = reasoning / output if output > 0 else 0.0
    parts: dict[Part, tuple[float, float]] = {"answer": (count * (1 - share), cost * (1 - share))}
    if share > 0:
        parts["reasoning"] = (count * share, cost * share)
    return _shares({"prompt": _read(results, rates)}, parts)


def _read(results: Results, rates: Mapping[str, TokenRates]) -> tuple[float, float]:
    """Return the prompt tokens of a model, and what they cost."""
    return _counted(results, rates, [each for each in TOKEN_CLASSES if each != "output"])


def _written(results: Results, rates: Mapping[str, TokenRates]) -> tuple[float, float]:
    """Return the output tokens of a model, and what they cost."""
    return _counted(results, rates, ["output"])


def _counted(results: Results, rates: Mapping[str, TokenRates], classes: list[str]) -> tuple[float, float]:
    """Return a model's tokens of some classes, and what they cost at the rates of calls that are not long."""
    (name,) = rates
    keys = [tokens(name, each) for each in classes]
    nothing = {key: 0.0 * meter for key, meter in results.meters.items() if key.startswith(("tokens:", "tokens_long:"))}
    meters = {**results.meters, **nothing, **{key: results.meters[key] for key in keys}}
    cost = model_cost(meters, rates, values_of(results)).sum()
    return float(sum(results.meters[key].sum() for key in keys)), float(cost)


def _shares(read: Mapping[Part, tuple[float, float]], written: Mapping[Part, tuple[float, float]]) -> ModelParts:
    cost = {part: each[1] for part, each in (*read.items(), *written.items())}
    return ModelParts(
        _normed({part: each[0] for part, each in read.items()}),
        _normed({part: each[0] for part, each in written.items()}),
        _normed(cost),
    )


def _normed(amounts: Mapping[Part, float]) -> dict[Part, float]:
    total = sum(amounts.values())
    return {part: amount / total for part, amount in amounts.items()} if total > 0 else {}
