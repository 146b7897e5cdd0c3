"""What was read out of the shipped networks, recorded once, kept in ``assets/``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from torch import nn

from dlviz.core.readout import Reading
from dlviz.io.assets import ASSETS, AssetError, asset_path

FILE = "readouts.json"


def weights_digest(model: nn.Module) -> str:
    """What a network's weights are known by."""
    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:24]


def reading_key(digest: str, data: str, count: int) -> str:
    """What a reading is known by: weights, data set, and how many pictures were learnt from."""
    return f"{digest} {data} {count}"


def read_readouts() -> dict[str, Reading]:
    """Key → the reading. Raises ``AssetError`` if the file is missing or damaged."""
    try:
        raw = json.loads(asset_path(FILE).read_text("utf-8"))
        return {key: _reading(item) for key, item in raw.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssetError(f"assets/{FILE} is damaged; rebuild it.") from error


def _reading(raw: Mapping[str, Any]) -> Reading:
    found = dict(raw)
    for name in ("trained", "untrained"):
        found[name] = {layer: tuple(values) for layer, values in raw[name].items()}
    return Reading(**found)


def write_readouts(readings: Mapping[str, Reading]) -> None:
    """Write the file."""
    raw = {key: vars(reading) for key, reading in readings.items()}
    (ASSETS / FILE).write_text(json.dumps(raw, indent=1) + "\n", "utf-8")
