"""What the shipped MobileNetV2, which names whole pictures, says at each place of one.

Its last layer but one is a mean over all places, its last one is linear: applied at each place
first and averaged then, it gives the same logits. So the classifier holds a coarse map of every
class without having been taught where anything is: Zhou and others, "Learning Deep Features for
Discriminative Localization" (2016).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from dlviz.io.models import load_model

SHORT, LONG = 300, 1040  # pixels of a side: 10 places, more are surer of grain than of things
PIXELS_A_PLACE = 32


def place_logits(picture: Image.Image) -> Tensor:
    """Logits 1000×h×w: a place for each 32×32 pixels of the picture, its shorter side 300.

    Their mean over all places is what the classifier says of the whole.
    """
    classifier = load_model("mobilenet_v2")
    module = classifier.module
    with torch.no_grad():
        given = (resized(picture) - classifier.mean) / classifier.std
        maps = module.get_submodule("features")(given)[0]
        last = module.get_submodule("classifier.1")
        said: Tensor = torch.einsum("chw,kc->khw", maps, last.get_parameter("weight"))
        return said + last.get_parameter("bias")[:, None, None]


def resized(picture: Image.Image) -> Tensor:
    """Pixels 1×3×H×W in [0, 1], the shorter side 300; of a strip less, the longer one 1040."""
    scale = min(SHORT / min(picture.size), LONG / max(picture.size))
    size = tuple(max(1, round(side * scale)) for side in reversed(picture.size))
    pixels = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
    return F.interpolate(pixels[None].float() / 255, size, mode="bilinear", antialias=True)


def likeliest(logits: Tensor) -> tuple[int, NDArray[np.int64]]:
    """The whole picture's class, and the likeliest class of each place, h×w."""
    places: NDArray[np.int64] = logits.argmax(0).numpy()
    return int(logits.mean((1, 2)).argmax()), places
