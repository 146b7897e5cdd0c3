"""The preview shows originals as they are and variants as training makes them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.core.augment import augment
from dlviz.core.specs import AugmentSpec
from dlviz.figures.augmentation import GAP, PAD, VARIANTS, in_turn, preview, variants

ORIGINALS = 8
SPEC = AugmentSpec(shift=3, rotate=10.0, noise=0.05)


def pictures(channels: int = 1, side: int = 28) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (ORIGINALS, channels, side, side)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)


def test_originals_are_one_of_each_class_in_turn() -> None:
    labels = torch.tensor([3, 3, 1, 0, 1, 3, 3, 3, 3, 3])
    assert in_turn(labels, ORIGINALS) == [3, 2, 0, 4, 1, 5, 6, 7]
    assert in_turn(torch.tensor([1, 0]), 5) == [1, 0]


def test_variants_are_what_training_would_see() -> None:
    pixels = pictures()
    rows = variants(pixels, SPEC, seed=4)
    assert rows.shape == (1 + VARIANTS, *pixels.shape)
    assert torch.equal(rows[0], pixels)
    generator = torch.Generator().manual_seed(4)
    for row in rows[1:]:
        seen = augment(pixels / 255, SPEC, generator)
        assert torch.equal(row, (seen * 255).round().to(torch.uint8))
    assert len({row.numpy().tobytes() for row in rows}) == 1 + VARIANTS
    assert all(torch.equal(row, pixels) for row in variants(pixels, AugmentSpec()))
    assert not torch.equal(variants(pixels, SPEC, seed=5), rows)


@pytest.mark.parametrize(("channels", "side"), [(1, 28), (3, 32), (3, 64)])
def test_the_picture_has_the_originals_on_top(channels: int, side: int) -> None:
    pixels, paper = pictures(channels, side), (1, 2, 3)
    shown = preview(pixels, SPEC, background=paper)
    scale = max(1, round(70 / side))
    assert shown.shape == (
        (1 + VARIANTS) * (side * scale + PAD) + 2 * PAD + GAP,
        ORIGINALS * (side * scale + PAD) + PAD,
        3,
    )
    first = shown[PAD : PAD + side * scale : scale, PAD : PAD + side * scale : scale]
    assert np.array_equal(first, pixels[0].expand(3, -1, -1).permute(1, 2, 0).numpy())
    assert (shown[0] == paper).all()
