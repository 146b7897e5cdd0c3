"""The two taught runs with boxes: the same numbers again, and how good they become."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import torch

from dlviz.core.events import Score
from dlviz.core.taught import TaughtTrain
from dlviz.io.shape_scenes import draw_scene, draw_scenes
from dlviz.io.taught import recorded_frame
from dlviz.runs import detect
from dlviz.runs.taught_kinds import TAUGHT

FEW = {"detect": (("scenes", 40),), "locate": (("creatures", 40), ("box", 1.0))}


@pytest.mark.parametrize("kind", list(FEW))
def test_a_run_depends_on_its_spec_alone(kind: str) -> None:
    preset = TAUGHT[kind].preset
    spec = replace(preset, train=TaughtTrain(4e-3, 2, seed=3), settings=FEW[kind])
    first = TAUGHT[kind].make(spec, {})
    torch.manual_seed(5)
    second = TAUGHT[kind].make(spec, {})
    events = list(first)
    assert events == list(second)
    assert [event.step for event in events] == [0, 1, 2, 2, 3, 4, 4]
    assert isinstance(events[-1], Score)
    assert events[-2].loss < events[1].loss
    shown = first.shown()
    assert len(shown.pictures) == 4
    assert shown.lines[0].startswith("loss = cross-entropy ")
    assert "Epoch 2" in shown.lines[-1]
    assert all(value.requires_grad is False for value in first.trained().values())


def test_scenes_are_drawn_once_for_all_runs(monkeypatch) -> None:
    monkeypatch.setattr(detect, "_drawn", [])
    asked = []

    def drawn(seed, index):
        asked.append(index)
        return draw_scene(seed, index)

    monkeypatch.setattr(detect, "draw_scene", drawn)
    few, more = detect.scenes_to_learn(3), detect.scenes_to_learn(5)
    assert detect.scenes_to_learn(4) == more[:4]
    assert few == more[:3]
    assert asked == [0, 1, 2, 3, 4]
    for scene, again in zip(more, draw_scenes(5, seed=detect.SEED), strict=True):
        assert (scene.pixels == again.pixels).all()
        assert (scene.truth.boxes == again.truth.boxes).all()


@pytest.mark.parametrize(("kind", "least"), [("detect", 0.93), ("locate", 0.75)])
def test_the_recorded_run_is_as_good_as_the_page_says(kind: str, least: float) -> None:
    assert recorded_frame(kind)["scores"][-1][2] > least


@pytest.mark.acceptance
def test_the_detector_reaches_its_bar() -> None:
    """The preset: AP₅₀ ≥ 0.8 in less than two minutes on one thread."""
    preset = TAUGHT["detect"].preset
    began = time.thread_time()
    *_, last = TAUGHT["detect"].make(preset, {})
    assert last.accuracy >= 0.8
    assert time.thread_time() - began < 120
