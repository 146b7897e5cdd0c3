"""The sweep against covering one by one by hand, and against Captum where squares overlap."""

from __future__ import annotations

import pytest
import torch
from captum.attr import Occlusion
from torch import nn

from dlviz.core.occlusion import Cover
from dlviz.core.occlusion_sweep import (
    Map,
    answers_to,
    places,
    stream_sweep,
    strongest_map,
    sweep,
)

COVER = Cover(6, 2, 0.5)
NAMES = ("probability", "label", "confidence", "activity")


def by_hand(model, image, cover, target, watched):
    """Layer after layer, place after place, with no help of ours."""
    found = {name: [] for name in NAMES}
    fill = torch.as_tensor(cover.fill, dtype=torch.float32).view(-1, 1, 1)
    for y in range(0, image.shape[1] - cover.size + 1, cover.stride):
        for x in range(0, image.shape[2] - cover.size + 1, cover.stride):
            hidden = image.clone()
            hidden[:, y : y + cover.size, x : x + cover.size] = fill
            value = (hidden[None] - model.mean) / model.std
            with torch.no_grad():
                for name, module in model.module.named_children():
                    value = module(value)
                    if name == watched.layer:
                        activity = value[0, watched.channel].clamp(min=0).sum()
            chances = torch.softmax(value, 1)[0]
            found["probability"].append(chances[target])
            found["label"].append(chances.argmax())
            found["confidence"].append(chances.max())
            found["activity"].append(activity)
    return {name: torch.stack(values) for name, values in found.items()}


@pytest.mark.parametrize(
    ("kind", "layer", "cover"),
    [
        ("plain", "relu2", COVER),
        ("inplace", "pool2", Cover(5, 3, (0.1, 0.9, 0.4))),
        ("batch_norm", "conv2", Cover(9, 5, 0.0)),
        ("smooth", "pool1", Cover(24, 1, 1.0)),
    ],
)
def test_every_map_equals_covering_one_by_one(kind, layer, cover, make_net, make_images):
    model, image, watched = make_net(kind), make_images(1)[0], Map(layer, 3)
    found = sweep(model, image, cover, target=2, watched=watched)
    assert found.known.all()
    for name, wanted in by_hand(model, image, cover, 2, watched).items():
        got = getattr(found.answers, name)
        assert got.shape == tuple(len(axis) for axis in cover.places(24, 24))
        torch.testing.assert_close(got.flatten(), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("size", "stride"), [(6, 2), (8, 4), (5, 1), (9, 3)])
def test_correlates_with_captum_where_squares_overlap(size, stride, make_net, make_images):
    """Captum gives, per pixel, the drop averaged over the squares on it; so do we, by hand."""
    model, images, target = make_net(), make_images(1), 1
    assert (24 - size) % stride == 0  # Captum's last square would be cut off else
    found = sweep(model, images[0], Cover(size, stride, 0.5), target=target)
    drop = (found.uncovered.probability - found.answers.probability).double()
    total, squares = torch.zeros(24, 24, dtype=torch.float64), torch.zeros(24, 24)
    for i, row in enumerate(drop):
        for j, one in enumerate(row):
            window = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
            total[window] += one
            squares[window] += 1
    theirs = Occlusion(model.probabilities).attribute(
        images,
        sliding_window_shapes=(3, size, size),
        strides=(3, stride, stride),
        baselines=0.5,
        target=target,
    )[0, 0]
    both = torch.stack([(total / squares).flatten(), theirs.double().flatten()])
    assert float(torch.corrcoef(both)[0, 1]) >= 0.9999
    torch.testing.assert_close(both[0], both[1], rtol=1e-4, atol=1e-6)


def test_coarse_then_fine_ends_in_the_same_numbers_as_direct(make_net, make_images):
    """One pass over all places in reading order, in a batch of its own each."""
    model, image, watched = make_net(), make_images(1)[0], Map("relu1", 0)
    fine = sweep(model, image, COVER, target=0, watched=watched)
    rows, columns = COVER.places(24, 24)
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            hidden = image.clone()
            hidden[:, y : y + 6, x : x + 6] = 0.5
            direct = answers_to(model, hidden[None], target=0, watched=watched)
            for name in NAMES:
                got = getattr(fine.answers, name)[i, j]
                torch.testing.assert_close(got, getattr(direct, name)[0], rtol=1e-5, atol=1e-6)


