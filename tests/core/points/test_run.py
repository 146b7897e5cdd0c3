"""A run on points: its events, its promise of the same numbers, hands on it while it runs."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlviz.core.events import DivergedError, Score, Step
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import (
    MAX_CHANGES,
    Hidden,
    PointsChange,
    PointsData,
    PointsNet,
    PointsSpec,
    PointsTrain,
)
from dlviz.core.specs import SpecError

SMALL = PointsSpec(
    PointsData(count=100),
    PointsNet(hidden=(Hidden(8, "tanh"), Hidden(8, "relu")), dropout=0.2),
    PointsTrain(optimiser="adam", learning_rate=0.03, batch_size=16, epochs=6),
)
LINE = PointsNet(hidden=())


def test_the_page_can_train_before_torch_is_there() -> None:
    code = (
        "import sys; from dlviz.core.points.run import PointsRun;"
        "from dlviz.core.points.presets import POINT_PRESETS;"
        "list(PointsRun(POINT_PRESETS['squares'].spec)); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def finished(spec: PointsSpec) -> tuple[PointsRun, list[Step | Score]]:
    run = PointsRun(spec)
    return run, list(run)


def test_events_come_in_their_order() -> None:
    run, events = finished(SMALL)
    assert run.steps_per_epoch == 5  # 70 points in batches of 16
    assert run.total_steps == run.step == 30
    assert [type(event) for event in events] == [Score, *([Step] * 5 + [Score]) * 6]
    steps = [event for event in events if isinstance(event, Step)]
    assert [event.step for event in steps] == list(range(1, 31))
    assert [event.count for event in steps[:5]] == [16, 16, 16, 16, 6]
    scores = [event for event in events if isinstance(event, Score)]
    assert [event.step for event in scores] == [0, 5, 10, 15, 20, 25, 30]
    assert {event.count for event in scores} == {30}


@pytest.mark.parametrize("batch_size", [0, 70, 1000])
def test_a_full_batch_is_one_step_an_epoch(batch_size: int) -> None:
    run, _ = finished(replace(SMALL, train=PointsTrain(batch_size=batch_size, epochs=2)))
    assert (run.batch_size, run.steps_per_epoch, run.step) == (70, 1, 2)


def test_every_epoch_takes_each_point_once_in_a_new_order() -> None:
    run = PointsRun(SMALL)
    first, second = (np.concatenate(list(run.batches())) for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(70))
    assert (first != second).any()


def test_the_same_spec_gives_the_same_numbers_beside_other_runs_too() -> None:
    alone, events = finished(SMALL)
    found: dict[int, tuple[PointsRun, list[Step | Score]]] = {}
    threads = [
        threading.Thread(
            target=lambda n=n: found.update(
                {n: finished(replace(SMALL, train=replace(SMALL.train, seed=n % 2)))}
            )
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in (0, 2):
        assert found[number][1] == events
        np.testing.assert_array_equal(found[number][0].network.numbers, alone.network.numbers)
    assert found[1][1] == found[3][1] != events


def test_the_start_depends_on_the_seed_alone() -> None:
    starts = [
        PointsRun(spec).network.numbers.tolist()
        for spec in (
            SMALL,
            replace(SMALL, train=replace(SMALL.train, batch_size=5, optimiser="sgd")),
            replace(SMALL, data=PointsData("xor")),
            replace(SMALL, train=replace(SMALL.train, seed=1)),
        )
    ]
    assert starts[0] == starts[1] == starts[2] != starts[3]


def test_the_batch_size_does_not_change_what_is_dropped() -> None:
    """Dropout's stream is its own: the first draw is the same whatever was shuffled before."""
    runs = [PointsRun(SMALL), PointsRun(SMALL)]
    list(runs[0].batches())
    batch = np.arange(16)
    assert runs[0].update(batch) == runs[1].update(batch)


