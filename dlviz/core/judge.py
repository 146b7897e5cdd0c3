"""The judge: what a network, frozen at one step, says of pictures it has never learnt from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.events import Score
from dlviz.core.health import MAX_MISTAKES, Mistake, Verdict
from dlviz.core.memory import EVALUATION_SLICE
from dlviz.core.metrics import confusion

RECTIFIED = ("relu", "residual")  # kinds whose last act is a ReLU


@dataclass(frozen=True)
class Slice:
    """One slice of a held-out evaluation is done; nothing to draw yet."""


class Judge:
    """Judges copies of a training net on held-out pictures, a slice at a time.

    ``module`` is the judge's own copy of the net, ``kinds`` the kind of each of its layers by
    name, ``prepare`` makes its input of uint8 pixels. ``dead`` is the share of each ReLU layer's
    units, channels for maps, that were 0 for every picture of the last evaluation.
    """

    def __init__(
        self,
        module: nn.Sequential,
        kinds: Mapping[str, str],
        pictures: tuple[Tensor, Tensor],
        prepare: Callable[[Tensor], Tensor],
    ) -> None:
        self.dead: dict[str, float] = {}
        self._module = module.eval().requires_grad_(False)
        self._rectified = {name for name, kind in kinds.items() if kind in RECTIFIED}
        self._pixels, self._labels = pictures
        self._prepare = prepare

    def judge(self, weights: Mapping[str, Tensor], step: int) -> Iterator[Slice | Score | Verdict]:
        """Copies ``weights`` at once; the slices then come one by one, Score and Verdict last."""
        self._module.load_state_dict(weights)
        return self._slices(step)

    @torch.no_grad()
    def _look(self, pixels: Tensor, highest: dict[str, Tensor]) -> Tensor:
        """Logits of ``pixels``; ``highest`` keeps the largest value of each ReLU unit so far."""
        values = self._prepare(pixels)
        for name, layer in self._module.named_children():
            values = layer(values)
            if name in self._rectified:
                top = values.amax(dim=(0, 2, 3) if values.ndim == 4 else 0)
                highest[name] = torch.maximum(highest.get(name, top), top)
        return values

    def _slices(self, step: int) -> Iterator[Slice | Score | Verdict]:
        labels, count = self._labels, len(self._labels)
        highest: dict[str, Tensor] = {}
        loss, correct, logits = 0.0, 0, []
        starts = range(0, count, EVALUATION_SLICE)
        for start in starts:
            part = slice(start, start + EVALUATION_SLICE)
            answer = self._look(self._pixels[part], highest)
            loss += float(F.cross_entropy(answer, labels[part], reduction="sum"))
            correct += int((answer.argmax(dim=1) == labels[part]).sum())
            logits.append(answer)
            if start != starts[-1]:
                yield Slice()
        self.dead = {name: float((top == 0).float().mean()) for name, top in highest.items()}
        yield Score(step, loss / count, correct / count, count)
        yield _verdict(step, torch.cat(logits).cpu(), labels.cpu())


def _verdict(step: int, logits: Tensor, labels: Tensor) -> Verdict:
    """Counts, and the surest mistakes, from logits N×K and labels N."""
    confidence, said = logits.softmax(dim=1).max(dim=1)
    counts = confusion(labels, said, logits.shape[1])
    wrong = (said != labels).nonzero().flatten()
    surest = wrong[confidence[wrong].argsort(descending=True, stable=True)[:MAX_MISTAKES]]
    mistakes = tuple(
        Mistake(int(i), int(labels[i]), int(said[i]), float(confidence[i])) for i in surest
    )
    return Verdict(step, tuple(tuple(row) for row in counts.tolist()), mistakes)
