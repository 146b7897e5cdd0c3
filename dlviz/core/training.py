"""The training loop: one run as an iterator of events.

Draw a mini-batch, compute the loss, its gradient, and step against it: w ← w − λ∇J(w). The same
spec gives the same numbers, to the last bit on a CPU with the same thread count, also when other
runs go on beside it: every random number comes from the run's own generators.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, AdamW, Optimizer

from dlviz.core.augment import augment, is_empty
from dlviz.core.data import ImageData, to_unit
from dlviz.core.events import (
    ENDED_IN_NO_NUMBERS,
    DivergedError,
    Health,
    Score,
    Step,
    no_number,
)
from dlviz.core.hardening import ATTACK_SEEDS, worsened
from dlviz.core.health import Verdict, measure
from dlviz.core.judge import Judge, Slice
from dlviz.core.layers import build, plan
from dlviz.core.probe import evaluating
from dlviz.core.schedules import rate_at
from dlviz.core.snapshots import DataFacts, Snapshot, is_logged
from dlviz.core.specs import MAX_INTERVENTIONS, Intervention, RunSpec, SpecError

EVALUATIONS_PER_EPOCH = 4
# Seeds end below it: no other run shuffles or begins with the numbers that augment this one.
AUGMENT_SEEDS = 2**31

Event = Step | Slice | Score | Verdict | Health | Snapshot

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
    held-out ``Score``s four times an epoch, each followed by its ``Verdict`` and by the ``Health``
    of that moment. A held-out evaluation judges a frozen copy of the weights in slices between
    the steps, so no gap in the steps is longer than one slice. The last event is the final
    Snapshot with its Score. ``stopped_early`` says that the spec's patience ended the run.

    Raises ``SpecError`` if the net doesn't fit the data, ``DivergedError`` when the loss is no
    number, or a weight or the held-out loss at the end: a net of no numbers is no result.
    """

    def __init__(self, spec: RunSpec, data: ImageData, device: str = "cpu") -> None:
        self.spec = spec
        self.facts = DataFacts(data.classes, data.shape, data.mean, data.std)
        self.plan = plan(spec.net, data.shape, len(data.classes))
        self.step = 0
        self.stopped_early = False
        self.steps_per_epoch = math.ceil(len(data.train_labels) / spec.train.batch_size)
        self.total_steps = self.steps_per_epoch * spec.train.epochs
        self.device = torch.device(device)
        # Separate streams: a different batch size must not change the initial weights.
        self._shuffling = Generator().manual_seed(spec.train.seed + 1)
        self._augmenting = Generator().manual_seed(spec.train.seed + AUGMENT_SEEDS)
        self._attacking = Generator().manual_seed(spec.train.seed + ATTACK_SEEDS)
        self.module = self._new_module(Generator().manual_seed(spec.train.seed)).train()
        names = (row.name for row in self.plan)
        self._kinds = dict(zip(names, (item.kind for item in spec.net.layers), strict=True))
        self._optimiser = OPTIMISERS[spec.train.optimiser](self._groups(), spec)
        self._train = (data.train_pixels.to(self.device), data.train_labels.to(self.device))
        test = (data.test_pixels.to(self.device), data.test_labels.to(self.device))
        self._mean = torch.tensor(data.mean, device=self.device).view(1, -1, 1, 1)
        self._std = torch.tensor(data.std, device=self.device).view(1, -1, 1, 1)
        self._judge = Judge(
            self._new_module(Generator()),
            self._kinds,
            test,
            partial(_inputs, self._mean, self._std),  # no method: a run in a circle is freed late
        )
        self._lowest = (math.inf, 0)  # held-out loss, and the step it was seen at
        self._changes: deque[Intervention] = deque()

    def __iter__(self) -> Iterator[Event]:
        yield self.snapshot()
        evaluation = self._evaluate()
        every = max(1, self.steps_per_epoch // EVALUATIONS_PER_EPOCH)
        for batch in self.batches():
            yield self.update(batch, self._next_rate())
            if self.step == self.total_steps:
                break
            yield from _next_slice(evaluation)
            if self.step % every == 0:
                yield from evaluation  # normally done long ago
            if self.stopped_early:  # before the snapshot: the last one of all is of this step too
                break
            if is_logged(self.step):
                yield self.snapshot()
            if self.step % every == 0:
                evaluation = self._evaluate()
        yield from evaluation
        score = None
        for event in self._evaluate():
            score = event if isinstance(event, Score) else score
            yield event
        last = replace(self.snapshot(), held_out=score)
        if not last.is_finite:
            raise DivergedError(ENDED_IN_NO_NUMBERS)
        yield last

    def batches(self) -> Iterator[Tensor]:
        """Indices of mini-batches without end: every epoch all pictures, in a new order."""
        while True:
            order = torch.randperm(len(self._train[1]), generator=self._shuffling)
            yield from torch.split(order.to(self.device), self.spec.train.batch_size)

    def update(self, batch: Tensor, rate: float) -> Step:
        """One step of gradient descent on the pictures of these indices."""
        before = self._optimiser.param_groups[0]["lr"]  # of the update that led here
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        images, labels = to_unit(self._train[0][batch]), self._train[1][batch]
        if not is_empty(self.spec.train.augment):
            images = augment(images, self.spec.train.augment, self._augmenting)
        if self.spec.train.adversarial.attack != "off":
            images = self._attacked(images, labels)
        logits = self.module(_normalised(self._mean, self._std, images))
        loss = F.cross_entropy(logits, labels)
        self._optimiser.zero_grad(set_to_none=True)
        _backward(loss)
        self._optimiser.step()
        if self.spec.train.filter_rms:
            limit_filters(self.module, self.spec.train.filter_rms)
        self.step += 1
        value = float(loss.detach())
        if not math.isfinite(value):
            raise DivergedError(no_number(self.step, before))
        correct = int((logits.detach().argmax(dim=1) == labels).sum())
        return Step(self.step, value, correct / len(labels), len(labels), rate)

    def _attacked(self, images: Tensor, labels: Tensor) -> Tensor:
        """These pictures as they are worst for the net as it is now.

        The attack asks the net in evaluation mode: batch norm takes its running averages and does
        not move them, dropout drops nothing. Only the step itself is taken in training mode.
        """
        net = evaluating(self.module)

        def answer(pixels: Tensor) -> Tensor:
            logits: Tensor = net(_normalised(self._mean, self._std, pixels))
            return logits

        return worsened(answer, images, labels, self.spec.train.adversarial, self._attacking)

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """The spec's own and those made since: a run of ``spec`` replays them all."""
        return self.spec.interventions

    def change(self, name: str, value: float) -> None:
        """From the next update on, ``name`` is ``value``; safe to call from another thread.

        Raises ``SpecError`` for an unknown name, a value out of range or one change too many.
        """
        if len(self.interventions) + len(self._changes) >= MAX_INTERVENTIONS:
            raise SpecError(f"A run has at most {MAX_INTERVENTIONS} interventions.")
        self._changes.append(Intervention(self.step, name, value))

    def health(self) -> Health:
        """Gradients, weights and last update of every layer as they are now."""
        return measure(self.step, self.module, self._kinds, self._optimiser, self._judge.dead)

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
        """Parameter groups: a layer may have a weight decay of its own; only matrices decay.

        Biases, and the scales of batch norm, are vectors.
        """
        groups: list[dict[str, object]] = []
        for row in self.plan:
            decay = getattr(row.layer, "weight_decay", None)
            decay = self.spec.train.weight_decay if decay is None else decay
            for value in self.module.get_submodule(row.name).parameters():
                groups.append({"params": [value], "weight_decay": decay if value.ndim > 1 else 0.0})
        return groups

    def _next_rate(self) -> float:
        """The schedule's learning rate for the next update, from the base that was set last."""
        while self._changes:
            self._log(replace(self._changes.popleft(), step=self.step))
        base = self.spec.train.learning_rate
        for change in self.interventions:
            if change.step <= self.step:
                base = change.value
        return rate_at(self.spec.train.schedule, base, self.step, self.total_steps)

    def _log(self, change: Intervention) -> None:
        log = list(self.interventions)
        insort(log, change, key=lambda item: item.step)
        self.spec = replace(self.spec, interventions=tuple(log))

    def _evaluate(self) -> Iterator[Event]:
        """Judge the weights as they are now, in slices; Score, Verdict and Health come last."""
        return self._judging(self._judge.judge(self.module.state_dict(), self.step))

    def _judging(self, slices: Iterator[Event]) -> Iterator[Event]:
        for event in slices:
            if isinstance(event, Score):
                self._wait_for_better(event)
            yield event
        yield self.health()

    def _wait_for_better(self, score: Score) -> None:
        """Early stopping: patience ends when no score of so many epochs was the lowest loss."""
        if score.loss < self._lowest[0]:
            self._lowest = (score.loss, score.step)
        patience = self.spec.train.patience * self.steps_per_epoch
        if patience and score.step - self._lowest[1] >= patience and self.step < self.total_steps:
            self.stopped_early = True


def _normalised(mean: Tensor, std: Tensor, images: Tensor) -> Tensor:
    """Pixels in [0, 1] → mean 0 and deviation 1 over the training pictures."""
    return (images - mean) / std


def _inputs(mean: Tensor, std: Tensor, pixels: Tensor) -> Tensor:
    """A net's inputs of uint8 pixels."""
    return _normalised(mean, std, to_unit(pixels))


@torch.no_grad()
def limit_filters(module: nn.Module, radius: float) -> None:
    """Scale every convolution's filter whose root mean square exceeds ``radius`` back to it.

    So no filter dominates (Zeiler and Fergus, arXiv:1311.2901, section 3.1).
    """
    for conv in module.modules():
        if isinstance(conv, nn.Conv2d):
            rms = conv.weight.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
            conv.weight.mul_((radius / rms).clamp(max=1.0))


def _next_slice(evaluation: Iterator[Event]) -> Iterator[Event]:
    """One slice of an evaluation, and all that stands behind its Score."""
    event = next(evaluation, Slice())
    yield event
    if isinstance(event, Score):
        yield from evaluation


def _backward(loss: Tensor) -> None:
    """``loss.backward()``, which torch leaves untyped."""
    loss.backward()  # type: ignore[no-untyped-call]
