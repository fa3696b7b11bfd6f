"""What a recount is asked about, and its result: what was billed, what counts, and what lies between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.audit.record_file import Record
from simulator.audit.recount.billed_list import BilledId
from simulator.audit.recount.billing_period import BillingPeriod
from simulator.audit.recount.clause_changes import Change
from simulator.audit.recount.difference_rows import Difference
from simulator.audit.recount.invoice_file import InvoiceLine
from simulator.audit.recount.kinds import NO_DISPUTE, UNEXPLAINED
from simulator.audit.recount.recount_money import KindMoney, LineMoney
from simulator.audit.unit_statements import UnitStatement
from simulator.contracts.contract import Contract
from simulator.contracts.exact.decimals import ZERO
from simulator.definitions import Definition


@dataclass(frozen=True, slots=True)
class Bound:
    """The recount with one clause changed, where no list says which conversations were billed."""

    change: Change
    units: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the record has of a period.

    Attributes:
        rows: conversations, one a row.
        ids: of these in the vendor's system; a thread that was opened again has one for several rows.
    """

    rows: int
    ids: int
    cases: int

    @property
    def words(self) -> str:
        """As `simulate log` says it too."""
        of_ids = "" if self.ids == self.rows else f", from {self.ids:,} ids of the system"
        return f"{self.rows:,} conversations in {self.cases:,} cases{of_ids}"


@dataclass(frozen=True, slots=True)
class Recounted:
    """The result of a recount.

    Attributes:
        definition: by which the contract's unit is counted; None where that is no resolution, or in parts.
        counted: units of the period, by the definition's text on the record as it is; None without a definition.
        at_least, at_most: the same, what is not known taken as false and as true.
        meters: units of the period, of all that the contract counts and the record tells.
        statements: which count these.
        held: what the record has of the period.
        listed: units of the list; None without one.
        by_kind: money by kind, and what lies between list and invoice; sums to `billed` less `recounted`.
        billed: amount of the invoice's lines of units, without an invoice that of the list; None with neither.
        recounted: amount of the units counted.
        bounds: by clause, without a list.
        months: units by meter and calendar month of the vendor's zone and the period's rule.
        id_column: name of the list's column of ids.
        cautions: what to know before money is claimed.
    """

    record: Record
    contract: Contract
    definition: Definition | None
    period: BillingPeriod | None
    code: str
    counted: int | None
    at_least: int | None
    at_most: int | None
    meters: Mapping[str, Decimal]
    statements: tuple[UnitStatement, ...]
    held: Held
    quantity: Decimal | None
    listed: int | None
    differences: tuple[Difference, ...]
    by_kind: tuple[KindMoney, ...]
    lines: tuple[LineMoney, ...]
    billed: Decimal | None
    recounted: Decimal
    bounds: tuple[Bound, ...]
    months: Mapping[str, Mapping[str, Decimal]]
    id_column: str
    cautions: tuple[str, ...]

    @property
    def difference(self) -> Decimal | None:
        """What was billed less what the recount comes to."""
        return None if self.billed is None else self.billed - self.recounted

    @property
    def disputed(self) -> Decimal:
        """Money of rows to dispute, and of units or prices of the invoice that nothing explains."""
        return sum((each.amount for each in self.by_kind if each.disputed), ZERO)

    @property
    def credit_later(self) -> Decimal:
        """Money that is due back on a later invoice."""
        return sum((each.amount for each in self.by_kind if each.kind in NO_DISPUTE and each.units > 0), ZERO)

    @property
    def not_billed(self) -> Decimal:
        """Money of what counts and was not billed, which the vendor will set off; not negative."""
        return -sum((each.amount for each in self.by_kind if each.units < 0 and not each.disputed), ZERO)

    @property
    def open(self) -> Decimal:
        """Money of what was billed and the record cannot settle.

        `disputed` and `credit_later` with it, less `not_billed`, are the difference.
        """
        whole = sum((each.amount for each in self.by_kind), ZERO)
        return whole - self.disputed - self.credit_later + self.not_billed

    @property
    def invoiced(self) -> Decimal | None:
        """The invoice's total: of all its lines, without an invoice what the list comes to; None with neither."""
        return sum((each.matched.line.amount for each in self.lines), ZERO) if self.lines else self.billed

    @property
    def other_lines(self) -> Decimal:
        """What lines of other charges, and those that are not in the contract, come to beyond the contract."""
        return sum(self._other_lines, ZERO)

    @property
    def _other_lines(self) -> tuple[Decimal, ...]:
        asked = ("other charge", "not in the contract")
        return tuple(each.matched.line.amount - each.ours for each in self.lines
                     if each.ours is not None and each.matched.role in asked)  # fmt: skip

    @property
    def beyond(self) -> Decimal:
        """Money that is not settled, in either direction: disputed, unexplained, or of other lines.

        Without a list the whole difference is disputed.
        """
        parts = [each.amount for each in self.by_kind if each.disputed or each.kind == UNEXPLAINED]
        return sum(map(abs, [*parts, *self._other_lines]), ZERO)

    def within(self, tolerance: float) -> bool:
        """Return whether what is not settled is at most a share of the invoice."""
        return self.beyond <= abs(self.invoiced or ZERO) * Decimal(repr(tolerance))


@dataclass(frozen=True, slots=True)
class Given:
    """What a recount is asked about.

    Attributes:
        lines: of the invoice; empty without one.
        billed: the vendor's list by id; None without one.
        period: None for the whole record.
    """

    record: Record
    lines: Sequence[InvoiceLine]
    billed: Mapping[str, BilledId] | None
    period: BillingPeriod | None
