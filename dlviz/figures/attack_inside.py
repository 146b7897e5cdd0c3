"""An attack from inside as a page shows it: the distances over depth, and in words; a program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from torch import Tensor

from dlviz.core.attack_inside import LOGITS, PIXELS, ChangedMaps, Depth, depth, most_changed
from dlviz.core.attack_plane import random_signs
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.attack import LEVELS, Study
from dlviz.figures.charts import percent
from dlviz.figures.hidden import Hidden, hidden_layers
from dlviz.figures.layer_names import LookLayer
from dlviz.figures.number_words import share_text

CONTROLS = 5  # draws of random signs
SHOWN = 6  # maps
FINE = 12  # rows or columns of maps in which one still sees where
ADVERSARIAL = "#D55E00"
CONTROL = {"light": "#0072B2", "dark": "#56B4E9"}
_BAND = "rgba(86, 180, 233, 0.35)"
TEXT = 14


@dataclass(frozen=True, eq=False)
class Inside:
    """The clean picture, the attacked one and the controls, uint8; what the net says to each.

    ``pixels``, ``adversarial``: C×H×W; ``controls``: N×C×H×W, random signs of the same ε.
    ``label``: the answer to the clean picture, ``found`` to the attacked one; ``answers``
    2 + N×K: the probabilities of all.
    """

    pixels: Tensor
    adversarial: Tensor
    controls: Tensor
    label: int
    answers: Tensor
    eps: int

    @property
    def found(self) -> int:
        """The class that the attacked picture is taken for."""
        return int(self.answers[1].argmax())

    @property
    def fooled(self) -> bool:
        """Whether the answer has changed."""
        return self.found != self.label

    @property
    def three(self) -> Tensor:
        """Clean, attacked, and the first control: float 3×C×H×W in [0, 1]."""
        return to_unit(torch.stack([self.pixels, self.adversarial, self.controls[0]]))


def inside(model: Classifier, subject: Study, adversarial: Tensor, eps: int) -> Inside:
    """All pictures and answers. adversarial: float C×H×W in [0, 1]; it is rounded to 8 bits."""
    whole = subject.pixels.to(torch.int16)
    shape = tuple(whole.shape)
    controls = [
        (whole + eps * random_signs(shape, seed)).clamp(0, LEVELS) for seed in range(CONTROLS)
    ]
    attacked = (adversarial * LEVELS).round().to(torch.uint8)
    every = torch.stack([subject.pixels, attacked, *(one.to(torch.uint8) for one in controls)])
    answers = model.probabilities(to_unit(every))
    return Inside(subject.pixels, attacked, every[2:], subject.label, answers, eps)


def layers_of(model: Classifier) -> dict[str, Hidden]:
    """The hidden layers, by name; none for a network that has none."""
    try:
        return hidden_layers(model)
    except ValueError:
        return {}


def opening_layer(layers: dict[str, Hidden], look: dict[str, LookLayer]) -> str:
    """Where to look at first: the deepest layer whose maps still show where; else the last one."""
    fine = [name for name in layers if name in look and _side(look[name]) >= FINE]
    return fine[-1] if fine else list(layers)[-1]


def _side(layer: LookLayer) -> int:
    return min(layer.height, layer.width)


def over_depth(model: Classifier, seen: Inside, layers: dict[str, Hidden]) -> Depth:
    """Distances of the attacked picture (the first row) and of the controls."""
    changed = to_unit(torch.cat([seen.adversarial[None], seen.controls]))
    return depth(model, to_unit(seen.pixels), changed, list(layers))


def changed_in(model: Classifier, seen: Inside, layer: str) -> ChangedMaps:
    """The maps of a layer that change most, beside one control."""
    return most_changed(model, seen.three, layer, count=SHOWN)


def angles(found: Depth) -> Tensor:
    """Degrees between each changed answer and the clean one, N×L."""
    return torch.rad2deg(torch.arccos(found.cosine))


def titles(found: Depth, layers: dict[str, Hidden]) -> list[str]:
    """Each place in words."""
    named = {PIXELS: "pixels", LOGITS: "logits"}
    return [named.get(place) or layers[place].title for place in found.places]


def chart(
    found: Depth, layers: dict[str, Hidden], chosen: str, *, measure: str, theme: str = "light"
) -> go.Figure:
    """Distance (``measure`` "relative", in per cent) or angle ("angle", in degrees) over depth.

    ``chosen``: the layer that a vertical line marks.
    """
    values = 100 * found.relative if measure == "relative" else angles(found)
    unit = " %" if measure == "relative" else "°"
    words = titles(found, layers)
    across = list(range(len(words)))
    noise = values[1:]
    low, middle, high = noise.min(dim=0).values, noise.mean(dim=0), noise.max(dim=0).values
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[*across, *across[::-1]],
            y=[*_known(high), *_known(low)[::-1]],
            fill="toself",
            fillcolor=_BAND,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        _line(words, middle, f"random signs, mean of {len(noise)}", CONTROL[theme], unit)
    )
    figure.add_trace(_line(words, values[0], "adversarial", ADVERSARIAL, unit))
    if chosen in found.places:
        at = found.places.index(chosen)
        figure.add_vline(x=at, line={"width": 1.5, "dash": "dot", "color": "#888888"})
    axis = {"tickfont": {"size": TEXT}, "title": {"font": {"size": TEXT}}}
    shown = _ticks(len(words))
    figure.update_layout(
        height=350,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": TEXT},
        legend={"x": 0.01, "y": 0.99, "font": {"size": TEXT}, "bgcolor": "rgba(0,0,0,0)"},
        showlegend=True,
        hoverlabel={"font": {"size": TEXT}, "align": "left", "namelength": -1},
        xaxis={
            **axis,
            "tickvals": shown,
            "ticktext": [_short(words, at) for at in shown],
            "title": {"text": "hidden layers, from pixels to logits", "font": {"size": TEXT}},
            "showgrid": False,
            "tickangle": 0,
        },
        yaxis={**axis, "ticksuffix": unit, "nticks": 6, "rangemode": "tozero"},
    )
    figure.data[0].update(showlegend=False)
    return figure


def depth_caption(measure: str) -> str:
    """What the chart's numbers are."""
    what = (
        "Euclidean distance between a layer’s answers to the changed picture and to the clean one, "
        "divided by the length of the latter."
        if measure == "relative"
        else "Angle between a layer’s answers to the changed picture and to the clean one; 90° is "
        "nothing in common."
    )
    return f"{what} The blue band: from the lowest to the highest of {CONTROLS} draws of signs."


