"""Creatures: repeatable, told apart by parts and not by colour, every part where it is said."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from dlviz.io.creature_shapes import Shape
from dlviz.io.creatures import SIDE, SPECIES, Creature, draw, generate

EVERY_SPECIES = range(len(SPECIES))


def test_a_picture_depends_on_seed_and_index_only() -> None:
    pixels, labels = generate(12, seed=4)
    for index in (11, 0, 5):
        creature = draw(4, index)
        assert creature.label == labels[index]
        assert torch.equal(torch.from_numpy(creature.pixels).permute(2, 0, 1), pixels[index])
    assert torch.equal(generate(5, seed=4)[0], pixels[:5])
    assert not torch.equal(generate(5, seed=5)[0], pixels[:5])


def test_global_generators_are_left_alone() -> None:
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    generate(3, seed=0)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all()


@pytest.mark.parametrize("species", EVERY_SPECIES, ids=SPECIES)
def test_parts_are_visible_and_boxed(species: int) -> None:
    for index in range(25):
        creature = draw(9, index, species)
        assert creature.label == species
        assert creature.pixels.shape == (SIDE, SIDE, 3)
        parts = creature.parts
        assert {shape.part for shape in creature.shapes} == set(parts)
        assert {"head", "left eye", "right eye", "left ear", "right ear"} <= set(parts)
        # A pixel on an edge may belong to both sides, no other may.
        owners = np.sum([part.mask for part in parts.values()], axis=0)
        assert (owners > 1).sum() < 0.2 * (owners > 0).sum()
        for part in parts.values():
            x0, y0, x1, y1 = part.box
            assert 0 <= x0 < x1 <= SIDE
            assert 0 <= y0 < y1 <= SIDE
            assert part.mask[y0:y1, x0:x1].sum() == part.mask.sum() >= 12
            assert part.mask[y0].any()
            assert part.mask[y1 - 1].any()
            assert part.mask[:, x0].any()
            assert part.mask[:, x1 - 1].any()
        assert parts["left eye"].box[0] < parts["right eye"].box[0]


def inside(points: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]):
    """Even-odd rule, ray to the right."""
    crossings = np.zeros(x.shape, int)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            crossings += crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return crossings % 2 == 1


def top_shape(creature: Creature) -> NDArray[np.int64]:
    """Index of the topmost shape at every pixel's centre, −1 on the background."""
    scale = 3.0
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    top = np.full((SIDE, SIDE), -1)
    for number, shape in enumerate(creature.shapes):
        top[inside(shape.points / scale, columns + 1 / 3, rows + 1 / 3)] = number
    return top


@pytest.mark.parametrize("species", EVERY_SPECIES, ids=SPECIES)
def test_masks_and_colours_against_the_geometry(species: int) -> None:
    creature = draw(2, 40 + species, species)
    top = top_shape(creature)
    for name, part in creature.parts.items():
        numbers = [i for i, shape in enumerate(creature.shapes) if shape.part == name]
        expected = np.isin(top, numbers)
        overlap = (expected & part.mask).sum() / (expected | part.mask).sum()
        assert overlap > (0.35 if name == "whiskers" else 0.65), name
    flat = np.array([shape.colour for shape in creature.shapes])[top]
    away = np.abs(creature.pixels - flat)[top >= 0].mean()
    assert away < 35


def test_another_species_keeps_colours_and_background() -> None:
    creatures = [draw(6, 3, species) for species in EVERY_SPECIES]
    furs = {next(s.colour for s in c.shapes if s.part == "head") for c in creatures}
    assert len(furs) <= 2  # the fur, and the outline derived from it
    free = np.all([top_shape(c) < 0 for c in creatures], axis=0)
    for axis in (0, 1):  # keep clear of half-covered pixels
        free &= np.roll(free, 1, axis) & np.roll(free, -1, axis)
    assert free.sum() > 100
    for creature in creatures[1:]:
        assert (creature.pixels[free] == creatures[0].pixels[free]).all()


def test_species_have_different_parts_or_shapes() -> None:
    looks = {
        frozenset((shape.part, len(shape.points)) for shape in draw(0, 0, species).shapes)
        for species in EVERY_SPECIES
    }
    assert len(looks) == len(SPECIES)
    with_part = {
        part: {SPECIES[s] for s in EVERY_SPECIES if part in draw(0, 0, s).parts}
        for part in ("whiskers", "left horn", "beak", "trunk", "teeth")
    }
    assert with_part == {
        "whiskers": {"cat", "mouse"},
        "left horn": {"cow"},
        "beak": {"owl"},
        "trunk": {"elephant"},
        "teeth": {"rabbit"},
    }


def test_mean_colour_does_not_tell_the_species() -> None:
    pixels, labels = generate(1200, seed=8)
    colour = pixels.float().mean((2, 3))
    known, asked = colour[:900], colour[900:]
    votes = labels[:900][torch.cdist(asked, known).topk(9, largest=False).indices]
    right = (votes.mode(1).values == labels[900:]).float().mean()
    assert right < 0.25  # chance is 0.125


@pytest.mark.parametrize("bad", [(-1, 0, None), (0, -1, None), (0, 0, 8), (0, 0, -1)])
def test_bad_numbers_are_refused(bad: tuple[int, int, int | None]) -> None:
    with pytest.raises(ValueError, match="must"):
        draw(*bad)


def test_shape_is_plain_data() -> None:
    shape = draw(0, 0).shapes[0]
    assert isinstance(shape, Shape)
    assert shape.points.shape[1] == 2
