"""Warnings stand at changes that break labels, and only there."""

from __future__ import annotations

from dataclasses import fields

import pytest
import torch

from dlviz.core import labels
from dlviz.core.labels import about
from dlviz.core.specs import AugmentSpec
from dlviz.io.datasets import DATASETS, held_out

LOUD = AugmentSpec(16, 180.0, True, 0.5, 0.9, 0.5, 0.8)


def broken(name: str, spec: AugmentSpec, side: int = 28, *, shuffled: bool = False) -> set[str]:
    return {rule.transform for rule in about(name, spec, side, shuffled=shuffled) if rule.breaks}


@pytest.mark.parametrize("name", [*DATASETS, "own-0123"])
def test_nothing_is_said_of_nothing_and_something_of_too_much(name: str) -> None:
    assert about(name, AugmentSpec(), 28) == ()
    assert about(name, AugmentSpec(), 28, shuffled=True) == ()
    assert {"shift", "erase", "noise"} <= broken(name, LOUD)
    for rule in about(name, LOUD, 28):
        assert rule.transform in {item.name for item in fields(AugmentSpec)}
        assert rule.sentence.endswith((".", "look at the preview."))
        assert "  " not in rule.sentence


def test_every_data_set_has_rules() -> None:
    assert set(labels.RULES) == set(DATASETS)


def test_a_mirrored_digit_is_another_and_a_mirrored_sneaker_a_sneaker() -> None:
    flip = AugmentSpec(flip=True)
    assert broken("mnist", flip) == {"flip"}
    assert broken("fashion_mnist", flip) == set()
    assert [rule.transform for rule in about("fashion_mnist", flip, 28)] == ["flip"]
    assert broken("own-0123", flip) == {"flip"}


@pytest.mark.parametrize(
    ("spec", "side", "breaks"),
    [
        (AugmentSpec(rotate=15.0), 28, set()),
        (AugmentSpec(rotate=180.0), 28, {"rotate"}),
        (AugmentSpec(shift=2), 28, set()),
        (AugmentSpec(shift=8), 28, {"shift"}),
        (AugmentSpec(shift=8), 64, set()),
        (AugmentSpec(erase=0.3), 28, set()),
        (AugmentSpec(erase=0.6), 28, {"erase"}),
        (AugmentSpec(noise=0.1, contrast=0.4, scale=0.2), 28, set()),
    ],
)
def test_digits_bear_little_of_everything(spec: AugmentSpec, side: int, breaks: set[str]) -> None:
    assert broken("mnist", spec, side) == breaks


def test_shuffled_pixels_cannot_be_moved() -> None:
    moved = about("fashion_mnist", AugmentSpec(flip=True), 28, shuffled=True)
    assert [rule.sentence for rule in moved] == [labels.SHUFFLED]
    assert not moved[0].breaks  # the scene behind the pixels keeps its label
    assert about("fashion_mnist", AugmentSpec(contrast=0.2), 28, shuffled=True) == ()


def test_a_six_turned_by_half_is_nearer_to_nines_than_to_sixes() -> None:
    """The lesson of the rule for digits, measured; and that mirrored clothes stay what they are."""
    pixels, known = held_out("mnist")
    flat = pixels.flatten(1).float() / 255
    means = torch.stack([flat[known == digit].mean(0) for digit in range(10)])
    turned = flat[known == 6].flip(1)  # a half turn
    near = torch.cdist(turned, means)
    assert (near[:, 9] < near[:, 6]).float().mean() > 0.9
    pixels, known = held_out("fashion_mnist")
    mirrored = pixels[known == 8].flip(3)  # bags
    flat = pixels.flatten(1).float()
    means = torch.stack([flat[known == label].mean(0) for label in range(10)])
    right = (torch.cdist(mirrored.flatten(1).float(), means).argmin(1) == 8).float().mean()
    straight = (torch.cdist(flat[known == 8], means).argmin(1) == 8).float().mean()
    assert right > straight - 0.05
