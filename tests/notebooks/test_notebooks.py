"""The notebooks are stored clean, run whole, and say in words only what their outputs show."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.rendering import (
    CONTROL,
    NOTEBOOKS,
    OUTPUT,
    PAGES,
    PARAMETERS,
    PROSE,
    WIDGET,
    Notebook,
    amounts,
    cleaned,
    executed,
    moved_numbers,
    notebooks,
    page_of,
    parts_of,
    read,
    rendered,
    stale,
    title_of,
    unfounded,
    with_trials,
)

ALL = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
MOST_LINES = 8
LEAST_WORDS = 8
"""Words of a Markdown cell that says what the next cell does."""
FEW = 64
SETTINGS = {"TRIALS": 1024, "SEED": 1, "SCENARIO": "../scenarios/broad_cx.toml"}


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def page_text(path: Path) -> str:
    return page_of(path).read_text(encoding="utf-8")


def made(*cells: dict[str, Any], **metadata: Any) -> Notebook:
    """Return a notebook of Markdown texts and of code with outputs."""
    return {"cells": [{"metadata": {}, **cell} for cell in cells], "metadata": metadata}


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text}


def code(text: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": text, "outputs": list(outputs)}


def shows(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {key.replace("_", "/"): text for key, text in data.items()}}


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


# ---- how they are stored ----------------------------------------------------------------------------------------


@ALL
def test_stored_without_outputs_and_with_names_of_cells(path: Path) -> None:
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in code_cells(notebook):
        assert cell["outputs"] == [] and cell["execution_count"] is None, f"{cell['id']}: clear all outputs"
    names = [cell["id"] for cell in notebook["cells"]]
    assert len(names) == len(set(names))
    assert not [name for name in names if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", name)], "a name that tells nothing"


@ALL
def test_settings_come_first_and_alone(path: Path) -> None:
    first, *others = code_cells(read(path))
    assert first["metadata"]["tags"] == [PARAMETERS]
    assert not [cell["id"] for cell in others if PARAMETERS in cell["metadata"].get("tags", ())]
    found: dict[str, Any] = {}
    for line in ast.parse(first["source"]).body:
        assert isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
        found[line.targets[0].id] = ast.literal_eval(line.value)
    assert found == SETTINGS
    assert (NOTEBOOKS / found["SCENARIO"]).is_file()


@ALL
def test_cells_are_short_and_hold_no_helpers(path: Path) -> None:
    for cell in code_cells(read(path)):
        assert len(cell["source"].splitlines()) <= MOST_LINES, f"{cell['id']}: move it into the package"
        for node in ast.walk(ast.parse(cell["source"])):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda), cell["id"]


@ALL
def test_words_stand_before_every_cell(path: Path) -> None:
    cells = read(path)["cells"]
    assert cells[0]["cell_type"] == "markdown" and cells[0]["source"].startswith("# ")
    for before, cell in itertools.pairwise(cells):
        if cell["cell_type"] == "code":
            assert before["cell_type"] == "markdown", f"{cell['id']}: no words before it"
            last = before["source"].strip().split("\n\n")[-1]
            assert len(last.split()) >= LEAST_WORDS and last[-1] in ".:?", f"{before['id']}: says too little"


# ---- what is committed beside them ------------------------------------------------------------------------------


def test_every_notebook_has_a_page_and_every_page_a_notebook() -> None:
    assert [page.stem for page in sorted(PAGES.glob("*.html"))] == [path.stem for path in notebooks()]


@ALL
def test_page_has_the_words_and_the_code_of_the_notebook(path: Path) -> None:
    assert stale(read(path), page_text(path)) == [], f"write it anew: python -m tests.notebooks {path.stem}"


@ALL
def test_amounts_in_words_stand_in_outputs(path: Path) -> None:
    assert unfounded(read(path), page_text(path)) == []


@ALL
def test_amounts_that_drift_are_found(path: Path) -> None:
    notebook, page = read(path), page_text(path)
    said = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown" and amounts(cell["source"])]
    before = unfounded(notebook, page), stale(notebook, page)
    for cell in said:
        one = sorted(amounts(cell["source"]))[0]
        wrong = f"{one[0]}987,654" if one[0] in "$€£" else "98.76%"
        cell["source"] += f" And {wrong} more."
        assert unfounded(notebook, page) == sorted({*before[0], wrong})
        assert len(stale(notebook, page)) == len(before[1]) + 1
        cell["source"] = cell["source"].removesuffix(f" And {wrong} more.")
    without = "".join(f'<div class="{PROSE}">{part.text}</div>' for part in parts_of(page) if part.kind != OUTPUT)
    assert unfounded(notebook, without) == sorted({each for cell in said for each in amounts(cell["source"])})


@ALL
def test_page_asks_for_nothing_and_names_no_machine(path: Path) -> None:
    page = page_text(path)
    assert "<script" not in page and "javascript:" not in page and "@import" not in page
    assert re.findall(r"""(?:src|srcset|poster|data)\s*=\s*["'](?!data:image/png;base64,)""", page) == []
    assert "<link" not in page and "url(" not in page
    words = re.sub(r"data:image/png;base64,[\w+/=]+", "", page)
    assert not re.search(r"\bat 0x[0-9a-f]{6,}|/home/|/root/|/tmp/|/Users/|site-packages", words)
    assert re.findall(r'<img(?![^>]* alt="[^"]+")[^>]*>', page) == []


