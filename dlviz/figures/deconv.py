"""A descent through the deconvnet as plain data: what the browser draws and steps through."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlviz.core.deconv_stages import Descent, Stage
from dlviz.figures.deconv_words import OPERATIONS, digits, numbers, percent, start_words, step_words

CHANNELS = 6  # shown of a stage: those that carry most of the signal
FEWER = 3  # where maps are large
LARGE = 50 * 50
_FULL = 32767


@dataclass(frozen=True)
class Group:
    """Stages that hold the same channels: ``channels`` are shown, each with its share."""

    channels: tuple[int, ...]
    shares: tuple[str, ...]


def descent_data(found: Descent, *, title: str, field: tuple[int, int, int, int]) -> dict[str, Any]:
    """Everything the component ``deconv`` needs.

    ``tensors``: the pixels, then every stage going up, each with the maps of a few channels up
    and down; ``steps``: what happens on the way down, the first one being the start. ``field``:
    (x0, y0, x1, y1), the pixels that the unit sees.
    """
    groups, of = _groups(found)
    tensors = [_pixels(found)]
    titles = stage_titles(found.stages)
    for stage, name, group in zip(found.stages, titles, of, strict=True):
        tensors.append(_tensor(stage, name, groups[group], group))
    return {
        "title": title,
        "rule": found.rule,
        "unit": [found.unit.channel, found.unit.row, found.unit.column],
        "value": digits(found.value),
        "field": list(field),
        "tensors": tensors,
        "steps": _steps(found, titles, groups, of),
    }


def _groups(found: Descent) -> tuple[list[Group], list[int]]:
    """The groups, and for each stage the number of its group.

    What changes the channels, a convolution or a block, begins a group. The channels are those
    with most signal where it enters the group.
    """
    of: list[int] = []
    for stage in found.stages:
        fresh = not of or stage.kind in ("conv", "block")
        of.append(of[-1] + fresh if of else 0)
    groups = []
    for number in range(of[-1] + 1):
        members = [stage for stage, group in zip(found.stages, of, strict=True) if group == number]
        groups.append(_group(members, found.unit.channel if number == of[-1] else None))
    return groups, of


def _group(members: list[Stage], unit: int | None) -> Group:
    sizes = members[-1].down.abs().sum(dim=(1, 2))
    whole = float(sizes.sum())
    if unit is not None or whole == 0:
        return Group((unit if unit is not None else 0,), ("",))
    area = max(stage.up.shape[1] * stage.up.shape[2] for stage in members)
    most = min(FEWER if area > LARGE else CHANNELS, int((sizes > 0).sum()))
    best = sizes.topk(most)
    shares = tuple(percent(size / whole) for size in best.values.tolist())
    return Group(tuple(best.indices.tolist()), shares)


def _pixels(found: Descent) -> dict[str, Any]:
    levels = (found.pixels.clamp(0, 1) * 255).round().to(torch.uint8)
    return {
        "name": "pixels",
        "group": -1,
        "channels": list(range(len(found.pixels))),
        "shares": [],
        "shape": list(found.pixels.shape),
        "levels": base64.b64encode(levels.contiguous().numpy().tobytes()).decode(),
        "down": _packed(found.signal),
        "ups": numbers(found.pixels),
        "downs": numbers(found.signal),
    }


def _tensor(stage: Stage, title: str, group: Group, number: int) -> dict[str, Any]:
    up, down = stage.up[list(group.channels)], stage.down[list(group.channels)]
    return {
        "name": title,
        "group": number,
        "channels": list(group.channels),
        "shares": list(group.shares),
        "shape": list(stage.up.shape),
        "up": _packed(up),
        "down": _packed(down),
        "ups": numbers(stage.up),
        "downs": numbers(stage.down),
    }


def _steps(
    found: Descent, titles: list[str], groups: list[Group], of: list[int]
) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [
        {"kind": "start", "name": "start", "title": f"One unit of {titles[-1]}",
         "said": start_words(found)}
    ]  # fmt: skip
    for place in reversed(range(len(found.stages))):
        stage = found.stages[place]
        step: dict[str, Any] = {
            "kind": stage.kind,
            "name": OPERATIONS[stage.kind],
            "title": f"Back through {titles[place]}: {_TITLES[stage.kind]}",
            "said": step_words(found, place),
        }
        if stage.switches is not None:
            chosen = stage.switches[list(groups[of[place]].channels)].to(torch.int32)
            step["switches"] = base64.b64encode(chosen.contiguous().numpy().tobytes()).decode()
        if stage.weight is not None:
            step["filters"] = _filters(stage.weight, groups, of, place, len(found.pixels))
        steps.append(step)
    return steps


def _filters(
    weight: Tensor, groups: list[Group], of: list[int], place: int, colours: int
) -> dict[str, Any]:
    """From each shown channel that arrives to each shown one that leaves: k×k weights."""
    arriving = list(groups[of[place]].channels)
    leaving = list(groups[of[place - 1]].channels) if place else list(range(colours))
    chosen = weight[arriving][:, leaving]
    return {**_packed(chosen), "shape": list(chosen.shape)}


_TITLES = {
    "conv": "transposed filters",
    "relu": "ReLU",
    "max_pool": "unpool",
    "average_pool": "spread",
    "norm": "scale",
    "bend": "slope",
    "nothing": "nothing to do",
    "block": "many layers at once",
}


def stage_titles(stages: Sequence[Stage]) -> list[str]:
    """What stands above each stage's maps, the first stage first.

    A layer's own name, and where that is a number only (torchvision's "features.3") its kind,
    counted from 1; of a block its number or its path.
    """
    counts: dict[str, int] = {}
    titles = []
    for stage in stages:
        path, _, last = stage.name.rpartition(".")
        if last.isdigit() and stage.kind == "block":
            last = f"block {last}" if path in ("", "features") else stage.name
        elif last.isdigit():
            word = _COUNTED[stage.kind]
            counts[word] = counts.get(word, 0) + 1
            last = f"{word}{counts[word]}"
        titles.append(last)
    return titles


_COUNTED = {
    "conv": "conv",
    "relu": "relu",
    "max_pool": "pool",
    "average_pool": "pool",
    "norm": "norm",
    "bend": "bend",
    "nothing": "dropout",
}


def _packed(values: Tensor) -> dict[str, Any]:
    """Numbers as 16-bit steps of their largest one, and where a colour scale for them ends."""
    array = values.detach().cpu().double().numpy()
    largest = float(np.abs(array).max(initial=0.0)) or 1.0
    steps = np.rint(array / largest * _FULL).astype("<i2")
    packed = base64.b64encode(steps.tobytes()).decode()
    return {"steps": packed, "largest": largest, "limit": _limit(values)}


def _limit(values: Tensor) -> float:
    """A scale that a few extreme values do not decide; all values that are 0 do not count."""
    sizes = values.abs()[values != 0].double()
    return float(torch.quantile(sizes[:1_000_000], 0.995)) if len(sizes) else 1.0
