"""Snapshots as pictures: which weights, on which scale, and what cannot be shown."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from dlviz.core.layers import build
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.core.specs import NetSpec, RunSpec, layer
from dlviz.figures.snapshots import MOST, pixel_weights, shared_limit, snapshot_wall

GREY = DataFacts(("a", "b"), (1, 8, 8), (0.5,), (0.25,))
COLOUR = DataFacts(("a", "b"), (3, 8, 8), (0.5,) * 3, (0.25,) * 3)
CONV = (layer("conv", channels=4, kernel=3), layer("relu"), layer("flatten"), layer("dense"))
NETS = {
    "conv": CONV,
    "norm": (CONV[0], layer("batch_norm"), *CONV[1:]),
    "residual": (layer("residual", channels=4), layer("flatten"), layer("dense")),
    "dense": (layer("flatten"), layer("dense", units=5), layer("relu"), layer("dense")),
}
SIZES = {"conv": (4, 3), "norm": (4, 3), "residual": (4, 3), "dense": (5, 8)}


def shot(net="conv", facts=GREY, *, step=0, times=1.0):
    spec = RunSpec(NetSpec(NETS[net]))
    module, _ = build(spec.net, facts.shape, 2, torch.Generator().manual_seed(0))
    weights = {name: times * value for name, value in module.state_dict().items()}
    return Snapshot(step, 0.0, weights, spec, facts)


@pytest.mark.parametrize("facts", [GREY, COLOUR], ids=["grey", "colour"])
@pytest.mark.parametrize("net", NETS)
def test_the_first_weights_are_pictures(net, facts):
    snapshot = shot(net, facts)
    weights = pixel_weights(snapshot)
    count, side = SIZES[net]
    assert weights.shape == (count, facts.shape[0], side, side)
    first = next(value for value in snapshot.classifier.module.parameters() if value.ndim > 1)
    assert torch.equal(weights.flatten(), first.flatten())
    picture = snapshot_wall(snapshot, shared_limit([snapshot])).picture
    assert picture.dtype == np.uint8
    assert picture.ndim == 3


def test_one_scale_for_all_steps_so_that_growth_is_seen():
    small, large = shot(times=0.01), shot(step=8)
    limit = shared_limit([small, large])
    assert limit == shared_limit([large]) > 50 * shared_limit([small])
    pale, strong = (snapshot_wall(item, limit).picture for item in (small, large))
    assert pale.min() > 240, "almost white beside the other"
    assert strong.min() < 100
    assert np.array_equal(snapshot_wall(large, limit).picture, strong)


def test_a_first_layer_that_sees_no_pixels_is_not_shown():
    snapshot = shot()
    deep = {"x": torch.zeros(2, 7, 3, 3)}
    for weights in ({}, deep, {"bias": torch.zeros(3)}, {"x": torch.zeros(2, 65)}):
        other = replace(snapshot, weights=weights)
        assert pixel_weights(other) is None
        assert shared_limit([other]) is None
        with pytest.raises(ValueError, match="do not look at pixels"):
            snapshot_wall(other, 1.0)


def test_a_diverged_snapshot_is_refused_and_leaves_the_others_their_scale():
    good, bad = shot(), shot(step=4, times=float("nan"))
    assert shared_limit([good, bad]) == shared_limit([good])
    with pytest.raises(ValueError, match="not finite"):
        snapshot_wall(bad, 1.0)


def test_of_many_units_the_first_are_shown_and_said_so():
    snapshot = replace(shot("dense"), weights={"dense.weight": torch.rand(300, 64)})
    words = snapshot_wall(snapshot, 1.0).words
    assert words.startswith(f"{MOST} (of 300) units, the weights of each as a picture")
    assert snapshot_wall(shot(), 1.0).words.startswith("4 filters of the first layer; one scale")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_background_is_the_pages(theme):
    paper = {"light": (255, 255, 255), "dark": (20, 22, 27)}[theme]
    picture = snapshot_wall(shot(), 1.0, theme=theme, background=paper).picture
    assert tuple(picture[0, 0]) == paper
