"""Meters: the names of the monthly quantities that contracts price.

The narrow waist between conversations and money. The engine fills a table `meter key -> (trial, month)`; charges read
it and nothing else. Tokens come by model and class. The classes do not overlap: `input` is the prompt without what was
read from cache or written to it, and `output` holds reasoning inside. `tokens_long` is the part of `tokens` in calls
whose prompt was longer than the model's threshold (a subset: subtract before pricing). `input_tokens` are all prompt
tokens of all models (cached and written ones inside), `output_tokens` all they wrote (reasoning inside).

A *layer* of a meter counts, of each conversation, only what lies above an allowance, and no more than a cap. It is a
meter of its own, with a key such as "output_tokens[500000:2000000]".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from simulator.contracts.names import number
from simulator.distributions import Quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]
    Meters: TypeAlias = Mapping[str, Array]
    Values: TypeAlias = Callable[[Quantity], Array]

CONVERSATIONS: Final = "conversations"
RESOLUTIONS: Final = "resolutions"
INPUT_TOKENS: Final = "input_tokens"
OUTPUT_TOKENS: Final = "output_tokens"
TOKEN_CLASSES: Final = ("input", "cached_input", "cache_write", "output")

OFFERED: Final[Mapping[str, str]] = MappingProxyType(
    {
        CONVERSATIONS: "handled conversation",
        RESOLUTIONS: "resolution",
        "cases": "case",
        "messages": "message",
        "ai_replies": "AI reply",
        "actions": "action",
        INPUT_TOKENS: "input token",
        OUTPUT_TOKENS: "output token",
    }
)
"""Meters that a charge per unit may name, with what one unit is called."""

SIZED: Final = ("messages", "ai_replies", "actions", INPUT_TOKENS, OUTPUT_TOKENS)
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


def definition_of(meter: str) -> str | None:
    """Return the definition whose resolutions a meter counts, or None."""
    family, _, definition = meter.partition(":")
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


_NUMBER: Final = r"\d+(?:\.\d+)?(?:e[+-]\d+)?"
_LAYER: Final = re.compile(rf"({'|'.join(SIZED)})\[({_NUMBER}):({_NUMBER})?\]", re.ASCII)


def layer_of(meter: str) -> Layer | None:
    """Return the layer that a key names, None for a meter that is counted whole."""
    found = _LAYER.fullmatch(meter)
    if found is None:
        return None
    base, included, cap = found.groups()
    return Layer(base, float(included), float(cap) if cap else None)


def base_of(meter: str) -> str:
    """Return the key of the meter of which a key names a layer, else the key itself."""
    layer = layer_of(meter)
    return meter if layer is None else layer.base


def unit_name(meter: str) -> str:
    """Return what one unit of a meter is called, as in "resolution"; of a layer, what its base's is."""
    return OFFERED[base_of(meter).partition(":")[0]]


def label_of(meter: str) -> str:
    """Return the meter as an invoice names it, as in "resolutions (assumed_24h)"."""
    definition, layer = definition_of(meter), layer_of(meter)
    if definition:
        return f"{RESOLUTIONS} ({definition})"
    plain = base_of(meter).replace("_", " ")
    if layer is None:
        return plain
    return f"{plain}{' ' if layer.included else ', '}{layer.words}"
