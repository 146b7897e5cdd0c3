"""The attack from inside in pictures and words: every number from what was measured."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.attack_inside import LOGITS, PIXELS, ChangedMaps, Depth
from dlviz.core.attacks import fgsm
from dlviz.core.attributions import grad_cam
from dlviz.core.data import to_unit
from dlviz.core.occlusion import occlusion
from dlviz.core.occlusion_sweep import sweep
from dlviz.figures.attack import attacked, study
from dlviz.figures.attack_inside import (
    answer_words,
    changed_in,
    chart,
    code,
    depth_words,
    inside,
    layers_of,
    opening_layer,
    over_depth,
)
from dlviz.figures.attack_maps import (
    cam_layer,
    cam_panels,
    changed_table,
    changed_words,
    cover_of,
    gallery,
    laid_over,
    limit_of,
    occlusion_panels,
    saved,
)
from dlviz.figures.colours import signed_colours
from dlviz.figures.data_code import held_out_code
from dlviz.figures.hidden import Hidden
from dlviz.figures.layer_names import look_layers
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

LAYERS = {"relu1": Hidden("conv 1", 9, False), "relu2": Hidden("conv 2", 9, False)}


@pytest.fixture(scope="module")
def fashion():
    """The net, its layers, and an FGSM of ε = 40/255 on a held-out picture."""
    model = load_model("fashion_cnn")
    one = study(model, held_out("fashion_mnist")[0][3])
    image = to_unit(one.pixels)[None]
    found = fgsm(model, image, torch.tensor([one.label]), 40 / 255)[0]
    return model, layers_of(model), inside(model, one, found, 40), one


def depth_of(adversarial, *controls):
    rows = torch.tensor([adversarial, *controls], dtype=torch.float64)
    return Depth((PIXELS, *LAYERS, LOGITS), rows, 1 - rows)


def test_the_pictures_are_8_bit_and_the_first_control_is_the_labs(fashion):
    model, _, seen, one = fashion
    theirs = attacked(model, one, 40)
    assert torch.equal(seen.adversarial, theirs.pixels)
    torch.testing.assert_close(seen.answers[1], theirs.probabilities)
    torch.testing.assert_close(seen.answers[2], theirs.control)
    assert seen.fooled
    moved = (seen.controls.short() - seen.pixels.short()).abs()
    assert moved.max() == 40
    assert len({tuple(control.flatten().tolist()) for control in seen.controls}) == 5


def test_the_attack_grows_and_the_noise_does_not(fashion):
    model, layers, seen, _ = fashion
    relative = over_depth(model, seen, layers).relative
    assert relative[0, 0] == pytest.approx(float(relative[1:, 0].mean()), rel=0.1)
    assert relative[0, -1] > 2 * relative[1:, -1].max()


def test_the_words_have_the_place_where_it_is_farthest():
    words = depth_words(depth_of([0.02, 0.1, 0.5, 0.3], [0.02, 0.05, 0.1, 0.1]), LAYERS)
    assert "is 2.0 % of the picture’s length and the random signs 2.0 %" in words
    assert "At layer 2, **conv 2**: 50.0 % against 10.0 %" in words
    assert "grown **×25**, the noise ×5" in words
    assert "(ε is 0)" in depth_words(depth_of([0.0] * 4, [0.0] * 4), LAYERS)
    assert "gradient is 0" in depth_words(depth_of([0.0] * 4, [0.1] * 4), LAYERS)
    far = depth_words(depth_of([0.2, 1.083, 1.0, 0.3], [0.2, 0.05, 0.1, 0.1]), LAYERS)
    assert "108.3 % against 5.0 %" in far, "a distance may be longer than the answer"
    silent = depth_of([0.02, np.nan, 0.04, 0.3], [0.02, np.nan, 0.1, 0.1])
    assert "conv 2" in depth_words(silent, LAYERS)


@pytest.mark.parametrize(("measure", "unit", "times"), [("relative", " %", 100), ("angle", "°", 1)])
def test_the_chart_shows_attack_mean_and_band(measure, unit, times):
    found = depth_of([0.0, 0.1, 0.5, 0.3], [0.0, 0.05, 0.1, 0.1], [0.0, 0.15, 0.2, 0.3])
    figure = chart(found, LAYERS, "relu2", measure=measure)
    band, noise, attack = figure.data
    values = times * (found.relative if measure == "relative" else torch.rad2deg(
        torch.arccos(found.cosine)))  # fmt: skip
    np.testing.assert_allclose(attack.y, values[0])
    np.testing.assert_allclose(noise.y, values[1:].mean(dim=0))
    np.testing.assert_allclose(
        band.y, [*values[1:].max(0).values, *values[1:].min(0).values.flip(0)]
    )
    assert attack.line.dash != noise.line.dash
    assert unit in attack.hovertemplate
    assert figure.layout.shapes[0].x0 == 2
    assert list(figure.layout.xaxis.ticktext) == ["pixels", "1", "2", "logits"]


def test_a_layer_to_open_with_still_shows_where(fashion):
    model, layers, _, _ = fashion
    look = look_layers(model)
    name = opening_layer(layers, look)
    assert look[name].height >= 12
    assert opening_layer(LAYERS, {}) == "relu2"
    cam, words = cam_layer(layers, look)
    assert look[cam].height >= 5
    assert words == layers[cam].title
    assert cam_layer(LAYERS, {}) == ("", "")


def maps(values):
    """One map: clean, adversarial, control."""
    clean, adversarial, control = (torch.tensor([[row]], dtype=torch.float32) for row in values)
    return ChangedMaps("relu1", 4, (3,), (0.25,), clean, adversarial, control)


def test_the_table_has_the_share_and_one_scale():
    found = maps([[1.0, 2.0], [1.0, -4.0], [1.0, 2.0]])
    assert limit_of(found) == pytest.approx(6.0, rel=0.02)
    table = changed_table(found, "light")
    assert "3</b><br>25.0 %" in table
    assert table.count("<img") == 4
    words = changed_words(found, "conv 1")
    assert "the 1 of its 4 maps" in words
    assert "hold 25.0 % of its squared distance" in words


def test_units_of_a_vector_are_numbers_in_colour():
    found = maps([[1.0], [-2.0], [1.5]])
    table = changed_table(found, "dark")
    assert "<img" not in table
    for text in ("1.00", "−2.00", "−3.00", "0.50"):
        assert f">{text}</i>" in table
    rgb = tuple(signed_colours([-2.0], 3.0, "dark")[0].tolist())
    assert f"rgb{rgb}" in table
    assert "answers with a vector" in changed_words(found, "dense 1")


def test_grad_cam_is_asked_before_and_after_on_one_scale(fashion):
    model, layers, seen, _ = fashion
    layer, _ = cam_layer(layers, look_layers(model))
    panels = cam_panels(model, seen, layer)
    was, now = model.classes[seen.label], model.classes[seen.found]
    assert [one.title for one in panels] == [
        f"clean x, for “{was}”",
        f"adversarial x′, for “{now}”",
        f"adversarial x′, for “{was}”",
        f"random signs, for “{was}”",
    ]
    asked = [
        (seen.pixels, seen.label),
        (seen.adversarial, seen.found),
        (seen.adversarial, seen.label),
        (seen.controls[0], seen.label),
    ]
    cams = [grad_cam(model, to_unit(pixels), target, layer=layer) for pixels, target in asked]
    limit = max(float(cam.max()) for cam in cams)
    for panel, cam, (pixels, _) in zip(panels, cams, asked, strict=True):
        picture = pixels.permute(1, 2, 0).expand(-1, -1, 3).numpy()
        np.testing.assert_array_equal(panel.picture, laid_over(picture, cam, limit))
    assert gallery(panels).count("<figure>") == 4


def test_occlusion_says_where_the_old_answer_comes_back(fashion):
    model, _, seen, _ = fashion
    cover = cover_of(tuple(seen.pixels.shape))
    clean = sweep(model, to_unit(seen.pixels), cover, target=seen.label)
    after = sweep(model, to_unit(seen.adversarial), cover, target=seen.found)
    panels = occlusion_panels(seen, clean, after, model.classes, "light")
    options = {"size": cover.size, "stride": cover.stride, "fill": cover.fill}
    every = [
        occlusion(model, to_unit(seen.adversarial), target=label, **options)
        for label in range(len(model.classes))
    ]
    back = torch.stack(every).argmax(dim=0) == seen.label
    assert f"again at {int(back.sum())} of {back.numel()} places" in panels[2].words
    assert model.classes[seen.found] in panels[1].title


def test_the_saved_picture_has_a_row_for_each_picture(fashion):
    model, layers, seen, _ = fashion
    found = changed_in(model, seen, opening_layer(layers, look_layers(model)))
    picture = np.asarray(Image.open(BytesIO(saved(found, [], "heading", ["words"], "light"))))
    assert picture.shape[0] > 4 * 120
    cell = picture[82 + 28 : 82 + 28 + 120, 160 : 160 + 120]
    wanted = signed_colours(found.clean[0].numpy(), limit_of(found), "light")
    again = np.asarray(Image.open(BytesIO(saved(found, [], "ε", ["w " * 100], "light"))))
    assert again.shape[0] == picture.shape[0] + 26, "a long line is broken"
    assert (cell[60, 60] == wanted[wanted.shape[0] // 2, wanted.shape[1] // 2]).all()


def test_the_answers_in_words(fashion):
    model, _, seen, _ = fashion
    words = answer_words(seen, model.classes)
    for row in seen.answers[:3]:
        assert f"**{model.classes[int(row.argmax())]}**" in words
    assert "ε = 40/255" in words


def test_the_program_prints_what_the_page_shows(fashion, capsys):
    model, layers, seen, _ = fashion
    layer = opening_layer(layers, look_layers(model))
    load = 'import dlviz\n\nmodel = dlviz.load_model("fashion_cnn")'
    pixels = f"{held_out_code('fashion_mnist', 28)}\npixels = pixels[3]"
    exec(code(load, pixels, "fgsm", 40, layer), {})
    lines = capsys.readouterr().out.strip().split("\n")
    found = over_depth(model, seen, layers)
    for line, place, (attack, noise, *_) in zip(
        lines, found.places, found.relative.T.tolist(), strict=False
    ):
        assert line == f"{place}: adversarial {attack:.3f}, random signs {noise:.3f}"
    changed = changed_in(model, seen, layer)
    named = [f"map {channel}: " for channel in changed.channels]
    assert [line[: len(name)] for line, name in zip(lines[-6:], named, strict=True)] == named
    exec(code(load, pixels, "pgd", 40, ""), {})
    assert len(capsys.readouterr().out.strip().split("\n")) == 2
