"""An imitation's scene, its words, and the program that grows the same picture."""

from __future__ import annotations

import base64
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import models

from dlviz.core.style import NOISE, STYLE_NETS, StyleRecipe, StyleWish, stream_imitation
from dlviz.figures.style import style_code, style_net_words, style_scene, style_words
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit
from dlviz.io.style_films import STYLE_FILMS, load_style_net, read_film, stream_film

SMALL = StyleWish("photo_cnn", "cat", "text", 32, StyleRecipe(steps=3))


@pytest.fixture(scope="module")
def pair():
    return tuple(fit(load_photograph(name), 32) for name in (SMALL.content, SMALL.style))


def grown(wish, pair):
    *_, film = stream_film(load_style_net(wish.net), *pair, wish)
    return film


def picture(text):
    return np.asarray(Image.open(BytesIO(base64.b64decode(text)), formats=("WEBP",)))


def test_a_scene_has_every_picture_and_every_loss(pair):
    film = grown(SMALL, pair)
    scene = style_scene(film, SMALL, pair, ("Cat", "Text"))
    assert scene["steps"] == [0, 1, 2, 3]
    assert [picture(frame).shape for frame in scene["frames"]] == [(32, 32, 3)] * 4
    off = np.abs(picture(scene["frames"][0]).astype(int) - pair[0].permute(1, 2, 0).numpy())
    assert off.mean() < 6  # WebP at quality 90
    assert scene["losses"][3] == pytest.approx(
        [film.losses[3].content, film.losses[3].style, film.losses[3].smooth], rel=1e-3
    )
    assert scene["weights"] == [1, 30, 10]
    assert scene["file"] == "cat-as-text-photo_cnn"


def test_words_say_what_became_of_the_losses(pair):
    film = grown(SMALL, pair)
    share = film.losses[-1].style / film.losses[0].style
    said = style_words(film, SMALL)
    assert f"**{100 * share:.1f} %** of the style loss is left" in said
    assert f"content loss of **{film.losses[-1].content:.2f}**, which was 0" in said
    noise = replace(SMALL, recipe=StyleRecipe(steps=3, start=NOISE))
    assert "the content loss" in style_words(grown(noise, pair), noise)
    assert "rose from 1.68 to 2.77" in style_words(read_film("texture"), STYLE_FILMS["texture"])


@pytest.mark.parametrize("net", STYLE_NETS)
def test_every_network_is_told_with_its_layers(net):
    said = style_net_words(net)
    assert STYLE_NETS[net].title in said
    assert STYLE_NETS[net].layers.content[0] in said
    assert len(said) > 150


def multiply_adds(features, side):
    """Of a stack of convolutions, for a picture of that side: counted as they run, on no data."""
    counted = []
    for module in features.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(
                lambda layer, _, output: counted.append(output.numel() * layer.weight[0].numel())
            )
    features(torch.zeros(1, 3, side, side, device="meta"))
    return sum(counted)


def test_what_is_said_of_vgg_is_so():
    with torch.device("meta"):
        mobile, vgg16, vgg19 = models.MobileNetV2(), models.vgg16(), models.vgg19()
    mobile.eval()
    ours = multiply_adds(mobile.features[:7], 256)  # twice as large
    assert multiply_adds(vgg19.features[:29], 128) / ours == pytest.approx(40, abs=0.5)
    assert multiply_adds(vgg16.features[:25], 128) / ours == pytest.approx(32, abs=0.5)
    assert "a fortieth" in style_net_words("mobilenet_v2")
    assert "32 times" in style_net_words("vgg16")
    layers = STYLE_NETS["vgg16"].layers  # the ReLUs behind conv1_1, conv2_1 … and conv4_2
    depth = {name: int(name.split(".")[1]) for name in (*layers.content, *layers.style[:5])}
    pooled, found = 1, {}
    count = 0
    for at, module in enumerate(vgg16.features):
        if isinstance(module, torch.nn.MaxPool2d):
            pooled, count = pooled + 1, 0
        if isinstance(module, torch.nn.ReLU):
            count += 1
            found[at] = f"conv{pooled}_{count}"
    assert [found[depth[name]] for name in layers.style[:5]] == [
        f"conv{block}_1" for block in range(1, 6)
    ]
    assert found[depth[layers.content[0]]] == "conv4_2"


@pytest.mark.parametrize(
    "wish",
    [SMALL, replace(SMALL, net="random", recipe=StyleRecipe(0.5, 7.0, 2.0, 3, NOISE, 4))],
    ids=["photo_cnn", "random"],
)
def test_the_code_runs_as_it_stands_and_grows_the_same_picture(wish, pair):
    sources = tuple(f'fit(load_photograph("{name}"), 32)' for name in (wish.content, wish.style))
    code = style_code(wish, sources)
    names = {}
    exec(compile(code, "shown", "exec"), names)
    layers, recipe = STYLE_NETS[wish.net].layers, wish.recipe
    *_, found = stream_imitation(load_style_net(wish.net), *pair, layers, recipe)
    off = (names["pixels"].int() - found.pictures[-1].int()).abs()
    assert int(off.max()) <= 1  # sums in another order
    assert float(off.float().mean()) < 0.01
    moved = (found.pictures[-1].int() - found.pictures[0].int()).abs().float().mean()
    assert float(moved) > 2
    assert not any(module._forward_hooks for module in load_style_net(wish.net).modules())


def test_the_code_of_ones_own_picture_reads_a_file():
    own = 'fit(read_picture(Path("my-content.png").read_bytes()), 128)'
    code = style_code(StyleWish("vgg16"), (own, 'fit(load_photograph("brick"), 128)'))
    assert code.startswith("from pathlib import Path\n")
    assert "import fit, read_picture" in code
    assert 'load_model("vgg16")' in code
    compile(code, "shown", "exec")
