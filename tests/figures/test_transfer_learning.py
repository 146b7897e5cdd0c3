"""Sentences, charts and the script of transfer learning, against counts made here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torchvision.models import mobilenet_v2

from dlviz.core.events import Score
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_learning.run import TransferRun
from dlviz.core.transfer_learning.study import Measured
from dlviz.figures import transfer_learning as figures
from dlviz.figures.transfer_learning_code import beside_keras, script
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import load_task
from tests.figures.scripts import printed


def answers(labels: torch.Tensor, wrong: int) -> torch.Tensor:
    """Sure and right, but for the first ``wrong``."""
    said = labels.clone()
    said[:wrong] = 1 - said[:wrong]
    return torch.nn.functional.one_hot(said, 2).float() * 0.8 + 0.1


def test_the_verdict_counts() -> None:
    data = load_task("cat_fox")
    words = figures.verdict(
        answers(data.test_labels, 2), answers(data.test_labels, 7), data, 0.5, tuned=4
    )
    assert "**198 of 200: 99.0 % (95 % interval 96.4 % to 99.7 %)**" in words
    assert "The head alone had 193 right; with the last block learning, too, it is 5 more." in words
    assert "has 50.0 % right; guessing has 50.0 %" in words
    assert "few" not in words


def test_few_pictures_and_telling_colours_are_told() -> None:
    data = load_task("cat_fox")
    four = replace(data, test_pixels=data.test_pixels[:4], test_labels=data.test_labels[:4])
    said = answers(four.test_labels, 0)
    words = figures.verdict(said, said, four, 1.0, tuned=4)
    assert "**4 of 4: 100.0 % (95 % interval 51.0 % to 100.0 %)**" in words
    assert "neither more nor fewer" in words
    assert "the interval is 49 points wide" in words
    assert "nothing here shows that it is shape" in words


def test_mistakes_the_surest_first() -> None:
    data = load_task("cat_fox")
    said = answers(data.test_labels, 3)
    said[1] = said[1] * torch.tensor([0.5, 1.2])
    sheet, words = figures.mistakes(said, data)
    assert sheet is not None
    assert sheet.count == len(words) == 3
    assert words[0].endswith("it is cat") or words[0].endswith("it is fox")
    assert figures.mistakes(answers(data.test_labels, 0), data) == (None, [])


def test_what_learns_is_counted_as_torchvision_counts() -> None:
    theirs = mobilenet_v2().features
    count = figures.counts(load_model("mobilenet_v2"), 2)
    assert count["base"] + count["block"] == sum(value.numel() for value in theirs.parameters())
    assert count["block"] == 886_080
    assert count["head"] == 1280 * 1024 + 1024 + 1024 + 1
    table = figures.steps(load_model("mobilenet_v2"), 2, 12, 4, 3e-4)
    assert "886\u202f080" in table
    assert "epochs 1 to 8 | last 4" in table


FOUND = [
    Measured(method, seed, at + 1.0, share + 0.01 * seed)
    for seed in (0, 1)
    for method, share in ((0, 0.97), (1, 0.5))
    for at in (0, 1)
]


def test_the_chart_has_means_over_seeds_at_each_time() -> None:
    transfer, scratch = figures.curves(FOUND, 10)
    assert [point.epoch for point in transfer.points] == [1.0, 2.0]
    assert [point.mean for point in scratch.points] == pytest.approx([0.505, 0.505])
    assert transfer.points[0].high == 1.0  # 0.975 ± 12.7 · 0.005, but no share is above 1
    assert scratch.points[0].high == pytest.approx(0.505 + 12.7062 * 0.005, abs=1e-4)
    titles = [trace.name for trace in figures.against_time(FOUND, 10).data if trace.name]
    assert {"transfer", "from scratch"} <= set(titles)


def test_the_gap_is_of_pairs() -> None:
    words = figures.gap(FOUND, 2.0, 8)
    assert "**47 points** (95 % interval 47 to 47)" in words
    assert "Guessing would have 12.5 %" in words
    assert "at least two seeds" in figures.gap(FOUND[:2], 2.0, 8)
    rows = dict(figures.comparison(FOUND, 2.0))
    assert rows["transfer"].startswith("97.5 % (91.1 % to 100.0 %)")
    assert "none has used its time yet" in dict(figures.comparison(FOUND[:1], 2.0))["from scratch"]


def run_of(pictures: str, **settings: int) -> list[Score]:
    train = TaughtTrain(3e-4, settings.pop("epochs"), 3)
    spec = TaughtSpec("transfer", train, tuple({**settings, "weights": False}.items()))
    run = TransferRun(spec, load_model("mobilenet_v2"), load_task(pictures))
    return [event for event in run if isinstance(event, Score)]


@pytest.mark.acceptance
def test_the_scripts_print_the_runs_numbers(tmp_path: Path) -> None:
    classes = {"cat_fox": 2, "creatures": 8}
    how = {"each": 4, "head": 2, "tuned": 1, "side": 96, "rate": 3e-4, "seed": 3}
    found = printed({name: script(name, count, **how) for name, count in classes.items()}, tmp_path)
    torch.set_num_threads(1)
    for name, text in found.items():
        scores = run_of(name, each=4, tuned=1, side=96, epochs=3)[1:]
        lines = re.findall(r"^(\w+) \d: held-out loss (\S+), accuracy (\S+)$", text, re.MULTILINE)
        assert [phase for phase, *_ in lines] == ["head", "head", "block"]
        assert [(float(loss), float(right)) for _, loss, right in lines] == [
            (pytest.approx(score.loss, abs=2e-3), pytest.approx(score.accuracy, abs=6e-3))
            for score in scores
        ]


def test_the_script_of_own_pictures_and_the_slide_beside_it() -> None:
    code = script("own-1", 3, each=4, head=2, tuned=0, side=96, rate=3e-4, seed=3, own_side=128)
    compile(code, "script", "exec")
    assert 'Path("own-1-128px.zip")' in code
    assert "Phase 2" not in code
    assert "| fit for 1 epoch | 4 epochs" in beside_keras(8, 4, 3e-4)
