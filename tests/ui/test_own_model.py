"""A model trained on the visitor's own pictures goes the whole road, for them and nobody else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dlviz.core.networks import PRESETS
from dlviz.core.specs import DataSpec, RunSpec, TrainSpec
from dlviz.core.training import Run, Snapshot
from dlviz.io.checkpoints import (
    CheckpointError,
    read_checkpoint,
    require_known_data,
    write_checkpoint,
)
from dlviz.io.datasets import data_for
from dlviz.io.own_pictures import from_drawings, write_zip
from dlviz.runs.own_data import OwnPictures
from dlviz.runs.shelf import Entry
from dlviz.runs.visitors import Visitor


def bars() -> dict[str, list[np.ndarray]]:
    """Lying and standing bars, 12 of each."""
    lying = []
    for at in range(12):
        sheet = np.zeros((28, 28), np.uint8)
        sheet[6 + at : 9 + at, 4:24] = 255
        lying.append(sheet)
    return {"lying": lying, "standing": [sheet.T.copy() for sheet in lying]}


@cache
def trained(shuffled: bool) -> tuple[RunSpec, Snapshot]:
    pictures = OwnPictures()
    data = DataSpec(pictures.add(from_drawings(bars())), shuffled=shuffled)
    spec = RunSpec(PRESETS["digits"].spec.net, data, TrainSpec(epochs=12, batch_size=8))
    *_, last = (
        event for event in Run(spec, data_for(data, pictures)) if isinstance(event, Snapshot)
    )
    return spec, last


@pytest.fixture(params=[False, True], ids=["plain", "shuffled"])
def own(request, mine: Visitor) -> tuple[Visitor, Entry]:
    """A visitor with pictures, and a small net that was trained on them."""
    mine.pictures.add(from_drawings(bars()))
    spec, last = trained(request.param)
    return mine, mine.shelf.add(spec, [last])


def said(test) -> str:
    return " ".join(item.value for item in [*test.error, *test.info, *test.markdown, *test.caption])


def test_it_learns_and_its_model_knows_its_data(own) -> None:
    _, entry = own
    assert entry.accuracy == 1.0
    assert entry.classifier.data == entry.spec.data.key
    assert entry.classifier.classes == ("lying", "standing")
    assert "own pictures" in entry.title


def test_its_channels_can_be_looked_into(own, run_page) -> None:
    visitor, entry = own
    test = run_page("filters", model=entry.key)
    (held_out,) = {len(data.test_labels) for data in visitor.pictures.values()}
    assert f"The best of {held_out} held-out pictures" in said(test)
    visitor.pictures.remove(entry.spec.data.name)
    test.run()
    assert not test.exception
    assert "not, or no longer, here" in said(test)


def test_it_can_be_fooled(own, run_page, monkeypatch) -> None:
    visitor, entry = own

    class Asked:
        def get(self, *_arguments: object) -> None:
            raise AssertionError("a visitor's own pictures went to the shared cache")

    monkeypatch.setattr("dlviz.ui.adversarial.studies.SHARED", Asked())
    test = run_page("adversarial", model=entry.key)
    assert "the net's own answer" in said(test)
    assert "read_checkpoint" in test.code[0].value
    visitor.pictures.remove(entry.spec.data.name)
    test.run()
    assert not test.exception
    assert "not, or no longer, here" in said(test)


@pytest.mark.parametrize("own", [True], indirect=True, ids=["shuffled"])
def test_the_shown_code_runs_from_what_was_saved(own, run_page, tmp_path: Path) -> None:
    visitor, entry = own
    (tmp_path / f"{entry.key}.safetensors").write_bytes(write_checkpoint(entry.snapshots))
    packed = write_zip(visitor.pictures[entry.spec.data.name])
    (tmp_path / "my-pictures.zip").write_bytes(packed)
    code = run_page("filters", model=entry.key).code[0].value
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    assert "torch.Size([" in done.stdout


def test_its_checkpoint_needs_the_same_pictures(own) -> None:
    visitor, entry = own
    (shot,) = read_checkpoint(write_checkpoint(entry.snapshots))
    require_known_data(shot, visitor.pictures)
    stranger = Visitor("B" * 22)
    with pytest.raises(CheckpointError, match="its owner's own pictures: add the same ones"):
        require_known_data(shot, stranger.pictures)
    data = visitor.pictures[entry.spec.data.name]
    assert stranger.pictures.add(replace(data)) == entry.spec.data.name
    require_known_data(shot, stranger.pictures)  # who has the same zip has the same data
