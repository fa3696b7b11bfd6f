"""Meters: the names of the monthly quantities that contracts price.

The narrow waist between conversations and money. The engine fills a table `meter key -> (trial, month)`; charges read
it and nothing else. Tokens come by model and class. The classes do not overlap: `input` is the prompt without what was
read from cache or written to it, and `output` holds reasoning inside. `tokens_long` is the part of `tokens` in calls
whose prompt was longer than the model's threshold (a subset: subtract before pricing). `input_tokens` are all prompt
tokens of all models (cached and written ones inside), `output_tokens` all they wrote (reasoning inside).

A *segment* of a meter counts conversations with some intents or on some channels only (`segments`). What a key names
(a definition, a layer, a unit ...) is that of the whole.

A *layer* of a meter counts, of each conversation, only what lies above an allowance, and no more than a cap. It is a
meter of its own, with a key such as "output_tokens[500000:2000000]". *Blocks* count the blocks of a size that each
conversation has begun, as in "messages/70". *Sessions* are counted by their window, as in "sessions:start:24", and
"own:NAME" is a meter that the scenario says in SQL.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar, get_args

from simulator.contracts.metering.segments import segment_of, whole_of
from simulator.contracts.wording import number
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array


if TYPE_CHECKING:
    Meters: TypeAlias = Mapping[str, Array]
    Values: TypeAlias = Callable[[Quantity], Array]
CONVERSATIONS: Final = "conversations"
RESOLUTIONS: Final = "resolutions"
CASES: Final = "cases"
INPUT_TOKENS: Final = "input_tokens"
OUTPUT_TOKENS: Final = "output_tokens"
MINUTES: Final = "minutes"
MINUTE_SECONDS: Final = 60.0
TICKETS: Final = "tickets"
TURNS: Final = "turns"
"""Turns of the customer: each is one message."""
SESSIONS: Final = "sessions"
OWN: Final = "own"
TOKEN_CLASSES: Final = ("input", "cached_input", "cache_write", "output")
OFFERED: Final[Mapping[str, str]] = MappingProxyType(
    {
        CONVERSATIONS: "handled conversation",
        RESOLUTIONS: "resolution",
        CASES: "case",
        "messages": "message",
        "ai_replies": "AI reply",
        "actions": "action",
        INPUT_TOKENS: "input token",
        OUTPUT_TOKENS: "output token",
        MINUTES: "minute",
        TICKETS: "ticket",
        "unseen_tickets": "ticket the AI never sees",
    }
)
"""Meters that a charge per unit may name, with what one unit is called."""
PARTLESS: Final = (TICKETS, "unseen_tickets")
"""Those that have no parts by intent or channel: the AI never sees some of them."""
SIZED: Final = ("messages", "ai_replies", "actions", INPUT_TOKENS, OUTPUT_TOKENS, MINUTES)
"""Those of which each conversation has a number of its own, so that an allowance or a cap per conversation can act."""


def resolutions(definition: str) -> str:
    """Return the key of the resolutions that a definition counts."""
    return f"{RESOLUTIONS}:{definition}"


def tokens(model: str, token_class: str) -> str:
    """Return the key of a model's tokens of one class."""
    return f"tokens:{model}:{token_class}"


def tokens_long(model: str, token_class: str) -> str:
    """Return the key of a model's tokens of one class in calls above its long-prompt threshold."""
    return f"tokens_long:{model}:{token_class}"


