"""Curves of several runs over one another: settled charts that want hovering, so Plotly's.

The legend and the table of what differs are HTML in the page's own colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from statistics import mean, stdev

import plotly.graph_objects as go

from dlviz.figures.colours import CLASS_COLOURS
from dlviz.figures.number_words import HUGE, loss_text

TEXT = 14
# Okabe and Ito's, those first that stand out on white and on black; their yellow does not on white.
LINE_COLOURS = tuple(CLASS_COLOURS[index] for index in (5, 4, 2, 6, 1, 0, 7))
# As many as are coprime to the colours: 28 runs before two look the same. "" is a solid line.
DASHES = ("", "9px,5px", "2px,4px", "12px,4px,2px,4px")
# Twice what guessing among ten classes costs (ln 10 = 2.3): above it a run has simply diverged.
HIGHEST_LOSS = 5.0
FEW = 16  # points are marked as long as they do not crowd
NONE = "–"

STYLE = """
.overlay { font-size: 15px; line-height: 1.5; }
.overlay .runs { display: flex; flex-wrap: wrap; gap: 0.15rem 1.6rem; }
.overlay .run { display: flex; align-items: center; gap: 0.5rem; }
.overlay .swatch { display: block; flex: none; width: 40px; height: 3px; }
.overlay .result { font-weight: 600; font-variant-numeric: tabular-nums; }
.overlay .wide { overflow-x: auto; }
.overlay table { border-collapse: collapse; }
.overlay th, .overlay td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); min-width: 6.5rem; }
.overlay th { font-weight: 600; }
.overlay thead .swatch { margin: 0.4rem 0; }
"""


@dataclass(frozen=True)
class Point:
    """Lowest, mean and highest of ``runs`` runs after ``epoch`` epochs."""

    epoch: float
    low: float
    mean: float
    high: float
    runs: int = 1


@dataclass(frozen=True)
class Curve:
    """One line: of a run, or the mean of several with the band that they fill."""

    title: str
    points: tuple[Point, ...]

    @property
    def is_band(self) -> bool:
        """Whether there is anything between the lowest and the highest."""
        return any(point.runs > 1 for point in self.points)


def loss_chart(curves: Sequence[Curve]) -> go.Figure:
    """Held-out cross-entropy over epochs; what is above ``HIGHEST_LOSS`` is cut off."""
    figure = _chart(curves, "held-out loss", 1.0, ".3f", "")
    if is_cut(curves):
        figure.update_yaxes(range=[0, HIGHEST_LOSS])
    return figure


def accuracy_chart(curves: Sequence[Curve]) -> go.Figure:
    """Share of held-out pictures that are right, in per cent, over epochs."""
    return _chart(curves, "held-out accuracy", 100.0, ".1f", " %")


def is_cut(curves: Sequence[Curve]) -> bool:
    """Whether some loss is too high to be shown without flattening the others."""
    return any(point.high > HIGHEST_LOSS for curve in curves for point in curve.points)


def look_of(index: int) -> tuple[str, str]:
    """The colour and the dashes of the line ``index``."""
    return LINE_COLOURS[index % len(LINE_COLOURS)], DASHES[index % len(DASHES)]


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """(title, result) of each line, in their order → HTML. Use with ``STYLE``."""
    runs = "".join(
        f'<div class="run">{_swatch(index)}<span>{escape(title)}</span>'
        f'<span class="result">{escape(result)}</span></div>'
        for index, (title, result) in enumerate(entries)
    )
    return f'<div class="overlay"><div class="runs">{runs}</div></div>'


def table(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A column for each line, a row (its name, a value for each line) for each setting → HTML."""
    head = "".join(
        f'<th scope="col">{_swatch(index)}{escape(title)}</th>' for index, title in enumerate(heads)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(value)}</td>" for value in values)
        + "</tr>"
        for name, values in rows
    )
    # Who cannot use a mouse must be able to reach what has to be scrolled to.
    return (
        '<div class="overlay"><div class="wide" tabindex="0" role="region" '
        'aria-label="What differs between the runs"><table><thead><tr><td></td>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def percent_spread(shares: Sequence[float]) -> str:
    """Mean and standard deviation (n − 1) of shares in [0, 1]: "97.1 % ± 0.3"."""
    return _spread([100 * share for share in shares], ".1f", " %")


def loss_spread(losses: Sequence[float]) -> str:
    """Mean and standard deviation (n − 1): "0.093 ± 0.004"; of enormous ones the largest."""
    largest = max(losses, default=0.0)
    if largest < HUGE:
        return _spread(losses, ".3f", "")
    return f"{'' if len(losses) == 1 else 'up to '}{loss_text(largest)}"


def _spread(values: Sequence[float], form: str, unit: str) -> str:
    if not values:
        return NONE
    middle = f"{mean(values):{form}}{unit}"
    return middle if len(values) == 1 else f"{middle} ± {stdev(values):{form}}"


def _swatch(index: int) -> str:
    """A piece of the line, 40 pixels of it. Streamlit takes SVG out of HTML, so it is painted."""
    colour, dash = look_of(index)
    if not dash:
        paint = colour
    else:
        edges = list(accumulate(int(part.removesuffix("px")) for part in dash.split(",")))
        stops = [
            f"{colour if place % 2 == 0 else 'transparent'} {low}px {high}px"
            for place, (low, high) in enumerate(pairwise([0, *edges]))
        ]
        paint = f"repeating-linear-gradient(90deg, {', '.join(stops)})"
    return f'<span class="swatch" aria-hidden="true" style="background:{paint}"></span>'


def _chart(curves: Sequence[Curve], title: str, times: float, form: str, unit: str) -> go.Figure:
    figure = go.Figure()
    for index, curve in enumerate(curves):
        if curve.is_band:
            figure.add_trace(_band(curve, index, times))
    for index, curve in enumerate(curves):
        if curve.points:
            figure.add_trace(_line(curve, index, times, form, unit))
    axis = {"tickfont": {"size": TEXT}, "title": {"font": {"size": TEXT}}}
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        font={"size": TEXT},
        title={"text": title, "font": {"size": 16}, "x": 0, "y": 0.98, "yanchor": "top"},
        showlegend=False,
        hoverlabel={"font": {"size": TEXT}, "align": "left", "namelength": -1},
        xaxis={**axis, "title": {"text": "epochs", "font": {"size": TEXT}}, "rangemode": "tozero"},
        yaxis={**axis, "ticksuffix": unit, "nticks": 7},
    )
    return figure


