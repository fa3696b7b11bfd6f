"""The whole summary of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from simulator.forecast.priced import Measure
from simulator.report.summary.anatomy import AnatomyNumbers
from simulator.report.summary.assumptions import Correlation, Spread, Unknown
from simulator.report.summary.assumptions_to_sign import AssumptionsToSign
from simulator.report.summary.base_estimate import BaseEstimates
from simulator.report.summary.bound_clauses import ContractClauses
from simulator.report.summary.budget import Budget
from simulator.report.summary.budget_years import BudgetYear
from simulator.report.summary.clauses import ClauseNumbers
from simulator.report.summary.contract import ContractNumbers, PairedContract, TieAt
from simulator.report.summary.conversation import Conversation
from simulator.report.summary.curves import ConvergencePoint, Curve, TornadoNumbers
from simulator.report.summary.distribution import Distribution
from simulator.report.summary.levers import Levers
from simulator.report.summary.over_time import Cumulative, Discounting, FiscalYearNumbers, Monthly
from simulator.report.summary.precision import Precision
from simulator.report.summary.sampling import Sampling
from simulator.report.summary.terms import Terms
from simulator.report.summary.today import Today
from simulator.report.summary.tokens import TokenBox, TokenMonths
from simulator.report.summary.true_ups import TrueUp
from simulator.report.summary.units import BilledAgainSample
from simulator.report.summary.verdict import ToldVerdict
from simulator.report.summary.volume import HumanWork, Volume
from simulator.risk.variance_shares import VarianceShares

VERSION: Final = 2
"""Version of the file `summary.json`; it changes where a reader of the file would have to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All numbers of a run: what every table, chart and sentence is made of.

    Attributes:
        version: of the file.
        scenario: its title.
        currency: code of all amounts.
        minor_units: digits after the point of that currency.
        start: first month, as in "2027-01".
        trials: futures.
        months: of the horizon.
        seed: of the futures.
        futures_drawn: how they are drawn.
        precision: None where none was asked for.
        engine: that simulated them.
        recommended: name of the contract to sign.
        ranked_by: cost that ranks contracts and that the budget covers.
        ranking: names, the recommended one first.
        too_close_to_call: whether the first two cannot be told apart.
        sentence: the answer in words.
        notes: what a reader must know of how the numbers were made.
        budget: None without one.
        price_that_holds_budget: the highest price of use at which the recommended contract keeps all budgets in nine of
            ten futures, other prices for use in proportion; None without a budget and where no price is such a limit.
        status_quo: today; None where the scenario has none.
        model_cost: the vendor's bill for tokens.
        sampling: None where every conversation was simulated.
        variance: by contract the shares of its invoice's variance; None where they were not worked out.
        billed_again: None where no sample was drawn.
        contracts: in the scenario's order.
        terms: of every contract as stated, in the scenario's order.
        bound_clauses: of every contract, in the scenario's order.
        paired: each other contract less the recommended one, in the order of the ranking.
        discounting: None where the scenario says no yearly rate.
        tornado: None with few futures.
        convergence: for growing numbers of futures.
        assumptions_to_sign: what finance signs.
        base_estimate: with every uncertain number at its middle; None where it was not worked out.
        budget_years: the recommended contract in each fiscal year that the horizon touches.
        true_ups: what is billed in single months beside use and monthly fees, by contract in the scenario's order.
        clauses: None where no definitions were compared.
        anatomy: None where no sample was drawn.
        token_box: what a conversation's tokens are; None where that was not worked out.
        token_months: what the models cost beside the invoice of the recommended contract.
        levers: what each saves under the recommended contract; None where none can move, or they were not moved.
    """

    version: Literal[2] = VERSION
    scenario: str
    currency: str
    minor_units: int
    start: str
    trials: int
    months: int
    seed: int
    futures_drawn: str
    precision: Precision | None
    engine: str
    recommended: str
    ranked_by: Measure
    ranking: tuple[str, ...]
    too_close_to_call: bool
    verdict: ToldVerdict
    sentence: str
    notes: tuple[str, ...]
    budget: Budget | None
    price_that_holds_budget: TieAt | None
    status_quo: Today | None
    human_work: HumanWork
    model_cost: Distribution
    volume: Volume
    conversation: Conversation
    unknowns: tuple[Unknown, ...]
    correlations: tuple[Correlation, ...]
    most_of_the_spread: Spread
    sampling: Sampling | None
    variance: Mapping[str, VarianceShares] | None
    billed_again: BilledAgainSample | None
    contracts: tuple[ContractNumbers, ...]
    terms: tuple[Terms, ...]
    bound_clauses: tuple[ContractClauses, ...]
    paired: tuple[PairedContract, ...]
    monthly: Monthly
    cumulative: Cumulative
    fiscal_years: tuple[FiscalYearNumbers, ...]
    discounting: Discounting | None
    curve: Curve
    tornado: TornadoNumbers | None
    convergence: tuple[ConvergencePoint, ...]
    assumptions_to_sign: AssumptionsToSign
    base_estimate: BaseEstimates | None
    budget_years: tuple[BudgetYear, ...]
    true_ups: tuple[TrueUp, ...]
    clauses: ClauseNumbers | None
    anatomy: AnatomyNumbers | None
    token_box: TokenBox | None
    token_months: TokenMonths
    levers: Levers | None

    def contract(self, name: str) -> ContractNumbers:
        """Return the numbers of a contract by its name."""
        return next(each for each in self.contracts if each.name == name)

    @property
    def best(self) -> ContractNumbers:
        """The numbers of the recommended contract."""
        return self.contract(self.recommended)
