"""Whoever polls whenever: a viewer that applies Updates has the history's own curve."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.runs import history as history_module
from dlviz.runs.history import MAX_POINTS, History, Update

Curve = list[tuple[float, ...]]


class Viewer:
    def __init__(self) -> None:
        self.sequence = 0
        self.steps: Curve = []
        self.scores: Curve = []

    def look(self, history: History) -> Update:
        update = history.since(self.sequence)
        self.steps = update.steps if update.reset else self.steps + update.steps
        self.scores = update.scores if update.reset else self.scores + update.scores
        self.sequence = update.sequence
        return update


def own_curves(history: History) -> tuple[Curve, Curve]:
    """What a viewer gets who is told to forget everything first."""
    whole = history.since(history.sequence + 1)
    assert whole.reset
    return whole.steps, whole.scores


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    """Merge often: curves of at most eight points."""
    monkeypatch.setattr(history_module, "MAX_POINTS", 8)
    return 8


ACTIONS = st.one_of(
    st.integers(1, 30).map(lambda count: ("steps", count)),
    st.integers(1, 4).map(lambda count: ("scores", count)),
    st.just(("clear", 0)),
    st.just(("filters", 0)),
    st.sampled_from([("look", 0), ("look", 1), ("look", 2)]),
)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(actions=st.lists(ACTIONS, max_size=40))
def test_every_viewer_has_exactly_the_historys_own_curve(actions: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_module, "MAX_POINTS", 8)
        history, viewers, step = History(), [Viewer() for _ in range(3)], 0
        added: Curve = []
        for action, number in actions:
            if action == "steps":
                for _ in range(number):
                    step += 1
                    added.append((step, float(step**2 % 17), step % 5 / 4, 1 / step))
                    history.add_step(*added[-1])
            elif action == "scores":
                for _ in range(number):
                    history.add_score(step, step / 7, 0.25)
            elif action == "clear":
                history.clear()
                added, step = [], 0
            elif action == "filters":
                history.show("filters", {"count": step})
            else:
                viewers[number].look(history)
                assert (viewers[number].steps, viewers[number].scores) == own_curves(history)
            check_shape(own_curves(history)[0], added)
        for viewer in [*viewers, Viewer()]:
            viewer.look(history)
            assert (viewer.steps, viewer.scores) == own_curves(history)
            again = viewer.look(history)
            assert (again.reset, again.steps, again.scores) == (False, [], [])


def check_shape(curve: Curve, added: Curve) -> None:
    """Bounded, ascending, ends where the run stands, within what was added."""
    assert len(curve) <= 8
    assert [point[0] for point in curve] == sorted({point[0] for point in curve})
    if len(added) <= 8:
        assert curve == added
    if added:
        assert curve[-1][0] == added[-1][0]
        assert {point[0] for point in curve} <= {point[0] for point in added}
        for column in (1, 2, 3):
            values = [row[column] for row in added]
            assert all(min(values) <= row[column] <= max(values) for row in curve)


def test_neighbours_merge_into_their_mean_at_the_later_step(short: int) -> None:
    history = History()
    for step in range(1, 10):
        history.add_step(step, float(step), step / 10, 1.0)
    curve, _ = own_curves(history)
    assert [point[0] for point in curve] == [2, 4, 6, 8, 9]
    assert [point[1] for point in curve] == [1.5, 3.5, 5.5, 7.5, 9.0]
    assert [point[2] for point in curve] == pytest.approx([0.15, 0.35, 0.55, 0.75, 0.9])


def test_both_curves_are_bounded(short: int) -> None:
    history = History()
    for step in range(100):
        history.add_step(step, 1.0, 0.5, 0.1)
        history.add_score(step, 1.0, 0.5)
    steps, scores = own_curves(history)
    assert len(steps) <= short
    assert len(scores) <= short
    assert scores[-1][0] == 99


def test_the_real_bound() -> None:
    history = History()
    for step in range(3 * MAX_POINTS):
        history.add_step(step, 1.0, 0.5, 0.1)
    steps, _ = own_curves(history)
    assert MAX_POINTS / 2 <= len(steps) <= MAX_POINTS
    assert steps[-1][0] == 3 * MAX_POINTS - 1


def test_the_newest_filters_win_and_are_told_once() -> None:
    history, viewer = History(), Viewer()
    assert viewer.look(history).filters is None
    history.show("filters", {"limit": 1.0})
    history.show("filters", {"limit": 2.0})
    assert viewer.look(history).filters == {"limit": 2.0}
    history.add_step(1, 1.0, 0.5, 0.1)
    assert viewer.look(history).filters is None
    assert Viewer().look(history).filters == {"limit": 2.0}
    history.clear()
    assert Viewer().look(history).filters is None


def test_clear_tells_viewers_to_forget() -> None:
    history, viewer = History(), Viewer()
    history.add_step(1, 2.0, 0.5, 0.1)
    history.add_score(1, 2.0, 0.5)
    viewer.look(history)
    history.clear()
    assert viewer.look(history).reset
    assert (viewer.steps, viewer.scores) == ([], [])
    assert history.last_step is None
    assert history.last_score is None


def test_a_viewer_of_a_later_history_is_reset() -> None:
    """An executor that started anew counts from the beginning."""
    history = History()
    history.add_step(1, 2.0, 0.5, 0.1)
    update = history.since(10**9)
    assert update.reset
    assert update.steps == [(1, 2.0, 0.5, 0.1)]
    assert update.sequence == history.sequence


def test_the_last_points() -> None:
    history = History()
    history.add_step(1, 2.0, 0.5, 0.1)
    history.add_score(1, 1.5, 0.6)
    history.add_step(2, 1.0, 0.7, 0.1)
    assert history.last_step == (2, 1.0, 0.7, 0.1)
    assert history.last_score == (1, 1.5, 0.6)
