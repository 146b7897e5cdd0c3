"""Runs on points by name, and beside one another."""

from __future__ import annotations

from dataclasses import replace

from dlviz.core.points.presets import USUAL
from dlviz.core.points.specs import Hidden, PointsData, PointsNet, PointsSpec
from dlviz.runs.compare import bands, differing
from dlviz.runs.jobs import Job, State
from dlviz.runs.naming import name_of_run
from dlviz.runs.points_words import settings_of
from dlviz.runs.records import Records, record_of

SPEC = USUAL


def train(**changes) -> PointsSpec:
    return replace(SPEC, train=replace(SPEC.train, **changes))


def record(spec: PointsSpec):
    return record_of(Job("id", "a", (spec,)), State.DONE)


def test_a_run_is_called_by_its_data_its_layers_and_what_is_not_as_usual() -> None:
    assert name_of_run(SPEC) == "Circle – 4 tanh"
    assert name_of_run(train(learning_rate=0.5, seed=4)) == "Circle – 4 tanh, rate 0.5"
    net = PointsNet(hidden=(Hidden(8, "relu"), Hidden(2, "sigmoid")))
    assert name_of_run(replace(SPEC, net=net)) == "Circle – 8 ReLU, 2 Sigmoid"
    none = PointsNet(hidden=())
    rule = replace(SPEC.train, rule="perceptron")
    assert name_of_run(PointsSpec(PointsData("xor"), none, rule)) == (
        "XOR – no hidden layer, the perceptron’s rule"
    )
    many = train(learning_rate=0.5, l1=0.1, l2=0.1, batch_size=0)
    assert name_of_run(many) == "Circle – 4 tanh, 4 settings changed"
    by_hand = replace(SPEC, interventions=(SPEC.change(3, "bias:0:0", 1.0),))
    assert name_of_run(by_hand) == "Circle – 4 tanh, changed by hand"


def test_every_field_that_makes_two_specs_differ_is_a_setting() -> None:
    others = [
        *(replace(SPEC, data=replace(SPEC.data, **{name: value})) for name, value in DATA.items()),
        *(replace(SPEC, net=replace(SPEC.net, **{name: value})) for name, value in NET.items()),
        *(train(**{name: value}) for name, value in TRAIN.items()),
    ]
    for other in others:
        assert settings_of(other) != settings_of(SPEC), other
        rows = differing([record(SPEC), record(other)])
        assert rows
        assert all(len(set(row.values)) == 2 for row in rows)


DATA = {"name": "xor", "noise": 0.2, "count": 100, "share": 0.5, "seed": 1}
NET = {
    "features": ("x1",),
    "hidden": (Hidden(4, "relu"),),
    "initialisation": "he",
    "dropout": 0.5,
}
TRAIN = {
    "optimiser": "adam",
    "learning_rate": 0.2,
    "l1": 0.1,
    "l2": 0.1,
    "batch_size": 0,
    "epochs": 7,
    "seed": 5,
}


def test_what_was_changed_by_hand_is_told_in_words_that_count_from_one() -> None:
    other = replace(SPEC, interventions=(SPEC.change(40, "weight:0:0:1", -0.5),))
    (row,) = differing([record(SPEC), record(other)])
    assert row.setting == "by hand"
    assert row.values == ("", "w of layer 1 from 2 to 1 −0.5 after step 40")


def test_runs_that_differ_in_their_seed_alone_are_a_band() -> None:
    found = bands([record(train(seed=0)), record(train(epochs=5)), record(train(seed=1))])
    assert [band.seeds for band in found] == [(0, 1), (0,)]


def test_records_number_them() -> None:
    records = Records()
    records.add(record(SPEC))
    assert [kept.title for kept in records.entries()] == ["1: Circle – 4 tanh, seed 0"]
