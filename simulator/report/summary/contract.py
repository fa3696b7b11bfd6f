"""The numbers of one contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.contracts import ExitRow
from simulator.forecast.priced import Measure
from simulator.report.summary.budget import OverBudget
from simulator.report.summary.distribution import Brief, Difference, Distribution, MonthAmount
from simulator.report.summary.units import Units


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """A month from which other units are billed than before.

    Attributes:
        from_month: its number, from 1.
        units: keys of the meters.
        labels: what they are called.
    """

    from_month: int
    units: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangedInvoice:
    """A contract's own currency.

    Attributes:
        currency: its code.
        stated: what one unit of it is worth in the scenario's currency, as stated.
        fixed: whether that is the same in every future.
        rate: as drawn.
        invoice: in the contract's currency.
    """

    currency: str
    stated: float
    fixed: bool
    rate: Brief
    invoice: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class TieAt:
    """Where a contract ties with the recommended one (that one: with the next of the ranking).

    Attributes:
        factor: what all its prices for use are multiplied by.
        unit_price: its unit price times the factor; None where nothing is billed by unit.
    """

    factor: float
    unit_price: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieAtMean(TieAt):
    """Where the expected invoices are equal.

    Attributes:
        with_contract: name of the other contract.
        unit_label: what the price is for, as in "per resolution".
        billed_share: share of the conversations that would have to be billed at the price as it is; of one flat price
            of resolutions only.
    """

    with_contract: str
    unit_label: str
    billed_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepaid:
    """What becomes of prepaid credits, means over the futures; granted = used + expired + left.

    Attributes:
        bought: amount paid for them.
        paid_for_expired: amount paid for those that expire unused.
        paid_for_left: amount paid for those that are left at the end.
    """

    bought: float
    granted: float
    used: float
    expired: float
    left: float
    paid_for_expired: float
    paid_for_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """What the catalogue says of the entry that a contract starts from.

    Attributes:
        entry: its name.
        as_of: when its page was read or dated.
        estimates: keys of the scenario's numbers and clauses for which no page of the vendor stands.
        not_published: what the vendor does not publish.
        left_out: what of the page the entry does not have.
    """

    entry: str
    vendor: str
    product: str
    as_of: str
    estimates: tuple[str, ...]
    not_published: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractNumbers:
    """All that is told of one contract; per-x costs are None where no future has an x.

    Attributes:
        name: key in the scenario.
        title: how tables name it.
        label: short name, for narrow tables and charts.
        type: of contract.
        unit: key of the meter that it bills by first.
        unit_changes: months from which other units are billed.
        exchange: of a contract in another currency than the scenario's; None else.
        unit_rate: its unit price; None where it has none.
        unit_rate_fixed: whether that is the same in every future.
        unit_label: what the price is for, as in "per resolution".
        one_price: whether the unit price says what use costs.
        price_words: what use costs, in few words.
        bills_units: whether anything it bills by use occurs in some future.
        cost_to_serve: invoice and human work.
        invoice_less_model_cost: what the vendor keeps above the bill for tokens.
        lines: expected amount of the invoice by line.
        tie_price: unit price at which it ties on average; None where nowhere.
        tie: where the expected invoices are equal.
        tie_p90: where the P90s of what contracts are ranked by are equal.
        tie_nine_in_ten: up to where it is cheaper in nine of ten futures.
        owed_if_stopped: expected amount still owed if use stops after 6 and 12 months; None beyond the horizon.
        exit_table: the same after every month.
        served_share: share of the conversations that the AI serves; None where it serves all.
        human_work: expected cost of people under this contract.
        present_value: of the invoice; None unless the scenario says a yearly rate and the horizon is long.
        countable_by_buyer: whether the buyer holds all columns that its units need.
        count_note: the same in words.
        probability_cheapest: share of the futures in which it is the cheapest.
        probability_over_budget: share of the futures over the budget of the horizon; None without one.
        chance_of_budgets: share of the futures in which all budgets are kept; None without one.
        monthly: invoice by month.
    """

    name: str
    title: str
    label: str
    type: str
    unit: str
    unit_changes: tuple[UnitChange, ...]
    exchange: ExchangedInvoice | None
    unit_rate: float | None
    unit_rate_fixed: bool
    unit_label: str
    one_price: bool
    price_words: str
    bills_units: bool
    invoice: Distribution
    cost_to_serve: Distribution
    cost_per_conversation: Distribution | None
    cost_per_solved_case: Distribution | None
    invoice_per_conversation: Distribution | None
    invoice_per_solved_case: Distribution | None
    invoice_less_model_cost: Distribution
    lines: Mapping[str, float]
    units: Units
    tie_price: float | None
    tie: TieAtMean | None
    tie_p90: TieAt | None
    tie_nine_in_ten: TieAt | None
    owed_if_stopped: Mapping[str, float | None]
    exit_table: tuple[ExitRow, ...]
    prepaid: Prepaid | None
    served_share: float | None
    human_work: float
    present_value: Distribution | None
    countable_by_buyer: bool
    count_note: str
    catalogue: CatalogueEntry | None
    probability_cheapest: float
    probability_over_budget: float | None
    chance_of_budgets: float | None
    over_budget: OverBudget | None
    monthly: tuple[MonthAmount, ...]

    def cost(self, of: Measure) -> Distribution:
        """Return the invoice, or invoice and human work."""
        return self.invoice if of == "invoice" else self.cost_to_serve

    @property
    def mean_per_solved_case(self) -> float | None:
        """The expected cost of a solved case, people's work included; None where no future has one."""
        return None if self.cost_per_solved_case is None else self.cost_per_solved_case.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedContract(Difference):
    """A contract less the recommended one on the same futures.

    Attributes:
        contract: its name.
        reference: name of the recommended contract.
        of: which cost.
    """

    contract: str
    reference: str
    of: Measure
