"""What a network consists of: operations, where its paths part and meet, and what each costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

WHOLE = 1 << 30  # the receptive field of what sees every pixel
WEIGHTED = ("conv", "depthwise", "dense")


@dataclass(frozen=True)
class Op:
    """One operation with the norm and the activation right behind it (``extras``).

    ``shape``: of its output, without the batch. ``multiply_adds``: of convolutions and dense
    layers, for one picture. ``sight``: the side of its receptive field in pixels, or ``WHOLE``.
    """

    title: str
    kind: str
    shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
    sight: int = 1
    extras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fork:
    """Paths that part and meet again in ``join``; an empty path passes its input on as it is."""

    branches: tuple[tuple[Op | Fork, ...], ...]
    join: Op


Items = tuple[Op | Fork, ...]


def ops(items: Iterable[Op | Fork]) -> Iterator[Op]:
    """Every operation, branch after branch, each join behind its branches."""
    for item in items:
        if isinstance(item, Op):
            yield item
        else:
            for branch in item.branches:
                yield from ops(branch)
            yield item.join


def depth(items: Iterable[Op | Fork]) -> int:
    """Layers with weights on the longest path."""
    return sum(
        int(item.kind in WEIGHTED)
        if isinstance(item, Op)
        else max(depth(branch) for branch in item.branches)
        for item in items
    )


@dataclass(frozen=True)
class Station:
    """A block of a network, or an operation outside of blocks."""

    title: str
    kind: str
    items: Items

    @property
    def _last(self) -> Op:
        last = self.items[-1]
        return last if isinstance(last, Op) else last.join

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its output."""
        return self._last.shape

    @property
    def sight(self) -> int:
        """Of its output."""
        return self._last.sight

    @property
    def parameters(self) -> int:
        """Of all its operations."""
        return sum(op.parameters for op in ops(self.items))

    @property
    def multiply_adds(self) -> int:
        """Of all its operations."""
        return sum(op.multiply_adds for op in ops(self.items))


@dataclass(frozen=True)
class Anatomy:
    """A whole network for pictures of the shape ``picture`` (channels, height, width)."""

    picture: tuple[int, int, int]
    stations: tuple[Station, ...]

    @property
    def parameters(self) -> int:
        """In all."""
        return sum(station.parameters for station in self.stations)

    @property
    def multiply_adds(self) -> int:
        """For one picture."""
        return sum(station.multiply_adds for station in self.stations)

    @property
    def depth(self) -> int:
        """Layers with weights on the longest path."""
        return sum(depth(station.items) for station in self.stations)

    @property
    def sight(self) -> int:
        """The largest receptive field of a map: of what has places and does not see all."""
        return max(
            (
                op.sight
                for station in self.stations
                for op in ops(station.items)
                if op.sight < WHOLE and len(op.shape) == 3
            ),
            default=1,
        )

    def at_scale(self) -> dict[int, tuple[int, int]]:
        """Halvings of the side (0, 1, 2 …; −1: dense layers) → (parameters, multiply-adds)."""
        found: dict[int, tuple[int, int]] = {}
        for station in self.stations:
            for op in ops(station.items):
                halvings = scale_of(op.shape, self.picture[1])
                parameters, adds = found.get(halvings, (0, 0))
                found[halvings] = (parameters + op.parameters, adds + op.multiply_adds)
        return dict(sorted(found.items(), key=lambda item: item[0] if item[0] >= 0 else 99))


def scale_of(shape: tuple[int, ...], side: int) -> int:
    """How often the side has been halved, to the nearest; −1 for what has no places."""
    if len(shape) < 3 or shape[1] * shape[2] == 1:
        return -1
    ratio, halvings = side / shape[1], 0
    while ratio > 2**0.5:
        ratio, halvings = ratio / 2, halvings + 1
    return halvings
