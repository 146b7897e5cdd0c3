"""What a shift does to a map: two charts, the pictures, the numbers in words and as a program."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dlviz.core.translation import (
    FURTHEST,
    STRIDES,
    WINDOWS,
    Line,
    Map,
    Translation,
    crop,
    pooled,
    response,
    shifted,
)
from dlviz.figures.board import INK, PAPER
from dlviz.figures.colours import CLASS_COLOURS, Colours, magnitude_colours
from dlviz.figures.compose import unit_picture
from dlviz.io.png import png_bytes

TEXT = 14
HEIGHT = 310
EXACT = 1e-12  # what rounding leaves of nothing

BORDERED, AVERAGE, MAXIMUM = "stride 1, zeros around", "global average", "global max"


@dataclass(frozen=True)
class Look:
    """A line's look, which tells it apart without its colour too."""

    colour: str
    dash: str
    symbol: str


# In the order of the lines; not Okabe and Ito's yellow, which is lost on a white page.
_LOOKS = (
    Look(CLASS_COLOURS[2], "solid", "circle"),
    Look(CLASS_COLOURS[1], "dash", "square"),
    Look(CLASS_COLOURS[5], "dot", "diamond"),
    Look(CLASS_COLOURS[6], "dashdot", "cross"),
    Look(CLASS_COLOURS[0], "longdash", "triangle-up"),
)


def following(found: Translation) -> dict[str, Line]:
    """The lines of "does it follow?", by name."""
    lines = {f"stride {stride}": found.follows[stride] for stride in STRIDES}
    return {**lines, BORDERED: found.bordered}


def staying(found: Translation) -> dict[str, Line]:
    """The lines of "does it stay?", by name."""
    pools = {f"{window}×{window} max": found.stays[window] for window in WINDOWS}
    return {"map": found.stays[1], **pools, MAXIMUM: found.maximum, AVERAGE: found.average}


def chart(lines: dict[str, Line], shift: int) -> go.Figure:
    """Relative changes over the shift, with a vertical line where ``shift`` is.

    Colours that a theme has to set (text, grid) are left to the page.
    """
    figure = go.Figure()
    for (name, values), look in zip(lines.items(), _LOOKS, strict=False):
        figure.add_scatter(
            x=list(range(len(values))),
            y=[100 * value for value in values],
            text=[percent(value) for value in values],
            name=name,
            mode="lines+markers",
            line={"color": look.colour, "dash": look.dash, "width": 2.5},
            marker={"symbol": look.symbol, "size": 8},
            hovertemplate="%{text}",
        )
    top = max(20.0, *(100 * value for values in lines.values() for value in values))
    figure.add_vline(x=shift, line={"color": CLASS_COLOURS[7], "width": 2})
    axis = {"tickfont": {"size": TEXT}, "title": {"font": {"size": TEXT}}, "fixedrange": True}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": TEXT},
        hoverlabel={"font": {"size": TEXT}},
        hovermode="x unified",
        # At the bottom of the chart, not below the axis: that place is lost when a window changes.
        legend={
            "orientation": "h",
            "xref": "container",
            "x": 0,
            "yref": "container",
            "yanchor": "bottom",
            "y": 0,
            "font": {"size": TEXT},
        },
    )
    figure.update_xaxes(range=[-0.4, FURTHEST + 0.4], dtick=4, **axis)
    figure.update_xaxes(title_text="shift in pixels", hoverformat="d", zeroline=False)
    figure.update_yaxes(range=[-0.05 * top, 1.08 * top], ticksuffix=" %", **axis)
    return figure


def percent(value: float) -> str:
    """A relative change in words: only what is exact is called 0 %."""
    if value < EXACT:
        number = "0"
    elif value < 0.0005:
        number = "< 0.1"
    else:
        number = f"{100 * value:.1f}" if value < 0.0995 else f"{100 * value:.0f}"
    return f"{number}\N{NO-BREAK SPACE}%"


def follow_sentence(found: Translation, shift: int) -> str:
    """Does the map follow this shift? With the numbers, as Markdown."""
    if shift == 0:
        return "Nothing has moved yet: move the slider."
    said = [f"At stride 1 the map follows exactly: **{percent(found.follows[1][shift])}**."]
    for stride in STRIDES[1:]:
        miss = percent(found.follows[stride][shift])
        article = "no" if shift % stride else "a"
        said.append(f"Stride {stride}: **{miss}**, for {shift} is {article} multiple of {stride}.")
    near, far = percent(found.bordered[shift]), percent(found.inside[shift])
    said.append(
        f"A real shift, with zeros around the picture: **{near}** over the whole frame, **{far}** "
        "away from its border."
    )
    return " ".join(said)


def stay_sentence(found: Translation, shift: int) -> str:
    """Does the map stay as it was? With the numbers, as Markdown."""
    if shift == 0:
        return "Nothing has moved yet: move the slider."
    changes = [found.stays[window][shift] for window in (1, *WINDOWS)]
    itself, *after = (percent(change) for change in changes)
    pools = ", ".join(
        f"after {window}×{window} max pooling **{change}**"
        for window, change in zip(WINDOWS, after, strict=True)
    )
    verdict = _verdict(changes)
    largest, average = percent(found.maximum[shift]), percent(found.average[shift])
    return (
        f"The map itself changes by **{itself}**, {pools}: {verdict} Only global pooling, one "
        f"number for the whole map, stays: max **{largest}**, average **{average}**."
    )


