"""Five answers to "which pixels drove this unit?" side by side, each with its rule in one line."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn

from dlviz.core.attributions import Target, grad_cam, gradient, guided, stream_smooth_gradient
from dlviz.core.deconv_stages import Unit, descend
from dlviz.figures.colours import magnitude_colours
from dlviz.figures.compose import unit_picture
from dlviz.figures.walls import INK, PAPER, full_colour, signed_pictures
from dlviz.io.png import png_bytes

COPIES, SIGMA, SEED = 25, 0.1, 0  # SmoothGrad's; 10 to 20 % of the range is its authors' advice
OTHERS = 4  # methods that take one pass each
ALIKE = 0.98  # a cosine above this is called the same
SIDE = 224  # pixels of a picture that is shown: those of the network, enlarged by whole numbers
STYLE = """<style>
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(158px, 1fr));
  gap: 14px; font-size: 15px; line-height: 1.4; }
.answers figure { margin: 0; }
.answers img { width: 100%; display: block; image-rendering: pixelated; border-radius: 3px;
  outline: 1px solid light-dark(#d9dce2, #3a404b); outline-offset: -1px; }
.answers b { display: block; margin-top: 4px; font-size: 16px; }
</style>"""


@dataclass(frozen=True)
class Method:
    """A way to ask, and how it treats a negative signal."""

    title: str
    negative: str


METHODS: dict[str, Method] = {
    "deconvnet": Method(
        "Deconvnet",
        "Cuts a negative signal away at every ReLU, whether the unit there was active or not.",
    ),
    "guided": Method(
        "Guided backpropagation",
        "Cuts a negative signal away, and a positive one too where the unit was not active.",
    ),
    "gradient": Method(
        "Plain gradient",
        "Keeps it: it says where the activation would fall. It stops only where a unit was not "
        "active.",
    ),
    "smooth": Method(
        "SmoothGrad",
        f"Keeps it, as the gradient does: the mean of {COPIES} gradients of noisy copies "
        f"(σ = {SIGMA:g} of black to white, seed {SEED}).",
    ),
    "grad_cam": Method(
        "Grad-CAM",
        "Lets maps that speak against it count as negative in the sum, then cuts the sum at 0.",
    ),
}


@dataclass(frozen=True)
class Cam:
    """What Grad-CAM explains, by which layer's maps, and that in words."""

    target: Target
    layer: str
    words: str


def answers(
    model: nn.Module, image: Tensor, unit: Unit, cam: Cam
) -> Iterator[tuple[int, dict[str, Tensor]]]:
    """(passes so far, answers so far by method) for one picture C×H×W in [0, 1].

    Raises ValueError for a network without ReLUs.
    """
    found = {"deconvnet": descend(model, image, unit).signal}
    yield 1, dict(found)
    found["guided"] = guided(model, image, unit)
    found["gradient"] = gradient(model, image, unit)
    found["grad_cam"] = grad_cam(model, image, cam.target, layer=cam.layer)
    yield OTHERS, dict(found)
    stream = stream_smooth_gradient(model, image, unit, count=COPIES, sigma=SIGMA, seed=SEED)
    for done, mean in stream:
        found["smooth"] = mean
        yield OTHERS + done, dict(found)


def pictures(
    image: Tensor, found: Mapping[str, Tensor], theme: str
) -> dict[str, NDArray[np.uint8]]:
    """The picture itself and each answer, H×W×3, each on a scale of its own.

    Grad-CAM lies over the picture, one cell for each place of the map.
    """
    drawn = {"picture": unit_picture(image.numpy())}
    for name in METHODS:
        if name not in found:
            continue
        signal = found[name]
        if name == "grad_cam":
            drawn[name] = _over(drawn["picture"], signal)
        else:
            limit = full_colour(signal[None]) or 1.0
            drawn[name] = signed_pictures(signal[None], limit, theme)[0]
    return drawn


def agreement(found: Mapping[str, Tensor]) -> str:
    """How alike the deconvnet's and the guided answer are, and why where they are the same."""
    if not {"deconvnet", "guided"} <= set(found):
        return ""
    one, other = (found[name].flatten() for name in ("deconvnet", "guided"))
    if not (one.any() and other.any()):
        return ""
    cosine = float(torch.cosine_similarity(one, other, dim=0))
    said = f"Deconvnet and guided backpropagation here: cosine {cosine:.2f}."
    if cosine <= ALIKE:
        return said
    return (
        f"{said} They differ only where a signal reaches a unit that was not active; right below "
        "a max pool the switches lead to active units, wherever a window has one."
    )


def gallery(drawn: Mapping[str, NDArray[np.uint8]], cam: Cam) -> str:
    """HTML: every picture with its name and its line."""
    parts = []
    for name, method in METHODS.items():
        if name not in drawn:
            continue
        said = f"{method.negative} {cam.words}" if name == "grad_cam" else method.negative
        source = base64.b64encode(png_bytes(drawn[name])).decode()
        parts.append(
            f'<figure><img src="data:image/png;base64,{source}" alt="{escape(method.title)}">'
            f"<figcaption><b>{escape(method.title)}</b>{escape(said)}</figcaption></figure>"
        )
    return f'{STYLE}<div class="answers">{"".join(parts)}</div>'


def saved_answers(drawn: Mapping[str, NDArray[np.uint8]], title: str, theme: str) -> bytes:
    """All pictures in a row with their names, under ``title``, as a PNG to keep."""
    height, width = drawn["picture"].shape[:2]
    scale = max(1, SIDE // max(height, width))
    cell, gap, head = (height * scale, width * scale), 16, 84
    canvas = np.full(
        (head + cell[0] + gap, len(drawn) * (cell[1] + gap) + gap, 3), PAPER[theme], dtype=np.uint8
    )
    image = Image.fromarray(canvas)
    draw = ImageDraw.Draw(image)
    draw.text((gap, 12), title, fill=INK[theme], font=ImageFont.load_default(22))
    for place, (name, picture) in enumerate(drawn.items()):
        left = gap + place * (cell[1] + gap)
        enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
        image.paste(Image.fromarray(enlarged), (left, head))
        label = METHODS[name].title if name in METHODS else "The picture"
        draw.text((left, 54), label, fill=INK[theme], font=ImageFont.load_default(17))
    return png_bytes(np.asarray(image))


def _over(picture: NDArray[np.uint8], cam: Tensor) -> NDArray[np.uint8]:
    """Grad-CAM's map in colour, with the picture's greys shining through."""
    colours = Image.fromarray(magnitude_colours(cam.numpy()))
    height, width = picture.shape[:2]
    laid = np.asarray(colours.resize((width, height), Image.Resampling.NEAREST), dtype=np.float64)
    grey = picture.mean(axis=2, keepdims=True)
    mixed: NDArray[np.uint8] = np.rint(0.6 * laid + 0.4 * grey).astype(np.uint8)
    return mixed
