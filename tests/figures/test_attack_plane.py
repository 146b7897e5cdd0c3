"""The plane's regions, words and program: from the numbers that were measured."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
import torch

from dlviz.core.attack_plane import Field, field_of, orthogonal_signs
from dlviz.figures.attack import Study, study
from dlviz.figures.attack_plane import (
    SPANS,
    Turn,
    code,
    first_turn,
    plane_data,
    plane_of,
    reaches,
    regions_of,
    walk_words,
)
from dlviz.figures.colours import class_colour
from dlviz.figures.data_code import held_out_code
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

CLASSES = [f"class {index}" for index in range(20)]


def field(labels, known=None):
    label = torch.tensor(labels)
    one = torch.rand(label.shape, generator=torch.Generator().manual_seed(0))
    known = torch.ones_like(label, dtype=torch.bool) if known is None else torch.tensor(known)
    return Field(3, int(label[len(label) // 2, len(label) // 2]), label, one, one / 2, known)


@pytest.fixture(scope="module")
def fashion():
    model = load_model("fashion_cnn")
    return model, study(model, held_out("fashion_mnist")[0][3])


def test_the_clean_class_is_the_first_region_and_keeps_its_colour():
    found = regions_of(field([[4, 4, 4], [4, 2, 7], [7, 7, 4]]), CLASSES)
    assert [(one.name, one.letter) for one in found] == [
        ("class 2", "A"),
        ("class 4", "B"),
        ("class 7", "C"),
    ]
    assert found[0].colour == class_colour(1)
    assert len({one.colour for one in found}) == 3
    assert [one.share for one in found] == pytest.approx([1 / 9, 5 / 9, 3 / 9])


def test_more_than_eight_classes_share_the_last_region():
    found = regions_of(field(np.arange(25).reshape(5, 5).clip(0, 19).tolist()), CLASSES)
    assert len(found) == 8
    assert found[-1].name == "other classes"
    assert sum(one.share for one in found) == pytest.approx(1)
    assert len({one.colour for one in found}) == 8


def test_the_walks_are_told_with_the_numbers_of_both_axes():
    labels = [[2, 2, 2], [2, 2, 7], [2, 2, 7]]
    assert first_turn(field(labels), "across") == Turn(3, 7, stays=True)
    assert first_turn(field(labels), "up") is None
    words = walk_words(field(labels), SPANS["gradient"], CLASSES)
    assert "Along **the gradient’s sign** the answer is class 7 from ε = 3/255 on" in words
    assert "along **random signs** it stays class 2 up to ε = 3/255" in words
    assert "77.8 % is still class 2" in words
    assert "100 % is still class 2" in walk_words(field([[2] * 3] * 3), SPANS["random"], CLASSES)
    unknown = [[True] * 3, [True, True, False], [True] * 3]
    assert first_turn(field(labels, unknown), "across") is None
    assert "8 of 9 points" in walk_words(field(labels, unknown), SPANS["gradient"], CLASSES)


def test_an_answer_that_comes_back_is_not_said_to_stay():
    labels = [[2] * 5, [2] * 5, [2, 2, 2, 7, 2], [2] * 5, [2] * 5]
    assert first_turn(field(labels), "across") == Turn(3, 7, stays=False)
    words = walk_words(field(labels), SPANS["gradient"], CLASSES)
    assert "the answer is class 7 first at ε = 3/255" in words


def test_a_coarse_grid_is_not_said_to_be_the_smallest_epsilon():
    """The scan of the first view may find a smaller one than the axis of a grid of every third."""
    labels = [[2] * 5, [2] * 5, [2, 2, 2, 7, 7], [2] * 5, [2] * 5]
    found = field(labels)
    assert "asked about every 3/255; the turn may be before" in walk_words(
        found, SPANS["gradient"], CLASSES
    )
    every = replace(found, unit=1)
    assert "may be before" not in walk_words(every, SPANS["gradient"], CLASSES)
    coarse = torch.zeros(5, 5, dtype=torch.bool)
    coarse[::2, ::2] = True
    words = walk_words(replace(every, known=coarse), SPANS["gradient"], CLASSES)
    assert "every 2/255" in words


def test_the_browser_gets_every_number_and_both_directions(fashion):
    model, one = fashion
    plane = plane_of(one, "gradient", 5)
    found = field_of(model, plane, half=4, unit=16, target=one.label)
    data = plane_data(
        plane, found, SPANS["gradient"], model.classes, scene="s", file="f", heading="h"
    )
    signs = np.frombuffer(base64.b64decode(data["signs"]), np.uint8).astype(int)
    np.testing.assert_array_equal(signs // 3 - 1, plane.across.flatten().numpy())
    np.testing.assert_array_equal(signs % 3 - 1, plane.up.flatten().numpy())
    pixels = np.frombuffer(base64.b64decode(data["pixels"]), np.uint8)
    np.testing.assert_array_equal(pixels, one.pixels.flatten().numpy())
    for at, label in enumerate(found.label.flatten().tolist()):
        assert data["names"][data["labels"][at]] == model.classes[label]
        assert data["regions"][data["ranks"][at]]["name"] == model.classes[label]
    assert data["probability"] == pytest.approx(found.probability.flatten().tolist(), abs=1e-4)
    assert data["target"] == model.classes[one.label]


def test_the_control_plane_has_no_chosen_direction(fashion):
    _, one = fashion
    chosen, control = plane_of(one, "gradient", 5), plane_of(one, "random", 5)
    assert torch.equal(chosen.across, one.direction)
    assert torch.equal(chosen.up, orthogonal_signs(one.direction, 5))
    assert torch.equal(control.across, chosen.up)
    for left, right in [
        (control.across, control.up),
        (control.across, one.direction),
        (chosen.across, chosen.up),
    ]:
        assert abs(int((left.int() * right.int()).sum())) <= 1


def test_without_a_gradient_there_is_only_the_control(fashion):
    _, one = fashion
    flat = Study(one.pixels, torch.zeros_like(one.direction), one.label, one.clean)
    with pytest.raises(ValueError, match="rounds to 0"):
        plane_of(flat, "gradient", 0)
    assert plane_of(flat, "random", 0).across.abs().min() == 1


@pytest.mark.parametrize("shape", [(3, 224, 224), (3, 64, 64), (1, 28, 28)])
def test_every_reach_is_whole_steps_and_the_axes_are_on_the_coarse_grid(shape):
    half, offered = reaches(shape)
    assert half % 4 == 0
    assert all(reach % half == 0 for reach in offered)


def test_the_program_prints_what_the_page_shows(fashion, capsys):
    model, one = fashion
    load = 'import dlviz\n\nmodel = dlviz.load_model("fashion_cnn")'
    pixels = f"{held_out_code('fashion_mnist', 28)}\npixels = pixels[3]"
    for span in SPANS:
        exec(code(load, pixels, span, 5, half=4, unit=16), {})
        printed = capsys.readouterr().out.rstrip("\n").split("\n")
        found = field_of(model, plane_of(one, span, 5), half=4, unit=16, target=one.label)
        rows = [
            " ".join(model.classes[at][:4].ljust(4) for at in labels)
            for labels in found.label.flip(0).tolist()
        ]
        assert printed[:9] == rows
        name = model.classes[one.label]
        cut = [f"{steps:4}/255: {name} {share:.3f}" for steps, share in found.along("across")]
        assert printed[9:] == cut
