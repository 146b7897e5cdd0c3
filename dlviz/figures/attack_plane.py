"""The plane of two sign directions as a page shows it: regions, numbers, words and a program."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from torch import Tensor

from dlviz.core.attack_plane import Field, Plane, orthogonal_signs
from dlviz.figures.attack import Study
from dlviz.figures.colours import class_colour
from dlviz.figures.number_words import share_text
from dlviz.figures.occlusion import MOST_LABELS, OTHERS, Region, marks, ranks

LARGE = 128  # pixels: wider pictures are measured at fewer points
_CLEAN, _OTHERS, _REST = 1, (0, 2, 3, 4, 5, 6), 7  # of Okabe and Ito's colours, grey is the last


@dataclass(frozen=True)
class Span:
    """Two directions: what the axes are called, and why one looks at this plane."""

    title: str
    across: str
    up: str
    what: str


SPANS: dict[str, Span] = {
    "gradient": Span(
        "Gradient × random",
        "the gradient’s sign",
        "random signs",
        "To the right the loss of the clean answer rises fastest, up and down nothing is chosen.",
    ),
    "random": Span(
        "Random × random",
        "random signs",
        "other random signs",
        "The control: no direction is chosen, and no step is smaller.",
    ),
}


def plane_of(study: Study, span: str, seed: int) -> Plane:
    """The plane of a registered span; ``seed`` draws what is random in it.

    What goes up in the first plane goes across in the second. Raises ValueError where the
    gradient is 0 everywhere: it has no sign to walk along.
    """
    if span == "gradient" and not study.direction.any():
        raise ValueError(
            "The gradient is 0, or rounds to 0, in every pixel: there is no sign to walk along. "
            "Choose the plane of two random directions."
        )
    random = orthogonal_signs(study.direction, seed)
    if span == "gradient":
        return Plane(study.pixels, study.direction, random)
    return Plane(study.pixels, random, orthogonal_signs(random, seed + 1))


def reaches(shape: Sequence[int]) -> tuple[int, list[int]]:
    """(points on each side of the middle, how far the plane may reach in 1/255) for C×H×W.

    The first reach is the usual one: large photographs need least.
    """
    if shape[-1] >= LARGE:
        return 8, [8, 16, 32]
    return 16, [64, 32, 16]


def regions_of(field: Field, classes: Sequence[str]) -> list[Region]:
    """The classes that the field meets, the clean one first, then by area; at most eight.

    The clean class always has the same colour. Where there are more than eight, the rarest share
    the last region.
    """
    area = Counter(field.label.flatten().tolist())
    clean = int(field.label[field.half, field.half])
    ordered = sorted(area, key=lambda label: (label != clean, -area[label], label))
    shown = ordered if len(ordered) <= MOST_LABELS else ordered[: MOST_LABELS - 1]
    paint = (_CLEAN, *_OTHERS, _REST)
    total = area.total()
    found = [
        Region(label, classes[label], chr(65 + rank), class_colour(paint[rank]),
               area[label] / total)
        for rank, label in enumerate(shown)
    ]  # fmt: skip
    if rest := sum(area[label] for label in ordered[len(shown) :]):
        letter = chr(65 + len(shown))
        found.append(Region(OTHERS, "other classes", letter, class_colour(_REST), rest / total))
    return found


def plane_data(
    plane: Plane,
    field: Field,
    span: Span,
    classes: Sequence[str],
    *,
    scene: str,
    file: str,
    heading: str,
) -> dict[str, Any]:
    """What the component shows. ``scene`` names the plane, whatever of it is measured by now."""
    regions = regions_of(field, classes)
    rank = ranks(field.label, regions)
    labels = sorted(set(field.label.flatten().tolist()))
    channels, height, width = plane.pixels.shape
    return {
        "scene": scene,
        "file": file,
        "heading": heading,
        "channels": channels,
        "height": height,
        "width": width,
        "pixels": _text(plane.pixels),
        # Both directions in a byte, as digits to base 3.
        "signs": _text((plane.across + 1) * 3 + plane.up + 1),
        "half": field.half,
        "unit": field.unit,
        "known": field.known.flatten().int().tolist(),
        "names": [classes[label] for label in labels],
        "labels": [labels.index(label) for label in field.label.flatten().tolist()],
        "confidence": _rounded(field.confidence),
        "probability": _rounded(field.probability),
        "regions": [vars(region) for region in regions],
        "ranks": rank.flatten().tolist(),
        "marks": [[int(i), int(j), region] for i, j, region in marks(rank)],
        "axes": [span.across, span.up],
        "target": classes[field.target],
        "start": [field.half // 4 * field.unit, 0],
    }


@dataclass(frozen=True)
class Turn:
    """Where on an axis the answer first is another one: steps, class, and whether it stays so."""

    steps: int
    label: int
    stays: bool


def first_turn(field: Field, axis: str) -> Turn | None:
    """The nearest known point of the positive half of "across" or "up" with another class than the
    middle; None if there is none."""
    middle = field.half
    line = (middle, slice(middle, None)) if axis == "across" else (slice(middle, None), middle)
    labels, known = field.label[line].tolist(), field.known[line].tolist()
    others = [far for far, label in enumerate(labels) if known[far] and label != labels[0]]
    if not others:
        return None
    first = others[0]
    rest = {label for far, label in enumerate(labels) if known[far] and far >= first}
    return Turn(first * field.unit, labels[first], len(rest) == 1)


def step_of(field: Field, axis: str) -> int:
    """The widest gap between two known points of "across" or "up", in steps of 1/255."""
    known = [steps for steps, _ in field.along(axis)]
    return max((after - before for before, after in pairwise(known)), default=field.unit)


def walk_words(field: Field, span: Span, classes: Sequence[str]) -> str:
    """What happens on both axes, in a sentence with the numbers; Markdown."""
    clean = classes[int(field.label[field.half, field.half])]
    reach = field.half * field.unit
    told, turned = [], False
    for axis, name in (("across", span.across), ("up", span.up)):
        turn = first_turn(field, axis)
        if turn is None:
            told.append(f"along **{name}** it stays {clean} up to ε = {reach}/255")
            continue
        other, turned = classes[turn.label], True
        when = f"from ε = {turn.steps}/255 on" if turn.stays else f"first at ε = {turn.steps}/255"
        told.append(f"along **{name}** the answer is {other} {when}")
    share = float((field.label == field.label[field.half, field.half]).double().mean())
    grid = max(step_of(field, axis) for axis in ("across", "up"))
    between = (
        ""
        if grid == 1 or not turned
        else f" An axis is asked about every {grid}/255; the turn may be before."
    )
    done, every = int(field.known.sum()), field.known.numel()
    so_far = "" if done == every else f" Measured so far: {done} of {every} points."
    return (
        f"{told[0][0].upper()}{told[0][1:]}; {told[1]}. Of this piece of the plane "
        f"{share_text(share)} is still {clean}.{between}{so_far}"
    )


def code(load_model: str, load_pixels: str, span: str, seed: int, *, half: int, unit: int) -> str:
    """A program that measures the plane and runs as it stands.

    ``load_model`` and ``load_pixels``: Python that sets ``model``, and ``pixels`` uint8 C×H×W.
    """
    axes = _AXES[span].format(seed=seed, other=seed + 1)
    return f"""\
