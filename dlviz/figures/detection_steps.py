"""What the component “box_steps” shows: suppression, and precision over recall, step by step."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlviz.core.detection.boxes import overlaps
from dlviz.core.detection.precision import Boxes, Ranking, envelope, rank
from dlviz.core.detection.suppression import Suppression, suppressions
from dlviz.io.png import png_bytes
from dlviz.io.shape_scenes import CLASSES, SIDE, ShapeScene

LISTED = 14  # lines beside the curve


def png(scene: ShapeScene) -> str:
    """A scene as the component takes it."""
    return base64.b64encode(png_bytes(scene.pixels)).decode()


def named(found: Boxes, number: int) -> str:
    """A box in words: "star 0.97"."""
    assert found.scores is not None
    return f"{CLASSES[found.labels[number]]} {found.scores[number]:.2f}"


# -- suppression ----------------------------------------------------------------------------------


def suppression_data(
    scene: ShapeScene, found: Boxes, threshold: float, *, key: str, start: int = 0
) -> dict[str, Any]:
    """Candidates of a scene and what becomes of them: step 0 shows all, the last what is kept."""
    assert found.scores is not None
    steps = list(suppressions(found.boxes, found.scores, threshold, found.labels))
    kinds = ["waiting"] * len(found.boxes)
    first = f"{len(kinds)} candidates for {len(scene.truth.boxes)} forms: many cells saw each one."
    shown = [_decided(found, kinds, None, first)]
    for number, step in enumerate(steps, 1):
        for index in step.dropped:
            kinds[index] = "dropped"
        kinds[step.best] = "best"
        shown.append(_decided(found, kinds, step, _step_words(found, step, number, threshold)))
        kinds[step.best] = "kept"
    end = outcome_words(scene.truth, found, kinds)
    shown.append(_decided(found, kinds, None, end, only=True))
    return {
        "scene": key,
        "pictures": [png(scene)],
        "side": SIDE,
        "start": min(start, len(shown) - 1),
        "steps": shown,
        "curve": None,
        "file": "suppression",
    }


def _step_words(found: Boxes, step: Suppression, number: int, threshold: float) -> str:
    count = len(step.dropped)
    ious = ", ".join(f"{iou:.2f}" for iou in sorted(step.overlap[:count], reverse=True)[:4])
    more = ", …" if count > 4 else ""
    drops = f"It drops {count}: IoU {ious}{more} > {threshold:g}." if count else "It drops none."
    left = f"{len(step.left)} are left." if step.left else "None is left."
    return f"Step {number}: keep {named(found, step.best)}, the surest that is left. {drops} {left}"


def _decided(
    found: Boxes, kinds: list[str], step: Suppression | None, say: str, *, only: bool = False
) -> dict[str, Any]:
    """One step; with ``only`` what is dropped is not drawn any more."""
    assert found.scores is not None
    order = np.argsort(-found.scores, kind="stable").tolist()
    now = {step.best, *step.dropped} if step else set()
    drawn = [i for i in reversed(order) if not (only and kinds[i] == "dropped")]
    drawn = [i for i in drawn if kinds[i] != "dropped" or i in now]
    boxes = [
        {
            "box": found.boxes[i].round(2).tolist(),
            "kind": kinds[i],
            "label": named(found, i) if kinds[i] in ("best", "kept") else "",
        }
        for i in drawn
    ]
    rows = [
        {
            "name": CLASSES[found.labels[i]],
            "number": f"{found.scores[i]:.2f}",
            "kind": "kept" if kinds[i] == "best" else kinds[i],
            "now": i in now,
        }
        for i in order
    ]
    return {"picture": 0, "say": say, "title": "", "boxes": boxes, "rows": rows}


def outcome_words(truth: Boxes, found: Boxes, kinds: Sequence[str]) -> str:
    """How many forms are found, missed, and missed although a candidate had found them."""
    alike = overlaps(truth.boxes, found.boxes) >= 0.5
    alike &= truth.labels[:, None] == found.labels[None]
    kept = np.array([kind == "kept" for kind in kinds], bool)
    hit = [_take(row & kept) for row in alike]
    eaten = sum(bool((row & ~kept).any()) and not got for row, got in zip(alike, hit, strict=True))
    twice = int(kept.sum()) - sum(hit)
    words = f"{int(kept.sum())} boxes are kept. Of {len(truth.boxes)} forms {sum(hit)} are found."
    if eaten:
        forms = "1 right box was" if eaten == 1 else f"{eaten} right boxes were"
        words += f" {forms} dropped for standing too near to a surer one: NMS has eaten it."
    if twice > 0:
        words += f" {twice} too many: doubles or mistakes that overlap less than the threshold."
    return words


def _take(row: np.ndarray[Any, np.dtype[np.bool_]]) -> bool:
    return bool(row.any())


# -- precision ------------------------------------------------------------------------------------


def precision_data(
    scenes: Sequence[ShapeScene],
    found: Sequence[Boxes],
    label: int,
    threshold: float,
) -> tuple[Ranking, dict[str, Any]]:
    """Detections of one form, surest first, each judged in its picture, and the curve."""
    truths = [scene.truth for scene in scenes]
    ranking = rank(found, truths, label, threshold)
    used = sorted(set(ranking.picture.tolist()))
    first = {
        "picture": 0,
        "say": f"{ranking.truths} true boxes of the form {CLASSES[label]} in {len(scenes)} scenes,"
        f" {len(ranking.score)} detections, surest first. Step: is each right?",
        "title": "",
        "boxes": [],
        "rows": [],
    }
    steps = [first, *(_judged(ranking, k, truths, found, threshold) for k in ranked(ranking))]
    curve = {
        "recall": ranking.recall.round(4).tolist(),
        "precision": ranking.precision.round(4).tolist(),
        "envelope": stairs(ranking),
    }
    key = f"{label} {threshold} {len(scenes)} {ranking.score.sum():.4f}"
    return ranking, {
        "scene": key,
        "pictures": [png(scenes[index]) for index in used] or [png(scenes[0])],
        "side": SIDE,
        "start": len(steps) - 1,
        "steps": steps,
        "curve": curve,
        "file": f"precision-{CLASSES[label]}",
    }


def ranked(ranking: Ranking) -> range:
    """The numbers of the detections."""
    return range(len(ranking.score))


def stairs(ranking: Ranking) -> list[tuple[float, float]]:
    """The envelope's corners, from recall 0 on: at each recall the best precision from there."""
    corners, before = list[tuple[float, float]](), 0.0
    for recall, best in zip(ranking.recall.tolist(), envelope(ranking).tolist(), strict=True):
        corners += [(before, round(best, 4)), (round(recall, 4), round(best, 4))]
        before = round(recall, 4)
    return corners


