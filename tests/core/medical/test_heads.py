"""Heads: against autograd, torch's loss and scikit-learn's logistic regression."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from torch.nn import functional as F

from dlviz.core.medical import heads
from dlviz.core.medical.heads import (
    Whitening,
    balancing,
    cross_entropy,
    sigmoid,
    softmax,
    taught,
    teach,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 6))
Y = RNG.normal(size=(400, 2)) + X[:, :2] > 1.1  # one in four


@pytest.mark.parametrize("weight", [1.0, 5.0])
def test_the_loss_is_torchs(weight: float) -> None:
    z = RNG.normal(size=(30, 2)) * 20
    y = RNG.random((30, 2)) < 0.3
    theirs = F.binary_cross_entropy_with_logits(
        torch.from_numpy(z), torch.from_numpy(y).double(), pos_weight=torch.tensor(weight)
    )
    assert cross_entropy(z, y, weight) == pytest.approx(float(theirs))


@pytest.mark.parametrize("weight", [1.0, 3.0])
def test_the_first_step_is_autograds(weight: float) -> None:
    w = torch.zeros(6, 2, dtype=torch.double, requires_grad=True)
    b = torch.zeros(2, dtype=torch.double, requires_grad=True)
    y = torch.from_numpy(Y).double()
    per = torch.where(y > 0, weight, 1.0)
    losses = F.binary_cross_entropy_with_logits(
        torch.from_numpy(X) @ w + b, y, weight=per, reduction="none"
    )
    (losses.sum(0) / per.sum(0)).sum().backward()
    (_, _), (_, first), *_ = taught(X, Y, positive_weight=weight, steps=1)
    assert w.grad is not None
    assert b.grad is not None
    np.testing.assert_allclose(first.weights, -0.1 * heads.RATE * w.grad.numpy())
    np.testing.assert_allclose(first.biases, -0.1 * heads.RATE * b.grad.numpy())


@pytest.mark.parametrize("weight", [1.0, 3.0])
def test_a_taught_head_is_scikit_learns(weight: float) -> None:
    head = teach(X, Y, positive_weight=weight, steps=400)
    for k in range(2):
        total = np.where(Y[:, k], weight, 1.0).sum()
        theirs = LogisticRegression(
            C=1 / (heads.DECAY * total), class_weight={True: weight, False: 1}, tol=1e-8
        ).fit(X, Y[:, k])
        np.testing.assert_allclose(head.weights[:, k], theirs.coef_[0], atol=2e-3)
        assert head.biases[k] == pytest.approx(theirs.intercept_[0], abs=2e-3)


def test_each_finding_is_taught_as_if_it_were_alone() -> None:
    both, alone = teach(X, Y), teach(X, Y[:, 1:])
    np.testing.assert_allclose(both.weights[:, 1], alone.weights[:, 0])


def test_the_steps_go_down_and_can_be_counted() -> None:
    found = list(taught(X, Y))
    assert [step for step, _ in found] == list(range(heads.STEPS + 1))
    losses = [cross_entropy(head.logits(X), Y) for _, head in found]
    assert losses[0] == pytest.approx(np.log(2))
    # The decay holds the weights back, so the loss and it are what goes down.
    goals = [
        2 * loss + heads.DECAY / 2 * float((head.weights**2).sum())
        for loss, (_, head) in zip(losses, found, strict=True)
    ]
    assert goals[-1] < 0.85 * goals[0]
    assert goals[-1] == pytest.approx(min(goals), abs=1e-6)


def test_the_balancing_weight_gives_both_kinds_the_same_sway() -> None:
    assert balancing(Y) * Y.sum(0) == pytest.approx((~Y).sum(0))


def test_sigmoid_and_softmax_are_torchs() -> None:
    z = RNG.normal(size=(5, 4)) * 300
    np.testing.assert_allclose(sigmoid(z), torch.sigmoid(torch.from_numpy(z)), atol=1e-15)
    np.testing.assert_allclose(softmax(z), torch.softmax(torch.from_numpy(z), -1), atol=1e-15)


def test_whitening_is_scikit_learns() -> None:
    mixed = X @ RNG.normal(size=(6, 6)) + 3
    theirs = PCA(4, whiten=True).fit(mixed).transform(mixed)
    ours = Whitening.fitted(mixed, 4)(mixed)
    signs = np.sign((ours * theirs).sum(0))
    np.testing.assert_allclose(ours * signs, theirs * np.sqrt(400 / 399), atol=1e-9)


@pytest.mark.parametrize("y", [np.ones((400, 1), bool), np.zeros((400, 1), bool), Y[:5], Y[:, 0]])
def test_what_cannot_be_taught_gets_one_sentence(y: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"^Each .*\.$"):
        teach(X, y)
