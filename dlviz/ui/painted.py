"""The visitor's own points: three bytes each in the address, and as they are painted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from dlviz.core.points.data import CLASSES, DOMAIN
from dlviz.core.points.specs import MAX_PAINTED, Painted
from dlviz.ui.address import plain

CELLS = 600  # 1/100 of a unit each, from −DOMAIN to DOMAIN


def as_address(points: tuple[Painted, ...]) -> str:
    """Ten bits for each coordinate, four for the class; URL-safe base64."""
    packed = bytearray()
    for x1, x2, label in points:
        bits = (_cell(x1) << 14) | (_cell(x2) << 4) | label
        packed += bits.to_bytes(3, "big")
    return base64.urlsafe_b64encode(packed).decode()


def from_address(text: str) -> tuple[Painted, ...]:
    """What ``as_address`` wrote; ValueError with the end of a sentence for anything else."""
    try:
        packed = base64.b64decode(text[: 4 * MAX_PAINTED + 4], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"points like “{plain(text)}”") from error
    if len(packed) % 3 or len(packed) > 3 * MAX_PAINTED:
        raise ValueError(f"points like “{plain(text)}”")
    return tuple(_point(packed[at : at + 3]) for at in range(0, len(packed), 3))


def from_browser(told: Any) -> tuple[Painted, ...]:
    """[[x₁, x₂, class], …] as the component sends it; what is no point of ours is left out."""
    listed = told.get("points") if isinstance(told, Mapping) else None
    found = []
    for item in listed if isinstance(listed, list) else []:
        try:
            x1, x2, label = (float(value) for value in item)
            inside = abs(x1) <= DOMAIN and abs(x2) <= DOMAIN
        except (TypeError, ValueError):
            continue
        if inside and label in range(len(CLASSES)):
            found.append((round(x1, 2), round(x2, 2), int(label)))
    return tuple(found[:MAX_PAINTED])


def _cell(value: float) -> int:
    return round((value + DOMAIN) * CELLS / (2 * DOMAIN))


def _point(packed: bytes) -> Painted:
    bits = int.from_bytes(packed, "big")
    cells, label = (bits >> 14, (bits >> 4) & 1023), bits & 15
    if max(cells) > CELLS or label >= len(CLASSES):
        raise ValueError("a point outside of the plane")
    x1, x2 = (round(cell * 2 * DOMAIN / CELLS - DOMAIN, 2) for cell in cells)
    return x1, x2, label
