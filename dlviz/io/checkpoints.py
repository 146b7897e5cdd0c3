"""Checkpoints: safetensors with the spec as JSON beside the weights. Never pickle.

A file holds one or more snapshots of a run. Tensors are called ``<step>/<parameter>``; the header's
metadata holds the spec, what the net must know of its data, and each snapshot's score. What a
stranger sends is checked against the spec before anything is allocated.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from dlviz.core.data import ImageData
from dlviz.core.events import Score
from dlviz.core.layers import build, plan
from dlviz.core.memory import require_memory
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.core.specs import RunSpec, SpecError
from dlviz.core.transfer_learning.kept import HEAD, TransferSnapshot, shapes_of
from dlviz.core.transfer_learning.run import SIDES
from dlviz.io.datasets import DATASETS, KNOWN, OWN

MAX_BYTES = 40_000_000
MAX_HEADER = 1_000_000
MAX_SNAPSHOTS = 32
MAX_CLASSES = 1000
MAX_SIDE = 512
MAX_NAME = 60
MAX_STEP = 10**9
BATCH = 64  # pictures at once that any lab must be able to pass through the network
FORMAT = "dlviz-1"
ON_BASE = "transfer"  # in the metadata of a net that was learnt on MobileNetV2: the base's side


class CheckpointError(ValueError):
    """Not a checkpoint of dlviz, or over a limit; the message is one sentence."""


def write_checkpoint(snapshots: Sequence[Snapshot], *, half: bool = False) -> bytes:
    """Snapshots of one run as a file. ``half`` stores 16-bit weights: half the size."""
    first = snapshots[0]
    kind = torch.float16 if half else torch.float32
    tensors = {
        f"{shot.step}/{name}": value.to(kind).contiguous()
        for shot in snapshots
        for name, value in shot.weights.items()
    }
    facts = first.facts
    about = {
        "classes": facts.classes,
        "shape": facts.shape,
        "mean": facts.mean,
        "std": facts.std,
        "snapshots": [
            {"step": shot.step, "epoch": shot.epoch, "held_out": _score_out(shot.held_out)}
            for shot in snapshots
        ],
    }
    metadata = {"format": FORMAT, "spec": first.spec.to_json(), "about": json.dumps(about)}
    if isinstance(first, TransferSnapshot):
        metadata[ON_BASE] = str(first.side)
    return save(tensors, metadata=metadata)


def read_checkpoint(data: bytes) -> list[Snapshot]:
    """Snapshots of a file, weights as float32; of a transfer-learnt net, what was learnt.

    Raises ``CheckpointError`` in one sentence for a file that is broken, hostile or over a limit.
    """
    _need(len(data) <= MAX_BYTES, f"A checkpoint has at most {MAX_BYTES // 10**6} MB.")
    header = _header(data)
    metadata = header.pop("__metadata__", {})
    _need(
        isinstance(metadata, dict) and metadata.get("format") == FORMAT,
        "This file is not a checkpoint saved by dlviz.",
    )
    try:
        spec = RunSpec.from_json(metadata["spec"])
        facts, shots = _about(metadata["about"])
        side = _side(metadata, spec)
        rows = [] if side else plan(spec.net, facts.shape, len(facts.classes))
        require_memory(rows, BATCH)
    except CheckpointError:
        raise
    except SpecError as error:
        raise CheckpointError(f"The checkpoint's spec is refused: {error}") from error
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise CheckpointError("The checkpoint's description is damaged.") from error
    _need(spec.data.name == _text(spec.data.name), "The checkpoint's data set has no proper name.")
    numbers = len(shots) * sum(row.parameters for row in rows)
    _need(2 * numbers <= len(data), "The checkpoint is shorter than its own network's weights.")
    shapes = _learnt_shapes(header, facts) if side else _shapes(spec, facts)
    expected = {f"{s['step']}/{name}": shape for s in shots for name, shape in shapes.items()}
    _compare(header, expected)
    try:
        tensors = load(data)
    except (SafetensorError, ValueError) as error:
        raise CheckpointError("The checkpoint's weights are damaged.") from error
    found = [_snapshot(item, tensors, shapes, spec, facts) for item in shots]
    return [_on_base(shot, side) for shot in found] if side else found


def require_known_data(snapshot: Snapshot, own: Mapping[str, ImageData] | None = None) -> None:
    """Raises ``CheckpointError`` unless the net's own data set is registered here and fits it.

    The labs show a net on the held-out pictures of its data set: they need both to agree.
    ``own``: the visitor's own pictures by name, which count as registered.
    """
    name, facts = snapshot.spec.data.name, snapshot.facts
    entry = (own or {}).get(name) or KNOWN.get(name)
    _need(
        entry is not None or not name.startswith(OWN),
        "The checkpoint was trained on its owner's own pictures: add the same ones under Data"
        " first, then load it.",
    )
    if entry is None:
        raise CheckpointError(
            f"The checkpoint was trained on {name[:40]!r}, which is not among"
            f" {', '.join(DATASETS)}."
        )
    _need(
        facts.classes == entry.classes and facts.shape == entry.shape,
        f"The checkpoint's classes or picture size are not those of its data set {name!r}.",
    )


def _need(condition: bool, sentence: str) -> None:
    if not condition:
        raise CheckpointError(sentence)


def _header(data: bytes) -> dict[str, Any]:
    _need(len(data) >= 8, "The file is too short to be a checkpoint.")
    (length,) = struct.unpack("<Q", data[:8])
    _need(
        length <= MAX_HEADER and 8 + length <= len(data),
        "The file is not in the safetensors format.",
    )
    try:
        header = json.loads(data[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        raise CheckpointError("The file is not in the safetensors format.") from error
    _need(isinstance(header, dict), "The file is not in the safetensors format.")
    return dict(header)


def _about(text: str) -> tuple[DataFacts, list[dict[str, Any]]]:
    about = json.loads(text)
    classes = tuple(_text(str(name)) for name in about["classes"])
    channels, height, width = (int(extent) for extent in about["shape"])
    mean = tuple(float(value) for value in about["mean"])
    std = tuple(float(value) for value in about["std"])
    _need(2 <= len(classes) <= MAX_CLASSES, f"A classifier has 2 to {MAX_CLASSES} classes.")
    _need(
        channels in (1, 3) and min(height, width) >= 1 and max(height, width) <= MAX_SIDE,
        f"Pictures are grey or RGB, at most {MAX_SIDE} pixels a side.",
    )
    _need(
        len(mean) == len(std) == channels
        and all(abs(value) <= 1e6 for value in mean)
        and all(1e-6 <= value <= 1e6 for value in std),
        "The checkpoint's normalisation is damaged.",
    )
    shots = about["snapshots"]
    _need(
        isinstance(shots, list) and 1 <= len(shots) <= MAX_SNAPSHOTS,
        f"A checkpoint holds 1 to {MAX_SNAPSHOTS} snapshots.",
    )
    shots = [{**item, "step": int(item["step"]), "epoch": float(item["epoch"])} for item in shots]
    steps = [item["step"] for item in shots]
    _need(
        steps == sorted(set(steps)) and steps[0] >= 0 and steps[-1] <= MAX_STEP,
        f"A checkpoint's steps are whole numbers up to {MAX_STEP} in ascending order.",
    )
    _need(
        all(math.isfinite(item["epoch"]) for item in shots),
        "The checkpoint has an epoch that is not a finite number.",
    )
    return DataFacts(classes, (channels, height, width), mean, std), shots


def _text(name: str) -> str:
    """A stranger's text, short and such that a browser can be sent it: JSON may hold half a
    surrogate pair, which is not UTF-8."""
    return name[:MAX_NAME].encode("utf-8", "replace").decode()


def _shapes(spec: RunSpec, facts: DataFacts) -> dict[str, tuple[int, ...]]:
    """Names and shapes that the spec's network has; at most ``MAX_PARAMETERS`` numbers."""
    try:
        module, _ = build(spec.net, facts.shape, len(facts.classes), torch.Generator())
    except (TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError("The checkpoint's network cannot be built.") from error
    return {name: tuple(value.shape) for name, value in module.state_dict().items()}


def _side(metadata: Mapping[str, Any], spec: RunSpec) -> int:
    """Of a transfer-learnt net the side that its base takes, else 0."""
    if ON_BASE not in metadata:
        return 0
    known = {str(side): side for side in SIDES}
    _need(
        metadata[ON_BASE] in known and spec.net == HEAD,
        "The checkpoint's transfer-learnt net is none that dlviz makes.",
    )
    return known[metadata[ON_BASE]]


def _learnt_shapes(header: Mapping[str, Any], facts: DataFacts) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a head, and of the last block where the file has one."""
    from dlviz.io.models import load_model  # which reads checkpoints

    tuned = any("/top." in name for name in header)
    return shapes_of(load_model("mobilenet_v2"), len(facts.classes), tuned=tuned)


def _on_base(shot: Snapshot, side: int) -> TransferSnapshot:
    from dlviz.io.models import load_model

    base = load_model("mobilenet_v2")
    fields = (shot.step, shot.epoch, shot.weights, shot.spec, shot.facts, shot.held_out)
    return TransferSnapshot(*fields, base=base, side=side)


def _compare(header: Mapping[str, Any], expected: Mapping[str, tuple[int, ...]]) -> None:
    _need(
        set(header) == set(expected), "The checkpoint's weights are not those of its own network."
    )
    for name, shape in expected.items():
        entry = header[name]
        _need(
            isinstance(entry, dict)
            and entry.get("shape") == list(shape)
            and entry.get("dtype") in ("F16", "F32"),
            f"The checkpoint's weight {name[:60]!r} does not have the shape of its network.",
        )


def _snapshot(
    item: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
    shapes: Mapping[str, tuple[int, ...]],
    spec: RunSpec,
    facts: DataFacts,
) -> Snapshot:
    weights = {name: tensors[f"{item['step']}/{name}"].to(torch.float32) for name in shapes}
    _need(
        all(bool(torch.isfinite(value).all()) for value in weights.values()),
        "The checkpoint has weights that are not finite numbers.",
    )
    # A batch norm divides by the root of this.
    spreads = (value for name, value in weights.items() if name.endswith("running_var"))
    _need(
        all(bool((value >= 0).all()) for value in spreads),
        "The checkpoint has a batch norm with a negative variance.",
    )
    score = _score_in(item.get("held_out"))
    return Snapshot(item["step"], item["epoch"], weights, spec, facts, score)


def _score_out(score: Score | None) -> list[float] | None:
    return None if score is None else [score.step, score.loss, score.accuracy, score.count]


def _score_in(raw: object) -> Score | None:
    if not isinstance(raw, list) or len(raw) != 4:
        return None
    try:
        step, loss, accuracy, count = raw
        score = Score(int(step), float(loss), float(accuracy), int(count))
    except (TypeError, ValueError, OverflowError):
        return None
    return score if math.isfinite(score.loss) and 0 <= score.accuracy <= 1 else None
