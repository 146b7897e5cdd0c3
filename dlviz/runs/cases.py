"""A run as the checklist wants it: recorded with the project, or one of the visitor's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dlviz.core.events import Health, LayerHealth
from dlviz.core.health import Verdict
from dlviz.core.networks import OFFERED
from dlviz.core.run_log import Log, hindrances_of
from dlviz.core.specs import RunSpec
from dlviz.io.assets import asset_path
from dlviz.runs.history import ScorePoint, StepPoint
from dlviz.runs.jobs import State
from dlviz.runs.records import Record

Curves = tuple[Sequence[StepPoint], Sequence[ScorePoint]]


@dataclass(frozen=True)
class Case:
    """A run that has ended, with all that was kept of it.

    ``noted``: what the babysitter said at its end, by diagnosis. ``message``: why it failed.
    """

    title: str
    spec: RunSpec
    log: Log
    noted: Mapping[str, str]
    message: str = ""


def recorded_case(name: str) -> Case:
    """The recorded run of an offered preset; ``AssetError`` where it is missing."""
    frame = json.loads(asset_path(f"runs/{name}.json").read_text("utf-8"))
    spec, verdict = OFFERED[name].spec, frame["verdict"]
    curves = tuple(map(tuple, frame["steps"])), tuple(map(tuple, frame["scores"]))
    log = replace(
        _log(spec, frame["total"], curves, tuple(verdict["classes"])),
        healths=(health_of(frame["health"]),),
        verdict=_verdict(frame["step"], verdict["confusion"]),
        diverged=frame["state"] == State.FAILED.value,
    )
    return Case(OFFERED[name].title, spec, log, _noted(frame["findings"]), frame["message"])


def case_of(record: Record, classes: tuple[str, ...]) -> Case:
    """A run of the visitor's on pictures; ``classes`` are those of its data."""
    spec = record.spec
    assert isinstance(spec, RunSpec)
    last = record.steps[-1][0] if record.steps else 0
    log = replace(
        _log(spec, record.total_steps, (record.steps, record.scores), classes),
        healths=(health_of(record.health),) if record.health else (),
        verdict=_verdict(last, record.confusion) if record.confusion else None,
        diverged=record.state is State.FAILED,
    )
    return Case(record.title, spec, log, _noted(record.findings), record.message)


def _log(spec: RunSpec, total: int, curves: Curves, classes: tuple[str, ...]) -> Log:
    per_epoch = max(1, round(total / spec.train.epochs))
    steps, scores = curves
    hindrances = hindrances_of(spec)
    return Log(classes, per_epoch, total, steps, scores, hindrances=hindrances)


def _verdict(step: int, confusion: Sequence[Sequence[int]]) -> Verdict:
    return Verdict(step, tuple(map(tuple, confusion)), ())


def _noted(findings: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {item["name"]: item["sentence"] for item in findings}


def health_of(packed: Mapping[str, Any]) -> Health:
    """What ``runs.packing.pack_health`` was given, as far as it kept it: not the histograms."""
    names = ("name", "kind", "gradient", "weight", "update", "dead")
    layers = (LayerHealth(**{name: layer[name] for name in names}) for layer in packed["layers"])
    return Health(packed["step"], tuple(layers))
