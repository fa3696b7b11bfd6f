"""What an analyst writes about today, with which the contracts are compared."""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import model_validator

from simulator.contracts import contract_union
from simulator.quantities.parameters import Factor, PerCase, Share, Table, known, parameter

PEOPLE_ONLY: Final = ("contacts_per_case", "minutes_factor", "solve")
"""Keys that say how people alone handle the cases."""
OwnTerms: Any = contract_union()


class Today(Table):
    """The row for today: the same cases handled by people only, or under the contract in force."""

    title: str = parameter(
        "what the row is called; it names the contract in force without it", default="", max_length=200
    )
    contract: str | None = parameter(
        "the contract in force, by its name among the contracts; without it and without terms, people only",
        default=None,
    )
    terms: OwnTerms | None = parameter(
        "terms of the contract in force where it is not on offer: priced for this row, never recommended", default=None
    )
    contacts_per_case: PerCase = parameter(
        "contacts people need per case", unit="contacts", typical=(1, 1.6), default=known(1.1, "per case")
    )
    minutes_factor: Factor = parameter(
        "minutes of such a contact over the handoff minutes of the case's level",
        unit="factor",
        typical=(0.5, 1.5),
        default=known(1, "factor"),
    )
    solve: Share = parameter("share of cases that people solve", unit="share", typical=(0.6, 0.99), default=known(0.9))

    @property
    def people_only(self) -> bool:
        """Whether people handle the cases today, without an AI."""
        return self.contract is None and self.terms is None

    @model_validator(mode="after")
    def _one_today(self) -> Self:
        if self.contract is not None and self.terms is not None:
            raise ValueError("give contract (one of those offered) or terms (one that is not), not both")
        unused = [key for key in PEOPLE_ONLY if key in self.model_fields_set]
        if unused and not self.people_only:
            raise ValueError(f"with a contract in force, {', '.join(unused)} does nothing; remove it")
        return self
