"""What is wrong where a text is not TOML, and how a line with a mistake that people really make was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from simulator.errors import Problem
from simulator.scenario.key_paths import dotted
from simulator.scenario.meant.typed_numbers import GROUPED, read_for, read_number
from simulator.scenario.reading.positions import scan

TOO_LONG: Final = "integer string conversion"
"""What the standard parser says of a decimal number of thousands of digits; those in hexadecimal it reads."""
_AT: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORD: Final = re.compile(r"""[^\s=\[\]{}#"',]+(?:,\d+(?:\.\d+)?[kKmM%]?)*""")
_SMART: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "‘": "'", "’": "'", "‚": "'"})
_KEY: Final = r"""[A-Za-z0-9_.\-]+|"[^"]*"|'[^']*'"""
_STATEMENT: Final = re.compile(rf"\s*(?:{_KEY})\s*=\s*")
_ENTRY: Final = re.compile(rf"""(?:{_KEY})\s*=\s*(?:"[^"]*"|'[^']*'|[^\s,{{}}\[\]]+)\s*""")
_TRAILING_COMMA: Final = re.compile(r"\s*,\s*\}")
_COLON: Final = re.compile(rf"(\s*(?:{_KEY}))\s*:\s*(\S.*)")
_NO_EQUALS: Final = re.compile(rf"(\s*(?:{_KEY}))[ \t]+([^\s=].*)")
_HEADER: Final = re.compile(r"(\s*\[\[?)([^\[\]#\"']+)(\]\]?\s*(?:#.*)?)")
_WITH_UNIT: Final = re.compile(r"(\s*[^\s=]+\s*=\s*)([-+]?\d[\d_.,]*)[ \t]+([A-Za-z$€£%]+)[ \t]*(#.*)?")
_MONTH: Final = re.compile(r"\d{4}-\d{1,2}")
_NOTHING: Final = ("null", "none", "nil", "nan?", "n/a", "-", "?")


@dataclass(frozen=True, slots=True)
class _Mend:
    """What is wrong with a line, and the line as it was probably meant."""

    line: str
    message: str
    help: str


def explain(message: str, lines: list[str]) -> tuple[Problem, str | None]:
    """Return the problem of the first mistake, and its line mended, or None."""
    found = _AT.search(message)
    what = _AT.sub("", message)
    if TOO_LONG in what:
        return _too_many_digits(lines), None
    if found is None or found[1] is None:
        last = max((index for index, line in enumerate(lines) if line.strip()), default=0)
        return Problem(
            (), f"this is not valid TOML: {_lower(what)} at the end of the text", _unclosed(what), last + 1
        ), None
    number, column = int(found[1]), int(found[2])
    line = lines[number - 1] if number <= len(lines) else ""
    mend = _mend(line, min(column - 1, len(line)), what, "\n".join(lines), number)
    if mend is not None:
        return Problem((), mend.message, mend.help, number, _first_column(line)), mend.line
    again = re.fullmatch(r"Cannot declare \((.*)\) twice", what)
    if again is not None:
        path = tuple(re.findall(r"'([^']*)'", again[1]))
        place = scan("\n".join(lines)).places.get(path)
        first = f"; first on line {place.line}" if place else ""
        return Problem((), f"the table [{dotted(path)}] stands twice{first}", "give one another name", number, 1), None
    return Problem((), f"this is not valid TOML: {_lower(what)}", _unclosed(what), number, column), None


def _too_many_digits(lines: list[str]) -> Problem:
    number, line, digits = max(
        (
            (number, line, max(map(len, re.findall(r"[\da-fA-F_]+", line)), default=0))
            for number, line in enumerate(lines, 1)
        ),
        key=lambda each: each[2],
    )
    message = f"a number of {digits:,} digits is too long"
    return Problem((), message, "no number of a scenario needs more than 20", number, _first_column(line))


def _lower(what: str) -> str:
    return what[:1].lower() + what[1:]


def _first_column(line: str) -> int:
    return len(line) - len(line.lstrip()) + 1


def _unclosed(what: str) -> str:
    if what.startswith("Unclosed"):
        return "a bracket that was opened before is not closed here, or a comma is missing"
    if what.startswith("Unterminated"):
        return "a text is not closed with its quote"
    if "\\" in what:
        return "in \"...\" a backslash is written twice; or put the text in single quotes '...'"
    return ""


def _mend(line: str, column: int, what: str, text: str, number: int) -> _Mend | None:
    if what.startswith(("Cannot overwrite", "Cannot declare", "Duplicate")):
        return _twice(line, text, number)
    if line[column:].lstrip()[:1] in "“”„‟″‘’‚" and line[column:].strip():
        mended = line.translate(_SMART)
        return _Mend(mended, "typographic quotes do not mark text in TOML", f"write {mended.strip()}")
    if what.startswith("Illegal character '\\n'"):
        return _open_quote(line)
    grouped = _grouped_at(line, column)
    if grouped is not None:
        return grouped
    with_unit = _WITH_UNIT.fullmatch(line)
    if with_unit:
        return _number_with_unit(with_unit)
    word = _word_at(line, column) or _word_at(line, len(line[:column].rstrip()))
    mend = _mend_word(line, word, column) if word else None
    return mend or _mend_shape(line, what)


