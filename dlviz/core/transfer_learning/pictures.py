"""Pictures that colour and brightness say nothing about, and how one asks whether that is so."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from dlviz.core.data import ImageData
from dlviz.core.readout import fit, right

GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow makes grey
LEVELS = 256
_BINS = 4  # of each colour


def equalised(pixels: Tensor) -> Tensor:
    """uint8 N×3×H×W → grey, every grey value as often as any other: uint8 N×3×H×W.

    A pixel becomes its rank among the picture's pixels (equal ones in the order of rows). So all
    pictures have one and the same histogram: what tells them apart is where light and dark are.
    """
    count, _, height, width = pixels.shape
    grey = (pixels.float() * torch.tensor(GREY).view(1, 3, 1, 1)).sum(dim=1).flatten(1)
    ranks = grey.argsort(dim=1, stable=True).argsort(dim=1)
    levels = (ranks * LEVELS // (height * width)).to(torch.uint8)
    return levels.view(count, 1, height, width).expand(-1, 3, -1, -1).contiguous()


def histograms(pixels: Tensor) -> Tensor:
    """uint8 N×C×H×W → N×64 shares: how many pixels have each of 4×4×4 colours (C = 1: greys)."""
    wide = pixels.expand(-1, 3, -1, -1).flatten(2).long() * _BINS // LEVELS
    cells = (wide[:, 0] * _BINS + wide[:, 1]) * _BINS + wide[:, 2]
    counts = torch.zeros(len(pixels), _BINS**3, dtype=torch.float64)
    counts.scatter_add_(1, cells, torch.ones_like(cells, dtype=torch.float64))
    return counts / cells.shape[1]


def colour_alone(data: ImageData) -> float:
    """Share of held-out pictures that logistic regression on colour histograms names rightly."""
    linear = fit(histograms(data.train_pixels), data.train_labels, len(data.classes))
    return right(linear(histograms(data.test_pixels)), data.test_labels)


def few(data: ImageData, each: int, generator: Generator) -> ImageData:
    """Of every class ``each`` training pictures drawn at random, all if it has no more."""
    kept = []
    for label in range(len(data.classes)):
        where = (data.train_labels == label).nonzero().flatten()
        kept.append(where[torch.randperm(len(where), generator=generator)[:each]])
    chosen = torch.cat(kept)
    train = data.train_pixels[chosen], data.train_labels[chosen]
    return ImageData.of(data.name, data.classes, train, (data.test_pixels, data.test_labels))
