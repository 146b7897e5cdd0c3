"""Signal and gradient through many layers against PyTorch's autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.core.neurons.bends import BENDS
from dlviz.core.neurons.depth import INPUTS, MOST_LAYERS, MOST_WIDTH, SPREADS, band, send
from tests.core.neurons.test_bends import TORCH


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("name", [name for name in BENDS if name != "step"])
def test_signal_and_gradient_are_autograds(name, spread):
    layers, width, seed = 6, 20, 3
    found = send(name, spread, layers=layers, width=width, seed=seed)
    # The same numbers in the same order from the same generator.
    generator = np.random.default_rng(seed)
    x = torch.from_numpy(generator.normal(size=(INPUTS, width))).requires_grad_()
    top = torch.from_numpy(generator.normal(size=(INPUTS, width)))
    answers = [x]
    deviation = SPREADS[spread].deviation(width)
    for _ in range(layers):
        w = torch.from_numpy(generator.normal(0.0, deviation, (width, width)))
        answers.append(TORCH[name](answers[-1] @ w.T))
    loss = (answers[-1] * top / top.square().mean().sqrt()).sum()
    gradients = torch.autograd.grad(loss, answers)
    for layer, (a, gradient) in enumerate(zip(answers, gradients, strict=True)):
        np.testing.assert_allclose(found.answers[layer], a.detach(), rtol=1e-9, atol=1e-12)
        spread_out = a.detach().std(dim=0, correction=0).square().mean().sqrt()
        assert found.signal[layer] == pytest.approx(float(spread_out), rel=1e-7, abs=1e-14)
        size = gradient.square().mean().sqrt()
        assert found.gradient[layer] == pytest.approx(float(size), rel=1e-7, abs=1e-14)


def test_he_keeps_the_variance_through_relu_and_xavier_halves_it():
    """He et al., eq. 10: n Var[w] / 2 = 1, here on the second moment of wide layers."""
    for spread, factor in (("he", 1.0), ("xavier", 0.5)):
        runs = [send("relu", spread, layers=5, width=200, seed=seed) for seed in range(8)]
        ratio = np.mean(
            [(run.answers[5] ** 2).mean() / (run.answers[1] ** 2).mean() for run in runs]
        )
        assert ratio ** (1 / 4) == pytest.approx(factor, rel=0.05)


def test_a_band_is_the_lowest_the_median_and_the_highest():
    found = band("tanh", "xavier", layers=4, width=30, seeds=3)
    runs = [send("tanh", "xavier", layers=4, width=30, seed=seed) for seed in range(3)]
    for layer in range(5):
        expected = sorted(run.gradient[layer] for run in runs)
        np.testing.assert_allclose(found.gradient[:, layer], expected)
    assert found.signal.shape == (3, 5)


def test_a_step_sends_no_gradient_back():
    assert send("step", "he", layers=3, width=10).gradient.tolist() == [0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("name", BENDS)
def test_the_deepest_widest_and_largest_are_still_numbers(name):
    with np.errstate(all="raise", under="ignore"):
        found = send(name, "large", layers=MOST_LAYERS, width=MOST_WIDTH)
    assert np.isfinite(found.signal).all()
    assert np.isfinite(found.gradient).all()
