"""The loop that both taught runs with boxes have: batches, a warm-up, a cosine, scores."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dlviz.core.events import DivergedError, Score, Step, no_number
from dlviz.core.taught import Shown, TaughtSpec

WARM_UP = 0.1  # of all steps


class BoxRun(ABC):
    """A run over ``pixels`` (float N×3×H×W): what a batch costs and how it is judged are a kind's.

    ``names``: what the two parts of its loss are called.
    """

    names: tuple[str, str]

    def __init__(self, spec: TaughtSpec, net: nn.Module, count: int, batch: int) -> None:
        self.spec, self.net, self.count, self.batch = spec, net, count, batch
        self.generator = torch.Generator().manual_seed(spec.train.seed)
        self.steps_per_epoch = count // batch
        self.total_steps = spec.train.epochs * self.steps_per_epoch
        self.parts = (math.nan, math.nan)
        self.lines: list[str] = []

    @abstractmethod
    def cost(self, rows: Tensor) -> tuple[Tensor, Tensor, float]:
        """The two parts of the loss of some pictures, weighted, and the measure on them."""

    @abstractmethod
    def judge(self) -> tuple[float, float, int]:
        """Loss and measure on held-out pictures, and of how many."""

    @abstractmethod
    def shown(self) -> Shown:
        """What viewers see now."""

    def trained(self) -> dict[str, Tensor]:
        """Weights and what batch norm has counted."""
        return {name: value.detach().clone() for name, value in self.net.state_dict().items()}

    def __iter__(self) -> Iterator[Step | Score]:
        """Train."""
        optimiser = torch.optim.AdamW(self.net.parameters(), weight_decay=1e-4)
        yield self._score(0)
        step, rate = 0, 0.0
        for _ in range(self.spec.train.epochs):
            order = torch.randperm(self.count, generator=self.generator)
            for rows in torch.split(order[: self.steps_per_epoch * self.batch], self.batch):
                before, rate = rate, self.rate(step)
                optimiser.param_groups[0]["lr"] = rate
                self.net.train()
                first, second, measure = self.cost(rows)
                loss = first + second
                step += 1
                if not torch.isfinite(loss):
                    raise DivergedError(no_number(step, before))
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                self.parts = (float(first.detach()), float(second.detach()))
                yield Step(step, sum(self.parts), measure, len(rows), rate)
            yield self._score(step)

    def rate(self, step: int) -> float:
        """A tenth of the run upwards, then half a cosine down to 0."""
        done = step / self.total_steps
        falls = 0.5 * (1 + math.cos(math.pi * done))
        return self.spec.train.learning_rate * min(1.0, (done + 1e-3) / WARM_UP) * falls

    def sentence(self) -> str:
        """The loss with its current numbers."""
        first, second = self.parts
        if math.isnan(first):
            return f"loss = {self.names[0]} + {self.names[1]}"
        return (
            f"loss = {self.names[0]} {first:.3f} + {self.names[1]} {second:.3f}"
            f" = {first + second:.3f}"
        )

    def _score(self, step: int) -> Score:
        self.net.eval()
        with torch.no_grad():
            loss, measure, count = self.judge()
        if step:
            epoch = step // self.steps_per_epoch
            self.lines.append(f"Epoch {epoch}: held-out loss {loss:.3f}, {self.told(measure)}")
        return Score(step, loss, measure, count)

    @abstractmethod
    def told(self, measure: float) -> str:
        """The measure in words, for the line of an epoch."""
