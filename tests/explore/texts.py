"""Scenarios of a few lines for the tests of the Python interface, each as TOML text, and what is counted about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.explore import variants

ROOT = Path(__file__).parents[2]
MINIMAL = (ROOT / "scenarios/minimal.toml").read_text()
UNCERTAIN = MINIMAL.replace("volume.per_month = 2_000", "volume.per_month = { p5 = 1_500, p95 = 2_600 }").replace(
    "solve = 0.75", "solve = { p5 = 0.65, p95 = 0.85 }"
)
"""Two inputs are uncertain."""
BUDGET = UNCERTAIN.replace('start = "2027-01"', 'start = "2027-01"\nbudget = 15_000')
PARTS = (
    MINIMAL.replace("[intents.everything]\nshare = 1\n", "[intents.refund]\nshare = 0.4\n").replace(
        "[models.main]",
        "[intents.question]\nshare = 0.6\nlevels = { any = 1 }\nabandon = 0.10\nconfirm = 0.15\n\n[models.main]",
    )
    + """split = { type = "hybrid", charges = [
  { kind = "flat", meter = "conversations", rate = 0.30, applies_to = { intents = ["question"] } },
  { kind = "flat", meter = "resolutions", definition = "assumed_24h", rate = 1, applies_to = { intents = ["refund"] } },
] }
"""
)
"""Two intents, and a contract that bills each in its own way."""
TIERED = MINIMAL + 'steps = { type = "per_conversation", tiers = [{ up_to = 1_000, rate = 0.60 }, { rate = 0.40 }] }\n'
SWITCHED = (
    MINIMAL + "\n[switches.later]\ntitle = 'Later'\nold = 'conversation'\nnew = 'resolution'\nmonth = 7\nfee = 100\n"
)
SCRIPT = "<script>alert(1)</script> & more"
HOSTILE = (
    UNCERTAIN.replace('title = "Minimal"', f'title = "{SCRIPT}"')
    .replace('type = "per_conversation",', f'type = "per_conversation", title = "{SCRIPT}",')
    .replace('type = "per_resolution",', f'type = "per_resolution", title = "{SCRIPT} too",')
    + f"""
[definitions.odd]
title = "{SCRIPT}"
extends = "assumed_24h"
silence = 48
"""
)
"""Titles that would run in a browser if they were not escaped."""


def refuse_simulations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every further simulation fail."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a simulation was not needed")

    monkeypatch.setattr(variants, "simulate_all", refuse)
