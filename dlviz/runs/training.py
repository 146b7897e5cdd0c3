"""From the core's training events to what a job remembers; imports torch."""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dlviz.core.layers import plan
from dlviz.core.memory import require_memory
from dlviz.core.snapshots import Score, Snapshot, thin
from dlviz.core.specs import RunSpec
from dlviz.core.training import DivergedError, Event, Run, Step
from dlviz.io.datasets import load_data
from dlviz.runs.jobs import Job

FILTER_SECONDS = 1 / 20
MAX_FILTERS = 64


def pick_device() -> str:
    """ "cuda" if there is one, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def device_title(device: str) -> str:
    """The device's name for people."""
    return torch.cuda.get_device_name() if device == "cuda" else "CPU"


class TrainingRecorder:
    """The executor's Recorder for a RunSpec."""

    def __init__(self, spec: RunSpec, device: str | None = None) -> None:
        data = load_data(spec.data.name)
        chosen = device or pick_device()
        rows = plan(spec.net, data.shape, len(data.classes))
        require_memory(rows, spec.train.batch_size)
        self._run = Run(spec, data, chosen)
        self.total_steps = self._run.total_steps
        self.device = device_title(chosen)
        self._painted = 0.0

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        for event in self._run:
            yield partial(self._enter, event, self._filters(event))

    def finish(self, job: Job) -> None:
        if not job.snapshots or job.snapshots[-1].step != self._run.step:
            job.snapshots = thin([*job.snapshots, self._run.snapshot()])

    def sentence(self, error: Exception) -> str | None:
        if isinstance(error, DivergedError):
            return str(error)
        if isinstance(error, MemoryError | torch.OutOfMemoryError):
            return "The memory was not enough for this network: make it or the batch smaller."
        return None

    def _enter(self, event: Event, filters: dict[str, Any] | None, job: Job) -> bool:
        """Write one event into the job (under the executor's lock)."""
        if filters:
            job.history.set_filters(filters)
        if isinstance(event, Step):
            job.step = event.step
            job.clock.count(event.count)
            job.history.add_step(event.step, event.loss, event.accuracy)
        elif isinstance(event, Score) and math.isfinite(event.loss):  # JSON has no NaN
            job.history.add_score(event.step, event.loss, event.accuracy)
        elif isinstance(event, Snapshot):
            job.snapshots = thin([*job.snapshots, event])
        return isinstance(event, Step)

    def _filters(self, event: Event) -> dict[str, Any] | None:
        """The first layer as signed bytes, at most 20 times a second: newest wins."""
        now = time.monotonic()
        if not isinstance(event, Snapshot) and now - self._painted < FILTER_SECONDS:
            return None
        self._painted = now
        weights = next(self._run.module.parameters(), None)
        return None if weights is None or weights.ndim != 4 else pack_filters(weights.detach())


def pack_filters(weights: Tensor) -> dict[str, Any]:
    """Filters K×C×h×w → {count, channels, height, width, limit, data}; bytes 1…255: ±limit.

    All filters share one scale, symmetric about 0. One or three channels are kept, of other
    counts the mean. What is not a finite number (a net that diverges) is shown as 0.
    """
    shown = weights[:MAX_FILTERS].to("cpu", torch.float32)
    shown = torch.nan_to_num(shown, nan=0.0, posinf=0.0, neginf=0.0)
    if shown.shape[1] not in (1, 3):
        shown = shown.mean(dim=1, keepdim=True)
    limit = float(shown.abs().max().clamp_min(1e-12))
    coded = (shown / limit * 127 + 128).round().to(torch.uint8)
    return {
        "count": shown.shape[0],
        "channels": shown.shape[1],
        "height": shown.shape[2],
        "width": shown.shape[3],
        "limit": limit,
        "data": base64.b64encode(coded.numpy().tobytes()).decode(),
    }
