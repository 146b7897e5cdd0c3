"""How a network is while it learns: its gradients, weights, dead units, and its mistakes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from dlviz.core.events import Health, Histogram, LayerHealth

HISTOGRAM_BINS = 32
HISTOGRAM_SAMPLE = 65_536  # of a larger layer every second, third, … number is counted
MAX_MISTAKES = 12


@dataclass(frozen=True)
class Mistake:
    """Held-out picture ``index`` shows class ``label``, the net says ``said`` and is sure by
    ``confidence``, the probability it gives that class."""

    index: int
    label: int
    said: int
    confidence: float


@dataclass(frozen=True)
class Verdict:
    """What the weights after ``step`` updates say of the held-out pictures.

    ``confusion`` counts them: row is the true class, column the one said. ``mistakes`` are the
    ``MAX_MISTAKES`` surest ones, surest first.
    """

    step: int
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]


def measure(
    step: int,
    module: nn.Module,
    kinds: Mapping[str, str],
    optimiser: Optimizer,
    dead: Mapping[str, float],
) -> Health:
    """The health of ``module`` right after an update: each of its named layers' ``kinds``."""
    groups = {id(each): group for group in optimiser.param_groups for each in group["params"]}
    layers = []
    for name, kind in kinds.items():
        learnt = list(module.get_submodule(name).parameters())
        if not learnt:
            layers.append(LayerHealth(name, kind, dead=dead.get(name)))
            continue
        gradients = [each.grad for each in learnt if each.grad is not None]
        gradient = update = None
        weight = norm(learnt)
        if gradients:
            gradient = norm(gradients)
            taken = norm([last_update(optimiser, groups[id(each)], each) for each in learnt])
            update = taken / weight if weight > 0 else None
        counts = histogram(learnt)
        layers.append(LayerHealth(name, kind, gradient, weight, update, dead.get(name), counts))
    return Health(step, tuple(layers))


@torch.no_grad()
def norm(parts: Sequence[Tensor]) -> float:
    """The L2 norm of all the numbers together."""
    return float(torch.linalg.vector_norm(torch.stack([part.norm() for part in parts])))


@torch.no_grad()
def histogram(parts: Sequence[Tensor]) -> Histogram | None:
    """Counts between the lowest and the highest number; None if one of them is not finite."""
    values = torch.cat([part.flatten() for part in parts])
    values = values[:: math.ceil(len(values) / HISTOGRAM_SAMPLE)].cpu()
    low, high = float(values.min()), float(values.max())
    if not math.isfinite(high - low):
        return None
    counts = torch.histc(values, HISTOGRAM_BINS, low, high)
    return low, high, tuple(int(count) for count in counts)


@torch.no_grad()
def last_update(optimiser: Optimizer, group: Mapping[str, Any], weights: Tensor) -> Tensor:
    """What the optimiser's last step subtracted from ``weights``, from what it remembers of it.

    No copy of the weights has to be kept for that. SGD moves by λ·velocity; Adam (Kingma and Ba,
    arXiv:1412.6980, algorithm 1) by λ·m̂/(√v̂ + ε). Decay that is not in these is counted with
    the weights as they are now.
    """
    state, rate, decay = optimiser.state[weights], group["lr"], group["weight_decay"]
    if isinstance(optimiser, SGD):
        velocity = state.get("momentum_buffer")
        if velocity is None:
            assert weights.grad is not None
            velocity = weights.grad + decay * weights
        moved: Tensor = rate * velocity
        return moved
    first, second = group["betas"]
    count = float(state["step"])
    mean = state["exp_avg"] / (1 - first**count)
    spread = (state["exp_avg_sq"] / (1 - second**count)).sqrt()
    taken: Tensor = rate * mean / (spread + group["eps"])
    return taken + rate * decay * weights if group["decoupled_weight_decay"] else taken
