"""Tokens of every model, at list price or own rates, with a markup; who is paid for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.meters import CONVERSATIONS, TOKEN_CLASSES, tokens, tokens_long
from simulator.contracts.metering.segments import Applicable, Segment
from simulator.contracts.prices.charge import NOTHING, ONE, Charge, ChargeAround
from simulator.contracts.prices.charge_terms import ChargeTerms, References
from simulator.contracts.rates.token_rates import RateShares, TokenRates, ValueOf, is_no_share
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import FactorOrZero, Share, known, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


_MILLION: Final = 1e6


@dataclass(frozen=True, slots=True)
class TokenCharge:
    """Tokens by model and class at rates per million, times a markup, less the discount on what runs in batches.

    amount = markup * sum over models and classes of ((tokens - long) * rate + long * long_rate) / 1,000,000, the rates
    of a model times its factor of the month. Where a model has no long-prompt rates its long meters are not read. With
    a segment, the tokens of its conversations.

    Attributes:
        batch_share: share of the tokens that runs in batches.
        batch_discount: share off the rates there, of all classes alike; None where the batch rates of the models hold.
    """

    models: tuple[tuple[str, TokenRates], ...]
    markup: Quantity = ONE
    batch_share: Quantity = NOTHING
    batch_discount: Quantity | None = None
    segment: Segment | None = None
    is_fee = False
    settles = True
    unit_rate = None
    remark = ""

    @property
    def label(self) -> str:
        return "tokens" if self.segment is None else f"tokens, {self.segment.words}"

    @property
    def unit_meter(self) -> str:
        return self._of(CONVERSATIONS)

    @property
    def rate_label(self) -> str:
        plain = "for the tokens of a handled conversation"
        return plain if self.segment is None else f"{plain} ({self.segment.words})"

    @property
    def meters(self) -> tuple[str, ...]:
        usual = [tokens(name, each) for name, _ in self.models for each in TOKEN_CLASSES]
        long = [tokens_long(name, each) for name, rates in self.models if rates.long_prompt for each in TOKEN_CLASSES]
        return tuple(self._of(meter) for meter in (*usual, *long))

    def _of(self, meter: str) -> str:
        return meter if self.segment is None else self.segment.of(meter)

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        shape = next(iter(meters.values())).shape
        total = np.zeros(shape)
        for name, rates in self.models:
            of_model, shares = np.zeros(shape), self.shares(rates)
            for token_class in TOKEN_CLASSES:
                usual = rates.usual(token_class, shares, values)
                of_model += meters[self._of(tokens(name, token_class))] * usual[:, None]
                if rates.long_prompt:
                    extra = rates.long_prompt.price(token_class, shares, values) - usual
                    of_model += meters[self._of(tokens_long(name, token_class))] * extra[:, None]
            total += of_model * rates.factor(shape[1], values)
        factor: Array = self.factor(values) / _MILLION
        return total * factor[:, None]

    def shares(self, rates: TokenRates) -> RateShares:
        """Return how much of a model's tokens has which rate."""
        return rates.shares if self.batch_discount is not None else replace(rates.shares, batch=self.batch_share)

    def factor(self, values: ValueOf) -> Any:
        """Return what all rates are multiplied by: markup, and the discount on what runs in batches."""
        if self.batch_discount is None:
            return values(self.markup)
        return values(self.markup) * (1 - values(self.batch_share) * values(self.batch_discount))


def model_cost(meters: Meters, models: Mapping[str, TokenRates], values: Values) -> Array:
    """Return what the tokens cost the vendor (trial, month): models at their rates, no markup, nothing in batches."""
    return TokenCharge(tuple(models.items())).amount(meters, values)


Payee = Literal["vendor", "cloud"]


@dataclass(frozen=True, slots=True)
class PaidToCloud(ChargeAround[Charge]):
    """A charge that the buyer pays to the cloud provider and not to the vendor, such as tokens under own model keys.

    The vendor's discount, minimums, maximum and tie price do not see it. Of a share that burns a commitment which the
    provider is owed anyway nothing further is paid: at 1,000 and a committed share of 0.4 it costs 600.
    """

    committed_share: Quantity = NOTHING
    settles = False

    @property
    def label(self) -> str:
        return f"{self.inner.label}, paid to the cloud provider"

    def amount(self, meters: Meters, values: Values) -> Array:
        return self.inner.amount(meters, values) * (1.0 - values(self.committed_share))[:, None]


class TokenTerms(Applicable):
    """Tokens at the price of the scenario's models, or at own rates, times a markup."""

    models: dict[str, TokenRates] = parameter(
        "own rates of a model, by its name in the scenario; the scenario's price for the others", default={}
    )
    markup: FactorOrZero = parameter(
        "factor on the rates; without a fee beside it, it pays for all that the vendor does and not for models alone",
        unit="factor",
        typical=(1, 30),
        default=known(1.0, "factor or 0"),
    )
    batch_share: Share = parameter(
        "share of tokens that run in batches, at the models' batch prices, or the usual one where there is none",
        unit="share of tokens",
        typical=(0, 0.3),
        default=known(0.0),
    )
    batch_discount: Share | None = parameter(
        "share off all rates in batches, in place of the models' batch prices; 0.5 is half",
        unit="share of rate",
        typical=(0.25, 0.5),
        default=None,
    )

    payee: Payee = parameter(
        "who is paid: vendor; cloud, the provider of the models under own keys, beside the vendor's invoice terms",
        default="vendor",
    )
    committed_share: Share | None = parameter(
        "share that burns a commitment which the cloud provider is owed anyway, and costs nothing further",
        unit="share of money",
        typical=(0, 1),
        default=None,
    )

    @field_validator("committed_share")
    @classmethod
    def _commitment_to_the_cloud(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if value is not None and info.data.get("payee") == "vendor":
            raise ValueError(
                'committed_share is of a commitment to a cloud provider; say payee = "cloud", or remove it'
            )
        return value

    @property
    def references(self) -> References:
        """The models whose rates it names, and whether it needs batch prices of them."""
        needs_batch = self.batch_discount is None and not is_no_share(self.batch_share)
        return References(
            rates=tuple((("models", name), name, rates) for name, rates in self.models.items()),
            batches=((("batch_share",), self.models),) if needs_batch else (),
        )

    def token_charge(self, models: Mapping[str, TokenRates]) -> TokenCharge:
        """Return the charge for the tokens of the scenario's models, in conversations to which the price applies."""
        rates = tuple((name, self._fixed(name, listed)) for name, listed in models.items())
        return TokenCharge(rates, self.markup, self.batch_share, self.batch_discount, self.segment)

    def _fixed(self, name: str, listed: TokenRates) -> TokenRates:
        own = self.models.get(name)
        return listed if own is None else listed.fixing(own)

    def paid(self, charge: Charge) -> Charge:
        """Return a charge with who is paid."""
        return charge if self.payee == "vendor" else PaidToCloud(charge, self.committed_share or NOTHING)


class TokensSpec(TokenTerms, ChargeTerms):
    """The tokens of every model."""

    kind: Literal["tokens"]

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.token_charge(models)

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.paid(super().charge(models))
