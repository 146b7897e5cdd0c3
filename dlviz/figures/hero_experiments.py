"""The experiments page's shipped picture: dropout's bands, and what the start of a net decides."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import ImageDraw, ImageFont

from dlviz.core.experiments import EXPERIMENTS, Outcome
from dlviz.core.seeds import interval
from dlviz.figures.board import CURVES, INK, LINE, PAPER, Board
from dlviz.figures.experiments_charts import curve
from dlviz.io.experiments import read_experiments

LEFT, TOP, WIDTH, HEIGHT = 70, 66, 470, 290
LOWEST, HIGHEST = 0.55, 1.4  # of the losses


def draw(board: Board) -> None:
    """Held-out loss with and without dropout over five seeds; three starts, seed by seed."""
    found = read_experiments()
    _bands(board, found["dropout"])
    _starts(board, found["initialisation"])


def _bands(board: Board, outcomes: Sequence[Sequence[Outcome]]) -> None:
    arms = EXPERIMENTS["dropout"].arms
    board.text(LEFT, 18, "held-out loss, 5 seeds each", size=26)
    pen = ImageDraw.Draw(board.image)
    font = ImageFont.load_default(22)
    for tick in (0.6, 0.8, 1.0, 1.2):
        y = _down(tick)
        pen.line((LEFT, y, LEFT + WIDTH, y), fill=LINE[board.theme])
        pen.text((LEFT - 10, y), f"{tick:g}", fill=INK[board.theme], font=font, anchor="rm")
    pen.text((LEFT + WIDTH, 372), "epoch 40", fill=INK[board.theme], font=font, anchor="ra")
    for which, (arm, each) in enumerate(zip(arms, outcomes, strict=True)):
        colour = CURVES[board.theme][1 - which]
        points = curve(arm, each, "loss").points
        across = [LEFT + point.epoch / 40 * WIDTH for point in points]
        band = [(x, _down(point.high)) for x, point in zip(across, points, strict=True)]
        band += [(x, _down(point.low)) for x, point in zip(across, points, strict=True)][::-1]
        pen.polygon(band, fill=_mixed(board, colour))
        line = [(x, _down(point.mean)) for x, point in zip(across, points, strict=True)]
        pen.line(line, fill=colour, width=4, joint="curve")
        place = (LEFT + 60, 76) if which == 0 else (LEFT + 300, 336)
        pen.text(place, arm.title, fill=colour, font=ImageFont.load_default(26))


def _starts(board: Board, outcomes: Sequence[Sequence[Outcome]]) -> None:
    pen = ImageDraw.Draw(board.image)
    left, bottom, tall = 690, 356, 290
    ink, line = INK[board.theme], LINE[board.theme]
    font = ImageFont.load_default(22)
    board.text(left - 60, 18, "six hidden layers, three starts", size=26)
    for share in (0, 25, 50, 75, 100):
        y = bottom - share / 100 * tall
        pen.line((left, y, 1090, y), fill=line)
        pen.text((left - 10, y), f"{share}%", fill=ink, font=font, anchor="rm")
    for place, (name, each) in enumerate(zip(("He", "0.01", "0.3"), outcomes, strict=True)):
        x = left + 60 + 130 * place
        ends = [item.value("accuracy") for item in each]
        reach = interval(ends)
        colour = CURVES[board.theme][0 if place == 0 else 1]
        for beside, end in enumerate(ends):
            y, middle = bottom - end / 100 * tall, x + 11 * (beside - 2)
            around = (middle - 8, y - 8, middle + 8, y + 8)
            pen.ellipse(around, fill=colour, outline=PAPER[board.theme])
        low, high = (bottom - max(0.0, end) / 100 * tall for end in (reach.low, reach.high))
        pen.line((x + 44, low, x + 44, high), fill=colour, width=5)
        pen.text((x, 372), name, fill=ink, font=font, anchor="ma")


def _down(loss: float) -> float:
    return TOP + (HIGHEST - min(loss, HIGHEST)) / (HIGHEST - LOWEST) * HEIGHT


def _mixed(board: Board, colour: tuple[int, ...]) -> tuple[int, ...]:
    """A quarter of the colour on the theme's paper."""
    paper = PAPER[board.theme]
    return tuple(round(0.28 * one + 0.72 * other) for one, other in zip(colour, paper, strict=True))
