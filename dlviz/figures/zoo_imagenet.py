"""ImageNet's challenge in one chart: the winners' errors, their depth, and people. No PyTorch."""

from __future__ import annotations

from math import exp, log
from statistics import linear_regression

import plotly.graph_objects as go

from dlviz.core.words import percent
from dlviz.core.zoo.ilsvrc import (
    LECTURE_2011,
    LECTURE_2012,
    PEOPLE,
    SECOND_2012,
    WINNERS,
    Winner,
)
from dlviz.figures.colours import CLASS_COLOURS

TEXT, SMALL, HEIGHT = 15, 14, 430
BY_HAND, DEEP, LINE = CLASS_COLOURS[7], CLASS_COLOURS[4], CLASS_COLOURS[5]


def error_of(winner: Winner, *, extra: bool) -> float:
    """Top-5 error in per cent; with ``extra`` pictures where that was entered."""
    return winner.extra if extra and winner.extra is not None else winner.error


def depth_of(winner: Winner) -> str:
    """In words, for below a bar."""
    return f"{winner.layers} layers" if winner.layers else "shallow"


def chart(*, extra: bool) -> go.Figure:
    """A bar a year with its error, lying, so that its name and depth fit a telephone, too."""
    figure = go.Figure()
    for deep, name, colour in ((False, "features by hand", BY_HAND), (True, "deep nets", DEEP)):
        group = [winner for winner in WINNERS.values() if bool(winner.layers) == deep]
        figure.add_bar(
            orientation="h",
            y=[winner.year for winner in group],
            x=[error_of(winner, extra=extra) for winner in group],
            name=name,
            marker={"color": colour, "pattern": {"shape": "" if deep else "/"}},
            customdata=[(w.title, w.team, w.how, depth_of(w)) for w in group],
            hovertemplate="<b>%{y}: %{customdata[0]}</b> (%{customdata[1]})<br>"
            "%{x:g} % of the pictures: the right name is not among five guesses<br>"
            "%{customdata[3]}; %{customdata[2]}<extra></extra>",
        )
    words = f"a trained person: about {PEOPLE:g} %"
    line = {"color": LINE, "width": 2.5, "dash": "dash"}
    figure.add_scatter(
        x=[PEOPLE] * 2, y=[2009.4, 2017.6], mode="lines", line=line, name=words, hoverinfo="skip"
    )
    errors = [error_of(winner, extra=extra) for winner in WINNERS.values()]
    figure.add_scatter(
        x=[max(error, PEOPLE) for error in errors],  # not on the line for people
        y=list(WINNERS),
        mode="text",
        text=[f"<b> {error:g} %</b>" for error in errors],
        textposition="middle right",
        textfont_size=TEXT,
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    ticks = [f"<b>{year}</b> {w.title}<br>{depth_of(w)}" for year, w in WINNERS.items()]
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 34, "b": 44},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={
            **{"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "font": {"size": SMALL},
        },
        xaxis={"title": "top-5 error (%)", "range": [0, 36]},
        yaxis={
            **{"tickvals": list(WINNERS), "ticktext": ticks, "range": [2017.6, 2009.4]},
            **{"automargin": True, "showgrid": False},
        },
    )
    # Streamlit's theme would set the ticks at 12 pixels.
    figure.update_xaxes(tickfont_size=SMALL).update_yaxes(tickfont_size=SMALL)
    return figure


def sentence(*, extra: bool) -> str:
    """What the chart says, with its numbers; Markdown."""
    first, jump, last = WINNERS[2011], WINNERS[2012], WINNERS[2017]
    error = error_of(jump, extra=extra)
    below = next(year for year, winner in WINNERS.items() if winner.error < PEOPLE)
    return (
        f"2011 to 2012, the first deep net: **{first.error:g} → {error:g} %**, while the second of "
        f"2012, without one, had {SECOND_2012:g} %. Depth went from {jump.layers} layers to "
        f"{WINNERS[2015].layers}; since **{below}** the winner errs less often than the person who "
        f"had practised, and in 2017 it is {last.error:g} %."
    )


def small_print() -> str:
    """Which number is which, and what they leave out; Markdown."""
    plain, extra = WINNERS[2012].error, WINNERS[2012].extra
    share = percent(plain / SECOND_2012)
    return (
        f"The lecture’s “{LECTURE_2011} %” is 2011’s {WINNERS[2011].error:g} %, its “{LECTURE_2012}"
        f" %” is AlexNet’s {plain:g} %: five nets, the challenge’s pictures alone; with two"
        f" more that saw all of ImageNet it entered {extra:g} %. “Nearly half” of the second’s "
        f"{SECOND_2012:g} % is generous: {plain:g} % is {share} of it. People: one annotator "
        "who had practised on 500, on 1500 test pictures; another, with less practice, was "
        "wrong for 12.0 %. Most winners are several nets that vote, so a single one of them errs "
        "more. From 2010 to 2017 the test pictures stayed much the same: unseen, yet "
        "everybody aimed at them."
    )


def average_fall(*, extra: bool) -> float:
    """The share of the error that goes every year, by a straight line through its logarithms."""
    logs = [log(error_of(winner, extra=extra)) for winner in WINNERS.values()]
    return 1 - exp(linear_regression(list(WINNERS), logs).slope)


def fall_words(*, extra: bool) -> str:
    """What the program's line says, and what it does not; Markdown."""
    return (
        f"A straight line through the logarithms: **{percent(average_fall(extra=extra))}** less "
        "every year, over eight winners. It describes these years and foretells none."
    )


def table() -> list[dict[str, str]]:
    """The chart's numbers in rows, to read or to copy."""
    return [
        {
            "year": str(winner.year),
            "winner": winner.title,
            "team": winner.team,
            "top-5 error": f"{winner.error:g} %",
            "with further pictures": f"{winner.extra:g} %" if winner.extra else "",
            "depth": depth_of(winner),
            "how": winner.how,
        }
        for winner in WINNERS.values()
    ]
