"""Ended runs beside one another: kept, compared, grouped over seeds, written as a table."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.specs import (
    AdversarialSpec,
    AugmentSpec,
    DataSpec,
    Intervention,
    NetSpec,
    RunSpec,
    TrainSpec,
    layer,
)
from dlviz.runs.compare import bands, differing
from dlviz.runs.jobs import Job, State
from dlviz.runs.records import MAX_RECORDS, Record, Records, record_csv, record_of

SPEC = RunSpec()


def record(spec: RunSpec = SPEC, scores=((0, 2.3, 0.1), (10, 1.0, 0.6)), **changes) -> Record:
    plain = Record("k", "seed 0", spec, "CPU", State.DONE, (), tuple(scores), (), "", 1.0)
    return replace(plain, **changes)


def train(**changes) -> RunSpec:
    return replace(SPEC, train=replace(SPEC.train, **changes))


def test_the_last_records_are_kept_in_order_under_titles_of_their_own() -> None:
    records = Records()
    for number in range(MAX_RECORDS + 3):
        records.add(record(key=f"k{number}"))
    kept = records.entries()
    assert [item.key for item in kept] == [f"k{number}" for number in range(3, MAX_RECORDS + 3)]
    assert len({item.title for item in kept}) == MAX_RECORDS
    assert kept[0].title == "4: Digits – a small CNN, seed 0"
    assert records.get("k2") is None
    assert records.get("k5") is kept[2]
    records.remove("k5")
    records.remove("k5")
    assert len(records.entries()) == MAX_RECORDS - 1
    records.clear()
    assert records.entries() == []


def test_the_number_of_a_run_is_known_before_its_record_comes() -> None:
    records = Records()
    records.add(record(key="a"))
    assert records.number(train(seed=3)) == 2
    assert records.number(train(seed=3)) == 2
    records.add(record(key="b", spec=train(seed=4)))  # of another, that failed: it has no model
    records.add(record(key="c", spec=train(seed=3)))
    records.add(record(key="d", spec=train(seed=3)))  # the same once more is another run
    titles = {item.key: item.title.partition(":")[0] for item in records.entries()}
    assert titles == {"a": "1", "b": "3", "c": "2", "d": "4"}


def test_a_record_is_a_copy_of_its_run() -> None:
    job = Job("id", "a", (SPEC, train(seed=7)), run=2, step=2)
    job.history.add_step(1, 2.0, 0.5, 0.1)
    job.history.add_score(1, 2.5, 0.4)
    job.history.show("findings", [{"name": "slow"}])
    job.changed(Intervention(1, "learning_rate", 0.5))
    found = record_of(job, State.STOPPED)
    job.reset()
    assert found.steps == ((1, 2.0, 0.5, 0.1),)
    assert found.scores == ((1, 2.5, 0.4),)
    assert found.findings == ({"name": "slow"},)
    assert found.title == "run 2 of 2, seed 7"
    assert found.spec.interventions == (Intervention(1, "learning_rate", 0.5),)
    assert replace(found.spec, interventions=()) == train(seed=7)


# -- what differs ------------------------------------------------------------------------------


def test_equal_runs_differ_in_nothing() -> None:
    assert differing([record(), record()]) == []
    assert differing([record()]) == []
    assert differing([]) == []


@pytest.mark.parametrize(
    ("other", "setting", "values"),
    [
        (train(learning_rate=0.1), "learning rate", ("0.003", "0.1")),
        (train(schedule="cosine"), "schedule", ("constant", "cosine")),
        (train(augment=AugmentSpec(flip=True)), "augmentation: flip", ("no", "yes")),
        (replace(SPEC, data=DataSpec("fashion_mnist")), "data set", ("mnist", "fashion_mnist")),
        (replace(SPEC, data=DataSpec(shuffled=True)), "pixels shuffled", ("no", "yes")),
        (replace(SPEC, data=DataSpec(share=0.25)), "share of the pictures", ("1", "0.25")),
        (
            replace(SPEC, interventions=(Intervention(5, "learning_rate", 0.5),)),
            "by hand",
            ("", "learning rate 0.5 after step 5"),
        ),
    ],
)
def test_a_setting_that_differs_is_named_with_its_values(other, setting, values) -> None:
    (row,) = differing([record(), record(other)])
    assert (row.setting, row.values) == (setting, values)


def test_every_field_of_training_and_augmentation_is_compared() -> None:
    """A setting that is added to a spec must not stay unseen."""
    plain = TrainSpec()
    for name in plain.__dataclass_fields__:
        if name in ("augment", "adversarial"):
            continue
        others = {"optimiser": "sgd", "schedule": "step", "momentum": 0.5}
        other = train(**{name: others.get(name, 7)})
        assert len(differing([record(), record(other)])) == 1
    for name in AugmentSpec.__dataclass_fields__:
        augment = AugmentSpec(**{name: {"flip": True, "shift": 3}.get(name, 0.5)})
        assert len(differing([record(), record(train(augment=augment))])) == 1
    for name in AdversarialSpec.__dataclass_fields__:
        hostile = AdversarialSpec(**{name: {"attack": "pgd"}.get(name, 9)})
        assert len(differing([record(), record(train(adversarial=hostile))])) == 1


def test_layers_are_compared_in_their_places() -> None:
    net = NetSpec((*SPEC.net.layers[:-1], layer("dropout", p=0.5), layer("dense")))
    first, second = differing([record(), record(replace(SPEC, net=net))])
    assert (first.setting, first.values) == ("layer 8", ("dense", "dropout, p 0.5"))
    assert (second.setting, second.values) == ("layer 9", ("–", "dense"))


CONV = (layer("conv", channels=8), layer("flatten"), layer("dense"))
WRITTEN = (layer("conv", channels=8, kernel=3, stride=1, padding=0), *CONV[1:])
WIDE = (layer("conv", channels=8, kernel=5), *CONV[1:])


def test_a_default_that_is_written_down_is_no_difference() -> None:
    records = [record(replace(SPEC, net=NetSpec(layers))) for layers in (CONV, WRITTEN, WIDE)]
    assert differing(records[:2]) == []
    assert [band.records for band in bands(records)] == [tuple(records[:2]), (records[2],)]
    (row,) = differing(records)
    assert row.values[0] == row.values[1] == "conv, channels 8, kernel 3, stride 1, padding 0"
    assert row.values[2] == "conv, channels 8, kernel 5, stride 1, padding 0"


def test_a_net_of_an_unknown_kind_is_compared_as_it_is_written() -> None:
    records = [record(replace(SPEC, net=NetSpec((layer("foo", x=x),)))) for x in (1, 2)]
    assert len(bands(records)) == 2
    assert [row.values for row in differing(records)] == [("foo, x 1", "foo, x 2")]


@pytest.mark.parametrize("field", ["learning_rate", "weight_decay"])
def test_what_makes_two_groups_is_a_difference_that_is_seen(field: str) -> None:
    """Also where six digits are the same."""
    records = [record(train(**{field: value})) for value in (0.0012345678, 0.0012345681)]
    assert len(bands(records)) == 2
    assert [row.values for row in differing(records)] == [("0.0012345678", "0.0012345681")]


def test_a_change_by_hand_is_told_to_its_last_digit() -> None:
    logs = [(Intervention(5, "learning_rate", value),) for value in (0.10000001, 0.10000002)]
    (row,) = differing([record(replace(SPEC, interventions=log)) for log in logs])
    assert row.values == tuple(f"learning rate 0.1000000{n} after step 5" for n in (1, 2))


def test_a_whole_number_is_the_same_however_it_is_written() -> None:
    records = [record(train(learning_rate=value)) for value in (1, 1.0)]
    assert differing(records) == []


def test_the_device_is_a_setting() -> None:
    (row,) = differing([record(), record(device="Some GPU")])
    assert row.values == ("CPU", "Some GPU")


# -- bands -------------------------------------------------------------------------------------


def test_runs_that_differ_only_in_their_seed_are_one_band() -> None:
    one, two, other = train(seed=1), train(seed=2), train(seed=1, learning_rate=0.1)
    found = bands([record(one), record(other), record(two)])
    assert [band.seeds for band in found] == [(1, 2), (1,)]
    assert found[0].records[0].spec == one


def test_a_band_is_numpys_lowest_mean_and_highest() -> None:
    dice = np.random.default_rng(0)
    tables = dice.random((5, 4, 2))
    records = [
        record(train(seed=seed), [(step, *row) for step, row in enumerate(table)])
        for seed, table in enumerate(tables)
    ]
    (band,) = bands(records)
    for column, points in enumerate((band.loss, band.accuracy)):
        values = tables[:, :, column]
        assert [point.step for point in points] == [0, 1, 2, 3]
        assert [point.low for point in points] == list(values.min(axis=0))
        assert [point.high for point in points] == list(values.max(axis=0))
        assert [point.mean for point in points] == pytest.approx(list(values.mean(axis=0)))
        assert {point.count for point in points} == {5}


def test_a_run_that_ended_early_says_so_by_the_count() -> None:
    (band,) = bands([record(train(seed=1)), record(train(seed=2), [(0, 2.0, 0.2)])])
    assert [(point.step, point.count) for point in band.loss] == [(0, 2), (10, 1)]


# -- the table ---------------------------------------------------------------------------------


def test_the_csv_is_read_back_by_the_standard_reader() -> None:
    steps = tuple((step, 1 / step, step / 10, 0.1) for step in range(1, 4))
    text = record_csv(record(steps=steps, scores=[(0, 2.3, 0.1), (2, 0.7, 0.5)]))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["step"] for row in rows] == ["0", "1", "2", "3"]
    for row, (step, loss, accuracy, rate) in zip(rows[1:], steps, strict=True):
        assert float(row["training_loss"]) == loss
        assert float(row["training_accuracy"]) == accuracy
        assert float(row["learning_rate"]) == rate
        assert bool(row["held_out_loss"]) == (step == 2)
    assert rows[0]["training_loss"] == ""
    assert float(rows[2]["held_out_accuracy"]) == 0.5


def test_a_record_keeps_what_was_seen_of_the_layers_and_the_classes() -> None:
    job = Job("id", "a", (SPEC,))
    assert record_of(job, State.DONE).health is None
    assert record_of(job, State.DONE).confusion == ()
    job.history.show("health", {"step": 3, "layers": []})
    job.history.show("verdict", {"step": 3, "confusion": [[1, 2], [3, 4]], "mistakes": ["big"]})
    found = record_of(job, State.DONE)
    assert found.health == {"step": 3, "layers": []}
    assert found.confusion == ((1, 2), (3, 4))
