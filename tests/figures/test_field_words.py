"""The receptive field in words: numbers by hand, every case its sentence."""

import pytest

from dlviz.figures.field_words import field_words, whole_field
from dlviz.io.models import load_model


def by_hand(chain, last):
    """Each layer adds (size − 1) × the strides before it."""
    side, step = 1, 1
    for name, module in chain.named_children():
        size, stride = getattr(module, "kernel_size", 1), getattr(module, "stride", 1)
        size, stride = (value[0] if isinstance(value, tuple) else value for value in (size, stride))
        side, step = side + (size - 1) * step, step * stride
        if name == last:
            return side
    raise AssertionError(last)


@pytest.mark.parametrize("layer", ["relu1", "pool2", "relu3", "relu4", "pool3"])
def test_a_field_is_as_large_as_the_strides_say_also_beyond_the_picture(layer):
    model = load_model("creatures_cnn")
    side = by_hand(model.module, layer)
    assert whole_field(model, layer, 64, 64) == (side, side)
    if layer == "pool3":
        assert side > 64


def test_a_layer_that_cannot_be_followed_has_none():
    assert whole_field(load_model("creatures_cnn"), "dense1", 64, 64) is None


@pytest.mark.parametrize(
    ("field", "boxes", "said"),
    [
        ((7, 7), [[3, 3, 10, 10]] * 9, "A unit here sees 7×7 pixels of 64×64."),
        (
            (51, 51),
            [[0, 0, 51, 51], [0, 0, 40, 51]],
            "A unit here sees 51×51 pixels of 64×64; 1 of the 2 patches are cut off at the border.",
        ),
        (
            (83, 83),
            [[0, 0, 64, 64]] * 9,
            "A unit here sees 83×83 pixels, more than the picture’s 64×64: each sees the whole "
            "picture.",
        ),
        (
            (83, 83),
            [[0, 0, 64, 64]] * 2 + [[0, 0, 50, 64]] * 7,
            "A unit here sees 83×83 pixels, more than the picture’s 64×64: 2 of the 9 see the "
            "whole picture.",
        ),
        (
            (67, 67),
            [[0, 0, 50, 64]],
            "A unit here sees 67×67 pixels, more than the picture’s 64×64.",
        ),
        (None, [[0, 0, 64, 64]] * 9, "Each sees the whole picture."),
        (None, [[0, 0, 60, 64]] * 9, ""),
    ],
)
def test_every_case_has_its_sentence(field, boxes, said):
    assert field_words(field, (64, 64), boxes) == said
