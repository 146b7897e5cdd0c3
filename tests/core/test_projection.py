"""Projections from given units against the deconvnet, and the network with random weights."""

import pytest
import torch

from dlviz.core.deconvnet import deconvnet
from dlviz.core.patches import top_patches
from dlviz.core.probe import activations
from dlviz.core.projection import project_units, strongest_besides
from dlviz.core.untrained import untrained
from dlviz.io.models import MODELS, load_model


@pytest.mark.parametrize("layer", ["relu2", "pool2"])
def test_from_the_strongest_place_it_is_the_deconvnet(layer, make_net, make_images):
    model, images = make_net("overlapping"), make_images(6)
    top = top_patches(model, images, layer=layer, k=6)
    chosen = images[top.indices[4]]
    places = top.positions[4]
    found, answers = project_units(
        model, chosen, layer=layer, channels=torch.full((6,), 4), places=places
    )
    torch.testing.assert_close(found, deconvnet(model, chosen, layer=layer, channel=4))
    torch.testing.assert_close(answers, top.values[4])


def test_every_image_may_have_a_unit_of_its_own(make_net, make_images):
    model, images = make_net(), make_images(4)
    channels, places = torch.tensor([0, 5, 11, 2]), torch.tensor([[0, 0], [3, 5], [11, 1], [6, 6]])
    found, answers = project_units(model, images, layer="relu2", channels=channels, places=places)
    maps = activations(model, images, ["relu2"])["relu2"]
    for index in range(4):
        one, answer = project_units(
            model,
            images[[index]],
            layer="relu2",
            channels=channels[[index]],
            places=places[[index]],
        )
        torch.testing.assert_close(found[[index]], one)
        row, column = places[index].tolist()
        assert answers[index] == pytest.approx(float(maps[index, channels[index], row, column]))
        assert float(answer) == pytest.approx(float(answers[index]))


def test_a_silent_unit_is_drawn_from_the_strength_it_is_given(make_net, make_images):
    model, images = make_net(), make_images(1)
    maps = activations(model, images, ["relu2"])["relu2"][0]
    channel, row, column = (maps == 0).nonzero()[0].tolist()
    unit = {"channels": torch.tensor([channel]), "places": torch.tensor([[row, column]])}
    silent, answer = project_units(model, images, layer="relu2", **unit)
    assert answer == 0
    assert not silent.any()
    one, _ = project_units(model, images, layer="relu2", **unit, strength=1.0)
    assert one.abs().max() > 0
    two, _ = project_units(model, images, layer="relu2", **unit, strength=2.0)
    torch.testing.assert_close(two, 2 * one)


def test_the_strongest_besides_is_found_by_looking_at_all(make_net, make_images):
    model, images = make_net(), make_images(5)
    places = torch.randint(0, 12, (5, 2), generator=torch.Generator().manual_seed(3))
    maps = activations(model, images, ["relu2"])["relu2"]
    sums = [
        sum(float(maps[i, c, y, x]) for i, (y, x) in enumerate(places.tolist())) for c in range(12)
    ]
    order = sorted(range(12), key=lambda c: -sums[c])
    for channel, expected in ((order[0], order[1]), (order[5], order[0])):
        found = strongest_besides(model, images, layer="relu2", channel=channel, places=places)
        assert found == expected


@pytest.mark.parametrize(
    ("channels", "places"),
    [([12], [[0, 0]]), ([0], [[12, 0]]), ([0], [[0, -1]]), ([0, 1], [[0, 0], [0, 0]])],
)
def test_a_unit_that_is_not_there_is_refused(channels, places, make_net, make_images):
    with pytest.raises(ValueError, match="one unit that is in the map"):
        project_units(
            make_net(),
            make_images(1),
            layer="relu2",
            channels=torch.tensor(channels),
            places=torch.tensor(places),
        )


def test_a_shipped_net_begins_with_its_own_random_weights():
    snapshots = MODELS["fashion_cnn"].snapshots()
    model = load_model("fashion_cnn")
    start = untrained(model, snapshots)
    for name, value in start.module.state_dict().items():
        assert torch.equal(value, snapshots[0].weights[name])


def test_without_snapshots_weights_are_drawn_and_the_model_stays(make_net, fingerprint):
    model = make_net("batch_norm")
    before = fingerprint(model)
    start, again, other = untrained(model), untrained(model), untrained(model, seed=1)
    assert fingerprint(model) == before
    weights = start.module.conv2.weight
    assert float(weights.std()) == pytest.approx((2 / 72) ** 0.5, rel=0.1)
    assert torch.equal(weights, again.module.conv2.weight)
    assert not torch.equal(weights, other.module.conv2.weight)
    assert not torch.equal(weights, model.module.conv2.weight)
    assert float(start.module.conv2.bias.abs().max()) == 0
    norm = start.module.bn1
    images = torch.rand(2, 8, 5, 5, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(norm(images), images, rtol=1e-4, atol=1e-5)
    assert not any(value.requires_grad for value in start.parameters())
