"""All input defences, in visible order: those of ``dlviz.core.defences``, and JPEG, which needs
Pillow."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from dlviz.core.attacks import Setting
from dlviz.core.defences import DEFENCES as OF_TENSORS
from dlviz.core.defences import Defence


def jpeg(images: Tensor, quality: int) -> Tensor:
    """Save each picture as a JPEG of this quality (1 to 95), and read it back.

    images: float N×C×H×W in [0, 1], grey or RGB, rounded to 8 bits first. Colours are kept at half
    the resolution (4:2:0), as Pillow does. Raises ValueError for other numbers of channels.
    """
    count = images.shape[1]
    if count not in (1, 3):
        raise ValueError(f"A JPEG has 1 or 3 channels, not {count}.")
    pixels = (images * 255).round().to("cpu", torch.uint8).permute(0, 2, 3, 1).numpy()
    again = np.stack([_again(picture, quality) for picture in pixels])
    back = torch.from_numpy(again).reshape(pixels.shape).permute(0, 3, 1, 2)
    return back.to(images.device, images.dtype) / 255


def _again(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """H×W×1 or H×W×3 through a file in memory; grey comes back as H×W."""
    file = BytesIO()
    grey = picture.shape[2] == 1
    Image.fromarray(picture[:, :, 0] if grey else picture).save(file, "JPEG", quality=quality)
    with Image.open(file, formats=("JPEG",)) as found:
        return np.asarray(found)


DEFENCES: dict[str, Defence] = {
    **OF_TENSORS,
    "jpeg": Defence(
        "jpeg",
        "JPEG",
        "JPEG",
        "The picture is saved as a JPEG and read back: fine detail, which the eye hardly sees, is "
        "thrown away, and much of a perturbation with it.",
        "JPEG rounds, so it has no slope either; but it changes little, and the attack takes the "
        "slope of the identity on the way back.",
        "Dziugaite, Ghahramani and Roy (2016), arXiv:1608.00853",
        Setting("Quality", "What Pillow calls quality: less is smaller and coarser.", 50, 5, 95, 5),
        False,
        jpeg,
    ),
}
