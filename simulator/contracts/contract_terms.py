"""What every contract type shares: the terms beside the price, and how a table compiles to a contract."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from pydantic import field_validator

from simulator.contracts.contract import Contract, Exchange
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.charge_terms import MONEY_PER_MONTH, References
from simulator.contracts.prices.fees import Fee, OneTimeFeeTerms
from simulator.contracts.prices.price_changes import ChangingTerms
from simulator.contracts.rates.token_rates import TokenRates, is_no_share, lacks_one_hour
from simulator.contracts.settlement.settlement_terms import SettlementTerms
from simulator.contracts.wording import Label, unknown
from simulator.errors import ContractError, Problem
from simulator.money import currency as known_currency
from simulator.quantities.parameters import Nonnegative, parameter


class ContractSpec(ChangingTerms, SettlementTerms, defer_build=True):
    """The terms common to all contract types. A type adds its `type`, its prices and `usage_charges`."""

    type: str
    contract: str = parameter(
        'entry of the catalogue whose terms hold where this table says nothing, as "catalogue:NAME"', default=""
    )
    title: str = parameter(
        "how tables name the contract; a name is made from the type without it", default="", max_length=80
    )
    label: Label | None = parameter(
        "short name of the contract in narrow tables and charts, at most 28 characters; the title without it",
        default=None,
    )
    currency: str | None = parameter(
        "currency of all money of the contract, an ISO 4217 code as EUR, converted at exchange_rates; the "
        "scenario's without it",
        default=None,
    )
    platform_fee: Nonnegative | None = parameter(
        "fee owed every month whatever is used", unit=MONEY_PER_MONTH, typical=(0, 20_000), default=None
    )
    one_time_fees: tuple[OneTimeFeeTerms, ...] = parameter(
        "fees owed once, such as set-up or migration; no minimum counts them and no maximum cuts them", default=()
    )

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, code: str | None) -> str | None:
        return None if code is None else known_currency(code).code

    @property
    def references(self) -> References:
        """The definitions and models it names."""
        return References()

    @property
    def all_references(self) -> References:
        """The definitions and models that its charges and its settlement name."""
        own = self.references
        return replace(own, definitions=(*own.definitions, *self.settlement_definitions))

    @property
    @abstractmethod
    def default_title(self) -> str:
        """How tables name the contract where it has no title."""

    @abstractmethod
    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        """Return its charges for use; `models` are the scenario's models with their prices."""

    def compiled(self, name: str, models: Mapping[str, TokenRates]) -> Contract:
        """Return the contract; see `compile_contract`, which checks references first."""
        monthly = () if self.platform_fee is None else (Fee(self.platform_fee),)
        once = tuple(each.fee() for each in self.one_time_fees)
        usage = self.less_free_credits(self.usage_charges(models))
        charges = (*(self.changed(each) for each in (*usage, *monthly)), *once)
        return Contract(
            name=name,
            title=self.title or self.default_title,
            short_title=self.label,
            type=self.type,
            charges=charges,
            settlement=self.settlement(charges),
        )


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
        elif not is_no_share(models[name].shares.one_hour) and lacks_one_hour(rates):
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
