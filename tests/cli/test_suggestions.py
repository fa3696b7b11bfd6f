"""What people really type: help and version as words, options under the names of other programs, paths with spaces."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from simulator.cli import COMMANDS
from simulator.cli.common.contract_names import contract_named
from simulator.cli.common.suggestions import CALLED
from simulator.scenario import parse_scenario
from simulator.version import VERSION
from tests.cli.conftest import Command

MINIMAL = (Path(__file__).parents[2] / "scenarios" / "minimal.toml").read_text(encoding="utf-8")


def said(command: Command, *words: str) -> str:
    """Return the last error of a command that refuses its words."""
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    return err.partition("Error: ")[2].rstrip("\n")


@pytest.mark.parametrize("words", ["help", "help help-me", "help run", "run help", "check help", "help levers"])
def test_help_is_a_word_too(command: Command, words: str) -> None:
    code, out, err = command(*words.split())
    if "help-me" in words:
        assert code == 2 and err.endswith("Error: No such command 'help-me'. `simulate help` lists the commands.\n")
        return
    name = " ".join(word for word in words.split() if word != "help")
    expected = command(*([name] if name else []), "--help")
    assert (code, out, err) == expected and out.startswith("Usage: ")


def test_help_on_a_mistyped_command_names_the_nearest(command: Command) -> None:
    assert said(command, "help", "chek") == "No such command 'chek'. Did you mean 'simulate help check'?"


@pytest.mark.parametrize("word", ["version", "-V", "-v", "--version"])
def test_version_is_a_word_too(command: Command, word: str) -> None:
    assert command(word) == (0, f"simulate, version {VERSION}\n", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("--runs", "--trials"), ("--n", "--trials"), ("-n", "--trials"), ("--number", "--trials"), ("--out", "--output"),
     ("--output-dir", "--output"), ("--outdir", "--output"), ("--trails", "--trials"), ("--trial", "--trials"),
     ("--jobs", "--workers"), ("--silent", "--quiet"), ("--n_trials", "--trials"), ("--random-state", "--seed"),
     ("--Trials", "--trials"), ("--contracts", "--contract")],
)  # fmt: skip
def test_an_option_under_another_name_is_answered_with_its_own(command: Command, typed: str, meant: str) -> None:
    assert said(command, "my.toml", typed, "3") == f"No such option '{typed}'. Did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("split", "A split is sought among all contracts of the scenario; --contracts says how many it may have."),
        ("value", "All contracts of the scenario are always compared"),
    ],
)
def test_a_contract_where_all_are_compared_is_answered_with_what_asks_about_one(
    command: Command, name: str, says: str
) -> None:
    told = said(command, name, "my.toml", "--contract", "per_token")
    assert (
        told.startswith(f"No such option '--contract'. {says}") and "SCENARIO --contract NAME` asks about one" in told
    )


def test_an_option_that_is_near_to_none_is_answered_with_none(command: Command) -> None:
    assert said(command, "my.toml", "--verbose") == "No such option '--verbose'."
    assert said(command, "my.toml", "--over", "a=1") == "No such option '--over'.", "it is an option of sweep only"


def test_an_option_with_one_dash_is_told_of_its_second(command: Command) -> None:
    for word in ("-trials", "-output", "-trials=3"):
        name = word.partition("=")[0]
        assert said(command, "my.toml", word, "3") == (
            f"No such option '{name}'. Names of several letters have two dashes: did you mean '-{name}'?"
        )


def test_a_scenario_behind_an_option_is_answered_with_the_command_to_paste(command: Command) -> None:
    for words, again in {
        ("--scenario", "my.toml", "--trials", "5"): "simulate my.toml --trials 5",
        ("run", "--scenario=a b.toml"): "simulate run 'a b.toml'",
        ("check", "--file", "it's.toml"): """simulate check 'it'"'"'s.toml'""",
    }.items():
        message = said(command, *words)
        assert message.endswith(f" The scenario stands without an option: {again}")
        assert all("--scenario" not in word for word in shlex.split(again))
    assert said(command, "definitions", "--scenario", "x") == "No such option '--scenario'. Did you mean '--in'?"


def test_a_path_with_spaces_is_told_to_stand_in_quotes(command: Command, tmp_path: Path) -> None:
    (tmp_path / "my own.toml").write_text(MINIMAL, encoding="utf-8")
    assert said(command, "my", "own.toml") == "A path with spaces stands in quotes: did you mean 'my own.toml'?"
    assert said(command, "check", "my.toml", "--engine") == "Option '--engine' requires an argument."


@pytest.mark.parametrize("name", ["run", "check", "compare", "sweep", "levers", "contract", "invoice", "verify"])
def test_a_missing_scenario_is_asked_for(command: Command, name: str) -> None:
    message = said(command, name)
    assert message.startswith("The scenario is missing. Give the path of its file, as in: simulate ")
    assert f"{name} my.toml" in message and message.endswith("simulate new my.toml")


def test_words_too_many_are_refused_in_a_sentence(command: Command) -> None:
    assert said(command, "levers", "my.toml", "x") == (
        "There are too many words: it is not clear what 'x' is to do here."
    )


def test_a_scenario_is_found_without_its_ending_and_its_folder(command: Command, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text(MINIMAL, encoding="utf-8")
    for typed in ("mine", "mine.toml"):
        code, _, err = command(typed)
        assert code == 2 and "= help: did you mean 'scenarios/mine.toml'?" in err


def test_every_suggested_option_is_one_of_a_command(command: Command) -> None:
    helps = "".join(command(name, "--help")[1] for name in COMMANDS) + command("--help")[1]
    for option in CALLED:
        assert f"{option} " in helps, f"no command has the option {option} any more"


def test_no_name_stands_for_two_options() -> None:
    names = [name for names in CALLED.values() for name in names]
    assert len(names) == len(set(names))


def test_help_has_numbers_in_words(command: Command) -> None:
    for name in COMMANDS:
        text = command(name, "--help")[1]
        assert "x>=" not in text and "INTEGER" not in text


@pytest.mark.parametrize(
    "words", ["--set volume.per_month 5", "--set volume.per_month = 5", "--set volume.per_month =5"]
)
def test_a_setting_in_pieces_is_answered_with_the_word_to_type(command: Command, words: str) -> None:
    assert said(command, "my.toml", *words.split()) == (
        "A setting is one word with = in it and no blanks around: did you mean --set volume.per_month=5?"
    )


def test_numbers_of_quick_without_options_are_answered_with_an_example(command: Command) -> None:
    assert said(command, "quick", "60000", "1.20") == (
        "Each number needs its option, as in simulate quick --cases 60000 --current-cost 1.20; it is not clear what "
        "'60000 1.20' is to do here."
    )


def test_new_without_a_file_is_answered_with_the_command_to_paste(command: Command, tmp_path: Path) -> None:
    assert said(command, "new", "--tickets", "8000", "--title", "A shop") == (
        "name the file to write, as in: simulate new my.toml --tickets 8000 --title 'A shop'"
    )
    assert not list(tmp_path.iterdir())


def test_a_near_file_is_near_by_its_name_and_not_by_its_ending(command: Command, tmp_path: Path) -> None:
    for name in ("bin.toml", "scenario_two.toml"):
        (tmp_path / name).write_text(MINIMAL, encoding="utf-8")
    assert "= help: scenarios in '.': bin.toml, scenario_two.toml\n" in command("nope.toml")[2]
    assert "= help: did you mean 'scenario_two.toml'?\n" in command("scenario_too.toml")[2]


NAMED = {
    "conversation": "conversation", "Per conversation": "conversation", "per CONVERSATION": "conversation",
    "Per resolution, assumed 24h": "resolution", "Short": "resolution",
}  # fmt: skip


@pytest.mark.parametrize("written", NAMED)
def test_a_contract_is_named_by_its_key_its_title_or_its_label(written: str) -> None:
    assert contract_named(written, _contracts()) == NAMED[written]


def test_a_contract_that_is_not_there_is_answered_with_the_nearest() -> None:
    for written, says in {
        "per conversatoin": "there is no contract 'per conversatoin'; did you mean 'conversation'?",
        "conversation,resolution": "there is no contract 'conversation,resolution'; give one name at a time: "
        "--contract conversation --contract resolution",
        "x": "there is no contract 'x'; the scenario has: conversation, resolution",
    }.items():
        with pytest.raises(click.BadParameter) as caught:
            contract_named(written, _contracts())
        assert caught.value.message == says


def test_a_title_of_two_contracts_is_asked_back() -> None:
    contracts = _contracts('contracts.resolution.title="Per conversation"')
    with pytest.raises(click.BadParameter) as caught:
        contract_named("Per conversation", contracts)
    assert caught.value.message == (
        "several contracts are called 'Per conversation': name one of conversation, resolution"
    )
    assert contract_named("conversation", contracts) == "conversation", "a key is one contract's alone"


def _contracts(*changes: str) -> dict[str, Any]:
    return dict(parse_scenario(MINIMAL, "my.toml", ['contracts.resolution.label="Short"', *changes]).contracts)


def test_a_title_chooses_the_contract_of_a_command(command: Command, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    code, out, err = command("invoice", "my.toml", "--contract", "Per resolution, assumed 24h")
    assert (code, err) == (0, "") and out.startswith("Per resolution, assumed 24h, 2027-01")


def test_an_equals_sign_behind_a_short_option_makes_no_folder(command: Command, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    code, out, err = command("my.toml", "-o=my out")
    assert (code, out) == (2, "")
    assert err == "error: =my out begins with =, which belongs to --output='my out' and not to -o: write -o 'my out'\n"
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]
