"""A set of pictures under attack: the chart over ε, the sentences, and the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dlviz.core.attacks import ATTACKS
from dlviz.core.robustness import LEVELS, NEVER, NOISE, WRONG, Survey
from dlviz.core.words import grouped, percent
from dlviz.figures.colours import CLASS_COLOURS

TEXT, HEIGHT, ROW = 14, 300, 40
NOISE_TITLE = "random signs"
DASHES = ("solid", "dash", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")
GREY = "#8a8a8a"
Line = tuple[str, str]  # network's title, attack's name


def short(attack: str) -> str:
    """An attack's name in a legend."""
    return NOISE_TITLE if attack == NOISE else ATTACKS[attack].title.partition(":")[0]


def chart(surveys: Mapping[Line, Survey], at: int) -> go.Figure:
    """Accuracy in per cent over ε: an attack has a colour and a symbol, a network a dash.

    The legend has every attack once, and every network where there are several. Random signs are
    grey. A line stands at ``at``, the ε that is looked at closely.
    """
    nets = list(dict.fromkeys(net for net, _ in surveys))
    attacks = [name for name in dict.fromkeys(a for _, a in surveys) if name != NOISE]
    first_of = {attack: net for net, attack in reversed(list(surveys))}
    figure = go.Figure()
    for (net, attack), found in surveys.items():
        place = attacks.index(attack) if attack != NOISE else -1
        colour = GREY if attack == NOISE else CLASS_COLOURS[(5, 1, 3, 7, 2, 4)[place % 6]]
        figure.add_scatter(
            x=list(found.epsilons),
            y=[100 * share for share in found.accuracies],
            name=short(attack),
            showlegend=net == first_of[attack],
            mode="lines+markers",
            line={"width": 3, "color": colour, "dash": DASHES[nets.index(net) % len(DASHES)]},
            marker={"size": 9, "symbol": "cross" if place < 0 else SYMBOLS[place % len(SYMBOLS)]},
            hovertemplate=f"{short(attack)}, {net}<br>"
            "ε = %{x}/255: %{y:.1f} % right<extra></extra>",
        )
    if len(nets) > 1:
        for place, net in enumerate(nets):
            line = {"width": 3, "color": GREY, "dash": DASHES[place % len(DASHES)]}
            figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=net)
    above = ROW if len(nets) == 1 else 2 * ROW
    figure.add_vline(x=at, line={"width": 1, "color": GREY, "dash": "dot"})
    figure.update_layout(
        height=HEIGHT + above - ROW,
        margin={"l": 60, "r": 10, "t": above, "b": 46},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": TEXT}},
        xaxis={"title": "ε, steps of 1/255", "tickfont": {"size": TEXT}},
        yaxis={"title": "still right (%)", "range": [0, 102], "tickfont": {"size": TEXT}},
    )
    return figure


def sentence(surveys: Mapping[Line, Survey], at: int, words: str) -> str:
    """What the curves say at ``at``, with the control beside it; Markdown.

    ``words``: what the pictures are.
    """
    (net, _), first = next(iter(surveys.items()))
    row = first.epsilons.index(at)
    said = []
    for (whose, attack), found in surveys.items():
        if whose == net and attack != NOISE:
            said.append(f"**{percent(found.accuracies[row], 1)}** under {short(attack)}")
    noise = surveys.get((net, NOISE))
    control = (
        f", and with random signs of the same ε {percent(noise.accuracies[row], 1)}"
        if noise
        else ""
    )
    start = percent(first.accuracies[0], 1)
    seen = len(first.labels)
    of = words if grouped(seen) in words or seen < 10 else f"the first {grouped(seen)} of {words}"
    return (
        f"{net} names **{start}** of {of} rightly. At ε = **{at}/{LEVELS}** it is still right for "
        f"{' and '.join(said)}{control}."
    )


def extremes(found: Survey, most: int) -> tuple[list[int], list[int]]:
    """(the easiest to fool, the hardest): picture numbers, at most ``most`` each.

    By the smallest ε that fools; those that none fools are the hardest. Of equals the first
    comes first; what was wrong from the start is left out, and nobody stands on both sides.
    """
    beyond = found.epsilons[-1] + 1
    smallest = found.smallest.tolist()
    known = {
        place: beyond if eps == NEVER else eps for place, eps in enumerate(smallest) if eps != WRONG
    }
    order = sorted(known, key=lambda place: known[place])
    half = min(most, len(order) // 2)
    hardest = sorted(order[half:], key=lambda place: (-known[place], place))[:half]
    return order[:half], hardest


def fate(found: Survey, place: int, classes: Sequence[str]) -> str:
    """What became of one picture: fooled at which ε, into what."""
    eps = int(found.smallest[place])
    if eps == NEVER:
        return f"> {found.epsilons[-1]}/{LEVELS}"
    said = int(found.answers[found.epsilons.index(eps), place])
    return f"{eps}/{LEVELS}: {classes[said]}"


def code(load_model: str, source: str, attack: str, epsilons: Sequence[int]) -> str:
    """A program that repeats the curve of one attack."""
    return f"""\
{load_model}

from dlviz.core.robustness import survey

{source}

# ε in steps of 1/255; pictures are rounded to 8 bits before they are judged, as a file holds them.
for done, found in survey(model, pixels, labels, "{attack}", {tuple(epsilons)}):
    pass
for eps, share in zip(found.epsilons, found.accuracies):
    print(f"ε = {{eps}}/255: {{share:.1%}} right")
"""
