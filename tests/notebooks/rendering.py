"""Notebooks executed, and each as one page of HTML that works offline and without scripts.

A page holds what a reader of the notebook sees: the Markdown cells, the code in small print, and what the code gave. It
holds no time, no random id and no path of a machine, so that the same notebook gives the same bytes.
"""

from __future__ import annotations

import ast
import base64
import copy
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT: Final = Path(__file__).parent.parent.parent
NOTEBOOKS: Final = ROOT / "notebooks"
PAGES: Final = ROOT / "docs" / "notebooks"
TIMEOUT: Final = 300
"""Seconds that one cell may take."""
PARAMETERS: Final = "parameters"
"""Tag of the cell that holds the settings."""
LONG: Final = 40
"""Letters above which a text in a table gets room for a sentence."""
CONTROL: Final = "In JupyterLab a control stands here."
WIDGET, PNG, HTML, PLAIN = "application/vnd.jupyter.widget-view+json", "image/png", "text/html", "text/plain"
PROSE, CODE, OUTPUT = "prose", "code", "output"
"""Classes of the parts of a page."""

Notebook = dict[str, Any]
Cell = Mapping[str, Any]

STYLE: Final = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:1rem;font:1.0625rem/1.6 system-ui,"Segoe UI",Verdana,sans-serif;color:#222;
background:#fff;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.3rem;line-height:1.3;margin:2.75rem 0 .75rem;border-bottom:2px solid #0072b2}
h3{font-size:1.0625rem;margin:1.5rem 0 .5rem}
a{color:#005a8c}
code{font-size:.9em;background:#f5f5f5;padding:0 .2em}
blockquote{margin:1rem 0;padding-left:.9rem;border-left:.3rem solid #0072b2}
pre{white-space:pre-wrap;margin:.25rem 0;font-size:.8125rem;line-height:1.45}
pre code{font-size:inherit;background:none;padding:0}
.code{color:#595959;border-left:2px solid #ddd;padding-left:.75rem;margin:1rem 0 .25rem}
.output{margin:.5rem 0 1.5rem;border-left:2px solid #0072b2;padding-left:.75rem}
.output p{margin:.4rem 0}
.output pre{font-size:.95em;font-family:inherit}
.output pre.columns{font-size:.8em;font-family:ui-monospace,Consolas,monospace;white-space:pre;overflow-x:auto}
.narrow{display:none}
.quiet{font-size:.875rem;color:#595959}
.box{overflow-x:auto;max-width:100%;margin:.5rem 0;
background:linear-gradient(90deg,#fff 50%,#fff0) 0 0/3rem 100% no-repeat local,
linear-gradient(270deg,#fff 50%,#fff0) 100% 0/3rem 100% no-repeat local,
linear-gradient(90deg,#0003,#0000) 0 0/.75rem 100% no-repeat scroll,
linear-gradient(270deg,#0003,#0000) 100% 0/.75rem 100% no-repeat scroll}
.box:focus-visible{outline:3px solid #b84e00;outline-offset:2px}
.box img{display:block;max-width:100%;height:auto}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid #ddd;text-align:right;vertical-align:top;overflow-wrap:normal}
thead th{border-bottom:0;vertical-align:bottom}
thead tr:last-child th{border-bottom:2px solid #767676}
thead tr+tr th{font-weight:400;padding-top:0}
tbody th{font-weight:400}
tbody th,thead th:first-child,.text,thead th.text{text-align:left}
footer{margin-top:3rem;border-top:1px solid #ddd;padding-top:.5rem}
.long{min-width:18rem}
@media (max-width:38rem){
body{font-size:1rem}
.narrow{display:block}
.narrow::after{content:" (Move the picture sideways to see all of it.)"}
th,td{padding:.2rem .4rem}
.box img{max-width:none;width:34rem}
}
@page{margin:18mm}
@media print{
body{max-width:none;padding:0;font-size:10pt}
.box,.output pre.columns{overflow:visible}
.output pre.columns{white-space:pre-wrap}
.box img{width:auto;max-width:100%}
pre{font-size:7.5pt}
table{font-size:8pt}
.box{background:none}
th,td{padding:1pt 4pt;overflow-wrap:anywhere}
tr,.picture,.code{break-inside:avoid}
.long{min-width:9rem}
h1,h2,h3,.code{break-after:avoid}
}
"""
POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def notebooks() -> list[Path]:
    """Return the files of all notebooks, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def page_of(notebook: Path) -> Path:
    """Return the file of a notebook's page."""
    return PAGES / f"{notebook.stem}.html"


def read(path: Path) -> Notebook:
    """Return what a notebook's file says, the text of each cell as one string."""
    found: Notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in found["cells"]:
        cell["source"] = joined(cell["source"])
    return found


def joined(text: str | list[str]) -> str:
    """Return text that a file of a notebook may keep in lines."""
    return text if isinstance(text, str) else "".join(text)


def with_trials(notebook: Notebook, trials: int) -> Notebook:
    """Return a notebook whose settings ask for another number of futures.

    Raises:
        ValueError: for a notebook whose settings do not set TRIALS.
    """
    changed = copy.deepcopy(notebook)
    for cell in changed["cells"]:
        if PARAMETERS in cell["metadata"].get("tags", ()):
            text, count = re.subn(r"(?m)^TRIALS = [\d_]+$", f"TRIALS = {trials}", cell["source"])
            if count == 1:
                cell["source"] = text
                return changed
    raise ValueError("no cell with the tag 'parameters' has one line TRIALS = ...")


def executed(notebook: Notebook) -> Notebook:
    """Return a notebook with the outputs of its cells, run by a kernel of its own in the folder of the notebooks.

    Raises:
        nbclient.exceptions.CellExecutionError: with the cell and what went wrong in it.
        RuntimeError: where a cell writes to stderr, as a warning does: it would stand in the page.
    """
    import nbformat
    from nbclient import NotebookClient

    found = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    client = NotebookClient(
        found,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # it warns of its own connection
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(places)})
    for cell in found.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise RuntimeError(f"cell {cell.id} writes to stderr: {joined(output.text).strip()}")
    return dict(found)


def rendered(notebook: Notebook, name: str) -> str:
    """Return the page of a notebook that was executed."""
    cells = notebook["cells"]
    bars = _bars(notebook)
    parts: list[str] = []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            parts.append(prose_html(cell["source"]))
        else:
            parts += [code_html(cell["source"]), *_outputs(cell, bars)]
    heading = re.search(r"(?m)^# (.+)$", "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown"))
    title = heading[1] if heading else name
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *parts,
            "</main>",
            f'<footer class="quiet">Written by python -m tests.notebooks from notebooks/{escape(name)}.ipynb. '
            "Open that file in JupyterLab to change a number and see what follows.</footer>",
            "</body>",
            "</html>",
            "",
        ]
    )


def prose_html(text: str) -> str:
    """Return a Markdown cell as a part of a page; HTML in it is shown as text."""
    return f'<div class="{PROSE}">\n{_MARKDOWN.render(text)}</div>'


def code_html(text: str) -> str:
    """Return the text of a code cell as a part of a page."""
    return f'<pre class="{CODE}"><code>{escape(text)}</code></pre>'


def _link(tokens: list[Token], place: int, *_: Any) -> str:
    """Point a link of a notebook, which starts from its folder, to the same from the folder of the pages."""
    token = tokens[place]
    target = str(token.attrs.get("href", ""))
    if ":" not in target and not target.startswith(("#", "/")):
        path, mark, anchor = target.partition("#")
        if path.endswith(".ipynb"):
            path = str(PurePosixPath(path).with_suffix(".html"))
        else:
            path = os.path.relpath(NOTEBOOKS / path, PAGES).replace(os.sep, "/")
        token.attrs["href"] = path + mark + anchor
    return str(_MARKDOWN.renderer.renderToken(tokens, place, _MARKDOWN.options, {}))  # type: ignore[attr-defined]


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.renderer.rules["link_open"] = _link  # type: ignore[attr-defined]


def _bars(notebook: Notebook) -> set[str]:
    """Return the ids of widgets that hold only what a cell printed, as a bar of progress does: they are no controls."""
    state = notebook.get("metadata", {}).get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {})
    return {key for key, each in state.get("state", {}).items() if each.get("model_name") == "OutputModel"}


def _outputs(cell: Cell, bars: set[str]) -> Iterator[str]:
    """Return what a cell gave; what it printed in several goes is one text, as the goes depend on the time."""
    parts, said = [], ""
    for output in cell.get("outputs", ()):
        if output["output_type"] == "stream":
            said += joined(output["text"])
        elif part := _output(output, bars):
            parts += [_text(said), part]
            said = ""
    shown = [part for part in (*parts, _text(said)) if part]
    if shown:
        yield f'<div class="{OUTPUT}">\n' + "\n".join(shown) + "\n</div>"


def _output(output: Mapping[str, Any], bars: set[str]) -> str:
    data = output.get("data", {})
    if WIDGET in data:
        return "" if data[WIDGET]["model_id"] in bars else f'<p class="quiet">{CONTROL}</p>'
    if PNG in data:
        return _picture(data, output.get("metadata", {}).get(PNG, {}))
    if HTML in data:
        return cleaned(joined(data[HTML]))
    return _text(joined(data.get(PLAIN, "")))


def _text(text: str) -> str:
    """Return text; where it is laid out in columns, in letters of one width."""
    text = text.strip("\n")
    kind = ' class="columns"' if re.search(r"\S {2,}\S", text) else ""
    return f"<pre{kind}>{escape(text)}</pre>" if text.strip() else ""


def _picture(data: Mapping[str, Any], size: Mapping[str, Any]) -> str:
    packed = base64.b64encode(base64.b64decode(joined(data[PNG]))).decode("ascii")
    width = f' width="{int(size["width"])}"' if "width" in size else ""
    title = title_of(joined(data.get(PLAIN, "")))
    alt = escape(str(size.get("alt", title)))
    return (
        f'<p class="narrow quiet" aria-hidden="true">{escape(title)}</p>\n'
        '<div class="box picture" role="region" aria-label="Picture" tabindex="0">'
        f'<img{width} alt="{alt}" src="data:{PNG};base64,{packed}"></div>'
    )


def title_of(plain: str) -> str:
    """Return the title of a plot from its text "Plot('...')"; the text itself for anything else."""
    found = re.fullmatch(r"Plot\((.+)\)", plain, re.DOTALL)
    return str(ast.literal_eval(found[1])) if found else plain


def cleaned(text: str) -> str:
    """Return HTML of an output with the tags of tables and of plain text alone, and each table in a box."""
    parser = _Clean()
    parser.feed(text)
    parser.close()
    one_row = _TWO_HEADINGS.sub(r"\2\1</tr>", "".join(parser.parts).strip())
    return _TABLE.sub(lambda found: _headed(found[0]), one_row)


def _headed(table: str) -> str:
    """Return a table in which the heading of a column of text stands at the left, as its cells do."""
    head, mark, body = table.partition("</thead>")
    rows = [[cell.startswith('<td class="text') for cell in _CELL.findall(row)] for row in body.split("</tr>")]
    rows = [row for row in rows if row]
    headings = list(_HEADING.finditer(head))
    if not mark or not rows or len({len(row) for row in rows}) != 1 or len(headings) < len(rows[0]):
        return table
    of_cells = headings[len(headings) - len(rows[0]) :]
    for found, kinds in reversed(list(zip(of_cells, zip(*rows, strict=True), strict=True))):
        if all(kinds):
            head = f'{head[: found.start()]}<th class="text"{head[found.start() + 3 :]}'
    return head + mark + body


_KEPT: Final = frozenset(
    ("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "p", "strong", "em", "b", "i", "code", "pre",
     "br", "ul", "ol", "li", "dl", "dt", "dd", "h3", "h4")
)  # fmt: skip
_TABLE: Final = re.compile(r"<table.*?</table>", re.DOTALL)
_CELL: Final = re.compile(r"<td[^>]*>")
_HEADING: Final = re.compile(r"<th[ >]")
_TWO_HEADINGS: Final = re.compile(
    r"(?<=<tr>)\s*<th scope=\"col\"></th>((?:\s*<th scope=\"col\">[^<]+</th>)+)\s*</tr>\s*<tr>"
    r"\s*(<th scope=\"col\">[^<]+</th>)(?:\s*<th scope=\"col\"></th>)+\s*</tr>"
)
"""The names of columns, and below them that of the index alone: one row holds both."""
_SPANS: Final = ("colspan", "rowspan")
_NUMBER: Final = re.compile(
    r"\s*[-+−]?[^\w\s]?\d[\d,._]*(e[-+]?\d+)?\s?([%KMB]|[a-z]{1,2})?\s*|\s*(nan|\$nan|-)?\s*", re.I
)


class _Clean(HTMLParser):
    """Keeps tags that cannot ask for anything, without their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden, self.cell, self.section = 0, -1, "tbody"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self.hidden += 1
        if tag not in _KEPT or self.hidden:
            return
        spans = "".join(f' {key}="{int(value)}"' for key, value in attrs if key in _SPANS and value and value.isdigit())
        if tag in ("thead", "tbody"):
            self.section = tag
        if tag == "table":
            self.parts.append('<div class="box" role="region" aria-label="Table" tabindex="0">')
        if tag == "th":
            spans += f' scope="{"col" if self.section == "thead" else "row"}"'
        self.parts.append(f"<{tag}{spans}>")
        if tag == "td":
            self.cell = len(self.parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self.hidden -= 1
        if tag not in _KEPT or self.hidden or tag == "br":
            return
        said = "".join(self.parts[self.cell :])
        if tag == "td" and not _NUMBER.fullmatch(said):
            kind = "text long" if len(said) > LONG else "text"
            self.parts[self.cell - 1] = self.parts[self.cell - 1].replace("<td", f'<td class="{kind}"')
        self.parts.append(f"</{tag}>" + ("</div>" if tag == "table" else ""))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(escape(data, quote=False))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: what kind it is, and its text with the titles of its pictures, each run of spaces as one."""

    kind: str
    text: str


def parts_of(page: str) -> list[Part]:
    """Return the parts of a page: prose, code and outputs, in order."""
    parser = _Parts()
    parser.feed(page)
    parser.close()
    return [Part(kind, " ".join("".join(texts).split())) for kind, texts in parser.found]


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = given.get("class") or ""
        if kind in (PROSE, CODE, OUTPUT):
            self.found.append((kind, []))
            self.inside = True
        if self.inside:
            self.found[-1][1].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False
        if self.inside:
            self.found[-1][1].append(" " if tag in ("p", "td", "th", "pre", "li", "h1", "h2", "h3") else "")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1][1].append(data)


_DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_AMOUNT: Final = re.compile(rf"[$€£]\s?{_DIGITS}[KMB]?|{_DIGITS}\s?%")
_ANY: Final = re.compile(rf"[-+−]?[$€£]?{_DIGITS}(?:e[-+]\d+)?[KMB]?(?:\s?%)?")


def amounts(text: str) -> set[str]:
    """Return the amounts of money and the percentages of a text, without signs and spaces."""
    return {re.sub(r"\s", "", each) for each in _AMOUNT.findall(text)}


def unfounded(notebook: Notebook, page: str) -> list[str]:
    """Return the amounts and percentages of a notebook's prose that no output of its page shows."""
    shown = {each for part in parts_of(page) if part.kind == OUTPUT for each in amounts(part.text)}
    said = {each for cell in notebook["cells"] if cell["cell_type"] == "markdown" for each in amounts(cell["source"])}
    return sorted(said - shown)


def stale(notebook: Notebook, page: str) -> list[str]:
    """Return the parts of prose and code in which a notebook and its page differ, as the notebook has them."""
    html = {"markdown": prose_html, "code": code_html}
    wanted = [part for cell in notebook["cells"] for part in parts_of(html[cell["cell_type"]](cell["source"]))]
    found = [part for part in parts_of(page) if part.kind != OUTPUT]
    if len(wanted) != len(found):
        return [f"{len(wanted)} cells, in the page {len(found)}"]
    return [new.text[:100] for new, old in zip(wanted, found, strict=True) if new != old]


def moved_numbers(fresh: str, committed: str) -> list[str]:
    """Return in words every number of a page that is another in the committed one."""
    new, old = parts_of(fresh), parts_of(committed)
    if [part.kind for part in new] != [part.kind for part in old]:
        return [f"{len(new)} parts, committed {len(old)}: another notebook, or a cell with another kind of output"]
    moved = []
    for number, (one, other) in enumerate(zip(new, old, strict=True), 1):
        now, then = _ANY.findall(one.text), _ANY.findall(other.text)
        if len(now) != len(then):
            moved.append(f"part {number} ({one.kind}): {len(now)} numbers, committed {len(then)}: {one.text[:80]}")
        else:
            pairs = zip(now, then, strict=True)
            moved += [f"part {number} ({one.kind}): {a}, committed {b}" for a, b in pairs if a != b]
    return moved
