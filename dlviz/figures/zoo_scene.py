"""A network of the zoo for its component, and in words."""

from __future__ import annotations

from math import log2
from typing import Any

from dlviz.core.words import grouped, percent
from dlviz.core.zoo.anatomy import WHOLE, Anatomy, Fork, Op, Station, ops
from dlviz.figures.colours import CLASS_COLOURS

LECTURE_SIDE, LECTURE_UNITS = 224, 100  # "Can we use fully connected networks for images?"
COLOURS = {
    "conv": CLASS_COLOURS[4],
    "depthwise": CLASS_COLOURS[1],
    "inception": CLASS_COLOURS[2],
    "residual": CLASS_COLOURS[0],
    "dense": CLASS_COLOURS[5],
    "pool": CLASS_COLOURS[7],
    "norm": CLASS_COLOURS[7],
}


def scene(name: str, anatomy: Anatomy) -> dict[str, Any]:
    """Plain JSON: stations with shares of the largest, heights, and their insides."""
    stations = anatomy.stations
    most = max(station.parameters for station in stations)
    busiest = max(station.multiply_adds for station in stations)
    reach = log2(max(_side(station) for station in stations)) + 1
    return {
        "name": name,
        "rows": [
            "side of the maps",
            f"parameters: {short(anatomy.parameters)}",
            f"multiply-adds: {short(anatomy.multiply_adds)}",
        ],
        "colours": COLOURS,
        "start": opening(anatomy),
        "stations": [
            {
                "title": station.title,
                "kind": station.kind,
                "colour": COLOURS[station.kind],
                "height": (log2(_side(station)) + 1) / reach,
                "skips": _skips(station),
                "parameters": station.parameters / most,
                "adds": station.multiply_adds / busiest,
                "says": says(station, anatomy),
                "items": [_item(item) for item in station.items],
            }
            for station in stations
        ],
    }


def opening(anatomy: Anatomy) -> int:
    """The first block with branches, else where most parameters are."""
    forks = [
        place
        for place, station in enumerate(anatomy.stations)
        if any(isinstance(item, Fork) for item in station.items)
    ]
    costs = [station.parameters for station in anatomy.stations]
    return forks[0] if forks else costs.index(max(costs))


def short(count: int) -> str:
    """A count with three or four digits: "138.4 million", "15.47 billion", "61 706"."""
    for unit, name in ((10**9, "billion"), (10**6, "million")):
        if count >= unit:
            return f"{count / unit:.4g} {name}"
    return grouped(count)


def shape_words(shape: tuple[int, ...]) -> str:
    """Channels and side: "64 maps of 56×56"; without places "1000 numbers"."""
    if len(shape) < 3 or shape[1] * shape[2] == 1:
        return f"{shape[0]} numbers"
    return f"{shape[0]} maps of {shape[1]}×{shape[2]}"


def sight_words(sight: int) -> str:
    """A receptive field."""
    return "the whole picture" if sight >= WHOLE else f"{sight}×{sight} pixels"


def says(station: Station, anatomy: Anatomy) -> str:
    """One station's output, costs and sight."""
    share = percent(station.parameters / anatomy.parameters, 1)
    adds = percent(station.multiply_adds / anatomy.multiply_adds, 1)
    return (
        f"{shape_words(station.shape)}; {grouped(station.parameters)} parameters ({share}); "
        f"{short(station.multiply_adds)} multiply-adds ({adds}); sees {sight_words(station.sight)}"
    )


def total_words(title: str, what: str, anatomy: Anatomy) -> str:
    """The whole network in a sentence or two; Markdown. ``what`` was new about it."""
    dense = [op for s in anatomy.stations for op in ops(s.items) if _is_dense(op)]
    held = sum(op.parameters for op in dense) / anatomy.parameters
    done = sum(op.multiply_adds for op in dense) / anatomy.multiply_adds
    return (
        f"**{title}**, {anatomy.depth} layers deep. {what} Dense layers: **{_part(held)}** "
        f"of parameters, **{_part(done)}** of multiply-adds."
    )


def lecture_words(anatomy: Anatomy) -> str:
    """The lecture's dense layer beside this network's first one; Markdown."""
    inputs = LECTURE_SIDE * LECTURE_SIDE * 3
    first = anatomy.stations[0]
    return (
        f"The lecture’s dense layer: {LECTURE_SIDE}·{LECTURE_SIDE}·3 = {grouped(inputs)} inputs, "
        f"{LECTURE_UNITS} units, {grouped((inputs + 1) * LECTURE_UNITS)} parameters. This net’s "
        f"first layer gives {shape_words(first.shape)} with {grouped(first.parameters)}, "
        "and for larger pictures no more."
    )


def table(anatomy: Anatomy) -> list[dict[str, Any]]:
    """Layer by layer: every operation, with its block."""
    return [
        {
            "block": f"{place + 1}. {station.title}",
            "operation": ", ".join((op.title, *op.extras)),
            "output": "×".join(str(size) for size in op.shape),
            "parameters": op.parameters,
            "multiply-adds": op.multiply_adds,
            "sees": sight_words(op.sight),
        }
        for place, station in enumerate(anatomy.stations)
        for op in ops(station.items)
    ]


def code(title: str, build: str, picture: tuple[int, int, int]) -> str:
    """A program that counts the same; ``build``: a line that makes ``module``."""
    return f"""\
import torch

with torch.device("meta"):  # shapes without numbers: nothing is drawn, nothing downloaded
    {build}

from dlviz.core.zoo.trace import anatomy

net = anatomy(module, {picture})
for station in net.stations:
    print(station.title, station.shape, station.parameters, station.multiply_adds)
print("{title}:", net.parameters, "parameters,", net.multiply_adds, "multiply-adds")
"""


def _part(share: float) -> str:
    return "less than 1 %" if 0 < share < 0.005 else percent(share)


def _is_dense(op: Op) -> bool:
    return op.kind == "dense" and len(op.shape) == 1


def _skips(station: Station) -> bool:
    return any(isinstance(item, Fork) and item.join.title == "+" for item in station.items)


def _side(station: Station) -> int:
    return station.shape[1] if len(station.shape) == 3 else 1


def _item(item: Op | Fork) -> dict[str, Any]:
    if isinstance(item, Fork):
        branches = [[_item(part) for part in branch] for branch in item.branches]
        return {"branches": branches, "join": _item(item.join)}
    return {
        "title": item.title,
        "kind": item.kind,
        "extras": ", ".join(item.extras),
        "shape": "×".join(str(size) for size in item.shape),
    }
