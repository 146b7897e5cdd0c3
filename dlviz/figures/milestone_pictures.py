"""The timeline's pictures: SVG in the page's own colours, worked out without PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from dlviz.core.milestone import Milestone
from dlviz.figures.board import INK

WIDTH, HEIGHT = 560, 300
_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"
Cases = NDArray[np.float64]
CASES: Cases = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
XOR = (0, 1, 1, 0)
# Two lines that a hidden layer may draw, x + y = ½ and x + y = 1½, and what XOR makes of them.
HIDDEN = ((1.0, 1.0, -0.5), (1.0, 1.0, -1.5))


Drawn = tuple[str, str]  # what is inside the SVG, and what it shows in words


def picture(milestone: Milestone, theme: str) -> Drawn:
    """A milestone's picture, bars or number → (an SVG of ``WIDTH``×``HEIGHT``, what it shows).

    Raises KeyError for a picture that is not drawn here.
    """
    if milestone.bars:
        inside, words = bars(milestone.bars)
    elif milestone.picture:
        inside, words = PICTURES[milestone.picture]()
    else:
        inside, words = number(milestone.number, milestone.unit)
    ink = "#{:02x}{:02x}{:02x}".format(*INK[theme])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" color="{ink}" '
        f'font-family="Source Sans, Source Sans Pro, sans-serif">{inside}</svg>',
        words,
    )


def number(value: str, unit: str) -> Drawn:
    """One number, large, and what it counts."""
    return (_text(280, 160, value, 92, bold=True) + _text(280, 214, unit, 20), f"{value} {unit}")


def bars(rows: Sequence[tuple[str, float, str]]) -> Drawn:
    """Values as bars from 0 on one scale, the words above each and its number beside it."""
    most = max(value for _, value, _ in rows)
    step = min(92, 280 // len(rows))
    top = (HEIGHT - step * len(rows)) // 2
    parts = []
    for place, (words, value, said) in enumerate(rows):
        y, long = top + place * step, max(3.0, 350 * value / most)
        colour = (_BLUE, _ORANGE, _GREEN)[place % 3]
        parts.append(_text(12, y + 22, words, 19, anchor="start"))
        parts.append(
            f'<rect x="12" y="{y + 32}" width="{long:.1f}" height="34" rx="4" fill="{colour}"/>'
        )
        parts.append(_text(22 + long, y + 56, said, 20, anchor="start", bold=True))
    return "".join(parts), "; ".join(f"{words}: {said}" for words, _, said in rows)


def gate() -> Drawn:
    """McCulloch and Pitts' AND: two weights of 1, threshold 2, and its four answers."""
    parts = [_line(96, 96, 220, 140), _line(96, 204, 220, 160), _line(300, 150, 352, 150)]
    for y, name in ((92, "x"), (208, "y")):
        parts.append(_disc(78, y, 26, "none") + _text(78, y + 8, name, 24))
        parts.append(_text(160, y + (8 if y < 150 else 6), "1", 22, bold=True))
    parts.append(_disc(260, 150, 42, "none") + _text(260, 159, "≥ 2", 26, bold=True))
    for row, (x, y) in enumerate(CASES.astype(int)):
        fires = int(x + y >= 2)
        height = 84 + row * 46
        words = f"{x} + {y} = {x + y} → {fires}"
        parts.append(_text(366, height, words, 24, anchor="start", bold=bool(fires)))
    return "".join(parts), "A unit with two weights of 1 and the threshold 2 computes AND."


def learn(points: Cases, labels: Sequence[int]) -> tuple[NDArray[np.float64], int]:
    """Rosenblatt's rule from zero weights until a round without mistakes → (weights, mistakes).

    ``points`` N×2, ``labels`` 0 or 1; the weights are of x, y and 1. Does not end for classes that
    no line separates.
    """
    inputs = np.column_stack([points, np.ones(len(points))])
    weights, mistakes, wrong = np.zeros(3), 0, True
    while wrong:
        wrong = False
        for row, label in zip(inputs, labels, strict=True):
            sign = 1 if label else -1
            if sign * float(row @ weights) <= 0:
                weights = weights + sign * row
                mistakes, wrong = mistakes + 1, True
    return weights, mistakes


