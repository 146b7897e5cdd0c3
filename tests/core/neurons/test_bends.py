"""Activation functions against PyTorch's, their slopes against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dlviz.core.neurons.bends import BENDS, WIDEST, through_layers

TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": lambda z: F.softplus(z, threshold=100),  # theirs is cut off at 20
    "step": lambda z: (z >= 0).to(z.dtype),
}
Z = np.concatenate([np.linspace(-WIDEST, WIDEST, 1201), [-40.0, 19.0, 0.0]])


@pytest.mark.parametrize("name", BENDS)
def test_value_and_slope_are_pytorchs(name):
    z = torch.from_numpy(Z).requires_grad_()
    a = TORCH[name](z)
    np.testing.assert_allclose(BENDS[name].value(Z), a.detach(), atol=1e-12)
    if name == "step":
        assert not BENDS[name].slope(Z).any()
        return
    (slope,) = torch.autograd.grad(a.sum(), z)
    np.testing.assert_allclose(BENDS[name].slope(Z), slope, atol=1e-12)


@pytest.mark.parametrize("name", BENDS)
def test_bounds_hold_and_are_near(name):
    bend, z = BENDS[name], np.linspace(-40.0, 40.0, 80_001)
    a, slope = bend.value(z), np.abs(bend.slope(z))
    assert bend.lowest == -np.inf or a.min() == pytest.approx(bend.lowest, abs=6e-4)
    assert bend.highest == np.inf or a.max() == pytest.approx(bend.highest, abs=1e-9)
    assert np.isfinite(bend.lowest) or a.min() < -0.3
    assert slope.max() == pytest.approx(bend.steepest, abs=5e-4)


def test_ten_sigmoids_leave_at_most_a_millionth():
    assert through_layers("sigmoid", 10) == 0.25**10 < 1e-6
    assert through_layers("relu", 50) == 1.0
