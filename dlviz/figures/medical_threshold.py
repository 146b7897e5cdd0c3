"""The threshold under the finger: everything that it can show, worked out for each of its places.

The browser only looks up; no number is computed twice.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlviz.core.medical.bootstrap import DRAWS, auc_drawn, drawn, interval, share_intervals
from dlviz.core.medical.verdicts import Array, Curves, counts_at, curves, reliability

CUTS = np.arange(101) / 100
BINS = 40
STRIP = 8
FIRST = 50
RECALL = 0.95

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Screened:
    """Scores and truth of a set, and the ROC curve of all held-out pictures that it is from."""

    scores: Array
    ill: NDArray[np.bool_]
    whole: Curves

    @property
    def prevalence(self) -> float:
        """The share of ill pictures in the set."""
        return float(self.ill.mean())


def plain_numbers(values: Array, digits: int = 4) -> list[float | None]:
    """Rounded, with None for NaN: JSON has none."""
    return [None if math.isnan(one) else round(one, digits) for one in values.tolist()]


def threshold_data(
    found: Screened, picture: Callable[[int], Pixels], *, scene: str, note: str
) -> dict[str, Any]:
    """All that the component draws. ``picture``: pixels H×W of one of the set's pictures.

    ``note``: the line below these.
    """
    scores, ill = found.scores, found.ill
    counts = counts_at(scores, ill, CUTS)
    intervals = share_intervals(scores, ill, CUTS)
    both, calibration = curves(scores, ill), reliability(scores, ill)
    bins = [np.histogram(scores[kind], BINS, (0, 1))[0].tolist() for kind in (ill, ~ill)]
    aucs = interval(auc_drawn(scores, ill, drawn(len(ill), seed=0)))
    shown = strip(scores, ill)
    return {
        "scene": scene,
        "note": note,
        "count": len(ill),
        "draws": DRAWS,
        "prevalence": found.prevalence,
        "counts": [part.astype(int).tolist() for part in (counts.tp, counts.fp, counts.fn,
                                                          counts.tn)],
        "shares": {
            name: [plain_numbers(values), *map(plain_numbers, intervals[name])]
            for name, values in counts.shares.items()
        },
        "bins": bins,
        "roc": [plain_numbers(both.false_alarms), plain_numbers(both.recall)],
        "pr": [plain_numbers(both.recall), plain_numbers(both.precision)],
        "whole": [plain_numbers(found.whole.false_alarms), plain_numbers(found.whole.recall)],
        "auc": [both.auc, *aucs.tolist()],
        "whole_auc": found.whole.auc,
        "ap": both.average_precision,
        "calibration": [plain_numbers(calibration.said), plain_numbers(calibration.true),
                        calibration.count.astype(int).tolist()],
        "brier": calibration.brier,
        "ece": calibration.ece,
        "best": int(np.nanargmax(counts.f1)),
        "recall": int(np.flatnonzero(counts.recall >= RECALL).max()),
        "strip": [{"score": round(float(scores[one]), 3), "ill": bool(ill[one])} for one in shown],
        "sprite": sprite([picture(one) for one in shown]),
    }  # fmt: skip


def strip(scores: Array, ill: NDArray[np.bool_], count: int = STRIP) -> list[int]:
    """Pictures to look at, in the order of their scores.

    Evenly spread over the ill and over the well, as many of each: no choice of the eye.
    """
    shown: list[int] = []
    for kind in (ill, ~ill):
        order = np.flatnonzero(kind)[np.argsort(scores[kind], kind="stable")]
        places = (np.arange(count // 2) + 0.5) / (count // 2) * len(order)
        shown += order[places.astype(int)].tolist()
    return sorted(shown, key=lambda one: float(scores[one]))


def sprite(pictures: Sequence[Pixels]) -> str:
    """Grey pictures side by side, as the address of a PNG."""
    file = BytesIO()
    Image.fromarray(np.hstack(list(pictures))).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


CODE = """\
from dlviz.core.medical.bootstrap import share_intervals
from dlviz.core.medical.heads import teach
from dlviz.core.medical.screening import at_prevalence
from dlviz.core.medical.verdicts import counts_at, curves, reliability, shifted
{load}
learnt = at_prevalence(y, 0.5, 800, seed=0)
head = teach(x[learnt], y[learnt, None])

seen = at_prevalence(truth, {prevalence}, {size}, seed={sample})
ill, scores = truth[seen], head(held_out[seen])[:, 0]
{shift}
at = counts_at(scores, ill, {cut})
intervals = share_intervals(scores, ill, [{cut}])
for name, value in at.shares.items():
    low, high = intervals[name][:, 0]
    print(f"{{name}} {{value[0]:.3f}} ({{low:.3f}}, {{high:.3f}})")
both, calibration = curves(scores, ill), reliability(scores, ill)
print(f"AUC {{both.auc:.3f}}, average precision {{both.average_precision:.3f}}")
print(f"Brier {{calibration.brier:.3f}}, calibration error {{calibration.ece:.3f}}")
"""


def code(load: str, size: int, prevalence: float, sample: int, cut: int, *, moved: bool) -> str:
    """A program that prints the page's numbers; ``load``: Python for x, y, held_out and truth."""
    shift = f"scores = shifted(scores, 0.5, {prevalence})" if moved else ""
    return CODE.format(
        load=load, size=size, prevalence=prevalence, sample=sample, cut=cut / 100, shift=shift
    )
