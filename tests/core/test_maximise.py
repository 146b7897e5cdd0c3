"""Activation maximisation: it climbs, it beats noise and real pictures, its parts by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from dlviz.core.maximise import (
    LOGITS,
    PICTURE,
    Blur,
    Jitter,
    Recipe,
    answers_to,
    channel_mean,
    class_logit,
    gaussian,
    roughness,
    stream_maximise,
    unit,
)
from dlviz.core.paint import Colours, Paint, Pixels, Waves
from dlviz.core.patches import top_patches
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

LAYER, CHANNEL = "relu3", 89
PLAIN = Paint(Pixels(), Colours.plain(3))


def grown(model, objective, paint=PLAIN, recipe=None, seed=0):
    *_, last = stream_maximise(model, objective, paint, recipe or Recipe(24), seed=seed)
    return last


@pytest.fixture(scope="module")
def dream():
    """The one that the lab opens on, and the network."""
    model = load_model("creatures_cnn")
    pixels, _ = held_out("creatures")
    paint = Paint(Waves(64, 64), Colours.of(pixels[:200]))
    return model, pixels, grown(model, unit(LAYER, CHANNEL), paint, Recipe(48))


def test_what_is_to_grow_grows(dream):
    _, _, found = dream
    means = np.convolve(found.values, np.ones(8) / 8, mode="valid")
    # From step to step jitter moves it; its running mean only rises.
    assert all(one < other for one, other in pairwise(means[::4]))
    assert found.values[-1] > 10 * max(found.values[0], 0.1)


def test_it_beats_noise_and_every_held_out_picture_it_is_compared_with(dream):
    model, pixels, found = dream
    strongest = float(answers_to(model, found.pictures[-1:], [LAYER])[LAYER][0, CHANNEL].max())
    real = top_patches(model, pixels[:200], layer=LAYER, k=1).values[CHANNEL, 0]
    noise = torch.rand(100, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    random = top_patches(model, noise, layer=LAYER, k=1).values[CHANNEL, 0]
    assert strongest > float(real) > float(random)


def test_the_film_begins_grey_and_its_pictures_are_pixels(dream):
    _, _, found = dream
    assert found.steps[0] == 0
    assert found.steps[-1] == found.done == 48
    assert len(found.pictures) == len(found.steps) == len(set(found.steps))
    assert found.pictures[0].sub(0.5).abs().max() < 0.1
    assert found.pictures.min() >= 0
    assert found.pictures.max() <= 1


@pytest.mark.parametrize("kind", ["plain", "overlapping", "relu6", "inplace", "smooth"])
@pytest.mark.parametrize(
    "make", [lambda: unit("relu2", 3), lambda: channel_mean("pool1", 2), lambda: class_logit(1)]
)
def test_every_kind_of_network_and_objective_climbs_untouched(make_net, fingerprint, kind, make):
    model = make_net(kind)
    before = fingerprint(model)
    objective = make()
    with torch.no_grad():
        found = grown(model, objective, recipe=Recipe(24, transforms=()))
    assert fingerprint(model) == before
    assert found.values[-1] > found.values[0]
    assert not found.pictures.requires_grad


def test_same_seed_same_picture_and_the_global_generator_stays(make_net):
    model, recipe = make_net(), Recipe(6, transforms=(Jitter(3),))
    state = torch.random.get_rng_state()
    one, again, other = (grown(model, unit("relu2", 3), recipe=recipe, seed=s) for s in (1, 1, 2))
    assert torch.equal(one.pictures, again.pictures)
    assert one.values == again.values
    assert not torch.equal(one.pictures, other.pictures)
    assert torch.equal(state, torch.random.get_rng_state())


def test_a_unit_that_grey_leaves_silent_is_woken(make_net):
    model = make_net()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    silenced = next(
        channel
        for channel in range(12)
        if not answers_to(model, torch.full((1, 3, 24, 24), 0.5), ["relu2"])["relu2"][
            0, channel, 6, 6
        ]
    )
    found = grown(model, unit("relu2", silenced), recipe=Recipe(40, transforms=()))
    assert found.values[0] == 0
    assert found.values[-1] > 0
    assert all(torch.equal(state[name], value) for name, value in model.state_dict().items())


def test_objectives_add_up(make_net, make_images):
    model, images = make_net(), make_images(3)
    one, other = unit("relu1", 2), class_logit(1)
    both = 2 * one - other + 0.5 * roughness()
    answers = answers_to(model, images, both.layers)
    assert set(both.layers) == {"relu1", LOGITS, PICTURE}
    wanted = 2 * one.value(answers) - other.value(answers) + 0.5 * roughness().value(answers)
    assert torch.allclose(both.value(answers), wanted)
    assert torch.equal(one.value(answers), answers["relu1"][:, 2, 12, 12])
    assert torch.equal(other.value(answers), model(images)[:, 1])
    means = answers_to(model, images, ["pool1"])
    assert torch.allclose(channel_mean("pool1", 4).value(means), means["pool1"][:, 4].mean((1, 2)))


def test_roughness_is_the_mean_step_between_neighbours():
    picture = np.random.default_rng(0).random((1, 2, 3, 4))
    down = [abs(picture[0, c, y + 1, x] - picture[0, c, y, x])
            for c in range(2) for y in range(2) for x in range(4)]  # fmt: skip
    across = [abs(picture[0, c, y, x + 1] - picture[0, c, y, x])
              for c in range(2) for y in range(3) for x in range(3)]  # fmt: skip
    value = roughness().value({PICTURE: torch.from_numpy(picture)})
    assert float(value[0]) == pytest.approx(np.mean(down) + np.mean(across))


def test_jitter_is_a_roll_within_its_bounds(make_images):
    images, generator = make_images(2, size=8), torch.Generator().manual_seed(0)
    seen = set()
    for _ in range(60):
        moved = Jitter(1)(images, generator)
        found = [
            (down, right)
            for down in range(8)
            for right in range(8)
            if np.array_equal(np.roll(images.numpy(), (down, right), axis=(2, 3)), moved.numpy())
        ]
        assert len(found) == 1
        seen.add(found[0])
    assert seen == {(down % 8, right % 8) for down in (-1, 0, 1) for right in (-1, 0, 1)}
    assert Jitter(0)(images, generator) is images


def test_blur_is_a_weighted_mean_of_neighbours(make_images):
    image = make_images(1, size=9)
    blurred = Blur(0.8)(image, torch.Generator())
    weights, reach = gaussian(0.8).tolist(), 2
    assert sum(weights) == pytest.approx(1)
    assert weights[reach + 1] / weights[reach] == pytest.approx(np.exp(-1 / (2 * 0.64)))
    for row, column in [(4, 4), (0, 0), (8, 3)]:
        total = sum(
            weights[a + reach] * weights[b + reach]
            * float(image[0, 1, min(8, max(0, row + a)), min(8, max(0, column + b))])
            for a in range(-reach, reach + 1) for b in range(-reach, reach + 1)
        )  # fmt: skip
        assert float(blurred[0, 1, row, column]) == pytest.approx(total, abs=1e-6)


def test_decorrelated_colours_are_uncorrelated_and_there_is_a_way_back(make_images):
    matrix = torch.tensor([[1.0, 0.2, 0], [0.7, 0.5, 0.1], [0.5, 0.1, 1]])
    mixed = torch.einsum("ij,njhw->nihw", matrix, make_images(20))
    colours = Colours.of(mixed)
    back = colours.unmix(mixed)
    assert torch.allclose(colours.mix(back), mixed, atol=1e-5)
    spread = np.cov(back.transpose(0, 1).flatten(1).numpy())
    assert np.allclose(spread / spread[0, 0], np.eye(3), atol=1e-3)
    assert float(colours.matrix.norm(dim=0).max()) == pytest.approx(1)
    assert torch.equal(Colours.plain(3).mix(mixed), mixed)
    with pytest.raises(ValueError, match="independently"):
        Colours.of(make_images(2)[:, :1].expand(-1, 3, -1, -1))


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (6, 5)])
def test_waves_are_a_fourier_series_of_one_over_frequency(size):
    waves = Waves(*size)
    raw = waves.start((1, 1, *size), torch.Generator().manual_seed(0))
    values = waves.values(raw)
    assert values.shape == (1, 1, *size)
    scale = waves.scale().numpy()
    spectrum = (raw[..., 0] + 1j * raw[..., 1]).numpy()[0, 0] * scale
    assert np.allclose(np.fft.irfft2(spectrum, s=size, norm="ortho"), values[0, 0], atol=1e-5)
    assert scale[0, 1] / scale[0, 2] == pytest.approx(
        2 if size[0] <= size[1] else scale[0, 1] / scale[0, 2]
    )
    assert np.mean(scale**2) == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"steps": 2000}, {"rate": 0.0}, {"rate": 2.0}, {"kept": 1}]
)
def test_a_recipe_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\."):
        Recipe(**wrong)


def test_what_is_not_there_is_named(make_net):
    model = make_net()
    for objective, said in [
        (unit("relu2", 12), "from 0 to 11"),
        (unit("dense", 0), "no feature maps"),
        (class_logit(5), "from 0 to 4"),
        (unit("conv9", 0), "conv9"),
    ]:
        with pytest.raises(ValueError, match=said):
            grown(model, objective)
