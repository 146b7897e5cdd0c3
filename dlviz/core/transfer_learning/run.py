"""Transfer learning as the lecture's slide does it: the head on a frozen base, then the last block.

A taught run: epochs over a few pictures, a line as Keras writes it after each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import ImageData
from dlviz.core.events import Score, Step
from dlviz.core.specs import MAX_EPOCHS, SpecError, require_number
from dlviz.core.taught import Shown, ShownPicture, TaughtSpec
from dlviz.core.transfer_learning.nets import (
    BATCH,
    TransferNet,
    batches,
    loss_of,
    lower_maps,
    probabilities,
    said,
)
from dlviz.core.transfer_learning.pictures import few
from dlviz.core.words import percent

SIDES = (96, 128)
MIN_EACH, MAX_EACH = 2, 50
SHOWN = 4  # held-out pictures in the live view
_BAR = 8  # signs of an epoch line's progress


@dataclass
class _Epoch:
    """What an epoch's line adds up."""

    number: int
    steps: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    right: float = 0.0
    seen: int = 0

    def add(self, loss: float, accuracy: float, count: int, seconds: float) -> None:
        self.steps += 1
        self.seconds += seconds
        self.seen += count
        self.loss += loss * count
        self.right += accuracy * count

    def line(self, epochs: int, steps: int, score: Score | None) -> str:
        """As Keras printed it for the lecture; without ``score`` while the epoch is going."""
        full = _BAR * self.steps // steps
        bar = "=" * full + ("" if full == _BAR else ">" + "." * (_BAR - full - 1))
        head = f"Epoch {self.number}/{epochs} {self.steps}/{steps} [{bar}]"
        if not self.steps:
            return head
        each = 1000 * self.seconds / self.steps
        rest = (
            f" {each:.0f}ms/step - loss: {self.loss / self.seen:.4f}"
            f" - acc: {self.right / self.seen:.4f}"
        )
        if score:
            rest += f" - val_loss: {score.loss:.4f} - val_acc: {score.accuracy:.4f}"
        return head + rest


class TransferRun:
    """Trains a head, then also the last block, on ``each`` pictures of every class of ``data``.

    Settings: "each", "side" (96 or 128 pixels), "tuned" (how many of the last epochs train the
    last block, too) and "weights" (whether ``trained`` has them beside the answers). The seed
    draws the pictures, the initial head and the order. Raises ``SpecError`` for others.
    """

    def __init__(self, spec: TaughtSpec, base: Classifier, data: ImageData) -> None:
        train = spec.train
        require_number(spec["each"], "each", MIN_EACH, MAX_EACH, whole=True)
        require_number(spec["tuned"], "tuned", 0, min(train.epochs, MAX_EPOCHS), whole=True)
        if spec["side"] not in SIDES:
            raise SpecError(f"side must be one of {', '.join(map(str, SIDES))}.")
        self.generator = Generator().manual_seed(train.seed)
        self.data = few(data, int(spec["each"]), self.generator)
        self.epochs, self.tuned = train.epochs, int(spec["tuned"])
        self.steps_per_epoch = -(-len(self.data.train_labels) // BATCH)
        self.total_steps = self.steps_per_epoch * self.epochs
        self._rate, self._side = train.learning_rate, int(spec["side"])
        self._base, self._weights = base, bool(spec["weights"])
        self._net: TransferNet | None = None
        self._epoch = _Epoch(0)
        self._lines: list[str] = []
        self._before: Tensor | None = None  # the answers of the head alone

    def __iter__(self) -> Iterator[Step | Score]:
        net = self._net = self._made()
        yield self._score(net, 0)
        order = batches(len(self.data.train_labels), self.generator)
        for epoch in range(1, self.epochs + 1):
            self._epoch = _Epoch(epoch)
            if epoch == self.epochs - self.tuned + 1:
                self._before = probabilities(net.logits())
                net.unfreeze()
                self._lines.append("The last block (features.17, features.18) learns, too:")
            for turn in range(self.steps_per_epoch):
                batch = next(order)
                began = time.perf_counter()
                learnt = net.update(batch)
                seconds = time.perf_counter() - began
                self._epoch.add(learnt.loss, learnt.accuracy, len(batch), seconds)
                step = (epoch - 1) * self.steps_per_epoch + turn + 1
                yield Step(step, learnt.loss, learnt.accuracy, len(batch), net.rate)
            score = self._score(net, epoch * self.steps_per_epoch)
            self._lines.append(self._epoch.line(self.epochs, self.steps_per_epoch, score))
            self._epoch = _Epoch(epoch + 1)
            yield score

    def shown(self) -> Shown:
        lines = list(self._lines)
        if self._epoch.steps:
            lines.append(self._epoch.line(self.epochs, self.steps_per_epoch, None))
        if self._net is None:
            return Shown((), tuple(lines))
        shares = probabilities(self._net.logits(SHOWN))
        pictures = []
        for index, row in enumerate(shares):
            best, true = int(row.argmax()), int(self.data.test_labels[index])
            name = f"{self.data.classes[best]} {percent(float(row[best]))}"
            title = f"✓ {name}" if best == true else f"✗ {name}: is {self.data.classes[true]}"
            pixels = self.data.test_pixels[index].expand(3, -1, -1).permute(1, 2, 0)
            pictures.append(ShownPicture(title, pixels.contiguous().numpy()))
        return Shown(tuple(pictures), tuple(lines))

    def trained(self) -> dict[str, Tensor]:
        """ "answers": held-out N×classes, "before": the same before the last block was unfrozen.

        With the setting "weights" also what was learnt, as PyTorch names it.
        """
        if self._net is None:
            return {}
        answers = probabilities(self._net.logits())
        found = {"answers": answers, "before": answers if self._before is None else self._before}
        if self._weights:
            for name, value in self._net.head.state_dict().items():
                found[f"head.{name}"] = value.detach().clone()
            for name, value in self._net.top.state_dict().items() if self._net.tuned else ():
                found[f"top.{name}"] = value.detach().clone()
        return found

    def _made(self) -> TransferNet:
        began = time.perf_counter()
        held = lower_maps(self._base, self.data.test_pixels, self._side)
        net = TransferNet(
            self._base,
            self.data,
            held,
            rate=self._rate,
            side=self._side,
            generator=self.generator,
        )
        count = len(self.data.train_labels) + len(self.data.test_labels)
        self._lines = [
            f"The frozen base has looked at {count} pictures, once: "
            f"{time.perf_counter() - began:.1f} s. Only the head learns:"
        ]
        return net

    @torch.no_grad()
    def _score(self, net: TransferNet, step: int) -> Score:
        logits, labels = net.logits(), self.data.test_labels
        right = float((said(logits) == labels).float().mean())
        return Score(step, float(loss_of(logits, labels)), right, len(labels))
