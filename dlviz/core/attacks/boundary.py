"""DeepFool: not how bad ε can be, but how near the boundary is."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dlviz.core.attacks.aim import Aim, each
from dlviz.core.attacks.checks import check_count, check_size

TINY = 1e-8
NUDGE = 1e-4  # of length, as in the authors' program: on the boundary itself nothing would move


def deepfool(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    steps: int = 50,
    overshoot: float = 0.02,
    candidates: int = 10,
    mask: Tensor | None = None,
) -> Tensor:
    """The nearest picture (L2) that the net takes for something else than ``labels``.

    It treats the net as linear, goes to the nearest of the boundaries with the ``candidates``
    strongest other classes, ``overshoot`` further, and repeats that from there, up to ``steps``
    times, until the answer changes. images: N×C×H×W in [0, 1]; labels: int64 N, the net's own
    answers (a picture with another answer stays as it is); ``mask`` as for ``fgsm``.

    Raises ValueError for bad input.
    Source: Moosavi-Dezfooli, Fawzi and Frossard (2016), arXiv:1511.04599.
    """
    aim = Aim.of(model, images, labels, mask=mask)
    return aim.end(walk(aim, steps=steps, overshoot=overshoot, candidates=candidates))


def walk(aim: Aim, *, steps: int, overshoot: float, candidates: int) -> Iterator[Tensor]:
    """Every iterate until the last picture's answer has changed."""
    check_count(steps, "steps")
    check_count(candidates, "candidates")
    check_size(overshoot, "overshoot")
    return _walk(aim, steps, overshoot, candidates)


def _walk(aim: Aim, steps: int, overshoot: float, candidates: int) -> Iterator[Tensor]:
    now = aim.images
    moved = torch.zeros_like(now)
    held = torch.arange(len(now), device=now.device)  # whose answer has not changed yet
    rivals: Tensor | None = None
    for _ in range(steps):
        with torch.inference_mode(False), torch.enable_grad():
            some = aim.part(held)
            pixels, logits = some.ask(now[held])
            if rivals is None:
                rivals = _rivals(logits.detach(), aim.labels, candidates)
            holds = logits.argmax(dim=1) == some.labels
            if not holds.any():
                return
            step = _to_the_nearest(some, pixels, logits, rivals)
            rivals = rivals[holds]
        # Those that have left stay where they are.
        still = holds.to(now.device)
        held = held[still]
        moved[held] += step[still]
        now = now.clone()
        now[held] = (aim.images[held] + (1 + overshoot) * moved[held]).clamp_(0, 1)
        yield now


def _rivals(logits: Tensor, labels: Tensor, candidates: int) -> Tensor:
    """The strongest other classes of the clean pictures, int64 N×candidates."""
    others = logits.scatter(1, labels[:, None], -torch.inf)
    return others.topk(min(candidates, logits.shape[1] - 1), dim=1).indices


def _to_the_nearest(aim: Aim, pixels: Tensor, logits: Tensor, rivals: Tensor) -> Tensor:
    """The step N×C×H×W onto the nearest of the boundaries, as if the net were linear."""
    own = logits.gather(1, aim.labels[:, None])
    gaps = logits.gather(1, rivals) - own  # below 0 as long as the answer holds
    nearest = torch.full((len(pixels),), torch.inf, device=aim.images.device)
    best = torch.zeros_like(aim.images)
    for index in range(rivals.shape[1]):
        more = index + 1 < rivals.shape[1]
        (slope,) = torch.autograd.grad(gaps[:, index].sum(), pixels, retain_graph=more)
        slope = aim.free(slope)
        length = slope.flatten(1).norm(dim=1) + TINY
        distance = gaps[:, index].detach().abs().to(length.device) / length
        nearer = distance < nearest
        nearest = torch.where(nearer, distance, nearest)
        step = each((distance + NUDGE) / length, slope) * slope
        best = torch.where(each(nearer, best), step, best)
    return best
