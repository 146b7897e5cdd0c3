"""A plainly trained net beside one that was trained adversarially: words, table, pictures, code."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go
import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.robustness import LEVELS, NOISE, Survey, on_grid
from dlviz.core.words import percent
from dlviz.figures.colours import CLASS_COLOURS, Colours
from dlviz.figures.compose import signed_picture
from dlviz.io.surveys import EPSILONS

GREY, COLOUR = EPSILONS, (0, 1, 2, 4, 6, 8, 12, 16, 24, 32)
CLEARER = 0.1  # of the slope: less is no difference to speak of
KINDS = (("fgsm", "FGSM, one step"), ("pgd", "PGD, 10 steps"), (NOISE, "random signs"))
STYLE = """
.twins { border-collapse: collapse; font-size: 16px; margin: 0.3rem 0; }
.twins :is(td, th) { padding: 0.15rem 0.7rem 0.15rem 0; text-align: right; font-weight: 400;
  font-variant-numeric: tabular-nums; border-bottom: 1px solid
  color-mix(in srgb, currentColor 18%, transparent); }
.twins th:first-child, .twins td:first-child { text-align: left; }
.twins .judge td { font-weight: 600; }
"""
LOOKS = {"fgsm": ("dash", "circle"), "pgd": ("solid", "square"), NOISE: ("dot", "cross")}
TEXT, HEIGHT = 14, 390
Pair = tuple[str, str]  # the titles of the two nets
Surveys = dict[tuple[str, str], Survey]  # by title and attack


def grid_of(shape: tuple[int, int, int]) -> tuple[tuple[int, ...], int]:
    """(the ε of the curves, the one looked at first) for an input shape, in steps of 1/255."""
    return (GREY, 32) if shape[0] == 1 else (COLOUR, 8)


@dataclass(frozen=True, eq=False)
class Seen:
    """One net and one picture: its ``gradient`` of the loss (C×H×W), the attacked ``pixels``
    (uint8) and its ``answer``, float32 K probabilities, to them; ``clean``: to the picture."""

    gradient: Tensor
    pixels: Tensor
    answer: Tensor
    clean: Tensor


def seen(model: Classifier, pixels: Tensor, label: int, eps: int) -> Seen:
    """PGD of ten steps on a uint8 C×H×W picture of this class, and where the loss rises."""
    from dlviz.core.attacks import Aim

    images, wanted = to_unit(pixels)[None], torch.tensor([label])
    gradient = Aim.of(model, images, wanted).gradient(images)[0]
    moved = on_grid(ATTACKS["pgd"].run(model, images, wanted, eps / LEVELS))
    answer = model.probabilities(moved)[0].cpu()
    attacked = (moved[0] * LEVELS).round().to(torch.uint8)
    return Seen(gradient.cpu(), attacked, answer, model.probabilities(images)[0].cpu())


def slope(found: Seen, theme: str) -> Colours:
    """The gradient in colour, each net's on a scale of its own: its largest slope is full."""
    return signed_picture(found.gradient.numpy().mean(axis=0), None, theme=theme)


def likeness(found: Seen) -> float:
    """How much of the gradient's strength lies in its strongest twentieth of the pixels, 0 to 1.

    Noise of one size everywhere has little there, strokes have much.
    """
    size = np.sort(found.gradient.abs().sum(dim=0).numpy().ravel())[::-1]
    total = float(size.sum())
    return float(size[: max(1, size.size // 20)].sum()) / total if total else 0.0


def told_apart(pair: Pair) -> Pair:
    """Two titles without what both begin with: "trained plainly", "trained against PGD"."""
    heads, rests = zip(*(title.rpartition(", ")[::2] for title in pair), strict=True)
    alike = heads[0] == heads[1] and rests[0] != rests[1]
    return (rests[0], rests[1]) if alike and "(" not in heads[0] else pair


def chart(surveys: Surveys, pair: Pair, at: int) -> go.Figure:
    """Accuracy in per cent over ε: a net has a colour, an attack a dash and a symbol.

    A line stands at ``at``, the ε that is looked at closely.
    """
    figure = go.Figure()
    for title, name, colour in zip(pair, told_apart(pair), (5, 4), strict=True):
        for attack, words in KINDS:
            found = surveys[title, attack]
            dash, symbol = LOOKS[attack]
            figure.add_scatter(
                x=list(found.epsilons),
                y=[100 * share for share in found.accuracies],
                name=f"{name}: {words.partition(',')[0]}",
                mode="lines+markers",
                line={"width": 3, "color": CLASS_COLOURS[colour], "dash": dash},
                marker={"size": 9, "symbol": symbol},
                opacity=0.55 if attack == NOISE else 1,
                hovertemplate="ε = %{x}/255: %{y:.1f} % right",
            )
    figure.add_vline(x=at, line={"width": 1, "color": "#8a8a8a", "dash": "dot"})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 60, "r": 10, "t": 60, "b": 46},
        font_size=TEXT,
        legend_font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "entrywidth": 215},
        xaxis={"title": "ε, steps of 1/255", "tickfont": {"size": TEXT}},
        yaxis={"title": "still right (%)", "range": [0, 102], "tickfont": {"size": TEXT}},
    )
    return figure


