"""Taught runs in the executor: what they show, what they leave, and what they refuse."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.events import DivergedError, Score, Step
from dlviz.core.specs import SpecError
from dlviz.core.taught import Shown, ShownBox, ShownPicture, TaughtSpec, TaughtTrain
from dlviz.runs import record_taught, taught_kinds
from dlviz.runs.executor import ThreadExecutor
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Command, State
from dlviz.runs.taught import TaughtRecorder
from dlviz.runs.taught_kinds import TaughtKind

SPEC = TaughtSpec("halving", TaughtTrain(0.5, epochs=3, seed=2), (("start", 8.0),))


class Halving:
    """w ← w − rate·w, two steps an epoch."""

    total_steps, steps_per_epoch = 6, 2

    def __init__(self, spec: TaughtSpec) -> None:
        self.rate, self.step = spec.train.learning_rate, 0
        self.w = float(spec["start"])

    def __iter__(self) -> Iterator[Step | Score]:
        yield Score(0, self.w**2, 0.0, 1)
        for step in range(1, self.total_steps + 1):
            self.step = step
            loss = self.w**2
            self.w -= self.rate * self.w
            if self.w > 1e6:
                raise DivergedError("The loss stopped being a number.")
            yield Step(self.step, loss, 0.5, 4, self.rate)
            if self.step % 2 == 0:
                yield Score(self.step, self.w**2, self.step / 6, 1)

    def shown(self) -> Shown:
        pixels = np.full((2, 3, 3), self.step, np.uint8)
        box = ShownBox(0, 0, 2, 1, "one", 1, dashed=True)
        return Shown((ShownPicture(f"step {self.step}", pixels, (box,)),), (f"w = {self.w}",))

    def trained(self) -> dict[str, torch.Tensor]:
        return {"w": torch.tensor([self.w])}


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = TaughtKind("Halving", "share", SPEC, lambda spec, _own: Halving(spec))
    monkeypatch.setitem(taught_kinds.TAUGHT, "halving", kind)


@pytest.fixture
def executor() -> Iterator[ThreadExecutor]:
    made = ThreadExecutor(lambda spec, _owner, _device: TaughtRecorder(spec), slots=1)
    yield made
    made.close()


def until(executor: ThreadExecutor, job: str, *states: State) -> None:
    deadline = time.monotonic() + 10
    while executor.status(job).state not in states:
        assert time.monotonic() < deadline, executor.status(job)
        time.sleep(0.005)


def test_a_run_leaves_its_curves_its_last_picture_and_what_it_learnt(executor) -> None:
    job = executor.submit("me", SPEC)
    until(executor, job, State.DONE)
    status, update = executor.poll(job, -1)
    frame = json.loads(json.dumps(describe(status, update)))
    assert [step for step, *_ in frame["steps"]] == [1, 2, 3, 4, 5, 6]
    assert [loss for _, loss, *_ in frame["steps"]] == [64, 16, 4, 1, 0.25, 0.0625]
    assert frame["scores"] == [[0, 64, 0], [2, 4, 1 / 3], [4, 0.25, 2 / 3], [6, 0.015625, 1]]
    (picture,) = frame["net"]["pictures"]
    assert frame["net"]["lines"] == ["w = 0.125"]
    assert (picture["title"], picture["width"], picture["height"]) == ("step 6", 3, 2)
    assert picture["boxes"][0] == {
        **{"x": 0, "y": 0, "width": 2, "height": 1},
        **{"label": "one", "colour": 1, "dashed": True},
    }
    pixels = np.asarray(Image.open(BytesIO(base64.b64decode(picture["png"]))))
    assert pixels.shape == (2, 3, 3)
    assert (pixels == 6).all()
    assert executor.outcome(job)["w"].item() == 0.125


def test_steps_are_taken_one_by_one_and_a_stop_keeps_what_is_there(executor) -> None:
    job = executor.submit("me", SPEC, paused=True)
    until(executor, job, State.PAUSED)
    assert executor.outcome(job) is None
    for _ in range(3):
        executor.control(job, Command.STEP)
        before = executor.status(job).step
        deadline = time.monotonic() + 10
        while executor.status(job).step == before and time.monotonic() < deadline:
            time.sleep(0.005)
    until(executor, job, State.PAUSED)
    assert executor.poll(job, -1)[1].net["pictures"][0]["title"] == "step 3"
    executor.control(job, Command.STOP)
    until(executor, job, State.STOPPED)
    assert executor.outcome(job)["w"].item() == 1.0
    executor.control(job, Command.REWIND)
    until(executor, job, State.PAUSED)
    assert executor.outcome(job) is None
    assert executor.poll(job, -1)[1].scores == [(0, 64.0, 0.0)]


def test_what_goes_wrong_is_one_sentence(executor) -> None:
    until(executor, lost := executor.submit("me", replace(SPEC, kind="none")), State.FAILED)
    assert executor.status(lost).message == "There is no such task."
    wild = replace(SPEC, train=TaughtTrain(99.0, 3))
    until(executor, grown := executor.submit("you", wild), State.DONE, State.FAILED)
    job = executor.submit("me", SPEC, paused=True)
    with pytest.raises(SpecError, match="start a new run"):
        executor.change(job, "learning_rate", 0.1)
    assert executor.status(grown).state is State.FAILED
    assert executor.status(grown).message == "The loss stopped being a number."


@pytest.mark.parametrize("train", [(-1.0, 1), (1.0, 0), (1.0, 10**6), (1.0, 1, -1), ("x", 1)])
def test_limits_of_a_spec(train) -> None:
    with pytest.raises(SpecError):
        TaughtTrain(*train)


def test_a_recorded_run_is_the_same_run() -> None:
    frame, learnt = record_taught.record_taught(SPEC)
    assert frame["steps"][-1][:2] == [6, 0.0625]
    assert frame["state"] == "done"
    assert learnt["w"].item() == 0.125
