"""A recount from its inputs to its result: what was billed, what counts, why they differ, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from simulator.audit.record_file import SOURCE_ID, Record
from simulator.audit.recount.billed_list import ID_NAMES
from simulator.audit.recount.billing_period import BillingPeriod
from simulator.audit.recount.cautions import cautions
from simulator.audit.recount.differences import differences
from simulator.audit.recount.invoice_file import InvoiceLine
from simulator.audit.recount.line_matching import MatchedLine, is_of_unit, listed_unit, matched
from simulator.audit.recount.meter_units import OpenedUnits, statements_of, units_of
from simulator.audit.recount.recount_money import (
    by_kind,
    line_money,
    rest_of_invoice,
    without_list,
)
from simulator.audit.recount.recount_result import Bound, Given, Held, Recounted
from simulator.audit.recount.term_months import TermMonths, without_later_credits
from simulator.audit.recount.unit_counts import UnitCounts, microseconds, unit_counts
from simulator.contracts.contract import Contract
from simulator.contracts.exact.decimals import ZERO
from simulator.contracts.metering.meters import definition_of, label_of
from simulator.definitions import Definition
from simulator.errors import ContractError, DataError

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario
    from simulator.scenario.stated.compiled_terms import Terms

_FEW_IDS: Final = 5


def definition_billed(contract: Contract, definitions: Mapping[str, Definition]) -> Definition | None:
    """Return the one definition whose resolutions a contract bills, of all conversations; None for all other units.

    Raises:
        ContractError: it is a change of vendor.
    """
    if contract.switch is not None:
        raise ContractError(f"{contract.name!r} is a change of vendor: recount one of its two contracts")
    unit = listed_unit(contract)
    return None if unit is None else definitions[str(definition_of(unit))]


def of_units(lines: Sequence[InvoiceLine], contract: Contract) -> Sequence[InvoiceLine]:
    """Return the lines that bill a contract's unit, whose period is the invoice's; all of them where none does."""
    return [each.line for each in matched(lines, contract) if each.role == "units"] or lines


def recounted(given: Given, contract: Contract, terms: Terms, scenario: Scenario) -> Recounted:
    """Return the recount of a period.

    Raises:
        ContractError: it is a change of vendor, or counts nothing.
        DataError: the record lacks what is counted, or the invoice is in another currency than the contract.
    """
    definition = definition_billed(contract, terms.definitions)
    code = contract.exchange.currency if contract.exchange else scenario.currency
    _refuse_currency(given.lines, code, contract)
    where = _Where(given, without_later_credits(contract), code, scenario.start)
    return _by_meters(where, terms) if definition is None else _by_definition(where, definition, terms)


@dataclass(frozen=True, slots=True)
class _Where:
    """What a recount is of: what is given, and the contract with its currency and the first month of its term."""

    given: Given
    contract: Contract
    code: str
    start: str

    def months(self, units: Mapping[str, OpenedUnits]) -> TermMonths:
        """Return the months of the term with the units of each meter."""
        return TermMonths(units, self.given.period, self.contract, self.code, self.start)

    def month_of(self, months: TermMonths) -> str:
        """Return the month that is priced: that of the period, else the first."""
        period = self.given.period
        return period.month if period is not None else next(iter(months.months), self.start)

    def meters_of(self, months: TermMonths) -> Mapping[str, Decimal]:
        """Return the units of each meter in the period."""
        return {meter: units.within(self.given.period) for meter, units in months.units.items()}

    @property
    def held(self) -> Held:
        """What the record has of the period.

        Raises:
            DataError: no row is of it.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        period, table = self.given.period, self.given.record.table.select([SOURCE_ID, "case_id", "opened_at"])
        if period is not None:
            ends = pc.min_max(table.column("opened_at")).as_py()
            table = table.filter(pa.array(period.holds(microseconds(table))))
            if not table.num_rows:
                raise DataError(
                    f"no conversation of {self.given.record.path} is of the period {period.words}: they opened "
                    f"from {ends['min']} to {ends['max']}; give a month of these, or the record of this one"
                )
        return Held(table.num_rows, *(pc.count_distinct(table.column(name)).as_py() for name in (SOURCE_ID, "case_id")))

    def cautions(self, terms: Terms, lines: Sequence[MatchedLine], listed: int | None = None) -> tuple[str, ...]:
        """Return what to know of this recount before money is claimed."""
        named = (definition_of(meter) for meter in self.contract.meters)
        definitions = [terms.definitions[each] for each in named if each is not None]
        return cautions(self.given, lines, definitions, self.start, listed)


