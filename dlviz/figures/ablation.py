"""Table 3 as a table, a dot chart, sentences and a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dlviz.core.ablation import Outcome, Size
from dlviz.core.words import grouped, percent
from dlviz.figures.colours import CLASS_COLOURS

TEXT = 14
HEIGHT = 430
STYLE = """
.st-key-ablation_table table { width: auto; white-space: nowrap; }
.st-key-ablation_table th, .st-key-ablation_table td { padding: 2px 6px; font-size: 14px; }
.st-key-ablation_table [data-testid="stMarkdownContainer"] { overflow-x: auto; }
"""
HELD_OUT, TRAINING = CLASS_COLOURS[5], CLASS_COLOURS[1]
PAPER = (
    "In the paper (ImageNet, top-5 validation error, one training each): as it is 18.1 %, without "
    "layers 3 and 4 22.1 %, without the dense layers 6 and 7 22.4 %, without all four 50.1 %. "
    "There, depth as such was missed most."
)


@dataclass(frozen=True)
class Row:
    """One row: what was done, what the net costs, and the ends of its trainings.

    ``recorded`` came with dlviz, ``here`` was trained by the visitor.
    """

    title: str
    size: Size
    recorded: tuple[Outcome, ...] = ()
    here: tuple[Outcome, ...] = ()

    @property
    def shown(self) -> tuple[Outcome, ...]:
        """The visitor's own where there are some."""
        return self.here or self.recorded


def spread(errors: Sequence[float]) -> str:
    """Mean and range of at least one error, in per cent: "1.3 (0.9–1.9)"."""
    middle = sum(errors) / len(errors)
    if len(errors) == 1:
        return f"{100 * middle:.1f}"
    return f"{100 * middle:.1f} ({100 * min(errors):.1f}–{100 * max(errors):.1f})"


def table(rows: Mapping[str, Row]) -> str:
    """In Markdown, a line each; errors are means, with the lowest and the highest seed."""
    lines = [
        "| error in % | weights | multiply-adds | training error | held-out error |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for row in rows.values():
        if row.shown:
            errors = [
                spread([one.training for one in row.shown]),
                spread([one.held_out for one in row.shown]),
            ]
        else:
            errors = ["–", "–"]
        title = f"{row.title} ◆" if row.here else row.title
        cells = [title, _short(row.size.parameters), _short(row.size.multiply_adds), *errors]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _short(count: int) -> str:
    """Three digits: "78.1 k", "7.01 M"."""
    for size, letter in ((1_000_000, " M"), (1_000, " k")):
        if count >= size:
            return f"{count / size:.3g}{letter}"
    return str(count)


def chart(rows: Mapping[str, Row]) -> go.Figure:
    """Errors in per cent, a line for each row: every seed a faint point, the mean with its range.

    Held-out errors are filled, training errors open; diamonds are the visitor's own trainings.
    """
    figure = go.Figure()
    shown = [row for row in rows.values() if row.shown]
    for name, colour, is_open in (
        ("training error", TRAINING, True),
        ("held-out error", HELD_OUT, False),
    ):
        errors = [
            [100 * (one.training if is_open else one.held_out) for one in row.shown]
            for row in shown
        ]
        middle = [sum(each) / len(each) for each in errors]
        symbols = ["diamond" if row.here else "circle" for row in shown]
        titles = [row.title for row in shown]
        figure.add_scatter(
            x=middle,
            y=titles,
            error_x={
                "type": "data",
                "array": [max(e) - m for e, m in zip(errors, middle, strict=True)],
                "arrayminus": [m - min(e) for e, m in zip(errors, middle, strict=True)],
                "thickness": 2,
                "width": 5,
            },
            mode="markers",
            marker={
                "size": 12,
                "color": colour,
                "symbol": [f"{one}-open" if is_open else one for one in symbols],
                "line": {"width": 2, "color": colour},
            },
            hovertemplate="%{y}: %{x:.2f} %",
            cliponaxis=False,  # a point at 0 stands on the edge
            name=name,
        )
        figure.add_scatter(
            x=[value for each in errors for value in each],
            y=[title for title, each in zip(titles, errors, strict=True) for _ in each],
            mode="markers",
            marker={"size": 6, "color": colour},
            opacity=0.45,
            hovertemplate="one seed: %{x:.2f} %",
            showlegend=False,
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 62, "b": 45},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0, "font_size": TEXT},
        xaxis={"title": "wrong (%)", "rangemode": "tozero", "tickfont": {"size": TEXT}},
        yaxis={"autorange": "reversed", "automargin": True, "tickfont": {"size": TEXT}},
    )
    return figure


def sentence(rows: Mapping[str, Row], *, learnt: int, judged: int, noun: str) -> str:
    """What was measured, in Markdown; a difference counts only where the ranges do not touch."""
    whole = rows["whole"].shown
    others = {name: row for name, row in rows.items() if name != "whole" and row.shown}
    if not whole or not others:
        return "Not enough has been trained to compare."
    best = min(others.values(), key=lambda row: _mean(row.shown))
    worst = max(others.values(), key=lambda row: _mean(row.shown))
    seeds = "one seed" if len(whole) == 1 else f"{len(whole)} seeds"
    return (
        f"Trained on about {grouped(learnt)} {noun}, the net as it is gets **{_told(whole)}** of "
        f"{grouped(judged)} others wrong ({seeds}). Best of the changed ones: **{best.title}**, "
        f"{_told(best.shown)}: {_against(best.shown, whole)}. Worst: **{worst.title}**, "
        f"{_told(worst.shown)}: {_against(worst.shown, whole)}."
    )


def _mean(outcomes: Sequence[Outcome]) -> float:
    return sum(one.held_out for one in outcomes) / len(outcomes)


def _told(outcomes: Sequence[Outcome]) -> str:
    errors = [one.held_out for one in outcomes]
    if len(errors) == 1:
        return percent(errors[0], 1)
    return f"{percent(_mean(outcomes), 1)} ({100 * min(errors):.1f} to {percent(max(errors), 1)})"


def _against(changed: Sequence[Outcome], whole: Sequence[Outcome]) -> str:
    if min(len(changed), len(whole)) < 2:
        return "but one run is an anecdote"
    ours, theirs = [one.held_out for one in changed], [one.held_out for one in whole]
    if max(ours) < min(theirs):
        return "every seed is better than each of the whole net’s"
    if min(ours) > max(theirs):
        return "every seed is worse than each of the whole net’s"
    return "the ranges overlap, so this is no proof"


def code(base: str, names: Sequence[str], seeds: int) -> str:
    """A program that trains these rows and runs as it stands in the project."""
    return f"""\
import torch

from dlviz.core.ablation import BASES, seeded, size_of, train, variants
from dlviz.io.datasets import data_for

torch.set_num_threads(1)  # the thread count decides the last digits
spec = BASES["{base}"].spec
data = data_for(spec.data)
for name in {tuple(names)!r}:
    row = variants(spec.net)[name]
    print(row.title, size_of(row.net, data.shape, len(data.classes)))
    for seed in range({seeds}):
        *_, (_, outcome) = train(seeded(spec, row.net, seed), data)
        print(f"  seed {{seed}}: {{outcome.training:.2%}} of the training pictures wrong,"
              f" {{outcome.held_out:.2%}} of the held-out ones")
"""
