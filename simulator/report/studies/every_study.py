"""The questions of a buyer who decides, all answered on the futures of one run: for `simulate SCENARIO --decide`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.decisions.same_futures import SameFutures
from simulator.errors import SimulatorError
from simulator.report.studies import answers
from simulator.report.studies.made import Decided, MadeStudy

QUESTIONS: Final[Mapping[str, Callable[[SameFutures], MadeStudy[Any]]]] = {
    "value": answers.value_study,
    "deal": answers.deal_study,
    "breakeven": answers.breakeven_study,
    "breakeven --map price,volume": answers.map_study,
    "clauses": answers.clauses_study,
    "definitions --compare": answers.definitions_study,
    "sensitivity": answers.sensitivity_study,
    "commitment": answers.commitment_study,
    "split": answers.split_study,
}
"""Each answer as its command gives it without further options, by the command, in the order of `moves.ORDER`."""


def every_study(futures: SameFutures, said: Callable[[str], None] = lambda name: None) -> Decided:
    """Answer every question; one that a scenario does not have, two contracts where it has one, is left out.

    Args:
        said: is told the name of the question that is answered now.
    """
    studies: list[MadeStudy[Any]] = []
    left_out = {}
    for name, question in QUESTIONS.items():
        said(name)
        try:
            made = question(futures)
        except (SimulatorError, ValueError) as error:
            left_out[name] = str(error)
        else:
            studies.append(made)
    return Decided(tuple(studies), left_out)