Anchor = Literal["start", "inactivity"]
"""From where a session's window runs: from its own start, or anew from the start of each conversation in it."""
_NUMBER: Final = r"\d+(?:\.\d+)?(?:e[+-]\d+)?"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions of a case: a conversation joins the one before it if it starts within the window, else it opens one.

    With 24 hours from the start, conversations at 0, 23, 24 and 47 hours are two sessions (23 joins, 24 opens one, 47
    joins that); from inactivity they are one, as none starts 24 hours or more after the one before it.

    Attributes:
        anchor: start of the window.
        hours: its length; a conversation at exactly this many hours opens another session.
    """

    anchor: Anchor
    hours: float

    @property
    def key(self) -> str:
        """Key of the meter, as in "sessions:start:24"."""
        return f"{SESSIONS}:{self.anchor}:{self.hours:.17g}"

    @property
    def words(self) -> str:
        """The window, as in "24 h from their start"."""
        return f"{number(self.hours)} h from {'their start' if self.anchor == 'start' else 'the last conversation'}"


def sessions(anchor: Anchor, hours: float) -> str:
    """Return the key of the sessions of a window.

    Raises:
        ValueError: the window is not above 0, or the anchor is none.
    """
    if anchor not in get_args(Anchor):
        raise ValueError(f"sessions run from {' or '.join(get_args(Anchor))}, not from {anchor!r}")
    if not 0 < hours < math.inf:
        raise ValueError(f"a session lasts more than 0 hours, not {hours:g}")
    return Sessions(anchor, float(hours)).key


_SESSIONS: Final = re.compile(rf"{SESSIONS}:({'|'.join(get_args(Anchor))}):({_NUMBER})", re.ASCII)


def sessions_of(meter: str) -> Sessions | None:
    """Return the sessions that a meter counts, or None."""
    found = _SESSIONS.fullmatch(whole_of(meter))
    return None if found is None else Sessions("start" if found[1] == "start" else "inactivity", float(found[2]))


def own(name: str) -> str:
    """Return the key of a meter that the scenario says in SQL, in its table [meters.NAME]."""
    return f"{OWN}:{name}"


def own_of(meter: str) -> str | None:
    """Return the name of the scenario's own meter, or None."""
    family, _, name = whole_of(meter).partition(":")
    return name if family == OWN and name else None


def definition_of(meter: str) -> str | None:
    """Return the definition whose resolutions a meter counts, or None."""
    family, _, definition = whole_of(meter).partition(":")
    return definition if family == RESOLUTIONS else None


def is_tokens(meter: str) -> bool:
    """Return whether a meter counts tokens, which stand in the vendor's log."""
    return base_of(meter).partition(":")[0] in ("tokens", "tokens_long", INPUT_TOKENS, OUTPUT_TOKENS)


@dataclass(frozen=True, slots=True)
class Layer:
    """What a conversation has of a meter above an allowance, at most a cap: min(max(x - included, 0), cap).

    With 500 included and a cap of 2,000, conversations of 500, 501, 2,500 and 9,000 bill 0, 1, 2,000 and 2,000.

    Attributes:
        base: key of the meter, one of `SIZED`.
        included: units of each conversation that are free.
        cap: most units of a conversation that bill; None without a cap.
    """

    base: str
    included: float
    cap: float | None

    @property
    def key(self) -> str:
        """Key of the meter: the base itself where nothing is free or cut, else exact numbers in brackets."""
        if not self.included and self.cap is None:
            return self.base
        return f"{self.base}[{self.included:.17g}:{'' if self.cap is None else f'{self.cap:.17g}'}]"

    @property
    def words(self) -> str:
        """What is billed of each conversation, as in "above 500 per conversation, at most 2,000"."""
        if self.cap is None:
            return f"above {number(self.included)} per conversation"
        if not self.included:
            return f"at most {number(self.cap)} per conversation"
        return f"above {number(self.included)} per conversation, at most {number(self.cap)}"

    def billed(self, sizes: Array) -> Array:
        """Return the units that conversations of these sizes bill, same shape."""
        import numpy as np

        return np.clip(sizes - self.included, 0.0, math.inf if self.cap is None else self.cap)


_LAYER: Final = re.compile(rf"({'|'.join(SIZED)})\[({_NUMBER}):({_NUMBER})?\]", re.ASCII)


def layer_of(meter: str) -> Layer | None:
    """Return the layer that a key names, None for a meter that is counted whole."""
    found = _LAYER.fullmatch(whole_of(meter))
    if found is None:
        return None
    base, included, cap = found.groups()
    return Layer(base, float(included), float(cap) if cap else None)


