"""The two phases as a run, and the comparison with scratch under a clock of our own."""

from __future__ import annotations

import dataclasses
import re

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.core.events import DivergedError, Score, Step
from dlviz.core.specs import SpecError
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_learning import nets, study
from dlviz.core.transfer_learning.nets import features_of
from dlviz.core.transfer_learning.run import TransferRun
from dlviz.core.transfer_learning.study import (
    SCRATCH,
    TRANSFER,
    Measured,
    ScratchStudy,
    ends_of,
    measured_of,
)
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import load_task


@pytest.fixture(scope="module")
def base():
    return load_model("mobilenet_v2")


@pytest.fixture(scope="module")
def data() -> ImageData:
    task = load_task("cat_fox")
    return dataclasses.replace(
        task, test_pixels=task.test_pixels[:10], test_labels=task.test_labels[:10]
    )


def spec(*, epochs=4, seed=0, rate=3e-4, **changed) -> TaughtSpec:
    settings = {"each": 8, "tuned": 1, "side": 96, "weights": True} | changed
    return TaughtSpec("transfer", TaughtTrain(rate, epochs, seed), tuple(settings.items()))


def test_both_phases_and_what_they_leave(base, data) -> None:
    run = TransferRun(spec(), base, data)
    assert (run.steps_per_epoch, run.total_steps) == (2, 8)
    assert run.shown().pictures == ()
    events = list(run)
    steps = [event for event in events if isinstance(event, Step)]
    scores = [event for event in events if isinstance(event, Score)]
    assert [step.rate for step in steps] == pytest.approx([3e-4] * 6 + [3e-5] * 2)
    assert [step.count for step in steps] == [10, 6] * 4
    assert [score.step for score in scores] == [0, 2, 4, 6, 8]
    learnt = run.trained()
    right = (learnt["answers"].argmax(dim=1) == data.test_labels).float().mean()
    assert scores[-1].accuracy == pytest.approx(float(right))
    before = (learnt["before"].argmax(dim=1) == data.test_labels).float().mean()
    assert scores[-2].accuracy == pytest.approx(float(before))
    top = features_of(base)[17:].state_dict()
    moved = [name for name, value in top.items() if not torch.equal(value, learnt[f"top.{name}"])]
    assert moved
    assert not any("running" in name for name in moved)


@pytest.mark.parametrize("tuned", [0, 1])
def test_what_was_learnt_answers_for_other_pictures_too(base, data, tuned: int) -> None:
    run = TransferRun(spec(epochs=2, tuned=tuned), base, data)
    list(run)
    learnt = run.trained()
    found = nets.answers(base, learnt, data.test_pixels, classes=2, side=96)
    assert torch.allclose(found, learnt["answers"], atol=1e-4)
    assert not torch.allclose(
        found, nets.answers(base, learnt, data.test_pixels.flip(0), classes=2, side=96)
    )


def test_epoch_lines_are_the_slides(base, data) -> None:
    run = TransferRun(spec(), base, data)
    scores = [event for event in run if isinstance(event, Score)]
    shown = run.shown()
    assert [line.split()[0] for line in shown.lines] == ["The", *["Epoch"] * 3, "The", "Epoch"]
    assert re.fullmatch(
        r"Epoch 4/4 2/2 \[={8}\] \d+ms/step - loss: \d\.\d{4} - acc: \d\.\d{4} - "
        rf"val_loss: {scores[-1].loss:.4f} - val_acc: {scores[-1].accuracy:.4f}",
        shown.lines[-1],
    )
    assert len(shown.pictures) == 4
    answers = run.trained()["answers"]
    for index, picture in enumerate(shown.pictures):
        named = data.classes[int(answers[index].argmax())]
        assert picture.title.split()[1] == named
        assert picture.title.startswith("✓") == (named == data.classes[index % 2])
        assert (picture.pixels == data.test_pixels[index].permute(1, 2, 0).numpy()).all()


def test_going_on_an_epoch_says_how_far(base, data) -> None:
    run = TransferRun(spec(), base, data)
    events = iter(run)
    next(events)
    next(events)
    assert run.shown().lines[-1].startswith("Epoch 1/4 1/2 [====>...] ")
    assert "val" not in run.shown().lines[-1]


