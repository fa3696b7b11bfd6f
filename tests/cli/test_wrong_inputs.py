"""What is answered to wrong scenarios, options and folders: the exact message, the exit code, nothing half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINIMAL = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
PRICE = "price = 0.50 }"
TABLE = next(line for line in MINIMAL.splitlines() if line.startswith("[contracts]"))
END = "\n1 problem in my.toml; nothing was run.\n"

EDITS: dict[str, tuple[str, str, str, str, str]] = {
    # what: text, what is written instead, message, the line's text, help
    "table misspelt": ("[contracts]", "[contract]", "unknown key 'contract' in the scenario",
                       TABLE.replace("[contracts]", "[contract]"),
                       "did you mean 'contracts'?"),
    "name with a slash": ("conversation = {", '"a/b" = {', "the name 'a/b' cannot be used",
                          '"a/b" = { type = "per_conversation", price = 0.50 }',
                          "letters, digits, spaces, _ . and -, at most 200"),
    "name of emoji": ("conversation = {", '"\U0001f600" = {', "the name '\U0001f600' cannot be used",
                      '"\U0001f600" = { type = "per_conversation", price = 0.50 }',
                      "letters, digits, spaces, _ . and -, at most 200"),
    "decimal comma": (PRICE, "price = 0,50 }", "'0,50' is not a number in TOML",
                      'conversation = { type = "per_conversation", price = 0,50 }',
                      "write 0.50; decimals are written with a point"),
    "currency in a number": (PRICE, 'price = "$0.99" }',
                             "contracts.conversation.price: must be a number, not '$0.99'",
                             'conversation = { type = "per_conversation", price = "$0.99" }',
                             "write 0.99; the currency is said once, in 'currency'"),
    "percent": (PRICE, "price = 0.5, discount = 99% }", "'99%' is not a number in TOML",
                'conversation = { type = "per_conversation", price = 0.5, discount = 99% }',
                "write 0.99; shares are written from 0 to 1"),
    "share as percent": (PRICE, "price = 0.5, discount = 20 }",
                         "contracts.conversation.discount: must be a share from 0 to 1, not 20",
                         'conversation = { type = "per_conversation", price = 0.5, discount = 20 }',
                         "write 0.2 for 20 %"),
    "thousands as k": (PRICE, "price = 0.5, platform_fee = 10k }", "'10k' is not a number in TOML",
                       'conversation = { type = "per_conversation", price = 0.5, platform_fee = 10k }',
                       "write 10_000; numbers are written out"),
    "not a number": (PRICE, "price = nan }", "contracts.conversation.price: must be a finite number, not nan",
                     'conversation = { type = "per_conversation", price = nan }', ""),
    "infinite": (PRICE, "price = inf }", "contracts.conversation.price: must be a finite number, not inf",
                 'conversation = { type = "per_conversation", price = inf }', ""),
    "huge": (PRICE, f"price = {10**26} }}",
             "contracts.conversation.price: must be 0 or more and at most 1,000,000,000, not 1e+26",
             f'conversation = {{ type = "per_conversation", price = {10**26} }}', ""),
    "negative": (PRICE, "price = -0.5 }",
                 "contracts.conversation.price: must be 0 or more and at most 1,000,000,000, not -0.5",
                 'conversation = { type = "per_conversation", price = -0.5 }', ""),
    "key misspelt": (PRICE, "prise = 0.50 }", "unknown key 'prise' in [contracts.conversation]",
                     'conversation = { type = "per_conversation", prise = 0.50 }', "did you mean 'price'?"),
    "key twice": (PRICE, "price = 0.50, price = 0.6 }", "'contracts.conversation.price' stands twice; first on line 23",
                  'conversation = { type = "per_conversation", price = 0.50, price = 0.6 }', "keep one of the two"),
    "table twice": ("[contracts]", "[levels.any]\n[contracts]", "the table [levels.any] stands twice; first on line 8",
                    "[levels.any]", "give one another name"),
    "unquoted text": ('"assumed_24h"', "assumed_24h", "text must stand in quotes: assumed_24h",
                      'resolution = { type = "per_resolution", definition = assumed_24h, price = 0.99 }',
                      'write "assumed_24h"'),
    "comma before the bracket": (PRICE, "price = 0.5, }", "an inline table has no comma before its closing bracket",
                                 'conversation = { type = "per_conversation", price = 0.5, }',
                                 'write conversation = { type = "per_conversation", price = 0.5 }'),
    "price and tiers": (PRICE, "price = 0.5, tiers = [{ rate = 1 }] }",
                        "contracts.conversation.tiers: give price (0.5) or tiers, not both",
                        'conversation = { type = "per_conversation", price = 0.5, tiers = [{ rate = 1 }] }', ""),
    "half a month": (PRICE, "price = 0.5, term_months = 1.5 }",
                     "contracts.conversation.term_months: must be a whole number, not 1.5",
                     'conversation = { type = "per_conversation", price = 0.5, term_months = 1.5 }', "write 2"),
    "month without quotes": ('"2027-01"', "2027-01", "a month must stand in quotes: 2027-01", "start = 2027-01",
                             'write "2027-01"'),
    "date": ('"2027-01"', "2027-01-15", "start: must be text in quotes, not 2027-01-15", "start = 2027-01-15",
             'write "2027-01"'),
    "month in words": ('"2027-01"', '"Jan 2027"', 'start: must be a year and month as "2027-01", not "Jan 2027"',
                       'start = "Jan 2027"', ""),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_a_wrong_scenario_is_answered_with_line_and_help(command: Command, tmp_path: Path, what: str) -> None:
    old, new, message, line, help_text = EDITS[what]
    assert MINIMAL.count(old) == 1
    (tmp_path / "my.toml").write_text(MINIMAL.replace(old, new), encoding="utf-8")
    code, out, err = command("my.toml")
    assert (code, out) == (2, "")
    rows = err.splitlines()
    number = MINIMAL.replace(old, new).split("\n").index(line) + 1 if what != "table twice" else 22
    assert rows[:3] == [f"error: {message}", f"  --> my.toml:{number}", f"{number:>2} | {line}"]
    assert set(rows[3][5:].strip()) == {"^"}
    assert rows[4:] == [*([f"   = help: {help_text}"] if help_text else []), *END.rstrip("\n").split("\n")]
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "binary": (b"title\x00 = 1", "the file is binary, not text"),
    "UTF-16": ("title = 1".encode("utf-16"), "the file is in UTF-16"),
    "Latin-1": (b'title = "caf\xe9"', "the file is not UTF-8: byte 0xe9 on line 1"),
    "2 MB": (b"#" * 2_000_000, "the file has 2,000,000 bytes; a scenario has at most 1,000,000"),
    "30 deep": (b"x = " + b"[" * 30 + b"]" * 30, "nested deeper than 20 levels"),
    "30 deep in keys": (b".".join([b"a"] * 30) + b" = 1", "nested deeper than 20 levels"),
    "long number": (b"trials = " + b"9" * 9_000, "a number of 9,000 digits is too long"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_scenario_is_refused_in_one_message(command: Command, tmp_path: Path, what: str) -> None:
    content, message = FILES[what]
    (tmp_path / "my.toml").write_bytes(content)
    code, out, err = command("my.toml")
    assert (code, out) == (2, "") and err.startswith(f"error: {message}\n  --> my.toml") and err.endswith(END)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("how", ["BOM", "CRLF"])
def test_a_file_from_another_system_is_read(command: Command, tmp_path: Path, how: str) -> None:
    text = MINIMAL.replace("\n", "\r\n") if how == "CRLF" else f"\ufeff{MINIMAL}"
    (tmp_path / "my.toml").write_text(text, encoding="utf-8", newline="")
    code, out, err = command("check", "my.toml")
    assert (code, err) == (0, "") and out.startswith("ok  my.toml: Minimal\n")


def test_a_folder_is_no_scenario(command: Command, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.toml").write_text("")
    code, _, err = command("there")
    assert code == 2 and err.startswith(
        "error: this is a folder, not a scenario\n  --> there\n  = help: it holds a.toml; name one of them\n"
    )


OVERRIDES = {
    "currency=EUR": ("currency: 'EUR' is not a value in TOML", "text stands in quotes: --set 'currency=\"EUR\"'"),
    "volume.per_month=10k": ("volume.per_month: '10k' is not a value in TOML",
                             "write --set volume.per_month=10_000; numbers are written out"),
    "contracts.resolution.price=$0.79": ("contracts.resolution.price: '$0.79' is not a value in TOML",
        "write --set contracts.resolution.price=0.79; the currency is said once, in 'currency'"),
    "contracts.resolution.price=0,79": ("contracts.resolution.price: '0,79' is not a value in TOML",
        "write --set contracts.resolution.price=0.79; decimals are written with a point"),
    "contracts.resolutoin.price=1": ("unknown key 'resolutoin' in [contracts]", "did you mean 'resolution'?"),
    "contracts.resolution.prise=1": ("unknown key 'prise' in [contracts.resolution]", "did you mean 'price'?"),
    "=5": ("an override is written key.path=value", "for example --set volume.per_month=60_000"),
    "volume..per_month=5": ("an override is written key.path=value", "for example --set volume.per_month=60_000"),
    "volume=5": ("volume: must be a table, not 5", ""),
    "months=12.5": ("months: must be a whole number, not 12.5", "write 12"),
    "seed=-1": ("seed: must be 0 or more, not -1", ""),
    "levels.any.escalate=30": ("levels.any.escalate: must be a share from 0 to 1, not 30", "write 0.3 for 30 %"),
    "volume.per_month={p5=3,p95=2}": (
        "volume.per_month: p5 (3) must be below p95 (2); swap them, or write one number if it is known", ""),
}  # fmt: skip


@pytest.mark.parametrize("override", OVERRIDES)
def test_a_wrong_set_is_answered_under_its_own_name(command: Command, tmp_path: Path, override: str) -> None:
    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    message, help_text = OVERRIDES[override]
    helped = f"  = help: {help_text}\n" if help_text else ""
    expected = f"error: {message}\n  --> --set {override}\n{helped}{END}"
    assert command("my.toml", "--set", override) == (2, "", expected)
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]


OPTIONS = {
    "--trials 0": "Invalid value for '--trials': must be 1 or more, not 0",
    "--trials 10k": "Invalid value for '--trials': '10k' is not a whole number; write 10_000 (numbers are written out)",
    "--trials 1.5": "Invalid value for '--trials': '1.5' is not a whole number",
    "--trials 10.000": "Invalid value for '--trials': '10.000' is not a whole number; write 10_000, or 10",
    "--trials 2.500": "Invalid value for '--trials': '2.500' is not a whole number; write 2_500",
    "--months 0": "Invalid value for '--months': must be 1 or more, not 0",
    "--workers 0": "Invalid value for '--workers': must be from 1 to 256, not 0",
    "--seed -1": "Invalid value for '--seed': must be 0 or more, not -1",
    "--budget $500": (
        "Invalid value for '--budget': '$500' is not a number; write 500 (the currency is said once, in 'currency')"
    ),
    "--trails 5": "No such option '--trails'. Did you mean '--trials'?",
    "--engine ledgers": "Invalid value for '--engine': 'ledgers' is not one of 'sampled', 'ledger'.",
    "--set": "Option '--set' requires an argument.",
    "other.toml": (
        "A run has one scenario, and it is not clear what 'other.toml' is to do here. `simulate compare A.toml B.toml` "
        "sets two scenarios side by side, and `simulate sweep A.toml B.toml` puts several into one table."
    ),
}  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS)
def test_a_wrong_option_is_answered_with_what_is_allowed(command: Command, tmp_path: Path, options: str) -> None:
    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    code, out, err = command("my.toml", *options.split(" "))
    assert (code, out) == (2, "") and err.splitlines()[-1] == f"Error: {OPTIONS[options]}"
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]


COUNTED = [
    ("new", "n.toml", "--tickets"), ("new", "n.toml", "--cases"), ("new", "n.toml", "--conversations"),
    ("quick", "--current-cost", "1.20", "--cases"),
]  # fmt: skip


@pytest.mark.parametrize("words", COUNTED, ids=" ".join)
def test_a_count_on_the_command_line_is_asked_back(command: Command, tmp_path: Path, words: tuple[str, ...]) -> None:
    option = words[-1]
    for text, asked in {
        "22.000": "22.000 can be read as 22 and as 22,000; write 22_000, or 22",
        "22.500": "22.500 can be read as 22.5 and as 22,500; write 22_500, or 22.5",
        "22,000": "'22,000' is not a number; write 22_000 (thousands are separated with _; if the comma was a decimal "
        "point, 22)",
        "22 000": "'22 000' is not a number; write 22_000 (thousands are separated with _)",
        "1.500.000": "'1.500.000' is not a number; write 1_500_000 (thousands are separated with _)",
    }.items():
        code, out, err = command(*words, text)
        assert (code, out) == (2, "") and err.endswith(f"Error: Invalid value for '{option}': {asked}\n")
    assert list(tmp_path.iterdir()) == []


def test_money_on_the_command_line_keeps_its_three_decimals(command: Command, tmp_path: Path) -> None:
    code, _, err = command("new", "n.toml", "--price", "resolution=0.125", "--cost-per-hour", "38.125")
    assert (code, err) == (0, "")
    assert "price = { value = 0.125, " in (tmp_path / "n.toml").read_text(encoding="utf-8")


def test_words_that_are_nearly_a_command_or_an_option_of_the_program(command: Command) -> None:
    assert command("chek")[2].endswith("Error: No such command or scenario 'chek'. Did you mean 'check'?\n")
    assert command("--versoin")[2].endswith("Error: No such option '--versoin'. Did you mean '--version'?\n")


def test_a_results_folder_that_goes_away_under_the_run_is_said(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from simulator.report import bundle

    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    whole = bundle.write_trials

    def vanish(forecast: object, path: Path) -> None:
        shutil.rmtree(path.parent)
        whole(forecast, path)  # type: ignore[arg-type]

    monkeypatch.setattr(bundle, "write_trials", vanish)
    code, out, err = command("my.toml", "--trials", "2", "--months", "1", "--workers", "1", "--no-report")
    assert (code, out) == (2, "")
    assert err.startswith("error: cannot write results to outputs/my: ") and "no such file or directory" in err
    assert err.count("\n") == 1 and err.endswith("nothing was left behind\n")
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]


def test_a_folder_that_another_run_took_meanwhile_is_left_alone(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.report import bundle

    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    whole = bundle.write_trials

    def race(forecast: object, path: Path) -> None:
        whole(forecast, path)  # type: ignore[arg-type]
        (tmp_path / "here").mkdir()
        (tmp_path / "here" / "theirs").write_text("x")

    monkeypatch.setattr(bundle, "write_trials", race)
    code, out, err = command("my.toml", "--trials", "2", "--months", "1", "--workers", "1", "--no-report", "-o", "here")
    assert (code, out) == (2, "")
    assert err == "error: here exists and nothing is overwritten; name a new folder with -o\n"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["here", "my.toml", "theirs"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "n" * 300 + ".toml"), "error: this file cannot be read: file name too long"),
        (("loop.toml",), "error: this file cannot be read: too many levels of symbolic links"),
        (("my.toml", "-o", "n" * 300), "error: file name too long"),
        (("ledger", "my.toml", "-o", "n" * 300 + ".csv"), "error: file name too long"),
    ],
)
def test_what_the_system_refuses_is_said_in_words(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "my.toml").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    code, out, err = command(*arguments)
    assert (code, out) == (2, "") and err.startswith(said) and "rrno" not in err, err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loop.toml", "my.toml"]


def test_a_file_name_moves_no_cursor(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.toml").write_text(MINIMAL, encoding="utf-8")
    code, out, err = command("check", "a\x1b[2J.toml")
    assert (code, err) == (0, "") and out.startswith("ok  a\\x1b[2J.toml: Minimal\n")
    code, out, err = command("a\x1b[2J.toml", "-o", "a\x1b[2J.toml")
    assert (code, out) == (2, "") and "\x1b" not in err and "a\\x1b[2J.toml exists" in err


@pytest.mark.parametrize(("cases", "sd"), [("22.1250", "2.2125"), ("61.25", "6.1250")])
def test_a_new_scenario_does_not_ask_back_what_it_wrote(command: Command, tmp_path: Path, cases: str, sd: str) -> None:
    """The template's sd is a tenth of its mean: that of 61.25 cases is 6.125, written with a fourth decimal."""
    code, _, err = command("new", "n.toml", "--template", "narrow", "--cases", cases)
    assert (code, err) == (0, "")
    assert f"{{ mean = {cases}, sd = {sd} }}" in (tmp_path / "n.toml").read_text(encoding="utf-8")
    assert command("check", "n.toml")[0] == 0
