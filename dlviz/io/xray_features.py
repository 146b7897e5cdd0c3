"""What the frozen base says of the generated chests: recorded, so that heads learn at once.

Two streams of ``dlviz.io.xrays``: 1 to learn from, 2 held out; the first ``ILL`` of each have an
opacity. ``python -m dlviz.io.build_xrays`` writes the file. Imports no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dlviz.core.medical.heads import Whitening
from dlviz.io.assets import read_arrays
from dlviz.io.xrays import Chest, draw

FILE = "medical/xray_features.npz"
ILL = 400
SEEDS = {"train": 1, "test": 2}
COUNTS = {"train": 1000, "test": 1184}
AXES = 48
STEP = 4 / 127  # of the recorded bytes, in standard deviations


@dataclass(frozen=True, eq=False)
class Cases:
    """One part: ``features`` float64 N×48, ``findings`` bool N×4; read only."""

    part: str
    features: NDArray[np.float64]
    findings: NDArray[np.bool_]


def chest(part: str, index: int) -> Chest:
    """Picture ``index`` of "train" or "test"."""
    return draw(SEEDS[part], index, index < ILL)


@cache
def cases(part: str) -> Cases:
    """A recorded part. Raises ``AssetError`` if the file is missing."""
    coded, findings = read_arrays(FILE, f"{part}_features", f"{part}_findings")
    return Cases(part, coded.astype(np.float64) * STEP, findings.astype(bool))


@cache
def whitening() -> Whitening:
    """From the base's 96 numbers to the 48 features."""
    mean, axes = read_arrays(FILE, "mean", "axes")
    return Whitening(mean.astype(np.float64), axes.astype(np.float64))


def coded(features: NDArray[np.float64]) -> NDArray[np.int8]:
    """Features as they are recorded: one byte each, at most 4 standard deviations."""
    return np.rint(np.clip(features / STEP, -127, 127)).astype(np.int8)
