"""Tokens of every model, at list price or own rates, with a markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.applies import Applicable
from simulator.contracts.bounded import PaidToCloud, Payee
from simulator.contracts.charges import NOTHING, Charge, TokenCharge
from simulator.contracts.kinds.base import ChargeTerms
from simulator.contracts.prices import TokenRates, is_none
from simulator.contracts.references import References
from simulator.distributions import Quantity
from simulator.parameters import FactorOrZero, Share, known, parameter


class TokenTerms(Applicable):
    """Tokens at the price of the scenario's models, or at own rates, times a markup."""

    models: dict[str, TokenRates] = parameter(
        "own rates of a model, by its name in the scenario; the scenario's price for the others", default={}
    )
    markup: FactorOrZero = parameter(
        "factor on the rates", unit="factor", typical=(1, 3), default=known(1.0, "factor or 0")
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
        needs_batch = self.batch_discount is None and not is_none(self.batch_share)
        return References(
            rates=tuple((("models", name), name, rates) for name, rates in self.models.items()),
            batches=((("batch_share",), self.models),) if needs_batch else (),
        )

    def token_charge(self, models: Mapping[str, TokenRates]) -> TokenCharge:
        """Return the charge for the tokens of the scenario's models, in conversations to which the price applies."""
        rates = tuple((name, self._fixed(name, listed)) for name, listed in models.items())
        return TokenCharge(rates, self.markup, self.batch_share, self.batch_discount, self.part)

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
