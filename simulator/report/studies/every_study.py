"""The questions of a buyer who decides, all answered on the futures of one run: for `simulate SCENARIO --decide`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.decisions.breakeven.breakeven import breakeven, pair_of
from simulator.decisions.commitment import asked_contract, commitments
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value import value_of_knowing
from simulator.errors import SimulatorError
from simulator.report.studies.breakeven import breakeven_told
from simulator.report.studies.commitment import commitment_told
from simulator.report.studies.made import Decided, MadeStudy
from simulator.report.studies.told import Told
from simulator.report.studies.value import value_told


def _breakeven(futures: SameFutures) -> tuple[Told, Any]:
    found = breakeven(futures, pair_of(futures, None, None), "price", None)
    return breakeven_told(found, futures.forecast), found


def _commitment(futures: SameFutures) -> tuple[Told, Any]:
    found = commitments(futures, asked_contract(futures))
    return commitment_told(found, futures.scenario), found


def _value(futures: SameFutures) -> tuple[Told, Any]:
    found = value_of_knowing(futures)
    return value_told(found, futures), found


QUESTIONS: Final[Mapping[str, Callable[[SameFutures], tuple[Told, Any]]]] = {
    "breakeven": _breakeven,
    "commitment": _commitment,
    "value": _value,
}
"""Each answer as its command gives it without options, by the name of the command, in the order of the help."""


def every_study(futures: SameFutures, said: Callable[[str], None] = lambda name: None) -> Decided:
    """Answer every question; one that a scenario does not have, two contracts where it has one, is left out.

    Args:
        said: is told the name of the question that is answered now.
    """
    studies, left_out = [], {}
    for name, question in QUESTIONS.items():
        said(name)
        try:
            told, numbers = question(futures)
        except (SimulatorError, ValueError) as error:
            left_out[name] = str(error)
        else:
            studies.append(MadeStudy(name, told, numbers))
    return Decided(tuple(studies), left_out)
