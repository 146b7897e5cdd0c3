"""The medical page's figures: what they show is what was worked out, and a picture of all."""

from __future__ import annotations

import base64
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from dlviz.core.medical.bootstrap import share_intervals
from dlviz.core.medical.heads import sigmoid, teach
from dlviz.core.medical.readers import Board as Readers
from dlviz.core.medical.readers import read
from dlviz.core.medical.verdicts import curves
from dlviz.figures import medical_labels as labels
from dlviz.figures import medical_readers
from dlviz.figures.board import Board
from dlviz.figures.hero_medical import draw
from dlviz.figures.medical_charts import calibration_chart
from dlviz.figures.medical_readers import pairs_data, readers_data
from dlviz.figures.medical_threshold import Screened, strip, threshold_data
from dlviz.io.xray_features import cases
from tests.core.medical.test_verdicts import scored

TEST = cases("test")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found() -> dict:
    scores, ill = scored(0)
    everybody = Screened(scores, ill, curves(scores, ill))
    grey = np.full((64, 64), 90, np.uint8)
    return threshold_data(everybody, lambda index: grey + index % 50, scene="x", note="n")


def test_every_place_of_the_threshold_has_its_numbers(found: dict) -> None:
    scores, ill = scored(0)
    for cut in (0, 23, 99):
        called = scores >= cut / 100
        table = [called & ill, called & ~ill, ~called & ill, ~called & ~ill]
        assert [part[cut] for part in found["counts"]] == [int(cell.sum()) for cell in table]
        low, high = share_intervals(scores, ill, [cut / 100])["f1"][:, 0]
        assert [part[cut] for part in found["shares"]["f1"][1:]] == pytest.approx(
            [low, high], abs=1e-4
        )
    assert sum(found["bins"][0]) == ill.sum()
    assert sum(found["bins"][1]) == (~ill).sum()
    f1 = found["shares"]["f1"][0]
    assert f1[found["best"]] == max(f1)
    recall = found["shares"]["recall"][0]
    assert recall[found["recall"]] >= 0.95 > recall[found["recall"] + 1]


def test_the_strip_is_in_the_order_of_the_scores_with_as_many_of_each(found: dict) -> None:
    scores, ill = scored(0)
    shown = strip(scores, ill)
    assert ill[shown].sum() == 4
    assert scores[shown].tolist() == sorted(scores[shown].tolist())
    data = found["sprite"].removeprefix("data:image/png;base64,")
    with Image.open(BytesIO(base64.b64decode(data))) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (64, 64 * 8)
    assert pixels[0, ::64].tolist() == [90 + index % 50 for index in shown]


def test_the_reliability_diagram_has_a_mark_for_each_full_bin(found: dict) -> None:
    said, true, count = found["calibration"]
    marks = calibration_chart(found).data[1]
    full = [place for place, number in enumerate(count) if number]
    assert list(marks.x) == [said[place] for place in full]
    assert list(marks.y) == [true[place] for place in full]


def test_a_pair_has_two_hundred_and_fifty_of_its_draws_and_all_its_bins() -> None:
    data = pairs_data(1, 2)
    for step in data["steps"]:
        assert np.shape(step["cloud"]) == (2, 250)
        assert sum(step["bins"]) >= 990  # a few lie outside the picture
    assert data["wrong"] == [136, 104]


def test_sharing_an_error_moves_the_readers_together() -> None:
    alone, shared = readers_data(0.0, 0)["steps"][8], readers_data(0.9, 0)["steps"][8]
    assert alone["by_others"] < alone["by_truth"] == pytest.approx(alone["program"], abs=1e-4)
    assert shared["by_others"] > shared["by_truth"]
    assert shared["program"] > shared["by_others"]
    assert shared["differ"] < alone["differ"]
    assert np.shape(alone["table"]) == (5, 5)


def test_other_pictures_are_none_of_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []

    def heard(what: Readers, noise: float, *, seed: int) -> tuple:
        seeds.append(seed)
        return read(what, noise, seed=seed)

    monkeypatch.setattr(medical_readers, "read", heard)
    monkeypatch.setattr(medical_readers, "NOISE", medical_readers.NOISE[8:9])
    for number in (0, 1):
        readers_data(0.0, number)
    assert len(seeds) == len(set(seeds)) == 40


def test_each_finding_keeps_its_own_threshold_from_what_it_learnt() -> None:
    train = cases("train")
    head = teach(train.features, train.findings)
    names = ("a", "b", "c", "d")
    rows = labels.judged(
        names, head(TEST.features), TEST.findings, (head(train.features), train.findings), 0.5
    )
    assert len({row.own for row in rows}) == 4
    assert all(row.low < row.auc < row.high for row in rows)
    assert np.mean([row.own_f1 for row in rows]) > np.mean([row.f1 for row in rows]) + 0.05
    words = labels.bars(names, head.logits(TEST.features[178]), TEST.findings[178], 0.5)
    for share in sigmoid(head.logits(TEST.features[178])):
        assert f"{share:.2f}" in words
    assert words.count("called") == 3
    assert "&lt;x&gt;" in labels.bars(("<x>",) * 4, np.zeros(4), np.zeros(4, bool), 0.5)


def test_the_saved_findings_have_the_bars_lengths_and_the_pixels() -> None:
    logits, truth = np.array([2.0, -1.0, -3.0, 0.5]), np.array([True, False, False, True])
    grey = np.arange(64 * 64, dtype=np.uint8).reshape(64, 64)
    names = ("a", "<b>", "c", "d")
    svg = labels.saved(grey, names, logits, truth, 0.5, theme="dark").decode()
    root = ElementTree.fromstring(svg)
    wide = [float(one.get("width")) for one in root.iter(f"{SVG}rect") if one.get("opacity")]
    lengths = [length for length in wide if length != labels.WIDE]
    each, shared = 1 / (1 + np.exp(-logits)), np.exp(logits) / np.exp(logits).sum()
    expected = np.column_stack([each, shared]).ravel() * labels.WIDE
    np.testing.assert_allclose(lengths, expected, atol=0.06)
    said = [str(one.text) for one in root.iter(f"{SVG}text")]
    assert {"✓ a", "<b>", "c", "✓ d", "0.88 · called", "0.27"} <= set(said)
    (image,) = root.iter(f"{SVG}image")
    data = str(image.get("href")).removeprefix("data:image/png;base64,")
    with Image.open(BytesIO(base64.b64decode(data))) as picture:
        assert (np.asarray(picture.convert("L")) == grey).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_hero_has_chests_on_the_left_and_intervals_on_the_right(theme: str) -> None:
    board = Board(theme)
    draw(board)
    pixels = np.asarray(board.image).astype(int)
    left, right = pixels[:, :540], pixels[:, 600:]
    assert left.std() > 25
    assert (np.ptp(right, axis=2) > 60).sum() > 1500  # two coloured intervals
