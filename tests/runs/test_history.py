"""Whoever polls whenever: a viewer that applies Updates has the history's own curve."""

from __future__ import annotations

import itertools
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.run_log import FIRST, WINDOW, Log
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
        steps, scores = update.kept
        self.steps = self.steps[:steps] + update.steps
        self.scores = self.scores[:scores] + update.scores
        self.sequence = update.sequence
        return update


def own_curves(history: History) -> tuple[Curve, Curve]:
    """What a viewer gets who is told to forget everything first."""
    whole = history.since(history.sequence + 1)
    assert whole.reset
    return whole.steps, whole.scores


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    """Merge often: curves of at most nine points, the first five of them raw."""
    monkeypatch.setattr(history_module, "MAX_POINTS", 9)
    return 9


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
    """Bounded, begins raw, ends where the run stands, each point the mean of equally many."""
    assert len(curve) <= 8
    assert curve[:FIRST] == added[:FIRST]
    if len(added) <= 8:
        assert curve == added
    ends = [0, *(added.index(row) + 1 for row in added if row[0] in {point[0] for point in curve})]
    assert ends[-1] == len(added)
    counts = [end - start for start, end in itertools.pairwise(ends)]
    assert counts[:FIRST] == [1] * len(counts[:FIRST])
    assert len(set(counts[FIRST:-1])) <= 1
    assert all(counts[-1] <= count for count in counts[FIRST:-1])
    for point, start, end in zip(curve, ends, ends[1:], strict=False):
        columns = list(zip(*added[start:end], strict=True))[1:]
        assert point[1:] == pytest.approx([fmean(column) for column in columns])


def test_what_is_merged_is_a_mean_at_the_last_step(short: int) -> None:
    history = History()
    for step in range(1, 13):
        history.add_step(step, float(step), step / 10, 0.1)
    curve, _ = own_curves(history)
    assert [point[0] for point in curve] == [1, 2, 3, 4, 5, 7, 9, 11, 12]
    assert [point[1] for point in curve] == [1, 2, 3, 4, 5, 6.5, 8.5, 10.5, 12]
    assert [point[2] for point in curve[5:]] == pytest.approx([0.65, 0.85, 1.05, 1.2])
    assert {point[3] for point in curve} == {0.1}


def test_a_point_that_still_grows_replaces_itself(short: int) -> None:
    history, viewer = History(), Viewer()
    for step in range(1, 13):
        history.add_step(step, float(step), 0.5, 0.1)
    viewer.look(history)
    history.add_step(13, 13.0, 0.5, 0.1)
    update = viewer.look(history)
    assert not update.reset
    assert update.steps == [(13, 12.5, 0.5, 0.1)]
    assert [point[0] for point in viewer.steps] == [1, 2, 3, 4, 5, 7, 9, 11, 13]
    assert history.last_step == (13, 13.0, 0.5, 0.1)


@pytest.mark.parametrize("count", [4_500, 12_500, 25_000])
def test_a_long_curve_keeps_its_beginning_and_an_even_grain(count: int) -> None:
    """What the babysitter calls the loss at the start is that of the very first mini-batches."""
    history, viewer, resets = History(), Viewer(), 0
    for step in range(1, count + 1):
        history.add_step(step, 1 / step, 0.5, 1e-3)
        if step % 50 == 0:
            resets += viewer.look(history).reset
    steps = list(history.steps)
    assert viewer.steps == steps
    assert resets <= 5  # a merge tells viewers to begin anew: it is rare
    log = Log(("a", "b"), 10, count, steps)
    assert log.first == fmean(1 / step for step in range(1, WINDOW // 4 + 1))
    assert log.step == count
    numbers = [step for step, *_ in steps]
    gaps = {right - left for left, right in itertools.pairwise(numbers[FIRST:-1])}
    assert len(gaps) == 1
    assert MAX_POINTS / 2 <= len(steps) <= MAX_POINTS


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
