"""The prices of contracts, one file each, and the registry of those that a hybrid contract may list as charges.

Each file has a price, an array of units to an array of money, and how an analyst writes it. They stand on a few that
all share: `charge` (what a charge is), `charge_terms` and `price_changes` (what may be written of any), `metered`
(which meter it is on), `seats`, `rate_card` and `priced_units` (what happens to units before they are priced).

A new kind is a file here, one import line, and its name in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, get_args

from simulator.contracts.prices.charge_terms import ChargeTerms
from simulator.contracts.prices.derived_charges import HighestSpec, PercentSpec
from simulator.contracts.prices.flat import FlatSpec
from simulator.contracts.prices.included import IncludedSpec
from simulator.contracts.prices.package import PackageSpec
from simulator.contracts.prices.plans import PlansSpec
from simulator.contracts.prices.seats import SeatsSpec
from simulator.contracts.prices.tiers import GraduatedSpec, StairstepSpec, VolumeSpec
from simulator.contracts.prices.token_charge import TokensSpec
from simulator.contracts.prices.unit_price import CreditsSpec
from simulator.parameters import told_apart

KINDS: Final[tuple[type[ChargeTerms], ...]] = (
    FlatSpec, IncludedSpec, GraduatedSpec, VolumeSpec, StairstepSpec, PackageSpec, PlansSpec, CreditsSpec, SeatsSpec,
    TokensSpec, HighestSpec, PercentSpec,
)  # fmt: skip
"""What an analyst may write in the list of a hybrid contract, one table class a kind of charge."""


def kind_name(spec: type[ChargeTerms]) -> str:
    """Return what an analyst writes as `kind` for a table class."""
    return str(get_args(spec.model_fields["kind"].annotation)[0])


BY_KIND: Final[Mapping[str, type[ChargeTerms]]] = MappingProxyType({kind_name(spec): spec for spec in KINDS})
"""Each kind's table class by its name."""


def charge_union(specs: Sequence[type[ChargeTerms]] = KINDS) -> Any:
    """Return the annotated union of charge tables, told apart by `kind`, for a pydantic field."""
    return told_apart("kind", {kind_name(spec): spec for spec in specs})