# ---- how a page is made -----------------------------------------------------------------------------------------


def test_tables_keep_their_cells_and_lose_what_could_act() -> None:
    table = (
        '<style scoped>td{color:red}</style><div onclick="x()"><table border="1" class="dataframe"><thead>'
        '<tr style="text-align: right;"><th></th><th>mean</th></tr><tr><th>contract</th><th></th></tr></thead>'
        "<tbody><tr><th>a &lt;b&gt;</th><td>$1,234</td></tr></tbody></table></div>"
        '<script>alert(1)</script><img src="http://example.org/a.png">'
    )
    found = cleaned(table)
    assert found == (
        '<div class="box" role="region" aria-label="Table" tabindex="0"><table><thead><tr>'
        '<th scope="col">contract</th><th scope="col">mean</th></tr></thead><tbody><tr>'
        '<th scope="row">a &lt;b&gt;</th><td>$1,234</td></tr></tbody></table></div>'
    )
    words = cleaned(
        "<table><thead><tr><th></th><th>counts</th><th>units</th></tr></thead><tbody><tr><th>a</th><td>yes, it is</td>"
        "<td>12</td></tr></tbody></table>"
    )
    assert '<th class="text" scope="col">counts</th><th scope="col">units</th>' in words, (
        "a heading stands as its cells do"
    )
    assert '<td class="text">yes, it is</td><td>12</td>' in words


def test_page_of_made_up_outputs() -> None:
    state = {"state": {"bar": {"model_name": "OutputModel"}, "slider": {"model_name": "IntSliderModel"}}}
    widgets = {"application/vnd.jupyter.widget-state+json": state}
    title = 'It\'s "dear": $5 <more>'
    notebook = made(
        markdown("# What & why\n\nOne of <b>$5</b>, see [two](two.ipynb#why), [docs](../docs/model.md)"),
        code("a < b", printed("x  1\ny  2\n"), shows(image_png="aGVs\nbG8=", text_plain=f"Plot({title!r})")),
        code("bar", {"output_type": "display_data", "data": {WIDGET: {"model_id": "bar"}}}),
        code("slider", {"output_type": "display_data", "data": {WIDGET: {"model_id": "slider"}}}),
        widgets=widgets,
    )
    page = rendered(notebook, "one")
    assert page == rendered(notebook, "one")
    assert "<title>What &amp; why</title>" in page
    assert "&lt;b&gt;$5&lt;/b&gt;" in page and 'href="two.html#why"' in page and 'href="../model.md"' in page
    assert 'alt="It&#x27;s &quot;dear&quot;: $5 &lt;more&gt;" src="data:image/png;base64,aGVsbG8="' in page
    assert page.count(CONTROL) == 1
    assert [part.text for part in parts_of(page) if part.kind == OUTPUT] == [f"x 1 y 2 {title}", CONTROL]
    assert stale(notebook, page) == []
    assert unfounded(notebook, page) == []


