"""The control beside the nine: the same places, another unit, and how alike they are."""

import numpy as np
import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.patches import top_patches
from dlviz.core.probe import activations
from dlviz.core.untrained import untrained
from dlviz.figures.wall_controls import ANOTHER, RANDOM, control
from tests.figures.looking import pictures, small_net

LAYER = "relu2"


def found(kind, *, channel=1, other=None):
    model, pixels = small_net(), pictures(40)
    top = top_patches(model, pixels, layer=LAYER)
    other = untrained(model) if other is None else other
    made = control(model, other, pixels, top, kind=kind, layer=LAYER, channel=channel)
    return made, model, other, pixels, top


def answers(model, pixels, top, channel):
    maps = activations(model, to_unit(pixels[top.indices[channel]]), [LAYER])[LAYER]
    rows, columns = top.positions[channel].unbind(1)
    return maps[torch.arange(9), :, rows, columns]


def test_random_weights_are_asked_at_the_same_places():
    made, _, other, pixels, top = found(RANDOM)
    assert made.channel == 1
    assert made.answers == pytest.approx(answers(other, pixels, top, 1)[:, 1].tolist())
    assert -1 <= made.alike < 0.99
    assert made.title == "Channel 1 with random weights"
    x0, y0, x1, y1 = top.boxes[1, 0].tolist()
    assert made.projections.shape[1:3] >= (y1 - y0, x1 - x0)
    assert made.projections.shape[0] == 9
    assert len(np.unique(made.projections)) > 10


def test_the_same_weights_would_draw_the_same():
    made, *_ = found(RANDOM, other=small_net())
    assert made.alike == pytest.approx(1, abs=1e-5)
    assert "Cosine to this channel’s projections: 1.00" in made.words


def test_another_channel_is_the_one_that_answers_most_besides():
    made, model, _, pixels, top = found(ANOTHER)
    there = answers(model, pixels, top, 1)
    sums = there.sum(0)
    sums[1] = -1
    assert made.channel == int(sums.argmax()) != 1
    assert made.answers == pytest.approx(there[:, made.channel].tolist())
    silent = sum(value <= 0 for value in made.answers)
    assert (f"{silent} of 9 are silent there" in made.words) == (silent > 0)
    assert f"Channel {made.channel}, which answers most" in made.words
