"""The plane's script under Node: the same pictures as Python's, byte for byte, and its words."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.attack_plane import Plane, orthogonal_signs, random_signs
from dlviz.ui.components.plane import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node


def data(**changes):
    """5×5 points, two steps apart; the answer changes to the right of the middle."""
    labels = [0, 0, 0, 1, 1] * 5
    return {
        **{"half": 2, "unit": 2, "labels": labels, "names": ["cup", "bowl"], "target": "cup"},
        **{"confidence": [0.9] * 25, "known": [1] * 25, "axes": ["the sign", "noise"]},
        **{"probability": [0.04 * at for at in range(25)], "start": [0, 0]},
        **changes,
    }


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 5, 4)])
@pytest.mark.parametrize("point", [(0, 0), (3, -5), (-40, 90), (255, 0)])
def test_a_picture_of_the_plane_is_pythons_byte_for_byte(shape, point):
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    across = random_signs(shape, 3)
    across[0, 0, 0] = 0
    plane = Plane(pixels, across, orthogonal_signs(across, 0))
    value = {
        "pixels": pixels.flatten().tolist(),
        "signs": ((plane.across + 1) * 3 + plane.up + 1).flatten().tolist(),
        "channels": shape[0],
        "point": list(point),
    }
    got = in_node(
        script(),
        "Array.from(pictureAt(value.pixels, value.signs, value.channels, ...value.point))",
        value,
    )
    rgba = torch.tensor(got).view(*shape[1:], 4)
    assert torch.equal(rgba[..., :3].permute(2, 0, 1), plane.at(*point).expand(3, -1, -1).long())
    assert (rgba[..., 3] == 255).all()


def test_points_are_snapped_to_the_grid_and_kept_inside():
    asked = [[0.9, -0.9], [1.1, 3.2], [99, -99], [-0.2, 0.2]]
    got = in_node(script(), "value[1].map(point => snapped(value[0], point))", [data(), asked])
    assert got == [[0, 0], [2, 4], [4, -4], [0, 0]]
    assert in_node(script(), "[indexOf(value, [0, 0]), indexOf(value, [4, -4])]", data()) == [12, 4]


def test_a_spoilt_address_is_no_point():
    texts = ["2.-4", "0.0", "1.0", "6.0", "2", "a.b", "2.-4.1", None, "", "9999.0"]
    got = in_node(script(), "value[1].map(text => pointIn(value[0], text))", [data(), texts])
    assert got == [[2, -4], [0, 0], *[None] * 8]


def test_under_a_pixel_of_the_canvas_lies_the_point_that_is_drawn_there():
    expression = """(() => {
      const { left, top, size } = fieldArea(430), cell = size / 5;
      return [-4, -2, 0, 2, 4].map(steps => pointUnder(value, 430,
        left + (steps / 2 + 2.5) * cell, top + (2.5 - steps / 2) * cell));
    })()"""
    got = in_node(script(), expression, data())
    for point, steps in zip(got, [-4, -2, 0, 2, 4], strict=True):
        assert point == pytest.approx([steps, steps], abs=1e-9)


def test_words_have_the_numbers_of_the_point():
    said = in_node(
        script(),
        "[[0, 0], [2, 0], [2, -4]].map(at => [whereText(value, at), pointText(value, at)])",
        data(known=[1] * 12 + [1, 0] + [1] * 11),
    )
    assert said[0] == ["The picture as it is", "Nothing is added: the net says “cup”, 90.0 %."]
    assert said[1][0] == "2/255 along the sign"
    assert said[1][1] == (
        "ε = 2/255: the net says “bowl”, 90.0 %; “cup” has 52.0 % left "
        "(not measured yet: the nearest point’s numbers)."
    )
    assert said[2][0] == "2/255 along the sign, −4/255 along noise"
    assert said[2][1].startswith("No pixel has moved by more than 6/255: the net says “bowl”")


def test_a_cut_has_only_what_is_measured():
    value = data(known=[1] * 12 + [1, 0] + [1] * 11)
    cuts = in_node(script(), "[cutOf(value, 0), cutOf(value, 1)]", value)
    assert [steps for steps, _ in cuts[0]] == [-4, -2, 0, 4]
    assert [at for _, at in cuts[1]] == pytest.approx([0.04 * at for at in (2, 7, 12, 17, 22)])


@pytest.mark.parametrize(
    ("share", "text"), [(0, "< 0.1 %"), (0.3351, "33.5 %"), (0.9996, "> 99.9 %")]
)
def test_no_probability_is_certain(share, text):
    assert in_node(script(), "percentText(value)", share) == text
