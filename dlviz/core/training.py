"""The training loop: one run as an iterator of events.

Draw a mini-batch, compute the loss, its gradient, and step against it: w ← w − λ∇J(w). The same
spec gives the same numbers, to the last bit on a CPU with the same thread count, also when other
runs go on beside it: every random number comes from the run's own generators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, AdamW, Optimizer

from dlviz.core.data import ImageData, to_unit
from dlviz.core.layers import build, plan
from dlviz.core.memory import EVALUATION_SLICE
from dlviz.core.snapshots import DataFacts, Score, Snapshot, is_logged
from dlviz.core.specs import RunSpec

EVALUATIONS_PER_EPOCH = 4


class DivergedError(ArithmeticError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class Step:
    """One update: loss and accuracy of its mini-batch, before the update."""

    step: int
    loss: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class Slice:
    """One slice of a held-out evaluation is done; nothing to draw yet."""


Event = Step | Slice | Score | Snapshot

OPTIMISERS: dict[str, Callable[[list[dict[str, object]], RunSpec], Optimizer]] = {
    "adam": lambda groups, spec: Adam(groups, lr=spec.train.learning_rate),
    "adamw": lambda groups, spec: AdamW(groups, lr=spec.train.learning_rate),
    "sgd": lambda groups, spec: SGD(
        groups, lr=spec.train.learning_rate, momentum=spec.train.momentum
    ),
}


class Run:
    """A training run of ``spec`` on ``data``. Iterate over it; what you skip costs nothing.

    Iteration yields a ``Step`` per update, ``Snapshot``s at step 0, 1, 2, 4, 8, … and the end, and
    held-out ``Score``s four times an epoch. A held-out evaluation judges a frozen copy of the
    weights in slices between the steps, so no gap in the steps is longer than one slice. The last
    event is the final Snapshot with its Score.

    Raises ``SpecError`` if the net doesn't fit the data, ``DivergedError`` when the loss is NaN.
    """

    def __init__(self, spec: RunSpec, data: ImageData, device: str = "cpu") -> None:
        self.spec = spec
        self.facts = DataFacts(data.classes, data.shape, data.mean, data.std)
        self.plan = plan(spec.net, data.shape, len(data.classes))
        self.step = 0
        self.steps_per_epoch = math.ceil(len(data.train_labels) / spec.train.batch_size)
        self.total_steps = self.steps_per_epoch * spec.train.epochs
        self.device = torch.device(device)
        # Separate streams: a different batch size must not change the initial weights.
        self._shuffling = Generator().manual_seed(spec.train.seed + 1)
        self.module = self._new_module(Generator().manual_seed(spec.train.seed)).train()
        self._judge = self._new_module(Generator()).eval().requires_grad_(False)
        self._optimiser = OPTIMISERS[spec.train.optimiser](self._groups(), spec)
        self._train = (data.train_pixels.to(self.device), data.train_labels.to(self.device))
        self._test = (data.test_pixels.to(self.device), data.test_labels.to(self.device))
        self._mean = torch.tensor(data.mean, device=self.device).view(1, -1, 1, 1)
        self._std = torch.tensor(data.std, device=self.device).view(1, -1, 1, 1)

    def __iter__(self) -> Iterator[Event]:
        yield self.snapshot()
        evaluation = self._evaluate()
        every = max(1, self.steps_per_epoch // EVALUATIONS_PER_EPOCH)
        while self.step < self.total_steps:
            for batch in self._batches():
                yield self._update(batch)
                if self.step == self.total_steps:
                    break
                if is_logged(self.step):
                    yield self.snapshot()
                yield next(evaluation, Slice())
                if self.step % every == 0:
                    yield from evaluation  # normally done long ago
                    evaluation = self._evaluate()
        yield from evaluation
        score = None
        for event in self._evaluate():
            score = event if isinstance(event, Score) else score
            yield event
        yield replace(self.snapshot(), held_out=score)

    def snapshot(self) -> Snapshot:
        """The weights of this moment, cloned to the CPU."""
        weights = {
            name: value.detach().to("cpu", copy=True)
            for name, value in self.module.state_dict().items()
        }
        return Snapshot(self.step, self.step / self.steps_per_epoch, weights, self.spec, self.facts)

    def _new_module(self, generator: Generator) -> nn.Sequential:
        module, _ = build(self.spec.net, self.facts.shape, len(self.facts.classes), generator)
        return module.to(self.device)

    def _groups(self) -> list[dict[str, object]]:
        """Parameter groups: a layer may have a weight decay of its own; biases never decay."""
        groups: list[dict[str, object]] = []
        for row in self.plan:
            decay = getattr(row.layer, "weight_decay", None)
            decay = self.spec.train.weight_decay if decay is None else decay
            for name, value in self.module.get_submodule(row.name).named_parameters():
                groups.append({"params": [value], "weight_decay": 0.0 if name == "bias" else decay})
        return groups

    def _batches(self) -> Iterator[Tensor]:
        order = torch.randperm(len(self._train[1]), generator=self._shuffling)
        return iter(torch.split(order.to(self.device), self.spec.train.batch_size))

    def _logits(self, module: nn.Module, pixels: Tensor) -> Tensor:
        logits: Tensor = module((to_unit(pixels) - self._mean) / self._std)
        return logits

    def _update(self, batch: Tensor) -> Step:
        pixels, labels = self._train[0][batch], self._train[1][batch]
        logits = self._logits(self.module, pixels)
        loss = F.cross_entropy(logits, labels)
        self._optimiser.zero_grad(set_to_none=True)
        _backward(loss)
        self._optimiser.step()
        self.step += 1
        value = float(loss.detach())
        if not math.isfinite(value):
            raise DivergedError(
                f"The loss stopped being a number at step {self.step}: the learning rate "
                f"{self.spec.train.learning_rate:g} is too high for this network."
            )
        correct = int((logits.detach().argmax(dim=1) == labels).sum())
        return Step(self.step, value, correct / len(labels), len(labels))

    def _evaluate(self) -> Iterator[Slice | Score]:
        """Judge a copy of the weights as they are now, a slice at a time; the Score comes last."""
        self._judge.load_state_dict(self.module.state_dict())
        return self._slices(self.step)

    def _slices(self, step: int) -> Iterator[Slice | Score]:
        loss, correct = 0.0, 0
        pixels, labels = self._test
        starts = range(0, len(labels), EVALUATION_SLICE)
        for start in starts:
            part = slice(start, start + EVALUATION_SLICE)
            with torch.no_grad():
                logits = self._logits(self._judge, pixels[part])
                loss += float(F.cross_entropy(logits, labels[part], reduction="sum"))
                correct += int((logits.argmax(dim=1) == labels[part]).sum())
            if start != starts[-1]:
                yield Slice()
        yield Score(step, loss / len(labels), correct / len(labels), len(labels))


def _backward(loss: Tensor) -> None:
    """``loss.backward()``, which torch leaves untyped."""
    loss.backward()  # type: ignore[no-untyped-call]