def _known(values: Tensor) -> list[float | None]:
    """NaN, where nothing can be compared, leaves a gap."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def _line(words: Sequence[str], values: Tensor, name: str, colour: str, unit: str) -> go.Scatter:
    solid = colour == ADVERSARIAL
    return go.Scatter(
        x=list(range(len(words))),
        y=_known(values),
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2.5, "dash": "solid" if solid else "dash"},
        marker={"size": 8, "symbol": "circle" if solid else "square"},
        text=list(words),
        hovertemplate=f"%{{text}}<br>{name}: %{{y:.1f}}{unit}<extra></extra>",
    )


def _ticks(count: int) -> list[int]:
    """Both ends, and as many numbers between as have room."""
    step = 1 if count <= 10 else 2 if count <= 14 else 4
    return [0, *range(step, count - step // 2 - 1, step), count - 1]


def _short(words: Sequence[str], at: int) -> str:
    ends = {0: "pixels", len(words) - 1: "logits"}
    return ends.get(at, str(at))


def depth_words(found: Depth, layers: dict[str, Hidden]) -> str:
    """How much the change has grown where it is farthest, against the control's; Markdown."""
    relative = found.relative
    start, noise_start = float(relative[0, 0]), float(relative[1:, 0].mean())
    if not start:
        why = "the gradient is 0 in every pixel" if noise_start else "ε is 0"
        return f"Nothing is added ({why}), so nothing is farther away in any layer."
    last = len(found.places) - 1
    inner = [at for at in range(1, last) if not torch.isnan(relative[:, at]).any()] or [last]
    at = max(inner, key=lambda place: float(relative[0, place]))
    end, noise_end = float(relative[0, at]), float(relative[1:, at].mean())
    where = f"layer {at}, **{titles(found, layers)[at]}**" if at < last else "the **logits**"
    return (
        f"In the pixels the attack is {share_text(start)} of the picture’s length and the random "
        f"signs {share_text(noise_start)}. At {where}: {share_text(end)} against "
        f"{share_text(noise_end)}. "
        f"On the way the attack has grown **×{_times(end, start)}**, the noise "
        f"×{_times(noise_end, noise_start)}."
    )


def _times(end: float, start: float) -> str:
    return f"{end / start:.2g}" if start else "0"


def answer_words(seen: Inside, classes: Sequence[str]) -> str:
    """What the net says to the three pictures; Markdown."""
    said = [f"**{classes[int(one.argmax())]}** ({percent(float(one.max()))})"
            for one in seen.answers[:3]]  # fmt: skip
    return (
        f"Clean: {said[0]}. Attacked by ε = {seen.eps}/255: {said[1]}. Random signs of the same ε: "
        f"{said[2]}."
    )


def code(load_model: str, load_pixels: str, attack: str, eps: int, layer: str) -> str:
    """A program that measures the distances and names the maps, and runs as it stands.

    ``load_model`` and ``load_pixels``: Python that sets ``model``, and ``pixels`` uint8 C×H×W.
    ``layer`` is empty for a network without hidden layers.
    """
    maps = _MAPS.format(layer=layer) if layer else ""
    layers = "list(hidden_layers(model))" if layer else "[]"
    return f"""\
import torch

from dlviz.core.attack_inside import depth, most_changed
from dlviz.core.attack_plane import random_signs
from dlviz.core.attacks import ATTACKS
from dlviz.figures.hidden import hidden_layers
{load_model}
{load_pixels}

clean = pixels / 255
label = model(clean[None]).argmax(dim=1)
attacked = ATTACKS["{attack}"].run(model, clean[None], label, {eps} / 255)[0]
noisy = (clean + {eps} / 255 * random_signs(tuple(clean.shape), 0)).clamp(0, 1)
# As a file stores them: whole steps of 1/255.
three = (torch.stack([clean, attacked, noisy]) * 255).round() / 255

found = depth(model, three[0], three[1:], {layers})
for place, (adversarial, control) in zip(found.places, found.relative.T.tolist()):
    print(f"{{place}}: adversarial {{adversarial:.3f}}, random signs {{control:.3f}}")
{maps}"""


_MAPS = """\
changed = most_changed(model, three, "{layer}", count=6)
for channel, share in zip(changed.channels, changed.shares):
    print(f"map {{channel}}: {{share:.1%}} of the layer's squared distance")
"""
