"""What can be counted of the service, in words: as a name in a table, and as what to ask for."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.decisions.observed import Kind
from simulator.report.words.meter_words import meter_words


def observed_name(kind: Kind, meter: str, definitions: Mapping[str, str]) -> str:
    """Return what is counted, as in 'share counted by "Closed by the customer"'.

    Args:
        meter: key of the definition, or of the meter.
        definitions: their titles by name.
    """
    if kind == "counted":
        return f'share counted by "{definitions.get(meter, meter)}"'
    if kind == "handed_over":
        return "share handed to a person"
    if kind == "tokens":
        return "tokens per conversation"
    if kind == "volume":
        return "conversations a month"
    return f"{_units(meter, definitions)} per conversation"


def _units(meter: str, definitions: Mapping[str, str]) -> str:
    return meter_words(meter, definitions).replace("ai replies", "AI replies")


def how_counted(kind: Kind, meter: str, definitions: Mapping[str, str]) -> str:
    """Return what is divided by what, in a sentence without a full stop."""
    if kind == "volume":
        return "handled conversations, divided by the months"
    if kind == "counted":
        what = f'units that "{definitions.get(meter, meter)}" counts'
    elif kind == "handed_over":
        what = "conversations that a person touched"
    else:
        what = "tokens read and written by the models" if kind == "tokens" else _units(meter, definitions)
    return f"{what}, divided by handled conversations, both summed over the months so far"


def what_to_ask(kind: Kind, meter: str, definitions: Mapping[str, str]) -> str:
    """Return what a reference customer is asked for."""
    if kind == "counted":
        return f'the share of its conversations that "{definitions.get(meter, meter)}" counts'
    if kind == "handed_over":
        return "the share of its conversations handed to a person"
    return f"its {observed_name(kind, meter, definitions)}"


def request(kind: Kind, meter: str, definitions: Mapping[str, str]) -> str:
    """Return what to ask for before signing, as a sentence begins."""
    if kind == "volume":
        return "Find out your own conversations a month"
    return f"Ask a reference customer like you for {what_to_ask(kind, meter, definitions)}"
