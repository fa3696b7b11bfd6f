"""The scenarios that ship, by name, and what the page of their parameters says that they imply."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "scenarios"
SHIPPED: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))

IMPLIED: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "broad_cx": {
            "conversations_per_case": 1.09, "escalated": 0.26, "abandoned": 0.07, "solved": 0.54, "returns": 0.13,
            "turns": 4.6, "human_minutes": 3.7,
        },
        "narrow_actions": {"escalated": 0.09, "solved": 0.76, "returns": 0.10, "human_minutes": 1.1},
        "regulated_bank": {"escalated": 0.38, "solved": 0.42, "returns": 0.14, "human_minutes": 7.5},
    }
)  # fmt: skip
"""What the published tables say of a whole deployment, per conversation; minutes of broad: the mean of its column."""
TOLERANCES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "conversations_per_case": 0.05, "escalated": 0.01, "abandoned": 0.005, "solved": 0.01, "returns": 0.01,
        "solved_when_answered": 0.015, "turns": 0.2, "human_minutes": 0.15,
    }
)  # fmt: skip
"""How far a figure may lie from the published one, which is rounded; the page counts a case without its duplicates."""

INTENTS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = MappingProxyType(
    {
        "broad_cx": {
            "order_status": (10, 90), "return_refund": (23, 81), "bill_explained": (28, 79),
            "product_tariff_question": (13, 86), "technical_fault": (41, 67), "account_access": (15, 88),
            "delivery_problem": (36, 74), "change_cancel_order": (17, 86), "payment_problem": (33, 79),
            "plan_change": (35, 78), "leave_retention": (58, 66), "billing_dispute": (61, 61),
            "activation_porting": (38, 74), "complaint_vulnerable": (79, 53), "empty_spam_misdirected": (4, 80),
        },
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