def _line(curve: Curve, index: int, times: float, form: str, unit: str) -> go.Scatter:
    colour, dash = look_of(index)
    points = curve.points
    return go.Scatter(
        x=[point.epoch for point in points],
        y=[times * point.mean for point in points],
        name=curve.title,
        mode="lines+markers" if len(points) <= FEW else "lines",
        line={"color": colour, "width": 2.5, "dash": dash or "solid"},
        marker={"size": 6},
        text=[_hover(point, times, form, unit) for point in points],
        hovertemplate=f"{_title(curve)}<br>epoch %{{x:.2f}}: %{{text}}<extra></extra>",
    )


def _band(curve: Curve, index: int, times: float) -> go.Scatter:
    """Once along the highest and back along the lowest; the lines lie above all bands."""
    red, green, blue = (int(look_of(index)[0][at : at + 2], 16) for at in (1, 3, 5))
    there, back = curve.points, curve.points[::-1]
    return go.Scatter(
        x=[point.epoch for point in (*there, *back)],
        y=[times * p.high for p in there] + [times * p.low for p in back],
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},0.22)",
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _hover(point: Point, times: float, form: str, unit: str) -> str:
    said = f"{times * point.mean:{form}}{unit}"
    if point.runs == 1:
        return said
    low, high = (f"{times * value:{form}}" for value in (point.low, point.high))
    return f"{said}, mean of {point.runs} runs from {low} to {high}{unit}"


def _title(curve: Curve) -> str:
    """As text: Plotly reads some HTML, and %{} in a template."""
    return escape(curve.title).replace("%", "&#37;")
