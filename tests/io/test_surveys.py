"""The recorded surveys of the twins are what the shipped nets say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from dlviz.core.networks import SHIPPED
from dlviz.core.specs import AdversarialSpec
from dlviz.io.assets import manifest
from dlviz.io.datasets import held_out
from dlviz.io.models import MODELS, load_model
from dlviz.io.surveys import ATTACKS, EPSILONS, FILE, PICTURES, TWINS, read_surveys
from dlviz.runs.record_robustness import COMMAND, find

FEW = 25


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("net", TWINS)
def test_it_is_what_the_net_says(net: str, attack: str) -> None:
    found = read_surveys(FEW)[net, attack]
    expected = find(net, attack, FEW)
    assert found.epsilons == expected.epsilons == EPSILONS
    assert torch.equal(found.labels, expected.labels)
    # In another batch a near-tie may fall the other way.
    assert (found.answers != expected.answers).sum() <= 2


def test_it_is_of_the_first_held_out_digits() -> None:
    every = read_surveys(PICTURES)
    assert set(every) == {(net, attack) for net in TWINS for attack in ATTACKS}
    _, labels = held_out("mnist")
    for found in every.values():
        assert torch.equal(found.labels, labels[:PICTURES])
        assert found.answers.shape == (len(EPSILONS), PICTURES)
        assert found.answers.max() <= 9
    assert manifest()[FILE].command == COMMAND


def test_the_twins_differ_in_their_training_pictures_alone() -> None:
    plain, robust = (SHIPPED[name].spec for name in TWINS)
    assert robust.train.adversarial == AdversarialSpec("pgd", 32, 5)
    assert replace(robust, train=replace(robust.train, adversarial=AdversarialSpec())) == plain
    first, second = (MODELS[name].snapshots()[0].weights for name in TWINS)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not torch.equal(*(load_model(name).module[0].weight for name in TWINS))


def test_it_shows_what_the_view_says() -> None:
    """PGD is worse than FGSM for both, noise harms neither, and the robust one withstands."""
    every = read_surveys(PICTURES)
    at = EPSILONS.index(SHIPPED["digits_robust"].spec.train.adversarial.eps)
    for net in TWINS:
        share = {attack: every[net, attack].accuracies[at] for attack in ATTACKS}
        assert share["pgd"] < share["fgsm"] < share["noise"]
        assert share["noise"] > 0.97
    plain, robust = (every[net, "pgd"].accuracies for net in TWINS)
    assert plain[at] < 0.15
    assert robust[at] > 0.9
    assert abs(plain[0] - robust[0]) < 0.01