def _judged(
    ranking: Ranking,
    k: int,
    truths: Sequence[Boxes],
    found: Sequence[Boxes],
    threshold: float,
) -> dict[str, Any]:
    picture, number = int(ranking.picture[k]), int(ranking.number[k])
    one, true = found[picture], truths[picture]
    label = one.labels[number]
    right = bool(ranking.right[k])
    frames = [
        {"box": box.round(2).tolist(), "kind": "truth", "label": ""}
        for box in true.boxes[true.labels == label]
    ]
    frames.append(
        {
            "box": one.boxes[number].round(2).tolist(),
            "kind": "right" if right else "wrong",
            "label": named(one, number),
        }
    )
    sure = int(ranking.right[: k + 1].sum())
    iou = f"IoU {ranking.iou[k]:.2f}"
    judged = f"{iou} ≥ {threshold:g}: right." if right else f"{iou} with what is free: wrong."
    counts = (
        f"Precision {sure} / {k + 1} = {ranking.precision[k]:.2f},"
        f" recall {sure} / {ranking.truths} = {ranking.recall[k]:.2f}."
    )
    begin = max(0, k + 1 - LISTED)
    rows = [
        {
            "name": f"{i + 1}. {CLASSES[label]}",
            "number": f"{ranking.score[i]:.2f}",
            "kind": "right" if ranking.right[i] else "wrong",
            "now": i == k,
        }
        for i in range(begin, k + 1)
    ]
    return {
        "picture": int(np.unique(ranking.picture).searchsorted(picture)),
        "say": f"Detection {k + 1}, {named(one, number)}: {judged} {counts}",
        "title": f"Scene {picture}; dashed: the true boxes of this form",
        "boxes": frames,
        "rows": rows,
    }