def _verdict(changes: list[float]) -> str:
    if max(changes) < EXACT:
        return "a flat map cannot show a shift."
    if all(one > other for one, other in pairwise(changes)):
        if changes[-1] < EXACT:
            return "less, and the largest window hides this shift."
        return "less, but it does not stay."
    return "it does not stay, and here pooling does not even help."


def pictures(wide: Map, kernel: Map, shift: int) -> dict[str, Colours]:
    """The shifted picture and what becomes of it, by title; all uint8 and of one size.

    ``wide`` is what ``dlviz.core.translation.scene`` gives. Small maps keep their hard edges. The
    colours of all maps go from 0 to the same answer, which few pixels exceed.
    """
    picture = shifted(wide[:, FURTHEST:], shift)
    answer = response(picture, kernel)
    stride, window = STRIDES[-1], WINDOWS[-1]
    limit = float(np.quantile(answer, 0.995)) or float(answer.max()) or 1.0
    shown = {"Its map f(x)": answer, f"f(x) at stride {stride}": answer[::stride, ::stride]}
    shown[f"After {window}×{window} max pooling"] = pooled(answer, window)
    maps = {
        title: _enlarged(magnitude_colours(values, limit), len(answer))
        for title, values in shown.items()
    }
    return {f"The picture, {shift} to the right": unit_picture(picture), **maps}


def saved(pictures: dict[str, Colours], *, theme: str = "light") -> bytes:
    """What ``pictures`` gives, side by side under their titles, as a PNG to keep."""
    height, gap, font = 34, 16, ImageFont.load_default(17)
    panels = []
    for title, picture in pictures.items():
        panel = np.full((len(picture) + height, picture.shape[1] + gap, 3), PAPER[theme], np.uint8)
        panel[height:, gap:] = picture
        image = Image.fromarray(panel)
        # Pillow's own font has no ×.
        ImageDraw.Draw(image).text((gap, 8), title.replace("×", "x"), fill=INK[theme], font=font)
        panels.append(np.asarray(image))
    return png_bytes(np.concatenate(panels, axis=1))


def _enlarged(picture: Colours, side: int) -> Colours:
    times = side // len(picture)
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def code(kernel: NDArray[np.float64], photo: str, size: tuple[int, int], shift: int) -> str:
    """A PyTorch program that prints the same changes; ``size`` is the photograph's (H, W)."""
    top, left, side = crop(*size)
    above, before = ((length - 1) // 2 for length in kernel.shape)
    below, after = kernel.shape[0] - 1 - above, kernel.shape[1] - 1 - before
    rows = "\n".join(f"    {[float(value) for value in row]}," for row in kernel)
    strides = f"({', '.join(map(str, STRIDES))})"
    windows = f"({', '.join(map(str, WINDOWS))})"
    return f"""\
import torch
from torch.nn import functional as F

from dlviz.io.photographs import load_photograph

photograph = torch.from_numpy(load_photograph("{photo}")).double() / 255
grey = photograph @ torch.tensor([0.299, 0.587, 0.114]).double()
kernel = torch.tensor([
{rows}
]).double()
shift, top, left, side = {shift}, {top}, {left}, {side}


def window(by):
    "The square that a camera sees when it looks this many pixels further to the left."
    return grey[top : top + side, left - by : left - by + side]


def f(x, mode="circular"):
    "ReLU of the map; what lies beyond the border comes from the other side, or is 0."
    around = F.pad(x[None, None], ({before}, {after}, {above}, {below}), mode=mode)
    return F.conv2d(around, kernel[None, None]).relu()[0]


def change(one, other):
    return float((one - other).norm() / other.norm())


still, moved = f(window(0)), f(window(0).roll(shift, 1))
print("Does it follow?")
for stride in {strides}:
    one, other = moved[:, ::stride, ::stride], still[:, ::stride, ::stride]
    nearest = shift // stride, -(-shift // stride)
    print(f"stride {{stride}}: {{min(change(one, other.roll(by, 2)) for by in nearest):.1%}}")
real, before = f(window(shift), "constant"), f(window(0), "constant")
gap = real[:, :, shift:] - before[:, :, : side - shift]
print(f"{BORDERED}: {{float(gap.norm() / before.norm()):.1%}}")

print("Does it stay?")
print(f"map: {{change(moved, still):.1%}}")
for size in {windows}:
    pool = torch.nn.MaxPool2d(size)
    print(f"{{size}}×{{size}} max: {{change(pool(moved), pool(still)):.1%}}")
print(f"{MAXIMUM}: {{change(moved.amax((1, 2)), still.amax((1, 2))):.1%}}")
print(f"{AVERAGE}: {{change(moved.mean((1, 2)), still.mean((1, 2))):.1%}}")
"""
