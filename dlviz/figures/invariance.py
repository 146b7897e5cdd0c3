"""Figure 5 as a page shows it: pictures, curves and words; and as a program."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from dlviz.core.invariance import SCALE, SHIFT, TURN, Moved
from dlviz.figures.hidden import Hidden
from dlviz.figures.maps import LOADS
from dlviz.figures.overlay import LINE_COLOURS
from dlviz.figures.walls import as_pictures

COUNT = 5  # pictures, as in the paper
TITLES = {SHIFT: "Vertical shift", SCALE: "Scale", TURN: "Rotation"}
FILL_TITLES = {"edge": "Edge", "grey": "Grey"}
SYMBOLS = ("circle", "square", "diamond", "triangle", "cross")
_DASHES = ((), (9, 5), (2, 4), (12, 4, 2, 4), (5, 3))  # no line is told by its colour alone


@dataclass(frozen=True, eq=False)
class Five:
    """The pictures: ``pixels`` uint8 N×C×H×W, the class of each and where they come from.

    ``known``: whether these are the true classes; else what the net says of the whole picture.
    ``source``: Python that sets ``pixels`` and ``labels``. ``key``: what results are kept under.
    """

    pixels: Tensor
    labels: tuple[int, ...]
    names: tuple[str, ...]
    known: bool
    own: bool
    source: str
    key: str


@dataclass(frozen=True)
class Look:
    """How it is shown: two layers, distances ``relative`` or plain, and what fills the border."""

    layers: tuple[str, str]
    relative: bool
    fill: str


def start_of(kind: str, values: Sequence[float]) -> float:
    """Where the slider begins: a small change, which the first layer feels more than the last."""
    wanted = {SHIFT: values[-1] / 4, SCALE: 1.2, TURN: 30.0}[kind]
    return min(values, key=lambda value: abs(value - wanted))


def invariance_data(
    five: Five,
    moved: Moved,
    layers: dict[str, Hidden],
    look: Look,
    classes: Sequence[str],
    *,
    scene: str,
    heading: str,
) -> dict[str, Any]:
    """What the component shows. ``scene``: a name of all that was measured, for saved files too."""
    labels = sorted({*moved.label.flatten().tolist(), *five.labels})
    height, width = five.pixels.shape[2:]
    return {
        "file": scene,
        "heading": heading,
        "title": TITLES[moved.kind],
        "kind": moved.kind,
        "fill": look.fill,
        "width": width,
        "height": height,
        "values": list(moved.values),
        "start": start_of(moved.kind, moved.values),
        "known": moved.known.int().tolist(),
        "pictures": [
            {
                "rgb": base64.b64encode(picture.tobytes()).decode(),
                "name": name,
                "label": labels.index(label),
            }
            for picture, name, label in zip(
                as_pictures(five.pixels), five.names, five.labels, strict=True
            )
        ],
        "names": [classes[label] for label in labels],
        "label": [[labels.index(label) for label in row] for row in moved.label.tolist()],
        "confidence": _rounded(moved.confidence),
        "probability": _rounded(moved.probability),
        "chance": f"Probability of {'its true class' if five.known else 'what it said at first'}",
        "judged": "still named right" if five.known else "named as at first",
        "relative": look.relative,
        "layers": [_layer(moved, name, layers[name], look) for name in look.layers],
        "colours": list(LINE_COLOURS[: len(five.labels)]),
        "dashes": [list(dash) for dash in _DASHES],
        "symbols": list(SYMBOLS),
    }


def _layer(moved: Moved, name: str, layer: Hidden, look: Look) -> dict[str, Any]:
    values = moved.relative(name) if look.relative else moved.distances[name]
    return {
        "title": layer.title,
        "caption": f"Distance at {layer.title}",
        "distances": _rounded(values),
    }


def _rounded(values: Tensor) -> list[list[float]]:
    return [[float(f"{value:.5g}") for value in row] for row in values.tolist()]


def unit_words(moved: Moved, layers: dict[str, Hidden], look: Look) -> str:
    """What a distance is measured in, with the numbers."""
    apart = " and ".join(
        f"{moved.apart[name]:.3g} at {layers[name].title}" for name in dict.fromkeys(look.layers)
    )
    if look.relative:
        return (
            "Euclidean distance between the features of the picture and of the changed one, in "
            f"units of the mean distance between two of these pictures ({apart})."
        )
    return (
        "Euclidean distance between the features of the picture and of the changed one; layers of "
        f"different sizes cannot be compared by it. Two of these pictures are {apart} apart."
    )


def code(
    model: str, source: str, kind: str, layers: Sequence[str], fill: str, *, own: bool = False
) -> str:
    """A program that measures the curves and runs as it stands in the project.

    ``source``: lines that set ``pixels`` and ``labels``. ``own``: the model is no registered one,
    but a file that the visitor downloads first.
    """
    return f"""\
from dlviz.core.data import to_unit
from dlviz.core.invariance import measure
{LOADS[own].format(model=model)}
{source}

# Every value of the change, all pictures in batches; what is moved outside is filled.
layers = {list(dict.fromkeys(layers))!r}
found = measure(model, to_unit(pixels), labels, {kind!r}, layers, fill={fill!r})
for place, value in enumerate(found.values):
    # 1 is the mean distance between two of the pictures, at this layer.
    moved = [float(found.relative(layer)[:, place].mean()) for layer in layers]
    print(value, [round(part, 3) for part in moved], found.probability[:, place].tolist())
"""
