"""Random views of the stepper, every setting among them, and NumPy's word on their borders."""

from __future__ import annotations

import numpy as np

from dlviz.core.sliding import BORDERS, OPS, PADDINGS, Sliding, SlidingError
from dlviz.figures.stepping import Scene

NUMPY_MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


def random_scenes(count: int, *, seed: int = 0, exact: bool = False, largest: int = 12):
    """Scenes with any settings that fit, inputs up to ``largest`` cells wide.

    ``exact``: weights are whole numbers and simple fractions, which can be written exactly.
    """
    random = np.random.default_rng(seed)
    found: list[Scene] = []
    while len(found) < count:
        sliding, length = _sliding(random), int(random.integers(3, largest + 1))
        try:
            sliding.axis(length)
        except SlidingError:
            continue
        found.append(_scene(random, sliding, length, exact))
    return found


def _sliding(random) -> Sliding:
    return Sliding(  # pooling has to leave alone what it has no use for
        op=str(random.choice(OPS)),
        size=int(random.integers(1, 8)),
        stride=int(random.integers(1, 5)),
        padding=str(random.choice(PADDINGS)),
        amount=int(random.integers(0, 7)),
        border=str(random.choice(BORDERS)),
        dilation=int(random.choice([1, 1, 2, 3])),
        bias=float(random.choice([0, -1.5, 3])),
        turned=bool(random.random() < 0.5),
        relu=bool(random.random() < 0.4),
        depthwise=bool(random.random() < 0.3),
    )


def _scene(random, sliding: Sliding, length: int, exact: bool) -> Scene:
    channels = int(random.choice([1, 3]))
    # Halves and few of them: ties for max pooling.
    image = random.integers(-9, 10, (channels, length, length)) / 2.0
    filters = channels if sliding.depthwise else int(random.integers(1, 4))
    shape = (filters, 1 if sliding.depthwise else channels, sliding.size, sliding.size)
    if exact:
        kernels = random.integers(-8, 9, shape) / random.choice([1, 2, 4])
        kernels[random.random(shape) < 0.3] = 0
    else:
        kernels = random.normal(size=shape)
    maps = channels if sliding.pools or sliding.depthwise else filters
    names = tuple(f"map {number}" for number in range(maps))
    return Scene(image, None if sliding.pools else kernels, sliding, names)


def drawn_by_numpy(plane, sliding: Sliding):
    """n×n → the plane as the window meets it, by ``np.pad``."""
    span = 0 if sliding.pools else sliding.dilation * (sliding.size - 1)
    amount = sliding.amount if sliding.padding == "amount" and not sliding.pools else 0
    if sliding.op == "transposed":
        side = (len(plane) - 1) * sliding.stride + 1
        stretched = np.zeros((side, side), plane.dtype)
        stretched[:: sliding.stride, :: sliding.stride] = plane
        cut = slice(max(0, amount - span), side - max(0, amount - span))
        return np.pad(stretched[cut, cut], max(0, span - amount))
    margins = {
        "valid": (0, 0),
        "amount": (amount, amount),
        "full": (span, span),
        "same": (span // 2, (span + 1) // 2),
    }[sliding.padding]
    return np.pad(plane, margins, NUMPY_MODES[sliding.border])


def step_of_window(sliding: Sliding) -> int:
    """How far the window moves at a time over what ``drawn_by_numpy`` gives."""
    return 1 if sliding.op == "transposed" else sliding.stride
