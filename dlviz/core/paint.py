"""How a grown picture is painted: from waves or pixels, in colours that vary as real ones do.

Ascent on pixels makes noise of high frequencies. On the Fourier coefficients, each scaled by
1/frequency, all scales of a picture are as easy to move; in decorrelated colours brightness moves
as easily as a hue. The picture is the same kind of thing; only the steepest way to it is another.
Source: Olah, Mordvintsev and Schubert (2017), "Feature visualization", doi:10.23915/distill.00007.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor

SPREAD = 0.01  # of the numbers that a picture starts from: nearly grey


class Canvas(Protocol):
    """Numbers ↔ a picture without colours yet, real numbers N×C×H×W."""

    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor: ...

    def values(self, raw: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Pixels:
    """Every pixel is a number of its own."""

    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor:
        return SPREAD * torch.randn(shape, generator=generator)

    def values(self, raw: Tensor) -> Tensor:
        return raw


@dataclass(frozen=True)
class Waves:
    """The coefficients of a Fourier series, each scaled by 1/frequency as in photographs.

    ``shape``'s height and width are those of the picture; ``raw`` is N×C×H×(W/2+1)×2.
    """

    height: int
    width: int

    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor:
        count, channels = shape[:2]
        size = (count, channels, self.height, self.width // 2 + 1, 2)
        return SPREAD * torch.randn(size, generator=generator)

    def values(self, raw: Tensor) -> Tensor:
        """Scaled so that a coefficient moves its wave as far, whatever the picture's size."""
        spectrum = torch.view_as_complex(raw) * self.scale()
        values: Tensor = torch.fft.irfft2(spectrum, s=(self.height, self.width), norm="ortho")
        return values

    def scale(self) -> Tensor:
        """H×(W/2+1): 1/frequency, of the constant part that of the slowest wave; mean square 1."""
        down = torch.fft.fftfreq(self.height)[:, None]
        across = torch.fft.rfftfreq(self.width)[None]
        slowest = 1 / max(self.height, self.width)
        scale = 1 / (down**2 + across**2).sqrt().clamp(min=slowest)
        even: Tensor = scale / scale.square().mean().sqrt()
        return even


@dataclass(frozen=True, eq=False)
class Colours:
    """A linear map C×C from numbers that vary independently to the colours of real pictures."""

    matrix: Tensor

    @staticmethod
    def plain(channels: int) -> Colours:
        """Red, green and blue themselves."""
        return Colours(torch.eye(channels))

    @staticmethod
    def of(pixels: Tensor) -> Colours:
        """As the colours of these pictures vary, uint8 or float N×C×H×W: their covariance's root.

        Scaled so that the longest column has length 1. Raises ValueError where a colour never
        varies by itself, for which there is no way back.
        """
        flat = pixels.transpose(0, 1).flatten(1).double()
        covariance = torch.cov(flat).reshape(len(flat), len(flat))
        powers, axes = torch.linalg.eigh(covariance)
        if powers[0] <= 1e-9 * powers[-1]:
            raise ValueError("The colours of these pictures do not vary independently.")
        root = axes * powers.sqrt() @ axes.T
        return Colours((root / root.norm(dim=0).max()).float())

    def mix(self, values: Tensor) -> Tensor:
        """N×C×H×W independent numbers → colours."""
        return torch.einsum("ij,njhw->nihw", self.matrix, values)

    def unmix(self, colours: Tensor) -> Tensor:
        """The inverse of ``mix``: what decorrelates."""
        return torch.einsum("ij,njhw->nihw", torch.linalg.inv(self.matrix), colours)


@dataclass(frozen=True)
class Paint:
    """A ``canvas`` and its ``colours``: numbers → pictures in [0, 1]."""

    canvas: Canvas
    colours: Colours

    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor:
        """Numbers of a nearly grey picture N×C×H×W."""
        return self.canvas.start(shape, generator)

    def picture(self, raw: Tensor) -> Tensor:
        """A sigmoid keeps every number inside the range of a pixel."""
        return torch.sigmoid(self.colours.mix(self.canvas.values(raw)))
