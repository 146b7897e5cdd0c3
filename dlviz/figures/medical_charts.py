"""Settled charts of the medical page: calibration, learning heads, findings side by side."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dlviz.core.words import percent

TEXT = 14
ILL, WELL, THIRD = "#E69F00", "#56B4E9", "#009E73"
GREY = "#888888"
LEARNT = 0.5


def laid_out(figure: go.Figure, *, height: int, x: str, y: str, **more: Any) -> go.Figure:
    """The look that they share: type of 14 pixels, narrow margins, named axes."""
    axis = {"tickfont": {"size": TEXT}, "gridcolor": "rgba(128,132,142,0.25)", "zeroline": False}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": TEXT},
        hoverlabel_font_size=TEXT,
        legend={"font": {"size": TEXT}, "orientation": "h", "y": 1.02, "yanchor": "bottom"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        xaxis={"title": x, **axis},
        yaxis={"title": y, **axis},
        **more,
    )
    return figure


def calibration_chart(data: dict[str, Any]) -> go.Figure:
    """The reliability diagram: what was said against how often it is so; area is count."""
    said, true, count = data["calibration"]
    rows = [row for row in zip(said, true, count, strict=True) if row[2]]
    most = max(count)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dash", "color": GREY},
        name="as often as said", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[row[0] for row in rows],
        y=[row[1] for row in rows],
        mode="lines+markers",
        line={"color": ILL},
        marker={"size": [8 + 20 * (row[2] / most) ** 0.5 for row in rows], "color": ILL},
        customdata=[row[2] for row in rows],
        hovertemplate="said %{x:.2f}, true of %{y:.2f} of %{customdata} pictures<extra></extra>",
        name="this head, in ten bins",
    )
    axis = {"range": [-0.03, 1.03]}
    laid_out(figure, height=300, x="score", y="share that is ill")
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def calibration_words(data: dict[str, Any], *, moved: bool) -> str:
    """What the diagram says, with its numbers; Markdown."""
    said, true, count = data["calibration"]
    place = max(range(len(count)), key=lambda one: count[one] * (said[one] or 0))
    example = (
        f"Where it says about {said[place]:.2f}, {percent(true[place])} of {count[place]} pictures "
        "are ill"
    )
    numbers = f"Brier score **{data['brier']:.3f}**, calibration error **{data['ece']:.3f}**"
    prevalence = data["prevalence"]
    if prevalence == LEARNT:
        return f"{example}. {numbers}: it learnt where half were ill, and so it is here."
    if moved:
        return (
            f"{example}. {numbers}: the log-odds were moved by a constant, for "
            f"{percent(prevalence)} instead of {percent(LEARNT)} ill. Both curves are the same as "
            "before; only the places of the threshold have moved."
        )
    return (
        f"{example}. {numbers}: it learnt where half were ill and goes on saying so. No picture "
        "has changed its place in the order; tell the scores how common it is (switch above)."
    )
