"""A visitor's models: caps, names, and being told what had to go."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch

from dlviz.core.layers import build
from dlviz.core.snapshots import DataFacts, Score, Snapshot
from dlviz.core.specs import NetSpec, RunSpec, layer
from dlviz.runs import shelf as shelf_module
from dlviz.runs.shelf import MAX_MODELS, MAX_TITLE, Shelf

FACTS = DataFacts(("round", "square"), (1, 4, 4), (0.5,), (0.25,))


def run_of(units: int = 1, *, score: Score | None = None) -> tuple[RunSpec, list[Snapshot]]:
    """A spec and two snapshots of (16 + 1)·units + (units + 1)·2 float32 weights."""
    net = NetSpec((layer("flatten"), layer("dense", units=units), layer("dense")))
    spec = RunSpec(net=net)
    module, _ = build(net, FACTS.shape, 2, torch.Generator().manual_seed(units))
    first = Snapshot(0, 0.0, module.state_dict(), spec, FACTS)
    last_weights = {name: value + 1 for name, value in first.weights.items()}
    return spec, [first, replace(first, step=5, epoch=1.0, weights=last_weights, held_out=score)]


def test_an_entry_is_the_run_and_its_last_network() -> None:
    shelf = Shelf()
    spec, snapshots = run_of(score=Score(5, 0.2, 0.9, 100))
    entry = shelf.add(spec, snapshots, "Mine")
    assert entry.title == "Mine"
    assert entry.spec is spec
    assert entry.accuracy == 0.9
    assert list(entry.snapshots) == snapshots
    weights = dict(entry.classifier.module.named_parameters())
    assert all(torch.equal(weights[name], snapshots[1].weights[name]) for name in weights)
    assert shelf.get(entry.key) is entry
    assert shelf.entries() == [entry]


def test_a_stopped_run_has_no_accuracy() -> None:
    assert Shelf().add(*run_of()).accuracy is None


def test_names_are_given_and_keys_differ() -> None:
    shelf = Shelf()
    entries = [shelf.add(*run_of()) for _ in range(3)]
    assert len({entry.key for entry in entries}) == 3
    assert len({entry.title for entry in entries}) == 3
    assert all("digits" in entry.title for entry in entries)  # no raw name


def test_a_model_bears_the_number_of_its_run() -> None:
    shelf = Shelf()
    assert shelf.add(*run_of(), number=4).title == "My digits net 4"
    assert shelf.add_best("one", *scored(0.5, 0), number=6).title == "My digits net 6"
    better = shelf.add_best("one", *scored(0.9, 1), number=8)
    assert better.title == "My digits net 8, best of 2 seeds"
    assert shelf.add_best("one", *scored(0.7, 2), number=9).title.startswith("My digits net 8, ")


def test_the_oldest_makes_room_and_is_told_once() -> None:
    shelf = Shelf()
    for number in range(MAX_MODELS + 2):
        shelf.add(*run_of(), f"net {number}")
    titles = [entry.title for entry in shelf.entries()]
    assert titles == [f"net {number}" for number in range(2, MAX_MODELS + 2)]
    assert shelf.take_evicted() == ["net 0", "net 1"]
    assert shelf.take_evicted() == []


def test_what_is_evicted_is_told_by_its_present_name() -> None:
    shelf = Shelf()
    shelf.rename(shelf.add(*run_of()).key, "My first")
    for _ in range(MAX_MODELS):
        shelf.add(*run_of())
    assert shelf.take_evicted() == ["My first"]


def test_megabytes_are_capped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Shelf().add(*run_of(400))
    weights = 17 * 400 + 401 * 2
    assert one.bytes == 3 * 4 * weights  # two snapshots and the model itself
    monkeypatch.setattr(shelf_module, "MAX_MEGABYTES", 2.5 * one.bytes / 2**20)
    shelf = Shelf()
    for number in range(4):
        shelf.add(*run_of(400), f"net {number}")
    assert [entry.title for entry in shelf.entries()] == ["net 2", "net 3"]
    assert shelf.take_evicted() == ["net 0", "net 1"]


def test_the_newest_model_stays_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "MAX_MEGABYTES", 0.001)
    shelf = Shelf()
    shelf.add(*run_of(), "small")
    shelf.add(*run_of(400), "large")
    assert [entry.title for entry in shelf.entries()] == ["large"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Digits at night", "Digits at night"),
        ("  two \n\t lines  ", "two lines"),
        ("x" * 500, "x" * MAX_TITLE),
        ("", "before"),
        (" \n ", "before"),
        ("<b>&", "<b>&"),
    ],
)
def test_a_title_is_cleaned_and_cut(wanted: str, found: str) -> None:
    shelf = Shelf()
    first, second = shelf.add(*run_of(), "before"), shelf.add(*run_of(), "other")
    shelf.rename(first.key, wanted)
    assert [entry.title for entry in shelf.entries()] == [found, "other"]
    assert [entry.key for entry in shelf.entries()] == [first.key, second.key]
    renamed = shelf.get(first.key)
    assert renamed is not None
    assert renamed.classifier is first.classifier


def test_removing_and_emptying_is_not_eviction() -> None:
    shelf = Shelf()
    first, second, third = (shelf.add(*run_of(), name) for name in "abc")
    shelf.remove(second.key)
    assert shelf.get(second.key) is None
    assert shelf.entries() == [first, third]
    shelf.clear()
    assert shelf.entries() == []
    assert shelf.take_evicted() == []


def test_keys_that_are_not_there_are_no_error() -> None:
    shelf = Shelf()
    shelf.remove("my-nothing")
    shelf.rename("my-nothing", "title")
    assert shelf.get("my-nothing") is None
    assert shelf.entries() == []


def scored(accuracy: float | None, seed: int) -> tuple[RunSpec, list[Snapshot]]:
    spec, snapshots = run_of(score=None if accuracy is None else Score(5, 0.2, accuracy, 100))
    return replace(spec, train=replace(spec.train, seed=seed)), snapshots


def test_of_a_series_the_best_run_has_one_place() -> None:
    shelf = Shelf()
    own = shelf.add(*run_of())
    accuracies = [0.7, 0.9, 0.9, 0.8, 0.95]
    best: list[float | None] = []
    titles = []
    for seed, accuracy in enumerate(accuracies):
        shelf.add_best("one", *scored(accuracy, seed))
        first, entry = shelf.entries()
        assert first is own
        best.append(entry.accuracy)
        titles.append(entry.title)
        if seed == 2:
            assert entry.spec.train.seed == 1, "of two alike the first stays"
    assert best == [max(accuracies[: seed + 1]) for seed in range(5)]
    assert titles[0] == "My digits net 2"
    numbers = (3, 3, 3, 6)  # of the best one: the shelf counts by itself here
    assert titles[1:] == [
        f"My digits net {number}, best of {count} seeds"
        for number, count in zip(numbers, (2, 3, 4, 5), strict=True)
    ]
    assert shelf.entries()[1].spec.train.seed == 4
    shelf.add_best("one", *scored(0.95, 4))  # rewound: a seed counts once
    assert shelf.entries()[1].title == titles[-1]
    assert shelf.add_best("two", *scored(0.1, 0)).title == "My digits net 8"
    assert [entry.accuracy for entry in shelf.entries()] == [None, 0.95, 0.1]
    assert shelf.take_evicted() == []


def test_another_model_of_a_series_has_another_key() -> None:
    """What was made of the first model is remembered by its key."""
    shelf = Shelf()
    first = shelf.add_best("one", *scored(0.5, 0))
    assert shelf.add_best("one", *scored(0.4, 1)).key == first.key
    assert shelf.add_best("one", *scored(0.6, 2)).key != first.key
    assert shelf.get(first.key) is None


def test_a_series_keeps_the_name_that_its_owner_gave_it() -> None:
    shelf = Shelf()
    shelf.rename(shelf.add_best("one", *scored(0.5, 0)).key, "Mine")
    assert shelf.add_best("one", *scored(0.6, 1)).title == "Mine"


def test_the_stopped_run_of_a_series_is_kept_beside_its_best() -> None:
    shelf = Shelf()
    shelf.add_best("one", *scored(0.5, 0))
    assert shelf.add_best("one", *scored(None, 1)).title == "My digits net 2"
    assert [entry.accuracy for entry in shelf.entries()] == [0.5, None]


def test_many_tabs_at_once_lose_no_model_and_no_word() -> None:
    shelf = Shelf()
    spec, snapshots = run_of()
    told: list[str] = []
    most: list[int] = []

    def tab(number: int) -> None:
        for turn in range(25):
            key = shelf.add(spec, snapshots, f"{number}.{turn}").key
            shelf.rename(key, f"{number}.{turn}")
            most.append(len(shelf.entries()))
            told.extend(shelf.take_evicted())

    threads = [threading.Thread(target=tab, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)
    kept = [entry.title for entry in shelf.entries()]
    everything = sorted(f"{number}.{turn}" for number in range(6) for turn in range(25))
    assert sorted(kept + told + shelf.take_evicted()) == everything
    assert max(most) <= MAX_MODELS
