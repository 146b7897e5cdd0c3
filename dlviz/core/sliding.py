"""Windows that slide over a picture: where they stand, and what comes out. NumPy only.

Convolution, transposed convolution and pooling differ in what they do with a window; where it
stands is the same arithmetic, one axis at a time.
Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

OPS = ("convolution", "transposed", "max_pool", "average_pool")
PADDINGS = ("valid", "same", "full", "amount")
BORDERS = ("zeros", "reflect", "replicate", "circular")
ZERO = -1  # stands in ``Axis.drawn`` where there is no input but a zero


class SlidingError(ValueError):
    """A window that cannot slide so; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Axis:
    """One axis of a picture as the window meets it: with its border, or stretched.

    ``drawn``: the index of the input cell that stands at each place, −1 for a zero. ``own``: True
    where the input itself stands, not its border. ``starts``: the window's first place for each
    output. ``taps``: where it looks, counted from there. ``before`` and ``after``: border cells.
    """

    drawn: tuple[int, ...]
    own: tuple[bool, ...]
    starts: tuple[int, ...]
    taps: tuple[int, ...]
    before: int
    after: int

    @property
    def places(self) -> NDArray[np.intp]:
        """Where each window looks: outputs×taps places along the drawn axis."""
        places: NDArray[np.intp] = np.add.outer(np.array(self.starts), np.array(self.taps))
        return places

    @property
    def uncovered(self) -> tuple[int, ...]:
        """The drawn places that no window ever covers."""
        covered = set(self.places.ravel().tolist())
        return tuple(place for place in range(len(self.drawn)) if place not in covered)


@dataclass(frozen=True)
class Sliding:
    """What slides and how; the names are those of ``torch.nn.functional``.

    ``op`` is one of OPS, ``size`` the window's side in cells. ``padding`` is one of PADDINGS;
    ``amount`` cells on each side count where it is "amount". ``turned``: the kernel is turned by
    180° first, which makes cross-correlation a convolution in the mathematician's sense.
    Pooling uses ``op``, ``size``, ``stride`` and ``relu`` only.
    """

    op: str = "convolution"
    size: int = 3
    stride: int = 1
    padding: str = "valid"
    amount: int = 0
    border: str = "zeros"
    dilation: int = 1
    bias: float = 0.0
    turned: bool = False
    relu: bool = False
    depthwise: bool = False

    @property
    def pools(self) -> bool:
        """Whether it is pooling, which has no kernel."""
        return self.op in ("max_pool", "average_pool")

    @property
    def reach(self) -> int:
        """How many cells the window spans, the gaps of a dilated one included."""
        return self.size if self.pools else self.dilation * (self.size - 1) + 1

    @property
    def half_turn(self) -> bool:
        """Whether the numbers that multiply are the kernel turned by 180°.

        A transposed convolution is a cross-correlation of the stretched input with the turned
        kernel; turned once more, it stands as it was.
        """
        return not self.pools and self.turned != (self.op == "transposed")

    def margins(self) -> tuple[int, int]:
        """Border cells before and after; negative where a transposed one cuts cells away."""
        if self.pools:
            return 0, 0
        span = self.reach - 1
        if self.op == "transposed":
            cut = span - self._amount()
            return cut, cut
        if self.padding == "same":
            return span // 2, span - span // 2  # as torch: an odd one goes to the end
        amount = span if self.padding == "full" else self._amount()
        return amount, amount

    def _amount(self) -> int:
        return self.amount if self.padding == "amount" else 0

    def axis(self, length: int) -> Axis:
        """Where the window stands along an input of ``length`` cells. Raises SlidingError."""
        if self.op == "transposed":
            return self._stretched(length)
        before, after = self.margins()
        if self.padding == "same" and self.stride > 1 and not self.pools:
            raise SlidingError("PyTorch refuses “same” padding with a stride above 1.")
        _check_border(self.border, before, after, length)
        whole = length + before + after
        if self.reach > whole:
            border = f" with {before} + {after} of border" if before + after else ""
            raise SlidingError(
                f"The window spans {self.reach} cells and does not fit an input of "
                f"{length}{border}."
            )
        places = np.arange(-before, length + after)
        return Axis(
            drawn=_border(self.border, places, length),
            own=tuple((0 <= place < length) for place in places.tolist()),
            starts=tuple(range(0, whole - self.reach + 1, self.stride)),
            taps=self._taps(),
            before=before,
            after=after,
        )

    def _stretched(self, length: int) -> Axis:
        """A transposed convolution: stride−1 zeros between the cells, then stride 1."""
        if self.padding not in ("valid", "amount") or self.border != "zeros":
            raise SlidingError(
                "PyTorch's transposed convolution knows an amount of zeros as padding, no more."
            )
        border, _ = self.margins()
        stretched = np.full((length - 1) * self.stride + 1, ZERO)
        stretched[:: self.stride] = np.arange(length)
        if border >= 0:
            drawn = np.pad(stretched, border, constant_values=ZERO)
        else:
            drawn = stretched[-border:border]
        count = len(drawn) - self.reach + 1
        if count < 1:
            raise SlidingError(f"A padding of {self.amount} cuts the whole output away.")
        return Axis(
            drawn=tuple(drawn.tolist()),
            own=tuple((drawn != ZERO).tolist()),
            starts=tuple(range(count)),
            taps=self._taps(),
            before=border,
            after=border,
        )

    def _taps(self) -> tuple[int, ...]:
        step = 1 if self.pools else self.dilation
        return tuple(step * tap for tap in range(self.size))


