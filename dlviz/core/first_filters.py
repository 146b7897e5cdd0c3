"""The first filters of a network: the ones that look straight at pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.kernels import LARGEST


def first_filters(classifier: Classifier) -> NDArray[np.float64]:
    """The weights of the first convolution, F×C×k×k, as an array of the caller's own.

    They meet normalised pixels (the Classifier's mean and standard deviation), and its bias,
    stride and padding are left out. Raises ValueError in one sentence if there is no
    convolution or if its kernels are not square and of a size that the lab shows, 1 to 7.
    """
    for module in classifier.module.modules():
        if isinstance(module, nn.Conv2d):
            down, across = module.kernel_size
            if down != across or down > LARGEST:
                raise ValueError(
                    f"Its first filters are {down}×{across}; up to {LARGEST}×{LARGEST} are shown."
                )
            return module.weight.detach().cpu().numpy().astype(np.float64)
    raise ValueError("This network has no convolution, so there are no filters to take.")
