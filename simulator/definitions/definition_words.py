"""A definition in plain words, built from its clauses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.definitions.spec import DefinitionSpec, provisos_of
from simulator.records import CLASSES

OUTCOMES_IN_WORDS: Final = {
    "confirmed": "the customer confirms it",
    "silent": "the customer falls silent after an answer",
    "abandoned": "the customer leaves before an answer",
    "partial": "the AI did part of the work and a person finished",
    "escalated": "it is handed to a person",
}
_TOUCHES: Final = {
    "none": "no person touched it (not even for a review)",
    "review": "no person took part beyond a review",
}


def in_words(spec: DefinitionSpec) -> str:
    """Return what counts, in sentences."""
    return " ".join((_what_counts(spec), *_how_it_is_counted(spec)))


def _what_counts(spec: DefinitionSpec) -> str:
    if spec.predicate is not None:
        return f"A conversation counts if: {' '.join(spec.predicate.split())}."
    kinds = "" if len(spec.classes) == len(CLASSES) else f" of class {_listed(spec.classes, 'or')}"
    provided = _provisos(spec)
    tail = f", provided that {_listed(provided, 'and')}" if provided else ""
    return f"A conversation{kinds} counts if {_listed(_ways(spec), 'or')}{tail}."


def _ways(spec: DefinitionSpec) -> list[str]:
    ways = []
    for outcome in spec.counting_outcomes:
        text = OUTCOMES_IN_WORDS[outcome]
        if outcome == "silent" and isinstance(spec.silence, float):
            text += f" and does not come back for {_hours(spec.silence)}"
        ways.append(text)
    if spec.planned_handoffs:
        ways.append("a procedure designed it to be handed to a person")
    return ways


def _provisos(spec: DefinitionSpec) -> list[str]:
    provisos = []
    if spec.human_touch in _TOUCHES and spec.counting_outcomes:
        exception = " (planned handoffs apart)" if spec.planned_handoffs else ""
        provisos.append(_TOUCHES[spec.human_touch] + exception)
    provisos += [words for _, value, proviso in provisos_of(spec) for words in proviso.words(value)]
    if spec.returns == "void":
        when = _window(spec)
        provisos.append(f"the customer does not come back {when}" if when else "the customer never comes back")
    return provisos


def _how_it_is_counted(spec: DefinitionSpec) -> list[str]:
    sentences = []
    if any(proviso.without_returns for _, _, proviso in provisos_of(spec)):
        sentences.append("A return does not count.")
    elif spec.at_most == "case":
        sentences.append("A case counts at most once.")
    elif spec.returns == "merge":
        when = _window(spec)
        after = f" {when} of the conversation before it" if when else ""
        sentences.append(f"A return{after} belongs to the unit already counted for the case.")
    elif spec.returns == "bill_again":
        sentences.append("A return is a new conversation and can count again.")
    if spec.duplicates == "merged":
        sentences.append("A duplicate ticket counts only if its original does not meet these conditions.")
    else:
        sentences.append("A duplicate ticket counts on its own.")
    return sentences


def _window(spec: DefinitionSpec) -> str:
    hours = spec.return_window_hours
    return f"within {_hours(hours)}" if isinstance(hours, float) else ""


def _hours(hours: float) -> str:
    return f"{hours:g} hour{'' if hours == 1 else 's'}"


def _listed(parts: Sequence[str], word: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
