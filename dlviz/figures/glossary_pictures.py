"""A picture of every block of the glossary: what it does to a small input, computed here.

One function for each, entered in ``PICTURES`` under the block's name. NumPy and Pillow only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dlviz.figures.board import ACCENT, INK
from dlviz.figures.colours import signed_colours
from dlviz.figures.glossary_sketch import BLUE, Sketch
from dlviz.io.grids import GRIDS

Map = NDArray[np.float64]
X_KERNEL = np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])
SMALL = np.array([[1.0, 3, 0, 1], [2, 0, 5, 1], [0, 1, 2, 2], [4, 1, 0, 3]])
LOGITS = np.array([2.0, 1.0, -1.0, 0.5])


def convolved(picture: Map, kernel: Map) -> Map:
    """What libraries call a convolution, without padding: h×w and k×k → (h−k+1)×(w−k+1)."""
    windows = sliding_window_view(picture, kernel.shape)
    after: Map = np.einsum("ijuv,uv->ij", windows, kernel)
    return after


def pooled(picture: Map, size: int, reduce: Callable[..., Map]) -> Map:
    """Windows side by side, each to one number."""
    windows = sliding_window_view(picture, (size, size))[::size, ::size]
    return reduce(windows, axis=(2, 3))


def stamped(picture: Map, kernel: Map, stride: int) -> Map:
    """A transposed convolution without padding: every number stamps the kernel, times itself."""
    rows, columns = picture.shape
    size = kernel.shape[0]
    after = np.zeros(((rows - 1) * stride + size, (columns - 1) * stride + size))
    for (row, column), value in np.ndenumerate(picture):
        y, x = row * stride, column * stride
        after[y : y + size, x : x + size] += value * kernel
    return after


def softmaxed(values: Map) -> Map:
    """Probabilities of any numbers."""
    raised = np.exp(values - values.max())
    shares: Map = raised / raised.sum()
    return shares


def _conv(sheet: Sketch) -> None:
    grid = GRIDS["lecture"].at(7)[0].astype(float)
    sheet.cells(6, 10, grid, 10)
    sheet.frame(16, 20, 30, 30)
    sheet.arrow((80, 45), (96, 45))
    sheet.cells(101, 20, convolved(grid, X_KERNEL), 10)
    sheet.frame(111, 30, 10, 10)


def _pool(sheet: Sketch, *, reduce: Callable[..., Map]) -> None:
    sheet.cells(10, 11, SMALL, 17)
    sheet.frame(44, 11, 34, 34)
    sheet.arrow((84, 45), (103, 45))
    sheet.cells(109, 23, pooled(SMALL, 2, reduce), 22)
    sheet.frame(131, 23, 22, 22)


def _global_average(sheet: Sketch) -> None:
    for index, turned in enumerate((SMALL, SMALL.T - 2, 0 - SMALL[::-1])):
        x = 14 + 50 * index
        sheet.cells(x, 14, turned, 7.5, limit=6)
        sheet.arrow((x + 15, 47), (x + 15, 58))
        sheet.cells(x + 8, 62, [[turned.mean()]], 14, limit=3, form=".2g")


def _flatten(sheet: Sketch) -> None:
    sheet.cells(12, 15, SMALL, 15)
    sheet.arrow((78, 45), (98, 45))
    limit = float(SMALL.max()) * 1.5
    sheet.cells(112, 5, SMALL.reshape(-1, 1)[:8], 10, limit=limit)
    sheet.cells(130, 5, SMALL.reshape(-1, 1)[8:], 10, limit=limit)


def _dense(sheet: Sketch) -> None:
    weights = np.random.default_rng(3).normal(size=(4, 6))
    colours = signed_colours(weights, 2.2, sheet.theme)
    inputs = [(30.0, 10 + 14.0 * row) for row in range(6)]
    outputs = [(130.0, 18 + 18.0 * row) for row in range(4)]
    for (row, column), weight in np.ndenumerate(weights):
        paint = tuple(int(part) for part in colours[row, column])
        width = 0.3 + 0.7 * abs(float(weight))
        sheet.line(inputs[column], outputs[row], width=width, colour=paint)
    for x, y in inputs:
        sheet.disc(x, y, 4.5, BLUE[sheet.theme])
    for x, y in outputs:
        sheet.disc(x, y, 5.5, ACCENT[sheet.theme])


def _neuron(sheet: Sketch) -> None:
    for index, width in enumerate((2.2, 0.7, 1.4)):
        y = 18 + 27.0 * index
        colour = BLUE[sheet.theme] if index == 1 else ACCENT[sheet.theme]
        sheet.line((18, y), (66, 45), width=width, colour=colour)
        sheet.disc(18, y, 6, BLUE[sheet.theme])
    sheet.disc(70, 45, 13, signed_of(sheet, 0.5))
    sheet.text(70, 44, "+", 16)
    sheet.arrow((84, 45), (98, 45))
    sheet.curve((102, 25, 46, 40), _sigmoid, (-5, 5, 0, 1))


def signed_of(sheet: Sketch, value: float) -> tuple[int, ...]:
    """A colour of the signed scale from −1 to 1."""
    return tuple(int(part) for part in signed_colours([value], 1.0, sheet.theme)[0])


def _residual(sheet: Sketch) -> None:
    sheet.disc(14, 58, 5, BLUE[sheet.theme])
    sheet.arrow((20, 58), (30, 58))
    sheet.box(31, 46, 32, 24, "conv, norm")
    sheet.arrow((64, 58), (72, 58))
    sheet.box(73, 46, 32, 24, "conv, norm")
    sheet.arrow((106, 58), (118, 58))
    sheet.disc(125, 58, 6.5, ACCENT[sheet.theme])
    sheet.text(125, 57.5, "+", 11)
    sheet.arrow((132, 58), (148, 58))
    sheet.line((14, 53), (14, 18), width=1.2)
    sheet.line((14, 18), (125, 18), width=1.2)
    sheet.arrow((125, 18), (125, 50))
    if sheet.large:
        sheet.text(70, 25, "the input, as it is", 5)


def _batch_norm(sheet: Sketch) -> None:
    values = np.random.default_rng(0).normal(3.0, 1.8, 4000)
    for index, each in enumerate((values, (values - values.mean()) / values.std())):
        left = 8 + 82.0 * index
        counts, _ = np.histogram(each, bins=20, range=(-4, 9) if index == 0 else (-5, 5))
        sheet.bars(left, 74, (counts / counts.max() * 58).tolist(), step=3.2)
        middle = left + (4 / 13 if index == 0 else 0.5) * 64
        sheet.line((middle, 10), (middle, 78), width=0.5)
        if sheet.large:
            sheet.text(middle, 83, "0", 5.5)
    sheet.arrow((75, 40), (87, 40))


def _dropout(sheet: Sketch) -> None:
    values = np.round(np.random.default_rng(2).uniform(0.5, 3, (4, 4)), 1)
    kept = np.random.default_rng(1).random((4, 4)) >= 0.5
    limit = float(values.max()) * 3
    sheet.cells(9, 13, values, 16, limit=limit)
    sheet.arrow((77, 45), (87, 45))
    sheet.cells(92, 13, np.where(kept, 2 * values, 0), 16, limit=limit, crossed=~kept)


def _transposed(sheet: Sketch) -> None:
    small = np.array([[1.0, 2], [3, 0]])
    sheet.cells(12, 25, small, 20)
    sheet.frame(32, 25, 20, 20)
    sheet.arrow((58, 45), (76, 45))
    sheet.cells(84, 10, stamped(small, X_KERNEL, 2), 14)
    sheet.frame(112, 10, 42, 42)


def _sigmoid(z: Map) -> Map:
    return 1 / (1 + np.exp(-z))


def _normal(z: Map) -> Map:
    return np.array([0.5 * (1 + math.erf(value / math.sqrt(2))) for value in z.tolist()])


BENDS: dict[str, Callable[[Map], Map]] = {
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
    "gelu": lambda z: z * _normal(z),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
}


def _activation(sheet: Sketch, *, name: str) -> None:
    """The function, and dashed its slope (by differences)."""
    function, place, spans = BENDS[name], (20.0, 8.0, 120.0, 74.0), (-4.0, 4.0, -1.4, 3.0)
    zero = place[1] + spans[3] / (spans[3] - spans[2]) * place[3]
    sheet.line((place[0], zero), (place[0] + place[2], zero), width=0.3)
    sheet.line((80, place[1]), (80, place[1] + place[3]), width=0.3)
    sheet.curve(
        place, lambda z: (function(z + 1e-4) - function(z - 1e-4)) / 2e-4, spans, dashed=True
    )
    sheet.curve(place, function, spans)
    if sheet.large:
        sheet.text(148, 14, "g(z)", 5.5)
        sheet.text(25, zero - 20, "slope, dashed", 4.5)


def _softmax(sheet: Sketch) -> None:
    sheet.bars(12, 56, (LOGITS * 18).tolist(), step=13)
    sheet.arrow((70, 45), (84, 45))
    chances = softmaxed(LOGITS)
    sheet.bars(94, 78, (chances * 100).tolist(), step=13)
    if sheet.large:
        for index, (value, share) in enumerate(zip(LOGITS, chances, strict=True)):
            sheet.text(17 + 13 * index, 81, f"{value:g}", 5)
            sheet.text(99 + 13 * index, 84, f"{share:.2f}", 5)


def _cross_entropy(sheet: Sketch) -> None:
    place, spans = (18.0, 8.0, 128.0, 72.0), (0.01, 1.0, 0.0, 4.6)
    sheet.line((18, 80), (148, 80), width=0.4)
    sheet.line((18, 8), (18, 80), width=0.4)
    sheet.curve(place, lambda p: -np.log(p), spans)
    for chance in (0.1, 0.9):
        cost = -math.log(chance)
        x = place[0] + (chance - 0.01) / 0.99 * place[2]
        y = place[1] + (4.6 - cost) / 4.6 * place[3]
        sheet.disc(x, y, 2.6, BLUE[sheet.theme])
        if sheet.large:
            sheet.text(min(x + 24, 128), y - 7, f"p = {chance:g}: {cost:.2f}", 5)


def _step(sheet: Sketch) -> None:
    """Five steps down w² with λ = 0.3."""
    place, spans = (14.0, 8.0, 132.0, 70.0), (-2.2, 2.2, 0.0, 4.6)
    sheet.line((14, 78), (146, 78), width=0.4)
    sheet.curve(place, lambda w: w**2, spans)
    weight, before = -2.0, None
    for _ in range(5):
        x = place[0] + (weight + 2.2) / 4.4 * place[2]
        here = (x, place[1] + (4.6 - weight**2) / 4.6 * place[3])
        if before:
            sheet.line(before, here, width=0.5, colour=INK[sheet.theme])
        sheet.disc(*here, 2.6, BLUE[sheet.theme])
        weight, before = weight - 0.3 * 2 * weight, here


PICTURES: dict[str, Callable[[Sketch], None]] = {
    "conv": _conv,
    "dense": _dense,
    "neuron": _neuron,
    "residual": _residual,
    "max_pool": partial(_pool, reduce=np.max),
    "avg_pool": partial(_pool, reduce=np.mean),
    "global_average": _global_average,
    "flatten": _flatten,
    "transposed_conv": _transposed,
    "batch_norm": _batch_norm,
    "dropout": _dropout,
    **{name: partial(_activation, name=name) for name in BENDS},
    "softmax": _softmax,
    "cross_entropy": _cross_entropy,
    "gradient_step": _step,
}


@cache
def picture(name: str, theme: str, *, large: bool = False) -> NDArray[np.uint8]:
    """The block's picture, uint8 540×960×3, or 180×320×3 without its numbers. Read only."""
    sheet = Sketch(theme, large=large)
    PICTURES[name](sheet)
    return sheet.pixels
