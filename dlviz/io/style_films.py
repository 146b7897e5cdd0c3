"""Films of imitated style: pictures as WebP, losses, and those that are shipped in ``assets/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.style import (
    NOISE,
    STYLE_NETS,
    StyleLoss,
    StyleRecipe,
    StyleWish,
    stream_imitation,
)
from dlviz.core.untrained import untrained
from dlviz.io.assets import ASSETS, read_arrays, write_arrays
from dlviz.io.models import load_model

FILE = "taught/style.npz"
KEPT_PICTURES = 7  # of a shipped film: all of them together stay below 120 kB
_QUALITY, _SHIPPED_QUALITY, _LAST_QUALITY = 90, 62, 84

# What the view and its lesson cards open on: seen without waiting.
STYLE_FILMS: dict[str, StyleWish] = {
    "brick": StyleWish(),
    "coffee": StyleWish(style="coffee"),
    "random": StyleWish(net="random"),
    "texture": StyleWish(recipe=StyleRecipe(content_weight=0.0, start=NOISE)),
}


@dataclass(frozen=True, eq=False)
class StyleFilm:
    """``frames``: WebP files after ``steps``; ``losses``: of every step from 0 to ``done``."""

    done: int
    steps: tuple[int, ...]
    frames: tuple[bytes, ...]
    losses: tuple[StyleLoss, ...]


def webp(picture: Tensor, quality: int = _QUALITY) -> bytes:
    """uint8 3×H×W → a WebP file."""
    buffer = BytesIO()
    image = Image.fromarray(picture.permute(1, 2, 0).contiguous().numpy())
    image.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()


def stream_film(
    model: Classifier, content: Tensor, style: Tensor, wish: StyleWish
) -> Iterator[StyleFilm]:
    """``stream_imitation`` of two pictures uint8 3×S×S, each picture encoded once."""
    known: dict[int, bytes] = {}
    layers = STYLE_NETS[wish.net].layers
    for found in stream_imitation(model, content, style, layers, wish.recipe):
        for step, picture in zip(found.steps, found.pictures, strict=True):
            if step not in known:
                known[step] = webp(picture)
        known = {step: known[step] for step in found.steps}
        yield StyleFilm(found.done, found.steps, tuple(known.values()), found.losses)


def load_style_net(name: str) -> Classifier:
    """A network of ``STYLE_NETS``, shared by all callers: read-only.

    Raises ``DownloadError`` where it has to be downloaded first, ``AssetError`` where its file is
    missing.
    """
    net = STYLE_NETS[name]
    return _random(net.model) if net.untrained else load_model(net.model)


@cache
def _random(name: str) -> Classifier:
    return untrained(load_model(name))


def write_films(films: Mapping[str, StyleFilm]) -> None:
    """Write them all to ``assets/``: same films, same bytes."""
    arrays = {}
    for name, film in films.items():
        losses = [[loss.content, loss.style, loss.smooth] for loss in film.losses]
        arrays[f"{name} steps"] = np.array(film.steps, np.int16)
        arrays[f"{name} losses"] = np.array(losses, np.float32)
        arrays[f"{name} ends"] = np.cumsum([len(frame) for frame in film.frames])
        arrays[f"{name} frames"] = np.frombuffer(b"".join(film.frames), np.uint8)
    write_arrays(ASSETS / FILE, arrays)


@cache
def read_film(name: str) -> StyleFilm:
    """A shipped film of ``STYLE_FILMS``. Raises ``AssetError`` where the file is missing."""
    parts = ("steps", "losses", "ends", "frames")
    steps, losses, ends, data = read_arrays(FILE, *(f"{name} {part}" for part in parts))
    frames = [part.tobytes() for part in np.split(data, ends[:-1])]
    found = tuple(StyleLoss(*row) for row in losses.tolist())
    return StyleFilm(int(steps[-1]), tuple(steps.tolist()), tuple(frames), found)


def shipped_film(wish: StyleWish) -> StyleFilm | None:
    """The shipped film of a wish, None where there is none."""
    for name, known in STYLE_FILMS.items():
        if replace(wish, recipe=replace(wish.recipe, kept=known.recipe.kept)) == known:
            return read_film(name)
    return None


def make_film(wish: StyleWish, content: Tensor, style: Tensor) -> StyleFilm:
    """A film to be shipped: few pictures, small files."""
    torch.set_num_threads(1)  # the thread count is part of what decides the last bit
    short = replace(wish, recipe=replace(wish.recipe, kept=KEPT_PICTURES))
    model = load_style_net(wish.net)
    layers = STYLE_NETS[wish.net].layers
    *_, found = stream_imitation(model, content, style, layers, short.recipe)
    frames = [webp(picture, _SHIPPED_QUALITY) for picture in found.pictures[:-1]]
    frames.append(webp(found.pictures[-1], _LAST_QUALITY))  # it is what the view opens on
    return StyleFilm(found.done, found.steps, tuple(frames), found.losses)
