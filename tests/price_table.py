"""Writes the table of list prices of the installed genai-prices package: `python -m tests.price_table`."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Final

import simulator.contracts.rates
from simulator.contracts.rates.price_table import PACKAGE, TABLE, package_models

FILE: Final = Path(simulator.contracts.rates.__file__).with_name(TABLE)


def text() -> str:
    """Return the table of the installed package: a line a model, so that a change can be read."""
    lines = []
    for provider, models in package_models().items():
        rows = [f"{json.dumps(name)}:{json.dumps(model, separators=(',', ':'))}" for name, model in models.items()]
        lines.append(f"{json.dumps(provider)}:{{\n" + ",\n".join(rows) + "\n}")
    return f'{{"version":"{version(PACKAGE)}","providers":{{\n' + ",\n".join(lines) + "\n}}\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
