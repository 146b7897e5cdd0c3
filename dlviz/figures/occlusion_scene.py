"""Figure 7 as a page shows it: the sweep's panels as pictures, numbers and words."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from dlviz.core.data import to_unit
from dlviz.core.occlusion import Corner, covered
from dlviz.core.occlusion_sweep import Answers, Map, Sweep
from dlviz.figures.colours import MAGNITUDE, Colours
from dlviz.figures.compose import tile
from dlviz.figures.occlusion import (
    Canvas,
    Region,
    hidden_words,
    label_map,
    magnitude_map,
    ranks,
    regions_of,
    saved_picture,
)
from dlviz.figures.occlusion_projections import MapSeen
from dlviz.figures.walls import PAPER, as_pictures
from dlviz.io.creatures import Part
from dlviz.io.png import png_bytes

STOPS = 9  # of the colour scale, as the page draws it


@dataclass(frozen=True, eq=False)
class Study:
    """A picture, uint8 C×H×W, and its sweep.

    ``target``: the class whose probability is followed, ``known`` whether it is the true one.
    ``watched``: the map whose activity is followed, in ``layer`` words. ``parts``: where a drawn
    creature's parts are. ``seen``: what drives the map, here and in the pictures called ``names``.
    """

    pixels: Tensor
    classes: Sequence[str]
    sweep: Sweep
    target: int
    known: bool
    watched: Map | None
    layer: str
    parts: Mapping[str, Part]
    theme: str
    seen: MapSeen | None = None
    names: Sequence[str] = ()

    @cached_property
    def regions(self) -> list[Region]:
        """The labels that the sweep met."""
        return regions_of(self.sweep, self.classes)

    @cached_property
    def limit(self) -> float:
        """The map's largest activity, covered or not."""
        return max(
            float(part.activity.max()) for part in (self.sweep.answers, self.sweep.uncovered)
        )

    @cached_property
    def picture(self) -> NDArray[np.uint8]:
        """The picture as H×W×3."""
        picture: NDArray[np.uint8] = as_pictures(self.pixels[None])[0]
        return picture

    @cached_property
    def panels(self) -> dict[str, Colours]:
        """The maps by place: "activity" (if a map is watched), "probability" and "label"."""
        canvas, found = Canvas(self.picture, self.sweep.cover, self.theme), self.sweep.answers
        drawn = {
            "probability": magnitude_map(found.probability, 1.0, canvas),
            "label": label_map(found.label, self.regions, canvas),
        }
        if self.watched is not None:
            drawn["activity"] = magnitude_map(found.activity, self.limit, canvas)
        return drawn

    @property
    def name(self) -> str:
        """The name of the class that is followed."""
        return self.classes[self.target]


