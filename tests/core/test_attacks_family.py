"""What must hold for every attack of the registry: ball, bounds, mask, path, batch, model."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from dlviz.core.attacks import (
    ATTACKS,
    deepfool,
    fgsm,
    fgsm_direction,
)
from dlviz.core.attacks import apply as move
from tests.core.attack_nets import EPS, NETS, cnn, mlp, pictures

SIZES = {"linf": EPS, "l2": 0.5}
ORDERS = {"linf": torch.inf, "l2": 2.0}
WITH_EPS = [name for name, attack in ATTACKS.items() if attack.has_eps]
ITERATED = [name for name, attack in ATTACKS.items() if attack.iterated]
AIMED = [name for name, attack in ATTACKS.items() if attack.can_target]


def size_of(name: str) -> float:
    return SIZES[ATTACKS[name].norm]


@pytest.mark.parametrize("targeted", [False, True])
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("name", WITH_EPS)
def test_no_step_of_a_path_leaves_the_ball_or_the_picture(name, kind, targeted) -> None:
    model = NETS[kind]()
    images, labels = pictures(model)
    for eps in (1 / 255, size_of(name), 2.0):
        for now in ATTACKS[name].path(model, images, labels, eps, targeted=targeted, seed=4):
            assert now.min() >= 0
            assert now.max() <= 1
            far = (now - images).flatten(1).norm(ORDERS[ATTACKS[name].norm], dim=1)
            assert (far <= eps + 1e-6).all()
        assert far.min() > 0.2 * min(eps, 1)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_path_begins_with_the_picture_and_ends_where_run_does(name) -> None:
    model, attack = cnn(), ATTACKS[name]
    images, labels = pictures(model)
    settings = {"steps": 3} if attack.iterated else {}
    path = list(attack.path(model, images, labels, size_of(name), seed=2, **settings))
    assert torch.equal(path[0], images)
    assert path[0].data_ptr() != images.data_ptr()
    end = attack.run(model, images, labels, size_of(name), seed=2, **settings)
    assert torch.equal(path[-1], end)
    assert len({now.data_ptr() for now in path}) == len(path)  # what was shown is not painted over
    assert len(path) == {"pgd": 5, "fgsm": 2, "fgm": 2, "deepfool": len(path)}.get(name, 4)


@pytest.mark.parametrize("name", WITH_EPS)
def test_no_epsilon_no_change(name) -> None:
    model = cnn()
    images, labels = pictures(model)
    assert all(torch.equal(now, images) for now in ATTACKS[name].path(model, images, labels, 0.0))


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("name", ATTACKS)
def test_a_batch_is_its_pictures_one_by_one(name, kind) -> None:
    """In double: convolutions of one and of many round differently, and a sign hangs on it."""
    model, attack = NETS[kind]().double(), ATTACKS[name]
    images, labels = pictures(model, 4)
    eps = size_of(name)
    at_once = attack.run(model, images, labels, eps)
    for index in range(4):
        part = slice(index, index + 1)
        alone = attack.run(model, images[part], labels[part], eps)
        torch.testing.assert_close(at_once[part], alone, rtol=0, atol=1e-9)
    order = torch.tensor([2, 0, 3, 1])
    shuffled = attack.run(model, images[order], labels[order], eps)
    torch.testing.assert_close(at_once[order], shuffled, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in WITH_EPS if name != "pgd"])
def test_a_gradient_that_hardly_is_there_is_not_divided_by_the_batch(name) -> None:
    """The loss is summed, not averaged: a mean over many rounds the smallest gradients to 0."""

    class Faint(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            first = 1e-43 * images.flatten(1).sum(dim=1, keepdim=True)
            return torch.cat([first, torch.zeros_like(first)], dim=1)

    images, labels = torch.full((256, 1, 2, 2), 0.5), torch.zeros(256, dtype=torch.int64)
    alone = ATTACKS[name].run(Faint(), images[:1], labels[:1], 0.1)
    assert not torch.equal(alone, images[:1])
    torch.testing.assert_close(ATTACKS[name].run(Faint(), images, labels, 0.1)[:1], alone)


MASKS = {
    "a rectangle": lambda shape: torch.zeros(shape).index_fill_(1, torch.arange(3, 8), 1),
    "a channel": lambda _: torch.tensor([0, 1, 0]).view(3, 1, 1),
    "of each picture": lambda shape: torch.rand(3, *shape, generator=torch.Generator()) > 0.5,
    "of weights": lambda shape: torch.rand(1, *shape[1:], generator=torch.Generator()).round() * 7,
}


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("name", ATTACKS)
def test_masked_pixels_stay_to_the_bit(name, kind) -> None:
    model, attack = cnn(), ATTACKS[name]
    images, labels = pictures(model)
    mask = MASKS[kind](images.shape[1:])
    free = (mask != 0).expand(images.shape)
    settings = {"steps": 3} if attack.iterated else {}
    eps = size_of(name)
    path = list(attack.path(model, images, labels, eps, mask=mask, **settings))
    assert all(torch.equal(now[~free], images[~free]) for now in path)
    assert not torch.equal(path[-1][free], images[free])
    if attack.norm == "linf":
        assert torch.equal(fgsm(model, images, labels, EPS, mask=mask)[~free], images[~free])


def test_a_length_is_spent_inside_the_mask() -> None:
    model = mlp()
    images, labels = pictures(model)
    images, mask = 0.3 + 0.4 * images, torch.tensor([0, 0, 1]).view(3, 1, 1)
    moved = ATTACKS["fgm"].run(model, images, labels, 0.1, mask=mask) - images
    torch.testing.assert_close(moved.flatten(1).norm(dim=1), torch.full((3,), 0.1))


def test_fgsm_with_a_mask_is_the_step_of_the_masked_direction() -> None:
    model = cnn()
    images, labels = pictures(model)
    mask = torch.rand(12, 12, generator=torch.Generator()) > 0.5
    expected = torch.where(mask, fgsm(model, images, labels, EPS), images)
    assert torch.equal(fgsm(model, images, labels, EPS, mask=mask), expected)
    assert torch.equal(
        move(images, fgsm_direction(model, images, labels), EPS, mask=mask), expected
    )
    direction = fgsm_direction(model, images, labels, mask=mask)
    assert torch.equal(move(images, direction, EPS), expected)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_bare_net_in_training_mode_is_left_as_it_was(name, fingerprint) -> None:
    """Parameters that want gradients, batch norm, dropout, ReLU in place at the very front."""
    net = nn.Sequential(
        nn.ReLU(inplace=True),
        nn.BatchNorm2d(3),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(432, 4),
        nn.LeakyReLU(0.3, inplace=True),
    )
    images = torch.rand(3, 3, 12, 12, generator=torch.Generator())
    given, labels = images.clone(), copy.deepcopy(net).eval()(images.clone()).argmax(dim=1)
    before = fingerprint(net)
    found = ATTACKS[name].run(net, images, labels, size_of(name))
    assert fingerprint(net) == before
    assert torch.equal(images, given)
    assert not torch.equal(found, images)
    assert torch.equal(
        found, ATTACKS[name].run(copy.deepcopy(net).eval(), images, labels, size_of(name))
    )


@pytest.mark.parametrize("name", ATTACKS)
def test_a_caller_may_have_gradients_off(name) -> None:
    model = mlp()
    images, labels = pictures(model)
    expected = ATTACKS[name].run(model, images, labels, size_of(name))
    with torch.no_grad():
        assert torch.equal(ATTACKS[name].run(model, images, labels, size_of(name)), expected)
    with torch.inference_mode():
        found = ATTACKS[name].run(model, images.clone(), labels.clone(), size_of(name))
    assert torch.equal(found, expected)


@pytest.mark.parametrize("name", ATTACKS)
def test_two_classes_are_enough_and_one_is_not(name) -> None:
    model = cnn(classes=2)
    images = pictures(model)[0]
    labels = model(images).argmax(dim=1)
    found = ATTACKS[name].run(model, images, labels, 2.0 if ATTACKS[name].norm == "l2" else 0.3)
    assert (model(found).argmax(dim=1) != labels).any()
    with pytest.raises(ValueError, match="at least two classes"):
        ATTACKS[name].run(cnn(classes=1), images, torch.zeros_like(labels), EPS)


@pytest.mark.parametrize("name", AIMED)
def test_a_target_becomes_more_probable(name) -> None:
    model = cnn()
    images = pictures(model)[0]
    target = (model(images).argmax(dim=1) + 1) % 5
    found = ATTACKS[name].run(model, images, target, size_of(name), targeted=True)
    rows = torch.arange(len(images))
    gain = model.probabilities(found)[rows, target] - model.probabilities(images)[rows, target]
    assert (gain > 0).all()


def test_deepfools_change_is_smaller_than_any_fgm_that_fools() -> None:
    model = cnn()
    images = pictures(model)[0]
    labels = model(images).argmax(dim=1)
    found = deepfool(model, images, labels)
    assert (model(found).argmax(dim=1) != labels).all()
    length = (found - images).flatten(1).norm(dim=1).max()
    shorter = ATTACKS["fgm"].run(model, images, labels, 0.5 * float(length))
    assert (model(shorter).argmax(dim=1) == labels).any()


def test_the_seed_is_pgds_alone() -> None:
    model = mlp()
    images, labels = pictures(model)
    for name, attack in ATTACKS.items():
        one, other = (attack.run(model, images, labels, EPS, seed=seed) for seed in (0, 1))
        assert torch.equal(one, other) is not attack.random
        assert attack.random is (name == "pgd")
