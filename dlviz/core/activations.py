"""The layer kinds that bend each value on its own."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Generator, nn

from dlviz.core.layer_base import Layer, Shape, amount


@dataclass(frozen=True)
class ReLU(Layer):
    """max(0, z)."""

    prefix = "relu"
    title = "ReLU"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.ReLU()


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """z where it is positive, else ``slope``·z: a unit that never fires still learns.

    Source: Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic
    models".
    """

    slope: float = amount("Slope below 0", 0.01, 1)
    prefix = "leaky"
    title = "Leaky ReLU"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.LeakyReLU(self.slope)


@dataclass(frozen=True)
class ELU(Layer):
    """z where it is positive, else eᶻ − 1 (Clevert et al. 2015, arXiv:1511.07289, α = 1)."""

    prefix = "elu"
    title = "ELU"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.ELU()


@dataclass(frozen=True)
class GELU(Layer):
    """z·Φ(z), Φ the normal distribution (Hendrycks and Gimpel 2016, arXiv:1606.08415)."""

    prefix = "gelu"
    title = "GELU"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.GELU()


@dataclass(frozen=True)
class Tanh(Layer):
    """tanh z, between −1 and 1: flat, with next to no gradient, where |z| is large."""

    prefix = "tanh"
    title = "Tanh"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.Tanh()


@dataclass(frozen=True)
class Sigmoid(Layer):
    """1/(1 + e⁻ᶻ), between 0 and 1: its slope is at most ¼, so gradients shrink at every layer."""

    prefix = "sigmoid"
    title = "Sigmoid"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.Sigmoid()
