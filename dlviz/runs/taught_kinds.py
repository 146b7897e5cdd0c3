"""The kinds of taught runs: one entry each. A kind's module is imported when a run is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlviz.core.taught import Taught, TaughtSpec

if TYPE_CHECKING:
    from dlviz.core.data import ImageData

Own = Mapping[str, "ImageData"]


@dataclass(frozen=True)
class TaughtKind:
    """``measure``: what its runs' accuracy is called. ``preset``: the run that is recorded.

    ``make`` is given the visitor's own pictures, too, by name; it raises ``SpecError`` with one
    sentence where it cannot.
    """

    title: str
    measure: str
    preset: TaughtSpec
    make: Callable[[TaughtSpec, Own], Taught]


TAUGHT: dict[str, TaughtKind] = {}
