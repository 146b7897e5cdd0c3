"""Transfer learning in charts, pictures and sentences with the current numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import torch
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import ImageData
from dlviz.core.seeds import difference, interval
from dlviz.core.transfer_learning.intervals import wilson
from dlviz.core.transfer_learning.nets import CUT, features_of, new_head
from dlviz.core.transfer_learning.study import METHODS, SCRATCH, TRANSFER, Measured, ends_of
from dlviz.core.words import grouped, percent
from dlviz.figures.colours import Colours
from dlviz.figures.compose import tile
from dlviz.figures.overlay import Curve, Point, accuracy_chart
from dlviz.figures.sheets import Sheet, sheet_of

WIDE = 0.2  # an interval that says little
MOST_MISTAKES = 12


def how_many(right: int, total: int) -> str:
    """ "198 of 200: 99.0 % (95 %: 96.4 % to 99.7 %)", by Wilson."""
    low, high = wilson(right, total)
    return (
        f"{grouped(right)} of {grouped(total)}: {percent(right / total, 1)} "
        f"(95 % interval {percent(low, 1)} to {percent(high, 1)})"
    )


def verdict(answers: Tensor, before: Tensor, data: ImageData, colour: float, tuned: int) -> str:
    """What the run has come to: right answers, what the last block brought, colour alone."""
    labels = data.test_labels
    total = len(labels)
    right = int((answers.argmax(dim=1) == labels).sum())
    first = int((before.argmax(dim=1) == labels).sum())
    parts = [f"Right of those held out: **{how_many(right, total)}**."]
    if tuned:
        more = right - first
        change = (
            f"{abs(more)} {'more' if more > 0 else 'fewer'}" if more else "neither more nor fewer"
        )
        parts.append(
            f"The head alone had {grouped(first)} right; with the last block learning, too, it is "
            f"{change}."
        )
    low, high = wilson(right, total)
    if high - low > WIDE:
        parts.append(
            f"{grouped(total)} held-out pictures are few: the interval is "
            f"{100 * (high - low):.0f} points wide, so a lucky draw can look like a good network."
        )
    parts.append(
        f"Colour alone (logistic regression on histograms) has {percent(colour, 1)} right; "
        f"guessing has {percent(1 / len(data.classes), 1)}."
    )
    if colour >= low:
        parts.append("So nothing here shows that it is shape which was learnt.")
    return " ".join(parts)


def counts(base: Classifier, classes: int) -> dict[str, int]:
    """Numbers that can be learnt: "base" below the last block, "block", "head"."""
    features = features_of(base)
    return {
        "base": sum(value.numel() for value in features[:CUT].parameters()),
        "block": sum(value.numel() for value in features[CUT:].parameters()),
        "head": sum(value.numel() for value in new_head(classes, torch.Generator()).parameters()),
    }


def steps(base: Classifier, classes: int, epochs: int, tuned: int, rate: float) -> str:
    """What is trained when, as a table in Markdown."""
    count = counts(base, classes)
    out = "1, sigmoid" if classes == 2 else f"{classes}, softmax"
    return (
        "| part | modules | weights | epochs 1 to "
        f"{epochs - tuned} | last {tuned} |\n|---|---|---|---|---|\n"
        f"| base | `features.0` … `features.16` | {grouped(count['base'])} | frozen | frozen |\n"
        f"| last block | `features.17` (the 17th inverted residual), `features.18` (1×1 "
        f"convolution to 1280 maps) | {grouped(count['block'])} | frozen | λ = {rate / 10:g} |\n"
        f"| head | global average, dense 1024 with ReLU, dense {out} | {grouped(count['head'])} "
        f"| λ = {rate:g} | λ = {rate / 10:g} |"
    )


def mistakes(answers: Tensor, data: ImageData) -> tuple[Sheet | None, list[str]]:
    """Held-out pictures that are named wrongly, the surest first, and what is said of each."""
    said = answers.argmax(dim=1)
    sure = answers.amax(dim=1)
    wrong = (said != data.test_labels).nonzero().flatten().tolist()
    wrong.sort(key=lambda index: -float(sure[index]))
    wrong = wrong[:MOST_MISTAKES]
    if not wrong:
        return None, []
    words = [
        f"{data.classes[int(said[index])]}, {percent(float(sure[index]))} sure; it is "
        f"{data.classes[int(data.test_labels[index])]}"
        for index in wrong
    ]
    return sheet_of(as_pictures(data.test_pixels[torch.tensor(wrong)])), words


def as_pictures(pixels: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """uint8 N×C×H×W → N×H×W×3."""
    return np.ascontiguousarray(pixels.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).numpy())


def some(data: ImageData, each: int, columns: int = 12) -> Colours:
    """The first ``each`` held-out pictures of every class, a class after the other."""
    chosen = [
        index
        for label in range(len(data.classes))
        for index in (data.test_labels == label).nonzero().flatten()[:each].tolist()
    ]
    return tile(as_pictures(data.test_pixels[torch.tensor(chosen)]), columns)


def curves(found: Sequence[Measured], slices: int) -> list[Curve]:
    """Mean and 95 % interval over seeds of held-out accuracy after each slice of the budget."""
    made = []
    for method, title in enumerate(METHODS):
        runs: dict[int, list[Measured]] = {}
        for item in found:
            if item.method == method:
                runs.setdefault(item.seed, []).append(item)
        points = []
        for place in range(slices):
            at = [run[place] for run in runs.values() if len(run) > place]
            if at:
                sums = interval([item.accuracy for item in at])
                low, high = (
                    (max(0.0, sums.low), min(1.0, sums.high))
                    if sums.is_known
                    else (
                        sums.mean,
                        sums.mean,
                    )
                )
                seconds = sum(item.seconds for item in at) / len(at)
                points.append(Point(seconds, low, sums.mean, high, len(at)))
        made.append(Curve(title, tuple(points)))
    return made


def against_time(found: Sequence[Measured], slices: int) -> go.Figure:
    """Both methods' held-out accuracy over seconds of training."""
    figure = accuracy_chart(curves(found, slices))
    for trace in figure.data:
        if trace.hovertemplate:
            trace.hovertemplate = trace.hovertemplate.replace("epoch %{x:.2f}", "%{x:.1f} s")
    figure.update_xaxes(title={"text": "seconds of training, features included"})
    figure.update_yaxes(range=[0, 103])
    return figure


