"""The transfer page's shipped picture: what is learnt from, and what both ways make of it."""

from __future__ import annotations

from PIL import ImageDraw, ImageFont
from torch import Generator

from dlviz.core.transfer_learning.pictures import few
from dlviz.core.transfer_learning.study import SLICES, measured_of
from dlviz.core.words import percent
from dlviz.figures.board import CURVES, INK, LINE, Board
from dlviz.figures.transfer_learning import as_pictures, curves
from dlviz.io.taught import recorded_tensors
from dlviz.io.transfer_tasks import load_task

SIDE, GAP, PER_ROW = 84, 7, 5
LEFT, TOP, WIDTH, HEIGHT = 580, 24, 510, 300
SECONDS = 10.0


def draw(board: Board) -> None:
    """The training pictures of the first seed; the recorded comparison with its intervals."""
    data = few(load_task("cat_fox"), 10, Generator().manual_seed(0))
    for place, pixels in enumerate(as_pictures(data.train_pixels)):
        row, column = divmod(place, PER_ROW)
        board.picture(12 + column * (SIDE + GAP), 12 + row * (SIDE + GAP), pixels, side=SIDE)
    board.text(12, 384, "ten cats, ten foxes, no colour", size=28)
    _chart(board)


def _chart(board: Board) -> None:
    pen = ImageDraw.Draw(board.image, "RGBA")
    font = ImageFont.load_default(24)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = TOP + HEIGHT * (1 - share)
        pen.line((LEFT, y, LEFT + WIDTH, y), fill=LINE[board.theme])
        label = percent(share)
        pen.text((LEFT - 8, y), label, fill=INK[board.theme], font=font, anchor="rm")
    found = curves(measured_of(recorded_tensors("scratch")["measured"]), SLICES)
    for which, curve in zip((1, 0), found, strict=True):
        colour = CURVES[board.theme][which]
        there = [(_across(point.epoch), _down(point.high)) for point in curve.points]
        back = [(_across(point.epoch), _down(point.low)) for point in reversed(curve.points)]
        pen.polygon([*there, *back], fill=(*colour, 60))
        middle = [(_across(point.epoch), _down(point.mean)) for point in curve.points]
        pen.line(middle, fill=colour, width=5, joint="curve")
        words = f"{curve.title} {percent(curve.points[-1].mean)}"
        end = _down(curve.points[-1].low)
        pen.text((LEFT + WIDTH, end + 8), words, fill=INK[board.theme], font=font, anchor="ra")
    words = f"right of those held out, over {SECONDS:g} s, 5 seeds"
    board.text(LEFT - 76, 384, words, size=26)


def _across(seconds: float) -> float:
    return LEFT + min(1.0, seconds / SECONDS) * WIDTH


def _down(share: float) -> float:
    return TOP + HEIGHT * (1 - share)
