"""torchvision's detectors of COCO's 80 categories, fetched when somebody asks for it, only then.

As in ``torchvision_models``: address and checksum are torchvision's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torchvision.models import detection as theirs

from dlviz.core.detection.precision import Boxes
from dlviz.io.torchvision_files import fetch_file, load_module
from dlviz.io.torchvision_models import Fetched

INSTEAD = "The views before this one have a detector that is here."


def _ssdlite() -> nn.Module:
    module: nn.Module = theirs.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None)
    return module


def _faster_rcnn() -> nn.Module:
    module: nn.Module = theirs.fasterrcnn_mobilenet_v3_large_320_fpn(
        weights=None, weights_backbone=None
    )
    return module


DETECTORS: dict[str, Fetched] = {
    entry.name: entry
    for entry in (
        Fetched(
            "ssdlite",
            "SSDlite MobileNetV3",
            "One stage: boxes at once, from six sizes of maps.",
            theirs.SSDLite320_MobileNet_V3_Large_Weights.COCO_V1,
            _ssdlite,
        ),
        Fetched(
            "faster_rcnn",
            "Faster R-CNN MobileNetV3",
            "Two stages: regions are proposed first, then named and framed.",
            theirs.FasterRCNN_MobileNet_V3_Large_320_FPN_Weights.COCO_V1,
            _faster_rcnn,
        ),
    )
}


def fetch_detector(name: str) -> Iterator[int]:
    """Fetch it piece by piece; yields how many bytes are there. Raises ``DownloadError``."""
    yield from fetch_file(DETECTORS[name], INSTEAD)


def load_coco_detector(name: str) -> nn.Module:
    """A detector that has been fetched. Raises ``DownloadError`` if it is not here, or damaged."""
    return load_module(DETECTORS[name], INSTEAD)


def categories(name: str) -> tuple[str, ...]:
    """What its labels are called."""
    return tuple(DETECTORS[name].weights.meta["categories"])


def find(module: nn.Module, pixels: NDArray[np.uint8], *, least: float) -> Boxes:
    """What it finds in a picture (uint8 H×W×3), surest first, with a score of at least ``least``.

    It has suppressed doubles by itself, as torchvision sets it.
    """
    with torch.no_grad():
        given = torch.from_numpy(pixels.copy()).permute(2, 0, 1).float() / 255
        (said,) = module([given])
    use = said["scores"] >= least
    boxes, labels, scores = (said[part][use].numpy() for part in ("boxes", "labels", "scores"))
    return Boxes(boxes.astype(np.float64), labels, scores.astype(np.float64))


def at_least(found: Boxes, least: float) -> Boxes:
    """Those of the boxes whose score is at least ``least``."""
    assert found.scores is not None
    use = found.scores >= least
    return Boxes(found.boxes[use], found.labels[use], found.scores[use])
