"""Imitating style: Gram matrices, losses and their slope against loops, scripts and differences."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dlviz.core.maximise import answers_to
from dlviz.core.style import (
    NOISE,
    PICTURE,
    StyleAim,
    StyleLayers,
    StyleRecipe,
    gram,
    roughness_squared,
    stream_imitation,
)

LAYERS = StyleLayers(("relu2",), ("relu1", "relu2", PICTURE), zoom=2)


@pytest.fixture
def two(make_images):
    """A content and a style picture, uint8 3×12×12; the second one is darker and coarser."""
    content, style = make_images(2, size=12)
    style = F.interpolate(style[None, :, ::3, ::3], 12)[0] * 0.5
    return [(picture * 255).round().byte() for picture in (content, style)]


def grown(model, two, recipe, layers=LAYERS):
    *_, last = stream_imitation(model, *two, layers, recipe)
    return last


def test_a_gram_matrix_is_a_sum_over_places(make_images):
    maps = make_images(2, size=5)
    found = gram(maps)
    assert found.shape == (2, 3, 3)
    for n in range(2):
        for a in range(3):
            for b in range(3):
                total = sum(
                    float(maps[n, a, y, x]) * float(maps[n, b, y, x])
                    for y in range(5) for x in range(5)
                )  # fmt: skip
                assert float(found[n, a, b]) == pytest.approx(total / 25, rel=1e-5)
    assert torch.allclose(found, torch.einsum("nahw,nbhw->nab", maps, maps) / 25)


def test_a_gram_matrix_forgets_where(make_images):
    maps = make_images(1, size=6)
    order = torch.randperm(36, generator=torch.Generator().manual_seed(0))
    moved = maps.flatten(2)[..., order].view_as(maps)
    assert not torch.equal(moved, maps)
    assert torch.allclose(gram(moved), gram(maps), atol=1e-6)


def test_the_losses_are_those_of_a_plain_script(make_net, two):
    """numpy on what the network answers to the enlarged pictures, taken another way."""
    model = make_net()
    content, style = (picture[None].float() / 255 for picture in two)
    aim = StyleAim.of(model, content, style, LAYERS)
    picture = 0.3 * content + 0.7 * style.flip(3)
    found = [float(part) for part in aim.parts(picture)]

    def answers(shown):
        large = F.interpolate(shown, (24, 24), mode="bilinear", align_corners=False)
        maps = answers_to(model, large, ["relu1", "relu2"])
        maps["picture"] = shown  # as it is, not enlarged
        return {name: item[0].detach().double().numpy() for name, item in maps.items()}

    def own_gram(maps):
        flat = maps.reshape(len(maps), -1)
        return flat @ flat.T / flat.shape[1]

    now, meant, look = answers(picture), answers(content), answers(style)
    kept = ((now["relu2"] - meant["relu2"]) ** 2).sum() / (meant["relu2"] ** 2).sum()
    pairs = [(own_gram(now[name]), own_gram(look[name])) for name in (*LAYERS.style[:2], "picture")]
    taken = np.mean([((one - other) ** 2).sum() / (other**2).sum() for one, other in pairs])
    pixels = now["picture"]
    rough = np.mean(np.diff(pixels, axis=1) ** 2) + np.mean(np.diff(pixels, axis=2) ** 2)
    assert found == pytest.approx([kept, taken, rough], rel=1e-4)


def test_what_is_met_costs_nothing(make_net, two):
    content, style = (picture[None].float() / 255 for picture in two)
    aim = StyleAim.of(make_net(), content, style, LAYERS)
    assert float(aim.parts(content)[0]) == 0
    assert float(aim.parts(style)[1]) == pytest.approx(0, abs=1e-9)
    assert float(roughness_squared(torch.full((1, 3, 4, 4), 0.3))) == 0
    black = torch.zeros_like(style)  # has no size to be measured by
    assert all(
        torch.isfinite(part)
        for part in StyleAim.of(make_net(), black, black, LAYERS).parts(content)
    )


def test_the_slope_is_that_of_finite_differences(make_net, two):
    model = make_net("smooth").double()
    content, style = (picture[None].double() / 255 for picture in two)
    aim = StyleAim.of(model, content, style, LAYERS)
    weights = (0.7, 3.0, 5.0)

    def total(picture):
        return sum(weight * part for weight, part in zip(weights, aim.parts(picture), strict=True))

    picture = (0.5 * content + 0.5 * style).requires_grad_()
    (slope,) = torch.autograd.grad(total(picture), picture)
    base = picture.detach()
    generator = torch.Generator().manual_seed(1)
    for _ in range(8):
        way = torch.randn(base.shape, generator=generator, dtype=torch.float64)
        ahead, behind = total(base + 1e-5 * way), total(base - 1e-5 * way)
        assert float((ahead - behind) / 2e-5) == pytest.approx(float((slope * way).sum()), rel=1e-5)


def test_the_loss_falls_from_picture_to_picture(make_net, two):
    recipe = StyleRecipe(steps=40, kept=8)
    film = grown(make_net(), two, recipe)
    assert film.steps == (0, *sorted(film.steps[1:]))
    assert (film.steps[-1], len(film.losses)) == (40, 41)
    assert torch.equal(film.pictures[0], two[0])
    totals = [recipe.total(film.losses[step]) for step in film.steps]
    assert totals == sorted(totals, reverse=True)
    assert film.losses[-1].style < 0.2 * film.losses[0].style
    assert film.losses[0].content == 0 < film.losses[-1].content


def test_a_loss_of_the_film_is_that_of_its_picture(make_net, two):
    film = grown(make_net(), two, StyleRecipe(steps=12, kept=4))
    aim = StyleAim.of(make_net(), *(picture[None].float() / 255 for picture in two), LAYERS)
    for step, picture in zip(film.steps, film.pictures, strict=True):
        style = float(aim.parts(picture[None].float() / 255)[1])
        assert style == pytest.approx(film.losses[step].style, rel=0.05)  # rounded to 8 bits


def test_the_weights_pull_where_they_should(make_net, two):
    base = StyleRecipe(steps=40, kept=2, smooth_weight=0.0)
    ends = [
        grown(make_net(), two, replace(base, style_weight=weight)).losses[-1]
        for weight in (0.1, 3.0, 100.0)
    ]
    assert ends[0].style > ends[1].style > ends[2].style
    assert ends[0].content < ends[1].content < ends[2].content
    smooth = grown(make_net(), two, replace(base, smooth_weight=1000.0)).losses[-1].smooth
    assert smooth < ends[1].smooth
    noise = replace(base, start=NOISE, content_weight=0.0, steps=60)
    texture = grown(make_net(), two, noise)
    assert texture.losses[-1].style < 0.1 * texture.losses[0].style


def test_same_seed_same_picture_and_nobody_elses_numbers(make_net, two):
    model, recipe = make_net(), StyleRecipe(steps=4, start=NOISE, seed=3)
    state = torch.get_rng_state()
    one, again = (grown(model, two, recipe) for _ in range(2))
    assert torch.equal(one.pictures, again.pictures)
    assert torch.equal(torch.get_rng_state(), state)
    other = grown(model, two, replace(recipe, seed=4))
    assert not torch.equal(one.pictures[0], other.pictures[0])


def test_the_newest_picture_is_always_shown(make_net, two):
    recipe = StyleRecipe(steps=9, kept=3)
    for at, film in enumerate(stream_imitation(make_net(), *two, LAYERS, recipe)):
        assert film.done == film.steps[-1] == at
        assert len(film.pictures) == len(film.steps) == len(set(film.steps))


def test_the_model_stays_as_it_was_and_two_threads_agree(make_net, two, fingerprint):
    model, recipe = make_net("overlapping"), StyleRecipe(steps=6)
    before = fingerprint(model)
    with torch.no_grad():
        alone = grown(model, two, recipe)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(grown(model, two, recipe))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [torch.equal(film.pictures, alone.pictures) for film in found] == [True, True]
    assert fingerprint(model) == before
    assert all(weight.grad is None for weight in model.parameters())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0}, {"steps": 5000}, {"kept": 1}, {"start": "dream"}, {"style_weight": -1.0},
        {"style_weight": 0.0, "content_weight": 0.0, "smooth_weight": 0.0},
    ],
)  # fmt: skip
def test_a_recipe_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\."):
        StyleRecipe(**wrong)


def test_pictures_of_another_kind_are_refused(make_net, two):
    with pytest.raises(ValueError, match="uint8"):
        grown(make_net(), [two[0].float(), two[1]], StyleRecipe(steps=1))
    with pytest.raises(ValueError, match="256"):
        grown(make_net(), [two[0], torch.zeros(3, 300, 300).byte()], StyleRecipe(steps=1))
    with pytest.raises(ValueError, match="conv9"):
        grown(make_net(), two, StyleRecipe(steps=1), StyleLayers(("conv9",), (PICTURE,)))
