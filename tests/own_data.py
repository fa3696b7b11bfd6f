"""The files that commands of the README and the docs read on one's own data: the invented exports, renamed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from simulator.templates.contract_files import CONTRACT_FILE
from tests.audit.commands import run

EXPORTS = Path(__file__).parent / "audit" / "exports"
MAP = '[log]\nsystem = "intercom"\nextracted_at = 2026-11-10T06:00:00Z\n\n[log.tokens]\nsystem = "litellm"\n'


def _copied(name: str) -> Callable[[Path], object]:
    return lambda target: shutil.copy(EXPORTS / name, target)


def _map(target: Path) -> None:
    target.write_text(MAP, encoding="utf-8")
    for name in ("intercom_conversations.csv", "intercom_conversation_parts.csv", "litellm_spend_logs.csv"):
        shutil.copy(EXPORTS / name, target.parent)


def _record(target: Path) -> None:
    _map(target.parent / "map-of-the-record.toml")
    assert run("log", target.parent / "map-of-the-record.toml", "-o", target)[0] == 0


def _contract(target: Path) -> None:
    """Write the contract alone, and beside its own definition and contract those of the sample."""
    sample = (EXPORTS / "contract.toml").read_text(encoding="utf-8")
    target.write_text(CONTRACT_FILE + sample[sample.index("[definitions.outcome]") :], encoding="utf-8")


FILES: Mapping[str, Callable[[Path], object]] = {
    "totals.csv": _copied("monthly_totals.csv"),
    "invoice.csv": _copied("vendor_invoice_lines.csv"),
    "vendor_invoice_lines.csv": _copied("vendor_invoice_lines.csv"),
    "billed.csv": _copied("vendor_billed_resolutions.csv"),
    "vendor_billed_resolutions.csv": _copied("vendor_billed_resolutions.csv"),
    "my-map.toml": _map,
    "record.parquet": _record,
    "contract.toml": _contract,
    "my-contract.toml": _contract,
}


def put(words: Sequence[str], folder: Path) -> None:
    """Put the files that a command reads into a folder: those it names, but for the ones it writes."""
    if (words[:1] == ["new"] and "--from-totals" not in words) or words[:2] == ["map", "new"]:
        return
    for before, word in zip(["", *words], words, strict=False):
        if word in FILES and before != "-o" and not (folder / word).exists():
            FILES[word](folder / word)