def _check_border(border: str, before: int, after: int, length: int) -> None:
    widest = max(before, after)
    if border == "reflect" and widest >= length:
        raise SlidingError(
            f"A mirror needs an input wider than its border: {length} cells cannot give {widest}."
        )
    if border == "circular" and widest > length:
        raise SlidingError(
            f"An input of {length} cells goes round once at most: it cannot give {widest}."
        )


def _border(border: str, places: NDArray[np.intp], length: int) -> tuple[int, ...]:
    """The input cell at each place, from −before to length + after − 1."""
    if border == "reflect" and length > 1:
        turn = 2 * (length - 1)  # there and back again, the ends once
        cells = (length - 1) - abs((length - 1) - places % turn)
    elif border == "replicate":
        cells = places.clip(0, length - 1)
    elif border == "circular":
        cells = places % length
    else:
        cells = np.where((places >= 0) & (places < length), places, ZERO)
    return tuple(cells.tolist())


def slide(image: Numbers, kernels: Numbers | None, sliding: Sliding) -> Numbers:
    """What comes out of the window at every place.

    image: C×H×W. kernels: F×C×k×k, one k×k for each of F filters and C channels; depthwise C×1×k×k,
    each for its own channel; None for pooling. → F×H'×W' (depthwise and pooling: C×H'×W').
    Added up tap by tap, row by row, then channel by channel, then the bias: the order in which
    the stepper in the browser does it, so that both give the same numbers.
    Raises SlidingError where the window does not fit.
    """
    seen = windows(image, sliding)
    if sliding.pools:
        maps = np.stack([_pooled(plane, sliding.op) for plane in seen])
    else:
        if kernels is None:
            raise ValueError("A convolution needs kernels.")
        weights = np.asarray(kernels, dtype=np.float64)
        used = weights[..., ::-1, ::-1] if sliding.half_turn else weights
        if sliding.depthwise:
            pairs = zip(seen, used, strict=True)
            maps = np.stack([_weighted(plane, kernel[0]) for plane, kernel in pairs])
        else:
            maps = np.stack([_total(seen, kernel) for kernel in used])
        maps = maps + sliding.bias
    output: Numbers = np.maximum(maps, 0.0) if sliding.relu else maps
    return output


def windows(image: Numbers, sliding: Sliding) -> Numbers:
    """What the window sees at every place: C×H×W → C×k×k×H'×W'."""
    rows, columns = (sliding.axis(length) for length in image.shape[1:])
    # One more row and column of zeros at the end: that is where an index of −1 leads.
    padded = np.pad(np.asarray(image, dtype=np.float64), ((0, 0), (0, 1), (0, 1)))
    down = np.array(rows.drawn)[rows.places].T
    across = np.array(columns.drawn)[columns.places].T
    seen: Numbers = padded[:, down[:, None, :, None], across[None, :, None, :]]
    return seen


def _total(seen: Numbers, kernels: Numbers) -> Numbers:
    """The sum over the channels, each with its own kernel."""
    total = np.zeros(seen.shape[3:])
    for plane, kernel in zip(seen, kernels, strict=True):
        total = total + _weighted(plane, kernel)
    return total


def _weighted(seen: Numbers, kernel: Numbers) -> Numbers:
    """The sum of window times kernel, k×k×H'×W' and k×k → H'×W'."""
    total = np.zeros(seen.shape[2:])
    for row, column in np.ndindex(kernel.shape):
        total = total + seen[row, column] * kernel[row, column]
    return total


def _pooled(seen: Numbers, op: str) -> Numbers:
    if op == "max_pool":
        largest: Numbers = seen.max(axis=(0, 1))
        return largest
    average: Numbers = _weighted(seen, np.ones(seen.shape[:2])) / (seen.shape[0] * seen.shape[1])
    return average


_NOT_POOLED = {
    "padding": "Pooling here covers the input only: it has no padding.",
    "border": "Pooling here has no padding, so no border.",
    "dilation": "Pooling here looks at neighbours, without gaps.",
    "bias": "Pooling has no weights, so no bias.",
    "turned": "Pooling has no kernel that could be turned.",
}


def greyed(sliding: Sliding) -> dict[str, str]:
    """Which controls have nothing to set, and why: torch has no such combination.

    The names are those of ``Sliding``'s fields, the reasons are sentences. What is only too large
    for an input is no matter here: ``axis`` says so.
    """
    if sliding.pools:
        return dict(_NOT_POOLED)
    reasons = {}
    if sliding.op == "transposed":
        reasons["border"] = "PyTorch's transposed convolution pads with zeros only."
        if sliding.padding not in ("valid", "amount"):
            reasons["padding"] = f"PyTorch's transposed convolution has no “{sliding.padding}”."
    elif not any(sliding.margins()):
        reasons["border"] = "Without padding there is no border."
    if sliding.padding == "same":
        reasons["stride"] = "PyTorch refuses “same” padding with a stride above 1."
    return reasons
