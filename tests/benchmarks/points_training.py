"""Training on points against a loop of PyTorch's autograd: the same network, points and updates.

    .venv/bin/python -m tests.benchmarks.points_training [rounds]

2-8-8-1 with tanh learns the spiral's 500 points, 350 to train on, by SGD on one thread. Each round
runs all peers twice in turn; printed are the medians of epochs per second, and how many times ours
is faster: the median of what each turn says, with the range of the middle half of them. PyTorch
runs telling what a run of ours tells (loss and accuracy of every mini-batch and, after every epoch,
of the held-out points), and with the updates alone. It takes float32, its default; ours float64,
in which PyTorch tells once more. Like ours it takes a full batch as it is, in no new order.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import Hidden, PointsData, PointsNet, PointsSpec, PointsTrain

SPEC = PointsSpec(
    PointsData("spiral", 0.0, 500),
    PointsNet(hidden=(Hidden(8, "tanh"), Hidden(8, "tanh"))),
    PointsTrain(learning_rate=0.05),
)
EPOCHS = {10: (120, 20), 0: (1500, 300)}  # batch size: epochs of ours, of PyTorch
OURS = "dlviz"
GUESSING = math.log(2)
TITLES = {10: "batches of 10", 0: "full batch"}


def ours(batch_size: int, epochs: int) -> tuple[float, float]:
    """Epochs per second, and the loss of all training points afterwards."""
    spec = replace(SPEC, train=replace(SPEC.train, batch_size=batch_size, epochs=epochs))
    run = PointsRun(spec)
    began = time.perf_counter()
    deque(run, maxlen=0)
    seconds = time.perf_counter() - began
    return epochs / seconds, run.loss.of(run.network.forward(run.train[0]).outputs, run.train[1])[0]


def autograd(
    batch_size: int, epochs: int, *, telling: bool, dtype: torch.dtype = torch.float32
) -> tuple[float, float]:
    """The same of PyTorch, from the same initial weights."""
    run = PointsRun(SPEC)
    x, test_x = (torch.tensor(part[0], dtype=dtype) for part in (run.train, run.test))
    y, test_y = (torch.tensor(part[1], dtype=dtype) for part in (run.train, run.test))
    net = like(run).to(dtype)
    optimiser = torch.optim.SGD(net.parameters(), lr=SPEC.train.learning_rate)
    told: deque[tuple[float, float]] = deque(maxlen=1)
    began = time.perf_counter()
    for _ in range(epochs):
        for points, truth in batches(x, y, batch_size):
            logits = net(points)[:, 0]
            loss = F.binary_cross_entropy_with_logits(logits, truth)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if telling:
                told.append((loss.item(), ((logits > 0) == truth).float().mean().item()))
        if telling:
            with torch.no_grad():
                logits = net(test_x)[:, 0]
                loss = F.binary_cross_entropy_with_logits(logits, test_y)
                told.append((loss.item(), ((logits > 0) == test_y).float().mean().item()))
    seconds = time.perf_counter() - began
    with torch.no_grad():
        return epochs / seconds, float(F.binary_cross_entropy_with_logits(net(x)[:, 0], y))


def batches(x: Tensor, y: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """An epoch's; 0: all points at once."""
    if not size:
        yield x, y
        return
    for batch in torch.randperm(len(x)).split(size):
        yield x[batch], y[batch]


def like(run: PointsRun) -> nn.Sequential:
    """The run's network in PyTorch."""
    modules: list[nn.Module] = []
    for layer in run.network.layers:
        linear = nn.Linear(*layer.w.shape[::-1])
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer.w))
            linear.bias.copy_(torch.tensor(layer.b))
        modules += [linear, nn.Tanh()]
    return nn.Sequential(*modules[:-1])


Peer = Callable[[int, int], tuple[float, float]]
PEERS: dict[str, tuple[int, Peer]] = {
    OURS: (0, ours),
    "PyTorch, telling the same": (1, partial(autograd, telling=True)),
    "the same in float64": (1, partial(autograd, telling=True, dtype=torch.float64)),
    "PyTorch, updates only": (1, partial(autograd, telling=False)),
}


def measure(rounds: int, batch_size: int) -> dict[str, list[float]]:
    """Epochs per second of all peers, turn by turn."""
    found: dict[str, list[float]] = {name: [] for name in PEERS}
    for _ in range(2 * rounds):
        for name, (column, peer) in PEERS.items():
            speed, loss = peer(batch_size, EPOCHS[batch_size][column])
            assert loss < GUESSING, f"{name} did not learn: this would compare nothing"
            found[name].append(speed)
    return found


def main() -> None:
    """A table of medians and ratios."""
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{'2-8-8-1, 350 points':40}{'epochs/s':>10}{'ours is':>10}{'middle half':>16}")
    for batch_size, title in TITLES.items():
        found = measure(rounds, batch_size)
        for name, speeds in found.items():
            times = [mine / theirs for mine, theirs in zip(found[OURS], speeds, strict=True)]
            low, middle, high = statistics.quantiles(times, n=4)
            about = f"{low:.1f} to {high:.1f}×" if name != OURS else ""
            speed = statistics.median(speeds)
            print(f"{title + ': ' + name:40}{speed:10.0f}{middle:9.1f}×{about:>16}")


if __name__ == "__main__":
    main()
