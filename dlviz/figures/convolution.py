"""What the convolution page draws: the stepper's plain data, and a filtered photograph."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from dlviz.core.convolution import trace_convolution
from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import GREY, SIGNED, Colours
from dlviz.figures.compose import signed_picture, unit_picture
from dlviz.io.grids import GRIDS

# Rec. 601 luma, what "make it grey" means in Pillow and in television.
_LUMA = (0.299, 0.587, 0.114)


def stepper_data(grid: str, kernel: str, *, stride: int = 1, padding: int = 0) -> dict[str, Any]:
    """Everything that the stepper draws, as lists and numbers; ``grid``, ``kernel`` are names.

    ``image`` includes its border of ``padding`` zeros. ``windows``, ``products`` and ``output``
    are listed step by step: left to right, then down. ``difference`` is the largest
    |ours − torch.nn.functional.conv2d|. ``start`` is the step to open at, ``scales`` the colour
    tables (base64 of RGB bytes) by theme.
    Raises ValueError if the kernel does not fit, KeyError for an unknown name.
    """
    image = torch.from_numpy(GRIDS[grid].at(7)[0])
    weights = torch.from_numpy(KERNELS[kernel].at(3))
    trace = trace_convolution(image, weights, stride=stride, padding=padding)
    library = F.conv2d(image[None, None], weights[None, None], stride=stride, padding=padding)[0, 0]
    rows, columns = trace.output.shape
    return {
        "image": F.pad(image, (padding,) * 4).tolist(),
        "kernel": weights.tolist(),
        "windows": trace.windows.flatten(0, 1).tolist(),
        "products": trace.products.flatten(0, 1).tolist(),
        "output": trace.output.flatten().tolist(),
        "rows": rows,
        "columns": columns,
        "stride": stride,
        "padding": padding,
        "difference": float((trace.output - library).abs().max()),
        "start": _worth_seeing(trace.output),
        "scales": _scales(),
    }


def size_formula(grid: str, kernel: str, *, stride: int = 1, padding: int = 0) -> str:
    """The rows of the output as LaTeX: in words, then with the current numbers and the result."""
    size, taps = len(GRIDS[grid].at(7)[0]), len(KERNELS[kernel].at(3))
    result = (size + 2 * padding - taps) // stride + 1
    words = r"\text{input} + 2\,\text{padding} - \text{kernel}", r"\text{stride}"
    numbers = rf"{size} + 2\cdot{padding} - {taps}", f"{stride}"
    first, second = (
        rf"\left\lfloor \dfrac{{{above}}}{{{below}}} \right\rfloor + 1"
        for above, below in (words, numbers)
    )
    return rf"\begin{{aligned}} &{first} \\[2ex] = \; &{second} = {result} \end{{aligned}}"


def _worth_seeing(output: Tensor) -> int:
    """The strongest answer of the middle row: half is filled in, and the sum is not empty."""
    rows, columns = output.shape
    return rows // 2 * columns + int(output[rows // 2].abs().argmax())


def _scales() -> dict[str, dict[str, str]]:
    def text(table: Colours) -> str:
        return b64encode(table.tobytes()).decode()

    return {theme: {"signed": text(SIGNED[theme]), "grey": text(GREY)} for theme in SIGNED}


@dataclass(frozen=True, eq=False)
class FilteredPhotograph:
    """``before`` (grey) and ``after``, uint8 H×W×3 of one size; ``how``: what the colours mean."""

    before: Colours
    after: Colours
    how: str


def filter_photograph(
    photograph: NDArray[np.uint8], kernel: str, *, theme: str = "light"
) -> FilteredPhotograph:
    """Run a registered kernel over a photograph, uint8 H×W×3, at stride 1 without padding.

    A kernel whose weights add up to something (a blur) gives a picture again: divided by that
    sum it is shown grey. A kernel that adds up to 0 (an edge detector) gives signed numbers.
    """
    weights = torch.from_numpy(KERNELS[kernel].at(3))
    grey = torch.from_numpy(photograph / 255.0) @ torch.tensor(_LUMA, dtype=torch.float64)
    answer = F.conv2d(grey[None, None], weights[None, None])[0, 0]
    # The answer lacks a border; the picture before loses the same, so that both line up.
    top, left = (weights.shape[0] - 1) // 2, (weights.shape[1] - 1) // 2
    seen = grey[top : top + answer.shape[0], left : left + answer.shape[1]]

    total = float(weights.sum())
    if abs(total) > 1e-9:
        after = unit_picture(answer / total)
        divided = "" if abs(total - 1) < 1e-9 else f", divided by the kernel's sum {total:g}"
        how = f"Grey from 0 to 1{divided}."
    else:
        limit = float(answer.abs().quantile(0.995)) or 1.0
        after = signed_picture(answer, limit, theme=theme)
        middle = "white" if theme == "light" else "dark"
        how = f"Orange is positive, blue negative, {middle} 0; full colour at ±{limit:.2f}."
    return FilteredPhotograph(unit_picture(seen), after, how)


def code(grid: str, kernel: str, *, stride: int = 1, padding: int = 0) -> str:
    """A PyTorch program that computes the same numbers and runs as it stands."""
    return f"""\
import torch
from torch.nn import functional as F

image = torch.tensor({_rows(GRIDS[grid].at(7)[0])})
kernel = torch.tensor({_rows(KERNELS[kernel].at(3))})

# conv2d wants pictures × channels × height × width, and does not turn the kernel round.
output = F.conv2d(image[None, None], kernel[None, None], stride={stride}, padding={padding})[0, 0]
print(output)
"""


def _rows(values: NDArray[np.float64]) -> str:
    lines = [f"    [{', '.join(repr(float(value)) for value in row)}]," for row in values]
    return "\n".join(["[", *lines, "]"])
