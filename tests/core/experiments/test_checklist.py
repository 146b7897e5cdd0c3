"""The checklist: its points on logs whose trouble is known, and on all that was recorded."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dlviz.core.babysitter import DIAGNOSES
from dlviz.core.checklist import _WHERE, Seen, Sight, checklist, conclusion
from dlviz.core.events import Health, LayerHealth
from dlviz.core.networks import OFFERED, PROVOKING, TROUBLE
from dlviz.core.run_log import Log
from dlviz.io.assets import asset_path
from dlviz.runs.cases import case_of, health_of, recorded_case
from dlviz.runs.jobs import State
from dlviz.runs.packing import pack_health
from tests.runs.test_records import record

NAMES = ("start", "falls", "rate", "gradients", "dead", "gap", "classes", "data")
CLASSES = tuple("0123456789")


def log(losses: list[float], **more: object) -> Log:
    steps = [(step, loss, 0.5, 0.01) for step, loss in enumerate(losses, start=1)]
    return replace(Log(CLASSES, 10, len(losses) or 1, steps), **more)


def sights(seen: Seen) -> dict[str, Sight]:
    return {point.name: point.sight for point in checklist(seen)}


def points(name: str) -> dict[str, Sight]:
    case = recorded_case(name)
    return sights(Seen(case.log, (), case.noted))


@pytest.mark.parametrize("name", PROVOKING)
def test_a_recorded_trouble_is_seen_at_its_point(name: str) -> None:
    found = points(f"{TROUBLE}{name}")
    assert tuple(found) == NAMES
    assert found[NAMES[_WHERE[name] - 1]] is Sight.LOOK
    case = recorded_case(f"{TROUBLE}{name}")
    told = conclusion(Seen(case.log, (), case.noted))
    first = json.loads(asset_path(f"runs/{TROUBLE}{name}.json").read_text("utf-8"))["findings"][0]
    assert first["title"] in told


@pytest.mark.parametrize(
    "name", [name for name in OFFERED if TROUBLE not in name and name != "bad"]
)
def test_a_recorded_run_that_went_well_has_nothing_to_look_at(name: str) -> None:
    found = points(name)
    assert Sight.LOOK not in found.values()
    assert [key for key, sight in found.items() if sight is Sight.UNKNOWN] == ["data"]


def test_every_diagnosis_has_its_point() -> None:
    assert set(_WHERE) == set(DIAGNOSES)
    assert all(1 <= place <= len(NAMES) for place in _WHERE.values())


@pytest.mark.parametrize(
    ("first", "sight"), [(2.3, Sight.OK), (700.0, Sight.LOOK), (0.2, Sight.LOOK)]
)
def test_the_start_is_held_against_ln_k(first: float, sight: Sight) -> None:
    seen = Seen(log([first, *[1.0] * 30]))
    assert sights(seen)["start"] is sight
    assert "ln 10 = 2.30" in checklist(seen)[0].sentence


def test_what_was_not_kept_cannot_be_told() -> None:
    found = sights(Seen(log([2.3, *[1.0] * 30])))
    unknown = {"rate", "gradients", "dead", "gap", "classes", "data"}
    assert {name for name, sight in found.items() if sight is Sight.UNKNOWN} == unknown


def test_a_run_without_a_step_is_told_without_an_error() -> None:
    assert Sight.OK not in sights(Seen(log([]))).values()
    lost = checklist(Seen(log([], diverged=True)))
    assert lost[0].sight is Sight.LOOK
    assert "no number" in lost[0].sentence


def test_uneven_classes_are_seen() -> None:
    (point,) = [p for p in checklist(Seen(log([2.3] * 30), (90, *[20] * 9))) if p.name == "classes"]
    assert point.sight is Sight.LOOK
    assert "Of “1” there are 20 training pictures, of another 90." in point.sentence


def test_a_net_that_does_not_learn_is_asked_to_learn_by_heart() -> None:
    (point,) = [p for p in checklist(Seen(log([2.3] * 30))) if p.name == "falls"]
    assert point.sight is Sight.LOOK
    assert "ten pictures by heart" in point.advice


def test_what_follows_from_another_point_says_so() -> None:
    case = recorded_case(f"{TROUBLE}diverging")
    found = {point.name: point for point in checklist(Seen(case.log, (), case.noted))}
    assert found["gradients"].advice == "Perhaps only because of point 5."
    assert found["falls"].advice == "See point 3."


def test_what_the_babysitter_said_then_counts_where_the_short_curve_shows_less() -> None:
    case = recorded_case(f"{TROUBLE}underfitting")
    assert sights(Seen(case.log))["gap"] is Sight.OK
    assert sights(Seen(case.log, (), case.noted))["gap"] is Sight.LOOK


def test_a_record_of_the_visitors_is_a_case_too() -> None:
    health = Health(9, (LayerHealth("dense1", "dense", 0.5, 2.0, 0.001, None, None),))
    confusion = tuple(tuple(5 * (row == column) for column in range(10)) for row in range(10))
    kept = record(health=pack_health(health), confusion=confusion, total_steps=40)
    case = case_of(replace(kept, steps=((1, 2.3, 0.1, 0.1),), state=State.FAILED), CLASSES)
    assert case.log.healths == (health,)
    assert case.log.looked_at == 50
    assert case.log.steps_per_epoch == 10
    assert case.log.diverged
    assert health_of(pack_health(health)) == health
    assert "0.5 (dense1)" in checklist(Seen(case.log))[3].sentence
