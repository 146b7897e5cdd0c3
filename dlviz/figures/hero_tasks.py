"""Home's picture of the page “tasks”: three scenes with every box that the detector finds."""

from __future__ import annotations

import numpy as np

from dlviz.core.detection.grid_detector import detections
from dlviz.figures.board import Board
from dlviz.figures.detection_wall import framed
from dlviz.io.shape_detector import held_out_scenes, load_detector, look

SCENES = (0, 7, 9)  # chosen by eye: forms apart, and forms that overlap


def draw(board: Board) -> None:
    """Held-out scenes with boxes, names and scores of at least 0.5, and how many there are."""
    scenes = [held_out_scenes()[index] for index in SCENES]
    found = detections(look(load_detector(), scenes), least=0.5, most_overlap=0.5)
    for column, (scene, one) in enumerate(zip(scenes, found, strict=True)):
        board.picture(12 + column * 372, 6, np.asarray(framed(scene, one)), side=352)
        words = f"{len(one.boxes)} found of {len(scene.truth.boxes)}"
        board.text(12 + column * 372, 372, words, size=30)
