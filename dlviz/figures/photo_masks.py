"""Classes laid over a photograph, their legend, and the code that finds them."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlviz.core.segmentation.overlay import EDGE, VEIL, outline

# Okabe and Ito's colours; a class beyond them has one of these, lighter, then darker.
_COLOURS = np.array(
    [
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (240, 228, 66),
        (0, 114, 178),
        (213, 94, 0),
        (204, 121, 167),
    ]
)
PALETTE = np.concatenate([_COLOURS, (_COLOURS + 255) // 2, _COLOURS // 2])


def shares(mask: NDArray[np.integer]) -> list[tuple[int, float]]:
    """Classes of a mask (H×W) with their share of all pixels, the largest first, 0 last."""
    pairs = np.stack(np.unique(mask, return_counts=True), 1)
    found = [(int(number), float(count) / mask.size) for number, count in pairs]
    return sorted(found, key=lambda pair: (pair[0] == 0, -pair[1]))


def laid_over(pixels: NDArray[np.uint8], mask: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Each class but 0 in its colour over the picture (uint8 H×W×3), outlined in white."""
    picture = pixels.astype(np.float64)
    for place, (number, _) in enumerate(shares(mask)):
        if number:
            where = mask == number
            picture[where] = picture[where] * (1 - VEIL) + PALETTE[place] * VEIL
    picture[outline(mask)] = EDGE
    return picture.astype(np.uint8)


def legend(mask: NDArray[np.integer], names: tuple[str, ...]) -> str:
    """HTML: each class's colour, name and share of the pixels."""
    parts = []
    for place, (number, share) in enumerate(shares(mask)):
        colour = "rgb({}, {}, {})".format(*PALETTE[place]) if number else "transparent"
        name = escape(names[number]) if number else "none of them"
        parts.append(
            '<span style="white-space:nowrap;margin-right:1.2em"><span style="display:inline-block;'
            f"width:1em;height:1em;vertical-align:-0.12em;border:1px solid gray;"
            f'background:{colour}"></span> {name} <b>{share:.1%}</b></span> '
        )
    return f'<div style="font-size:16px;line-height:1.7">{"".join(parts)}</div>'


def masks_code(net: str, photograph: str) -> str:
    """A downloaded segmentation network on a photograph; it downloads it if need be."""
    return f"""from dlviz.figures.photo_masks import shares
from dlviz.io.photographs import load_photograph
from dlviz.io.torchvision_segmenters import SEGMENTERS, classes_in, fetch_segmenter
from dlviz.io.torchvision_segmenters import load_segmenter, voc_classes

if not SEGMENTERS["{net}"].path.is_file():
    for done in fetch_segmenter("{net}"):
        pass
mask = classes_in("{net}", load_segmenter("{net}"), load_photograph("{photograph}"))
for number, share in shares(mask):
    print(voc_classes("{net}")[number], f"{{share:.1%}}")
"""


def marked_places(picture: Image.Image, where: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Places of a coarse grid (h×w) in colour over the picture, as large as they are."""
    coarse = Image.fromarray(where.astype(np.uint8))
    mask = np.asarray(coarse.resize(picture.size, Image.Resampling.NEAREST))
    return laid_over(np.asarray(picture), mask)


def places_code(photograph: str) -> str:
    """The shipped classifier, which names whole pictures, read at each place."""
    return f"""import torch
from PIL import Image
from dlviz.io.mobilenet_places import resized
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph

net = load_model("mobilenet_v2")
pixels = resized(Image.fromarray(load_photograph("{photograph}")))
with torch.no_grad():
    maps = net.module.features((pixels - net.mean) / net.std)[0]  # 1280×h×w
    last = net.module.classifier[1]  # linear, meant for the mean over all places
    said = torch.einsum("chw,kc->khw", maps, last.weight) + last.bias[:, None, None]
whole, places = said.mean((1, 2)).argmax(), said.argmax(0)
print(f"{{net.classes[whole]}}: {{(places == whole).sum()}} of {{places.numel()}} places")
"""