def table(surveys: Surveys, pair: Pair, at: int) -> str:
    """Accuracy clean and under each attack at ``at``, a column for each net; HTML."""
    heads = "".join(f"<th>{escape(title)}</th>" for title in told_apart(pair))
    rows = [_row("clean", [_share(surveys, title, "pgd", 0) for title in pair])]
    for attack, words in KINDS:
        shares = [_share(surveys, title, attack, at) for title in pair]
        rows.append(_row(words, shares, judge=attack == "pgd"))
    return (
        f'<table class="twins"><tr><th>right at ε = {at}/{LEVELS}</th>{heads}</tr>'
        f"{''.join(rows)}</table>"
    )


def _row(words: str, shares: list[float], *, judge: bool = False) -> str:
    cells = "".join(f"<td>{percent(share, 1)}</td>" for share in shares)
    return f"<tr{' class=judge' if judge else ''}><td>{words}</td>{cells}</tr>"


def _share(surveys: Surveys, title: str, attack: str, at: int) -> float:
    found = surveys[title, attack]
    return found.accuracies[found.epsilons.index(at)]


def sentences(surveys: Surveys, pair: Pair, at: int, *, hostile: bool = True) -> list[str]:
    """What the two nets' numbers say at ``at``; Markdown.

    ``hostile``: the second net of ``pair`` was trained against an attack, the first one was not.
    """
    names = [f"“{name}”" for name in told_apart(pair)]
    shares = [
        {attack: _share(surveys, title, attack, at) for attack in ("fgsm", "pgd")} for title in pair
    ]
    clean = [_share(surveys, title, "pgd", 0) for title in pair]
    flattered = max((0, 1), key=lambda net: shares[net]["fgsm"] - shares[net]["pgd"])
    return [
        f"**{'What it wins' if hostile else 'Under PGD'}:** at ε = {at}/{LEVELS} PGD leaves "
        f"{percent(shares[0]['pgd'], 1)} of the pictures to {names[0]} and "
        f"**{percent(shares[1]['pgd'], 1)}** to {names[1]}.",
        _price(clean) if hostile else "Neither or both were trained against an attack.",
        _why_pgd(names[flattered], **shares[flattered]),
    ]


def _why_pgd(name: str, *, fgsm: float, pgd: float) -> str:
    """How much too good FGSM alone makes a net look, if it does."""
    only = "each is only an upper bound."
    gap = 100 * (fgsm - pgd)
    if gap < 0.05:
        return (
            "**Why PGD is the judge:** it mostly finds more than one step does; here FGSM leaves "
            f"no net more than PGD. There may be worse pictures than both find: {only}"
        )
    return (
        f"**Why PGD is the judge:** by FGSM alone {name} would look {gap:.1f} points better "
        f"({percent(fgsm, 1)} instead of {percent(pgd, 1)}). One step finds less than ten, and "
        f"ten less than there may be: {only}"
    )


def _price(clean: list[float]) -> str:
    """What adversarial training does to the accuracy on clean pictures."""
    gap = 100 * (clean[1] - clean[0])
    turn = (
        "no change" if abs(gap) < 0.05 else f"{abs(gap):.1f} points {'up' if gap > 0 else 'down'}"
    )
    return (
        f"**What it costs:** on clean pictures {percent(clean[0], 1)} → {percent(clean[1], 1)}, "
        f"{turn}. It can go either way: Goodfellow's MNIST net improved (error 0.94 → 0.84 %), "
        "Madry's CIFAR-10 net fell from 95.2 to 87.3 %. One run each: tenths are an anecdote."
    )


def about_slopes(before: Seen, after: Seen, pair: Pair) -> str:
    """What the two gradients look like, in numbers; Markdown."""
    one, other = (f"“{name}”" for name in told_apart(pair))
    weak, strong = likeness(before), likeness(after)
    turn = (
        f"That of {other} looks like something: it follows the picture itself, where the other "
        "one's is strewn about."
        if strong > weak + CLEARER
        else "Here the second does not look clearly more like something than the first."
    )
    return (
        "The perturbation follows the slope of the loss: orange where brighter raises it, blue "
        f"where darker does, each net's strongest slope in full colour. {turn} The strongest "
        f"twentieth of the pixels carries {percent(weak)} of the slope of {one} and "
        f"{percent(strong)} of that of {other} (what robust nets' slopes look like: Tsipras et "
        "al., 2019, arXiv:1805.12152)."
    )


def code(loads: list[str], source: str, epsilons: tuple[int, ...]) -> str:
    """A program that repeats the curves. ``loads``: Python that sets ``model``, for either net."""
    lines = [
        "from dlviz.core.robustness import survey",
        "",
        "models = []",
        *(f"{load}\nmodels.append(model)" for load in loads),
        "",
        source,
        "",
        "# Plain first, then its twin; ε in steps of 1/255.",
        "for model in models:",
        '    for attack in ("fgsm", "pgd", "noise"):',
        f"        for done, found in survey(model, pixels, labels, attack, {epsilons}):",
        "            pass",
        '        print(attack, " ".join(f"{share:.3f}" for share in found.accuracies))',
    ]
    return "\n".join(lines) + "\n"
