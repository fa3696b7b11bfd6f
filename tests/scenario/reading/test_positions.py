from __future__ import annotations

import time
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario
from simulator.scenario.key_paths import Path, key_path
from simulator.scenario.reading.positions import scan

bare = st.text("abcdefgh_-019", min_size=1, max_size=5)
keys = st.one_of(bare, st.text(min_size=0, max_size=6).filter(lambda text: text.isprintable()))
scalars = st.one_of(
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(["[x]", "# no comment", "a = 1", '"quoted"', "it's", "}{][,,=", "\\", 'two\nlines [ # "x" ]\n']),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)
documents = st.dictionaries(keys, values, max_size=5)


def paths(value: Any, path: Path = ()) -> set[Path]:
    """Every key path of parsed values."""
    found = {path} if path else set()
    if isinstance(value, dict):
        found |= {each for key, inner in value.items() for each in paths(inner, (*path, key))}
    if isinstance(value, list):
        found |= {each for index, inner in enumerate(value) for each in paths(inner, (*path, index))}
    return found


class Writer:
    """Writes values as TOML in one of its many spellings, as hypothesis chooses."""

    def __init__(self, draw: Any) -> None:
        self.flip = lambda: draw(st.booleans())

    def key(self, key: str) -> str:
        plain = bool(key) and all(c.isascii() and (c.isalnum() or c in "_-") for c in key)
        if plain and self.flip():
            return key
        return f"'{key}'" if "'" not in key and self.flip() else self.quoted(key)

    def quoted(self, text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def value(self, value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            gap = "\n # ] }\n" if self.flip() else " "
            return "[" + f",{gap}".join(gap + self.value(each) for each in value) + f"{gap}]"
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{self.key(key)} = {self.value(each)}" for key, each in value.items()) + " }"
        return repr(value)

    def text(self, text: str) -> str:
        if "\n" in text or self.flip():
            return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
        return f"'{text}'" if "'" not in text and self.flip() else self.quoted(text)

    def document(self, table: dict[str, Any], header: str = "") -> str:
        lines, after = [], []
        for key, value in table.items():
            name = self.key(key)
            full = f"{header}.{name}" if header else name
            if isinstance(value, dict) and self.flip():
                after.append(f"[{full}] # [x]\n{self.document(value, full)}")
            elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value) and self.flip():
                after += [f"[[ {full} ]]\n{self.document(each, full)}" for each in value]
            elif isinstance(value, dict) and len(value) == 1 and self.flip():
                inner, only = next(iter(value.items()))
                lines.append(f"{name} . {self.key(inner)} = {self.value(only)} # y = 1")
            else:
                lines.append(f"{name}={self.value(value)}")
        return "\n".join([*lines, *after, ""])


@given(documents, st.data())
def test_scanner_finds_the_keys_that_the_parser_finds(document: dict[str, Any], data: st.DataObject) -> None:
    text = Writer(data.draw).document(document)
    parsed = tomllib.loads(text)
    assert parsed == document  # the writer is right, so the comparison means something
    found = scan(text)
    assert set(found.places) == paths(parsed)
    assert found.again == ()
    assert found.too_deep is None


@given(documents, st.data())
def test_places_start_at_their_keys(document: dict[str, Any], data: st.DataObject) -> None:
    text = Writer(data.draw).document(document)
    lines = text.split("\n")
    for path, place in scan(text).places.items():
        rest = lines[place.line - 1][place.column - 1 :]
        assert rest, path
        if isinstance(path[-1], str) and not rest.startswith("["):
            assert key_path(rest.split("=")[0].split(" . ")[0].strip()) is not None or '"' in rest or "'" in rest


