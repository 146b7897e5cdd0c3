"""What a job remembers of a real run beside its curves, and what becomes of failures."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

import dlviz
from dlviz.core.data import ImageData
from dlviz.core.health import Health, LayerHealth, Mistake, Verdict
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import Intervention, NetSpec, RunSpec, SpecError, TrainSpec, layer
from dlviz.core.training import DivergedError, Event, Run, Step
from dlviz.runs import training
from dlviz.runs.devices import Device, choose, devices, fits, used_bytes
from dlviz.runs.frames import describe
from dlviz.runs.jobs import DeviceError, Job
from dlviz.runs.packing import PICTURE_SIDE, pack_health, pack_picture, pack_verdict
from dlviz.runs.training import TrainingRecorder

NET = NetSpec(
    (layer("conv", channels=4), layer("relu"), layer("max_pool"), layer("flatten"), layer("dense"))
)
SPEC = RunSpec(NET, train=TrainSpec(batch_size=16, epochs=2, learning_rate=0.01, seed=7))
WILD = replace(SPEC, train=replace(SPEC.train, optimiser="sgd", learning_rate=100.0))
GPU = Device("cuda", "Fake GPU", 2**30)

pytestmark = pytest.mark.usefixtures("small_data")


def drive(job: Job, device: str | Device = "cpu", new_run: type[Run] = Run) -> None:
    """Make a recorder and let it tell the job everything."""
    for entry in TrainingRecorder(job.spec, device, new_run=new_run):
        entry(job)


def train(spec: RunSpec = SPEC) -> Job:
    job = Job("id", "a", (spec,))
    drive(job)
    return job


def frame(job: Job) -> dict:
    return json.loads(json.dumps(describe(job.status(0), job.history.since(-1)), allow_nan=False))


# -- what is told ------------------------------------------------------------------------------


def test_the_last_frame_tells_of_the_finished_net(small_data: ImageData) -> None:
    *_, last = dlviz.train(SPEC)
    with torch.no_grad():
        chances = last.classifier(small_data.test[0]).softmax(dim=1)
    said, labels = chances.argmax(dim=1), small_data.test_labels
    told = frame(train())
    verdict = told["verdict"]
    assert verdict["step"] == told["health"]["step"] == 26
    assert verdict["classes"] == list(small_data.classes)
    counts = torch.zeros(3, 3, dtype=torch.int64)
    counts.index_put_((labels, said), torch.ones(100, dtype=torch.int64), accumulate=True)
    assert verdict["confusion"] == counts.tolist()
    for mistake in verdict["mistakes"]:
        index = mistake["index"]
        assert (mistake["label"], mistake["said"]) == (labels[index], said[index])
        assert mistake["confidence"] == pytest.approx(chances[index].max().item(), rel=1e-3)
        pixels = base64.b64decode(mistake["picture"]["data"])
        assert pixels == small_data.test_pixels[index].numpy().tobytes()
    assert told["rate"] == 0.01
    assert told["memory"] > 2**20
    assert told["findings"] == []


def test_health_is_told_while_it_trains_and_is_the_runs_own() -> None:
    job = train()
    weights = job.snapshots[-1].weights
    told = frame(job)["health"]["layers"]
    assert [item["kind"] for item in told] == ["conv", "relu", "max_pool", "flatten", "dense"]
    values = torch.cat([v.flatten() for name, v in weights.items() if name.startswith("conv1")])
    assert told[0]["weight"] == pytest.approx(values.norm().item(), rel=1e-3)
    assert sum(told[0]["histogram"][2]) == len(values)
    assert told[0]["histogram"][:2] == pytest.approx(
        [float(values.min()), float(values.max())], rel=1e-3
    )
    assert 0 <= told[1]["dead"] <= 1
    assert told[1]["gradient"] is None


def test_looking_is_held_back_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a standing clock only the snapshots, which always look, and evaluations bring news."""
    looked: list[int] = []
    real = TrainingRecorder._live_health
    monkeypatch.setattr(training, "HEALTH_SECONDS", 3600.0)

    def look(self: TrainingRecorder) -> dict:
        looked.append(self._run.step)
        return real(self)

    monkeypatch.setattr(TrainingRecorder, "_live_health", look)
    train()
    assert looked == [0, 1, 2, 4, 8, 16, 26]