def test_the_coarse_grid_comes_first_and_stands_in_for_what_is_not_known(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    stages = places(COVER, 24, 24)
    assert [len(stage) for stage in stages] == [9, 16, 75]
    assert sorted(place for stage in stages for place in stage) == [
        (i, j) for i in range(10) for j in range(10)
    ]
    sweeps = list(stream_sweep(model, image, COVER, target=0))
    assert [one.done for one in sweeps] == [0, 9, 25, 89, 100]
    empty, coarse, last = sweeps[0], sweeps[1], sweeps[-1]
    assert (empty.answers.probability == empty.uncovered.probability).all()
    for i in range(10):
        for j in range(10):
            nearest = min(
                ((a, b) for a in (0, 4, 8) for b in (0, 4, 8)),
                key=lambda place: (abs(place[0] - i), abs(place[1] - j), -place[0], -place[1]),
            )
            wanted = last.answers.probability[nearest]
            torch.testing.assert_close(coarse.answers.probability[i, j], wanted)
    assert coarse.known.nonzero().tolist() == [list(place) for place in stages[0]]


def test_an_answer_is_found_by_its_pixel_once_it_is_measured(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    _, coarse, *_, last = stream_sweep(model, image, COVER, target=0)
    assert coarse.at((2, 4)) is None  # not measured yet: what is there is a neighbour's
    found = last.at((2, 4))
    assert found.probability == last.answers.probability[1, 2]
    assert found.label == last.answers.label[1, 2]
    assert last.at((2, 5)) is None
    assert last.at((20, 0)) is None


def test_the_worst_place_is_one_that_was_measured(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    for found in stream_sweep(model, image, COVER, target=3):
        if found.done:
            assert found.known[found.worst]
            lowest = found.answers.probability[found.known].min()
            assert found.answers.probability[found.worst] == lowest


def test_the_strongest_map_has_the_largest_total(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    maps = model.module[:5]((image[None] - model.mean) / model.std)[0]
    found = strongest_map(model, image, "relu2")
    assert found == Map("relu2", int(maps.sum(dim=(1, 2)).argmax()))


def test_the_net_is_not_touched(make_net, make_images, fingerprint):
    model, image = make_net("batch_norm"), make_images(1)[0]
    before, given = fingerprint(model), image.clone()
    sweep(model, image, COVER, target=0, watched=Map("relu1", 0))
    assert fingerprint(model) == before
    assert torch.equal(image, given)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cover": Cover(25, 1)}, "size must be"),
        ({"cover": Cover(4, 0)}, "stride must be"),
        ({"cover": Cover(4, 4, (0.5, 0.5))}, "one number or 3"),
        ({"cover": Cover(4, 4, (0.5, 0.5, float("inf")))}, "fill must be"),
        ({"target": 5}, "target must be"),
        ({"watched": Map("relu9", 0)}, "No layer"),
        ({"watched": Map("relu1", 8)}, "channel must be"),
        ({"watched": Map("dense", 0)}, "no feature maps"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(change, words, make_net, make_images):
    given = {"cover": COVER, "target": 0, "watched": None, **change}
    with pytest.raises(ValueError, match=words) as caught:
        sweep(make_net(), make_images(1)[0], **given)
    assert str(caught.value).endswith(".")


def test_too_many_places_and_numbers_that_are_none_are_refused(make_net):
    with pytest.raises(ValueError, match="10,000 places"):
        next(stream_sweep(nn.Flatten(), torch.zeros(1, 102, 102), Cover(2, 1), target=0))
    model = make_net(seed=9)
    model.module.dense.weight[:] = 3e38
    with pytest.raises(ValueError, match="not finite"):
        sweep(model, torch.ones(3, 24, 24), COVER, target=0)