def test_places_of_all_spellings() -> None:
    text = 'a = 1\nb.c = [1, { d = 2 },\n  3]\n[t."x y"]\nz = """ [\nq = 1 """\n[[l]]\na = 1\n[[l]]\n[l.m]\nk = 1\n'
    places = {path: (place.line, place.column) for path, place in scan(text).places.items()}
    assert places == {
        ("a",): (1, 1), ("b",): (2, 1), ("b", "c"): (2, 1), ("b", "c", 0): (2, 8), ("b", "c", 1): (2, 11),
        ("b", "c", 1, "d"): (2, 13), ("b", "c", 2): (3, 3), ("t",): (4, 1), ("t", "x y"): (4, 1),
        ("t", "x y", "z"): (5, 1), ("l",): (7, 1), ("l", 0): (7, 1), ("l", 0, "a"): (8, 1), ("l", 1): (9, 1),
        ("l", 1, "m"): (10, 1), ("l", 1, "m", "k"): (11, 1),
    }  # fmt: skip


def test_second_value_of_a_key_is_noted() -> None:
    again = scan("a = 1\nb = 2\na = 3\n").again
    assert [(path, place.line) for path, place in again] == [(("a",), 3)]


def outside(text: str) -> list[int]:
    """Return the lines of keys that the text does not have."""
    found = scan(text)
    lines = [place.line for place in (*found.places.values(), *(place for _, place in found.again))]
    return [line for line in lines if not 1 <= line <= text.count("\n") + 1]


@given(st.text())
def test_scanner_places_keys_of_any_text_inside_it(text: str) -> None:
    assert outside(text) == []


@given(st.text("[]{}=.,#\"'\\ \n\tab1-_", max_size=80))
def test_scanner_places_keys_of_any_mixture_of_signs_inside_it(text: str) -> None:
    assert outside(text) == []


@pytest.mark.parametrize(
    "text",
    ['"""' + "a" * 900_000, '"' * 900_000, "'" * 900_000, "[" * 900_000, "#" * 900_000, "\\" * 900_000,
     '"""\\"' * 200_000, "a=" * 400_000, "a = [" + "[],\n" * 200_000, "a = '''" + "''x" * 250_000,
     "=\n" * 400_000, "{" * 900_000],
)  # fmt: skip
def test_scanner_is_quick_on_hostile_texts(text: str) -> None:
    """A scan that looks back over the text for each sign takes hours here; the limit leaves a slow machine its time."""
    start = time.process_time()
    scan(text)
    assert time.process_time() - start < 60


def test_scanner_is_linear() -> None:
    def seconds(lines: int) -> float:
        text = "\n".join(f"k{number} = {{ p5 = {number}, p95 = [1, 2, {number}] }}" for number in range(lines))
        best = 9.0
        for _ in range(5):
            start = time.process_time()
            assert len(scan(text).places) == 6 * lines
            best = min(best, time.process_time() - start)
        return best

    assert seconds(8_000) / seconds(1_000) < 25  # 8 if linear, 64 if quadratic


def test_mistake_in_a_file_of_3000_lines_is_found_in_seconds() -> None:
    rows = "\n".join(f"[intents.i{number}]\nshare = 1\nlevels = {{ a = 1 }}\n" for number in range(450))
    text = rows + "\n" * 1200 + "[levels.a]\nescalate = 0.1\nsolve = 10k\n[levels.b]\nescalat = 1\n"
    start = time.process_time()
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "x")
    assert time.process_time() - start < 20
    lines = [problem.line for problem in raised.value.problems]
    assert text.split("\n").index("solve = 10k") + 1 in lines
    assert text.split("\n").index("escalat = 1") + 1 in lines


@given(st.text())
def test_any_text_is_a_scenario_or_a_scenario_error(text: str) -> None:
    try:
        parse_scenario(text, "any")
    except ScenarioError as error:
        assert error.problems


@given(documents, st.data())
def test_any_document_is_a_scenario_or_a_scenario_error(document: dict[str, Any], data: st.DataObject) -> None:
    with pytest.raises(ScenarioError):
        parse_scenario(Writer(data.draw).document(document), "any")