def test_divergence_is_among_the_findings_and_the_history_stays() -> None:
    job = Job("id", "a", (WILD,))
    with pytest.raises(ArithmeticError, match="learning rate of 100") as error:
        drive(job)
    assert TrainingRecorder(SPEC, "cpu").sentence(error.value) == str(error.value)
    told = frame(job)
    assert "diverging" in {finding["name"] for finding in told["findings"]}
    assert len(told["steps"]) == job.step


def test_a_run_out_of_patience_says_so(small_data: ImageData) -> None:
    still = replace(SPEC.train, learning_rate=0.0, epochs=9, patience=2)
    job = train(replace(SPEC, train=still))
    assert job.message == "Stopped early: the held-out loss has not fallen for 2 epochs."
    assert job.step < 9 * 13
    once = replace(still, patience=1)
    assert train(replace(SPEC, train=once)).message.endswith("for one epoch.")


# -- changes by hand ---------------------------------------------------------------------------


def test_a_change_gives_the_losses_of_the_spec_that_says_it() -> None:
    log = (Intervention(5, "learning_rate", 0.1),)
    recorder, job = TrainingRecorder(SPEC, "cpu"), Job("id", "a", (SPEC,))
    for entry in recorder:
        if entry(job) and job.step == 5:
            recorder.change("learning_rate", 0.1)
    told = train(replace(SPEC, interventions=log))
    assert job.history.steps == told.history.steps
    assert job.history.steps != train().history.steps
    assert [point[3] for point in job.history.steps] == [0.01] * 5 + [0.1] * 21


# -- devices -----------------------------------------------------------------------------------


FAILURES = [
    (torch.OutOfMemoryError("CUDA out of memory."), "The memory of Fake GPU was full"),
    (torch.AcceleratorError("CUDA error: device lost"), "Fake GPU was lost"),
    (RuntimeError("CUDA error: unspecified launch failure"), "Fake GPU was lost"),
]


class FakeRun(Run):
    """On a "GPU" that fails with ``failure`` after ``steps`` steps."""

    failure: Exception = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
    steps = 3

    def __init__(self, spec: RunSpec, data: ImageData, device: str) -> None:
        self.lost = device == "cuda"
        if self.lost and self.steps < 0:
            raise self.failure
        super().__init__(spec, data, "cpu")

    def __iter__(self) -> Iterator[Event]:
        for event in super().__iter__():
            yield event
            if self.lost and isinstance(event, Step) and event.step == self.steps:
                raise self.failure


@pytest.mark.parametrize("steps", [-1, 3])
@pytest.mark.parametrize(("failure", "words"), FAILURES)
def test_a_gpu_that_fails_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, steps: int, failure: Exception, words: str
) -> None:
    monkeypatch.setattr(FakeRun, "steps", steps)
    monkeypatch.setattr(FakeRun, "failure", failure)
    monkeypatch.setattr(training, "used_bytes", lambda _key: 1)
    job = Job("id", "a", (SPEC,))
    with pytest.raises(DeviceError, match=words) as error:
        drive(job, GPU, FakeRun)
    assert str(error.value).endswith("on the CPU.")
    assert job.step == max(0, steps)


