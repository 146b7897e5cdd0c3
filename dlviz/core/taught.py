"""A taught run: one of the lectures' tasks learnt live. What it is, and what it shows of itself.

The training lab trains any network to name a picture. The other tasks (a mask, boxes, a head on
trained features) each have a loop of their own; what they have in common is here, so that all are
queued, paused, stepped, stopped and watched in the same way. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from dlviz.core.events import Score, Step
from dlviz.core.specs import MAX_EPOCHS, MAX_RATE, Intervention, SpecError, require_number

if TYPE_CHECKING:
    from torch import Tensor

Setting = int | float | str | bool


@dataclass(frozen=True)
class TaughtTrain:
    """How to train. ``learning_rate`` is the first one; a kind may change it by a rule."""

    learning_rate: float
    epochs: int
    seed: int = 0

    def __post_init__(self) -> None:
        require_number(self.learning_rate, "learning_rate", 0.0, MAX_RATE)
        require_number(self.epochs, "epochs", 1, MAX_EPOCHS, whole=True)
        require_number(self.seed, "seed", 0, 2**31 - 1, whole=True)


@dataclass(frozen=True)
class TaughtSpec:
    """All that decides the numbers of a taught run: its kind, and that kind's settings."""

    kind: str
    train: TaughtTrain
    settings: tuple[tuple[str, Setting], ...] = ()
    interventions: tuple[Intervention, ...] = ()

    def __getitem__(self, name: str) -> Setting:
        """One of the settings. Raises KeyError for one that the kind does not have."""
        return dict(self.settings)[name]

    @property
    def words(self) -> str:
        """What the run is called in a sentence."""
        return self.kind

    def change(self, step: int, name: str, value: float) -> Intervention:
        """Nothing of a taught run can be changed while it runs: always ``SpecError``."""
        raise SpecError(
            f"After step {step} the {name} cannot become {value:g}: start a new run with it."
        )


@dataclass(frozen=True)
class ShownBox:
    """A frame on a picture, in its pixels; ``colour`` counts through the classes' colours."""

    x: float
    y: float
    width: float
    height: float
    label: str
    colour: int
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class ShownPicture:
    """``pixels`` are uint8, height × width × 3; ``title`` stands below them."""

    title: str
    pixels: NDArray[np.uint8]
    boxes: tuple[ShownBox, ...] = ()


@dataclass(frozen=True, eq=False)
class Shown:
    """What viewers see of a run beside its curves; each of ``lines`` is a line of its own."""

    pictures: tuple[ShownPicture, ...] = ()
    lines: tuple[str, ...] = ()


class Taught(Protocol):
    """A run of a kind. Its numbers depend on its spec alone: it has generators of its own.

    Iterating yields a ``Score`` before the first update and after each epoch, and a ``Step`` after
    each update; their ``accuracy`` is the task's measure, from 0 to 1.
    """

    total_steps: int
    steps_per_epoch: int

    def __iter__(self) -> Iterator[Step | Score]:
        """Train."""

    def shown(self) -> Shown:
        """What it looks like now; asked for a few times a second, so cheap."""

    def trained(self) -> Mapping[str, Tensor]:
        """Copies of what has been learnt."""
