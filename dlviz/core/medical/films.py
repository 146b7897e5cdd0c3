"""Real films through the same base: described, whitened by what is learnt from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from dlviz.core.classifier import Classifier
from dlviz.core.medical.base import BATCH, described
from dlviz.core.medical.heads import Whitening
from dlviz.core.medical.verdicts import Array

AXES = 48


def stream_features(
    model: Classifier, train: NDArray[np.uint8], test: NDArray[np.uint8]
) -> Iterator[tuple[int, tuple[Array, Array]]]:
    """uint8 N×H×W of both parts → (how many are done, features so far), whole at the end.

    The last result's are N×48 each, whitened by the first part; those before are empty.
    """
    parts, done = [], 0
    empty = np.zeros((0, AXES)), np.zeros((0, AXES))
    for pixels in torch.split(torch.from_numpy(np.concatenate([train, test]))[:, None], BATCH):
        parts.append(described(model, pixels).numpy().astype(np.float64))
        done += len(pixels)
        if done < len(train) + len(test):
            yield done, empty
    said = np.concatenate(parts)
    whitening = Whitening.fitted(said[: len(train)], AXES)
    yield done, (whitening(said[: len(train)]), whitening(said[len(train) :]))
