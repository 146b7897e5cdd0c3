"""What networks from many starts say of the plane: small surfaces, and the lines of two units.

Pictures are uint8 H×W×3; the plane is drawn from −3 to 3, x₁ to the right and x₂ upwards.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import DOMAIN, MANY, TWO, PointSet
from dlviz.core.points.features import features_of
from dlviz.core.points.network import Network
from dlviz.core.points.numbers import Numbers
from dlviz.core.points.restarts import Start
from dlviz.core.points.specs import GRADIENT, PERCEPTRON
from dlviz.figures.colours import Colours, signed_colours
from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.io.png import png_bytes

SIDE = 96
PALE = (
    2.3  # as in points_field.js: classes stop short of the scale's ends, for points stand on them
)
_GROUND = {"light": (255, 255, 255), "dark": (35, 38, 46)}
_INK = {"light": "#10131a", "dark": "#ffffff"}
_DASHES = ("", "7 5")  # a line's own, so that colour is not all that tells two apart

RGB = tuple[int, int, int]


def surface(
    network: Network | None,
    points: PointSet,
    features: Sequence[str],
    *,
    colours: Sequence[str],
    rule: str = GRADIENT,
    theme: str = "light",
    side: int = SIDE,
) -> Colours:
    """What ``network`` says over the plane → side×side×3; without one, the ground alone.

    ``colours``: ``#RRGGBB`` of each class. ``rule``: a perceptron knows yes and no only. The same
    pixels as ``paintSaid`` of points_field.js; what is no number has the ground's colour.
    """
    ground = np.array(_GROUND[theme], dtype=np.float64)
    if network is None:
        return np.broadcast_to(ground.astype(np.uint8), (side, side, 3)).copy()
    with np.errstate(all="ignore"):
        outputs = network.forward(features_of(_grid(side), features)).outputs
        if points.task == MANY:
            return _likeliest(outputs, ground, colours).reshape(side, side, 3)
        said: Numbers = outputs[:, 0]
        if points.task == TWO and rule == PERCEPTRON:
            said = np.where(said > 0, 1.0, -1.0) / PALE
        elif points.task == TWO:
            said = (2.0 * ACTIVATIONS["sigmoid"].value(said) - 1.0) / PALE
    said = np.where(np.isfinite(said), said, 0.0)
    return signed_colours(said.clip(-1.0, 1.0).reshape(side, side), 1.0, theme)


def _likeliest(outputs: Numbers, ground: Numbers, colours: Sequence[str]) -> Colours:
    """The likeliest class's colour, the paler the less sure."""
    shares = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    sure = (shares.max(axis=1) - 1 / shares.shape[1]) / (1 - 1 / shares.shape[1])
    sure = np.where(np.isfinite(sure), sure, 0.0)
    paints = np.array([_rgb(colour) for colour in colours])[shares.argmax(axis=1)]
    mixed = ground + (paints - ground) * 0.55 * sure[:, None]
    pixels: Colours = np.floor(mixed + 0.5).astype(np.uint8)  # as JavaScript rounds
    return pixels


def surfaces(
    starts: Sequence[Start],
    points: PointSet,
    features: Sequence[str],
    *,
    colours: Sequence[str],
    rule: str = GRADIENT,
    theme: str = "light",
) -> Sheet:
    """A picture of each start's network with the training points on it, in this order."""
    pictures = []
    for start in starts:
        picture = surface(start.network, points, features, colours=colours, rule=rule, theme=theme)
        pictures.append(_dotted(picture, points, colours, theme))
    return sheet_of(np.stack(pictures))


def two_lines(
    network: Network,
    points: PointSet,
    *,
    colours: Sequence[str],
    theme: str = "light",
    title: str = "",
) -> str:
    """The lines z = 0 of the first layer's units over the surface and the points → HTML.

    For networks on x₁ and x₂ with one hidden layer. Training points are filled, held-out ones
    rings; classes are discs and squares. A unit without weights draws no line.
    """
    picture = surface(network, points, ("x1", "x2"), colours=colours, theme=theme, side=120)
    data = base64.b64encode(png_bytes(picture)).decode()
    layer = network.layers[0]
    drawn = "".join(
        _line(place, w, b, theme) for place, (w, b) in enumerate(zip(layer.w, layer.b, strict=True))
    )
    marks = "".join(
        _mark(x, label, colours, held=held, theme=theme)
        for held, xs, ys in (
            (False, points.train_x, points.train_y),
            (True, points.test_x, points.test_y),
        )
        for x, label in zip(xs, ys, strict=True)
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="360" viewBox="0 0 360 360" '
        f'font-family="sans-serif"><image href="data:image/png;base64,{data}" width="360" '
        f'height="360" preserveAspectRatio="none"/>{marks}{drawn}</svg>'
    )
    coded = base64.b64encode(svg.encode()).decode()
    # As an image: Streamlit takes drawings out of its HTML.
    source = f"data:image/svg+xml;base64,{coded}"
    return f'<img class="two-lines" alt="{escape(title)}" src="{source}">'


