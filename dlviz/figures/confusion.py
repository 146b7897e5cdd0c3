"""Which class is taken for which: a settled chart that wants hovering, so it is Plotly's."""

from __future__ import annotations

import plotly.graph_objects as go
import torch
from torch import Tensor

from dlviz.figures.colours import MAGNITUDE

TEXT = 14


def mistakes(counts: Tensor, classes: tuple[str, ...]) -> go.Figure:
    """Confusion counts (true × said) as a heat map of the mistakes alone.

    What is right would outshine the rest by far, so the diagonal is left empty.
    """
    wrong = counts.to(torch.float64, copy=True)
    wrong.fill_diagonal_(float("nan"))
    scale = [
        [place / 8, f"rgb{tuple(int(part) for part in MAGNITUDE[place * 32])}"]
        for place in range(9)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=wrong.tolist(),
            x=list(classes),
            y=list(classes),
            colorscale=scale,
            hovertemplate="%{z} pictures of %{y} were taken for %{x}<extra></extra>",
            colorbar={"title": "pictures", "thickness": 12, "tickfont": {"size": TEXT}},
            xgap=1,
            ygap=1,
        )
    )
    axis = {"type": "category", "tickfont": {"size": TEXT}, "showgrid": False}
    figure.update_layout(
        height=420,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": TEXT},
        xaxis={"title": "said", **axis},
        yaxis={"title": "true", "autorange": "reversed", **axis},
    )
    return figure


def worst(counts: Tensor, classes: tuple[str, ...]) -> str:
    """The most frequent mistake in words."""
    wrong = counts.clone().fill_diagonal_(0)
    total, errors = int(counts.sum()), int(wrong.sum())
    if not errors:
        return f"None of {total} held-out pictures is mistaken."
    true, said = divmod(int(wrong.argmax()), len(classes))
    return (
        f"{errors} of {total} held-out pictures are mistaken, most often {classes[true]} for "
        f"{classes[said]} ({int(wrong[true, said])} times)."
    )