class SeenFailing(Run):
    """On a "GPU" that fails with ``failure`` when somebody looks at it after ``steps`` steps."""

    failure: Exception = FAILURES[0][0]
    steps = 3
    diverges = False

    def __init__(self, spec: RunSpec, data: ImageData, _device: str) -> None:
        super().__init__(spec, data, "cpu")

    def update(self, batch: torch.Tensor, rate: float) -> Step:
        if self.diverges and self.step == self.steps:
            raise DivergedError
        return super().update(batch, rate)

    def snapshot(self) -> Snapshot:
        if self.step == self.steps:
            raise self.failure
        return super().snapshot()

    def health(self) -> Health:
        if self.step >= self.steps:
            raise self.failure
        return super().health()


@pytest.mark.parametrize("diverges", [False, True])
@pytest.mark.parametrize(("failure", "words"), FAILURES)
def test_a_gpu_that_fails_while_it_is_looked_at_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, diverges: bool, failure: Exception, words: str
) -> None:
    """Also where a net that has just diverged is looked at for the last time."""
    monkeypatch.setattr(SeenFailing, "failure", failure)
    monkeypatch.setattr(SeenFailing, "diverges", diverges)
    monkeypatch.setattr(training, "HEALTH_SECONDS", 3600.0)
    monkeypatch.setattr(training, "used_bytes", lambda _key: 1)
    job = Job("id", "a", (SPEC,))
    with pytest.raises(DeviceError, match=words):
        drive(job, GPU, SeenFailing)
    assert job.step == 3 + (not diverges)  # else with the snapshot after the fourth step


def test_a_run_that_is_stopped_on_a_lost_gpu_keeps_the_weights_that_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "used_bytes", lambda _key: 1)
    recorder, job = TrainingRecorder(SPEC, GPU, new_run=SeenFailing), Job("id", "a", (SPEC,))
    for entry in recorder:
        entry(job)
        if job.step == 3:
            break
    recorder.finish()(job)
    assert [snapshot.step for snapshot in job.snapshots] == [0, 1, 2]


@pytest.mark.parametrize(("failure", "words"), FAILURES)
def test_a_gpu_that_fails_while_it_is_chosen_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, words: str
) -> None:
    def fail(_device: Device) -> int:
        raise failure

    monkeypatch.setattr("dlviz.runs.devices.devices", lambda: [GPU])
    monkeypatch.setattr("dlviz.runs.devices.free_bytes", fail)
    for wanted in ("auto", "cuda"):
        with pytest.raises(DeviceError, match=f"{words}: this run is on the CPU."):
            choose(wanted, 2**20)


@pytest.mark.parametrize("failing", ["is_available", "get_device_properties"])
def test_a_lost_gpu_is_none_that_is_there(monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    def fail(*_: object) -> None:
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr(f"torch.cuda.{failing}", fail)
    assert [device.key for device in devices() if device.key != "mps"] == ["cpu"]


@pytest.mark.parametrize("steps", [-1, 3])
@pytest.mark.parametrize(
    "failure", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: …")]
)
def test_a_cpu_without_memory_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, steps: int, failure: Exception
) -> None:
    class Full(FakeRun):
        def __init__(self, spec: RunSpec, data: ImageData, _device: str) -> None:
            super().__init__(spec, data, "cuda")

    monkeypatch.setattr(FakeRun, "steps", steps)
    monkeypatch.setattr(FakeRun, "failure", failure)
    with pytest.raises(SpecError, match="memory was not enough"):
        drive(Job("id", "a", (SPEC,)), "cpu", Full)


