"""The babysitter on real trainings: each preset of trouble is named, the good ones are quiet.

That the good presets themselves are left in peace is told where they are trained:
``tests/acceptance/test_trainings.py``.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlviz.core.networks import PRESETS, PROVOKING
from dlviz.core.specs import AugmentSpec, DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.runs.jobs import Job
from dlviz.runs.training import TrainingRecorder
from tests.runs.sitting import sit

QUICK = ("diverging", "slow", "dead_relus", "exploding", "silent_class")  # about a second each


@pytest.mark.parametrize("name", QUICK)
def test_quick_trouble_is_named_and_stays_named(name: str) -> None:
    assert name in sit(PROVOKING[name].spec).seen[-1]


def test_the_babysitter_knows_of_dropout_and_augmentation() -> None:
    """A net that loses nine of ten inputs cannot learn, nor from pictures at any angle."""
    net = NetSpec((layer("flatten"), layer("dropout", p=0.9), layer("dense")))
    train = TrainSpec(
        "sgd", 0.01, 0.0, batch_size=32, epochs=12, augment=AugmentSpec(noise=0.5, rotate=180.0)
    )
    job = Job("id", "a", (RunSpec(net, DataSpec(share=0.04), train),))
    for entry in TrainingRecorder(job.spec, "cpu"):
        entry(job)
    (found,) = (item for item in job.history.findings if item["name"] == "underfitting")
    assert "seen through dropout and augmentation" in found["sentence"]


@pytest.mark.acceptance
@pytest.mark.parametrize("name", sorted(set(PROVOKING) - set(QUICK)))
def test_trouble_is_named_and_stays_named(name: str) -> None:
    assert name in sit(PROVOKING[name].spec).seen[-1]


# The thresholds were found while looking at seed 0 of these presets: other seeds, and other data
# under the same networks, are the evidence that they were not fitted to single runs.


@pytest.mark.acceptance
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", sorted(set(PROVOKING) - {"silent_class"}))
def test_trouble_is_named_from_other_starts_too(name: str, seed: int) -> None:
    assert name in sit(_seeded(PROVOKING[name].spec, seed)).seen[-1]


@pytest.mark.acceptance
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("data", [None, "fashion_mnist"])
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["digits", "logistic", "lenet5"])
def test_health_is_left_in_peace_from_other_starts_and_on_other_data(
    name: str, seed: int, data: str | None
) -> None:
    spec = _seeded(PRESETS[name].spec, seed)
    assert sit(replace(spec, data=DataSpec(data)) if data else spec).seen == [set()]


def _seeded(spec: RunSpec, seed: int) -> RunSpec:
    return replace(spec, train=replace(spec.train, seed=seed))
