"""A contract with charges on parts, written from meter and intents: for the tests of both engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Charge = tuple[str, Mapping[str, list[str]]]
"""A meter as a charge writes it ("resolutions careful", "messages included_per_conversation=4", "tokens"), and to which
intents and channels its price applies."""


def split(charges: Iterable[Charge], contract: str = "split") -> str:
    """Return the override that gives a contract these charges, at a rate of 1."""
    return f"contracts.{contract}.charges=[{', '.join(_written(meter, applies) for meter, applies in charges)}]"


def _written(meter: str, applies: Mapping[str, list[str]]) -> str:
    name, *terms = meter.split()
    definition = [f"definition = '{each}'" for each in terms if "=" not in each]
    others = [each for each in terms if "=" in each]
    start = ["kind = 'tokens'"] if name == "tokens" else ["kind = 'flat'", f"meter = '{name}'", "rate = 1"]
    chosen = ", ".join(f"{kind} = {names}" for kind, names in applies.items())
    return f"{{ {', '.join([*start, *definition, *others, *([f'applies_to = {{ {chosen} }}'] if chosen else [])])} }}"