@pytest.mark.parametrize("failure", [KeyError("x"), RuntimeError("a bug")])
def test_a_surprise_stays_a_surprise(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    monkeypatch.setattr(FakeRun, "failure", failure)
    monkeypatch.setattr(training, "used_bytes", lambda _key: 1)
    with pytest.raises(type(failure)):
        drive(Job("id", "a", (SPEC,)), GPU, FakeRun)
    assert TrainingRecorder(SPEC, "cpu").sentence(failure) is None


def test_the_cpu_is_always_there_and_last() -> None:
    found = devices()
    assert found[-1].key == "cpu"
    assert found[-1].words.startswith("CPU, ")
    assert found[-1].memory_bytes > 2**28
    assert choose("cpu") == found[-1]
    assert choose("auto") == found[0]
    assert used_bytes("cpu") > 2**20


def test_what_is_not_there_or_full_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = devices()[-1]
    monkeypatch.setattr("dlviz.runs.devices.devices", lambda: [cpu])
    with pytest.raises(DeviceError, match="no CUDA device here"):
        choose("cuda")
    with pytest.raises(ValueError, match="auto, cuda, mps, cpu"):
        choose("tpu")
    monkeypatch.setattr("dlviz.runs.devices.devices", lambda: [GPU, cpu])
    monkeypatch.setattr("dlviz.runs.devices.free_bytes", lambda _device: 2**29)
    assert choose("auto", 2**28) is GPU
    assert fits(cpu, 2**60)
    for wanted in ("auto", "cuda"):
        with pytest.raises(DeviceError, match=r"needs about 0\.5 GB, more than Fake GPU"):
            choose(wanted, 2**29)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_real_gpu_is_named_chosen_and_used() -> None:
    assert devices()[0].key == "cuda"
    assert devices()[0].memory_bytes > 2**30
    recorder, job = TrainingRecorder(SPEC), Job("id", "a", (SPEC,))
    assert recorder.device == torch.cuda.get_device_name()
    for entry in recorder:
        entry(job)
    assert job.step == 26
    assert 0 < job.memory < 2**30


# -- packing -----------------------------------------------------------------------------------


def test_a_browser_gets_no_number_that_is_none() -> None:
    sick = LayerHealth("a", "dense", float("nan"), float("inf"), 1.23456789e-5, 0.5, None)
    odd = replace(sick, histogram=(float("-inf"), 1.0, (1,) * 32))
    told = json.loads(json.dumps(pack_health(Health(3, (sick, odd))), allow_nan=False))
    first, second = told["layers"]
    assert (first["gradient"], first["weight"], first["update"]) == (None, None, 1.235e-5)
    assert first["histogram"] is None
    assert second["histogram"] is None


@pytest.mark.parametrize("sure", [0.99996, 0.9999999, 0.12345678])
def test_nobody_is_said_to_be_surer_than_they_are(sure: float) -> None:
    said = Verdict(1, ((1, 2), (3, 4)), (Mistake(0, 0, 1, sure),))
    (told,) = pack_verdict(said, torch.zeros(1, 1, 8, 8, dtype=torch.uint8), ("a", "b"))["mistakes"]
    assert told["confidence"] == sure


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 20, 10), (3, 64, 64), (1, 64, 32)])
def test_a_picture_is_kept_or_shrunk_by_the_mean(shape: tuple[int, int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    picture = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
    told = pack_picture(picture)
    size = told["channels"], told["height"], told["width"]
    found = np.frombuffer(base64.b64decode(told["data"]), np.uint8).reshape(size)
    if max(shape[1:]) <= PICTURE_SIDE:
        assert np.array_equal(found, picture.numpy())
    else:
        assert max(size[1:]) == PICTURE_SIDE
        assert size[1] / size[2] == shape[1] / shape[2]
        assert found.mean() == pytest.approx(picture.float().mean().item(), abs=2.0)
    grey = torch.full((3, 64, 64), 77, dtype=torch.uint8)
    assert set(base64.b64decode(pack_picture(grey)["data"])) == {77}


def test_twelve_mistakes_of_creatures_are_small() -> None:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (12, 3, 64, 64), dtype=torch.uint8, generator=generator)
    mistakes = tuple(Mistake(index, 0, 1, 0.9) for index in range(12))
    said = Verdict(1, ((1, 2), (3, 4)), mistakes)
    packed = pack_verdict(said, pixels, ("a", "b"))
    assert {item["picture"]["width"] for item in packed["mistakes"]} == {48}
    assert len(json.dumps(packed)) < 120_000
