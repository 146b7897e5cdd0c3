"""What all runs hold together is bounded, and given back with the run."""

from __future__ import annotations

import contextlib
import gc
import weakref
from collections.abc import Iterator

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.core.memory import LIMIT
from dlviz.core.specs import NetSpec, RunSpec, SpecError, TrainSpec, layer
from dlviz.core.training import Run, Step
from dlviz.runs.devices import Device
from dlviz.runs.jobs import DeviceError, Job
from dlviz.runs.memory import Memory, limit_here
from dlviz.runs.training import TrainingRecorder

GB = 2**30
NET = NetSpec((layer("flatten"), layer("dense", units=500), layer("dense")))
SPEC = RunSpec(NET, train=TrainSpec(batch_size=8, epochs=1))


class Holder:
    """Lives until nobody names it any more."""


def test_what_is_held_is_given_back_with_its_holder() -> None:
    memory = Memory(3 * GB)
    one, other = Holder(), Holder()
    memory.hold(one, GB)
    memory.hold(other, GB)
    assert memory.held == 2 * GB
    del one
    assert memory.held == GB
    del other
    assert memory.held == 0


def test_too_much_is_refused_in_one_sentence_with_the_numbers() -> None:
    memory, holder = Memory(2 * GB), Holder()
    memory.hold(holder, GB)
    with pytest.raises(SpecError) as error:
        memory.hold(Holder(), GB + GB // 2)
    sentence = str(error.value)
    assert "needs about 1.5 GB" in sentence
    assert "hold 1.0 of at most 2.0 GB" in sentence
    assert memory.held == GB
    memory.hold(other := Holder(), GB)
    assert memory.held == 2 * GB
    del holder, other


def test_a_holder_in_a_circle_is_looked_for_before_anybody_is_refused() -> None:
    memory, holder = Memory(GB), Holder()
    memory.hold(holder, GB)
    holder.__dict__["me"] = holder
    gc.disable()
    try:
        del holder
        assert memory.held == GB
        memory.hold(last := Holder(), GB)
        assert memory.held == GB
        del last
    finally:
        gc.enable()


def test_a_paused_run_holds_what_it_was_admitted_with(small_data: ImageData) -> None:
    one = TrainingRecorder(SPEC, "cpu", memory=(memory := Memory(GB)))
    events = iter(one)
    next(events)
    need = memory.held
    assert need > 4 * 5 * 500 * 64  # five numbers a weight
    small = Memory(need + need // 2)
    two = TrainingRecorder(SPEC, "cpu", memory=small)
    with pytest.raises(SpecError, match="paused ones too"):
        TrainingRecorder(SPEC, "cpu", memory=small)
    del one, events
    assert memory.held == 0
    del two
    TrainingRecorder(SPEC, "cpu", memory=small)


@pytest.fixture
def no_collection() -> Iterator[None]:
    """As in the server: nothing that stands in a circle is found."""
    warm_up()
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def warm_up() -> None:
    """The first optimiser of a process imports half of torch, which remembers who asked for it."""
    weight = torch.nn.Parameter(torch.zeros(1))
    weight.sum().backward()
    torch.optim.Adam([weight]).step()


class LostRun(Run):
    """On a "GPU" that is full at the third step."""

    def __init__(self, spec: RunSpec, data: ImageData, _device: str) -> None:
        super().__init__(spec, data, "cpu")

    def update(self, batch: torch.Tensor, rate: float) -> Step:
        if self.step == 2:
            raise torch.OutOfMemoryError
        return super().update(batch, rate)


@pytest.mark.usefixtures("small_data", "no_collection")
def test_a_run_is_freed_with_its_recorder_at_once() -> None:
    recorder = TrainingRecorder(SPEC, "cpu")
    events = iter(recorder)
    for _ in range(9):
        next(events)
    run = weakref.ref(recorder._run)
    weights = weakref.ref(next(recorder._run.module.parameters()))
    del recorder, events
    assert run() is None
    assert weights() is None


@pytest.mark.usefixtures("small_data", "no_collection")
def test_memory_is_held_by_the_run_itself() -> None:
    recorder = TrainingRecorder(SPEC, "cpu", memory=(memory := Memory(GB)))
    run, need = recorder._run, memory.held
    del recorder
    assert memory.held == need > 0
    del run
    assert memory.held == 0


@pytest.mark.usefixtures("small_data", "no_collection")
def test_a_run_that_could_not_be_made_holds_nothing() -> None:
    def fail(*_: object) -> Run:
        raise MemoryError

    memory = Memory(GB)
    with contextlib.suppress(SpecError):
        TrainingRecorder(SPEC, "cpu", memory=memory, new_run=fail)
    assert memory.held == 0


@pytest.mark.usefixtures("small_data", "no_collection")
def test_what_was_on_a_full_gpu_is_freed_before_the_cpu_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dlviz.runs.training.used_bytes", lambda _key: 1)
    recorder = TrainingRecorder(SPEC, Device("cuda", "Fake GPU", GB), new_run=LostRun)
    run, job = weakref.ref(recorder._run), Job("id", "a", (SPEC,))
    told = ""
    try:
        for entry in recorder:
            entry(job)
    except DeviceError as error:
        told = str(error)
    del recorder, entry
    assert "Fake GPU was full" in told
    assert run() is None


def test_the_limit_has_room_for_any_one_run_unless_somebody_sets_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DLVIZ_RUNS_GB", raising=False)
    assert limit_here() >= LIMIT
    monkeypatch.delattr("os.sysconf", raising=False)
    assert limit_here() == LIMIT
    monkeypatch.setenv("DLVIZ_RUNS_GB", "0.5")
    assert limit_here() == GB // 2
