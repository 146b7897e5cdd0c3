"""The panel that gives away code and files: what it shows, of which run, and when it cannot."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.core.specs import DataSpec, Intervention, NetSpec, RunSpec, TrainSpec, layer
from dlviz.io import onnx
from dlviz.runs.devices import devices
from dlviz.runs.jobs import State
from dlviz.runs.records import Record, Records
from dlviz.runs.visitors import Visitor
from dlviz.ui import data, exports
from dlviz.ui.exports import LAST, NOW, spec_json
from tests.ui.exports_page import files, only_visitor, page_with, sound

SPEC = RunSpec(NetSpec((layer("flatten"), layer("dense"))))
CHANGED = replace(SPEC, interventions=(Intervention(7, "learning_rate", 0.125),))


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    return only_visitor(monkeypatch, exports, data)


@pytest.fixture
def panel(visitor: Visitor) -> Callable[[RunSpec], AppTest]:
    return page_with(exports.exports_panel, RunSpec)


def keep(records: Records, spec: RunSpec, device: str = "Some GPU") -> None:
    steps, scores = ((1, 2.5, 0.25, 0.003),), ((1, 2.25, 0.5),)
    made = {"title": "seed 0", "spec": spec, "device": device, "state": State.DONE}
    ended = {"findings": (), "message": "", "began": 0.0, "total_steps": 1}
    records.add(Record(key="a", steps=steps, scores=scores, **made, **ended))


def test_it_has_both_codes_and_the_files_of_what_the_controls_say(panel) -> None:
    test = panel(SPEC)
    script, keras = (item.value for item in test.code)
    for code in (script, keras):
        ast.parse(code)
    assert "nn.Linear(784, 10)" in script
    assert "layers.Dense(10" in keras
    assert [tab.label for tab in test.tabs] == ["PyTorch", "Keras"]
    assert list(files(test)) == ["PyTorch script", "Keras code", "Settings (JSON)"]
    (make,) = test.button
    assert make.label == "Make the ONNX file"
    assert make.disabled
    assert any(item.value.startswith("ONNX needs") for item in test.caption)


def test_the_last_run_is_offered_with_what_was_changed_by_hand(panel, visitor) -> None:
    keep(visitor.records, CHANGED)
    test = panel(SPEC)
    assert "by_hand" not in test.code[0].value
    assert "History (CSV)" in files(test)
    (radio,) = test.radio
    assert radio.options == [NOW, LAST]
    sound(radio.set_value(LAST).run())
    assert "7: 0.125," in test.code[0].value
    assert any("The run was on Some GPU" in item.value for item in test.caption)


def test_a_run_on_the_cpu_is_not_told_of_another_device(panel, visitor) -> None:
    keep(visitor.records, SPEC, devices()[-1].title)
    told = [item.value for item in panel(SPEC).caption]
    assert any("to the last digit on a CPU." in words for words in told)
    assert not any("The run was on" in words for words in told)


def test_there_is_no_choice_where_both_are_the_same(panel, visitor) -> None:
    keep(visitor.records, SPEC)
    assert not panel(SPEC).radio


def test_batch_norm_asks_how_many_pictures_there_are(panel) -> None:
    """An epoch may leave one over, of which torch's own batch norm cannot take the deviation."""
    net = NetSpec((layer("flatten"), layer("batch_norm"), layer("dense")))
    assert 8000 % 421 == 1
    for batch, name in ((421, " VectorNorm(784)"), (64, " nn.BatchNorm1d(784)")):
        spec = RunSpec(net, train=TrainSpec(batch_size=batch))
        assert name in panel(spec).code[0].value


def test_a_net_that_does_not_fit_and_strange_pictures_are_a_sentence(panel) -> None:
    wrong = replace(SPEC, net=NetSpec((layer("dense"),)))
    for spec, told in (
        (wrong, "Layer 1: A dense layer needs a flat vector"),
        (replace(SPEC, data=DataSpec("own-0123")), "pictures of somebody's own"),
    ):
        test = panel(spec)
        assert told in test.info[0].value
        assert not test.code
        assert "PyTorch script" not in files(test)
        assert files(test)["Settings (JSON)"]


def test_the_file_of_the_settings_is_read_again() -> None:
    spec = replace(CHANGED, train=TrainSpec(seed=3, schedule="cosine"))
    assert RunSpec.from_json(spec_json(spec)) == spec
    assert len(spec_json(spec).splitlines()) > 20


def test_an_onnx_file_is_made_on_a_click_and_then_offered(panel, visitor, monkeypatch) -> None:
    """Or a sentence says why there is none; another model has no file yet."""
    facts = DataFacts(("a", "b"), (1, 2, 2), (0.5,), (0.5,))
    weights = {"dense1.weight": torch.zeros(2, 4), "dense1.bias": torch.zeros(2)}
    shot = Snapshot(3, 1.0, weights, SPEC, facts)
    visitor.shelf.add(SPEC, [shot])
    asked = []

    def fails(_snapshot: Snapshot) -> bytes:
        raise onnx.OnnxError("Another is being written.")

    monkeypatch.setattr(onnx, "why_not", lambda: "")
    monkeypatch.setattr(onnx, "write_onnx", fails)
    test = panel(SPEC)
    sound(test.button[0].click().run())
    assert [item.value for item in test.warning] == ["Another is being written."]
    monkeypatch.setattr(onnx, "write_onnx", lambda it: asked.append(it) or b"file")
    sound(test.button[0].click().run())
    assert not test.warning
    assert asked == [shot]
    for _ in range(2):
        assert files(test)["Newest model (ONNX)"]
        assert not test.button
        sound(test.run())
    assert len(asked) == 1
    visitor.shelf.add(SPEC, [shot])
    sound(test.run())
    assert [item.label for item in test.button] == ["Make the ONNX file"]
    assert len(asked) == 1
