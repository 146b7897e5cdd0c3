"""The rate finder's panel: a button, the curve of these settings, and the rate to use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.rate_finder import RatePoint, find_rate, suggest
from dlviz.core.specs import NetSpec, RunSpec, TrainSpec, layer
from dlviz.figures.rates import rate_chart
from dlviz.runs.memory import Memory
from dlviz.ui import rate_finder
from tests.core.stripes import stripes

PAGE = """
import streamlit as st

from dlviz.core.specs import RunSpec
from dlviz.ui.rate_finder import rate_finder_panel

st.session_state.setdefault("rate", 0.003)
rate_finder_panel(RunSpec.from_json(st.session_state.get("spec", {spec!r})), {mistake!r})
"""
SPEC = RunSpec(
    NetSpec((layer("flatten"), layer("dense", units=16), layer("relu"), layer("dense"))),
    train=TrainSpec(batch_size=20),
)
ALL = 2**20  # bytes that all runs may hold
Show = Callable[..., AppTest]


@pytest.fixture
def memory() -> Memory:
    """What all runs of the server share."""
    return Memory(ALL)


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch, memory: Memory) -> Show:
    monkeypatch.setattr(rate_finder, "data_of", lambda _spec: stripes())
    monkeypatch.setattr(rate_finder, "server", lambda: SimpleNamespace(memory=memory))

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
    usable = float(f"{expected:.2g}")
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


def points(*losses: float) -> list[RatePoint]:
    return [RatePoint(step, 1e-6 * 1.2**step, loss, loss) for step, loss in enumerate(losses)]


@pytest.mark.parametrize(
    "losses", [(2.3, 2.2, 2.0, 1.5, 1.2, 1.0, 1.6, 4.2), (2.3,) * 30, (2.3, 9.9)]
)
def test_without_a_suggestion_it_says_no_more_than_it_knows(
    show: Show, monkeypatch: pytest.MonkeyPatch, losses: tuple[float, ...]
) -> None:
    """The loss may well have fallen, only too early for the rule."""
    monkeypatch.setattr(
        "dlviz.core.rate_finder.find_rate", lambda *_, **__: (x for x in points(*losses))
    )
    test = show().button[0].click().run()
    said = " ".join(item.value for item in test.markdown)
    assert said == "No rate stood out: the loss fell by less than 5 %, or rose at once."


@pytest.mark.parametrize("error", [RuntimeError("[enforce fail] cannot allocate"), MemoryError()])
def test_a_search_that_breaks_is_a_sentence_and_may_be_tried_again(
    show: Show, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def breaks(*_: object, **__: object) -> Iterator[RatePoint]:
        yield from points(2.3, 2.2)
        raise error

    with monkeypatch.context() as broken:
        broken.setattr("dlviz.core.rate_finder.find_rate", breaks)
        test = show().button[0].click().run()
        assert not test.exception
        assert "memory" in test.warning[0].value
        assert "enforce" not in test.warning[0].value
    (again,) = [item for item in test.button if item.label == "Try again"]
    test = again.click().run()
    assert not test.warning
    assert test.get("plotly_chart")


class Holder:
    """Another run, or who waits for one."""


def test_a_search_is_counted_among_the_runs_and_refused_in_their_sentence(
    show: Show, memory: Memory
) -> None:
    memory.hold(another := Holder(), ALL)
    test = show().button[0].click().run()
    assert "all runs together, paused ones too, hold" in test.warning[0].value
    del another
    (again,) = [item for item in test.button if item.label == "Try again"]
    test = again.click().run()
    assert test.get("plotly_chart")
    assert memory.held == 0, "what was found needs no memory of a run"


def test_a_search_that_was_cut_short_is_not_kept_for_other_settings(
    show: Show, memory: Memory
) -> None:
    test = show()
    test.session_state["stopped rates"] = True
    test = test.button[0].click().run()
    assert "Stopped after" in test.markdown[0].value
    assert 0 < memory.held < ALL
    other = replace(SPEC, train=replace(SPEC.train, seed=1))
    test.session_state["spec"] = other.to_json()
    test = test.run()
    assert not test.exception
    assert memory.held == 0
    test.session_state["stopped rates"] = False
    del test.session_state["spec"]
    assert test.run().get("plotly_chart"), "and with the first ones it begins anew"


def test_as_many_search_at_once_as_there_are_slots(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = rate_finder.Crowd(2)
    monkeypatch.setattr(rate_finder, "_crowd", crowd)
    first, second = crowd.place(), crowd.place()
    first.__enter__()
    second.__enter__()
    test = show().button[0].click().run()
    assert test.warning[0].value == "2 others are searching: try again in a moment."
    first.__exit__(None, None, None)
    (again,) = [item for item in test.button if item.label == "Try again"]
    test = again.click().run()
    assert not test.warning
    assert test.get("plotly_chart")
    first = crowd.place()
    first.__enter__()  # the search has given its place back
    assert test.run().get("plotly_chart"), "what was found needs no place"
    for taken in (first, second):
        taken.__exit__(None, None, None)


def test_the_chart_draws_every_batch_and_marks_the_suggestion() -> None:
    found = list(find_rate(SPEC, stripes(), steps=30))
    figure = rate_chart(found, 0.01)
    batch, mean = figure.data
    assert list(batch.x) == list(mean.x) == [point.rate for point in found]
    assert list(batch.y) == [point.loss for point in found]
    assert list(mean.y) == [point.smooth for point in found]
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 0.01
    (words,) = figure.layout.annotations
    assert words.x == pytest.approx(-2)  # the axis is logarithmic
    assert not rate_chart(found, None).layout.shapes