def _by_definition(where: _Where, definition: Definition, terms: Terms) -> Recounted:
    """Return the recount of a contract that bills resolutions of one definition, which a list can name."""
    given, contract, period = where.given, where.contract, where.given.period
    held, lines = where.held, matched(given.lines, contract)
    _refuse_no_line_of_units(lines, contract)
    _refuse_other_ids(given)
    counts = unit_counts(given.record, definition)
    rows = counts.own > 0
    others, _ = units_of(given.record, [each for each in contract.meters if each != contract.unit], terms)
    months = where.months({contract.unit: OpenedUnits(counts.opened[rows], counts.own[rows].astype(float)), **others})
    _refuse_several_months(given, months.by_month[contract.unit])
    priced = months.priced(where.month_of(months))
    amounts, counted = priced.amounts(), counts.total(counts.own, period)
    found = () if given.billed is None else differences(counts, given.billed, period)
    listed = None if given.billed is None else sum(each.units for each in given.billed.values())
    units = [each.line for each in lines if each.role == "units"]
    billed = sum((line.amount for line in units), ZERO) if units else None if listed is None else amounts(listed)
    return Recounted(
        record=given.record, contract=contract, definition=definition, period=period, code=where.code, counted=counted,
        at_least=counts.total(counts.at_least, period), at_most=counts.total(counts.at_most, period),
        meters=where.meters_of(months), statements=statements_of(months.units, terms), held=held,
        quantity=_quantity(units), listed=listed,
        differences=found,
        by_kind=(*by_kind(found, counted, amounts, where.code), *rest_of_invoice(lines, listed, counted, amounts)),
        lines=line_money(lines, priced), billed=billed,
        recounted=months.of_all_months() if period is None and listed is None else amounts(counted),
        bounds=_bounds(counts, period) if listed is None else (), months=months.by_month,
        id_column=_id_column(given), cautions=where.cautions(terms, lines, listed),
    )  # fmt: skip


def _id_column(given: Given) -> str:
    """Return the name of the list's column of ids."""
    return next(iter(given.billed.values())).column if given.billed else ID_NAMES[0]


def _quantity(units: Sequence[InvoiceLine]) -> Decimal | None:
    """Return the units that lines state, None where none does."""
    stated = [line.quantity for line in units if line.quantity is not None]
    return sum(stated, ZERO) if stated else None


def _by_meters(where: _Where, terms: Terms) -> Recounted:
    """Return the recount of any other contract: of all that it counts, charge by charge, without a list."""
    given, contract, period = where.given, where.contract, where.given.period
    if given.billed is not None:
        raise DataError(
            f"{contract.name!r} bills {', '.join(map(label_of, contract.units))}: a list is joined where a contract "
            "bills resolutions of one definition, of all conversations; leave --list out, and lines are compared"
        )
    held = where.held
    known, unknown = units_of(given.record, contract.meters, terms)
    _refuse_uncounted(contract, unknown)
    months = where.months(known)
    priced = months.priced(where.month_of(months))
    lines = line_money(matched(given.lines, contract), priced)
    units = [each.matched.line.amount for each in lines if each.matched.role == "units"]
    billed = sum(units, ZERO) if lines else None
    own = months.of_all_months() if period is None else priced.of_units()
    return Recounted(
        record=given.record, contract=contract, definition=None, period=period, code=where.code, counted=None,
        at_least=None, at_most=None, meters=where.meters_of(months), statements=statements_of(months.units, terms),
        held=held, quantity=None, listed=None, differences=(), by_kind=without_list(lines, billed, own),
        lines=lines, billed=billed, recounted=own, bounds=(), months=months.by_month,
        id_column=_id_column(given), cautions=where.cautions(terms, [each.matched for each in lines]),
    )  # fmt: skip


