"""Recorded runs are whole, small and strict JSON."""

from __future__ import annotations

import json

import pytest

from dlviz.core.data import ImageData
from dlviz.core.networks import OFFERED, Preset
from dlviz.core.specs import NetSpec, RunSpec, TrainSpec, layer
from dlviz.runs.record_runs import MAX_BYTES, packed, record_run, shortened


def test_a_recorded_run_is_its_last_frame(
    small_data: ImageData, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = NetSpec((layer("flatten"), layer("dense")))
    spec = RunSpec(net, train=TrainSpec(batch_size=16, epochs=4))
    monkeypatch.setattr("dlviz.runs.record_runs.MAX_POINTS", 20)
    monkeypatch.setitem(OFFERED, "tiny", Preset("Tiny", "Nothing.", spec))
    frame = record_run("tiny")
    assert frame["state"] == "done"
    assert len(frame["steps"]) in (18, 19)
    assert [frame["steps"][index][0] for index in (0, -1)] == [1, 52]
    assert frame["scores"][-1][0] == frame["verdict"]["step"] == frame["health"]["step"] == 52
    assert all(len(point) == 4 for point in frame["steps"])
    assert json.loads(packed(frame)) == frame


def test_the_least_sure_mistakes_go_first() -> None:
    mistakes = [{"index": index, "picture": "x" * 5000} for index in range(12)]
    frame = {
        "steps": [(step, 1 / 3, 0.5, 0.1) for step in range(1, 2001)],
        "scores": [(0, 2.34567, 0.5)],
        "verdict": {"mistakes": mistakes},
    }
    told = shortened(frame)
    assert len(packed(told)) <= MAX_BYTES
    kept = [mistake["index"] for mistake in told["verdict"]["mistakes"]]
    assert kept == list(range(len(kept)))
    assert 1 <= len(kept) < 12
    assert told["scores"] == [[0, 2.346, 0.5]]
