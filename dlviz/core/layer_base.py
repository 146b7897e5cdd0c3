"""What a layer kind is made of: options with their limits, a shape rule, counts and a module."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from torch import Generator, nn

from dlviz.core.specs import SpecError

Shape = tuple[int, ...]  # (channels, height, width) of maps or (features,) of a vector


@dataclass(frozen=True)
class Option:
    """A number that a kind can be told. Limits are inclusive; an editor and the check read both.

    Where it is ``optional`` it may also be None, and ``empty`` says what that means.
    """

    name: str
    title: str
    type: Literal["int", "float"]
    low: float
    high: float
    default: float | None
    optional: bool
    empty: str = ""

    def check(self, value: object) -> None:
        """``SpecError`` naming the option and its limits for any other value."""
        if value is None and self.optional:
            return
        kinds = int if self.type == "int" else int | float
        ok = isinstance(value, kinds) and not isinstance(value, bool)
        # Comparing is safe with endless numbers and with those that are none.
        ok = ok and self.low <= value <= self.high  # type: ignore[operator]
        kind = "a whole number" if self.type == "int" else "a number"
        need(
            ok,
            f"{self.name} must be {kind} from {self.low:g} to {self.high:g}, "
            f"not {str(value)[:40]!r}.",
        )


def whole(title: str, default: int | None, low: int, high: int, empty: str = "") -> Any:
    """A dataclass field for a whole number; None is allowed where ``empty`` says what it means."""
    return field(default=default, metadata={"limits": (title, "int", low, high, default, empty)})


def amount(title: str, default: float | None, high: float, empty: str = "") -> Any:
    """A dataclass field for a number from 0 to ``high``."""
    return field(default=default, metadata={"limits": (title, "float", 0, high, default, empty)})


@dataclass(frozen=True)
class Layer:
    """What a kind offers. ``prefix`` names its modules (conv1, conv2, …), ``title`` is for people.

    A kind's fields are its options, written with ``whole`` and ``amount``.
    """

    prefix = "layer"
    title = "Layer"

    def __post_init__(self) -> None:
        for option in options_of(type(self)):
            option.check(getattr(self, option.name))

    def shape(self, before: Shape) -> Shape:
        """Output shape for an input shape; ``SpecError`` if they don't fit."""
        return before

    def parameters(self, before: Shape) -> int:
        """How many numbers the layer learns."""
        return 0

    def multiply_adds(self, before: Shape) -> int:
        """Multiplications, each with its addition, for one picture; only those with weights."""
        return 0

    def values_inside(self, before: Shape) -> int:
        """Numbers a picture leaves between the layer's own steps, beside its input and output."""
        return 0

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        """The module, initialised with the run's own generator."""
        raise NotImplementedError


def options_of(kind: type[Layer]) -> tuple[Option, ...]:
    """A kind's options in the order in which they are written."""
    found = []
    for item in fields(kind):
        title, type_, low, high, default, empty = item.metadata["limits"]
        found.append(Option(item.name, title, type_, low, high, default, bool(empty), empty))
    return tuple(found)


def need(condition: bool, sentence: str) -> None:
    """``SpecError`` with the sentence unless the condition holds."""
    if not condition:
        raise SpecError(sentence)


def maps(before: Shape, kind: str) -> tuple[int, int, int]:
    """Channels, height and width; ``SpecError`` for a vector."""
    need(
        len(before) == 3,
        f"{kind} needs feature maps, but gets a flat vector of {before[0]}: "
        "put it before the layer that flattens.",
    )
    channels, height, width = before
    return channels, height, width


def in_words(shape: Shape) -> str:
    """ "12×4×4 maps" or "a flat vector of 192"."""
    if len(shape) == 1:
        return f"a flat vector of {shape[0]}"
    return f"{'×'.join(map(str, shape))} maps"


def initialised(module: nn.Conv2d | nn.Linear, std: float | None, generator: Generator) -> None:
    """He's normal start for ReLU nets (arXiv:1502.01852), or a given deviation; zero bias.

    The module comes from the "meta" device, which draws nothing from the global generator that
    all threads share; here it gets memory.
    """
    module.to_empty(device="cpu")
    if std is None:
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
    else:
        nn.init.normal_(module.weight, std=std, generator=generator)
    if module.bias is not None:
        nn.init.zeros_(module.bias)
