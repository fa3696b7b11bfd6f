"""Which meters there are: each is declared once, as the value that it sums and the flags that must all be set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from simulator.contracts import meters_of, segments_of
from simulator.contracts.metering import meters as names
from simulator.contracts.metering.meters import OptionalMeters, optional_meters
from simulator.contracts.metering.segments import Segment
from simulator.engine.group_results import prompt_thresholds
from simulator.law import ENDS
from simulator.records import CLASSES
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms

Code: TypeAlias = tuple[str, int]
Flag: TypeAlias = str | Segment | Code
"""What must hold: one of seen.FLAGS, the key of a unit or of sessions, a part, or a group with its code."""


ONE: Final = "one"
"""The value of a meter that counts."""


class Meter(NamedTuple):
    """A sum over conversations.

    Attributes:
        keys: of the meter; of one that is split by a group, one for each code.
        value: what is summed: one of seen.VALUES, or the key of an own meter, of a layer or of blocks.
        flags: that must all be set.
        group: one of `groups`, of a meter without flags; "" where it is not split.
    """

    keys: tuple[str, ...]
    value: str = ONE
    flags: tuple[Flag, ...] = ()
    group: str = ""


def _one(key: str, value: str = ONE, *flags: Flag) -> Meter:
    return Meter((key,), value, flags)


CASES: Final = (
    _one("cases", ONE, "opens"),
    _one("cases_solved", ONE, "case_solved"),
    _one("cases_solved_by_ai", ONE, "case_solved_by_ai"),
)
PLAIN: Final = (
    _one("returns", ONE, "returned"),
    _one("straight_returns", ONE, "straight"),
    _one("duplicates", ONE, "duplicate"),
    _one("return_hours", "delay", "returned"),
    _one("duplicate_hours", "hours", "duplicate"),
    _one("turns", "turns"),
    _one("calls", "calls"),
    _one("duration_seconds", "duration_seconds"),
    _one("handoff_minutes", "handoff_minutes"),
    _one("review_minutes", "review_minutes"),
    _one("human_minutes", "human_minutes"),
    _one("csat_responses", ONE, "responded"),
    _one("csat_points", "score"),
    _one("touch:review", ONE, "review"),
    _one("touch:handoff", ONE, "handed_over"),
    _one("action_completed", ONE, "action"),
    _one("judged_resolved", ONE, "judged"),
    _one("handoff_planned", ONE, "planned"),
    _one("messages", "messages"),
    _one("ai_replies", "ai_replies"),
    _one("actions", "actions"),
    _one(names.INPUT_TOKENS, names.INPUT_TOKENS),
    _one(names.OUTPUT_TOKENS, names.OUTPUT_TOKENS),
)
SOLVED: Final[Mapping[str, tuple[Flag, ...]]] = {"": (), "|solved": ("solved",), "|solved_by_ai": ("solved_by_ai",)}
"""Splits of a unit by the end of its key."""
TOKENS: Final = ("plain", "cached", "written", names.OUTPUT_TOKENS)
LONG_TOKENS: Final = ("long_plain", "long_cached", "long_written", "long_output")
"""Values of tokens, in the order of contracts.metering.meters.TOKEN_CLASSES."""


def declared(scenario: Scenario, terms: Terms) -> list[Meter]:
    """Return all meters of a scenario, in the order of the results, each key once."""
    asked = optional_meters(meters_of(terms.priced))
    whole = [*CASES]
    if scenario.today is not None:
        whole.append(_one("today_minutes", "today", "opens"))
    whole += [*PLAIN, *_asked(asked)]
    whole += [_one(names.own(name), names.own(name)) for name in terms.meters]
    whole += [_one(window.key, ONE, window.key) for window in asked.sessions]
    units: dict[str, tuple[Flag, ...]] = {"rows": (), names.CONVERSATIONS: ("handled",)}
    units |= {names.resolutions(name): (names.resolutions(name),) for name in terms.definitions}
    for unit, flags in units.items():
        whole += [_one(unit + suffix, ONE, *flags, *solved) for suffix, solved in SOLVED.items()]
    whole += [
        Meter(tuple(f"{group}:{code}" for code in codes), group=group) for group, codes in groups(scenario).items()
    ]
    whole += _tokens(scenario, terms)
    whole.append(_one("reasoning_tokens", "reasoning"))
    return [*whole, *_parts(whole, segments_of(terms.priced))]


def groups(scenario: Scenario) -> dict[str, Sequence[str]]:
    """Return what conversations are counted by: what stands behind the codes of each group."""
    return {
        "end": ENDS,
        "class": CLASSES,
        "intent": list(scenario.intents),
        "channel": list(scenario.channels),
        "level": list(scenario.levels),
        "model": list(scenario.models),
    }


def _asked(asked: OptionalMeters) -> Iterator[Meter]:
    """Yield minutes, layers and blocks, which are made only where a contract reads them."""
    if asked.minutes:
        yield _one(names.MINUTES, names.MINUTES)
    keys = (*(layer.key for layer in asked.layers), *(block.key for block in asked.blocks))
    yield from (_one(key, key) for key in keys)


def _tokens(scenario: Scenario, terms: Terms) -> Iterator[Meter]:
    """Yield tokens by class and model; those of calls priced long exist where a model has a threshold."""
    kinds = [(names.tokens, TOKENS)]
    if np.isfinite(prompt_thresholds(scenario, terms)).any():
        kinds.append((names.tokens_long, LONG_TOKENS))
    for key, values in kinds:
        for token_class, value in zip(names.TOKEN_CLASSES, values, strict=True):
            yield Meter(tuple(key(model, token_class) for model in scenario.models), value, group="model")


def _parts(whole: Sequence[Meter], parts: Mapping[Segment, Sequence[str]]) -> Iterator[Meter]:
    """Yield what is asked of parts, with those of their units that are solved; what is no meter is left out."""
    known = {key: (meter, code) for meter in whole for code, key in enumerate(meter.keys)}
    for part, bases in parts.items():
        for base in bases:
            for suffix in SOLVED:
                if base + suffix in known:
                    meter, code = known[base + suffix]
                    chosen: tuple[Flag, ...] = ((meter.group, code),) if meter.group else ()
                    yield _one(part.of(base) + suffix, meter.value, *meter.flags, *chosen, part)
