"""Which learning rate is told when the loss stops being a number: the one that led there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.core.events import DivergedError, Step
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import RATE, PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.specs import Intervention, NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import Run

HIGH, LOW = 100.0, 0.001
DEEP = NetSpec((layer("flatten"), *(layer("dense", units=16) for _ in range(6)), layer("dense")))
TRAIN = TrainSpec(optimiser="sgd", learning_rate=HIGH, batch_size=50, epochs=20)
PICTURES = RunSpec(DEEP, train=TRAIN)
POINTS = PointsSpec(
    PointsData("plane"),
    PointsNet(hidden=PointsNet.hidden_from("8linear-8linear")),
    PointsTrain(learning_rate=HIGH, epochs=50),
)


def noise() -> ImageData:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (120, 1, 8, 8), generator=generator, dtype=torch.uint8)
    labels = torch.randint(0, 2, (120,), generator=generator)
    train, test = (pixels[:100], labels[:100]), (pixels[100:], labels[100:])
    return ImageData.of("noise", ("one", "other"), train, test)


def run_of(spec: RunSpec | PointsSpec) -> Run | PointsRun:
    return PointsRun(spec) if isinstance(spec, PointsSpec) else Run(spec, noise())


def end_of(run: Run | PointsRun) -> tuple[int, str]:
    """The last step whose loss was a number, and what is told."""
    steps = []
    with pytest.raises(DivergedError) as error:
        steps += (event.step for event in run if isinstance(event, Step))
    return steps[-1], str(error.value)


@pytest.mark.parametrize("spec", [PICTURES, POINTS], ids=["pictures", "points"])
def test_a_rate_that_was_lowered_too_late_is_not_blamed(spec: RunSpec | PointsSpec) -> None:
    """The loss of a step is measured before its update: the one before has done the harm."""
    last, told = end_of(run_of(spec))
    assert last >= 2
    assert "learning rate of 100:" in told
    lower = Intervention(last, RATE, LOW) if isinstance(spec, RunSpec) else None
    lower = lower or spec.change(last, RATE, LOW)
    assert end_of(run_of(replace(spec, interventions=(lower,)))) == (last, told)


def test_a_rate_that_was_lowered_at_rest_is_not_blamed() -> None:
    last, told = end_of(PointsRun(POINTS))
    run = PointsRun(POINTS)
    events = iter(run)
    while run.step < last:
        next(events)
    run.change(RATE, LOW)
    run.make_changes()
    with pytest.raises(DivergedError) as error:
        list(events)
    assert str(error.value) == told
