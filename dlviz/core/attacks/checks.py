"""What an attack refuses, each in one sentence."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def check_size(value: float | None, name: str) -> float:
    """``value`` itself, if it is a finite number of at least 0."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or not number or not math.isfinite(value) or value < 0:
        raise ValueError(f"The {name} must be a number of at least 0.")
    return value


def check_count(value: int, name: str) -> None:
    """A whole number of at least 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"The number of {name} must be a whole number of at least 1.")


def check_pictures(images: Tensor, labels: Tensor) -> None:
    """Float pictures in [0, 1] and a whole number for each."""
    if not isinstance(images, Tensor) or not images.is_floating_point() or images.ndim < 2:
        raise ValueError("Images must be a floating-point tensor N×C×H×W.")
    if images.numel() == 0:
        raise ValueError("Give at least one image.")
    low, high = torch.aminmax(images.detach())
    if not (low >= 0 and high <= 1):  # also for NaN
        raise ValueError("Images must be in [0, 1].")
    whole = isinstance(labels, Tensor) and not labels.is_floating_point()
    if not whole or labels.shape != images.shape[:1]:
        raise ValueError("Labels must be one whole number for each image.")


def check_logits(logits: Tensor, labels: Tensor) -> None:
    """Logits images × classes of at least two classes, and labels among them."""
    if not isinstance(logits, Tensor) or logits.ndim != 2 or len(logits) != len(labels):
        raise ValueError("The model must give logits, images × classes.")
    classes = logits.shape[1]
    if classes < 2:
        raise ValueError("The model must know at least two classes: one alone cannot be left.")
    if not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(f"Labels must be from 0 to {classes - 1}.")


def as_mask(mask: Tensor | None, images: Tensor) -> Tensor | None:
    """The mask in the images' own numbers: 1 where a pixel may move, else 0."""
    if mask is None:
        return None
    if not isinstance(mask, Tensor):
        raise ValueError("The mask must be a tensor.")
    behind = images.shape[images.ndim - mask.ndim :]
    pairs = zip(mask.shape, behind, strict=False)
    if mask.ndim > images.ndim or any(mine not in (1, theirs) for mine, theirs in pairs):
        wanted = "×".join(str(size) for size in images.shape)
        raise ValueError(f"The mask must fit images of {wanted}.")
    return (mask != 0).to(images.device, images.dtype)
