"""How single conversations were sampled, as a block of the summary, and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from simulator.contracts.metering.meters import label_of
from simulator.contracts.wording import number
from simulator.engine.results import SAMPLING, Results
from simulator.engine.sampling.few_units import FewUnits
from simulator.report.summary.sampling import FewUnitsBilled, Sampling
from simulator.report.words.figures import percents
from simulator.report.words.sentences import capital
from simulator.risk.variance_shares import VarianceShares

NEARLY_WHOLE = 1_000_000
"""Cases of a month up to which a sample of that size is proposed; beyond, the ledger engine would need hours."""


def sampling(results: Results, split: VarianceShares | None) -> Sampling | None:
    """Return how conversations were sampled; None where every one was simulated.

    Args:
        split: of the recommended contract's invoice.
    """
    found = results.sampling
    if found is None:
        return None
    assert results.columns is not None  # a forecast is made of them
    sums, months = results.columns.sums, results.trials * results.months
    return Sampling(
        sample=found.sample,
        cases_drawn=round(sums[f"{SAMPLING}cases_drawn"]),
        cases=round(results.sums["cases"]),
        months_drawn_whole=sums[f"{SAMPLING}drawn_whole"] / months,
        share_of_noise=None if split is None else split.conversation,
        few_units=tuple(
            FewUnitsBilled(
                contract=each.contract,
                meter=each.meter,
                units=each.units,
                whole_months=each.whole,
                mean_off=each.mean_off,
                p95_off=each.p95_off,
            )
            for each in found.few
        ),
    )


def sampling_notes(results: Results, titles: Mapping[str, str]) -> list[str]:
    """Return a note for each contract whose bill hangs on few units, with what mends it.

    Args:
        titles: of the contracts by name.
    """
    found = results.sampling
    if found is None:
        return []
    return [_note(each, found.sample, titles) for each in found.few if not each.whole and each.contract in titles]


def _note(few: FewUnits, sample: int, titles: Mapping[str, str]) -> str:
    parts = [("the mean bill", few.mean_off), ("P95 of a year", few.p95_off)]
    off = " and ".join(
        f"{what} about {percents([abs(share)])[0]} too {'high' if share > 0 else 'low'}"
        for what, share in parts
        if abs(share) >= 0.001
    )
    units = f"{number(float(f'{few.units:.2g}'))} {label_of(few.meter)}"
    mend = (
        f"--set sample={ceil(1.5 * few.cases):d} draws whole months"
        if few.cases <= NEARLY_WHOLE
        else f"--set sample={max(1_024, 4 * sample):d} halves it"
    )
    return (
        f"{capital(titles[few.contract])} hangs on {units} a month, and a sample of {sample:,} of "
        f"{number(float(f'{few.cases:.2g}'))} cases puts {off}: {mend}"
    )
