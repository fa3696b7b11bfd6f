"""One term of a contract moved to an alternative: what it says then, and how the contract is written with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from simulator.quantities.parameters import Table

if TYPE_CHECKING:
    from simulator.contracts import Contract
    from simulator.contracts.contract_terms import ContractSpec
    from simulator.definitions import DefinitionSpec

Said: TypeAlias = "float | str | tuple[float | str, ...] | None"
AnyTable = TypeVar("AnyTable", bound=Table)
NO_CLAUSES: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Change:
    """What moves: a term, what the contract says of it now, and what it would say.

    Attributes:
        term: its key in the scenario, such as "returns" or "yearly_minimum"; "price" for all prices of use together.
        before, after: None where the contract says nothing of it. Amounts are in the contract's currency; a price is a
            factor on today's.
        of: which definition, charge or pack has it, where the contract has several.
        added: whether the contract does not have the term yet.
        unit: what amounts of units are of; of a guarantee, the title of the definition that it is of.
    """

    term: str
    before: Said
    after: Said
    of: str = ""
    added: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A change, and how it is written into the contract; those of different terms can be made together.

    Attributes:
        factor: on all prices of use.
        definition: name of the definition whose clauses change; empty where none do.
        clauses: what these then say, by key.
        edit: makes the contract's table with it of one without it.
        from_month: first month whose bill it can change.
    """

    change: Change
    factor: float = 1.0
    definition: str = ""
    clauses: Mapping[str, Any] = field(default_factory=lambda: NO_CLAUSES)
    edit: Callable[[ContractSpec], ContractSpec] | None = None
    from_month: int = 1

    @property
    def term(self) -> tuple[str, str]:
        """Which term it moves: of one term a contract can have one alternative only."""
        return self.change.term, self.change.of


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract as it stands, and what alternatives are sized by.

    Attributes:
        spec: as the scenario has it.
        contract: compiled.
        definitions: clauses of the definitions that its charges bill by, by name.
        guaranteed: a definition of which a rate could be guaranteed, its title and the rate that is expected; None
            without one.
        months: of the horizon.
        a_month: expected invoice of a month, in the contract's currency.
        units_a_month: expected units of the contract's unit in a month.
    """

    spec: ContractSpec
    contract: Contract
    definitions: Mapping[str, DefinitionSpec]
    guaranteed: tuple[str, str, float] | None
    months: int
    a_month: float
    units_a_month: float


def edited(table: AnyTable, **values: Any) -> AnyTable:
    """Return a table with other values, checked as if it had been written; a value of None takes the key out.

    Raises:
        pydantic.ValidationError: if the values do not go together.
    """
    written = {key: getattr(table, key) for key in table.model_fields_set} | values
    return type(table).model_validate({key: value for key, value in written.items() if value is not None})


def round_number(amount: float, digits: int = 2) -> float:
    """Return an amount as it would stand in a draft, with a few significant digits: 33,412 becomes 33,000."""
    return float(f"{amount:.{digits}g}")


def setting(change: Change, **values: Any) -> Alternative:
    """Return an alternative that sets keys of the contract's table; None takes one out."""
    return Alternative(change, edit=lambda spec: edited(spec, **values))


def without_entry(spec: ContractSpec, key: str, entry: Table) -> ContractSpec:
    """Return a contract's table without one entry of a list."""
    return edited(spec, **{key: tuple(each for each in getattr(spec, key) if each is not entry)})
