"""What the component “box_steps” shows: suppression, and precision over recall, step by step."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlviz.core.detection.boxes import Floats, overlaps
from dlviz.core.detection.precision import Boxes, Ranking, average_precision, envelope, rank
from dlviz.core.detection.suppression import Suppression, suppressions
from dlviz.io.png import png_bytes
from dlviz.io.shape_scenes import CLASSES, SIDE, ShapeScene

LISTED = 14  # lines beside the curve
RIGHT = 0.5  # the IoU from which a box is right


def png(scene: ShapeScene) -> str:
    """A scene as the component takes it."""
    return base64.b64encode(png_bytes(scene.pixels)).decode()


def named(found: Boxes, number: int) -> str:
    """A box in words: "star 0.97"."""
    assert found.scores is not None
    return f"{CLASSES[found.labels[number]]} {found.scores[number]:.2f}"


def measured(iou: float, threshold: float) -> str:
    """An IoU with two decimals, or as many as it takes to be on its side of the threshold."""
    sides = iou > threshold, iou >= threshold
    texts = (f"{iou:.{digits}f}" for digits in range(2, 17))
    return next(
        (text for text in texts if (float(text) > threshold, float(text) >= threshold) == sides),
        str(iou),
    )


def count_of(number: int, one: str, more: str) -> str:
    """ "1 box is", "3 boxes are"."""
    return f"{number} {one if number == 1 else more}"


# -- suppression ----------------------------------------------------------------------------------


def suppression_data(
    scene: ShapeScene, found: Boxes, threshold: float, *, key: str, start: int = 0
) -> dict[str, Any]:
    """Candidates of a scene and what becomes of them: step 0 shows all, the last what is kept."""
    assert found.scores is not None
    steps = list(suppressions(found.boxes, found.scores, threshold, found.labels))
    kinds = ["waiting"] * len(found.boxes)
    seen = count_of(len(scene.truth.boxes), "form", "forms")
    first = (
        f"{count_of(len(kinds), 'candidate', 'candidates')} for {seen}: several cells may see the"
        " same one. Step: which box is kept, and which does it drop?"
    )
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
        "legend": [
            ["waiting", "waiting"],
            ["best", "kept now"],
            ["dropped", "dropped"],
            ["kept", "kept"],
        ],
        "file": "suppression",
    }


def _step_words(found: Boxes, step: Suppression, number: int, threshold: float) -> str:
    count = len(step.dropped)
    surest = sorted(step.overlap[:count], reverse=True)[:4]
    ious = ", ".join(measured(iou, threshold) for iou in surest)
    more = ", …" if count > 4 else ""
    drops = f"It drops {count}: IoU {ious}{more} > {threshold:g}." if count else "It drops none."
    left = count_of(len(step.left), "is left.", "are left.") if step.left else "None is left."
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
    keeps = np.array([kind == "kept" for kind in kinds], bool)
    assert found.scores is not None
    kept = Boxes(found.boxes[keeps], found.labels[keeps], found.scores[keeps])
    rankings = [rank([kept], [truth], label, RIGHT) for label in range(len(CLASSES))]
    hit = np.isin(np.arange(len(truth.boxes)), np.concatenate([one.taken for one in rankings]))
    alike = overlaps(truth.boxes, found.boxes) >= RIGHT
    alike &= truth.labels[:, None] == found.labels[None]
    eaten = int((~hit & (alike & ~keeps).any(1)).sum())
    unseen = int((~hit & ~alike.any(1)).sum())
    twice = int(keeps.sum() - hit.sum())
    words = (
        f"{count_of(int(keeps.sum()), 'box is', 'boxes are')} kept."
        f" Of {count_of(len(hit), 'form', 'forms')}"
        f" {count_of(int(hit.sum()), 'is found.', 'are found.')}"
    )
    if eaten == 1:
        words += " 1 right box was dropped for standing too near to a surer one: NMS has eaten it."
    elif eaten:
        words += f" Right boxes of {eaten} forms were dropped for standing too near to surer ones."
    if unseen:
        words += f" {unseen} had no right candidate."
    if twice > 0:
        words += f" {twice} too many: doubles that overlap too little to be dropped, or mistakes."
    return words


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
        "say": f"{count_of(ranking.truths, 'true box', 'true boxes')} of the form {CLASSES[label]}"
        f" in {len(scenes)} scenes, {count_of(len(ranking.score), 'detection', 'detections')},"
        " surest first. Step: is each right?",
        "title": "",
        "boxes": [],
        "rows": [],
    }
    steps = [first, *(_judged(ranking, k, truths, found, threshold) for k in ranked(ranking))]
    curve = {
        "recall": ranking.recall.round(4).tolist(),
        "precision": ranking.precision.round(4).tolist(),
        "envelope": stairs(ranking),
        "average": f"AP {average_precision(ranking):.3f}" if ranking.truths else "",
    }
    key = f"{label} {threshold} {len(scenes)} {ranking.score.sum():.4f}"
    return ranking, {
        "scene": key,
        "pictures": [png(scenes[index]) for index in used] or [png(scenes[0])],
        "side": SIDE,
        "start": len(steps) - 1,
        "steps": steps,
        "curve": curve,
        "legend": [
            ["truth", "true"],
            ["taken", "taken"],
            ["right", "right"],
            ["wrong", "wrong"],
        ],
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
    label = int(one.labels[number])
    right = bool(ranking.right[k])
    before = ranking.taken[:k][ranking.picture[:k] == picture]
    frames = [
        {"box": box.round(2).tolist(), "kind": "taken" if at in before else "truth", "label": ""}
        for at, box in enumerate(true.boxes)
        if true.labels[at] == label
    ]
    frames.append(
        {
            "box": one.boxes[number].round(2).tolist(),
            "kind": "right" if right else "wrong",
            "label": named(one, number),
        }
    )
    sure = int(ranking.right[: k + 1].sum())
    if right:
        judged = f"IoU {measured(ranking.iou[k], threshold)} ≥ {threshold:g}: right."
    else:
        judged = _why_wrong(one.boxes[number], true.boxes[true.labels == label], label, threshold)
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
        "title": f"Scene {picture}",
        "boxes": frames,
        "rows": rows,
    }


def _why_wrong(box: Floats, true: Floats, label: int, threshold: float) -> str:
    """Why a detection is none: ``true`` are all boxes of its form in its picture."""
    form = CLASSES[label]
    if not len(true):
        return f"no {form} is in this scene: wrong."
    iou = float(overlaps(box, true).max())
    if iou >= threshold:  # were it free, the detection were right
        words = f"IoU {measured(iou, threshold)} with a {form} that a surer one has found"
        return f"{words}: a double, wrong."
    if not iou:
        return f"it meets no {form}: wrong."
    return f"IoU {measured(iou, threshold)} < {threshold:g}: wrong."