def _refuse_uncounted(contract: Contract, unknown: Mapping[str, str]) -> None:
    """Refuse a contract of which the record does not tell what a charge for use bills."""
    if not contract.meters:
        raise ContractError(f"{contract.name!r} counts nothing: it bills seats and fees only")
    for place, charge in enumerate(contract.charges):
        for meter in charge.meters:
            if is_of_unit(contract, place) and meter in unknown:
                raise ContractError(f"{contract.name!r} bills {label_of(meter)}, and {unknown[meter]}")


def _refuse_currency(lines: Sequence[InvoiceLine], code: str, contract: Contract) -> None:
    if lines and lines[0].currency != code:
        raise DataError(
            f"the invoice is in {lines[0].currency} and contract {contract.name!r} in {code}; write "
            f'currency = "{lines[0].currency}" in the contract, with its exchange rate'
        )


def _refuse_no_line_of_units(lines: Sequence[MatchedLine], contract: Contract) -> None:
    """Refuse an invoice of which a line may be that of the units, and nobody says: its money would be told twice."""
    unclear = [each.line for each in lines if each.role == "not in the contract"]
    if not unclear or any(each.role == "units" for each in lines):
        return
    charge = next(each for place, each in enumerate(contract.charges) if is_of_unit(contract, place))
    shown = ", ".join(f"{line.description[:40]!r} (line {line.line})" for line in unclear[:_FEW_IDS])
    raise DataError(
        f"no line of the invoice matches the charge {charge.label!r} of {contract.name!r}: is it {shown}? Then write "
        "'outcomes' or 'resolutions' into its description; if it is none of them, take these lines out"
    )


def _refuse_several_months(given: Given, months: Mapping[str, Decimal]) -> None:
    """Refuse a list without a period on a record of several months: which month it bills would be a guess."""
    if given.billed is not None and given.period is None and len(months) > 1:
        raise DataError(
            f"{given.record.path} counts units in {len(months)} months, {min(months)} to {max(months)}: say which "
            "of them the list bills, with --month or --invoice"
        )


def _refuse_other_ids(given: Given) -> None:
    """Refuse a list of which the record knows no id: they are of another system, or hashed in another way."""
    if given.billed is None or len(given.billed) < _FEW_IDS:
        return
    known = set(given.record.table.column(SOURCE_ID).to_pylist())
    if not any(given.record.hashed(key) in known for key in given.billed):
        shown = ", ".join([*given.billed][:3])[:120]
        raise DataError(f"no id of the list is in the record (the list has {shown}); {_why_other(given.record)}")


def _why_other(record: Record) -> str:
    """Return what to do where a record knows no id of a list."""
    beside = record.path.with_suffix(".json")
    if record.undescribed:
        return f"{beside} is not there, and it has the salt of hashed ids: put it beside the record"
    return f"are they ids of another system, or is {beside} of another record?"


def _bounds(counts: UnitCounts, period: BillingPeriod | None) -> tuple[Bound, ...]:
    """Return the count of each change that moves it, each clause's widest first come, in the order of kinds."""
    own, found, seen = counts.total(counts.own, period), [], set()
    for change in counts.changes:
        units = counts.total(counts.changed[change.definition.name], period)
        if units != own and (change.kind, change.clause, units) not in seen:
            seen.add((change.kind, change.clause, units))
            found.append(Bound(change, units))
    return tuple(found)
