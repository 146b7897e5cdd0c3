"""A kernel or a pooling window over a whole picture, and what the loupe needs. NumPy only.

Pixels are counted from 0 (black) to 255 (white), as a file stores them: then the sums that the
loupe shows are whole numbers times the kernel, and can be checked by hand.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlviz.figures.colours import Colours, signed_colours

LONGEST = 320  # pixels on the long side: one rerun sends them all
POOLS = ("max_pool", "average_pool")
# Rec. 601 luma, what "make it grey" means in Pillow and in television.
_LUMA = (0.299, 0.587, 0.114)
# A kernel gives a picture again if what its weights add up to is more than this part of their
# sizes: a sharpening 5×5 kernel has 0.06 and more, a network's filter that is all contrast less.
_CANCELS = 0.05


class FilterError(ValueError):
    """What cannot be shown; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Way:
    """What a kernel does with the three colours of a picture."""

    name: str
    title: str
    what: str


_WAYS = (
    Way("grey", "Grey", "The picture is made grey first: one number a pixel."),
    Way("channels", "Each colour by itself", "Red, green and blue are filtered one by one."),
    Way("summed", "Colours summed", "One map out of three colours, as a network's layer does it."),
)
WAYS: dict[str, Way] = {way.name: way for way in _WAYS}


@dataclass(frozen=True, eq=False)
class Filtered:
    """``before`` and ``after``, uint8 H×W×3 of one size; ``how``: what the colours mean.

    ``loupe``: plain data with all pixels, for ``dlviz.ui.components.loupe``.
    """

    before: Colours
    after: Colours
    how: str
    loupe: dict[str, Any]


