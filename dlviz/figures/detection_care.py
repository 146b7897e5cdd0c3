"""The count of mistakes at a threshold, its chart, and the program that makes it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlviz.core.detection.care import Mistakes
from dlviz.core.detection.precision import Boxes, rank

TEXT = 15
SCORES = tuple(round(0.05 * step, 2) for step in range(1, 20))


def mistakes(
    found: Sequence[Boxes], truths: Sequence[Boxes], least: float, classes: int
) -> Mistakes:
    """Boxes with a score of at least ``least``, judged at IoU 0.5, over all classes."""
    wrong = right = there = 0
    for label in range(classes):
        ranking = rank(found, truths, label, 0.5)
        use = ranking.score >= least
        right += int((ranking.right & use).sum())
        wrong += int((~ranking.right & use).sum())
        there += ranking.truths
    return Mistakes(len(truths), wrong, there - right, right)


def daily(number: float) -> str:
    """So many a day, in words: "15 552" where it is whole, else "about 4.3"."""
    if abs(number - round(number)) < 1e-6:
        return f"{number:,.0f}".replace(",", "\u202f")
    if number < 0.1:
        return "fewer than 0.1"
    return f"about {number:,.{int(number < 10)}f}".replace(",", "\u202f")


def chart(counts: Sequence[Mistakes], now: float) -> go.Figure:
    """Wrong boxes and missed forms over the threshold."""
    letters = {"size": TEXT}
    axis = {"tickfont": letters}
    figure = go.Figure(
        layout={
            "height": 300,
            "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
            "font": letters,
            "hoverlabel": {"font": letters},
            "legend": {"orientation": "h", "y": 1.15, "font": letters},
            "xaxis": {
                "title": {"text": "a box counts from this score on", "font": letters},
                "range": [0, 1],
                **axis,
            },
            "yaxis": {
                "title": {"text": "in 100 scenes", "font": letters},
                "rangemode": "tozero",
                **axis,
            },
        }
    )
    for name, values, colour, dash in (
        ("wrong boxes", [one.wrong for one in counts], "#D55E00", "solid"),
        ("missed forms", [one.missed for one in counts], "#0072B2", "dash"),
    ):
        figure.add_scatter(
            x=SCORES,
            y=values,
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"symbol": "circle" if dash == "solid" else "square", "size": 7},
        )
    figure.add_vline(x=now, line={"dash": "dot", "color": "#999999"})
    return figure


def care_code(least: float, per_hour: int, cameras: int) -> str:
    """The count of one day."""
    return f"""from dlviz.core.detection.grid_detector import detections
from dlviz.figures.detection_care import mistakes
from dlviz.io.shape_detector import held_out_scenes, load_detector, look
from dlviz.io.shape_scenes import CLASSES

scenes = held_out_scenes()
found = detections(look(load_detector(), scenes), least=0.05, most_overlap=0.5)
counted = mistakes(found, [scene.truth for scene in scenes], {least}, len(CLASSES))
print(counted)
print("wrong boxes a day:", counted.wrong_a_day(per_hour={per_hour}, cameras={cameras}))
"""
