"""torchvision's segmentation networks of VOC's classes, fetched when somebody asks for it.

As in ``torchvision_models``: address and checksum are torchvision's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import interpolate
from torchvision.models import segmentation as theirs

from dlviz.io.torchvision_files import fetch_file, load_module
from dlviz.io.torchvision_models import Fetched

INSTEAD = "“Segmentation” has a net that is here."
SHORT, LONG = 520, 1040  # pixels: torchvision's shorter side; a strip's longer one has a bound


def _lraspp() -> nn.Module:
    module: nn.Module = theirs.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None)
    return module


def _deeplab() -> nn.Module:
    """With the side output that the file holds."""
    module: nn.Module = theirs.deeplabv3_mobilenet_v3_large(
        weights=None, weights_backbone=None, aux_loss=True
    )
    return module


SEGMENTERS: dict[str, Fetched] = {
    entry.name: entry
    for entry in (
        Fetched(
            "lraspp",
            "LRASPP MobileNetV3",
            "Small and quick: maps of two sizes are put together.",
            theirs.LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1,
            _lraspp,
        ),
        Fetched(
            "deeplab",
            "DeepLabV3 MobileNetV3",
            "Convolutions with gaps look at several widths around each place.",
            theirs.DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1,
            _deeplab,
        ),
    )
}


def fetch_segmenter(name: str) -> Iterator[int]:
    """Fetch it piece by piece; yields how many bytes are there. Raises ``DownloadError``."""
    yield from fetch_file(SEGMENTERS[name], INSTEAD)


def load_segmenter(name: str) -> nn.Module:
    """One that has been fetched. Raises ``DownloadError`` if it is not here, or damaged."""
    return load_module(SEGMENTERS[name], INSTEAD)


def voc_classes(name: str) -> tuple[str, ...]:
    """What its 21 classes are called, the background first."""
    return tuple(SEGMENTERS[name].weights.meta["categories"])


def classes_in(name: str, module: nn.Module, pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The likeliest class of every pixel, H×W, of a picture (uint8 H×W×3)."""
    height, width = pixels.shape[:2]
    short = max(1, min(SHORT, LONG * min(height, width) // max(height, width)))
    prepare = SEGMENTERS[name].weights.transforms(resize_size=short)
    with torch.no_grad():
        given = prepare(torch.from_numpy(pixels.copy()).permute(2, 0, 1))
        logits = module(given[None])["out"]
        logits = interpolate(logits, size=(height, width), mode="bilinear", align_corners=False)
    found: NDArray[np.int64] = logits[0].argmax(0).numpy()
    return found
