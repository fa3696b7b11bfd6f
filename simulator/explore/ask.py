"""The questions of a buyer who decides, asked of a run: `run.ask.clauses("resolution")` and so on."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.decisions.same_futures import SameFutures
from simulator.explore.told_errors import known_contract


@dataclass(frozen=True, eq=False)
class Ask:
    """The questions to a run; each answer is a `Study` with its sentence, table and figure.

    Attributes:
        futures: of the run, on which every question is answered.
    """

    futures: SameFutures

    def _known(self, contract: str | None) -> str:
        """Return a contract of the run, the recommended one by default.

        Raises:
            ContractError: for a contract that the run does not have.
        """
        forecast = self.futures.forecast
        return forecast.verdict.recommended if contract is None else known_contract(contract, tuple(forecast.contracts))
