"""Recorded taught runs, kept in ``assets/taught/``: a frame of the live channel, and weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from dlviz.io.assets import ASSETS, AssetError, asset_path

if TYPE_CHECKING:
    from torch import Tensor


@cache
def recorded_frame(kind: str) -> dict[str, Any]:
    """The frame that a viewer had at the end. Raises ``AssetError`` if it is not there."""
    try:
        return dict(json.loads(asset_path(f"taught/{kind}.json").read_text("utf-8")))
    except ValueError as error:
        raise AssetError(f"assets/taught/{kind}.json is damaged; rebuild it.") from error


@cache
def recorded_tensors(kind: str) -> Mapping[str, Tensor]:
    """What it had learnt; all visitors see the same, so read only. Raises ``AssetError``."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(asset_path(f"taught/{kind}.safetensors"))
    except SafetensorError as error:
        raise AssetError(f"assets/taught/{kind}.safetensors is damaged; rebuild it.") from error


def write_taught(
    kind: str, frame: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> tuple[str, ...]:
    """Write both into ``assets/``; what was not learnt by numbers has no second file → files."""
    from safetensors.torch import save_file

    (ASSETS / "taught").mkdir(exist_ok=True)
    files = f"taught/{kind}.json", f"taught/{kind}.safetensors"
    text = json.dumps(frame, separators=(",", ":"), allow_nan=False)
    (ASSETS / files[0]).write_text(text, "utf-8")
    if not tensors:
        return files[:1]
    save_file({key: value.contiguous() for key, value in tensors.items()}, ASSETS / files[1])
    return files
