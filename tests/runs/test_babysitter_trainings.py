"""The babysitter on real trainings: each preset of trouble is named, the good ones are quiet."""

from __future__ import annotations

import pytest

from dlviz.core.networks import PRESETS, PROVOKING
from dlviz.core.specs import RunSpec
from dlviz.runs.jobs import Job
from dlviz.runs.training import TrainingRecorder

QUICK = ("diverging", "slow", "dead_relus", "exploding", "silent_class")  # about a second each
HEALTHY = ("digits", "clothes", "logistic", "lenet5", "digits_best", "clothes_best")


def sit(spec: RunSpec) -> list[set[str]]:
    """Train; the names of the findings whenever they changed, as a viewer sees them."""
    job, seen = Job("id", "a", (spec,)), [set()]
    for entry in TrainingRecorder(spec, "cpu"):
        entry(job)
        names = {finding["name"] for finding in job.history.findings}
        if names != seen[-1]:
            seen.append(names)
    return seen


@pytest.mark.parametrize("name", QUICK)
def test_quick_trouble_is_named_and_stays_named(name: str) -> None:
    assert name in sit(PROVOKING[name].spec)[-1]


@pytest.mark.acceptance
@pytest.mark.parametrize("name", sorted(set(PROVOKING) - set(QUICK)))
def test_trouble_is_named_and_stays_named(name: str) -> None:
    assert name in sit(PROVOKING[name].spec)[-1]


@pytest.mark.acceptance
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_training_is_left_in_peace(name: str) -> None:
    assert sit(PRESETS[name].spec) == [set()]