def test_same_spec_same_numbers_another_seed_others(base, data) -> None:
    def events(seed: int) -> list[Step | Score]:
        return list(TransferRun(spec(seed=seed), base, data))

    state = torch.random.get_rng_state()
    first = events(1)
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.manual_seed(99)
    assert events(1) == first
    assert events(2) != first


def test_without_a_second_phase_the_top_is_not_kept(base, data) -> None:
    run = TransferRun(spec(epochs=1, tuned=0, weights=False), base, data)
    list(run)
    assert set(run.trained()) == {"answers", "before"}
    assert torch.equal(run.trained()["answers"], run.trained()["before"])


@pytest.mark.parametrize(
    "wrong", [{"each": 1}, {"each": 51}, {"tuned": 5}, {"side": 97}, {"tuned": -1}]
)
def test_limits(base, data, wrong) -> None:
    with pytest.raises(SpecError):
        TransferRun(spec(**wrong), base, data)


def test_a_loss_that_is_no_number_is_told(base, data, monkeypatch) -> None:
    events = iter(TransferRun(spec(), base, data))
    next(events)
    monkeypatch.setattr(nets, "loss_of", lambda *_: torch.tensor(torch.inf))
    with pytest.raises(DivergedError, match="learning rate"):
        next(events)


class Clock:
    """Each look takes a quarter of a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def thread_time(self) -> float:
        self.now += 0.25
        return self.now


@pytest.fixture
def compared(base, data, monkeypatch) -> ScratchStudy:
    monkeypatch.setattr(study, "time", Clock())
    monkeypatch.setattr(study, "SLICES", 2)
    monkeypatch.setattr(ScratchStudy, "steps_per_epoch", 2)
    settings = (("each", 5), ("seconds", 1), ("side", 96), ("scratch_rate", 1e-3))
    return ScratchStudy(TaughtSpec("scratch", TaughtTrain(3e-4, 2, 7), settings), base, data)


def test_both_methods_get_the_same_time_for_every_seed(compared) -> None:
    compared.total_steps = 8
    events = list(compared)
    assert [event.step for event in events if isinstance(event, Score)] == [0, 2, 4, 6, 8]
    assert [event.step for event in events if isinstance(event, Step)] == list(range(1, 9))
    found = measured_of(compared.trained()["measured"])
    runs = [(item.seed, item.method) for item in found]
    order = [(7, TRANSFER), (7, SCRATCH), (8, TRANSFER), (8, SCRATCH)]
    assert runs == [run for run in order for _ in range(2)]
    assert all(item.seconds >= 1.0 for item in found[1::2])
    assert [item.seconds for item in found[:2]] == [item.seconds for item in found[2:4]]
    lines = compared.shown().lines
    assert lines[0].startswith("Seed 7: transfer ")
    assert lines[-1].startswith("From scratch, 2 seeds: ")


def test_only_runs_that_have_used_their_time_count() -> None:
    found = [
        Measured(TRANSFER, 0, 0.5, 0.7),
        Measured(TRANSFER, 0, 1.0, 0.8),
        Measured(SCRATCH, 0, 1.1, 0.5),
        Measured(TRANSFER, 1, 0.5, 0.9),
    ]
    assert ends_of(found, TRANSFER, 1.0) == [0.8]
    assert ends_of(found, SCRATCH, 1.0) == [0.5]


@pytest.mark.acceptance
def test_transfer_beats_scratch_in_a_short_budget(base, monkeypatch) -> None:
    """Cats or foxes, 10 of each, 1 s each, 3 seeds: the difference's interval is above 0."""
    from dlviz.core.seeds import difference

    settings = (("each", 10), ("seconds", 1), ("side", 96), ("scratch_rate", 3e-3))
    monkeypatch.setattr(study, "SLICES", 1)  # asked once: that takes longer than the training
    made = ScratchStudy(
        TaughtSpec("scratch", TaughtTrain(3e-4, 3), settings), base, load_task("cat_fox")
    )
    list(made)
    found = measured_of(made.trained()["measured"])
    assert len(found) == 3 * 2
    ours, theirs = (ends_of(found, method, 1.0) for method in (TRANSFER, SCRATCH))
    assert difference(ours, theirs).low > 0
    assert min(ours) >= 0.85