BLOCKED: Final = ("messages", "ai_replies", "actions", MINUTES)
"""Meters of conversations that can be billed in blocks."""
_UNIT_OF: Final[Mapping[str, str]] = MappingProxyType({**OFFERED, SESSIONS: "session", TURNS: "customer message"})


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks that each conversation has begun, ceil(x / size).

    With blocks of 70, conversations of 0, 1, 70, 71 and 141 messages bill 0, 1, 1, 2 and 3.

    Attributes:
        base: key of the meter, one of `BLOCKED`.
        size: units of the meter in a block.
    """

    base: str
    size: float

    @property
    def key(self) -> str:
        """Key of the meter, as in "messages/70"."""
        return f"{self.base}/{self.size:.17g}"

    @property
    def unit(self) -> str:
        """What one is called, as in "block of 70 messages"."""
        return f"started {_UNIT_OF[self.base]}" if self.size == 1 else f"block of {self._content}"

    @property
    def label(self) -> str:
        """What several are called."""
        return f"started {_plain(self.base)}" if self.size == 1 else f"blocks of {self._content}"

    @property
    def _content(self) -> str:
        return f"{number(self.size)} {_plain(self.base)}"

    def billed(self, sizes: Array) -> Array:
        """Return the blocks that conversations of these sizes have begun, same shape.

        A size within a billionth of a whole number of blocks counts as that number: 0.1 + 0.2 is three blocks of 0.1.
        """
        import numpy as np

        number_of_blocks = sizes / self.size
        whole = np.rint(number_of_blocks)
        near = np.abs(number_of_blocks - whole) <= NEAR_A_BLOCK * np.maximum(whole, 1.0)
        return np.where(near, whole, np.ceil(number_of_blocks))


NEAR_A_BLOCK: Final = 1e-9
"""Relative distance to a whole number of blocks that counts as none."""


def blocks(base: str, size: float) -> str:
    """Return the key of the blocks of a size that each conversation has begun.

    Raises:
        ValueError: the meter has no blocks, or the size is not above 0.
    """
    if base not in BLOCKED:
        raise ValueError(f"{base!r} has no blocks; those of {', '.join(BLOCKED)} can be billed")
    if not 0 < size < math.inf:
        raise ValueError(f"a block holds more than 0 {_plain(base)}, not {size:g}")
    return Blocks(base, float(size)).key


_BLOCKS: Final = re.compile(rf"({'|'.join(BLOCKED)})/({_NUMBER})", re.ASCII)


def blocks_of(meter: str) -> Blocks | None:
    """Return the blocks that a meter counts, or None."""
    found = _BLOCKS.fullmatch(whole_of(meter))
    return None if found is None else Blocks(found[1], float(found[2]))


def base_of(meter: str) -> str:
    """Return the key of the meter of which a key names a segment, a layer or blocks, else the key itself."""
    found = layer_of(meter) or blocks_of(meter)
    return whole_of(meter) if found is None else found.base


def unit_name(meter: str) -> str:
    """Return what one unit of a meter is called, as in "resolution"; of a layer, what its base's is."""
    found = blocks_of(meter)
    if found is not None:
        return found.unit
    name = own_of(meter)
    return _plain(name) if name else _UNIT_OF[base_of(meter).partition(":")[0]]


def label_of(meter: str) -> str:
    """Return the meter as an invoice names it, as in "resolutions (assumed_24h), password_reset only"."""
    chosen = segment_of(meter)
    return _whole_label(meter) if chosen is None else f"{_whole_label(meter)}, {chosen.words}"


def _whole_label(meter: str) -> str:
    definition, layer, windowed = definition_of(meter), layer_of(meter), sessions_of(meter)
    if definition:
        return f"{RESOLUTIONS} ({definition})"
    if windowed:
        return f"{SESSIONS} ({windowed.words})"
    found, name = blocks_of(meter), own_of(meter)
    if found or name:
        return found.label if found else _plain(str(name))
    plain = _plain(base_of(meter))
    if layer is None:
        return plain
    return f"{plain}{' ' if layer.included else ', '}{layer.words}"


def _plain(name: str) -> str:
    return "customer messages" if name == TURNS else name.replace("_", " ")


def family_of(meter: str) -> str:
    """Return the name of the meter that a key counts, wholly or in part: "resolutions", "messages" or "own:NAME"."""
    name = own_of(meter)
    return base_of(meter).partition(":")[0] if name is None else own(name)


Found = TypeVar("Found", Layer, Blocks, Sessions)


@dataclass(frozen=True, slots=True)
class OptionalMeters:
    """Meters that are counted only where a contract reads them, each once, in the order of the contracts.

    Attributes:
        minutes: whether minutes are read, whole or in layers or blocks.
    """

    layers: tuple[Layer, ...] = ()
    blocks: tuple[Blocks, ...] = ()
    sessions: tuple[Sessions, ...] = ()
    minutes: bool = False


def optional_meters(keys: Iterable[str]) -> OptionalMeters:
    """Return what keys of meters ask for; a key of a segment asks for the whole."""
    read = tuple(dict.fromkeys(keys))
    return OptionalMeters(
        layers=_each(layer_of(key) for key in read),
        blocks=_each(blocks_of(key) for key in read),
        sessions=_each(sessions_of(key) for key in read),
        minutes=any(base_of(key) == MINUTES for key in read),
    )


def _each(found: Iterable[Found | None]) -> tuple[Found, ...]:
    return tuple(dict.fromkeys(each for each in found if each is not None))
