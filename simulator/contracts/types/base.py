"""What every contract type shares: the terms an analyst may write beside the price, and how they compile."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge, Fee
from simulator.contracts.contract import Contract
from simulator.contracts.kinds.fees import OneTimeFeeTerms
from simulator.contracts.names import number
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.settlement import YEAR_MONTHS, Settlement, TrueUp
from simulator.distributions import Quantity
from simulator.parameters import Nonnegative, Positive, Share, Table, known, parameter

_MONEY: Final = "money per month"


class ContractSpec(Table):
    """The terms common to all contract types. A type adds its `type`, its prices and `usage_charges`."""

    type: str
    contract: str = parameter(
        'entry of the catalogue whose terms hold where this table says nothing, as "catalogue:NAME"', default=""
    )
    title: str = parameter(
        "how tables name the contract; a name is made from the type without it", default="", max_length=80
    )
    platform_fee: Nonnegative | None = parameter(
        "fee owed every month whatever is used", unit=_MONEY, typical=(0, 20_000), default=None
    )
    one_time_fees: tuple[OneTimeFeeTerms, ...] = parameter(
        "fees owed once, such as set-up or migration; no minimum counts them and no maximum cuts them", default=()
    )
    monthly_minimum: Nonnegative | None = parameter(
        "least that a month's invoice comes to, fees included", unit=_MONEY, typical=(0, 100_000), default=None
    )
    yearly_minimum: Nonnegative | None = parameter(
        "least that the invoices of a contract year come to, fees included",
        unit="money per year",
        typical=(10_000, 2_000_000),
        default=None,
    )
    true_up: TrueUp | None = parameter("when the yearly minimum is settled; year_end without it", default=None)
    maximum_per_month: Positive | None = parameter(
        "most that a month's invoice comes to, fees included; the yearly minimum may lift it above",
        unit=_MONEY,
        typical=(1_000, 500_000),
        default=None,
    )
    term_months: int | None = parameter(
        "months the buyer is bound; 1 without it, 12 with a yearly minimum",
        unit="months",
        typical=(1, 36),
        default=None,
        strict=True,
        ge=1,
        le=120,
    )
    discount: Share = parameter(
        "share off all usage, not off fees", unit="share of usage", typical=(0, 0.4), default=known(0.0)
    )

    @field_validator("true_up")
    @classmethod
    def _true_up_settles_something(cls, value: TrueUp | None, info: ValidationInfo) -> TrueUp | None:
        if value is not None and info.data.get("yearly_minimum", value) is None:
            raise ValueError(
                f"true_up = {value!r} says when a yearly minimum is settled; give yearly_minimum, or remove true_up"
            )
        return value

    @field_validator("maximum_per_month")
    @classmethod
    def _maximum_above_minimum(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        for name, months in (("monthly_minimum", 1), ("yearly_minimum", YEAR_MONTHS)):
            least = info.data.get(name)
            if value is not None and least is not None and least.center > months * value.center:
                times = "" if months == 1 else f"{months} times "
                raise ValueError(
                    f"{name} ({number(least.center)}) must not exceed {times}maximum_per_month "
                    f"({number(value.center)}); lower one or raise the other"
                )
        return value

    @field_validator("term_months")
    @classmethod
    def _term_of_whole_years(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value % YEAR_MONTHS and info.data.get("yearly_minimum") is not None:
            raise ValueError(f"with a yearly_minimum, term_months must be whole years (12, 24, 36 ...), not {value}")
        return value

    @property
    def references(self) -> References:
        """The definitions and models it names."""
        return References()

    @property
    @abstractmethod
    def default_title(self) -> str:
        """How tables name the contract where it has no title."""

    @abstractmethod
    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        """Return its charges for use; `models` are the scenario's models with their prices."""

    def settlement(self) -> Settlement:
        """Return the terms of settlement."""
        return Settlement(
            discount=self.discount,
            monthly_minimum=self.monthly_minimum,
            yearly_minimum=self.yearly_minimum,
            true_up=self.true_up or "year_end",
            maximum_per_month=self.maximum_per_month,
            term_months=self.term_months or (YEAR_MONTHS if self.yearly_minimum is not None else 1),
        )

    def compiled(self, name: str, models: Mapping[str, TokenRates]) -> Contract:
        """Return the contract; see `compile_contract`, which checks references first."""
        monthly = () if self.platform_fee is None else (Fee(self.platform_fee),)
        once = tuple(each.fee() for each in self.one_time_fees)
        return Contract(
            name=name,
            title=self.title or self.default_title,
            type=self.type,
            charges=(*self.usage_charges(models), *monthly, *once),
            settlement=self.settlement(),
        )
