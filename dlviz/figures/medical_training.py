"""A binary head while it learns from few ill pictures, plain and with a weighted loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dlviz.core.medical.remedies import HALF, Moment, Outcome
from dlviz.core.medical.verdicts import Array, counts_at
from dlviz.core.words import percent
from dlviz.figures.medical_charts import GREY, ILL, TEXT, THIRD, laid_out

BINS = 24
TITLES = {
    "plain": "plain, threshold 0.5",
    "weighted": "weighted loss, threshold 0.5",
    "moved": "plain, threshold moved",
}
LOOK = {"plain": (GREY, "circle"), "weighted": (ILL, "square"), "moved": (THIRD, "diamond")}
MEASURES = {"recall": "recall", "precision": "precision", "f1": "F1", "auc": "AUC",
            "ece": "calibration error"}  # fmt: skip


def training_data(
    plain: Sequence[Moment],
    weighted: Sequence[Moment],
    truth: NDArray[np.bool_],
    *,
    scene: str,
    weight: float,
) -> dict[str, Any]:
    """What the component shows at each step: two histograms, and F1 by the three ways."""
    ways = {
        "plain": [(moment, HALF) for moment in plain],
        "weighted": [(moment, HALF) for moment in weighted],
        "moved": [(moment, moment.threshold) for moment in plain],
    }
    return {
        "scene": scene,
        "weight": round(weight, 2),
        "ill": int(truth.sum()),
        "count": len(truth),
        "steps": [moment.step for moment in plain],
        "bins": {name: [_bins(moment.scores, truth) for moment in moments]
                 for name, moments in (("plain", plain), ("weighted", weighted))},
        "shares": {name: [_shares(moment.scores, truth, threshold) for moment, threshold in rows]
                   for name, rows in ways.items()},
        "moved": [round(moment.threshold, 3) for moment in plain],
    }  # fmt: skip


def _bins(scores: Array, truth: NDArray[np.bool_]) -> list[list[int]]:
    return [np.histogram(scores[kind], BINS, (0, 1))[0].tolist() for kind in (truth, ~truth)]


def _shares(scores: Array, truth: NDArray[np.bool_], threshold: float) -> list[float | None]:
    """Found, alarms, precision, recall, F1."""
    counts = counts_at(scores, truth, threshold)
    found, alarms = float(counts.tp[0]), float(counts.tp[0] + counts.fp[0])
    precision = round(float(counts.precision[0]), 3) if alarms else None
    return [found, alarms, precision, round(float(counts.recall[0]), 3),
            round(float(counts.f1[0]), 3)]  # fmt: skip


def remedies_chart(rows: Sequence[Sequence[Outcome]]) -> go.Figure:
    """Each measure of each way: a mark for each training set, a bar at their mean."""
    figure = go.Figure()
    spread = np.linspace(-0.06, 0.06, len(rows))
    for place, (name, title) in enumerate(TITLES.items()):
        colour, symbol = LOOK[name]
        for at, key in enumerate(MEASURES):
            values = [getattr(row[place], key) for row in rows]
            middle = at + 0.27 * (place - 1)
            known = [value for value in values if not np.isnan(value)]
            if not known:
                continue
            figure.add_scatter(
                x=[middle - 0.11, middle + 0.11], y=[float(np.mean(known))] * 2, mode="lines",
                line={"color": colour, "width": 4}, showlegend=False, hoverinfo="skip",
            )  # fmt: skip
            figure.add_scatter(
                x=(middle + spread).tolist(),
                y=values,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 9, "opacity": 0.75},
                name=title,
                legendgroup=name,
                showlegend=at == 0,
                hovertemplate=f"{title}: {MEASURES[key]} %{{y:.3f}}<extra></extra>",
            )
    laid_out(figure, height=330, x="", y="held-out pictures")
    figure.update_xaxes(
        tickvals=list(range(len(MEASURES))), ticktext=list(MEASURES.values()), showgrid=False,
        tickfont={"size": TEXT},
    )  # fmt: skip
    figure.update_yaxes(range=[-0.02, 1.02])
    return figure


def remedies_words(rows: Sequence[Sequence[Outcome]], prevalence: float) -> str:
    """What helped, with the means over the training sets; Markdown."""

    def mean(place: int, key: str) -> float:
        return float(np.nanmean([getattr(row[place], key) for row in rows]))

    sets = len(rows)
    if prevalence == HALF:
        return (
            f"Half are ill, so there is nothing to balance: the weight is 1, and over {sets} "
            f"training sets both heads have F1 **{mean(0, 'f1'):.2f}**. Make the illness rarer."
        )
    return (
        f"**Over {sets} training sets with {percent(prevalence)} ill** the plain head finds "
        f"**{percent(mean(0, 'recall'))}** of the ill at 0.5: it has learnt, rightly, that hardly "
        f"anybody is. The weighted loss finds {percent(mean(1, 'recall'))}, F1 "
        f"{mean(0, 'f1'):.2f} → **{mean(1, 'f1'):.2f}**. Only moving the plain head’s threshold, "
        f"chosen on the pictures that it learnt from, gives **{mean(2, 'f1'):.2f}**. The order of "
        f"the pictures is hardly another (AUC {mean(0, 'auc'):.2f} and {mean(1, 'auc'):.2f}): the "
        "weight has moved the scores, no more. And it costs their truth: calibration error "
        f"{mean(0, 'ece'):.2f} → {mean(1, 'ece'):.2f}."
    )


CODE = """\
from dlviz.core.medical.heads import balancing, teach
from dlviz.core.medical.remedies import best_threshold
from dlviz.core.medical.screening import at_prevalence
from dlviz.core.medical.verdicts import counts_at, curves
from dlviz.io.xray_features import cases

train, test = cases("train"), cases("test")  # MobileNetV2's features of generated chests
own = at_prevalence(train.findings[:, 0], {prevalence}, {count}, seed={seed})
seen = at_prevalence(test.findings[:, 0], {prevalence}, 800, seed={sample})
x, y = train.features[own], train.findings[own, :1]
truth = test.findings[seen, 0]

# CheXNet's loss: −w y log p − (1 − y) log(1 − p), with w = well / ill
plain, weighted = teach(x, y), teach(x, y, positive_weight=balancing(y))
moved = best_threshold(plain(x)[:, 0], y[:, 0])
for name, head, at in (
    ("plain", plain, 0.5), ("weighted", weighted, 0.5), ("threshold moved", plain, moved)
):
    scores = head(test.features[seen])[:, 0]
    found = counts_at(scores, truth, at)
    print(f"{{name}}: threshold {{at:.2f}}, recall {{found.recall[0]:.3f}},", end=" ")
    print(f"F1 {{found.f1[0]:.3f}}, AUC {{curves(scores, truth).auc:.3f}}")
"""


def code(prevalence: float, count: int, seed: int, sample: int) -> str:
    """A program that prints the page's numbers for one training set."""
    return CODE.format(prevalence=prevalence, count=count, seed=seed, sample=sample)