def two_classes() -> tuple[Cases, list[int]]:
    """Forty points of two classes that a line separates."""
    rng = np.random.default_rng(3)
    first = rng.normal((-1.0, -0.4), 0.45, (20, 2))
    second = rng.normal((1.0, 0.5), 0.45, (20, 2))
    return np.concatenate([first, second]), [0] * 20 + [1] * 20


def perceptron() -> Drawn:
    """Two classes, the line that the perceptron found, and after how many mistakes."""
    points, labels = two_classes()
    (a, b, c), mistakes = learn(points, labels)

    def place(x: float, y: float) -> tuple[float, float]:
        return 200 + 85 * x, 150 - 85 * y

    (x0, y0), (x1, y1) = (place(-(c + b * y) / a, y) for y in (-1.7, 1.7))
    parts = [_line(x0, y0, x1, y1, 4)]
    for (x, y), label in zip(points, labels, strict=True):
        parts.append(_mark(*place(x, y), label, 7))
    parts.append(_text(476, 140, str(mistakes), 64, bold=True))
    parts.append(_text(476, 174, "mistakes, then none", 19))
    return "".join(parts), f"Two classes and the line found after {mistakes} mistakes."


def xor() -> Drawn:
    """XOR's four cases and a line that gets three of them right."""
    said = [int(x + y > 0.5) for x, y in CASES]
    right = sum(said[k] == XOR[k] for k in range(4))
    parts = [_frame(), _cut(*HIDDEN[0]), *_cases(), _text(430, 150, f"{right} of 4", 52, bold=True)]
    parts.append(_text(430, 186, "is all that one line gets", 19))
    return "".join(parts), f"XOR: a line gets {right} of 4 cases right."


def two_lines() -> Drawn:
    """XOR's four cases between the two lines of a hidden layer."""
    units = [[int(a * x + b * y + c > 0) for a, b, c in HIDDEN] for x, y in CASES]
    right = sum(int(one - other > 0.5) == XOR[k] for k, (one, other) in enumerate(units))
    parts = [_frame(), *(_cut(*line) for line in HIDDEN), *_cases()]
    parts.append(_text(430, 150, f"{right} of 4", 52, bold=True))
    parts.append(_text(430, 186, "with two hidden units", 19))
    return "".join(parts), f"XOR: two lines get {right} of 4 cases right."


_SIDE, _LEFT, _TOP = 160.0, 84.0, 70.0  # the unit square of XOR's picture


def _at(x: float, y: float) -> tuple[float, float]:
    return _LEFT + _SIDE * x, _TOP + _SIDE * (1 - y)


def _frame() -> str:
    return (
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" '
        'stroke="currentColor" opacity="0.3"/>'
    )


def _cut(a: float, b: float, c: float) -> str:
    """The line a·x + b·y + c = 0, a bit beyond the square."""
    (x0, y0), (x1, y1) = (
        _at(x, -(c + a * x) / b) for x in (-c / (a + b) - 0.5, -c / (a + b) + 0.5)
    )
    return _line(x0, y0, x1, y1, 4)


def _cases() -> list[str]:
    return [_mark(*_at(x, y), XOR[place], 15) for place, (x, y) in enumerate(CASES)]


def _mark(x: float, y: float, label: int, size: float) -> str:
    """Class 0 a blue disc, class 1 an orange square: not by colour alone."""
    if not label:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{_BLUE}"/>'
    corner = f'x="{x - size:.1f}" y="{y - size:.1f}"'
    return f'<rect {corner} width="{2 * size}" height="{2 * size}" fill="{_ORANGE}"/>'


def _disc(x: float, y: float, radius: float, fill: str) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}" stroke="currentColor" '
        'stroke-width="2.5"/>'
    )


def _line(x0: float, y0: float, x1: float, y1: float, width: float = 2.5) -> str:
    ends = f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"'
    return f'<line {ends} stroke="currentColor" stroke-width="{width}" stroke-linecap="round"/>'


def _text(
    x: float, y: float, words: str, size: int, *, anchor: str = "middle", bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="currentColor"{weight}>{escape(words)}</text>'
    )


PICTURES: dict[str, Callable[[], Drawn]] = {
    "gate": gate,
    "perceptron": perceptron,
    "xor": xor,
    "two_lines": two_lines,
}
