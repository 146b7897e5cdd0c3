"""How a network is while it learns: its gradients, weights, dead units, and its mistakes."""

from __future__ import annotations

from dataclasses import dataclass

HISTOGRAM_BINS = 32
MAX_MISTAKES = 12

Histogram = tuple[float, float, tuple[int, ...]]  # lowest, highest, counts of equal bins


@dataclass(frozen=True)
class LayerHealth:
    """One layer. None: the layer learns nothing, or there was no update or evaluation yet.

    ``gradient`` and ``weight`` are L2 norms over all that the layer learns, biases included;
    ``update`` is the norm of the last update as a share of the weights' (about 1e-3 is usual).
    ``dead``: the share of ReLU units, whole channels where the layer has maps, that are 0 for every
    held-out picture. ``histogram`` counts the learnt numbers in ``HISTOGRAM_BINS`` bins.
    """

    name: str
    kind: str
    gradient: float | None = None
    weight: float | None = None
    update: float | None = None
    dead: float | None = None
    histogram: Histogram | None = None


@dataclass(frozen=True)
class Health:
    """All layers after ``step`` updates; ``dead`` is from the last held-out evaluation."""

    step: int
    layers: tuple[LayerHealth, ...]


@dataclass(frozen=True)
class Mistake:
    """Held-out picture ``index`` shows class ``label``, the net says ``said`` and is sure by
    ``confidence``, the probability it gives that class."""

    index: int
    label: int
    said: int
    confidence: float


@dataclass(frozen=True)
class Verdict:
    """What the weights after ``step`` updates say of the held-out pictures.

    ``confusion`` counts them: row is the true class, column the one said. ``mistakes`` are the
    ``MAX_MISTAKES`` surest ones, surest first.
    """

    step: int
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]
