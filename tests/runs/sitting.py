"""A training that the babysitter watches from its first step to its last."""

from __future__ import annotations

from dataclasses import dataclass

from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import RunSpec
from dlviz.runs.jobs import Job
from dlviz.runs.training import TrainingRecorder


@dataclass(frozen=True)
class Sitting:
    """The names of the findings whenever they changed, as a viewer sees them, and the end."""

    seen: list[set[str]]
    last: Snapshot


def sit(spec: RunSpec) -> Sitting:
    """Train on the CPU, as the executor does."""
    job, seen = Job("id", "a", (spec,)), [set[str]()]
    for entry in TrainingRecorder(spec, "cpu"):
        entry(job)
        names = {finding["name"] for finding in job.history.findings}
        if names != seen[-1]:
            seen.append(names)
    return Sitting(seen, job.snapshots[-1])
