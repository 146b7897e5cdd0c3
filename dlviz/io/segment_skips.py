"""Recorded: what small U-Nets came to with and without skip connections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from dlviz.io.assets import ASSETS, AssetError, asset_path

FILE = "taught/segment_skips.json"
SEEDS = 3

Skips = Mapping[str, Mapping[str, list[float]]]


@cache
def recorded_skips() -> Skips:
    """Subject → "on" and "off" → held-out IoU by seed. Raises ``AssetError`` if not there."""
    try:
        found: Skips = json.loads(asset_path(FILE).read_text("utf-8"))
    except ValueError as error:
        raise AssetError(f"assets/{FILE} is damaged; rebuild it.") from error
    return found


def write_skips(found: Skips) -> None:
    """Write the file."""
    (ASSETS / FILE).write_text(json.dumps(found, separators=(",", ":")), "utf-8")
