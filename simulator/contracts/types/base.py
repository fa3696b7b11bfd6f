"""What every contract type shares: the terms an analyst may write beside the price, and how they compile."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pydantic import field_validator

from simulator.contracts.charges import Charge, Fee
from simulator.contracts.contract import Contract
from simulator.contracts.kinds.changes import ChangingTerms
from simulator.contracts.kinds.fees import OneTimeFeeTerms
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.terms.contract import SettlementTerms
from simulator.money import currency as known_currency
from simulator.parameters import Nonnegative, parameter

_MONEY: Final = "money per month"


class ContractSpec(ChangingTerms, SettlementTerms, defer_build=True):
    """The terms common to all contract types. A type adds its `type`, its prices and `usage_charges`."""

    type: str
    contract: str = parameter(
        'entry of the catalogue whose terms hold where this table says nothing, as "catalogue:NAME"', default=""
    )
    title: str = parameter(
        "how tables name the contract; a name is made from the type without it", default="", max_length=80
    )
    currency: str | None = parameter(
        "currency of all money of the contract, an ISO 4217 code as EUR, converted at exchange_rates; the "
        "scenario's without it",
        default=None,
    )
    platform_fee: Nonnegative | None = parameter(
        "fee owed every month whatever is used", unit=_MONEY, typical=(0, 20_000), default=None
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
            type=self.type,
            charges=charges,
            settlement=self.settlement(charges),
        )