def comparison(found: Sequence[Measured], budget: float) -> list[tuple[str, str]]:
    """(method, "98.2 % (96.9 % to 99.5 %)") for the legend."""
    rows = []
    for method, title in enumerate(METHODS):
        ends = ends_of(list(found), method, budget)
        if not ends:
            rows.append((title, "none has used its time yet"))
            continue
        sums = interval(ends)
        reach = ""
        if sums.is_known:
            low, high = (percent(min(1.0, max(0.0, end)), 1) for end in (sums.low, sums.high))
            reach = f" ({low} to {high})"
        rows.append((title, f"{percent(sums.mean, 1)}{reach}"))
    return rows


def gap(found: Sequence[Measured], budget: float, classes: int) -> str:
    """By how much transfer is ahead, pair by pair, in one sentence."""
    ours, theirs = (ends_of(list(found), method, budget) for method in (TRANSFER, SCRATCH))
    pairs = min(len(ours), len(theirs))
    if pairs < 2:
        return "An interval needs at least two seeds of both."
    sums = difference(ours[:pairs], theirs[:pairs])
    says = {
        1: "so transfer is ahead by more than the seeds alone would do",
        0: "so these seeds cannot tell which is ahead",
        -1: "so the net from scratch is ahead",
    }[sums.sign]
    return (
        f"After {budget:g} s of one core’s work each, transfer less scratch, seed by seed: "
        f"**{100 * sums.mean:.0f} points** (95 % interval {100 * sums.low:.0f} to "
        f"{100 * sums.high:.0f}), {says}. Guessing would have {percent(1 / classes, 1)}."
    )
