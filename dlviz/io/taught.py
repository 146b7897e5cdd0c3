"""Recorded taught runs, kept in ``assets/taught/``: a frame of the live channel, and weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from dlviz.io.assets import AssetError, asset_path

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