def test_accuracy_and_loss_are_those_of_the_outputs() -> None:
    run = PointsRun(replace(SMALL, net=replace(SMALL.net, dropout=0.0)))
    score = run.score()
    z = run.network.forward(run.test[0]).outputs[:, 0]
    said = 1 / (1 + np.exp(-z))
    y = run.test[1]
    assert score.accuracy == ((said > 0.5) == y).mean()
    assert score.loss == pytest.approx(-np.mean(np.log(np.where(y == 1, said, 1 - said))))


def test_accuracy_of_a_regression_is_the_share_of_variance_explained() -> None:
    spec = PointsSpec(
        PointsData("plane", 0.0),
        LINE,
        PointsTrain(learning_rate=0.1, batch_size=0, epochs=300),
    )
    run, events = finished(spec)
    assert events[-1].accuracy > 0.9999
    np.testing.assert_allclose(run.network.layers[0].w, [[1 / 6, 1 / 6]], atol=1e-3)
    begin = events[0]
    assert isinstance(begin, Score)
    error = PointsRun(spec).network.forward(run.test[0]).outputs[:, 0] - run.test[1]
    variance = np.var(run.train[1])
    assert begin.accuracy == pytest.approx(max(0.0, 1 - np.mean(error**2) / variance))


@pytest.mark.parametrize("l2", [0.01, 0.3])
def test_logistic_regression_finds_scikit_learns_optimum(l2: float) -> None:
    """Its C is one over l2 and the number of points; neither shrinks the bias."""
    spec = PointsSpec(
        PointsData("gaussians", 0.8),
        LINE,
        PointsTrain(optimiser="nesterov", learning_rate=0.2, batch_size=0, epochs=1500, l2=l2),
    )
    run, _ = finished(spec)
    points = run.points
    best = LogisticRegression(C=1 / (l2 * len(points.train_x)), tol=1e-12, max_iter=1000)
    best.fit(points.train_x, points.train_y)
    np.testing.assert_allclose(run.network.layers[0].w, best.coef_, atol=1e-6)
    np.testing.assert_allclose(run.network.layers[0].b, best.intercept_, atol=1e-6)


def test_softmax_regression_finds_scikit_learns_optimum() -> None:
    l2 = 0.05
    spec = PointsSpec(
        PointsData("three", 0.5),
        LINE,
        PointsTrain(optimiser="nesterov", learning_rate=0.2, batch_size=0, epochs=1500, l2=l2),
    )
    run, _ = finished(spec)
    best = LogisticRegression(C=1 / (l2 * len(run.points.train_x)), tol=1e-12, max_iter=1000)
    best.fit(run.points.train_x, run.points.train_y)
    np.testing.assert_allclose(run.network.layers[0].w, best.coef_, atol=1e-5)


def test_a_diverging_run_says_so_in_one_sentence() -> None:
    spec = PointsSpec(PointsData("bumps"), PointsNet(hidden=(Hidden(8, "relu"),) * 3))
    train = PointsTrain(learning_rate=100.0, epochs=50)
    with pytest.raises(
        DivergedError, match=r"stopped being a number at step .* learning rate of 100"
    ):
        list(PointsRun(replace(spec, train=train)))


@pytest.mark.parametrize("count", [0, 3])
def test_too_few_painted_points_are_told(count: int) -> None:
    data = PointsData("painted", painted=((0.5, 0.5, 1),) * count)
    with pytest.raises(SpecError, match="Paint 4 points first"):
        PointsRun(PointsSpec(data))


def test_four_painted_points_can_be_learnt() -> None:
    corners = tuple((x, y, int(x * y < 0)) for x in (-2.0, 2.0) for y in (-2.0, 2.0))
    run, events = finished(PointsSpec(PointsData("painted", share=0.9, painted=corners)))
    assert len(run.points.train_x) == 1
    assert len(events) == 1 + 100 * 2


# -- hands on it ----------------------------------------------------------------------------------


