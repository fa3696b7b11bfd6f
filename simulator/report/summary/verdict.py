"""The verdict of a run with the texts that are said of it."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.forecast.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldVerdict(Verdict):
    """Which contract to sign, by which rule, and what stands against it, with the texts of `verdict_words`.

    Attributes:
        saving: what all contracts save against today, in words; nothing where the scenario has no today.
        before_signing: whether it is ready to sign, or what to settle first, in words.
    """

    saving: str = ""
    before_signing: str = ""
