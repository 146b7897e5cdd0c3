"""The first convolution of every registered model, and of nets made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.first_filters import first_filters
from dlviz.io.models import MODELS, load_model

SHAPES = {
    "creatures_cnn": (48, 3, 7, 7),
    "photo_cnn": (48, 3, 7, 7),
    "fashion_cnn": (16, 1, 5, 5),
    "mobilenet_v2": (32, 3, 3, 3),
    "creatures_7x7": (32, 3, 7, 7),
    "creatures_unlimited": (32, 3, 7, 7),
    "digits_plain": (12, 1, 5, 5),
    "digits_robust": (12, 1, 5, 5),
}
TOO_LARGE = {"creatures_11x11"}


def net(*layers: nn.Module) -> Classifier:
    return Classifier(
        nn.Sequential(*layers), "ab", (0.5,), (0.5,), layers=[], input_shape=(1, 8, 8)
    )


@pytest.mark.parametrize("name", TOO_LARGE)
def test_filters_that_the_lab_does_not_show_are_refused_in_a_sentence(name):
    with pytest.raises(ValueError, match="11×11; up to 7×7 are shown"):
        first_filters(load_model(name))


@pytest.mark.parametrize("name", [name for name in MODELS if name not in TOO_LARGE])
def test_the_registered_models(name):
    """They are the weights that the first convolution really uses: it is run and compared."""
    model = load_model(name)
    filters = first_filters(model)
    assert filters.shape == SHAPES[name]
    assert filters.dtype == np.float64
    seen = []
    first = next(m for m in model.module.modules() if isinstance(m, nn.Conv2d))
    pixels = torch.rand(1, *model.input_shape, generator=torch.Generator().manual_seed(0))
    normal = (pixels - model.mean) / model.std
    hook = first.register_forward_hook(lambda _layer, given, out: seen.append((given[0], out)))
    try:
        model(pixels)
    finally:
        hook.remove()
    torch.testing.assert_close(seen[0][0], normal, msg="it is the layer that sees pixels")
    ours = nn.functional.conv2d(
        normal.double(),
        torch.from_numpy(filters),
        None if first.bias is None else first.bias.double(),
        stride=first.stride,
        padding=first.padding,
    )
    torch.testing.assert_close(seen[0][1].double(), ours, rtol=1e-4, atol=1e-4)


def test_the_array_is_the_callers_own():
    model = net(nn.Conv2d(1, 2, 3))
    kept = first_filters(model).copy()
    filters = first_filters(model)
    filters += 1
    assert np.array_equal(first_filters(model), kept)


def test_it_is_the_first_that_counts():
    model = net(nn.ReLU(), nn.Conv2d(1, 2, 5), nn.Conv2d(2, 4, 3))
    assert first_filters(model).shape == (2, 1, 5, 5)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([nn.Flatten(), nn.Linear(64, 2)], "no convolution"),
        ([nn.Conv2d(1, 2, 8)], "8×8; up to 7×7"),
        ([nn.Conv2d(1, 2, (3, 5))], "3×5"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence(layers, words):
    with pytest.raises(ValueError, match=words) as caught:
        first_filters(net(*layers))
    assert str(caught.value).count(".") == 1
