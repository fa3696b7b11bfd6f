"""Regenerate what the README shows of a real run: `python -m tests.readme` writes the transcript and the chart.

The transcript stands between markers; a test compares it with a new run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CHART = ROOT / "docs" / "broad_cx.svg"
MARKED = re.compile(r"(<!-- transcript:broad_cx -->\n).*?(<!-- /transcript -->)", re.DOTALL)
FOLDER = "outputs/broad_cx/..."


def real_run(folder: Path) -> str:
    """Run the example into a folder and return what it prints, the folder's name replaced."""
    command = [sys.executable, "-m", "simulator", "scenarios/broad_cx.toml", "-o", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.replace(str(folder), FOLDER).rstrip()


def block(printed: str) -> str:
    """Return the transcript as it stands in the README."""
    return f"```console\n$ simulate scenarios/broad_cx.toml\n{printed}\n```\n"


def shown(text: str) -> str:
    """Return what stands between the markers."""
    found = MARKED.search(text)
    assert found is not None, "the README has no markers for the transcript"
    return text[found.start() + len(found.group(1)) : found.end() - len(found.group(2))]


def main() -> None:
    """Write the transcript and the chart of a new run."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "run"
        printed = block(real_run(folder))
        text = README.read_text(encoding="utf-8")
        README.write_text(MARKED.sub(lambda m: m.group(1) + printed + m.group(2), text), encoding="utf-8")
        shutil.copy(folder / "charts" / "1-interval-strip.svg", CHART)


if __name__ == "__main__":
    main()
