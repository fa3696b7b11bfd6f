"""The registry of kinds of charges. A new kind is a file here, one import line, and its name in `KINDS`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, get_args

from simulator.contracts.kinds.base import ChargeTerms as ChargeTerms
from simulator.contracts.kinds.composite import HighestSpec, PercentSpec
from simulator.contracts.kinds.credits import CreditsSpec
from simulator.contracts.kinds.flat import FlatSpec
from simulator.contracts.kinds.included import IncludedSpec
from simulator.contracts.kinds.package import PackageSpec
from simulator.contracts.kinds.plans import PlansSpec
from simulator.contracts.kinds.seats import SeatsSpec
from simulator.contracts.kinds.tiers import GraduatedSpec, StairstepSpec, VolumeSpec
from simulator.contracts.kinds.tokens import TokensSpec
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
