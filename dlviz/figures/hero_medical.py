"""The medical page's shipped picture: chests in the order of their scores, CheXNet's intervals."""

from __future__ import annotations

from PIL import ImageDraw, ImageFont

from dlviz.core.medical.heads import teach
from dlviz.core.medical.paper import DIFFERENCE, TABLE
from dlviz.core.medical.screening import at_prevalence
from dlviz.figures.board import ACCENT, CURVES, INK, LINE, Board
from dlviz.figures.medical_threshold import strip
from dlviz.io.xray_features import cases, chest

SIDE, GAP, TOP = 118, 8, 12
LEFT, WIDTH = 716, 380  # of the intervals
LOW, HIGH = 0.26, 0.51


def draw(board: Board) -> None:
    """Eight held-out chests with what a head says of them; the paper's table as intervals."""
    _chests(board)
    _intervals(board)


def _chests(board: Board) -> None:
    train, test = cases("train"), cases("test")
    learnt = at_prevalence(train.findings[:, 0], 0.5, 800, seed=0)
    head = teach(train.features[learnt], train.findings[learnt, :1])
    scores, ill = head(test.features)[:, 0], test.findings[:, 0]
    for place, one in enumerate(strip(scores, ill)):
        left = 12 + place % 4 * (SIDE + GAP + 6)
        top = TOP + place // 4 * (SIDE + 84)
        board.picture(left, top, chest("test", one).pixels[..., None].repeat(3, 2), side=SIDE)
        kind, error = ("ill", ", missed") if ill[one] else ("well", ", alarm")
        mark = "" if (scores[one] >= 0.5) == ill[one] else error
        board.text(left, top + SIDE + 8, f"{scores[one]:.2f}", size=26)
        board.text(left, top + SIDE + 40, f"{kind}{mark}", size=24)


def _intervals(board: Board) -> None:
    pen = ImageDraw.Draw(board.image)
    ink, line = INK[board.theme], LINE[board.theme]
    font = ImageFont.load_default(24)

    def across(value: float) -> float:
        return LEFT + (value - LOW) / (HIGH - LOW) * WIDTH

    for tick in (0.3, 0.4, 0.5):
        pen.line((across(tick), 14, across(tick), 330), fill=line)
        pen.text((across(tick), 338), f"{tick:g}", fill=ink, font=font, anchor="ma")
    colours = [ink] * 4 + [CURVES[board.theme][0], ACCENT[board.theme]]
    for place, row in enumerate(TABLE.values()):
        y = 32 + place * 54
        name = row.title.replace("Radiologists’ mean", "mean").replace("Radiologist ", "R")
        pen.text((LEFT - 10, y), name, fill=ink, font=font, anchor="rm")
        pen.line((across(row.low), y, across(row.high), y), fill=colours[place], width=6)
        middle = across(row.f1)
        pen.ellipse((middle - 9, y - 9, middle + 9, y + 9), fill=colours[place])
    value, low, high = DIFFERENCE
    board.text(LEFT - 96, 384, f"difference: {value} ({low} to {high})", size=26)
