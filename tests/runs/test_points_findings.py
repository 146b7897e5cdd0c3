"""What the babysitter says of runs on points is true of them, and of what is on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.runs.jobs import Job
from dlviz.runs.points import PointsRecorder
from tests.core.points.card_settings import spec_of


def drive(spec: PointsSpec, epochs: int | None = None) -> tuple[PointsRecorder, Job]:
    """The run is through with so many epochs, or at its end."""
    job, recorder = Job("id", "a", (spec,)), PointsRecorder(spec)
    for entry in recorder:
        entry(job)
        if epochs is not None and len(job.history.scores) > epochs:
            break
    return recorder, job


def findings(job: Job) -> dict[str, dict[str, str]]:
    return {found["name"]: found for found in job.history.findings or ()}


def zeros(hidden: str, data: str = "gaussians", epochs: int = 20) -> PointsSpec:
    net = PointsNet(hidden=PointsNet.hidden_from(hidden), initialisation="zeros")
    return PointsSpec(PointsData(data), net, PointsTrain(epochs=epochs))


@pytest.mark.parametrize("hidden", ["4tanh", "4relu", "4relu-4relu", "3elu", "2linear"])
@pytest.mark.parametrize("data", ["gaussians", "three", "plane"])
def test_weights_that_are_all_zero_are_the_cause_of_all_else(hidden: str, data: str) -> None:
    spec = zeros(hidden, data)
    run = PointsRun(spec)
    list(run)
    assert not any(layer.w.any() for layer in run.network.layers)
    _, job = drive(spec)
    assert list(findings(job)) == ["zeros"]
    assert findings(job)["zeros"]["advice"] == "Start from random weights."


@pytest.mark.parametrize(
    "spec",
    [
        zeros("", epochs=10),  # logistic regression learns from zeros
        zeros("4sigmoid", "circle"),  # sigmoids are 1/2 there
        replace(zeros("4tanh"), net=PointsNet(hidden=PointsNet.hidden_from("4tanh"))),
    ],
)
def test_weights_that_move_are_not_called_zero(spec: PointsSpec) -> None:
    assert "zeros" not in findings(drive(spec)[1])


def test_a_weight_set_by_hand_ends_it() -> None:
    spec = zeros("4tanh")
    spec = replace(spec, interventions=(spec.change(5, "weight:1:0:2", 0.5),))
    assert "zeros" not in findings(drive(spec)[1])


def perceptron(data: str, epochs: int = 10, **train: float) -> PointsSpec:
    net = PointsNet(hidden=())
    return PointsSpec(PointsData(data), net, PointsTrain(rule="perceptron", epochs=epochs, **train))


@pytest.mark.parametrize("rate", [0.0001, 0.1, 3.0])
def test_rosenblatts_rule_is_told_its_mistakes_and_no_learning_rate(rate: float) -> None:
    spec = perceptron("xor", learning_rate=rate)
    run = PointsRun(spec)
    before = 0
    for event in run:
        if event.step == run.total_steps - run.steps_per_epoch:
            before = run.mistakes
    _, job = drive(spec)
    found = findings(job)
    assert list(found) == ["mistakes"]
    assert found["mistakes"]["sentence"] == (
        f"Still {run.mistakes - before} mistakes in the last epoch: no line parts these classes, "
        "or none is found yet."
    )
    words = " ".join(found["mistakes"].values())
    assert not any(word in words for word in ("rests", "learning rate", "seed"))


def test_rosenblatts_rule_at_rest_has_no_findings() -> None:
    assert findings(drive(perceptron("gaussians"))[1]) == {}


OVERFITTED = spec_of(POINT_CARDS["overfitting"])


def held_out(job: Job) -> str:
    """The better of the last two losses, as the babysitter names it."""
    return f"{min(score[1] for score in job.history.scores[-2:]):.3g}"


def test_the_last_findings_know_the_last_score() -> None:
    job = drive(OVERFITTED)[1]
    assert held_out(job) != f"{min(score[1] for score in job.history.scores[-3:-1]):.3g}"
    assert findings(job)["overfitting"]["sentence"].endswith(f" to {held_out(job)}.")


def test_what_is_said_at_rest_is_of_what_is_shown_then() -> None:
    recorder, job = drive(OVERFITTED, epochs=300)
    recorder.rest(job)
    assert findings(job)["overfitting"]["sentence"].endswith(f" to {held_out(job)}.")
    recorder, job = drive(OVERFITTED, epochs=300)
    recorder.finish()(job)
    assert findings(job)["overfitting"]["sentence"].endswith(f" to {held_out(job)}.")