def test_what_is_printed_in_several_goes_is_one_text() -> None:
    bar = {"output_type": "display_data", "data": {WIDGET: {"model_id": "bar"}}}
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"bar": {"model_name": "OutputModel"}}}}
    goes = made(code("a", printed("one\n"), bar, printed("two\n")), widgets=widgets)
    assert rendered(goes, "a") == rendered(made(code("a", printed("one\ntwo\n"))), "a")


def test_numbers_that_moved_are_listed() -> None:
    old = rendered(made(markdown("# A"), code("a", printed("mean $1,234, P90 +3.5 % of 1,024"))), "a")
    assert moved_numbers(old, old) == []
    assert moved_numbers(old.replace("1,234", "1,235"), old) == ["part 3 (output): $1,235, committed $1,234"]
    assert moved_numbers(old.replace("+3.5 %", "-3.5 %"), old) == ["part 3 (output): -3.5 %, committed +3.5 %"]
    assert len(moved_numbers(old.replace("of 1,024", "of all"), old)) == 1
    assert len(moved_numbers(rendered(made(markdown("# A")), "a"), old)) == 1


def test_amounts_are_read_whole() -> None:
    assert amounts("from -$1,234.50 to +$5K, $12., 3 % and 4.5%; 7 and 8 more") == {
        "$1,234.50",
        "$5K",
        "$12",
        "3%",
        "4.5%",
    }
    assert title_of("Plot('a (b)')") == "a (b)" and title_of("<Figure>") == "<Figure>"


def test_trials_are_put_in_the_settings() -> None:
    settings = {**code("TRIALS = 1024\nSEED = 1"), "metadata": {"tags": [PARAMETERS]}}
    notebook = made(code("TRIALS = 3"), settings)
    assert [cell["source"] for cell in with_trials(notebook, 64)["cells"]] == ["TRIALS = 3", "TRIALS = 64\nSEED = 1"]
    assert notebook["cells"][1]["source"] == "TRIALS = 1024\nSEED = 1"
    with pytest.raises(ValueError, match="no cell with the tag"):
        with_trials(made(code("TRIALS = 3")), 64)


# ---- whether they run -------------------------------------------------------------------------------------------


def draws(cell: dict[str, Any]) -> bool:
    """Whether the last expression of a cell is a plot."""
    body = ast.parse(cell["source"]).body
    if not body or not isinstance(body[-1], ast.Expr) or not isinstance(body[-1].value, ast.Call):
        return False
    names = {node.attr for node in ast.walk(body[-1].value.func) if isinstance(node, ast.Attribute)}
    return bool(names & {"plot", "plot_cell"})


def test_plots_are_known_by_their_call() -> None:
    for text in ("run.plot.strip()", "a = 1\nrun.grid('x', silence=[1, 2]).plot(silence=1)", "grid.plot_cell()"):
        assert draws(code(text)), text
    for text in ("run.plot.strip().title", "a = run.plot.strip()", "print(run.plot)", "run.summary", "import ast"):
        assert not draws(code(text)), text


@pytest.mark.slow
@ALL
def test_runs_whole_with_few_futures(path: Path) -> None:
    pytest.importorskip("nbclient")
    found = executed(with_trials(read(path), FEW))
    for cell in code_cells(found):
        kinds = {kind for output in cell["outputs"] for kind in output.get("data", {})}
        assert not draws(cell) or "image/png" in kinds, f"{cell['id']} shows no picture"
    assert stale(with_trials(read(path), FEW), rendered(found, path.stem)) == []


@pytest.mark.slow
def test_a_failure_and_a_warning_are_told() -> None:
    client = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    for text, error, said in (
        ("1 / 0", client.exceptions.CellExecutionError, "ZeroDivisionError"),
        ("import warnings\nwarnings.warn('old')", RuntimeError, "cell one writes to stderr.*old"),
    ):
        cell = nbformat.v4.new_code_cell(text, id="one")
        with pytest.raises(error, match=f"(?s){said}"):
            executed(nbformat.v4.new_notebook(cells=[cell]))