import torch
from torch.nn import functional as F

from dlviz.core.attack_plane import Plane, field_of, orthogonal_signs
{load_model}
{load_pixels}

image = (pixels / 255)[None].requires_grad_()
logits = model(image)
label = logits.argmax(dim=1)
(gradient,) = torch.autograd.grad(F.cross_entropy(logits, label), image)
sign = gradient[0].sign().to(torch.int8)
{axes}
# Every point is the picture with whole steps of 1/255 along both directions.
plane = Plane(pixels, across, up)
field = field_of(model, plane, half={half}, unit={unit}, target=int(label))
for row in field.label.flip(0).tolist():  # up is up
    print(" ".join(model.classes[at][:4].ljust(4) for at in row))
for steps, probability in field.along("across"):
    print(f"{{steps:4}}/255: {{model.classes[int(label)]}} {{probability:.3f}}")
"""


_AXES: Mapping[str, str] = {
    "gradient": "across, up = sign, orthogonal_signs(sign, {seed})",
    "random": "across = orthogonal_signs(sign, {seed})\nup = orthogonal_signs(across, {other})",
}


def _text(values: Tensor) -> str:
    return base64.b64encode(values.contiguous().numpy().astype("uint8").tobytes()).decode()


def _rounded(values: Tensor) -> list[float]:
    return [round(value, 4) for value in values.flatten().tolist()]
