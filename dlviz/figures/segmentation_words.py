"""The view “segment” in words with its current numbers, and the net as a drawing."""

from __future__ import annotations

from statistics import mean
from typing import Any

from dlviz.core.segmentation.overlay import large, painted
from dlviz.core.segmentation.scores import (
    Counts,
    Cut,
    class_counts,
    count,
    mean_dice,
    mean_iou,
    present,
    thresholded,
)
from dlviz.core.segmentation.unet import Stage, UNet
from dlviz.core.words import grouped
from dlviz.figures.segmentation import Panel, coloured
from dlviz.io.segment_skips import recorded_skips
from dlviz.io.segmentation import Masks

TASKS = {
    "cells": "Which pixels are cell? What has grains inside is one, an empty shell is not.",
    "parts": "Which pixels are head, ear, eye, nose or mouth, horn or tusk?",
}
STYLE = (
    ".unet { border-collapse: collapse; font-size: 15px; text-align: center; } "
    ".unet td { padding: 4px 10px; border: 0; } .unet th { border: 0; } "
    ".unet .box { display: inline-block; border: 2px solid #0072B2; border-radius: 6px; "
    "padding: 3px 8px; } .unet small { font-size: 14px; }"
)
LEGEND = (
    "**Green**: right. **Blue, striped**: missed. **Orange, grid**: too much. "
    "White line: the truth."
)


def cell_words(masks: Masks, chance: float, chosen: Cut, best: Cut) -> str:
    """Net and threshold over all held-out pictures together, as the sliders stand."""
    found = count(masks.at(chance) == 1, masks.true == 1)
    total = len(masks.true)
    same = "the best that there is" if chosen == best else f"the best one has {best.counts.iou:.3f}"
    return (
        f"Over all {total} held-out pictures: the net **IoU {found.iou:.3f}**, Dice "
        f"{found.dice:.3f}; this threshold **IoU {chosen.counts.iou:.3f}**, Dice "
        f"{chosen.counts.dice:.3f} ({same}, although it was chosen knowing the truth). "
        f"IoU = right / (right + missed + too much) = {grouped(found.right)} / "
        f"({grouped(found.right)} + {grouped(found.missed)} + {grouped(found.extra)}); "
        "Dice = 2·IoU / (1 + IoU)."
    )


def part_words(masks: Masks) -> str:
    """IoU of each part over all held-out pictures together, and their mean."""
    counts = _part_counts(masks)
    each = ", ".join(
        f"{name} {item.iou:.2f}" for name, item in zip(masks.classes[1:], counts[1:], strict=True)
    )
    return (
        f"Over all {len(masks.true)} held-out pictures: mean **IoU {mean_iou(counts):.3f}**, Dice "
        f"{mean_dice(counts):.3f}; {each}. Small parts have much edge for their size, and each "
        "pixel there counts more. In the masks the head is orange, ears light blue, eyes green, "
        "nose and mouth yellow, horns and tusks dark blue."
    )


def _part_counts(masks: Masks) -> tuple[Counts, ...]:
    return class_counts(masks.said, masks.true, len(masks.classes))


def cell_panels(masks: Masks, place: int, chance: float, chosen: Cut) -> list[Panel]:
    """A picture, its truth, the net's mask over it, and the threshold's."""
    pixels, true = masks.pixels[place], masks.true[place]
    net = masks.at(chance)[place]
    simple = thresholded(masks.grey[place], chosen.level, dark=chosen.dark).astype(int)
    return [
        Panel("picture", large(pixels)),
        Panel("truth", coloured(true)),
        _over("net", pixels, net, true),
        _over("threshold", pixels, simple, true),
    ]


def part_panels(masks: Masks, place: int) -> list[Panel]:
    """A picture, its truth, what the net says in the same colours, and what is right of it."""
    pixels, true, said = masks.pixels[place], masks.true[place], masks.said[place]
    return [
        Panel("picture", large(pixels)),
        Panel("truth", coloured(true)),
        Panel("net", coloured(said)),
        _over("net", pixels, said, true),
    ]


def _over(name: str, pixels: Any, said: Any, true: Any) -> Panel:
    counts = present(class_counts(said, true, max(int(true.max()), int(said.max())) + 1))
    return Panel(f"{name}: IoU {mean_iou(counts):.2f}", painted(pixels, said, true))


def net_words(net: UNet) -> str:
    """How many numbers it learns, and what skips are for."""
    across = (
        "Where the way up reaches a size again, the maps from the way down join it (⇢): coarse "
        "maps know *what*, fine maps know *where*."
        if net.skips
        else "Nothing goes across: what the edge of a mask is made of has to pass 16×16 places."
    )
    return f"It learns **{grouped(net.learnt)} numbers**. {across}"


def compared() -> str:
    """Skips on and off in a table in Markdown, mean and single runs."""
    rows = []
    for subject, title in (("cells", "Cells"), ("parts", "Creatures’ parts")):
        for name, words in (("on", "with skips"), ("off", "without")):
            runs = recorded_skips()[subject][name]
            each = ", ".join(f"{value:.3f}" for value in runs)
            rows.append(f"| {title} | {words} | **{mean(runs):.3f}** | {each} |")
    return (
        "| held-out IoU after 10 epochs of 400 pictures | | mean | seeds 0, 1, 2 |\n"
        "| --- | --- | --- | --- |\n" + "\n".join(rows)
    )


def drawing(net: UNet, channels: int, side: int = 64) -> str:
    """The net as HTML: encoder to the left going down, decoder to the right going up."""
    picture, one, two, bottom, back_two, back_one, head = net.stages(channels, side)
    arrow = "⇢" if net.skips else ""
    rows = (
        (picture, None, head),
        (one, arrow, back_one),
        (two, arrow, back_two),
        (None, bottom, None),
    )
    cells = "".join("<tr>" + "".join(f"<td>{_cell(item)}</td>" for item in row) + "</tr>"
                    for row in rows)  # fmt: skip
    heads = "<tr><th>encode ↓</th><th>skip</th><th>↑ decode</th></tr>"
    return f'<style>{STYLE}</style><table class="unet">{heads}{cells}</table>'


def _cell(item: Stage | str | None) -> str:
    if not isinstance(item, Stage):
        return item or ""
    joined = f"<br><small>first joined by {item.bridge} maps ⇠</small>" if item.bridge else ""
    width = 30 + item.side
    return (
        f'<div class="box" style="min-width:{width}px"><b>{item.title}</b><br>'
        f"{item.channels} × {item.side} × {item.side}{joined}</div>"
    )
