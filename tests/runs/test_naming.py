"""Runs are called by their preset and what was changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlviz.core.networks import OFFERED
from dlviz.core.specs import (
    AdversarialSpec,
    AugmentSpec,
    DataSpec,
    Intervention,
    NetSpec,
    RunSpec,
    layer,
)
from dlviz.runs.naming import name_of_run

SPEC = RunSpec()


@pytest.mark.parametrize("name", OFFERED)
def test_a_preset_has_its_own_name_with_any_seed(name: str) -> None:
    spec = OFFERED[name].spec
    other = replace(spec, train=replace(spec.train, seed=77))
    assert name_of_run(spec) == name_of_run(other) == OFFERED[name].title.replace(": ", " – ")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (replace(SPEC, train=replace(SPEC.train, learning_rate=0.01)), "rate 0.01"),
        (replace(SPEC, train=replace(SPEC.train, schedule="one_cycle")), "schedule one cycle"),
        (replace(SPEC, data=DataSpec(share=0.1)), "10 % of the labels"),
        (replace(SPEC, data=DataSpec(shuffled=True)), "pixels shuffled"),
        (
            replace(SPEC, train=replace(SPEC.train, augment=AugmentSpec(shift=2))),
            "other augmentation",
        ),
        (
            replace(SPEC, train=replace(SPEC.train, adversarial=AdversarialSpec("fgsm", 8))),
            "trained against FGSM, ε 8/255",
        ),
        (
            replace(SPEC, interventions=(Intervention(3, "learning_rate", 1.0),)),
            "changed by hand",
        ),
        (
            replace(SPEC, train=replace(SPEC.train, batch_size=8, epochs=9, patience=1)),
            "3 settings changed",
        ),
    ],
)
def test_what_is_changed_is_told(spec: RunSpec, told: str) -> None:
    assert name_of_run(spec) == f"Digits – a small CNN, {told}"


def test_another_network_or_other_pictures_are_ones_own() -> None:
    net = NetSpec((layer("flatten"), layer("dense"), layer("relu")))
    assert name_of_run(replace(SPEC, net=net)) == "Digits – a network of one's own, 3 layers"
    own = replace(SPEC, data=DataSpec("own-abc"))
    assert name_of_run(own).startswith("Own pictures – a network")
