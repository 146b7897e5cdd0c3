"""Strangers' pictures: bytes from an upload → an RGB picture, or one sentence why not."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_BYTES = 10_000_000
MAX_PIXELS = 20_000_000
MAX_FIT = 1024
BACKGROUND = (255, 255, 255)  # what shows through where a picture is transparent

_NOT_A_PICTURE = "This is not a readable PNG, JPEG or WEBP picture."
_TRUNCATED = "The picture is damaged or cut off."
_TOO_LARGE = f"A picture has at most {MAX_PIXELS // 1_000_000} megapixels."
_ORIENTATION = 0x0112  # the EXIF tag; its values 2 to 8, as what has to be done:
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PictureError(ValueError):
    """A picture that is refused; the message is one sentence for its owner."""


class UnreadableError(PictureError):
    """Refused because it is no picture or a damaged one; ``pixels`` may have been decoded."""

    def __init__(self, sentence: str, pixels: int = 0) -> None:
        super().__init__(sentence)
        self.pixels = pixels


def read_picture(data: bytes) -> Image.Image:
    """Decode a stranger's PNG, JPEG or WEBP into an upright RGB picture.

    At most 10 MB and 20 megapixels, checked from the header before anything is decoded. Of an
    animation, the first frame. 16-bit grey is scaled to 8 bits, transparency is put on white,
    palette, grey and CMYK become RGB, EXIF orientation is applied.

    Raises ``PictureError``: one sentence that names the limit, or an ``UnreadableError``.
    """
    if len(data) > MAX_BYTES:
        raise PictureError(f"A picture file has at most {MAX_BYTES // 1_000_000} MB.")
    picture = _opened(data)
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        raise PictureError(_TOO_LARGE)
    if picture.format == "PNG" and b"IEND" not in data[-64_000:]:
        raise UnreadableError(_TRUNCATED)  # Pillow does not miss a PNG's last chunk
    try:
        picture.load()  # verify() would let a truncated JPEG pass
        turn = _UPRIGHT.get(_orientation(picture))
        picture = _rgb(picture)
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, …
        raise UnreadableError(_TRUNCATED, pixels) from error
    return picture if turn is None else picture.transpose(turn)


def fit(picture: Image.Image | NDArray[np.uint8], size: int) -> Tensor:
    """The picture's centre square, resized: uint8 3×size×size.

    The same as resizing the short side to ``size`` and cropping the centre, but the square is
    cut out first: a picture of 20 000 000×1 pixels would need terabytes the other way round.
    ``picture`` may be an array uint8 H×W×3. Raises ``ValueError`` unless 1 ≤ size ≤ 1024.
    """
    if not 1 <= size <= MAX_FIT:
        raise ValueError(f"size must be from 1 to {MAX_FIT}.")
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    square = image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC, box=box)
    return torch.from_numpy(np.array(square)).permute(2, 0, 1).contiguous()


def _opened(data: bytes) -> Image.Image:
    """Read the header only. Pillow has limits of its own (89 and 179 megapixels)."""
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_TOO_LARGE) from error
    except Exception as error:  # a crafted header raises nearly anything
        raise UnreadableError(_NOT_A_PICTURE) from error


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) where there is none or where EXIF is broken."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # the pixels are fine, only their label is not
        return 1


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        return _from_16_bits(picture)
    if "transparency" in picture.info or picture.mode.endswith(("A", "a")):
        paper = Image.new("RGBA", picture.size, (*BACKGROUND, 255))
        return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")


def _from_16_bits(picture: Image.Image) -> Image.Image:
    """0…65535 → 0…255, rounded. Pillow's own convert saturates: all above 255 turns white."""
    deep = np.asarray(picture).astype(np.uint32)
    grey = ((deep + 128) // 257).astype(np.uint8)
    clear = picture.info.get("transparency")
    if isinstance(clear, int):
        grey[deep == clear] = BACKGROUND[0]
    return Image.fromarray(grey).convert("RGB")
