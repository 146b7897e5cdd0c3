"""The program behind the view “segment”: plain PyTorch on the same generators."""

from __future__ import annotations

from dlviz.core.segmentation.unet import WIDTHS
from dlviz.core.taught import TaughtSpec
from dlviz.io.segmentation import CLASSES, HELD_OUT, HELD_OUT_SEED, SEED


def script(spec: TaughtSpec) -> str:
    """A program that trains the net of a spec and tells its held-out IoU after each epoch."""
    subject, skips = str(spec["subject"]), bool(spec["skips"])
    classes, channels = len(CLASSES[subject]), 1 if subject == "cells" else 3
    fine, middle, coarse = WIDTHS
    return _SCRIPT.format(
        **{"subject": subject, "classes": classes, "channels": channels, "skips": skips},
        **{"fine": fine, "middle": middle, "coarse": coarse},
        **{"pictures": spec["pictures"], "epochs": spec.train.epochs, "seed": spec.train.seed},
        **{"rate": spec.train.learning_rate, "learn": SEED, "held": HELD_OUT_SEED},
        held_count=HELD_OUT,
    )


_SCRIPT = """import torch
from torch import nn
from torch.nn import functional as F

from dlviz.io.segmentation import pictures_of

torch.manual_seed({seed})
learn = pictures_of("{subject}", {pictures}, seed={learn})
held = pictures_of("{subject}", {held_count}, seed={held})
x, y = learn.pixels.float() / 255, learn.masks


def block(wide, out, times):
    layers = []
    for _ in range(times):
        layers += [nn.Conv2d(wide, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
        wide = out
    return nn.Sequential(*layers)


class UNet(nn.Module):
    skips = {skips}

    def __init__(self):
        super().__init__()
        self.down_1, self.down_2 = block({channels}, {fine}, 2), block({fine}, {middle}, 2)
        self.bottom = block({middle}, {coarse}, 2)
        self.up_2 = block({coarse} + {middle} * self.skips, {middle}, 1)
        self.up_1 = block({middle} + {fine} * self.skips, {fine}, 1)
        self.head = nn.Conv2d({fine}, {classes}, 1)

    def forward(self, x):
        fine = self.down_1(x - 0.5)
        middle = self.down_2(F.max_pool2d(fine, 2))
        coarse = self.bottom(F.max_pool2d(middle, 2))
        return self.head(self.up_1(self.join(self.up_2(self.join(coarse, middle)), fine)))

    def join(self, below, beside):
        large = F.interpolate(below, scale_factor=2)
        return torch.cat([large, beside], 1) if self.skips else large


def iou(logits, masks):  # mean over all classes but the background
    said = logits.argmax(1)
    both = [((said == k) & (masks == k)).sum() for k in range(1, {classes})]
    either = [((said == k) | (masks == k)).sum() for k in range(1, {classes})]
    return float(torch.stack(both).div(torch.stack(either).clamp(min=1)).mean())


net, epochs = UNet(), {epochs}
optimiser = torch.optim.AdamW(net.parameters(), weight_decay=1e-4)
steps = epochs * (len(x) // 16)
rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, {rate:g}, total_steps=steps, pct_start=0.1)
for epoch in range(epochs):
    net.train()
    for rows in torch.randperm(len(x))[: len(x) // 16 * 16].split(16):
        pixels, masks = x[rows], y[rows]
        if torch.rand(()) < 0.5:
            pixels, masks = pixels.flip(3), masks.flip(2)
        logits = net(pixels)
        chances = logits.softmax(1)[:, 1:]
        true = F.one_hot(masks, {classes}).permute(0, 3, 1, 2)[:, 1:].float()
        sizes = chances.sum((0, 2, 3)) + true.sum((0, 2, 3))
        dice = 2 * (chances * true).sum((0, 2, 3)) / sizes.clamp(min=1e-6)
        loss = F.cross_entropy(logits, masks) + (1 - dice).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
    net.eval()
    with torch.no_grad():
        print(f"epoch {{epoch + 1}}: IoU {{iou(net(held.pixels.float() / 255), held.masks):.3f}}")
"""
