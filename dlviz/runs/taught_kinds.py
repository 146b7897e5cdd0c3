"""The kinds of taught runs: one entry each. A kind's module is imported when a run is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlviz.core.taught import Taught, TaughtSpec, TaughtTrain

if TYPE_CHECKING:
    from dlviz.core.data import ImageData

Own = Mapping[str, "ImageData"]


@dataclass(frozen=True)
class TaughtKind:
    """``measure``: what its runs' accuracy is called. ``preset``: the run that is recorded.

    ``make`` is given the visitor's own pictures, too, by name; it raises ``SpecError`` with one
    sentence where it cannot.
    """

    title: str
    measure: str
    preset: TaughtSpec
    make: Callable[[TaughtSpec, Own], Taught]


def _transfer(spec: TaughtSpec, own: Own) -> Taught:
    from dlviz.runs.transfer import slide

    return slide(spec, own)


def _scratch(spec: TaughtSpec, own: Own) -> Taught:
    from dlviz.runs.transfer import study

    return study(spec, own)


def _detect(spec: TaughtSpec, _own: Own) -> Taught:
    from dlviz.runs.detect import DetectRun

    return DetectRun(spec)


def _locate(spec: TaughtSpec, _own: Own) -> Taught:
    from dlviz.runs.locate import LocateRun

    return LocateRun(spec)


def _segment(spec: TaughtSpec, _own: Own) -> Taught:
    from dlviz.runs.segmentation import SegmentRun

    return SegmentRun(spec)


TAUGHT: dict[str, TaughtKind] = {
    "segment": TaughtKind(
        "A class for every pixel",
        "IoU",
        TaughtSpec(
            "segment",
            TaughtTrain(1e-2, epochs=10),
            (("subject", "cells"), ("pictures", 400), ("skips", True)),
        ),
        _segment,
    ),
    "locate": TaughtKind(
        "A name and a box",
        "IoU",
        TaughtSpec("locate", TaughtTrain(4e-3, epochs=25), (("creatures", 2000), ("box", 1.0))),
        _locate,
    ),
    "detect": TaughtKind(
        "Boxes around every form",
        "AP₅₀",
        TaughtSpec("detect", TaughtTrain(4e-3, epochs=20), (("scenes", 2000),)),
        _detect,
    ),
    "transfer": TaughtKind(
        "A new head on a trained base",
        "accuracy",
        TaughtSpec(
            "transfer",
            TaughtTrain(3e-4, epochs=12),
            (("pictures", "cat_fox"), ("each", 10), ("tuned", 4), ("side", 96), ("weights", False)),
        ),
        _transfer,
    ),
    "scratch": TaughtKind(
        "Transfer against scratch",
        "accuracy",
        TaughtSpec(
            "scratch",
            TaughtTrain(3e-4, epochs=5),
            (
                *(("pictures", "cat_fox"), ("each", 10), ("seconds", 10), ("side", 96)),
                ("scratch_rate", 3e-3),
            ),
        ),
        _scratch,
    ),
}
