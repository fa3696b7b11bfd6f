"""The order of moves: the same in the list, in the README and in the last line of every command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.cli import COMMANDS
from simulator.report.studies.every_study import QUESTIONS
from simulator.report.studies.moves import ORDER, STEPS, next_line, short


def test_every_command_names_the_next_one_and_the_last_the_report() -> None:
    assert next_line("value") == "Next: simulate deal. What do I offer, and at which price do I walk away?"
    assert next_line("breakeven --map volume,share").startswith("Next: simulate clauses.")
    assert next_line("claims").endswith("simulate SCENARIO --decide")


def test_every_question_has_its_place_and_every_command_is_there() -> None:
    assert list(ORDER) == [*QUESTIONS, "claims"]
    assert [name for name in ORDER if name in STEPS] == list(STEPS)
    of_help = [name for name, (_, group, _) in COMMANDS.items() if group == "Decide"]
    assert list(dict.fromkeys(name.split()[0] for name in ORDER)) == of_help


def test_the_table_of_the_readme_has_the_same_order() -> None:
    rows = re.findall(r"^\| (.+?)(?: \(\[docs[^|]*)? \| `simulate ([^`]+)` \|$", Path("README.md").read_text(), re.M)
    assert [(command, question) for question, command in rows if command in ORDER] == list(ORDER.items())


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("Ask for it: it is worth up to $31K, of $53K; read more.", "Ask for it: it is worth up to $31K, of $53K."),
        ("For it, offer $0.261 each: halfway. That is it.", "For it, offer $0.261 each."),
        ("Offer $0.26: half. Walk away above $0.46: it ties.", "Offer $0.26. Walk away above $0.46."),
        ('Of "A: $5" ask this. It is $50K off "B; c" in all.', 'Of "A: $5" ask this. It is $50K off "B; c" in all.'),
        ("Keep one contract. No more.", "Keep one contract."),
    ],
)  # fmt: skip
def test_a_move_is_told_up_to_its_first_amount(answer: str, told: str) -> None:
    assert short(answer, "USD") == told
