"""Training for notebooks: a spec in, snapshots out."""

from __future__ import annotations

from collections.abc import Iterator

from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import RunSpec
from dlviz.core.training import Run
from dlviz.io.datasets import data_for


def train(spec: RunSpec, *, device: str = "cpu") -> Iterator[Snapshot]:
    """Train ``spec`` and yield its Snapshots: untrained, after steps 1, 2, 4, 8, …, and the last.

    The last one's ``.classifier`` is the trained Classifier and its ``.held_out`` the score on
    images that it has never seen. Raises ``SpecError`` for a spec that doesn't fit its data and
    ``DivergedError`` when the loss is no longer a number.
    """
    for event in Run(spec, data_for(spec.data), device):
        if isinstance(event, Snapshot):
            yield event
