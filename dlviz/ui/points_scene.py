"""What the points component is given beside a run: points, an untrained net, a first run."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import DOMAIN, PAINTED, points_of
from dlviz.core.points.network import new_network
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.specs import GRADIENT, MAX_HIDDEN, MAX_UNITS, PointsData, PointsSpec
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Job, State
from dlviz.runs.points import PointsRecorder

DIGITS = 3
RECORDED_EPOCHS = 100  # of the run that a page opens with


@lru_cache(maxsize=64)
def _listed(data: PointsData) -> dict[str, Any]:
    """The points as [[x₁, x₂, label or target], …] and what they are called."""
    found = points_of(data)

    def rows(x: Any, y: Any) -> list[list[float]]:
        pairs = zip(x.round(DIGITS).tolist(), y.round(DIGITS).tolist(), strict=True)
        return [[*place, label] for place, label in pairs]

    return {
        "task": found.task,
        "classes": list(found.classes),
        "train": rows(found.train_x, found.train_y),
        "test": rows(found.test_x, found.test_y),
    }


def scene_of(spec: PointsSpec) -> dict[str, Any]:
    """All that does not change while it trains; ``penalty``: what is descended beside the loss."""
    train = spec.train
    descended = train.rule == GRADIENT and not OPTIMISERS[train.optimiser].decoupled
    return {
        **_listed(spec.data),
        "domain": DOMAIN,
        "rule": spec.train.rule,
        "features": list(spec.net.features),
        "activations": {name: kind.title for name, kind in ACTIVATIONS.items()},
        "most_units": MAX_UNITS,
        "most_layers": MAX_HIDDEN,
        "editable": True,
        "penalty": {"l1": train.l1 * (train.rule == GRADIENT), "l2": train.l2 * descended},
        "dropout": spec.net.dropout,
        "paint": spec.data.name == PAINTED,
    }


def untrained(spec: PointsSpec) -> dict[str, Any]:
    """The network that a run of ``spec`` begins with, packed."""
    activations = [layer.activation for layer in spec.net.hidden]
    network = new_network(spec.shape, activations, spec.net.initialisation, spec.train.seed)
    return {"step": 0, **network.packed()}


@lru_cache(maxsize=1)
def recorded(spec: PointsSpec) -> dict[str, Any]:
    """A run's first epochs as one frame of the live channel, with its track; made in 0.2 s."""
    epochs = min(RECORDED_EPOCHS, spec.train.epochs)
    spec = replace(spec, train=replace(spec.train, epochs=epochs))
    job = Job("recorded", "nobody", (spec,), state=State.RUNNING)
    recorder = PointsRecorder(spec)
    job.total_steps, job.device = recorder.total_steps, recorder.device
    job.clock.start()
    for enter in recorder:
        enter(job)
    job.clock.stop()
    job.state = State.DONE
    return describe(job.status(0), job.history.since(-1))
