"""The script of transfer against scratch: with the same clock it has the study's very numbers."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import replace

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.core.events import Score
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_learning.study import ScratchStudy, measured_of
from dlviz.figures.transfer_learning import gap
from dlviz.figures.transfer_scratch_code import scratch_script
from dlviz.io import transfer_tasks
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import load_task

HOW = {"each": 4, "seconds": 10, "side": 96, "scratch_rate": 3e-3}


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock finds a second gone: ten updates in ten seconds."""
    clock = itertools.count()
    monkeypatch.setattr(time, "thread_time", lambda: float(next(clock)))


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> ImageData:
    """Few held-out pictures: asking is most of the work."""
    whole = load_task("cat_fox")
    held = torch.cat([(whole.test_labels == label).nonzero().flatten()[:10] for label in (0, 1)])
    few = replace(whole, test_pixels=whole.test_pixels[held], test_labels=whole.test_labels[held])
    monkeypatch.setattr(transfer_tasks, "load_task", lambda _: few)
    return few


@pytest.mark.acceptance
def test_the_script_finds_what_the_study_finds(
    ticking: None, data: ImageData, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tuple({"pictures": "cat_fox", **HOW}.items())
    study = ScratchStudy(
        TaughtSpec("scratch", TaughtTrain(3e-4, 2), settings),
        load_model("mobilenet_v2"),
        data,
    )
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        scores = [event for event in study if isinstance(event, Score)][1:]
        exec(scratch_script("cat_fox", 2, seeds=2, rate=3e-4, **HOW), {})
    finally:
        torch.set_num_threads(threads)
    found = measured_of(study.trained()["measured"])
    out = capsys.readouterr().out
    lines = re.findall(r"seed \d, \w+: (\S+) % right, loss (\S+)", out)
    assert lines == [(f"{100 * score.accuracy:.1f}", f"{score.loss:.3f}") for score in scores]
    assert len(lines) == 4
    points = re.search(r"(-?\d+) points \(95 % interval (\S+) to (\S+)\)", out)
    assert points
    said = gap(found, 10.0, 2)
    assert f"**{points[1]} points** (95 % interval {points[2]} to {points[3]})" in said


def test_the_script_of_more_classes_and_of_own_pictures() -> None:
    code = scratch_script("own-1", 3, seeds=1, rate=3e-4, own_side=128, **HOW)
    compile(code, "script", "exec")
    assert 'Path("own-1-128px.zip")' in code
    assert "nn.Linear(1024, 3)" in code
    assert "cross_entropy(logits, labels)" in code