@dataclass(frozen=True)
class _Window:
    """A square of ``size``×``size`` places, ``dilation`` apart, moved by ``stride``."""

    size: int
    dilation: int
    stride: int

    @property
    def reach(self) -> int:
        """Pixels from the first place to the last one."""
        return self.dilation * (self.size - 1) + 1

    @property
    def offset(self) -> int:
        """Where the first answer is drawn, so that answers stand in the middle of windows."""
        return max(0, (self.reach - self.stride) // 2)

    def places(self, length: int) -> int:
        return (length - self.reach) // self.stride + 1


@dataclass(frozen=True)
class _Scale:
    """How numbers are shown: divided ``by`` it as a picture, or signed with ±``by`` at the ends."""

    signed: bool
    by: float


def at_most(picture: Image.Image | NDArray[np.uint8], longest: int = LONGEST) -> Colours:
    """The whole picture, uint8 H×W×3, made smaller until its long side is ``longest``."""
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    scale = longest / max(image.size)
    image = image.convert("RGB")
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return np.array(image)


def filter_photograph(
    photograph: NDArray[np.uint8],
    kernels: NDArray[np.float64] | None,
    *,
    way: str = "grey",
    dilation: int = 1,
    pool: tuple[str, int, int] | None = None,
    theme: str = "light",
) -> Filtered:
    """Run a kernel over a photograph, uint8 H×W×3, at stride 1 without padding; or pool it.

    ``kernels``: C×k×k with C = 1 (the same for every colour) or 3, as they are multiplied. ``way``
    is a name of ``WAYS``: ``grey`` multiplies the luma with the sum of the kernels, as a grey
    picture has the same number in all three colours. ``pool``: (name of ``POOLS``, size, stride)
    instead of kernels, for the first two ways; its map is enlarged again with hard edges.

    A kernel that adds up to something (a blur) gives a picture again, divided by that sum. One
    that adds up to about 0 (an edge detector) gives signed numbers.
    Raises ``FilterError``: one sentence.
    """
    planes = _planes(photograph, way)
    if pool is not None:
        window, weights = _Window(pool[1], 1, pool[2]), None
        _fits(planes, window)
        answers, scale = _pooled(planes, pool[0], window), _Scale(False, 1.0)
        how = _said_of_pool(*pool)
    else:
        weights = _weights(kernels, way)
        window = _Window(weights.shape[-1], dilation, 1)
        _fits(planes, window)
        answers = _correlated(planes, weights, window)
        if way == "summed":
            answers = answers.sum(axis=0, keepdims=True)
        scale = _scale(answers, weights, together=way != "channels")
        how = _said(scale, len(answers), theme)
    before, after = _side_by_side(planes, answers, window, scale, theme)
    loupe = {
        "width": planes.shape[2],
        "height": planes.shape[1],
        "planes": len(planes),
        "pixels": b64encode(planes.astype(np.uint8).tobytes()).decode(),
        "op": pool[0] if pool else "kernel",
        "kernels": None if weights is None else weights.tolist(),
        "summed": way == "summed",
        "size": window.size,
        "dilation": window.dilation,
        "stride": window.stride,
        "signed": scale.signed,
        "by": scale.by,
        "start": _worth_seeing(before, after, answers, window, scale),
        "how": how,
    }
    return Filtered(before, after, how, loupe)


def _planes(photograph: NDArray[np.uint8], way: str) -> NDArray[np.float64]:
    """Whole numbers 0…255: 1×H×W in grey, else 3×H×W."""
    if photograph.ndim != 3 or photograph.shape[-1] != 3 or photograph.dtype != np.uint8:
        raise FilterError("A photograph is uint8 H×W×3.")
    if way not in WAYS:
        raise FilterError(f"A picture is filtered in one of the ways {', '.join(WAYS)}.")
    if way != "grey":
        return photograph.transpose(2, 0, 1).astype(np.float64)
    grey: NDArray[np.float64] = np.floor(photograph @ np.array(_LUMA) + 0.5)
    return grey[None]


def _weights(kernels: NDArray[np.float64] | None, way: str) -> NDArray[np.float64]:
    """The kernel of each plane."""
    if kernels is None or kernels.ndim != 3 or len(kernels) not in (1, 3):
        raise FilterError("A picture needs one kernel, or one for each of its three colours.")
    if kernels.shape[1] != kernels.shape[2] or not kernels.size:
        raise FilterError("A kernel is a square of numbers.")
    if not np.isfinite(kernels).all():
        raise FilterError("All numbers of a kernel must be finite.")
    if way == "grey":
        whole: NDArray[np.float64] = kernels.sum(axis=0, keepdims=True)
        return whole
    return np.broadcast_to(kernels, (3, *kernels.shape[1:]))


def _fits(planes: NDArray[np.float64], window: _Window) -> None:
    height, width = planes.shape[1:]
    if min(height, width) < window.reach:
        raise FilterError(
            f"A window that reaches over {window.reach}×{window.reach} pixels does not fit into "
            f"a picture of {width}×{height}."
        )


def _correlated(
    planes: NDArray[np.float64], weights: NDArray[np.float64], window: _Window
) -> NDArray[np.float64]:
    """P×H'×W', each plane with its own kernel.

    Added up place by place, in the order in which the loupe's script does it: both get the same
    numbers to the last bit.
    """
    rows, columns = (window.places(length) for length in planes.shape[1:])
    answers = np.zeros((len(planes), rows, columns))
    for row, column in np.ndindex(window.size, window.size):
        top, left = row * window.dilation, column * window.dilation
        under = planes[:, top : top + rows, left : left + columns]
        answers += weights[:, row, column, None, None] * under
    return answers


def _pooled(planes: NDArray[np.float64], op: str, window: _Window) -> NDArray[np.float64]:
    if op not in POOLS:
        raise FilterError(f"Pooling is one of {', '.join(POOLS)}.")
    under = np.lib.stride_tricks.sliding_window_view(planes, (window.size,) * 2, axis=(1, 2))
    under = under[:, :: window.stride, :: window.stride]
    answers: NDArray[np.float64] = (
        under.max(axis=(3, 4)) if op == "max_pool" else under.sum(axis=(3, 4)) / window.size**2
    )
    return answers


def _scale(answers: NDArray[np.float64], weights: NDArray[np.float64], *, together: bool) -> _Scale:
    sums, sizes = weights.sum(axis=(1, 2)), np.abs(weights).sum(axis=(1, 2))
    if together:  # one map: what counts is what all kernels add up to
        sums, sizes = sums.sum(keepdims=True), sizes.sum(keepdims=True)
    if sums.min() > -1e-9 and sums.max() > _CANCELS * sizes.max():
        return _Scale(False, float(sums.max()))
    # Not the largest of all: one bright pixel would leave the rest pale.
    strong = float(np.quantile(np.abs(answers), 0.995)) or float(np.abs(answers).max())
    return _Scale(True, float(f"{strong:.2g}") or 1.0)


def _shown(answers: NDArray[np.float64], scale: _Scale, theme: str) -> Colours:
    """P×H×W numbers → H×W×3."""
    if scale.signed and len(answers) == 1:
        return signed_colours(answers[0], scale.by, theme)
    unit = (answers / scale.by + 1.0) / 2.0 * 255.0 if scale.signed else answers / scale.by
    bytes_ = np.floor(np.clip(unit, 0.0, 255.0) + 0.5).astype(np.uint8)
    return np.broadcast_to(bytes_.transpose(1, 2, 0), (*bytes_.shape[1:], 3)).copy()


def _side_by_side(
    planes: NDArray[np.float64],
    answers: NDArray[np.float64],
    window: _Window,
    scale: _Scale,
    theme: str,
) -> tuple[Colours, Colours]:
    """The answers lack a border; the picture before loses the same, so that both line up."""
    after = _shown(answers, scale, theme)
    after = after.repeat(window.stride, axis=0).repeat(window.stride, axis=1)
    seen = planes[:, window.offset :, window.offset :][:, : after.shape[0], : after.shape[1]]
    before = _shown(seen, _Scale(False, 1.0), theme)
    return before, after[: before.shape[0], : before.shape[1]]


def _worth_seeing(
    before: Colours, after: Colours, answers: NDArray[np.float64], window: _Window, scale: _Scale
) -> list[int]:
    """Row and column of the answer, in the middle of the picture, where most has happened."""
    if scale.signed:
        change = np.abs(answers).max(axis=0)
    else:
        change = np.abs(after.astype(np.float64) - before).sum(axis=2)
        for axis, length in enumerate(change.shape):  # all pixels of an answer together
            change = np.add.reduceat(change, np.arange(0, length, window.stride), axis)
    rows, columns = change.shape
    top, left = rows // 4, columns // 4
    middle = change[top : rows - top, left : columns - left]
    row, column = divmod(int(middle.argmax()), middle.shape[1])
    return [top + row, left + column]


def _said(scale: _Scale, maps: int, theme: str) -> str:
    if scale.signed and maps == 1:
        middle = "white" if theme == "light" else "dark"
        return f"Orange is positive, blue negative, {middle} 0; full colour at ±{scale.by:g}."
    if scale.signed:
        return (
            "Middle grey is 0; a colour is brighter where its own answer is positive, darker where "
            f"it is negative, to the full at ±{scale.by:g}."
        )
    divided = "" if abs(scale.by - 1) < 1e-9 else f", divided by the kernel's sum {scale.by:.4g}"
    return f"{'Grey' if maps == 1 else 'Each colour'} from 0 to 255{divided}."


def _said_of_pool(op: str, size: int, stride: int) -> str:
    name = "largest number" if op == "max_pool" else "mean"
    apart = "1 pixel" if stride == 1 else f"{stride} pixels"
    return (
        f"The {name} of every {size}×{size} window, {apart} apart, drawn {stride} times as large."
    )
