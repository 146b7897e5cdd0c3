"""What was read out of each layer: a chart, a sentence, a table, and the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dlviz.core.readout import PIXELS, SUBSETS, Reading
from dlviz.core.words import grouped, percent
from dlviz.figures.colours import CLASS_COLOURS
from dlviz.figures.maps import LOADS

TEXT = 14
HEIGHT = 360
LEARNT, RANDOM, OWN = CLASS_COLOURS[5], CLASS_COLOURS[1], CLASS_COLOURS[2]
TRAINED, UNTRAINED = "learnt features", "random weights"


def mean(values: Sequence[float]) -> float:
    """Of at least one value."""
    return sum(values) / len(values)


def chart(reading: Reading, words: Mapping[str, str], title: str = "") -> go.Figure:
    """Accuracy in per cent over depth: learnt features, random ones, the network's own answer.

    A point is the mean of the random subsets; its bar goes from the lowest to the highest.
    ``words``: layer → what it is called, in order, raw pixels first. ``title`` stands above it
    in a saved picture.
    """
    order = [layer for layer in words if layer in reading.trained]
    figure = go.Figure()
    for accuracies, name, colour, symbol, dash in (
        (reading.untrained, UNTRAINED, RANDOM, "diamond", "dot"),
        (reading.trained, TRAINED, LEARNT, "circle", "solid"),
    ):
        layers = [layer for layer in order if layer in accuracies]
        if not layers:
            continue
        middle = [mean(accuracies[layer]) for layer in layers]
        figure.add_scatter(
            x=[words[layer] for layer in layers],
            y=[100 * value for value in middle],
            error_y={
                "type": "data",
                "array": [100 * (max(accuracies[at]) - m) for at, m in _pairs(layers, middle)],
                "arrayminus": [100 * (m - min(accuracies[at])) for at, m in _pairs(layers, middle)],
                "thickness": 2,
                "width": 6,
            },
            customdata=[grouped(reading.numbers[layer]) for layer in layers],
            hovertemplate="%{x}: %{y:.1f} %<br>read from %{customdata} numbers",
            mode="lines+markers",
            line={"width": 3, "color": colour, "dash": dash},
            marker={"size": 11, "symbol": symbol},
            name=name,
        )
    if reading.own is not None:
        figure.add_scatter(
            x=[words[layer] for layer in order],
            y=[100 * reading.own] * len(order),
            mode="lines",
            line={"width": 2, "color": OWN, "dash": "dash"},
            hovertemplate="%{y:.1f} %",
            name="the network’s own answer",
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 60, "r": 10, "t": 72, "b": 36},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": TEXT}},
        xaxis={"tickfont": {"size": TEXT}, "categoryorder": "array",
               "categoryarray": [words[layer] for layer in order]},
        yaxis={"title": "right, of the others (%)", "tickfont": {"size": TEXT}},
    )  # fmt: skip
    if title:
        figure.update_layout(meta={"title": title})
    return figure


def _pairs(layers: Sequence[str], middle: Sequence[float]) -> list[tuple[str, float]]:
    return list(zip(layers, middle, strict=True))


def sentence(reading: Reading, words: Mapping[str, str], *, net: str, noun: str) -> str:
    """What was measured, in Markdown; ``noun``: what the pictures show.

    Says nothing that the numbers do not: where intervals overlap, so it says.
    """
    layers = [layer for layer in words if layer in reading.trained and layer != PIXELS]
    if not layers:
        return "Only the raw pixels have been read so far."
    best = max(layers, key=lambda layer: mean(reading.trained[layer]))
    found, pixels = reading.trained[best], reading.trained[PIXELS]
    text = (
        f"A linear classifier that has seen **{grouped(reading.learnt)}** {noun} reads them best "
        f"from **{words[best]}** of {net}: **{_share(found)}** of {grouped(reading.judged)} others "
        f"are right ({_range(found)}), from raw pixels {_share(pixels)} ({_range(pixels)})."
    )
    random = [layer for layer in layers if layer in reading.untrained]
    if random:
        top = max(random, key=lambda layer: mean(reading.untrained[layer]))
        says = reading.untrained[top]
        text += (
            f" The same layers before any training give at most {_share(says)}, at {words[top]}: "
            + _verdict(found, says)
        )
    last = layers[-1]
    if last != best and last in reading.untrained:
        learnt, before = reading.trained[last], reading.untrained[last]
        text += f" The last one, {words[last]}: {_share(learnt)} learnt, {_share(before)} random."
    if reading.own is not None:
        text += (
            f" The network itself, which has seen its whole training set, gets "
            f"{percent(reading.own, 1)} of them right."
        )
    return text


def _verdict(found: Sequence[float], random: Sequence[float]) -> str:
    if min(found) > max(random):
        return "the rest is learnt."
    if max(found) < min(random):
        return "here the training has made the features worse."
    return "the intervals overlap, so nothing shows that training has helped here."


def _share(values: Sequence[float]) -> str:
    return percent(mean(values), 1)


def _range(values: Sequence[float]) -> str:
    low, high = percent(min(values), 1).removesuffix(" %"), percent(max(values), 1)
    return f"{low} to {high}"


def table(reading: Reading, words: Mapping[str, str]) -> str:
    """The chart's numbers as a table in Markdown."""
    lines = [
        f"| layer | numbers | {TRAINED} | {UNTRAINED} |",
        "| --- | ---: | ---: | ---: |",
    ]
    for layer in (layer for layer in words if layer in reading.trained):
        random = reading.untrained.get(layer)
        cells = (
            words[layer],
            grouped(reading.numbers[layer]),
            f"{_share(reading.trained[layer])} ({_range(reading.trained[layer])})",
            f"{_share(random)} ({_range(random)})" if random else "–",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def code(
    model: str, source: str, layer: str, count: int, *, most: int = 0, own: bool = False
) -> str:
    """A program that reads one layer and the raw pixels and runs as it stands in the project.

    ``source``: lines that set ``pixels`` and ``labels``. ``most``: of so many pictures only, 0 of
    all. ``own``: the model is no registered one, but a file that the visitor downloads first.
    """
    limit = f", most={most}" if most else ""
    return f"""\
import torch

from dlviz.core.probe import activations
from dlviz.core.readout import as_input, fit, pooled, right, split
{LOADS[own].format(model=model)}
{source}

# Pictures to learn from and others to judge by; the network was trained on neither.
pictures = split(pixels, labels, int(labels.max()) + 1{limit})


def features(pixels, layer):
    images = as_input(pixels, model.input_shape)
    if layer == "pixels":
        return pooled(images)
    with torch.no_grad():
        parts = [activations(model, part, [layer])[layer] for part in images.split(50)]
    return pooled(torch.cat(parts))


for layer in ("pixels", "{layer}"):
    learn, judge = (features(part[0], layer) for part in (pictures.learn, pictures.judge))
    accuracies = []
    for seed in range({SUBSETS}):  # one run is an anecdote
        generator = torch.Generator().manual_seed(seed)
        chosen = torch.randperm(len(learn), generator=generator)[:{count}]
        # Multinomial logistic regression: standardised features, decay of the weights.
        linear = fit(learn[chosen], pictures.learn[1][chosen], pictures.classes)
        accuracies.append(right(linear(judge), pictures.judge[1]))
    print(layer, learn.shape[1], [round(one, 4) for one in accuracies])
"""
