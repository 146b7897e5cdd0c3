"""Charts of runs that differ in one setting: bands over epochs, and every seed's end. Plotly's."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlviz.core.experiments import Arm, Outcome
from dlviz.core.seeds import interval
from dlviz.figures.experiments_words import MEASURES, values
from dlviz.figures.overlay import TEXT, Curve, Point, accuracy_chart, look_of, loss_chart

HEIGHT = 300
BESIDE = 0.16  # the interval stands beside its seeds, in widths of a column


def curve(arm: Arm, outcomes: Sequence[Outcome], measure: str) -> Curve:
    """An arm's held-out scores over epochs: lowest, mean and highest of its seeds.

    The untrained net is left out: it guesses, and would flatten the rest.
    """
    column = 1 if measure == "loss" else 2
    at: dict[int, list[float]] = {}
    for outcome in outcomes:
        for score in outcome.scores:
            at.setdefault(score[0], []).append(score[column])
    last, epochs = max(at, default=0), arm.spec.train.epochs
    points = [
        Point(epochs * step / last, min(each), sum(each) / len(each), max(each), len(outcomes))
        for step, each in sorted(at.items())
        if step
    ]
    return Curve(arm.title, tuple(points))


def over_epochs(
    arms: Sequence[Arm], outcomes: Sequence[Sequence[Outcome]], measure: str
) -> go.Figure:
    """The bands of all arms."""
    curves = [curve(arm, found, measure) for arm, found in zip(arms, outcomes, strict=True)]
    chart = loss_chart if measure == "loss" else accuracy_chart
    return chart(curves).update_layout(height=HEIGHT)


def seed_by_seed(
    arms: Sequence[Arm], outcomes: Sequence[Sequence[Outcome]], measure: str
) -> go.Figure:
    """Every seed's end in every arm, joined, and beside them the means with their intervals."""
    figure = go.Figure()
    columns = [values(found, measure) for found in outcomes]
    for place, outcome in enumerate(outcomes[0]):
        ends = [column[place] for column in columns]
        figure.add_trace(_joined(ends, outcome.seed))
    for index, (arm, column) in enumerate(zip(arms, columns, strict=True)):
        figure.add_trace(_ends(index, column, [item.seed for item in outcomes[0]]))
        figure.add_trace(_interval(index, arm.title, column))
    axis = {"tickfont": {"size": TEXT}}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        font={"size": TEXT},
        title={
            "text": f"{MEASURES[measure]} at the end, seed by seed",
            "font": {"size": 16},
            **{"x": 0, "y": 0.98, "yanchor": "top"},
        },
        showlegend=False,
        hoverlabel={"font": {"size": TEXT}, "align": "left", "namelength": -1},
        xaxis={
            **axis,
            "tickvals": list(range(len(arms))),
            "ticktext": [arm.title for arm in arms],
            "range": [-0.4, len(arms) - 0.6 + 2 * BESIDE],
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={**axis, "ticksuffix": "" if measure == "loss" else " %", "nticks": 7},
    )
    return figure


def _joined(ends: Sequence[float], seed: int) -> go.Scatter:
    """A thin line from a seed's end in one arm to its end in the next."""
    return go.Scatter(
        x=list(range(len(ends))),
        y=list(ends),
        mode="lines",
        line={"color": "rgba(128,128,128,0.55)", "width": 1.5},
        hoverinfo="skip",
        name=f"seed {seed}",
    )


def _ends(index: int, column: Sequence[float], seeds: Sequence[int]) -> go.Scatter:
    colour, _ = look_of(index)
    return go.Scatter(
        x=[index] * len(column),
        y=list(column),
        mode="markers",
        marker={"color": colour, "size": 9, "line": {"color": "white", "width": 1}},
        text=[f"seed {seed}" for seed in seeds],
        hovertemplate="%{text}: %{y:.4g}<extra></extra>",
    )


def _interval(index: int, title: str, column: Sequence[float]) -> go.Scatter:
    """The mean as a bar across, and its 95 % interval where there is one."""
    colour, _ = look_of(index)
    found = interval(column)
    reach = found.high - found.mean if found.is_known else 0.0
    said = f"{title}: mean %{{y:.4g}}" + (f" ± {reach:.3g}" if found.is_known else "")
    return go.Scatter(
        x=[index + BESIDE],
        y=[found.mean],
        mode="markers",
        marker={
            **{"color": colour, "size": 14, "symbol": "line-ew"},
            "line": {"width": 4, "color": colour},
        },
        error_y={"array": [reach], "color": colour, "thickness": 3, "width": 8},
        hovertemplate=f"{said}<extra></extra>",
    )
