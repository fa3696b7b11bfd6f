"""The questions of a buyer who decides, asked of a run: `run.ask.clauses("resolution")` and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value import MINUTES, READ, value_of_knowing
from simulator.explore.study import Study
from simulator.explore.told_errors import known_contract
from simulator.report.studies.value import value_told


@dataclass(frozen=True, eq=False)
class Ask:
    """The questions to a run; each answer is a `Study` with its sentence, table and figure.

    Attributes:
        futures: of the run, on which every question is answered.
    """

    futures: SameFutures

    def value(self, read: Sequence[int] = READ, minutes: float = MINUTES) -> Study:
        """Return what is worth finding out before signing, and what learning costs and tells.

        Args:
            read: conversations of a reference customer that are read, an answer for each.
            minutes: to read one.
        """
        found = value_of_knowing(self.futures, read, minutes)
        return Study(found, value_told(found, self.futures))

    def _known(self, contract: str | None) -> str:
        """Return a contract of the run, the recommended one by default.

        Raises:
            ContractError: for a contract that the run does not have.
        """
        forecast = self.futures.forecast
        return forecast.verdict.recommended if contract is None else known_contract(contract, tuple(forecast.contracts))
