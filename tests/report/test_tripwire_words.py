"""What to watch after signing: words without keys, a table for the page, and a file that tomllib reads back."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from simulator.report.answer.tripwire_words import Watched, as_toml, sentence, table_of, watched
from simulator.report.files.folder import as_file
from tests.decisions.value.test_value import futures_of


def found(name: str = "narrow_actions") -> Watched:
    return watched(futures_of(name).forecast)


def test_the_file_reads_back_as_it_was() -> None:
    of = found()
    back = tomllib.loads(as_toml(of))
    assert back["version"] == 1 and back["scenario"] == of.scenario and len(back["tripwires"]) == len(of.wires) > 0
    for entry, wire in zip(back["tripwires"], of.wires, strict=True):
        assert entry["quantity"] == f"{wire.kind}:{wire.meter}"
        assert entry["threshold"] == pytest.approx(wire.threshold, rel=1e-11)
        assert (entry["low"], entry["high"]) == pytest.approx((wire.low, wire.high), rel=1e-11)
        assert entry["comparison"] == ("above" if wire.above else "below")
        assert entry["against_title"] == of.contracts[wire.against] and entry["what_to_do"]
    assert as_toml(found()) == as_toml(of)


@pytest.mark.parametrize("title", ['"]\n[[x]]\na = "', "\\", "\x1b[2J\x7f\x85\u2028\u202e", "\ud800", "''' \"\"\" #"])
def test_what_a_user_wrote_ends_no_string(title: str) -> None:
    of = found()
    hostile = replace(of, scenario=title, contracts=dict.fromkeys(of.contracts, title))
    back = tomllib.loads(as_file(as_toml(hostile)).decode())
    assert len(back["tripwires"]) == len(of.wires) and set(back) == {
        "version",
        "scenario",
        "seed",
        "futures",
        "tripwires",
    }
    if title.isprintable() or "\n" in title:
        assert back["tripwires"][0]["contract_title"] == title


def test_a_threshold_without_an_interval_has_none_in_the_file() -> None:
    of = found()
    bare = replace(of, wires=tuple(replace(each, low=None, high=None) for each in of.wires))
    assert all("low" not in each for each in tomllib.loads(as_toml(bare))["tripwires"])
    table = table_of(bare)
    assert table is not None and "not told" in table.rows[0][3]


def test_nothing_to_watch_is_an_empty_list() -> None:
    assert tomllib.loads(as_toml(found("minimal")))["tripwires"] == []
    assert table_of(found("minimal")) is None


def test_words_have_titles_and_no_keys() -> None:
    of = found()
    said = sentence(next(each for each in of.wires if each.against == "resolution_closed"), of)
    assert said.startswith('Per conversation stays cheaper than "Per resolution, closed by customer" while the share ')
    assert 'counted by "Closed by the customer" is above 2' in said and "_" not in said
    table = table_of(of)
    assert table is not None and all(len(row) == len(table.columns) for row in table.rows)
