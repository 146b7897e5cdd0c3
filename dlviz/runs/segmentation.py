"""The taught run “segment”: a class for every pixel, of cells or of a creature's parts."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from dlviz.core.segmentation.overlay import large, painted
from dlviz.core.segmentation.scores import class_counts, mean_dice, mean_iou, present
from dlviz.core.taught import Shown, ShownPicture, TaughtSpec
from dlviz.io.segmentation import SEED, held_out_pictures, net_of, pictures_of
from dlviz.runs.box_runs import BoxRun

SHOWN, BATCH = 3, 16


def dice_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """1 − Dice with chances for masks, all pixels together; mean over all but the background.

    Milletari and others, “V-Net” (2016), there with squares below. Adding up before dividing keeps
    a class that some picture does not have from being worth nothing or everything.
    """
    chances = logits.softmax(1)[:, 1:]
    true = F.one_hot(masks, logits.shape[1]).permute(0, 3, 1, 2)[:, 1:].float()
    both = (chances * true).sum((0, 2, 3))
    sizes = chances.sum((0, 2, 3)) + true.sum((0, 2, 3))
    return (1 - 2 * both / sizes.clamp(min=1e-6)).mean()


class SegmentRun(BoxRun):
    """Settings: ``subject``, "cells" or "parts"; ``pictures`` to learn from; ``skips``."""

    names = ("cross-entropy", "1 − Dice")

    def __init__(self, spec: TaughtSpec) -> None:
        self.subject = str(spec["subject"])
        self.unet = net_of(spec)
        super().__init__(spec, self.unet, int(spec["pictures"]), BATCH)
        self.unet.begin(self.generator)
        data = pictures_of(self.subject, self.count, seed=SEED)
        self.pixels, self.masks = data.pixels.float() / 255, data.masks
        self.held_out = held_out_pictures(self.subject)

    def cost(self, rows: Tensor) -> tuple[Tensor, Tensor, float]:
        pixels, masks = self.pixels[rows], self.masks[rows]
        turned = torch.rand(2, generator=self.generator) < 0.5
        if turned[0]:
            pixels, masks = pixels.flip(3), masks.flip(2)
        if turned[1] and self.subject == "cells":  # a creature does not stand on its head
            pixels, masks = pixels.flip(2), masks.flip(1)
        logits = self.unet(pixels)
        iou, _ = self._measured(logits.detach(), masks)
        return F.cross_entropy(logits, masks), dice_loss(logits, masks), iou

    def judge(self) -> tuple[float, float, int]:
        logits = self.unet(self.held_out.pixels.float() / 255)
        masks = self.held_out.masks
        iou, self.dice = self._measured(logits, masks)
        loss = F.cross_entropy(logits, masks) + dice_loss(logits, masks)
        return float(loss), iou, len(masks)

    def told(self, measure: float) -> str:
        return f"IoU {measure:.3f}, Dice {self.dice:.3f}"

    def shown(self) -> Shown:
        self.unet.eval()
        pixels, masks = self.held_out.pixels[:SHOWN], self.held_out.masks[:SHOWN]
        with torch.no_grad():
            logits = self.unet(pixels.float() / 255)
        first = pixels[0].permute(1, 2, 0).numpy()
        pictures = [ShownPicture("held out", large(first, 2))]
        for place in range(SHOWN):
            said, true = logits[place].argmax(0), masks[place]
            iou, dice = self._measured(logits[place : place + 1], true[None])
            title = f"IoU {iou:.2f}, Dice {dice:.2f}"
            plain = pixels[place].permute(1, 2, 0).numpy()
            overlay = painted(plain, said.numpy(), true.numpy(), times=2)
            pictures.append(ShownPicture(title, overlay))
        return Shown(tuple(pictures), (self.sentence(), *self.lines[-4:]))

    def trained(self) -> dict[str, Tensor]:
        """Weights and averages in half precision: half the file, and no mask looks different."""
        state = super().trained()
        return {name: value.half() for name, value in state.items() if value.is_floating_point()}

    def _measured(self, logits: Tensor, masks: Tensor) -> tuple[float, float]:
        """IoU and Dice, of parts their mean without the background, over all pixels together."""
        classes = logits.shape[1]
        found = class_counts(logits.argmax(1).numpy(), masks.numpy(), classes)
        if len(masks) == 1:
            found = present(found)
        return mean_iou(found), mean_dice(found)
