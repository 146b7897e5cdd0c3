"""The words, pictures, program and cards of “segment”: their numbers are worked out here."""

from __future__ import annotations

import re
import subprocess
import sys
from statistics import mean

import numpy as np
import pytest

from dlviz.core.segmentation.scores import best_cut, count, cut
from dlviz.core.tasks_cards import TASKS_CARDS
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.words import grouped
from dlviz.figures.segmentation import coloured, saved
from dlviz.figures.segmentation_code import script
from dlviz.figures.segmentation_words import (
    cell_panels,
    cell_words,
    compared,
    drawing,
    net_words,
    part_panels,
)
from dlviz.io.segment_skips import recorded_skips
from dlviz.io.segmentation import CLASSES, Masks, held_out_pictures, masks_of, net_of
from dlviz.io.taught import recorded_tensors
from dlviz.runs.taught_kinds import TAUGHT

NET = TAUGHT["segment"].preset


@pytest.fixture(scope="module")
def masks() -> Masks:
    return masks_of(NET, recorded_tensors("segment"))


def test_no_threshold(masks: Masks) -> None:
    said = TASKS_CARDS["no_threshold"].answer
    true = masks.true == 1
    best = best_cut(masks.grey, true)
    assert (best.level, best.dark) == (0, False)
    each = [best_cut(*pair).counts.iou for pair in zip(masks.grey, true, strict=True)]
    assert said.startswith(f"{best.counts.iou:.3f}: it marks every pixel")
    assert f"has {np.mean(each):.3f} in the mean" in said
    assert f"The net has {count(masks.at(0.5) == 1, true).iou:.3f}" in said
    assert true.mean() == pytest.approx(0.25, abs=0.01)
    assert len(true) == 60


def test_be_sure(masks: Masks) -> None:
    said, true = TASKS_CARDS["be_sure"].answer, masks.true == 1
    usual, sure, easy = (count(masks.at(chance) == 1, true) for chance in (0.5, 0.99, 0.1))
    assert said.startswith(f"It falls from {usual.iou:.3f} to {sure.iou:.3f}: too much")
    assert f"from {grouped(usual.extra)} pixels to {grouped(sure.extra)}," in said
    assert f"from {grouped(usual.missed)} to {grouped(sure.missed)}." in said
    assert f"gives {easy.iou:.3f}," in said


def test_no_bridges() -> None:
    said = TASKS_CARDS["no_bridges"].answer
    parts, cells = recorded_skips()["parts"], recorded_skips()["cells"]
    assert f"IoU {mean(parts['off']):.3f} instead of {mean(parts['on']):.3f}; cells" in said
    assert f"cells have {mean(cells['off']):.3f} instead of {mean(cells['on']):.3f} (" in said


def test_words_have_the_numbers_of_the_sliders(masks: Masks) -> None:
    true = masks.true == 1
    best, chosen = best_cut(masks.grey, true), cut(masks.grey, true, 128, dark=True)
    said = cell_words(masks, 0.5, chosen, best)
    assert f"this threshold **IoU {chosen.counts.iou:.3f}**" in said
    found = count(masks.at(0.5) == 1, true)
    parts = [grouped(found.right), grouped(found.missed), grouped(found.extra)]
    assert f"= {parts[0]} / ({' + '.join(parts)})" in said


def test_panels_are_of_one_size_and_can_be_saved(masks: Masks) -> None:
    panels = cell_panels(masks, 3, 0.5, cut(masks.grey, masks.true == 1, 90, dark=False))
    iou = count(masks.at(0.5)[3] == 1, masks.true[3] == 1).iou
    assert panels[2].title == f"net: IoU {iou:.2f}"
    assert len({panel.pixels.shape for panel in panels}) == 1
    assert saved(panels).shape[1] > 4 * panels[0].pixels.shape[1]
    true = held_out_pictures("parts")
    chances = np.eye(6, dtype=np.float32)[true.masks.numpy()].transpose(0, 3, 1, 2)
    pixels = true.pixels.permute(0, 2, 3, 1).numpy()
    perfect = Masks(CLASSES["parts"], pixels, true.masks.numpy(), chances)
    titles = [panel.title for panel in part_panels(perfect, 0)]
    assert titles == ["picture", "truth", "net", "net: IoU 1.00"]
    flat = [coloured(np.full((2, 2), kind), 1)[0, 0] for kind in range(6)]
    assert len(np.unique(flat, axis=0)) == 6


def test_the_net_is_drawn_with_its_shapes() -> None:
    net = net_of(NET)
    said = drawing(net, 1)
    assert "24 × 16 × 16" in said
    assert said.count("first joined by") == 2
    assert grouped(16_146) in net_words(net)
    assert compared().count("\n") == 5


@pytest.mark.parametrize(
    ("subject", "skips"),
    [("cells", True), pytest.param("parts", False, marks=pytest.mark.acceptance)],
)
def test_the_program_runs_as_it_stands(subject: str, *, skips: bool) -> None:
    settings = (("subject", subject), ("pictures", 32), ("skips", skips))
    code = script(TaughtSpec("segment", TaughtTrain(1e-2, 1, 0), settings))
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert re.fullmatch(r"epoch 1: IoU 0\.\d{3}\n", ran.stdout)


def test_programs_have_as_many_weights_as_the_net() -> None:
    """The program's own U-Net is ours."""
    for subject in CLASSES:
        for skips in (True, False):
            settings = (("subject", subject), ("pictures", 32), ("skips", skips))
            spec = TaughtSpec("segment", TaughtTrain(1e-2, 1, 0), settings)
            head = script(spec).partition("def iou")[0].replace("32, seed", "1, seed")
            names: dict[str, object] = {}
            exec(head.replace(", 60, seed", ", 1, seed"), names)
            net = names["UNet"]()  # type: ignore[operator]
            assert sum(value.numel() for value in net.parameters()) == net_of(spec).learnt
