"""Pictures with a box drawn by hand, and the code and words of the view “IoU”."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Framed:
    """A photograph with the box around one thing, and one beside it to begin with, in pixels."""

    title: str
    photograph: str
    truth: Box
    start: Box


FRAMED: dict[str, Framed] = {
    "cup": Framed("The cup", "coffee", (147, 15, 350, 262), (220, 70, 470, 300)),
    "eye": Framed("The cat’s eye", "cat", (133, 84, 209, 149), (170, 110, 240, 180)),
    "rocket": Framed("The rocket", "rocket", (244, 102, 270, 326), (254, 102, 280, 326)),
}


def overlap_code(box: Box, truth: Box) -> str:
    """A program that works out the IoU of two boxes, with torchvision beside it."""
    return f"""import torch
from torchvision.ops import box_iou

box, truth = {box}, {truth}  # left, top, right, bottom


def area(b):
    return max(0, b[2] - b[0]) * max(0, b[3] - b[1])


both = (max(box[0], truth[0]), max(box[1], truth[1]), min(box[2], truth[2]), min(box[3], truth[3]))
intersection = area(both)
union = area(box) + area(truth) - intersection
print(intersection, "/", union, "=", intersection / union)
print(box_iou(torch.tensor([box]).float(), torch.tensor([truth]).float()).item())
"""
