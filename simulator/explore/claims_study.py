"""The ten claims in a notebook: all of them at a glance, and one at a time with all of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.decisions.claims import Claims
from simulator.explore.study import Study
from simulator.report.studies.claim_words import SHORT
from simulator.report.studies.claims import claims_told

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ClaimsStudy(Study[Claims]):
    """The claims on one or more runs, as `simulate claims` prints them."""

    def about(self, *numbers: int) -> Study[Claims]:
        """Return some of the claims with all of their parts, their intervals and their conditions.

        Raises:
            ValueError: for a number that no claim has.
        """
        wrong = [number for number in numbers if number not in SHORT]
        if wrong or not numbers:
            raise ValueError(f"claims have the numbers 1 to {len(SHORT)}, not {wrong[0] if wrong else 'none'}")
        return Study(self.numbers, claims_told(self.numbers, numbers))

    @property
    def verdicts(self) -> pd.DataFrame:
        """The verdicts: one row a claim, by its number, one column a scenario."""
        import pandas as pd

        found = {each.scenario: [claim.verdict for claim in each.claims] for each in self.numbers.scenarios}
        return pd.DataFrame(found, index=pd.Index(list(SHORT), name="claim"))
