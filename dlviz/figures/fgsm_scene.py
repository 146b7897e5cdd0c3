"""What the opened FGSM's component is given: bytes of the pictures, and words for every ε."""

from __future__ import annotations

import base64
import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from dlviz.figures.attack import (
    Outcome,
    Study,
    gradient_sentence,
    judge,
    random_signs,
    verdict,
)
from dlviz.figures.charts import SHOWN, percent
from dlviz.figures.colours import SIGNED
from dlviz.figures.fgsm_scan import Scan, flips, flips_sentence

GRADIENT_STEPS = 32767  # of an int16
SEEN_SHARE = 99.5  # per cent of the gradient's map that its colours tell apart
CHANNELS = {1: ("grey",), 3: ("red", "green", "blue")}


def text_of(array: NDArray[Any]) -> str:
    """The array's bytes as base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def packed(signs: Tensor) -> NDArray[np.uint8]:
    """−1, 0 and 1 in two bits each, as 0, 1 and 2: four to a byte, the first in the lowest bits."""
    codes = (signs.numpy().reshape(-1) + 1).astype(np.uint8)
    fours = np.pad(codes, (0, -len(codes) % 4)).reshape(-1, 4)
    bytes_: NDArray[np.uint8] = (fours << np.array([0, 2, 4, 6], np.uint8)).sum(
        axis=1, dtype=np.uint8
    )
    return bytes_


def picture_data(study: Study) -> dict[str, Any]:
    """What does not depend on ε: pixels uint8, signs in two bits, the gradient as int16 C×H×W."""
    if study.gradient is None:
        raise ValueError("The study of an opened FGSM needs its gradient.")
    gradient = study.gradient.detach().cpu().numpy().astype(np.float64)
    limit = float(np.abs(gradient).max()) or 1.0
    channels, height, width = study.pixels.shape
    shown = np.abs(gradient.mean(axis=0))
    return {
        "channels": list(CHANNELS.get(channels, [f"channel {at + 1}" for at in range(channels)])),
        "height": height,
        "width": width,
        "pixels": text_of(study.pixels.numpy()),
        "signs": text_of(packed(study.direction)),
        "noise": text_of(packed(random_signs(tuple(study.pixels.shape)))),
        "gradient": text_of(np.rint(gradient / limit * GRADIENT_STEPS).astype("<i2")),
        "limit": limit,
        "seen": float(np.percentile(shown, SEEN_SHARE)) or limit,
        "steepest": [
            int(at) for at in np.unravel_index(np.abs(gradient).max(axis=0).argmax(), shown.shape)
        ],
        "up": float((study.direction > 0).float().mean()),
        "down": float((study.direction < 0).float().mean()),
        "scales": {theme: text_of(table) for theme, table in SIGNED.items()},
    }


def top_five(
    probabilities: Tensor, classes: tuple[str, ...], marked: Mapping[int, str]
) -> list[dict[str, Any]]:
    """The five largest as {name, share, text, mark}, the answer first.

    ``marked``: class number → a word of the style. A marked one that is not among them takes the
    last row, with its place, so that it can be seen to fall.
    """
    order = probabilities.argsort(descending=True, stable=True).tolist()
    shown = order[:SHOWN]
    for number in marked:
        if number not in shown:
            free = [at for at in range(1, len(shown)) if shown[at] not in marked]
            shown[free[-1]] = number
    shown.sort(key=order.index)
    return [
        {
            "name": classes[number] + ("" if place < SHOWN else f" (place {place + 1})"),
            "share": float(probabilities[number]),
            "text": percent(float(probabilities[number])),
            "mark": marked.get(number, ""),
        }
        for number in shown
        for place in [order.index(number)]
    ]


def loss_of(share: float) -> float | None:
    """J = −log p, None where p has rounded to 0."""
    return -math.log(share) if share > 0 else None


def rows(
    scan: Scan, classes: tuple[str, ...], right: Collection[str] | None
) -> list[dict[str, Any] | None]:
    """For every ε what is shown, by the gradient's signs and by random ones; None if unknown."""
    return [
        _row(scan, eps, classes, right) if known else None
        for eps, known in enumerate(scan.known.tolist())
    ]


def _row(
    scan: Scan, eps: int, classes: tuple[str, ...], right: Collection[str] | None
) -> dict[str, Any]:
    study = scan.study
    answer, control = scan.answers[eps], scan.control[eps]
    outcome = Outcome(eps, study.pixels, answer, control)
    judged = verdict(study, outcome, classes, right=right)
    noise = judge(study, eps, control, classes, right=right)
    return {
        "signs": _side(study, answer, classes, judged.kind, judged.sentence),
        "noise": _side(study, control, classes, noise.kind, f"Random signs. {noise.sentence}"),
    }


def _side(
    study: Study, probabilities: Tensor, classes: tuple[str, ...], kind: str, sentence: str
) -> dict[str, Any]:
    best, aim = int(probabilities.argmax()), study.target
    marked = {best: "now"} | ({} if aim is None else {aim: "aim"}) | {study.label: "was"}
    share = float(probabilities[study.label])
    return {
        "kind": kind,
        "say": sentence,
        "flipped": best != study.label,
        "top": top_five(probabilities, classes, marked),
        "share": share,
        "loss": loss_of(share if aim is None else float(probabilities[aim])),
        "aim": None if aim is None else float(probabilities[aim]),
    }


def scan_data(
    scan: Scan, classes: tuple[str, ...], right: Collection[str] | None
) -> dict[str, Any]:
    """What a scan has found so far, and its words."""
    study = scan.study
    label = classes[study.label]
    target = None if study.target is None else classes[study.target]
    found = flips(scan.answers, scan.known, study.label, study.target)
    control = flips(scan.control, scan.known, study.label)
    return {
        "label": label,
        "target": target,
        "largest": scan.largest,
        "rows": rows(scan, classes, right),
        "smallest": found.smallest,
        "facts": flips_sentence(found, control, label, target),
        "warning": gradient_sentence(study, classes),
    }
