"""The questions of a buyer who decides, asked of a run: `run.ask.clauses("resolution")` and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.decisions.claims import Claims, claims_on
from simulator.decisions.deal import MARGIN
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.split import MOST, By
from simulator.decisions.value import MINUTES, READ
from simulator.explore.claims_study import ClaimsStudy
from simulator.explore.study import Numbers, Study
from simulator.explore.told_errors import known_contract
from simulator.report.studies import answers
from simulator.report.studies.claims import claims_told

if TYPE_CHECKING:
    from simulator.decisions.breakeven.numbers import Breakeven
    from simulator.decisions.breakeven.verdict_map import VerdictMap
    from simulator.decisions.clause_prices.clause_worths import ClausePrices
    from simulator.decisions.commitment.commitments_found import Commitments
    from simulator.decisions.deal import Deal
    from simulator.decisions.definition_spread import DefinitionSpread
    from simulator.decisions.sensitivities.whole_study import Sensitivity
    from simulator.decisions.split.splits_found import Splits
    from simulator.decisions.value import ValueOfKnowing
    from simulator.report.studies.made import MadeStudy


class Asked(Protocol):
    """A run, which can be asked."""

    @property
    def ask(self) -> Ask:
        """What is asked."""
        ...


@dataclass(frozen=True, eq=False)
class Ask:
    """The questions to a run; each answer is a `Study` with its sentence, table and figure.

    Attributes:
        futures: of the run, on which every question is answered.
    """

    futures: SameFutures

    def clauses(self, contract: str | None = None) -> Study[ClausePrices]:
        """Return what each term of a contract is worth: what to ask for first, and what not to give away.

        Args:
            contract: the recommended one without it.

        Raises:
            ContractError: for a contract that the run does not have, or for a change of vendor.
        """
        return _study(answers.clauses_study(self.futures, self._named(contract)))

    def breakeven(
        self,
        contract: str | None = None,
        against: str | None = None,
        over: str = "price",
        ends: tuple[float, float] | None = None,
    ) -> Study[Breakeven]:
        """Return where two contracts cost the same; without names, the recommended one and its closest rival.

        Args:
            over: `price` of the contract, `volume`, or the key of any number of the scenario.
            ends: values of that number between which to look.

        Raises:
            ContractError: for a contract that the run does not have.
            ValueError: for a key that is no number, or one contract twice.
        """
        first, other = self._named(contract), self._named(against)
        return _study(answers.breakeven_study(self.futures, first, other, over, ends))

    def verdict_map(
        self, contract: str | None = None, first: str = "price", second: str = "volume"
    ) -> Study[VerdictMap]:
        """Return which contract the verdict takes over two parameters: `price`, `volume`, `share`, or keys.

        Args:
            contract: of which price and share billed are varied; the recommended one without it.

        Raises:
            ContractError: for a contract that the run does not have.
            ValueError: for a key that is no number, or a share of a contract that bills no resolutions.
        """
        return _study(answers.map_study(self.futures, self._named(contract), first, second))

    def commitment(self, contract: str | None = None, discount: float | None = None) -> Study[Commitments]:
        """Return how much to commit under a contract: the size with the lowest expected bill, and what it risks.

        Args:
            contract: the recommended one without it.
            discount: share off the price that a commitment would buy, for a contract without one; 0.1 without it.

        Raises:
            ContractError: for a contract that the run does not have, and where nothing can be committed.
        """
        return _study(answers.commitment_study(self.futures, self._named(contract), discount))

    def definitions(self, contract: str | None = None) -> Study[DefinitionSpread]:
        """Return what a contract bills by every definition, and which part of the spread is the definition's.

        Args:
            contract: the recommended one without it, or where that has no definition to vary, the first that has, of
                silence if there is one.

        Raises:
            ContractError: for a contract that the run does not have.
            ValueError: for one whose definition cannot be varied.
        """
        return _study(answers.definitions_study(self.futures, self._named(contract)))

    def split(self, by: By = "intent", contracts: int = MOST, vendor_cost: float = 0.0) -> Study[Splits]:
        """Return which conversations to put under which contracts, with the gain on futures not chosen on.

        Args:
            by: intent, channel or both.
            contracts: that the split may have.
            vendor_cost: of each contract beyond the first, a year, in the scenario's currency.

        Raises:
            ContractError: where the scenario has one part only, or no contract that can hold some parts only.
        """
        return _study(answers.split_study(self.futures, by, contracts, vendor_cost))

    def sensitivity(self, contract: str | None = None) -> Study[Sensitivity]:
        """Return which assumptions a contract's cost hangs on, and what breaks it: shares, stresses, and how far to go.

        Args:
            contract: of the run; the recommended one by default.

        Raises:
            ContractError: for a contract that the run does not have.
        """
        return _study(answers.sensitivity_study(self.futures, self._named(contract)))

    def value(self, read: Sequence[int] = READ, minutes: float = MINUTES) -> Study[ValueOfKnowing]:
        """Return what is worth finding out before signing, and what learning costs and tells.

        Args:
            read: conversations of a reference customer that are read, an answer for each.
            minutes: to read one.
        """
        return _study(answers.value_study(self.futures, read, minutes))

    def deal(self, contract: str | None = None, margin: float = MARGIN, at: Sequence[float] = ()) -> Study[Deal]:
        """Return where a deal on a contract lies: what to offer, when to walk away, and who carries the spread.

        Args:
            contract: the recommended one by default.
            margin: share of the invoice that the vendor keeps above the models' cost where the offer begins.
            at: unit prices to look at too.

        Raises:
            ContractError: for a contract that the run does not have.
            ValueError: for a price of a contract without a unit price.
        """
        return _study(answers.deal_study(self.futures, self._named(contract), margin, at))

    def claims(self, *others: Asked) -> ClaimsStudy:
        """Test the ten claims of the argument about prices on the run, and on others beside it (docs/claims.md).

        Args:
            others: further runs, a column each.

        Returns:
            All claims at a glance; its `about(4)` tells one with all of its parts, and `verdicts` is a table.

        >>> import simulator as cx
        >>> run = cx.simulate(cx.load("scenarios/minimal.toml"), trials=64)
        >>> run.ask.claims().verdicts.loc[3, "Minimal"]
        'holds'
        """
        found = Claims(tuple(claims_on(each.futures) for each in (self, *(run.ask for run in others))))
        return ClaimsStudy(found, claims_told(found))

    def _named(self, contract: str | None) -> str | None:
        """Return a contract of the run, None where none is named.

        Raises:
            ContractError: for a contract that the run does not have.
        """
        return None if contract is None else known_contract(contract, tuple(self.futures.forecast.contracts))


def _study(made: MadeStudy[Numbers]) -> Study[Numbers]:
    return Study(made.numbers, made.told)