def _twice(line: str, text: str, number: int) -> _Mend | None:
    positions = scan(text)
    for path, place in positions.again:
        if place.line == number:
            first = positions.places[path].line
            message = f"'{dotted(path)}' stands twice; first on line {first}"
            return _Mend(_without_entry(line, place.column - 1), message, "keep one of the two")
    if line.lstrip().startswith("["):
        return None  # the keys below it belong to a table that cannot be read
    return _Mend("", f"this key stands twice: {line.strip()}", "keep one of the two")


def _without_entry(line: str, start: int) -> str:
    """Return a line without the entry of an inline table that begins there; nothing of a line that is one entry."""
    entry = _ENTRY.match(line, start)
    before = line[:start].rstrip()
    return before[:-1] + line[entry.end() :] if entry and before.endswith(",") else ""


def _open_quote(line: str) -> _Mend | None:
    quote = '"' if line.count('"') % 2 else "'" if line.count("'") % 2 else ""
    if not quote:
        return None
    return _Mend(line.rstrip() + quote, "a text is not closed with its quote", f"write {line.strip()}{quote}")


def _number_with_unit(match: re.Match[str]) -> _Mend:
    number, remark = read_for(match[1], f"{match[2]} {match[3]}") or (match[2], "")
    if number == match[2]:
        remark = "the unit belongs to the key"
    mended = match[1] + number
    message = f"'{match[2]} {match[3]}' is not a number in TOML"
    return _Mend(mended, message, f"write {mended.strip()}; {remark}")


def _grouped_at(line: str, column: int) -> _Mend | None:
    """Mend thousands that blanks or apostrophes set apart: TOML stops within or right behind the number."""
    for match in GROUPED.finditer(line.split("#", 1)[0]):
        before = line[: match.start()].rstrip()
        if match.start() <= column <= match.end() and before.endswith(("=", ",", "[")):
            number, remark = read_number(match[0]) or (match[0], "")
            mended = line[: match.start()] + number + line[match.end() :]
            return _Mend(mended, f"'{match[0]}' is not a number in TOML", f"write {number}; {remark}")
    return None


def _word_at(line: str, column: int) -> re.Match[str] | None:
    found = None
    for match in _WORD.finditer(line):
        if match.start() <= column <= match.end():
            found = match
        if match.start() > column:
            break
    return found


def _mend_word(line: str, word: re.Match[str], column: int) -> _Mend | None:
    statement = _STATEMENT.match(line)
    before = line[: word.start()].rstrip()
    if not before.endswith(("=", ",", "[")) or _is_header(line):
        return None
    if _MONTH.fullmatch(word[0]):
        mended = f'{line[: word.start()]}"{word[0]}"{line[word.end() :]}'
        return _Mend(mended, f"a month must stand in quotes: {word[0]}", f'write "{word[0]}"')
    key = re.search(r"""([\w-]+)["']?\s*=$""", before)
    number = read_for(key[1] if key else "", word[0])
    if number is not None and number[0] != word[0]:
        mended = line[: word.start()] + number[0] + line[word.end() :]
        return _Mend(mended, f"'{word[0]}' is not a number in TOML", f"write {number[0]}; {number[1]}")
    if word[0].lower() in ("true", "false"):
        mended = line[: word.start()] + word[0].lower() + line[word.end() :]
        return _Mend(mended, f"'{word[0]}' is not a value in TOML", f"write {word[0].lower()}")
    if word[0].lower() in _NOTHING:
        mended = f'{line[: word.start()]}""{line[word.end() :]}'
        return _Mend(mended, f"'{word[0]}' is not a value in TOML", "leave the key out, or put a text in quotes")
    if not re.match(r"[^\W\d]", word[0]):
        return None
    end = word.end()
    if statement and statement.end() == word.start():
        end = len(line.split("#", 1)[0].rstrip())
    content = line[word.start() : end].replace('"', "'")
    mended = f'{line[: word.start()]}"{content}"{line[end:]}'
    return _Mend(mended, f"text must stand in quotes: {content}", f'write "{content}"')


def _is_header(line: str) -> bool:
    return line.lstrip().startswith("[") and "=" not in line


def _mend_shape(line: str, what: str) -> _Mend | None:
    """Mend a missing equals sign, a colon, a comment of another language, or a table name with spaces."""
    if line.lstrip().startswith(("//", ";", "--")):
        return _Mend("", "a comment starts with #", f"write # {line.lstrip(' /;-')}")
    if _is_header(line) and "]" not in line and re.fullmatch(r"\s*\[\[?[\w .\-]+", line):
        mended = line.rstrip() + "]" * line[: line.find("[") + 2].count("[")
        return _Mend(mended, "the name of a table is not closed with its bracket", f"write {mended.strip()}")
    header = _HEADER.fullmatch(line)
    if header:
        parts = [part.strip() for part in header[2].split(".")]
        name = ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in parts)
        mended = f"{header[1]}{name}{header[3]}"
        return _Mend(
            mended, f"a name with spaces or signs must stand in quotes: {header[2].strip()}", f"write {mended.strip()}"
        )
    trailing = _TRAILING_COMMA.search(line) if what.startswith("Invalid initial character for a key part") else None
    if trailing:
        mended = f"{line[: trailing.start()]} }}{line[trailing.end() :]}"
        return _Mend(mended, "an inline table has no comma before its closing bracket", f"write {mended.strip()}")
    for pattern in (_COLON, _NO_EQUALS):
        match = pattern.fullmatch(line) if what.startswith(("Expected '='", "Invalid statement")) else None
        if match:
            mended = f"{match[1]} = {match[2]}"
            return _Mend(mended, "there is no = between the key and its value", f"write {mended.strip()}")
    return None
