"""The rate finder's panel: a button, the curve of these settings, and the rate to use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.rate_finder import find_rate, suggest
from dlviz.core.specs import NetSpec, RunSpec, TrainSpec, layer
from dlviz.figures.rates import rate_chart
from dlviz.ui import rate_finder
from tests.core.stripes import stripes

PAGE = """
import streamlit as st

from dlviz.core.specs import RunSpec
from dlviz.ui.rate_finder import rate_finder_panel

st.session_state.setdefault("rate", 0.003)
rate_finder_panel(RunSpec.from_json({spec!r}), {mistake!r})
"""
SPEC = RunSpec(
    NetSpec((layer("flatten"), layer("dense", units=16), layer("relu"), layer("dense"))),
    train=TrainSpec(batch_size=20),
)
Show = Callable[..., AppTest]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    monkeypatch.setattr(rate_finder, "data_of", lambda _spec: stripes())

    def run(spec: RunSpec = SPEC, mistake: str = "") -> AppTest:
        page = PAGE.format(spec=spec.to_json(), mistake=mistake)
        test = AppTest.from_string(page, default_timeout=60).run()
        assert not test.exception, test.exception
        return test

    return run


def test_the_button_leads_to_the_curve_and_the_curve_to_the_rate(show: Show) -> None:
    test = show()
    (find,) = test.button
    assert not test.get("plotly_chart")
    test = find.click().run()
    assert test.get("plotly_chart")
    expected = suggest(list(find_rate(SPEC, stripes(), steps=rate_finder.STEPS)))
    assert expected is not None
    (use,) = test.button
    usable = min(10.0, max(0.0001, round(expected, 4)))
    assert use.label == f"Use {usable:g}"
    assert f"{expected:.2g}" in " ".join(item.value for item in test.markdown)
    use.click().run()
    assert test.session_state["rate"] == usable


def test_what_cannot_be_trained_cannot_be_asked_and_says_why(show: Show) -> None:
    (find,) = show(mistake="Layer 1 of the network: no.").button
    assert find.disabled
    assert find.help == "Layer 1 of the network: no."


def test_a_refusal_is_one_sentence(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_spec: object) -> None:
        raise ValueError("These pictures are no longer here.")

    test = show()
    monkeypatch.setattr(rate_finder, "data_of", refuse)
    test = test.button[0].click().run()
    assert [item.value for item in test.warning] == ["These pictures are no longer here."]
    assert not test.exception


def test_the_chart_draws_every_batch_and_marks_the_suggestion() -> None:
    points = list(find_rate(SPEC, stripes(), steps=30))
    figure = rate_chart(points, 0.01)
    batch, mean = figure.data
    assert list(batch.x) == list(mean.x) == [point.rate for point in points]
    assert list(batch.y) == [point.loss for point in points]
    assert list(mean.y) == [point.smooth for point in points]
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 0.01
    assert not rate_chart(points, None).layout.shapes
