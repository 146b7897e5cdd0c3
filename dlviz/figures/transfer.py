"""Who is fooled by whose pictures: the table as a picture, the sentence, and the program."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlviz.core.robustness import LEVELS
from dlviz.core.transfer import Transfer
from dlviz.core.words import percent
from dlviz.figures.colours import MAGNITUDE

TEXT = 14
BRIGHT = 0.55  # above it the scale is light, so its numbers are written in dark
ROW = 56
BY_CHANCE = "random signs"
CHANCE = "±"


def letter(place: int) -> str:
    """A, B, C …: what a network is called in the table."""
    return chr(ord("A") + place)


def legend(titles: Sequence[str]) -> str:
    """Who the letters are; Markdown."""
    named = [f"**{letter(place)}** {title}" for place, title in enumerate(titles)]
    return " · ".join([*named, f"**{CHANCE}** {BY_CHANCE} of the same ε"])


def chart(found: Transfer, titles: Sequence[str]) -> go.Figure:
    """A row for each network that the pictures were made for, a column for each that judged them.

    In every cell the share that was fooled, of the pictures that both know when clean.
    """
    scale = [
        [place / 8, f"rgb{tuple(int(part) for part in MAGNITUDE[place * 32])}"]
        for place in range(9)
    ]
    letters = [letter(place) for place in range(len(titles))]
    rows, names = [*letters, CHANCE], [*titles, BY_CHANCE]
    rates = found.rates
    figure = go.Figure(
        go.Heatmap(
            z=[[None if rate is None else 100 * rate for rate in row] for row in rates],
            x=letters,
            y=rows,
            customdata=[
                [
                    f"made for {names[s]}, shown to {titles[t]}: "
                    f"{int(found.fooled[s, t])} of {int(found.counted[s, t])} fooled"
                    for t in range(len(titles))
                ]
                for s in range(len(rows))
            ],
            zmin=0,
            zmax=100,
            colorscale=scale,
            showscale=False,  # every cell holds its number
            xgap=2,
            ygap=2,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    for s, row in enumerate(rates):
        for t, rate in enumerate(row):
            figure.add_annotation(
                x=letters[t],
                y=rows[s],
                text="–" if rate is None else percent(rate),
                showarrow=False,
                font={
                    "size": TEXT + 2,
                    "color": "#111" if rate is not None and rate > BRIGHT else "#fff",
                },
            )
    axis = {"type": "category", "tickfont": {"size": TEXT}, "showgrid": False}
    figure.update_layout(
        height=110 + ROW * len(rows),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": TEXT},
        hoverlabel_font_size=TEXT,
        xaxis={"title": "shown to", **axis},
        yaxis={"title": "made for", "autorange": "reversed", **axis},
    )
    return figure


def sentence(found: Transfer, titles: Sequence[str], eps: int) -> str:
    """The strongest transfer beside what chance does to the same network; Markdown."""
    rates = found.rates
    off = [
        (rate, s, t)
        for s, row in enumerate(rates[:-1])
        for t, rate in enumerate(row)
        if s != t and rate is not None
    ]
    if not off:
        return "No picture is known to two of these networks."
    rate, s, t = max(off)
    own, chance = rates[s][s], rates[-1][t]
    itself = "" if own is None else f" (they fool it in {percent(own)})"
    return (
        f"At ε = {eps}/{LEVELS}, pictures made to fool **{titles[s]}**{itself} fool "
        f"**{titles[t]}**, which the attack never saw, in **{percent(rate)}**; random signs of the "
        f"same ε do in {'–' if chance is None else percent(chance)}."
    )


def code(load_models: Sequence[str], source: str, attack: str, eps: int) -> str:
    """A program that repeats the table. ``load_models``: Python that sets ``model``, one each."""
    loads = "\n".join(f"{text}\nmodels.append(model)" for text in load_models)
    return f"""\
models = []
{loads}

from dlviz.core.transfer import transfer

{source}

for done, found in transfer(models, pixels, labels, "{attack}", {eps}):
    pass
for row in found.rates:  # made for the first, the second …, and random signs
    print([None if rate is None else f"{{rate:.0%}}" for rate in row])
"""
