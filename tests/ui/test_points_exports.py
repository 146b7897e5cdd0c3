"""The points page's codes and files: of the controls, or of the last run with its changes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.points.specs import PointsChange, PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.runs.jobs import State
from dlviz.runs.records import Record
from dlviz.runs.visitors import Visitor
from dlviz.ui import points_exports as exports
from dlviz.ui.exports import LAST, NOW
from dlviz.ui.points_exports import spec_json
from tests.ui.exports_page import files, only_visitor, page_with, sound

SPEC = PointsSpec()
CHANGED = replace(SPEC, interventions=(PointsChange(7, "weight:0:1:0", 0.125),))


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    return only_visitor(monkeypatch, exports)


@pytest.fixture
def panel(visitor: Visitor) -> Callable[[PointsSpec], AppTest]:
    return page_with(exports.points_exports, PointsSpec)


def keep(visitor: Visitor, spec: PointsSpec) -> None:
    visitor.points_records.add(
        Record(
            key="a",
            title="seed 0",
            spec=spec,
            device="CPU",
            state=State.DONE,
            steps=((1, 0.75, 0.5, 0.1),),
            scores=((1, 0.5, 0.75),),
            findings=(),
            message="",
            began=0.0,
        )
    )


def test_it_has_both_codes_and_the_settings(panel) -> None:
    test = panel(SPEC)
    numpy_code, torch_code = (item.value for item in test.code)
    for code in (numpy_code, torch_code):
        ast.parse(code)
    assert "import torch" not in numpy_code
    assert "nn.Linear(2, 4)" in torch_code
    assert [tab.label for tab in test.tabs] == ["NumPy", "PyTorch"]
    assert list(files(test)) == ["NumPy script", "PyTorch script", "Settings (JSON)"]
    assert not test.radio


def test_the_last_run_is_offered_with_what_was_changed_by_hand(panel, visitor) -> None:
    keep(visitor, CHANGED)
    test = panel(SPEC)
    assert "by_hand" not in test.code[0].value
    assert list(files(test))[-1] == "History (CSV)"
    (radio,) = test.radio
    assert radio.options == [NOW, LAST]
    sound(radio.set_value(LAST).run())
    assert "w[0][1, 0] = 0.125" in test.code[0].value
    assert "layers[0].weight.data[1, 0] = 0.125" in test.code[1].value


def test_there_is_no_choice_where_both_are_the_same(panel, visitor) -> None:
    keep(visitor, SPEC)
    assert not panel(SPEC).radio


def test_the_file_of_the_settings_is_read_again() -> None:
    painted = PointsData("painted", painted=((0.5, -1.25, 2), (0.0, 1.0, 0)))
    net = PointsNet(("x1x2", "sin_x2"), PointsNet.hidden_from("3elu"), dropout=0.25)
    for spec in (CHANGED, PointsSpec(painted, net, PointsTrain(l1=0.5))):
        assert PointsSpec.from_json(spec_json(spec)) == spec
        assert len(spec_json(spec).splitlines()) > 20


def test_dropout_is_told_beside_the_torch_code(panel) -> None:
    assert not any("other units" in item.value for item in panel(SPEC).caption)
    dropped = replace(SPEC, net=replace(SPEC.net, dropout=0.5))
    assert any("other units" in item.value for item in panel(dropped).caption)
