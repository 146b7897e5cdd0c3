"""Adversarial training does what it is for: judged with PGD, within seconds of training."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from dlviz.core.networks import SHIPPED
from dlviz.core.robustness import survey
from dlviz.core.specs import AdversarialSpec, RunSpec
from dlviz.core.training import Run, Snapshot
from dlviz.io.datasets import data_for, held_out

EPS, COUNT = 32, 300


def accuracies(adversarial: AdversarialSpec) -> tuple[float, float]:
    """Clean and under PGD, of the twins' net after three epochs."""
    spec = SHIPPED["digits_plain"].spec
    train = replace(spec.train, epochs=3, adversarial=adversarial)
    *_, last = Run(RunSpec(spec.net, spec.data, train), data_for(spec.data))
    assert isinstance(last, Snapshot)
    pixels, labels = (part[:COUNT] for part in held_out("mnist"))
    *_, (_, found) = survey(last.classifier, pixels, labels, "pgd", (0, EPS))
    clean, attacked = found.accuracies
    return clean, attacked


@pytest.mark.acceptance
def test_three_epochs_against_an_attack_withstand_it() -> None:
    torch.set_num_threads(1)
    clean, attacked = accuracies(AdversarialSpec())
    assert clean > 0.9
    assert attacked < 0.35
    for adversarial in (AdversarialSpec("pgd", EPS, 3), AdversarialSpec("fgsm", EPS)):
        clean, attacked = accuracies(adversarial)
        assert clean > 0.9
        assert attacked > 0.7
