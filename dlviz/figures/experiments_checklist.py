"""The checklist's pictures: a run's losses, its layers' gradients, and the points as a list."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import inf

import plotly.graph_objects as go

from dlviz.core.checklist import Point, Sight
from dlviz.core.run_log import Log, gradient, learners
from dlviz.figures.colours import CLASS_COLOURS
from dlviz.figures.decades import decades
from dlviz.figures.overlay import TEXT

BLUE, ORANGE, GREEN = CLASS_COLOURS[4], CLASS_COLOURS[5], CLASS_COLOURS[2]
SIGNS = {Sight.OK: "✓", Sight.LOOK: "!", Sight.UNKNOWN: "?"}
STEEP = 30.0  # losses so far apart are drawn by their power of ten

STYLE = f"""
.points-list {{ display: flex; flex-direction: column; gap: 0.3rem; font-size: 15px;
  line-height: 1.4; }}
.points-list .point {{ display: grid; grid-template-columns: 6.6rem 1fr; gap: 0 0.6rem;
  padding: 0.3rem 0.6rem; border-left: 5px solid #999; border-radius: 4px;
  background: color-mix(in srgb, currentColor 5%, transparent); }}
.points-list .ok {{ border-color: {GREEN}; }}
.points-list .look {{ border-color: {ORANGE};
  background: color-mix(in srgb, {ORANGE} 14%, transparent); }}
.points-list .sight {{ font-weight: 600; white-space: nowrap; }}
.points-list .question {{ font-weight: 600; }}
@media (max-width: 640px) {{ .points-list .point {{ grid-template-columns: 1fr; }} }}
"""
_CLASS = {Sight.OK: "ok", Sight.LOOK: "look", Sight.UNKNOWN: "unknown"}


def points_list(points: Sequence[Point]) -> str:
    """Each point with its verdict, the run's numbers and what to do → HTML. Use with ``STYLE``."""
    rows = "".join(
        f'<div class="point {_CLASS[point.sight]}">'
        f'<div class="sight">{SIGNS[point.sight]} {point.sight.value}</div>'
        f'<div><span class="question">{number}. {escape(point.question)}</span> '
        f"{escape(point.sentence)}"
        + (f" <span><strong>→</strong> {escape(point.advice)}</span>" if point.advice else "")
        + "</div></div>"
        for number, point in enumerate(points, start=1)
    )
    return f'<div class="points-list">{rows}</div>'


def loss_curves(log: Log) -> go.Figure:
    """The mini-batches' loss, the held-out one, and what guessing costs, over steps."""
    figure = go.Figure()
    steps = [point[0] for point in log.steps]
    losses = [point[1] for point in log.steps]
    faint = {"color": "rgba(128,128,128,0.7)", "width": 1.2}
    figure.add_trace(go.Scatter(x=steps, y=losses, mode="lines", line=faint, name="mini-batch"))
    held = {"color": BLUE, "width": 3}
    figure.add_trace(
        go.Scatter(
            x=[point[0] for point in log.scores],
            y=[point[1] for point in log.scores],
            **{"mode": "lines+markers", "line": held, "name": "held out"},
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[0, max([*steps, 1])],
            y=[log.guessing, log.guessing],
            **{"mode": "lines", "name": "guessing"},
            line={"color": ORANGE, "dash": "dash", "width": 2},
        )
    )
    _lay_out(figure, "loss", 250)
    legend = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.16, "font": {"size": TEXT}}
    figure.update_layout(showlegend=True, legend=legend)
    figure.update_xaxes(title="updates")
    every = [*losses, *(point[1] for point in log.scores)]
    if every and max(every) > STEEP * log.guessing:
        figure.update_yaxes(type="log", dtick=1)
    else:
        figure.update_yaxes(rangemode="tozero")
    return figure


def gradient_bars(log: Log) -> go.Figure | None:
    """The norm of every layer's gradient at the end, by powers of ten; None if none was kept."""
    layers = [layer for layer in learners(log) if layer.gradient is not None]
    sizes = [gradient(layer) for layer in layers]
    if not any(sizes):
        return None
    drawn = [size if 0 < size < inf else None for size in sizes]
    figure = go.Figure(
        go.Bar(
            x=[layer.name for layer in layers],
            y=drawn,
            **{"marker": {"color": BLUE}, "hovertemplate": "%{x}: %{y:.2g}<extra></extra>"},
        )
    )
    _lay_out(figure, "gradient’s norm, layer by layer", 210)
    figure.update_yaxes(**decades(*sizes, 0.1, 10.0))
    for layer, size, bar in zip(layers, sizes, drawn, strict=True):
        if bar is None:  # it has no place on this scale
            text = "∞" if size else "0"
            figure.add_annotation(
                x=layer.name, y=0, yref="paper", yanchor="bottom", text=text, showarrow=False
            )
    figure.add_hrect(y0=0.1, y1=10, fillcolor=GREEN, opacity=0.14, line_width=0)
    return figure


def _lay_out(figure: go.Figure, title: str, height: int) -> None:
    axis = {"tickfont": {"size": TEXT}}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
        font={"size": TEXT},
        title={"text": title, "font": {"size": 16}, "x": 0, "y": 0.98, "yanchor": "top"},
        showlegend=False,
        hoverlabel={"font": {"size": TEXT}},
        xaxis=axis,
        yaxis={**axis, "nticks": 6},
    )
