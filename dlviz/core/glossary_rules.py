"""What each block makes of a shape, and how much it learns: formulas with their numbers in them.

A shape is (channels, height, width) of maps or (features,) of a vector. Written once more beside
the layers themselves, so that the glossary needs no torch; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from dlviz.core.words import grouped

Shape = tuple[int, ...]
Settings = Mapping[str, int]


@dataclass(frozen=True)
class Worked:
    """A rule with numbers in it: shape and weights, and the lines that lead there."""

    before: Shape
    after: Shape
    parameters: int
    lines: tuple[str, ...]


Rule = Callable[[Shape, Settings], Worked]


def in_shape(shape: Shape) -> str:
    """ "3×32×32", "128"."""
    return "×".join(map(str, shape))


def same(before: Shape, _settings: Settings) -> Worked:
    """One value in, one value out, nothing to learn."""
    line = f"{in_shape(before)} → {in_shape(before)}: every value on its own"
    return Worked(before, before, 0, (line, "nothing is learnt"))


def conv(before: Shape, settings: Settings) -> Worked:
    """As many maps as kernels; each kernel has a number for every channel and place, and a bias."""
    channels, side, _ = before
    many, kernel = settings["channels"], settings["kernel"]
    stride, padding = settings["stride"], settings["padding"]
    after = _window(side, kernel, stride, padding)
    weights = (channels * kernel**2 + 1) * many
    return Worked(
        before,
        (many, after, after),
        weights,
        (
            f"side: ⌊({side} + 2·{padding} − {kernel}) / {stride}⌋ + 1 = {after}",
            f"weights: ({channels}·{kernel}·{kernel} + 1)·{many} = {grouped(weights)}, whatever "
            "the picture’s size",
        ),
    )


def transposed(before: Shape, settings: Settings) -> Worked:
    """A convolution backwards: every value is a stamp of the kernel."""
    channels, side, _ = before
    many, kernel = settings["channels"], settings["kernel"]
    stride, padding = settings["stride"], settings["padding"]
    after = (side - 1) * stride - 2 * padding + kernel
    if after < 1:
        raise ValueError("With this padding nothing is left: take less, or a larger kernel.")
    weights = channels * kernel**2 * many + many
    return Worked(
        before,
        (many, after, after),
        weights,
        (
            f"side: ({side} − 1)·{stride} − 2·{padding} + {kernel} = {after}",
            f"weights: {channels}·{kernel}·{kernel}·{many} + {many} = {grouped(weights)}",
        ),
    )


def pool(before: Shape, settings: Settings) -> Worked:
    """One value for each window; channels stay apart."""
    channels, side, _ = before
    size, stride = settings["window"], settings["stride"]
    after = _window(side, size, stride, 0)
    lines = (f"side: ⌊({side} − {size}) / {stride}⌋ + 1 = {after}", "nothing is learnt")
    return Worked(before, (channels, after, after), 0, lines)


def global_average(before: Shape, _settings: Settings) -> Worked:
    """One value a channel."""
    channels, height, width = before
    lines = (f"{height}·{width} = {height * width} values of a map → their mean",)
    return Worked(before, (channels,), 0, (*lines, "nothing is learnt"))


def flatten(before: Shape, _settings: Settings) -> Worked:
    """All values in one row."""
    count = prod(before)
    line = f"{'·'.join(map(str, before))} = {grouped(count)} values in a row"
    return Worked(before, (count,), 0, (line, "nothing is learnt"))


def dense(before: Shape, settings: Settings) -> Worked:
    """Every unit weighs every value, and adds a bias."""
    units, features = settings["units"], before[0]
    weights = (features + 1) * units
    lines = (
        f"{grouped(features)} values → {units} units",
        f"weights: ({grouped(features)} + 1)·{units} = {grouped(weights)}",
    )
    return Worked(before, (units,), weights, lines)


def batch_norm(before: Shape, _settings: Settings) -> Worked:
    """A scale and a shift for each channel."""
    line = f"weights: 2·{before[0]} = {2 * before[0]}, a scale and a shift for each channel"
    return Worked(before, before, 2 * before[0], (f"{in_shape(before)} stays", line))


def residual(before: Shape, settings: Settings) -> Worked:
    """Two 3×3 convolutions without bias, batch norm behind each; the input is fitted if need be."""
    channels, side, _ = before
    many, stride = settings["channels"], settings["stride"]
    after = _window(side, 3, stride, 1)
    fits = (channels, 1) == (many, stride)
    main = 9 * channels * many + 9 * many * many + 4 * many
    skip = 0 if fits else channels * many + 2 * many
    fitting = "the input is added as it is" if fits else f"a 1×1 convolution fits it: {skip} more"
    return Worked(
        before,
        (many, after, after),
        main + skip,
        (
            f"side: ⌊({side} + 2 − 3) / {stride}⌋ + 1 = {after}; {fitting}",
            f"weights: 9·{channels}·{many} + 9·{many}·{many} + 4·{many}"
            f"{'' if fits else f' + {skip}'} = {grouped(main + skip)}",
        ),
    )


def one_number(before: Shape, _settings: Settings) -> Worked:
    """All of the outputs and the label give one number."""
    line = f"{in_shape(before)} outputs and the label → one number"
    return Worked(before, (), 0, (line, "nothing is learnt"))


def neuron(before: Shape, _settings: Settings) -> Worked:
    """One weight for each input, and a bias."""
    features = before[0]
    line = f"weights: {features} + 1 = {features + 1}"
    return Worked(before, (1,), features + 1, (f"{features} values → 1", line))


def update(before: Shape, _settings: Settings) -> Worked:
    """As many numbers as there are weights."""
    line = f"{in_shape(before)} weights and as many slopes → {in_shape(before)} new weights"
    return Worked(before, before, 0, (line, "it is how the others learn"))


def _window(side: int, size: int, stride: int, padding: int) -> int:
    """How many places a window takes; ValueError where it does not fit."""
    if side + 2 * padding < size:
        raise ValueError(f"A {size}×{size} window does not fit into {side + 2 * padding} pixels.")
    return (side + 2 * padding - size) // stride + 1
