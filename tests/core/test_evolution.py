"""An evolution against a plain loop over snapshots, pictures and places, and its marks by hand."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.evolution import NOBODY, Evolution, boxes_of, digest_of, stream_evolution
from dlviz.core.patches import top_patches
from dlviz.core.probe import activations
from dlviz.core.receptive import receptive_field

LAYERS = ["relu1", "pool1", "relu2"]


@pytest.fixture(scope="module")
def models(make_net):
    """Three states of one network, as snapshots of a training are."""
    return [make_net("overlapping", seed=seed) for seed in range(3)]


def last_of(models, images, batch=4):
    *_, (done, found) = stream_evolution(models, images.split(batch), LAYERS)
    assert done == len(images)
    return found


def by_hand(maps, channel):
    """(value, picture, row, column) of one channel, nested lists of maps; the first of equals."""
    best = (-torch.inf, NOBODY, 0, 0)
    for index, picture in enumerate(maps):
        for row, line in enumerate(picture[channel]):
            for column, value in enumerate(line):
                if value > best[0]:
                    best = (value, index, row, column)
    return best


def test_every_snapshot_is_searched_as_a_plain_loop_would(models, make_images):
    images = make_images(10)
    found = last_of(models, images)
    for layer in LAYERS:
        for snapshot, model in enumerate(models):
            maps = activations(model, images, [layer])[layer].tolist()
            for channel in (0, 3, 7):
                value, picture, row, column = by_hand(maps, channel)
                one = found[layer]
                assert float(one.values[snapshot, channel]) == pytest.approx(value, abs=1e-5)
                assert int(one.indices[snapshot, channel]) == (picture if value > 0 else NOBODY)
                assert one.positions[snapshot, channel].tolist() == [row, column]


def test_the_last_snapshot_is_what_the_strongest_pictures_are(models, make_images):
    images = make_images(17)
    found = last_of(models, images, batch=5)
    for layer in LAYERS:
        top = top_patches(models[-1], images, layer=layer, k=9)
        assert torch.allclose(found[layer].values[-1], top.values[:, 0], atol=1e-5)
        answering = top.values[:, 0] > 0
        assert torch.equal(found[layer].indices[-1][answering], top.indices[answering, 0])
        boxes = boxes_of(models[-1], layer, found[layer].positions[-1])
        assert torch.equal(boxes, top.boxes[:, 0])


def test_a_stopped_reader_has_every_snapshot_of_fewer_pictures(models, make_images):
    images = make_images(12)
    done, first = next(stream_evolution(models, images.split(4), LAYERS))
    assert done == 4
    whole = last_of(models, images[:4])
    for layer in LAYERS:
        assert torch.equal(first[layer].indices, whole[layer].indices)


def test_marks_are_where_the_picture_is_another_one():
    indices = torch.tensor([[3, NOBODY, 5, NOBODY], [3, 2, 6, NOBODY], [4, 2, 5, NOBODY]])
    values = (indices != NOBODY).double()
    found = Evolution(values, indices, torch.zeros(3, 4, 2, dtype=torch.long))
    assert found.jumps.tolist() == [
        [False, False, False, False],
        [False, True, True, False],
        [True, False, True, False],
    ]
    assert found.last_jumps.tolist() == [2, 1, 2, 0]
    # Of the three channels that answer in the end.
    assert found.settled.tolist() == pytest.approx([0, 1 / 3, 1])


def test_a_channel_that_nothing_excites_has_no_picture(make_net, make_images):
    model = make_net("overlapping")
    state = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict({**state, "module.conv1.bias": torch.full_like(
        state["module.conv1.bias"], -1e4
    )})  # fmt: skip
    found = last_of([model], make_images(3))["relu1"]
    assert found.indices.eq(NOBODY).all()
    assert found.settled.isnan().all()


def test_boxes_are_receptive_fields(models):
    field = receptive_field(models[0], "relu2", 24, 24)
    boxes = boxes_of(models[0], "relu2", torch.tensor([[0, 0], [3, 7]]))
    assert [tuple(box) for box in boxes.tolist()] == [field.box(0, 0), field.box(3, 7)]


def test_other_weights_or_pictures_have_another_digest(models, make_images):
    pixels = (make_images(2) * 255).byte()
    states = [model.state_dict() for model in models]
    one = digest_of(states, pixels)
    assert one == digest_of([dict(state) for state in states], pixels.clone())
    other = pixels.clone()
    other[1, 2, 3, 4] += 1
    assert len({one, digest_of(states[:2], pixels), digest_of(states, other)}) == 3


def test_no_snapshot_is_no_evolution(make_images):
    with pytest.raises(ValueError, match="at least one snapshot"):
        next(stream_evolution([], make_images(2).split(1), LAYERS))
