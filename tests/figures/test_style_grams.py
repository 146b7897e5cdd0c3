"""Gram matrices as pictures: what is off, against the losses of the film they are of."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.maximise import answers_to
from dlviz.core.style import STYLE_NETS
from dlviz.figures.compose import signed_picture
from dlviz.figures.style_grams import gram_wall
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit
from dlviz.io.style_films import STYLE_FILMS, load_style_net, read_film


@pytest.fixture(scope="module")
def wall():
    wish = STYLE_FILMS["brick"]
    style = fit(load_photograph(wish.style), wish.size)
    return gram_wall(load_style_net(wish.net), wish, read_film("brick"), style)


def grams(picture):
    """numpy on what the network answers to the enlarged picture, taken another way."""
    large = torch.nn.functional.interpolate(
        picture[None].float() / 255, (256, 256), mode="bilinear"
    )
    maps = answers_to(load_style_net("mobilenet_v2"), large, ["features.3"])["features.3"][0]
    flat = maps.reshape(len(maps), -1).double().numpy()
    return flat @ flat.T / flat.shape[1]


def test_three_matrices_on_one_scale(wall):
    assert (wall.layer, wall.channels) == ("features.3", 24)
    assert wall.layer in STYLE_NETS["mobilenet_v2"].layers.style
    sheet = np.asarray(Image.open(BytesIO(wall.sheet.png)))
    wanted = grams(fit(load_photograph("brick"), 128))
    limit = np.abs(wanted).max()
    found = sheet[240:480:10, :240:10]  # the third is the first of the second row
    off = np.abs(found.astype(int) - signed_picture(wanted, limit).astype(int))
    assert off.max() <= 2
    cat = sheet[:240:10, :240:10]
    begin = signed_picture(grams(fit(load_photograph("cat"), 128)), limit)
    assert np.abs(cat.astype(int) - begin.astype(int)).mean() < 6  # a WebP of it
    assert np.array_equal(found, found.transpose(1, 0, 2))


def test_what_is_off_falls_and_is_the_layers_own_loss(wall):
    wanted = grams(fit(load_photograph("brick"), 128))
    begin = grams(fit(load_photograph("cat"), 128))
    told = [float(re.search(r"([\d.]+) % off", text).group(1)) for text in wall.texts[:2]]
    assert told[0] == pytest.approx(
        100 * ((begin - wanted) ** 2).sum() / (wanted**2).sum(), rel=0.05
    )
    assert told[1] < 0.1 * told[0]
    assert wall.texts[1].startswith("Step 100: ")
