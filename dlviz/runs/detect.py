"""The taught run “detect”: all boxes of a scene, by a one-stage detector on a grid."""

from __future__ import annotations

from threading import Lock

import torch
from torch import Tensor

from dlviz.core.detection.grid_detector import (
    BOX_WEIGHT,
    GridDetector,
    Wanted,
    detections,
    losses,
    wanted_of,
)
from dlviz.core.detection.precision import Boxes, mean_average_precision
from dlviz.core.taught import Shown, ShownBox, ShownPicture, TaughtSpec
from dlviz.io.shape_detector import LEAST, MOST_OVERLAP, held_out_scenes, pixels_of
from dlviz.io.shape_scenes import CLASSES, SIDE, ShapeScene, draw_scene
from dlviz.runs.box_runs import BoxRun

SEED = 0
PICTURES, BATCH = 4, 20
SURE = 0.3  # of what is drawn

_drawn: list[ShapeScene] = []
_drawing = Lock()


def scenes_to_learn(count: int) -> list[ShapeScene]:
    """The first ``count`` scenes that runs learn from, each drawn once: 2 ms and 12 kB apiece.

    They are the same for every run, so a second one, or a rewound one, begins at once.
    """
    with _drawing:
        _drawn.extend(draw_scene(SEED, index) for index in range(len(_drawn), count))
        return _drawn[:count]


class DetectRun(BoxRun):
    """Settings: ``scenes``, how many it learns from."""

    names = ("cross-entropy", "smooth L1")

    def __init__(self, spec: TaughtSpec) -> None:
        net = GridDetector(len(CLASSES))
        super().__init__(spec, net, int(spec["scenes"]), BATCH)
        net.begin(self.generator)
        scenes = scenes_to_learn(self.count)
        self.pixels = pixels_of(scenes)
        self.wanted = wanted_of([scene.truth for scene in scenes], len(CLASSES), SIDE)
        self.held_out = pixels_of(held_out_scenes())
        self.truths = [scene.truth for scene in held_out_scenes()]
        self.held_out_wanted = wanted_of(self.truths, len(CLASSES), SIDE)

    def cost(self, rows: Tensor) -> tuple[Tensor, Tensor, float]:
        pixels, wanted = self._mirrored(self.pixels[rows], self.wanted[rows])
        output = self.net(pixels)
        classes, sides = losses(output, wanted)
        right = output[:, :-4].argmax(1)[wanted.there] == wanted.classes.argmax(1)[wanted.there]
        return classes, BOX_WEIGHT * sides, float(right.float().mean())

    def _mirrored(self, pixels: Tensor, wanted: Wanted) -> tuple[Tensor, Wanted]:
        for axis in (2, 3):
            if torch.rand((), generator=self.generator) < 0.5:
                pixels, wanted = pixels.flip(axis), wanted.flipped(axis)
        return pixels, wanted

    def judge(self) -> tuple[float, float, int]:
        output = self.net(self.held_out)
        classes, sides = losses(output, self.held_out_wanted)
        found = detections(output, least=LEAST, most_overlap=MOST_OVERLAP)
        score = mean_average_precision(found, self.truths, [0.5])
        return float(classes + BOX_WEIGHT * sides), score, len(found)

    def told(self, measure: float) -> str:
        return f"AP₅₀ {measure:.3f}"

    def shown(self) -> Shown:
        self.net.eval()
        with torch.no_grad():
            output = self.net(self.held_out[:PICTURES])
        found = detections(output, least=SURE, most_overlap=MOST_OVERLAP)
        scenes = held_out_scenes()[:PICTURES]
        pictures = [picture(*pair) for pair in zip(scenes, found, strict=True)]
        return Shown(tuple(pictures), (self.sentence(), *self.lines[-4:]))


def picture(scene: ShapeScene, found: Boxes) -> ShownPicture:
    """A scene with what was found in it, and how much of it there is."""
    words = f"{len(found.boxes)} found, {len(scene.truth.boxes)} there"
    return ShownPicture(words, scene.pixels, tuple(shown_boxes(found)))


def shown_boxes(found: Boxes) -> list[ShownBox]:
    """Frames with names; a score beside each would cover the forms."""
    return [
        ShownBox(
            round(left, 1),
            round(top, 1),
            round(right - left, 1),
            round(bottom - top, 1),
            CLASSES[label],
            label,
        )
        for (left, top, right, bottom), label in zip(
            found.boxes.tolist(), found.labels.tolist(), strict=True
        )
    ]
