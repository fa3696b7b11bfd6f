"""Meters: the names of the monthly quantities that contracts price.

The narrow waist between conversations and money. The engine fills a table `meter key -> (trial, month)`; charges read
it and nothing else. Tokens come by model and class. The classes do not overlap: `input` is the prompt without what was
read from cache or written to it, and `output` holds reasoning inside. `tokens_long` is the part of `tokens` in calls
whose prompt was longer than the model's threshold (a subset: subtract before pricing).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from simulator.distributions import Quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]
    Meters: TypeAlias = Mapping[str, Array]
    Values: TypeAlias = Callable[[Quantity], Array]

CONVERSATIONS: Final = "conversations"
RESOLUTIONS: Final = "resolutions"
TOKEN_CLASSES: Final = ("input", "cached_input", "cache_write", "output")

OFFERED: Final[Mapping[str, str]] = MappingProxyType(
    {
        CONVERSATIONS: "handled conversation",
        RESOLUTIONS: "resolution",
        "cases": "case",
        "messages": "message",
        "ai_replies": "AI reply",
        "actions": "action",
    }
)
"""Meters that a charge per unit may name, with what one unit is called."""


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


def unit_name(meter: str) -> str:
    """Return what one unit of a meter is called, as in "resolution"."""
    return OFFERED[meter.partition(":")[0]]


def label_of(meter: str) -> str:
    """Return the meter as an invoice names it, as in "resolutions (assumed_24h)"."""
    definition = definition_of(meter)
    return f"{RESOLUTIONS} ({definition})" if definition else meter.replace("_", " ")