def line_equations(network: Network) -> list[str]:
    """Of each unit of the first layer, its line with the current numbers, in Markdown."""
    layer = network.layers[0]
    return [
        f"unit {place}: {_number(w[0], first=True)} x₁ {_number(w[1])} x₂ {_number(b)} = 0"
        for place, (w, b) in enumerate(zip(layer.w, layer.b, strict=True), start=1)
    ]


def segment(w: Numbers, b: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Where w₁x₁ + w₂x₂ + b = 0 enters and leaves the square of all points; None: nowhere."""
    ends = []
    for axis in (0, 1):
        other = 1 - axis
        if w[other] == 0:
            continue
        for border in (-DOMAIN, DOMAIN):
            place = [0.0, 0.0]
            place[axis] = border
            place[other] = -(w[axis] * border + b) / w[other]
            if abs(place[other]) <= DOMAIN:
                ends.append((place[0], place[1]))
    if len(ends) < 2:
        return None
    first = ends[0]
    last = max(ends, key=lambda end: (end[0] - first[0]) ** 2 + (end[1] - first[1]) ** 2)
    return None if last == first else (first, last)


def _grid(side: int) -> Numbers:
    """The middles of side×side cells, row by row from the upper left."""
    at = (np.arange(side) + 0.5) / side * 2 * DOMAIN - DOMAIN
    x1, x2 = np.meshgrid(at, at[::-1])
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def _dotted(picture: Colours, points: PointSet, colours: Sequence[str], theme: str) -> Colours:
    """The training points as dots of two pixels, in their class's colour."""
    side = len(picture)
    places = ((points.train_x * (1, -1) + DOMAIN) / (2 * DOMAIN) * side - 1).astype(int)
    columns, rows = np.clip(places, 0, side - 2).T
    if points.classes:
        paints = np.array([_rgb(colour) for colour in colours], dtype=np.uint8)[points.train_y]
    else:
        paints = signed_colours(points.train_y, 1.0, theme)
    for down in (0, 1):
        for right in (0, 1):
            picture[rows + down, columns + right] = paints
    return picture


def _line(place: int, w: Numbers, b: float, theme: str) -> str:
    ends = segment(w, float(b))
    if ends is None:
        return ""
    (x1, y1), (x2, y2) = (_place(end) for end in ends)
    at_x, at_y = x1 + (x2 - x1) * 0.12, y1 + (y2 - y1) * 0.12
    ink, ground = _INK[theme], "rgb({},{},{})".format(*_GROUND[theme])
    dashes = _DASHES[place % len(_DASHES)]
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}" '
        f'stroke-width="3" stroke-dasharray="{dashes}"/>'
        f'<circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="12" fill="{ground}" stroke="{ink}"/>'
        f'<text x="{at_x:.1f}" y="{at_y + 5.5:.1f}" fill="{ink}" font-size="16" '
        f'text-anchor="middle">{place + 1}</text>'
    )


def _mark(x: Numbers, label: int, colours: Sequence[str], *, held: bool, theme: str) -> str:
    """A disc for the first class, a square for the second."""
    across, down = _place((x[0], x[1]))
    colour = colours[int(label) % len(colours)]
    paint = f'fill="none" stroke="{colour}" stroke-width="1.5"' if held else f'fill="{colour}"'
    if not held:
        paint += f' stroke="{"#ffffff" if theme == "light" else "#10131a"}" stroke-width="0.7"'
    if int(label) % 2:
        return f'<rect x="{across - 3:.1f}" y="{down - 3:.1f}" width="6" height="6" {paint}/>'
    return f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3.4" {paint}/>'


def _place(point: tuple[float, float]) -> tuple[float, float]:
    """In the SVG's 360×360."""
    scale = 360 / (2 * DOMAIN)
    return (float(point[0]) + DOMAIN) * scale, (DOMAIN - float(point[1])) * scale


def _rgb(colour: str) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _number(value: float, *, first: bool = False) -> str:
    """+ 1.23, − 0.5; the first of a sum bears only a minus."""
    sign = "−" if value < 0 else "" if first else "+"
    space = "" if first else " "
    return f"{sign}{space}{abs(float(value)):.2f}"
