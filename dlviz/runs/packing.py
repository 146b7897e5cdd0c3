"""A network's state as small plain data for a browser, which knows no NaN."""

from __future__ import annotations

import base64
import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from dlviz.core.events import Health, LayerHealth
from dlviz.core.health import Verdict

MAX_FILTERS = 64
PICTURE_SIDE = 48  # of a mistake; a creature's eyes and whiskers are still there
DIGITS = 4


def pack_filters(weights: Tensor) -> dict[str, Any]:
    """Filters K×C×h×w → {count, channels, height, width, limit, data}; bytes 1…255: ±limit.

    All filters share one scale, symmetric about 0. One or three channels are kept, of other
    counts the mean. What is not a finite number (a net that diverges) is shown as 0.
    """
    shown = weights[:MAX_FILTERS].to("cpu", torch.float32)
    shown = torch.nan_to_num(shown, nan=0.0, posinf=0.0, neginf=0.0)
    if shown.shape[1] not in (1, 3):
        shown = shown.mean(dim=1, keepdim=True)
    limit = float(shown.abs().max().clamp_min(1e-12))
    coded = (shown / limit * 127 + 128).round().to(torch.uint8)
    return {
        "count": shown.shape[0],
        "channels": shown.shape[1],
        "height": shown.shape[2],
        "width": shown.shape[3],
        "limit": limit,
        "data": base64.b64encode(coded.numpy().tobytes()).decode(),
    }


def pack_health(health: Health) -> dict[str, Any]:
    """{step, layers: [{name, kind, gradient, weight, update, dead, histogram}, …]}.

    Numbers have four digits; null is what there is not or what is not finite. ``histogram`` is
    [lowest, highest, [counts]].
    """
    return {"step": health.step, "layers": [_pack_layer(layer) for layer in health.layers]}


def _pack_layer(layer: LayerHealth) -> dict[str, Any]:
    packed: dict[str, Any] = {"name": layer.name, "kind": layer.kind}
    for name in ("gradient", "weight", "update", "dead"):
        packed[name] = _short(getattr(layer, name))
    low, high, counts = layer.histogram or (None, None, ())
    ends = _short(low), _short(high)
    packed["histogram"] = None if None in ends else [*ends, list(counts)]
    return packed


def _short(value: float | None) -> float | None:
    found = _finite(value)
    return None if found is None else float(f"{found:.{DIGITS}g}")


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def pack_verdict(verdict: Verdict, pixels: Tensor, classes: tuple[str, ...]) -> dict[str, Any]:
    """{step, classes, confusion, mistakes}; ``pixels`` are the held-out uint8 N×C×H×W.

    A mistake is {index, label, said, confidence, picture}; see ``pack_picture``.
    """
    mistakes = [
        {
            "index": mistake.index,
            "label": mistake.label,
            "said": mistake.said,
            "confidence": _finite(mistake.confidence),  # rounded, 0.99996 would be certain
            "picture": pack_picture(pixels[mistake.index]),
        }
        for mistake in verdict.mistakes
    ]
    confusion = [list(row) for row in verdict.confusion]
    return {
        "step": verdict.step,
        "classes": list(classes),
        "confusion": confusion,
        "mistakes": mistakes,
    }


def pack_picture(pixels: Tensor) -> dict[str, Any]:
    """uint8 C×H×W → {channels, height, width, data}: bytes in the order C, H, W.

    A larger picture is shrunk to ``PICTURE_SIDE`` pixels by the mean over areas.
    """
    shown = pixels.to("cpu")
    largest = max(shown.shape[1:])
    if largest > PICTURE_SIDE:
        size = [max(1, round(side * PICTURE_SIDE / largest)) for side in shown.shape[1:]]
        small = F.interpolate(shown[None].float(), size=size, mode="area")[0]
        shown = small.round().clamp(0, 255).to(torch.uint8)
    channels, height, width = shown.shape
    data = base64.b64encode(shown.contiguous().numpy().tobytes()).decode()
    return {"channels": channels, "height": height, "width": width, "data": data}
