"""An attack from inside, against a plain forward pass with hooks on a copy."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from dlviz.core.attack_inside import LOGITS, PIXELS, depth, most_changed

KINDS = ["plain", "batch_norm", "relu6", "inplace", "smooth"]


def answers_of(model, images, layers):
    """By hooks on a deep copy, one picture after the other."""
    twin = copy.deepcopy(model)
    kept: dict[str, list] = {name: [] for name in layers}
    for name in layers:
        twin.module.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: kept[name].append(output[0].clone().numpy())
        )
    with torch.no_grad():
        logits = [twin(image[None])[0].numpy() for image in images]
    return {PIXELS: [image.numpy() for image in images], **kept, LOGITS: logits}


def distance_and_cosine(one, other):
    one, other = (np.asarray(part, np.float64).ravel() for part in (one, other))
    length = np.sqrt((one**2).sum())
    return (
        np.sqrt(((other - one) ** 2).sum()) / length,
        (one * other).sum() / length / np.sqrt((other**2).sum()),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_distances_are_those_of_a_plain_forward_pass(kind, make_net, make_images, fingerprint):
    model, images = make_net(kind), make_images(4)
    before = fingerprint(model)
    found = depth(model, images[0], images[1:], model.layers)
    assert fingerprint(model) == before
    assert found.places == (PIXELS, *model.layers, LOGITS)
    kept = answers_of(model, images, model.layers)
    for place, name in enumerate(found.places):
        for index in range(3):
            wanted = distance_and_cosine(kept[name][0], kept[name][index + 1])
            got = float(found.relative[index, place]), float(found.cosine[index, place])
            assert got == pytest.approx(wanted, rel=1e-4), name


def test_the_picture_itself_is_at_no_distance(make_net, make_images):
    model, images = make_net(), make_images(1)
    found = depth(model, images[0], images, model.layers)
    assert found.relative.abs().max() == 0
    assert found.cosine.min() > 1 - 1e-6


def test_without_layers_only_the_ends_are_compared(make_net, make_images):
    model, images = make_net(), make_images(3)
    every = depth(model, images[0], images[1:], model.layers)
    ends = depth(model, images[0], images[1:], [])
    assert ends.places == (PIXELS, LOGITS)
    torch.testing.assert_close(ends.relative, every.relative[:, [0, -1]])


def test_a_silent_layer_has_no_relative_distance(make_net, make_images):
    class Dead(nn.Module):
        def forward(self, images):
            return images.flatten(1) * 0

    images = make_images(2)
    found = depth(Dead(), images[0], images[1:], [])
    assert found.relative[0, 0] > 0
    assert found.relative[0, 1].isnan()
    assert found.cosine[0, 1].isnan()


@pytest.mark.parametrize("kind", KINDS)
def test_the_maps_that_change_most_come_first(kind, make_net, make_images):
    model, images = make_net(kind), make_images(3)
    for layer in ("conv1", "relu1", "pool2"):
        found = most_changed(model, images, layer, count=5)
        kept = answers_of(model, images, [layer])[layer]
        changes = [
            float(np.square(np.float64(kept[1][index]) - kept[0][index]).sum())
            for index in range(len(kept[0]))
        ]
        order = sorted(range(len(changes)), key=lambda index: -changes[index])[:5]
        assert found.channels == tuple(order)
        assert found.count == len(changes)
        assert found.shares == pytest.approx([changes[at] / sum(changes) for at in order], rel=1e-3)
        for got, three in zip((found.clean, found.adversarial, found.control), kept, strict=True):
            np.testing.assert_allclose(got.numpy(), three[order], rtol=1e-4, atol=1e-5)


def test_a_layer_of_vectors_has_units_of_one_number(make_net, make_images):
    model, images = make_net(), make_images(3)
    found = most_changed(model, images, "dense", count=3)
    assert found.clean.shape == (3, 1, 1)
    logits = model(images)
    order = (logits[1] - logits[0]).abs().argsort(descending=True)[:3]
    assert found.channels == tuple(order.tolist())
    torch.testing.assert_close(found.adversarial.flatten(), logits[1, order])


def test_an_attack_that_changes_nothing_has_no_shares(make_net, make_images):
    model, images = make_net(), make_images(1)
    found = most_changed(model, images.expand(3, -1, -1, -1), "relu1", count=4)
    assert found.shares == (0.0,) * 4
    assert found.channels == (0, 1, 2, 3)


def test_what_makes_no_sense_is_refused_in_a_sentence(make_net, make_images):
    model, images = make_net(), make_images(3)
    with pytest.raises(ValueError, match="one clean picture"):
        depth(model, images, images, ["relu1"])
    with pytest.raises(ValueError, match="one clean picture"):
        depth(model, images[0], make_images(2, size=12), ["relu1"])
    with pytest.raises(ValueError, match="No layer 'nonsense'"):
        depth(model, images[0], images, ["nonsense"])
    with pytest.raises(ValueError, match="three pictures"):
        most_changed(model, images[:2], "relu1", count=2)
    broken = copy.deepcopy(model)
    with torch.no_grad():
        broken.module.conv1.weight.fill_(torch.nan)
    with pytest.raises(ValueError, match="not finite"):
        depth(broken, images[0], images, ["relu1"])
    with pytest.raises(ValueError, match="not finite"):
        most_changed(broken, images, "conv1", count=2)
