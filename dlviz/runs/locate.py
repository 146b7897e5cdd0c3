"""The taught run “locate”: which creature, and the one box around it."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from dlviz.core.detection.locator import BOX_WEIGHT, Locator, losses, pair_overlaps
from dlviz.core.taught import Shown, ShownBox, ShownPicture, TaughtSpec
from dlviz.io.creatures import SIDE, SPECIES, Creature, draw
from dlviz.runs.box_runs import BoxRun

SEED, HELD_OUT_SEED = 20, 21
HELD_OUT, PICTURES, BATCH = 200, 4, 20
FILL = (0.35, 0.8)  # smaller faces than elsewhere, or the whole picture were a good answer


@cache
def held_out_creatures() -> list[Creature]:
    """The two hundred creatures that no run has learnt from."""
    return [draw(HELD_OUT_SEED, index, fill=FILL) for index in range(HELD_OUT)]


def tensors_of(creatures: list[Creature]) -> tuple[Tensor, Tensor, Tensor]:
    """Pixels N×3×64×64 in [0, 1], labels N, boxes N×4 as shares of the side."""
    pixels = torch.from_numpy(np.stack([one.pixels for one in creatures]))
    labels = torch.tensor([one.label for one in creatures])
    boxes = torch.tensor([one.box for one in creatures]) / SIDE
    return pixels.permute(0, 3, 1, 2).float().div(255).contiguous(), labels, boxes


class LocateRun(BoxRun):
    """Settings: ``creatures``, how many it learns from; ``box``: the weight of the box's loss."""

    names = ("cross-entropy", "smooth L1")

    def __init__(self, spec: TaughtSpec) -> None:
        net = Locator(len(SPECIES))
        super().__init__(spec, net, int(spec["creatures"]), BATCH)
        net.begin(self.generator)
        self.box_weight = float(spec["box"])
        self.data = tensors_of([draw(SEED, index, fill=FILL) for index in range(self.count)])
        self.held_out = tensors_of(held_out_creatures())

    def cost(self, rows: Tensor) -> tuple[Tensor, Tensor, float]:
        pixels, labels, wanted = (part[rows] for part in self.data)
        if torch.rand((), generator=self.generator) < 0.5:
            pixels = pixels.flip(3)
            left, top, right, bottom = wanted.unbind(1)
            wanted = torch.stack([1 - right, top, 1 - left, bottom], 1)
        logits, boxes = self.net(pixels)
        names, sides = losses(logits, boxes, labels, wanted)
        overlap = pair_overlaps(boxes.detach(), wanted).mean()
        return names, BOX_WEIGHT * self.box_weight * sides, float(overlap)

    def judge(self) -> tuple[float, float, int]:
        pixels, labels, wanted = self.held_out
        logits, boxes = self.net(pixels)
        names, sides = losses(logits, boxes, labels, wanted)
        self.right = float((logits.argmax(1) == labels).float().mean())
        loss = names + BOX_WEIGHT * self.box_weight * sides
        return float(loss), float(pair_overlaps(boxes, wanted).mean()), len(labels)

    def told(self, measure: float) -> str:
        return f"{self.right:.1%} named rightly, mean IoU {measure:.3f}"

    def shown(self) -> Shown:
        self.net.eval()
        with torch.no_grad():
            logits, boxes = self.net(self.held_out[0][:PICTURES])
        chances, names = logits.softmax(1).max(1)
        overlap = pair_overlaps(boxes, self.held_out[2][:PICTURES])
        pictures = [
            picture(one, boxes[row], f"{SPECIES[int(names[row])]} {chances[row]:.0%}", overlap[row])
            for row, one in enumerate(held_out_creatures()[:PICTURES])
        ]
        return Shown(tuple(pictures), (self.sentence(), *self.lines[-4:]))


def picture(creature: Creature, box: Tensor, says: str, overlap: Tensor) -> ShownPicture:
    """A creature with its true box, dashed, and the one that the network states."""
    frames = (
        _frame(list(creature.box), "", 7, dashed=True),
        _frame((box * SIDE).tolist(), says, creature.label, dashed=False),
    )
    return ShownPicture(f"{SPECIES[creature.label]}, IoU {overlap:.2f}", creature.pixels, frames)


def _frame(box: list[float], label: str, colour: int, *, dashed: bool) -> ShownBox:
    left, top, right, bottom = (round(value, 1) for value in box)
    return ShownBox(left, top, right - left, bottom - top, label, colour, dashed)
