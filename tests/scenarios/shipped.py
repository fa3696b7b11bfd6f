"""The scenarios that ship, by name, and what the page of their parameters says that they imply."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

FOLDER: Final = Path(__file__).parents[2] / "scenarios"
SHIPPED: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
USUAL: Final = "narrow_actions"
EACH: Final = tuple(pytest.param(name, marks=() if name == USUAL else pytest.mark.slow) for name in SHIPPED)
EACH_FILE: Final = tuple(
    pytest.param(FOLDER / f"{name}.toml", id=name, marks=() if name == USUAL else pytest.mark.slow) for name in SHIPPED
)
"""The scenarios for what takes seconds with each: one at once, the others with the slower checks."""

IMPLIED: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "narrow_actions": {"escalated": 0.09, "solved": 0.76, "returns": 0.10, "human_minutes": 1.1},
        "regulated_bank": {"escalated": 0.38, "solved": 0.42, "returns": 0.14, "human_minutes": 7.5},
    }
)  # fmt: skip
"""What the published tables say of a whole deployment, a conversation; broad: tests/implied/test_implied_figures.py."""
TOLERANCES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "escalated": 0.01, "solved": 0.01, "returns": 0.01, "solved_when_answered": 0.015, "human_minutes": 0.15,
    }
)  # fmt: skip
"""How far a figure may lie from the published one, which is rounded."""

INTENTS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = MappingProxyType(
    {
        "narrow_actions": {"password_reset": (6, 90), "order_cancellation": (9, 88), "refund_approval": (15, 83)},
        "regulated_bank": {
            "card_pin": (23, 80), "balance": (15, 84), "payment_transfer": (32, 75), "access_identity": (33, 75),
            "fraud_dispute": (67, 57), "fees": (33, 73), "lending": (60, 54), "kyc_changes": (48, 66),
            "complaint": (81, 45), "hardship": (85, 43),
        },
    }
)  # fmt: skip
"""Published percent escalated and percent solved when answered, by intent."""

UNITS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "broad_cx": {
            "assumed_24h": 0.62, "credited_on_return": 0.59, "no_human_touch": 0.58,
            "action_in_system_of_record": 0.19, "closed_by_customer": 0.14,
        },
        "narrow_actions": {"assumed_24h": 0.83, "action_in_system_of_record": 0.68, "closed_by_customer": 0.32},
        "regulated_bank": {"assumed_24h": 0.51, "no_human_touch": 0.38, "action_in_system_of_record": 0.16},
    }
)  # fmt: skip
"""Published units of each definition per handled conversation."""
REVIEWED: Final = 0.13
"""Published share of the bank's conversations that are reviewed."""
