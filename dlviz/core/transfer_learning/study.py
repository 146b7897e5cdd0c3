"""Transfer against the same network from scratch, at an equal time budget, over several seeds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import ImageData
from dlviz.core.events import Score, Step
from dlviz.core.seeds import interval
from dlviz.core.specs import require_number
from dlviz.core.taught import Shown, TaughtSpec
from dlviz.core.transfer_learning.nets import (
    BATCH,
    Learnt,
    Net,
    ScratchNet,
    TransferNet,
    batches,
    loss_of,
    lower_maps,
    said,
)
from dlviz.core.transfer_learning.pictures import few
from dlviz.core.words import percent

MOST_SEEDS = 10
SLICES = 10  # of the budget; held-out accuracy is asked for after each
MOST_HELD = 100  # pictures: asking takes time, too
TRANSFER, SCRATCH = 0, 1
METHODS = ("transfer", "from scratch")
MIN_SECONDS, MAX_SECONDS = 1, 30
HEAD_SHARE = 1 / 3  # of the budget; for the rest of it the last block learns, too


@dataclass(frozen=True)
class Measured:
    """Held-out ``accuracy`` of a run after ``seconds`` of training."""

    method: int
    seed: int
    seconds: float
    accuracy: float


class ScratchStudy:
    """Both methods, one seed after the other; a step is a slice of the budget.

    Time is what this thread has computed (not waited), so other people's work on the same machine
    does not count. Only training counts, and for transfer the features of the training pictures;
    asking for the held-out accuracy does not. ``epochs`` of the spec is the number of seeds, its
    "seconds" the budget, "scratch_rate" the learning rate from scratch. The seconds, and so the
    numbers, depend on the machine.
    """

    steps_per_epoch = SLICES

    def __init__(self, spec: TaughtSpec, base: Classifier, data: ImageData) -> None:
        require_number(spec.train.epochs, "seeds", 1, MOST_SEEDS, whole=True)
        require_number(spec["seconds"], "seconds", MIN_SECONDS, MAX_SECONDS, whole=True)
        self._base, self._spec = base, spec
        held = data.test_pixels[:MOST_HELD], data.test_labels[:MOST_HELD]
        self._data = replace(data, test_pixels=held[0], test_labels=held[1])
        self.budget, self.side = float(spec["seconds"]), int(spec["side"])
        self.total_steps = 2 * spec.train.epochs * SLICES
        self._found: list[Measured] = []

    def __iter__(self) -> Iterator[Step | Score]:
        held = lower_maps(self._base, self._data.test_pixels, self.side)
        classes, first = len(self._data.classes), self._spec.train.seed
        guess = torch.zeros(len(self._data.test_labels), classes)
        share = 1 / classes
        yield Score(0, float(loss_of(guess, self._data.test_labels)), share, len(guess))
        step = 0
        for seed in range(first, first + self._spec.train.epochs):
            for method in (TRANSFER, SCRATCH):
                for learnt, score, seconds in self._trained(method, seed, held):
                    step += 1
                    self._found.append(Measured(method, seed, seconds, score.accuracy))
                    rate = self._rate(method)
                    yield Step(step, learnt.loss, learnt.accuracy, BATCH, rate)
                yield Score(step, score.loss, score.accuracy, score.count)

    def shown(self) -> Shown:
        lines = [line for seed in self._seeds() if (line := self._line(seed))]
        return Shown((), (*lines, *self._sums()))

    def trained(self) -> dict[str, Tensor]:
        """ "measured": rows of method (0 transfer, 1 scratch), seed, seconds and accuracy."""
        rows = [(item.method, item.seed, item.seconds, item.accuracy) for item in self._found]
        return {"measured": torch.tensor(rows, dtype=torch.float64).view(-1, 4)}

    def _trained(
        self, method: int, seed: int, held: Tensor
    ) -> Iterator[tuple[Learnt, Score, float]]:
        """After each slice: the last update, the score, and the seconds so far."""
        generator = Generator().manual_seed(seed)
        data = few(self._data, int(self._spec["each"]), generator)
        rate, used, head = self._rate(method), 0.0, HEAD_SHARE * self.budget
        began = time.thread_time()
        net: Net
        if method == TRANSFER:
            net = TransferNet(
                self._base, data, held, rate=rate, side=self.side, generator=generator
            )
        else:
            net = ScratchNet(self._base, data, rate=rate, side=self.side, seed=seed)
        order = batches(len(data.train_labels), generator)
        for number in range(1, SLICES + 1):
            while True:  # at least one update a slice
                learnt = net.update(next(order))
                spent = used + time.thread_time() - began
                if isinstance(net, TransferNet) and not net.tuned and spent >= head:
                    net.unfreeze()
                if spent >= self.budget * number / SLICES:
                    break
            used = spent
            yield learnt, self._score(net, data), used
            began = time.thread_time()

    def _rate(self, method: int) -> float:
        if method == TRANSFER:
            return self._spec.train.learning_rate
        return float(self._spec["scratch_rate"])

    def _score(self, net: Net, data: ImageData) -> Score:
        logits = net.logits()
        right = float((said(logits) == data.test_labels).float().mean())
        loss = float(loss_of(logits, data.test_labels))
        return Score(0, loss, right, len(logits))

    def _seeds(self) -> list[int]:
        return sorted({item.seed for item in self._found})

    def _line(self, seed: int) -> str:
        parts = []
        for method, name in enumerate(METHODS):
            found = [item for item in self._found if (item.method, item.seed) == (method, seed)]
            if found:
                last = found[-1]
                parts.append(f"{name} {percent(last.accuracy, 1)} after {last.seconds:.1f} s")
        return f"Seed {seed}: {', '.join(parts)}."

    def _sums(self) -> Iterator[str]:
        for method, name in enumerate(METHODS):
            ends = ends_of(self._found, method, self.budget)
            if len(ends) > 1:
                found = interval(ends)
                yield (
                    f"{name[0].upper()}{name[1:]}, {len(ends)} seeds: {percent(found.mean, 1)} "
                    f"({percent(max(0.0, found.low), 1)} to {percent(min(1.0, found.high), 1)})."
                )


def measured_of(rows: Tensor) -> list[Measured]:
    """What ``trained`` has kept, read again."""
    return [
        Measured(int(method), int(seed), seconds, accuracy)
        for method, seed, seconds, accuracy in rows.tolist()
    ]


def ends_of(found: list[Measured], method: int, budget: float) -> list[float]:
    """Held-out accuracy of every seed whose run of ``method`` has used its budget."""
    last: dict[int, Measured] = {}
    for item in found:
        if item.method == method:
            last[item.seed] = item
    return [item.accuracy for item in last.values() if item.seconds >= budget * 0.999]
