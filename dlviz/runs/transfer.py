"""Transfer learning as taught runs: the shipped base, and shipped or the visitor's own pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dlviz.core.specs import SpecError
from dlviz.core.taught import TaughtSpec
from dlviz.core.transfer_learning.run import TransferRun
from dlviz.core.transfer_learning.study import ScratchStudy
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import TASKS, load_task

if TYPE_CHECKING:
    from dlviz.core.data import ImageData

BASE = "mobilenet_v2"


def data_of(name: str, own: Mapping[str, ImageData]) -> ImageData:
    """A shipped task's pictures or the visitor's. Raises ``SpecError`` where they are not here."""
    mine = own.get(name)
    if mine is not None:
        return mine
    if name not in TASKS:
        raise SpecError("These pictures are not, or no longer, here: bring them again.")
    return load_task(name)


def slide(spec: TaughtSpec, own: Mapping[str, ImageData]) -> TransferRun:
    """The head on the frozen base, then the last block."""
    return TransferRun(spec, load_model(BASE), data_of(str(spec["pictures"]), own))


def study(spec: TaughtSpec, own: Mapping[str, ImageData]) -> ScratchStudy:
    """The same against the network from scratch."""
    return ScratchStudy(spec, load_model(BASE), data_of(str(spec["pictures"]), own))
