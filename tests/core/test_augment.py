"""Each change against an independent reference with given numbers; then what is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Generator, Tensor
from torchvision.transforms import functional as theirs

from dlviz.core.augment import augment, contrast, erase, flip, is_empty, shift, turn
from dlviz.core.specs import AugmentSpec

EVERY = AugmentSpec(shift=2, rotate=20.0, flip=True, scale=0.2, contrast=0.3, noise=0.1, erase=0.25)
ONE_BY_ONE = [
    replace(AugmentSpec(), **{name: getattr(EVERY, name)}) for name in vars(AugmentSpec())
]


def pictures(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=Generator().manual_seed(seed))


def test_flip_is_torchvisions() -> None:
    images = pictures(3, 2, 4, 5)
    flipped = flip(images, torch.tensor([True, False, True]))
    assert torch.equal(flipped[0], theirs.hflip(images[0]))
    assert torch.equal(flipped[1], images[1])
    assert torch.equal(flipped[2], theirs.hflip(images[2]))


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, 0), (0, -3), (-1, 2), (3, 3)])
def test_shift_rolls_and_repeats_the_border(down: int, right: int) -> None:
    images = pictures(2, 3, 7, 9)
    padded = np.pad(images.numpy(), ((0, 0), (0, 0), (4, 4), (4, 4)), mode="edge")
    rolled = torch.roll(torch.from_numpy(padded), (down, right), (2, 3))[..., 4:-4, 4:-4]
    moves = torch.tensor([down, 0]), torch.tensor([right, 0])
    shifted = shift(images, *moves)
    assert torch.equal(shifted[0], rolled[0])
    assert torch.equal(shifted[1], images[1])


@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 6)])
@pytest.mark.parametrize(("degrees", "factor"), [(0, 1), (30, 1), (-75, 1), (0, 1.4), (20, 0.7)])
def test_turn_is_scipys_affine_map(height: int, width: int, degrees: float, factor: float) -> None:
    image = pictures(1, 2, height, width)
    angle = np.deg2rad(degrees)
    # Rows run downwards, so a counter-clockwise turn looks back along this matrix.
    inverse = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / factor
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    expected = [
        ndimage.affine_transform(
            one.numpy().astype(np.float64),
            inverse,
            centre - inverse @ centre,
            order=1,
            mode="nearest",
        )
        for one in image[0]
    ]
    mine = turn(image, torch.tensor([float(degrees)]), torch.tensor([float(factor)]))
    assert mine[0].numpy() == pytest.approx(np.stack(expected), abs=1e-5)


def test_turn_goes_the_way_torchvision_does() -> None:
    image = torch.zeros(1, 1, 11, 11)
    image[0, 0, 2:5, 4:7] = pictures(3, 3)
    mine = turn(image, torch.tensor([40.0]), torch.ones(1))
    other = theirs.rotate(image, 40.0, interpolation=theirs.InterpolationMode.BILINEAR)
    assert torch.allclose(mine, other, atol=1e-5)


@pytest.mark.parametrize("factor", [0.3, 1.0, 1.8])
def test_contrast_is_torchvisions_on_grey_pictures(factor: float) -> None:
    images = pictures(2, 1, 6, 6)
    expected = torch.stack([theirs.adjust_contrast(one, factor) for one in images])
    mine = contrast(images, torch.full((2,), factor))
    assert torch.allclose(mine, expected, atol=1e-6)


def test_erase_is_torchvisions() -> None:
    images = pictures(2, 3, 6, 8)
    mine = erase(images, torch.tensor([0, 3]), torch.tensor([5, 1]), 3)
    for number, (top, left) in enumerate([(0, 5), (3, 1)]):
        expected = theirs.erase(images[number], top, left, 3, 3, torch.tensor(0.0))
        assert torch.equal(mine[number], expected)


def test_an_empty_spec_changes_and_draws_nothing() -> None:
    images, generator = pictures(4, 1, 5, 5), Generator().manual_seed(3)
    before = generator.get_state()
    assert is_empty(AugmentSpec())
    assert augment(images, AugmentSpec(), generator) is images
    assert torch.equal(generator.get_state(), before)


@pytest.mark.parametrize("spec", [*ONE_BY_ONE, EVERY], ids=str)
def test_pictures_stay_pictures_and_the_input_as_it_was(spec: AugmentSpec) -> None:
    images = pictures(32, 3, 12, 10)
    kept, world = images.clone(), torch.get_rng_state()
    found = augment(images, spec, Generator().manual_seed(1))
    assert not is_empty(spec)
    assert found.shape == images.shape
    assert 0 <= float(found.min()) <= float(found.max()) <= 1
    changed = (found != images).flatten(1).any(dim=1)
    assert float(changed.float().mean()) > 0.25
    assert torch.equal(images, kept)
    assert torch.equal(torch.get_rng_state(), world)
    assert torch.equal(found, augment(images, spec, Generator().manual_seed(1)))
    assert not torch.equal(found, augment(images, spec, Generator().manual_seed(2)))


def test_draws_fill_their_range_evenly() -> None:
    """Read off a lone bright pixel where it went, over many pictures."""
    count = 4000
    image = torch.zeros(count, 1, 9, 9)
    image[:, 0, 4, 4] = 1
    moved = augment(image, AugmentSpec(shift=2), Generator().manual_seed(0))
    places = moved.flatten(1).argmax(dim=1)
    rows, columns = places // 9 - 4, places % 9 - 4
    for found in (rows, columns):
        counts = torch.bincount(found + 2, minlength=5)
        assert len(counts) == 5
        assert int(counts.min()) > count / 5 * 0.85
    assert abs(float(torch.corrcoef(torch.stack([rows, columns]).float())[0, 1])) < 0.06
    half = augment(pictures(1, 1, 4, 4).expand(count, 1, 4, 4), AugmentSpec(flip=True), Generator())
    mirrored = (half != half[0]).flatten(1).any(dim=1).float().mean()
    assert 0.45 < float(mirrored) < 0.55


def test_noise_has_the_stated_deviation() -> None:
    grey = torch.full((50, 1, 20, 20), 0.5)
    noisy = augment(grey, AugmentSpec(noise=0.05), Generator().manual_seed(0))
    assert float((noisy - grey).std()) == pytest.approx(0.05, rel=0.03)


def test_the_erased_square_is_the_stated_share_of_the_side() -> None:
    white = torch.ones(6, 1, 20, 30)
    left = augment(white, AugmentSpec(erase=0.4), Generator().manual_seed(0))
    assert torch.equal((left == 0).sum(dim=(1, 2, 3)), torch.full((6,), 64))


def spread(values: Tensor) -> tuple[float, float, float]:
    """Lowest, mean and highest of what was drawn."""
    return float(values.min()), float(values.mean()), float(values.max())


def test_contrast_scale_and_turns_go_either_way_up_to_their_limit() -> None:
    """Each read off pictures that show it: a difference, the size and the place of a blob."""
    two = torch.tensor([0.4, 0.6]).view(1, 1, 1, 2).expand(2000, 1, 1, 2)
    seen = augment(two, AugmentSpec(contrast=0.5), Generator().manual_seed(0)).flatten(1)
    factors = (seen[:, 1] - seen[:, 0]) / 0.2
    assert spread(factors) == pytest.approx((0.5, 1.0, 1.5), abs=0.02)

    x = torch.arange(41.0) - 20
    blob = torch.exp(-((x[:, None]) ** 2 + (x - 10) ** 2) / 8).expand(1000, 1, 41, 41)

    def places(spec: AugmentSpec) -> tuple[Tensor, Tensor]:
        """How far the blob's centre is from the picture's, and its angle in degrees."""
        share = augment(blob, spec, Generator().manual_seed(0))[:, 0]
        share = share / share.sum(dim=(1, 2), keepdim=True)
        right, up = (share * x).sum(dim=(1, 2)), -(share * x[:, None]).sum(dim=(1, 2))
        return torch.hypot(right, up), torch.atan2(up, right).rad2deg()

    assert spread(places(AugmentSpec(rotate=30.0))[1]) == pytest.approx((-30, 0, 30), abs=1)
    assert spread(places(AugmentSpec(scale=0.3))[0] / 10) == pytest.approx((0.7, 1, 1.3), abs=0.02)