def test_a_change_acts_from_the_next_update_on_and_is_replayed_to_the_last_bit() -> None:
    run = PointsRun(SMALL)
    stream, events = iter(run), []
    for event in stream:
        events.append(event)
        if isinstance(event, Step) and event.step == 7:
            run.change("learning_rate", 0.5)
            run.change("weight:0:3:1", -2.0)
            run.change("bias:2:0", 0.25)
        if isinstance(event, Step) and event.step == 12:
            run.change("learning_rate", 0.001)
    rates = [event.rate for event in events if isinstance(event, Step)]
    assert rates == [0.03] * 7 + [0.5] * 5 + [0.001] * 18
    assert run.interventions == (
        PointsChange(7, "learning_rate", 0.5),
        PointsChange(7, "weight:0:3:1", -2.0),
        PointsChange(7, "bias:2:0", 0.25),
        PointsChange(12, "learning_rate", 0.001),
    )
    again, replayed = finished(PointsSpec.from_link(run.spec.to_link()))
    assert replayed == events != finished(SMALL)[1]
    np.testing.assert_array_equal(again.network.numbers, run.network.numbers)


def test_a_change_can_be_made_while_no_update_goes_on() -> None:
    run = PointsRun(SMALL)
    next(iter(run))
    run.change("weight:0:3:1", -2.0)
    assert run.network.layers[0].w[3, 1] != -2.0
    run.make_changes()
    assert run.network.layers[0].w[3, 1] == -2.0
    assert run.interventions == (PointsChange(0, "weight:0:3:1", -2.0),)
    run.make_changes()
    assert len(run.interventions) == 1
    assert PointsRun(SMALL).network.layers[0].w[3, 1] != -2.0


def test_a_hand_between_the_specs_own_changes_stands_in_the_order_of_steps() -> None:
    planned = (PointsChange(2, "learning_rate", 0.1), PointsChange(9, "learning_rate", 0.2))
    run = PointsRun(replace(SMALL, interventions=planned))
    events = []
    for event in run:
        events.append(event)
        if isinstance(event, Step) and event.step == 5:
            run.change("learning_rate", 0.4)
    assert [change.step for change in run.interventions] == [2, 5, 9]
    assert finished(run.spec)[1] == events
    rates = [event.rate for event in events if isinstance(event, Step)]
    assert rates == [0.03] * 2 + [0.1] * 3 + [0.4] * 4 + [0.2] * 21


def test_what_cannot_be_changed_is_refused() -> None:
    run = PointsRun(SMALL)
    with pytest.raises(SpecError, match="no weight:0:8:0"):
        run.change("weight:0:8:0", 1.0)
    with pytest.raises(SpecError, match="from 0 to 100"):
        run.change("learning_rate", -1.0)
    for _ in range(MAX_CHANGES):
        run.change("bias:0:0", 1.0)
    with pytest.raises(SpecError, match=f"at most {MAX_CHANGES} changes"):
        run.change("bias:0:0", 1.0)


# -- its health -----------------------------------------------------------------------------------


def test_health_is_that_of_the_last_update() -> None:
    run = PointsRun(replace(SMALL, train=PointsTrain(learning_rate=0.1, epochs=1)))
    before = run.health()
    assert [layer.name for layer in before.layers] == ["layer 1", "layer 2", "output"]
    assert {layer.gradient for layer in before.layers} == {None}
    old = run.network.numbers.copy()
    run.update(np.arange(10))
    moved = old - run.network.numbers
    sizes = [8 * 2 + 8, 8 * 8 + 8, 8 + 1]
    for layer, part in zip(
        run.health().layers, np.split(moved, np.cumsum(sizes)[:-1]), strict=True
    ):
        assert layer.gradient == pytest.approx(np.linalg.norm(part) / 0.1)
        assert layer.update is not None
        assert layer.weight is not None
        assert layer.update * layer.weight == pytest.approx(np.linalg.norm(part))
    assert [layer.kind for layer in before.layers] == ["dense"] * 3


def test_a_unit_is_dead_when_no_training_point_wakes_it() -> None:
    run = PointsRun(SMALL)
    assert run.health().layers[0].dead is None  # tanh
    run.network.layers[1].w[:3] = 0.0
    run.network.layers[1].b[:3] = (-1.0, 0.0, 1.0)
    others = run.network.forward(run.train[0]).a[1][:, 3:]
    assert run.health().layers[1].dead == (2 + (others == 0).all(axis=0).sum()) / 8
