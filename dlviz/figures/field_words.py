"""What a unit sees of the picture, in one sentence with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from dlviz.core.receptive import receptive_field

LARGEST = 8192  # pixels: no field here is larger

Box = Sequence[int]


def whole_field(model: nn.Module, layer: str, height: int, width: int) -> tuple[int, int] | None:
    """(height, width) of a unit's receptive field where no border cuts it, in pixels.

    Found on pictures so large that it fits. None where it cannot be followed.
    """
    size = max(height, width)
    while size <= LARGEST:
        size *= 2
        try:
            seen = receptive_field(model, layer, size, size)
        except ValueError:
            return None
        # In the middle, which is farthest from the borders.
        rows, columns = (axis[len(axis) // 2].tolist() for axis in (seen.rows, seen.columns))
        if min(rows[0], columns[0]) > 0 and max(rows[1], columns[1]) < size:
            return rows[1] - rows[0], columns[1] - columns[0]
    return None


def field_words(field: tuple[int, int] | None, size: tuple[int, int], boxes: Sequence[Box]) -> str:
    """How large the unit's field is, and how much of it lies in the pictures with these boxes.

    ``size``: the pictures' height and width.
    """
    all_of_it = sum(_extent(box) == size for box in boxes)
    every = "each" if all_of_it == len(boxes) else f"{all_of_it} of the {len(boxes)}"
    seen = f"{every} {'sees' if all_of_it in (1, len(boxes)) else 'see'} the whole picture"
    if field is None:
        return f"{seen[0].upper()}{seen[1:]}." if all_of_it else ""
    named = f"A unit here sees {_by(field)} pixels"
    if field[0] > size[0] or field[1] > size[1]:
        rest = f": {seen}" if all_of_it else ""
        return f"{named}, more than the picture’s {_by(size)}{rest}."
    cut = sum(_extent(box) != field for box in boxes)
    if not cut:
        return f"{named} of {_by(size)}."
    return f"{named} of {_by(size)}; {cut} of the {len(boxes)} patches are cut off at the border."


def _extent(box: Box) -> tuple[int, int]:
    x0, y0, x1, y1 = box
    return y1 - y0, x1 - x0


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"
