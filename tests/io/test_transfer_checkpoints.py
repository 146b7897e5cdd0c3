"""A transfer-learnt network as a file: it comes back, and a stranger's changes are refused."""

from __future__ import annotations

import json
import struct
from functools import cache
from typing import Any

import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_learning.kept import TransferSnapshot, snapshot_of
from dlviz.core.transfer_learning.run import TransferRun
from dlviz.io.checkpoints import (
    CheckpointError,
    read_checkpoint,
    require_known_data,
    write_checkpoint,
)
from dlviz.io.datasets import grey_name
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import load_task


@cache
def kept(tuned: int = 1) -> TransferSnapshot:
    settings = (*(("pictures", "cat_fox"), ("each", 2), ("tuned", tuned)), ("side", 96))
    spec = TaughtSpec("transfer", TaughtTrain(3e-4, 1), (*settings, ("weights", True)))
    run = TransferRun(spec, load_model("mobilenet_v2"), load_task("cat_fox"))
    list(run)
    data, base = load_task("cat_fox"), load_model("mobilenet_v2")
    return snapshot_of(spec, run.trained(), data, base, grey_name("cat_fox"))


def changed(data: bytes, **metadata: str) -> bytes:
    (length,) = struct.unpack("<Q", data[:8])
    header: dict[str, Any] = json.loads(data[8 : 8 + length])
    header["__metadata__"] |= metadata
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data[8 + length :]


@pytest.mark.parametrize("tuned", [0, 1])
def test_it_comes_back_as_it_was(tuned: int) -> None:
    shot = kept(tuned)
    (back,) = read_checkpoint(write_checkpoint([shot]))
    assert isinstance(back, TransferSnapshot)
    require_known_data(back)
    assert (back.spec, back.facts, back.side, back.step) == (shot.spec, shot.facts, 96, shot.step)
    images = to_unit(load_task("cat_fox").test_pixels[:9])
    said = shot.classifier.probabilities(images)
    assert torch.allclose(back.classifier.probabilities(images), said, atol=1e-6)
    assert back.classifier.data == "grey_cat_fox"


def test_another_side_or_net_is_refused() -> None:
    data = write_checkpoint([kept()])
    with pytest.raises(CheckpointError, match="none that dlviz makes"):
        read_checkpoint(changed(data, transfer="5000"))
    plain = json.loads(kept().spec.to_json())
    plain["net"]["layers"] = plain["net"]["layers"][-1:]
    with pytest.raises(CheckpointError, match="none that dlviz makes"):
        read_checkpoint(changed(data, spec=json.dumps(plain)))


def test_weights_of_another_count_of_classes_are_refused() -> None:
    data = write_checkpoint([kept()])
    (length,) = struct.unpack("<Q", data[:8])
    about = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["about"])
    about["classes"] = ["a", "b", "c"]
    with pytest.raises(CheckpointError, match="does not have the shape"):
        read_checkpoint(changed(data, about=json.dumps(about)))
