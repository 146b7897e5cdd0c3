"""The plane: directions, its pictures against FGSM, its answers point by point."""

from __future__ import annotations

import copy

import pytest
import torch

from dlviz.core.attack_plane import (
    Plane,
    field_of,
    orthogonal_signs,
    random_signs,
    stages,
    stream_field,
)
from dlviz.core.attacks import fgsm, fgsm_direction
from dlviz.core.data import to_unit


@pytest.fixture
def make_plane(make_images):
    def make(model, *, seed=0):
        pixels = (make_images(1)[0] * 255).round().to(torch.uint8)
        images = to_unit(pixels)[None]
        label = model(images).argmax(dim=1)
        across = fgsm_direction(model, images, label)[0].to(torch.int8)
        return Plane(pixels, across, orthogonal_signs(across, seed)), label

    return make


@pytest.mark.parametrize("shape", [(1, 5, 5), (3, 24, 24)])
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_random_signs_are_at_right_angles_and_depend_on_the_seed_only(shape, seed):
    state = torch.random.get_rng_state()
    direction = random_signs(shape, 100)
    direction[0, 0, :2] = 0
    signs = orthogonal_signs(direction, seed)
    odd = int(direction.abs().sum()) % 2
    assert abs(int((signs.int() * direction.int()).sum())) == odd
    assert set(signs.flatten().tolist()) == {-1, 1}
    assert torch.equal(signs, orthogonal_signs(direction, seed))
    assert not torch.equal(signs, orthogonal_signs(direction, seed + 1))
    plain = random_signs(shape, seed)
    assert (plain != signs).float().mean() < 0.25, "a few are turned round, no more"
    assert torch.equal(torch.random.get_rng_state(), state)


def test_on_the_axis_lies_what_fgsm_makes(make_net, make_plane):
    model = make_net()
    plane, label = make_plane(model)
    for eps in (0, 1, 7, 40):
        theirs = fgsm(model, to_unit(plane.pixels)[None], label, eps / 255)[0]
        assert torch.equal(plane.at(eps, 0), (theirs * 255).round().to(torch.uint8))
    assert not torch.equal(plane.at(7, 0), plane.at(0, 7))


def test_a_point_is_the_sum_of_both_ways_clipped_at_the_end(make_net, make_plane):
    plane, _ = make_plane(make_net())
    for a, b in [(0, 0), (-3, 5), (200, -200), (255, 255)]:
        wanted = [
            min(255, max(0, pixel + a * u + b * v))
            for pixel, u, v in zip(
                *(part.flatten().tolist() for part in (plane.pixels, plane.across, plane.up)),
                strict=True,
            )
        ]
        assert plane.at(a, b).flatten().tolist() == wanted


@pytest.mark.parametrize("kind", ["plain", "batch_norm"])
def test_the_field_is_what_the_net_says_point_by_point(kind, make_net, make_plane, fingerprint):
    model = make_net(kind)
    plane, label = make_plane(model)
    before = fingerprint(model)
    field = field_of(model, plane, half=4, unit=6, target=int(label))
    assert fingerprint(model) == before
    assert field.known.all()
    twin = copy.deepcopy(model)
    for i in range(9):
        for j in range(9):
            picture = plane.at((j - 4) * 6, (i - 4) * 6)
            chances = twin.probabilities(to_unit(picture)[None])[0]
            assert int(field.label[i, j]) == int(chances.argmax())
            assert float(field.confidence[i, j]) == pytest.approx(float(chances.max()), abs=1e-5)
            assert float(field.probability[i, j]) == pytest.approx(float(chances[label]), abs=1e-5)
    assert len(field.label.unique()) > 1, "a plane of one class would show nothing"


def test_the_axes_are_read_off_the_field(make_net, make_plane):
    model = make_net()
    plane, label = make_plane(model)
    field = field_of(model, plane, half=4, unit=5, target=int(label))
    for axis in ("across", "up"):
        for steps, probability in field.along(axis):
            at = (steps, 0) if axis == "across" else (0, steps)
            chances = model.probabilities(to_unit(plane.at(*at))[None])[0]
            assert probability == pytest.approx(float(chances[label]), abs=1e-5)
    assert [steps for steps, _ in field.along("up")] == list(range(-20, 21, 5))


def test_the_coarse_grid_comes_first_and_lends_its_numbers(make_net, make_plane):
    model = make_net()
    plane, label = make_plane(model)
    order = stages(8)
    assert [len(stage) for stage in order] == [25, 56, 208]
    assert len({point for stage in order for point in stage}) == 17 * 17
    assert (8, 8) in order[0]
    steps = list(stream_field(model, plane, half=8, unit=2, target=int(label)))
    assert [done for done, _ in steps][-1] == 289
    assert 25 in [done for done, _ in steps], "no batch holds points of two stages"
    coarse = next(field for done, field in steps if done == 25)
    last = steps[-1][1]
    assert int(coarse.known.sum()) == 25
    assert [steps for steps, _ in coarse.along("across")] == [-16, -8, 0, 8, 16]
    for i in range(17):
        for j in range(17):
            near = min(order[0], key=lambda at, i=i, j=j: max(abs(at[0] - i), abs(at[1] - j)))
            gap = max(abs(near[0] - i), abs(near[1] - j))
            ties = [at for at in order[0] if max(abs(at[0] - i), abs(at[1] - j)) == gap]
            assert float(coarse.probability[i, j]) in [float(last.probability[at]) for at in ties]


def test_what_makes_no_sense_is_refused_in_a_sentence(make_net, make_plane):
    model = make_net()
    plane, _ = make_plane(model)
    for half, unit in [(0, 1), (50, 1), (4, 0)]:
        with pytest.raises(ValueError, match="9 to 10,000 points"):
            field_of(model, plane, half=half, unit=unit, target=0)
    with pytest.raises(ValueError, match="from 0 to 4"):
        field_of(model, plane, half=1, unit=1, target=5)
    broken = copy.deepcopy(model)
    with torch.no_grad():
        broken.module.dense.bias.fill_(torch.inf)
    with pytest.raises(ValueError, match="not finite"):
        field_of(broken, plane, half=1, unit=1, target=0)
