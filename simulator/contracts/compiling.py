"""From what an analyst wrote to a contract that can be priced."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from simulator.contracts.contract import Contract
from simulator.contracts.exchange import Exchange
from simulator.contracts.names import unknown
from simulator.contracts.prices import TokenRates, is_none, lacks_one_hour
from simulator.contracts.references import References
from simulator.contracts.types.base import ContractSpec
from simulator.errors import ContractError, Problem


def compile_contract(
    name: str, spec: ContractSpec, models: Mapping[str, TokenRates], exchange: Exchange | None = None
) -> Contract:
    """Return the contract of a table.

    Args:
        name: its key in the scenario.
        models: prices of all the scenario's models, by name.
        exchange: what its currency is worth; None where it is the scenario's.

    Raises:
        ContractError: if its own token rates name an unknown model or another long-prompt threshold, or if its terms of
            settlement do not fit its charges.
    """
    problems = [*_rate_problems(spec.references, models)] or spec.settlement_problems(spec.usage_charges(models))
    if problems:
        raise ContractError(f"contract {name!r}: {'; '.join(problem.message for problem in problems)}")
    compiled = spec.compiled(name, models)
    return compiled if exchange is None else replace(compiled, exchange=exchange)


def reference_problems(
    spec: ContractSpec,
    models: Mapping[str, TokenRates],
    definitions: Collection[str],
    own_meters: Collection[str] = (),
) -> list[Problem]:
    """Return what is wrong with the names a contract takes from its scenario, one problem a mistake.

    Args:
        models: prices of all the scenario's models, by name.
        definitions: names of all definitions that a contract may bill by.
        own_meters: names of the meters that the scenario says in SQL.

    Returns:
        Problems whose keys are relative to the contract's table.
    """
    references = spec.all_references
    missing = [
        Problem(key, unknown("definition", name, definitions), f"define it in [definitions.{name}], or use a known one")
        for key, name in references.definitions
        if name not in definitions
    ]
    undefined = [
        Problem(key, unknown("own meter", name, own_meters), f"define it in [meters.{name}], or use a known one")
        for key, name in references.own_meters
        if name not in own_meters
    ]
    wrong = [*missing, *undefined, *_rate_problems(references, models)]
    return wrong or spec.settlement_problems(spec.usage_charges(models))


def _rate_problems(references: References, models: Mapping[str, TokenRates]) -> list[Problem]:
    problems = []
    for key, name, rates in references.rates:
        if name not in models:
            problems.append(Problem(key, unknown("model", name, models), "own rates name one of the scenario's models"))
        elif rates.long_prompt is not None and _threshold(rates) != _threshold(models[name]):
            problems.append(_threshold_problem(key, name, rates, models[name]))
        elif not is_none(models[name].shares.one_hour) and lacks_one_hour(rates):
            problems.append(_one_hour_problem(key, name))
    return [*problems, *_batch_problems(references, models)]


def _batch_problems(references: References, models: Mapping[str, TokenRates]) -> Iterator[Problem]:
    """Yield one problem for each share of tokens in batches that no model has a batch price for."""
    for key, own in references.batches:
        used = {name: own.get(name, listed) for name, listed in models.items()}
        if not any(rates.batch for rates in used.values()):
            yield Problem(
                key,
                f"{key[-1]} changes nothing: no batch price is known of {', '.join(used)}",
                "give batch_discount, the share off the rates in batches (0.5 is half), or rates with "
                "batch = { input, output }",
            )


def _one_hour_problem(key: tuple[str | int, ...], name: str) -> Problem:
    return Problem(
        (*key, "cache_write"),
        f"models.{name}.one_hour_share of the writes to cache is kept for one hour; these rates have no price of that",
        "give cache_write_1h too; the same as cache_write if the contract makes no difference",
    )


def _threshold(rates: TokenRates) -> int | None:
    return None if rates.long_prompt is None else rates.long_prompt.threshold_tokens


def _threshold_problem(key: tuple[str | int, ...], name: str, own: TokenRates, listed: TokenRates) -> Problem:
    theirs = _threshold(listed)
    return Problem(
        (*key, "long_prompt", "threshold_tokens"),
        f"the long-prompt threshold of {name!r} is {_threshold(own):,} tokens here, but "
        f"{'the model has none' if theirs is None else f'{theirs:,} for the model'}",
        "long prompts are counted once per model: use the model's threshold, or leave long_prompt out",
    )