def scene(study: Study, *, name: str) -> dict[str, Any]:
    """What the component shows, wherever the square lies.

    ``name``: of picture and square together, for its memory of the square's place.
    """
    sweep = study.sweep
    rows, columns = sweep.known.shape
    cover, found = sweep.cover, sweep.answers
    labels = sorted(set(found.label.flatten().tolist()))
    corners = [(i * cover.stride, j * cover.stride) for i, j in np.ndindex(rows, columns)]
    hidden = [_hidden(study, corner) for corner in corners]
    phrases = sorted(set(hidden))
    return {
        "scene": name,
        "width": study.pixels.shape[2],
        "height": study.pixels.shape[1],
        "size": cover.size,
        "stride": cover.stride,
        "rows": rows,
        "columns": columns,
        "fill": _css(cover.fill),
        "image": _png(study.picture),
        "scale": [_css(tuple(rgb / 255)) for rgb in MAGNITUDE[:: len(MAGNITUDE) // (STOPS - 1)]],
        "maps": {panel: _map(study, panel) for panel in study.panels},
        "confidence": _rounded(found.confidence, 4),
        "names": [study.classes[label] for label in labels],
        "labels": [labels.index(label) for label in found.label.flatten().tolist()],
        "measured": sweep.known.flatten().int().tolist(),
        "regions": [vars(region) for region in study.regions],
        "phrases": phrases,
        "hidden": [phrases.index(words) for words in hidden],
        "target": study.name,
        "uncovered": _answer(study, sweep.uncovered),
        "seen": _seen(study),
    }


def placed(study: Study, start: Corner, exact: Answers) -> dict[str, Any]:
    """The rest of it: where the square lies, unless the visitor has it in hand, and the answer."""
    words = _hidden(study, start)
    return {
        "start": list(start),
        "exact": {**_answer(study, exact), "corner": list(start), "hidden": words},
    }


def saved(study: Study, corner: Corner, title: str) -> bytes:
    """The five panels with the square at ``corner``, as a PNG."""
    cover = study.sweep.cover
    at = covered(to_unit(study.pixels), cover, [corner])
    picture = as_pictures((at * 255).round().byte())[0]
    panels = [("a  covered", _enlarged(picture))]
    if "activity" in study.panels:
        panels.append(("b  activity of the map", study.panels["activity"]))
    if study.seen is not None:
        four = tile(study.seen.projections, 2, background=PAPER[study.theme])
        panels.append(("c  what drives it", _squared(four, study.theme)))
    panels.append((f"d  probability of {study.name}"[:32], study.panels["probability"]))
    panels.append(("e  most probable", study.panels["label"]))
    legend = ", ".join(f"{one.letter} {one.name} {one.share:.0%}" for one in study.regions)
    below = [
        f"Square of {cover.size}×{cover.size} pixels, every {cover.stride} pixels; bright is much:"
        f" b up to {study.limit:.3g}, d up to 1.",
        f"e: {legend}",
    ]
    return saved_picture(panels, title, below, theme=study.theme)


def _map(study: Study, panel: str) -> dict[str, Any]:
    found, png = study.sweep.answers, _png(study.panels[panel])
    if panel == "label":
        values = ranks(found.label, study.regions).flatten().tolist()
        return {"png": png, "values": values, "title": "What it says there"}
    if panel == "activity":
        assert study.watched is not None
        return {
            "png": png,
            "values": [float(f"{value:.4g}") for value in found.activity.flatten().tolist()],
            "limit": study.limit,
            "title": "Its strongest map",
            "note": f"Total activity of map {study.watched.channel} of {study.layer}: dark where"
            " covering silences it.",
        }
    of = "The true class" if study.known else "What it says of the whole picture"
    return {
        "png": png,
        "values": _rounded(found.probability, 4),
        "limit": 1,
        "title": f"Probability of “{study.name}”",
        "note": f"{of}; dark where the answer hangs on what is covered.",
    }


def _seen(study: Study) -> dict[str, Any] | None:
    if study.watched is None:
        return None
    found = study.seen
    if found is None:
        words = "Its strongest pictures are looked for once the maps are done."
        return {"tiles": [], "note": words}
    tiles = [
        {"projection": _png(projection), "patch": _png(patch), "name": name}
        for projection, patch, name in zip(
            found.projections, found.patches, study.names, strict=True
        )
    ]
    return {
        "tiles": tiles,
        "note": f"By {found.way}: what in **these** pictures drove it, not what it means. Point at"
        " one for its pixels.".replace("**", ""),
    }


def _answer(study: Study, one: Answers) -> dict[str, Any]:
    """A single answer in words and numbers."""
    return {
        "probability": float(one.probability),
        "confidence": float(one.confidence),
        "label": study.classes[int(one.label)],
        "activity": float(one.activity),
    }


def _hidden(study: Study, corner: Corner) -> str:
    return hidden_words(study.parts, study.sweep.cover, *corner) if study.parts else ""


def _rounded(values: Tensor, digits: int) -> list[float]:
    return [round(value, digits) for value in values.flatten().tolist()]


def _css(fill: Any) -> str:
    several = fill if isinstance(fill, Sequence) else (fill,)
    red, green, blue = (round(255 * min(1, max(0, part))) for part in (tuple(several) * 3)[:3])
    return f"rgb({red}, {green}, {blue})"


def _png(picture: NDArray[np.uint8]) -> str:
    return base64.b64encode(png_bytes(picture)).decode()


def _enlarged(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = max(1, -(-240 // max(picture.shape[:2])))
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _squared(picture: NDArray[np.uint8], theme: str) -> NDArray[np.uint8]:
    side = max(picture.shape[:2])
    whole = np.full((side, side, 3), PAPER[theme], dtype=np.uint8)
    whole[: picture.shape[0], : picture.shape[1]] = picture
    return whole
