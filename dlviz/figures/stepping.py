"""What the convolution stepper draws, as plain data. NumPy only: it is there before torch."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlviz.core.edits import LIMIT
from dlviz.core.sliding import Numbers, Sliding, slide
from dlviz.figures.colours import GREY, SIGNED, Colours

PLANES = {1: ("input",), 3: ("red", "green", "blue")}


@dataclass(frozen=True, eq=False)
class Scene:
    """One view of the stepper: a picture, what slides over it, and with which numbers.

    image: C×n×n, C = 1 or 3. kernels: F×C×k×k, depthwise C×1×k×k, None for pooling. ``maps``:
    a name for each map that comes out.
    """

    image: Numbers
    kernels: Numbers | None
    sliding: Sliding
    maps: tuple[str, ...]

    @property
    def length(self) -> int:
        """The input's side in cells."""
        return int(self.image.shape[-1])

    def output(self) -> Numbers:
        """F×m×m. Raises SlidingError where the window does not fit."""
        return slide(self.image, self.kernels, self.sliding)


def stepper_data(scene: Scene) -> dict[str, Any]:
    """Everything that the stepper draws, as lists and numbers.

    The browser adds up the products itself, so that an edited cell needs no server; where each
    window stands is said here, once for both axes (``axis``, see ``dlviz.core.sliding.Axis``).
    ``start``: the step to open at. ``count``: the output's side. ``separate``: each map comes from
    the channel of its own number. ``scales``: colour tables (base64 of RGB bytes) by theme.
    Raises SlidingError where the window does not fit.
    """
    output, sliding = scene.output(), scene.sliding
    axis = sliding.axis(scene.length)
    return {
        "image": scene.image.tolist(),
        "kernels": None if scene.kernels is None else scene.kernels.tolist(),
        "axis": {
            "drawn": list(axis.drawn),
            "own": list(axis.own),
            "starts": list(axis.starts),
            "taps": list(axis.taps),
            "uncovered": list(axis.uncovered),
        },
        "count": len(axis.starts),
        "op": sliding.op,
        "separate": sliding.pools or sliding.depthwise,
        "bias": 0.0 if sliding.pools else sliding.bias,
        "relu": sliding.relu,
        "halfTurn": sliding.half_turn,
        "planes": list(PLANES[len(scene.image)]),
        "maps": list(scene.maps),
        "start": _worth_seeing(output[0]),
        "largest": LIMIT,
        "scales": _scales(),
    }


def _worth_seeing(output: Numbers) -> int:
    """The strongest answer of the middle row: half is filled in, and the sum is not empty."""
    rows, columns = (int(side) for side in output.shape)
    return rows // 2 * columns + int(np.abs(output[rows // 2]).argmax())


def _scales() -> dict[str, dict[str, str]]:
    def text(table: Colours) -> str:
        return b64encode(table.tobytes()).decode()

    return {theme: {"signed": text(SIGNED[theme]), "grey": text(GREY)} for theme in SIGNED}
