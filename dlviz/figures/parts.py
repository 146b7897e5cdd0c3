"""Figure 8 and table 1 as a page shows them: covered parts, Δ with its deviation, in words."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from dlviz.core.correspondence import DRAWS, Box, Comparison, Found
from dlviz.figures.hidden import Hidden, first_hidden, last_hidden, last_pooled
from dlviz.figures.maps import LOADS
from dlviz.figures.occlusion import HELD_OUT_SEED
from dlviz.figures.walls import as_pictures
from dlviz.io.creatures import draw
from dlviz.io.png import png_bytes

COUNT = 5  # pictures, as in the paper
WHOLE = "head"  # holds all other parts
DRAWN = "your boxes"
_LEAST_LIMIT = 0.6


@dataclass(frozen=True, eq=False)
class Group:
    """Pictures of one kind, uint8 N×C×H×W, and where their parts are: name → a box in each.

    ``noun``: what they show ("owl pictures"). ``editable``: the boxes are the visitor's. ``own``:
    the pictures are. ``source``: Python that sets ``pixels``. ``key``: what results are kept under.
    """

    pixels: Tensor
    parts: Mapping[str, Sequence[Box]]
    noun: str
    editable: bool
    own: bool
    source: str
    key: str


def creature_parts(numbers: Sequence[int]) -> dict[str, list[Box]]:
    """Part name → its box in each of these held-out creatures; parts seen in all of them.

    The head is left out: it holds all the others.
    """
    known = [draw(HELD_OUT_SEED, number).parts for number in numbers]
    names = [name for name in known[0] if name != WHOLE and all(name in one for one in known)]
    return {name: [one[name].box for one in known] for name in names}


def two_layers(layers: dict[str, Hidden]) -> tuple[str, str]:
    """The last pooled and the last hidden layer; where they are one, also the pool before it."""
    pooled, last = last_pooled(layers), last_hidden(layers)
    if pooled != last:
        return pooled, last
    before = [name for name, layer in layers.items() if layer.pooled and name != pooled]
    return pooled, before[-1] if before else first_hidden(layers)


def layers_words(layers: dict[str, Hidden]) -> str:
    """Which layers these are in this network."""
    pooled, other = two_layers(layers)
    if other == last_hidden(layers) != pooled:
        return "The last pooled layer and the last hidden one."
    title = layers[pooled].title
    if not layers[pooled].pooled:
        return f"This network has no pooled layer; its last hidden one is {title}."
    return f"In this network {title} is the last pooled and the last hidden layer at once."


def parts_data(
    group: Group,
    found: Found,
    layers: dict[str, Hidden],
    chosen: Sequence[str],
    *,
    scene: str,
    heading: str,
) -> dict[str, Any]:
    """What the component shows. ``scene``: a name of pictures and layers, for saved files too."""
    height, width = group.pixels.shape[2:]
    spreads = [
        spread
        for by_layer in found.values()
        for layer in chosen
        for spread in vars(by_layer[layer]).values()
    ]
    most = max((one.mean + one.deviation for one in spreads), default=0.0)
    return {
        "scene": scene,
        "heading": heading,
        "width": width,
        "height": height,
        "editable": group.editable,
        "images": [
            base64.b64encode(png_bytes(picture)).decode() for picture in as_pictures(group.pixels)
        ],
        "layers": [layers[name].title for name in chosen],
        "limit": max(_LEAST_LIMIT, float(np.ceil(10 * most) / 10)),
        "start": _tightest(found, chosen[0]),
        "parts": [_row(name, found.get(name), group, layers, chosen) for name in group.parts],
    }


def _tightest(found: Found, layer: str) -> str:
    """The part whose Δ lies farthest below both kinds of places."""
    by_part = {name: one[layer] for name, one in found.items()}
    gap = {
        name: 2 * one.part.mean - one.place.mean - one.random.mean for name, one in by_part.items()
    }
    return min(gap, key=lambda name: gap[name]) if gap else ""


def _row(
    name: str,
    found: Mapping[str, Comparison] | None,
    group: Group,
    layers: dict[str, Hidden],
    chosen: Sequence[str],
) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "boxes": [list(box) for box in group.parts[name]]}
    if found is None:
        sentence = f"{name.capitalize()}: not measured."
        return {**row, "results": None, "sentence": sentence, "note": ""}
    first = found[chosen[0]]
    return {
        **row,
        "results": [
            {kind: [one.mean, one.deviation] for kind, one in vars(found[layer]).items()}
            for layer in chosen
        ],
        "sentence": sentence_of(name, first, layers[chosen[0]].title, group),
        "note": zero_words(first),
    }


def sentence_of(name: str, found: Comparison, layer: str, group: Group) -> str:
    """What the numbers of one part say."""
    part, random, place = found.part, found.random, found.place
    what = "What you framed" if name == DRAWN else f"The {name}"
    endings = {
        "part": "Tighter than both: the part counts, not its place alone.",
        "place": "Tighter than random, but not than one place: it may be the place that counts.",
        "nothing": "No tighter than random places: the layer does not relate them.",
    }
    return (
        f"{what} covered: Δ = {part.mean:.2f} ± {part.deviation:.2f} at {layer}. One place, the "
        f"same in all {len(group.pixels)}: {place.mean:.2f} ± {place.deviation:.2f}; random "
        f"places: {random.mean:.2f} ± {random.deviation:.2f}. {endings[verdict(found)]}"
    )


def verdict(found: Comparison) -> str:
    """What the part's Δ lies below: "part" (both kinds of places), "place" (random ones only) …

    … or "nothing". Less than half of the part's deviation, or 0.02, is no difference: five
    pictures make ten pairs, but not ten independent ones.
    """
    least = max(0.02, found.part.deviation / 2)
    if found.part.mean > found.random.mean - least:
        return "nothing"
    return "part" if found.part.mean < found.place.mean - least else "place"


def zero_words(found: Comparison) -> str:
    """The rule for sign(0), and what it does here."""
    part, random, place = (
        f"{one.without_zeros:.2f}" for one in (found.part, found.random, found.place)
    )
    return (
        "A feature that does not change has sign 0, which agrees with 0 only: "
        f"{found.part.zeros:.0%} of the signs here. Without zeros Δ would be {part}, for one "
        f"place {place}, for random places {random}."
    ).replace("%", " %")


def code(
    model: str,
    source: str,
    parts: Mapping[str, Sequence[Box]],
    layers: Sequence[str],
    *,
    seed: int,
    own: bool = False,
) -> str:
    """A program that measures Δ and runs as it stands in the project.

    ``source``: lines that set ``pixels``. ``own``: the model is no registered one, but a file that
    the visitor downloads first.
    """
    boxes = "\n".join(
        f"    {name!r}: {[tuple(box) for box in places]}," for name, places in parts.items()
    )
    return f"""\
from dlviz.core.correspondence import correspondence
from dlviz.core.data import to_unit
{LOADS[own].format(model=model)}
{source}

# Where the part is in each picture: x0, y0, x1, y1 in pixels.
parts = {{
{boxes}
}}
layers = {list(layers)!r}
# Grey over the part in every picture; over {DRAWS} draws of random places of the same size; and
# over {DRAWS} draws of one place, the same in all pictures.
found = correspondence(model, to_unit(pixels), parts, layers, draws={DRAWS}, seed={seed})
for part, by_layer in found.items():
    for layer, one in by_layer.items():
        for name, spread in vars(one).items():
            print(f"{{part}}, {{layer}}, {{name}}: {{spread.mean:.4f}} ± {{spread.deviation:.4f}}")
"""
