"""The base estimate's text on the S-curve stands free of the curve and of every line, in every form."""

from __future__ import annotations

import pytest

from simulator.engine.run import simulate
from simulator.forecast.base_estimate import base_costs
from simulator.forecast.forecast import forecast
from simulator.report.blocks.studies import Studies
from simulator.report.blocks.summary import summary
from simulator.report.charts.form import FILE, NARROW, WIDE, Form
from simulator.report.charts.s_curve import s_curve
from simulator.report.style import look
from simulator.scenario import load_scenario
from tests.scenarios.shipped import FOLDER

BRIEF = Form(width=3.4, headed=False, few=True, narrow=True)


@pytest.mark.parametrize("name", ["broad_cx", "three_year_term"])
def test_no_line_crosses_the_text_of_the_base_estimate(name: str) -> None:
    scenario = load_scenario(FOLDER / f"{name}.toml", ("trials=256",))
    told = summary(forecast(simulate(scenario)), studies=Studies(base=base_costs(scenario)))
    for form in (FILE, WIDE, NARROW, BRIEF):
        with look():
            chart = s_curve(told, form)
            axes = chart.figure.axes[0]
            chart.figure.draw_without_rendering()
            (text,) = [each for each in axes.texts if each.get_text().startswith("base")]
            box = text.get_window_extent()
            assert "…" not in text.get_text()
            for line in axes.lines:
                assert not line.get_transform().transform_path(line.get_path()).intersects_bbox(box, filled=False)
