"""The five answers as pictures and as a page's HTML, and the code that computes them."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.attributions import grad_cam, gradient, guided, smooth_gradient
from dlviz.core.data import to_unit
from dlviz.core.deconv_stages import descend, strongest_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.figures import attributions as figure
from dlviz.figures.colours import magnitude_colours
from dlviz.figures.deconv_code import descent_code
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from tests.core.conftest import make_images, make_net

__all__ = ["make_images", "make_net"]


@pytest.fixture
def asked(make_net, make_images):
    model, image = make_net("overlapping"), make_images(1)[0]
    unit = strongest_unit(model, image, layer="relu2", channel=5)
    return model, image, unit, figure.Cam(unit, "pool1", "Here: <pool 1>.")


def test_every_answer_is_its_methods_own(asked):
    model, image, unit, _ = asked
    told = list(figure.answers(*asked))
    assert [done for done, _ in told] == [1, 4, 9, 14, 19, 24, 29]
    assert told[-1][0] == figure.OTHERS + figure.COPIES
    found = told[-1][1]
    assert set(found) == set(figure.METHODS)
    wanted = {
        "deconvnet": deconvnet(model, image[None], layer="relu2", channel=5)[0],
        "guided": guided(model, image, unit),
        "gradient": gradient(model, image, unit),
        "smooth": smooth_gradient(
            model, image, unit, count=figure.COPIES, sigma=figure.SIGMA, seed=figure.SEED
        ),
        "grad_cam": grad_cam(model, image, unit, layer="pool1"),
    }
    for name, tensor in wanted.items():
        torch.testing.assert_close(found[name], tensor)
    assert "smooth" not in told[1][1]  # what was told before does not change afterwards


def test_where_pools_follow_every_relu_two_rules_agree_and_the_page_says_why(asked):
    *_, (_, found) = figure.answers(*asked)
    told = figure.agreement(found)
    one, other = found["deconvnet"].flatten(), found["guided"].flatten()
    assert f"cosine {float(one @ other / one.norm() / other.norm()):.2f}" in told
    assert "the switches lead to active units, wherever a window has one" in told
    apart = figure.agreement({"deconvnet": torch.ones(2), "guided": torch.tensor([1.0, 0.0])})
    assert "cosine 0.71" in apart
    assert "switches" not in apart
    assert figure.agreement({"deconvnet": torch.ones(2)}) == ""
    assert figure.agreement({"deconvnet": torch.zeros(2), "guided": torch.zeros(2)}) == ""


def test_pictures_are_drawn_as_far_as_they_are_known(asked):
    _, image, _, cam = asked
    told = list(figure.answers(*asked))
    for _, found in told:
        drawn = figure.pictures(image, found, "light")
        assert set(drawn) == {"picture", *found}
        assert all(picture.shape == (24, 24, 3) for picture in drawn.values())
        html = figure.gallery(drawn, cam)
        assert len(re.findall("<figure>", html)) == len(found)
    assert "Here: &lt;pool 1&gt;." in html
    for method in figure.METHODS.values():
        assert method.title in html
        assert method.negative.split(":")[0] in html


def test_grad_cams_cells_have_their_colour_over_the_greys(asked):
    _, image, _, _ = asked
    cam = torch.tensor([[0.0, 1.0], [0.5, 0.0]])
    drawn = figure.pictures(image, {"grad_cam": cam}, "light")
    grey = drawn["picture"].mean(axis=2, keepdims=True)
    cells = magnitude_colours(cam.numpy()).repeat(12, axis=0).repeat(12, axis=1)
    assert np.array_equal(drawn["grad_cam"], np.rint(0.6 * cells + 0.4 * grey).astype(np.uint8))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_saved_picture_holds_them_all(asked, theme):
    _, image, _, _ = asked
    *_, (_, found) = figure.answers(*asked)
    drawn = figure.pictures(image, found, theme)
    with Image.open(BytesIO(figure.saved_answers(drawn, "a title", theme))) as saved:
        array = np.asarray(saved)
    scale = 224 // 24
    for place, picture in enumerate(drawn.values()):
        left = 16 + place * (24 * scale + 16)
        shown = array[84 : 84 + 24 * scale : scale, left : left + 24 * scale : scale]
        assert np.array_equal(shown, picture)


@pytest.mark.parametrize("rule", ["deconvnet", "guided"])
def test_the_shown_code_runs_and_computes_the_same(rule, capsys):
    model = load_model("fashion_cnn")
    pixels, _ = held_out(model.data)
    image = to_unit(pixels[3])
    unit = strongest_unit(model, image, layer="relu2", channel=10)
    picture = 'from dlviz.io.datasets import held_out\n\npixels = held_out("fashion_mnist")[0][3]'
    cam = figure.Cam(unit, "pool1", "")
    space: dict[str, object] = {}
    exec(descent_code("fashion_cnn", unit, rule, cam, own=False, picture=picture), space)
    found = descend(model, image, unit, rule)
    assert torch.equal(space["found"].signal, found.signal)
    assert f"relu2: activation {found.value:.4f}" in capsys.readouterr().out
    class_cam = figure.Cam(7, "relu1", "")
    other = descent_code("fashion_cnn", unit, rule, class_cam, own=False, picture=picture)
    assert "grad_cam(model, image, 7, layer='relu1')" in other
    own = descent_code("my-1", unit, rule, cam, own=True, picture=picture)
    assert 'Path("my-1.safetensors")' in own
    compile(own, "own", "exec")
