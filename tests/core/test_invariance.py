"""Figure 5: the changes against slices, roll and rot90, the distances against NumPy by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dlviz.core.invariance import KINDS, SAME, changed, mean_distance, measure, stream, values_of

SIDE = 12


def pictures(count=3, height=SIDE, width=SIDE):
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(1))


def net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(144, 5)
    ).eval()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fill", ["edge", "grey"])
def test_the_value_in_the_middle_changes_nothing(kind, fill):
    images = pictures()
    assert torch.equal(changed(images, kind, SAME[kind], fill=fill), images)
    assert SAME[kind] in values_of(kind, SIDE)


@pytest.mark.parametrize("pixels", [1, 5, -3])
def test_a_shift_is_a_roll_with_what_comes_in_replaced(pixels):
    images = pictures()
    rolled = torch.roll(images, pixels, dims=2)
    fresh = slice(0, pixels) if pixels > 0 else slice(pixels, None)
    for fill, outside in (
        ("edge", images[:, :, :1] if pixels > 0 else images[:, :, -1:]),
        ("grey", torch.tensor(0.5)),
    ):
        wanted = rolled.clone()
        wanted[:, :, fresh] = outside
        assert torch.equal(changed(images, "shift", pixels, fill=fill), wanted)


@pytest.mark.parametrize("quarters", [1, 2, 3, 4])
@pytest.mark.parametrize("fill", ["edge", "grey"])
def test_quarter_turns_are_rot90(quarters, fill):
    images = pictures()
    turned = changed(images, "turn", 90 * quarters, fill=fill)
    assert torch.equal(turned, torch.rot90(images, quarters, dims=(2, 3)))


@pytest.mark.parametrize(("kind", "value"), [("turn", 30), ("turn", 205), ("scale", 1.35)])
@pytest.mark.parametrize("fill", ["edge", "grey"])
@pytest.mark.parametrize("size", [(12, 12), (9, 14)])
def test_between_pixels_it_is_pytorchs_own_sampling(kind, value, fill, size):
    height, width = size
    images = pictures(2, height, width).double()
    angle, scale = (np.radians(value), 1.0) if kind == "turn" else (0.0, value)
    # grid_sample counts from −1 to 1 along either side, and its rows grow downwards.
    cosine, sine = np.cos(angle) / scale, np.sin(angle) / scale
    matrix = torch.tensor([[cosine, -sine * height / width, 0], [sine * width / height, cosine, 0]])
    grid = F.affine_grid(matrix[None].expand(2, 2, 3), list(images.shape), align_corners=False)
    mode = "border" if fill == "edge" else "zeros"
    wanted = F.grid_sample(images - 0.5, grid.double(), padding_mode=mode, align_corners=False)
    found = changed(images, kind, value, fill=fill)
    torch.testing.assert_close(found, wanted + 0.5, rtol=0, atol=1e-9)


def test_values():
    assert values_of("shift", 64) == tuple(float(pixel) for pixel in range(-16, 17))
    assert values_of("shift", 224) == tuple(float(pixel) for pixel in range(-56, 57, 4))
    assert values_of("shift", 28) == tuple(float(pixel) for pixel in range(-7, 8))
    assert (values_of("scale", 64)[0], values_of("scale", 64)[-1]) == (1.0, 1.8)
    assert (values_of("turn", 64)[1], values_of("turn", 224)[1]) == (5.0, 10.0)
    assert values_of("turn", 64)[-1] == 360.0


@pytest.mark.parametrize("kind", KINDS)
def test_distances_and_answers_by_hand(kind):
    model, images, targets = net(), pictures(), [4, 0, 2]
    found = measure(model, images, targets, kind, ["1", "2"], fill="grey")
    assert bool(found.known.all())
    for layer, depth in (("1", 2), ("2", 3)):
        still = model[:depth](images).detach().numpy().reshape(3, -1)
        gaps = [np.sqrt(((a - b) ** 2).sum()) for a, b in combinations(still, 2)]
        assert found.apart[layer] == pytest.approx(np.mean(gaps), rel=1e-5)
        for place in (0, len(found.values) // 2, len(found.values) - 1):
            other = changed(images, kind, found.values[place], fill="grey")
            moved = model[:depth](other).detach().numpy().reshape(3, -1)
            wanted = [np.sqrt(((a - b) ** 2).sum()) for a, b in zip(still, moved, strict=True)]
            np.testing.assert_allclose(found.distances[layer][:, place], wanted, atol=1e-5)
            np.testing.assert_allclose(
                found.relative(layer)[:, place], np.array(wanted) / np.mean(gaps), atol=1e-5
            )
            chances = torch.softmax(model(other), 1).detach()
            np.testing.assert_allclose(
                found.probability[:, place], chances[range(3), targets], atol=1e-6
            )
            assert found.label[:, place].tolist() == chances.argmax(1).tolist()
            np.testing.assert_allclose(found.confidence[:, place], chances.max(1)[0], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_where_nothing_changes(kind):
    found = measure(net(), pictures(), [0, 1, 2], kind, ["1"])
    still = found.values.index(SAME[kind])
    assert found.distances["1"][:, still].tolist() == [0, 0, 0]
    assert float(found.distances["1"].max()) > 0
    if kind == "turn":  # a whole turn is none
        assert found.distances["1"][:, -1].tolist() == [0, 0, 0]


def test_small_changes_come_first_and_a_part_says_what_it_knows():
    images = pictures(30)
    parts = [
        (done, found.known.clone())
        for done, found in stream(net(), images, [0] * 30, "shift", ["1"])
    ]
    assert [done for done, _ in parts] == [2, 4, 6, 7]
    assert parts[0][1].tolist() == [False, False, True, True, False, False, False]


def test_the_model_is_left_alone():
    model, images = net().train(), pictures()
    before = images.clone()
    measure(model, images, [0, 1, 2], "turn", ["1"])
    assert model.training
    assert all(not module._forward_hooks for module in model.modules())
    assert torch.equal(images, before)


def test_what_makes_no_sense_is_refused_in_a_sentence():
    model, images = net(), pictures()
    with pytest.raises(ValueError, match="Known changes are shift, scale, turn"):
        changed(images, "shear", 1)
    with pytest.raises(ValueError, match="fills are edge, grey"):
        changed(images, "turn", 1, fill="white")
    with pytest.raises(ValueError, match="At least two pictures"):
        measure(model, images[:1], [0], "turn", ["1"])
    with pytest.raises(ValueError, match="No layer 'conv9'"):
        measure(model, images, [0, 1, 2], "turn", ["conv9"])
    with torch.no_grad():
        model[0].weight[:] = 3e38
    with pytest.raises(ValueError, match="not finite"):
        measure(model, images, [0, 1, 2], "turn", ["1"])


def test_mean_distance():
    assert mean_distance(torch.tensor([[0.0, 0.0], [3.0, 4.0]])) == 5
