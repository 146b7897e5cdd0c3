"""The panels of figure 7: cells where their squares' middles are, labels, parts and programs."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.data import to_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.core.occlusion import Cover
from dlviz.core.occlusion_sweep import Answers, Sweep, strongest_map, sweep
from dlviz.figures import occlusion
from dlviz.figures.colours import MAGNITUDE, class_colour
from dlviz.figures.occlusion import (
    Canvas,
    hidden_words,
    label_map,
    magnitude_map,
    marks,
    regions_of,
)
from dlviz.figures.occlusion_projections import map_seen, strongest_others
from dlviz.figures.occlusion_scene import Study, placed, saved, scene
from dlviz.io.creatures import draw
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model

CLASSES = [f"class {index}" for index in range(20)]
OWL = 356


def creature(index=OWL):
    """The pixels of a held-out creature, uint8 3×64×64."""
    return torch.from_numpy(draw(occlusion.HELD_OUT_SEED, index).pixels).permute(2, 0, 1)


def answers(labels):
    labels = torch.as_tensor(labels)
    one = torch.full(labels.shape, 0.5)
    return Answers(one, labels, one, one)


def sweep_of(labels, uncovered=0):
    found = answers(labels)
    known = torch.ones(found.label.shape, dtype=torch.bool)
    return Sweep(Cover(4, 2), answers([uncovered]), found, known)


def test_a_cell_lies_where_the_middle_of_its_square_was():
    picture = np.zeros((12, 16, 3), np.uint8)
    canvas = Canvas(picture, Cover(4, 2), "light")
    values = torch.zeros(5, 7)
    values[1, 3] = 1.0  # the square with its corner at row 2, column 6: its middle is (4, 8)
    painted = magnitude_map(values, 1.0, canvas)
    scale = canvas.scale
    assert painted.shape == (12 * scale, 16 * scale, 3)
    bright = (painted == MAGNITUDE[-1]).all(axis=2)
    rows, columns = np.nonzero(bright)
    assert (rows.min(), rows.max() + 1) == (3 * scale, 5 * scale)
    assert (columns.min(), columns.max() + 1) == (7 * scale, 9 * scale)
    rim = painted[:scale, :scale]
    assert (rim == rim[0, 0]).all()
    assert not (rim[0, 0] == MAGNITUDE[0]).all()


@pytest.mark.parametrize("cover", [Cover(1, 1), Cover(7, 3), Cover(12, 5), Cover(3, 12)])
def test_every_cover_fits_into_the_picture(cover):
    picture = np.zeros((12, 16, 3), np.uint8)
    rows, columns = (len(axis) for axis in cover.places(12, 16))
    canvas = Canvas(picture, cover, "dark")
    painted = magnitude_map(torch.ones(rows, columns), 1.0, canvas)
    assert painted.shape == (12 * canvas.scale, 16 * canvas.scale, 3)
    assert (painted == MAGNITUDE[-1]).all(axis=2).any()


def test_regions_begin_with_the_uncovered_label_then_go_by_area():
    regions = regions_of(sweep_of([[3, 3, 5], [3, 0, 0]]), CLASSES)
    assert [region.label for region in regions] == [0, 3, 5]
    assert [region.letter for region in regions] == ["A", "B", "C"]
    assert [region.share for region in regions] == pytest.approx([2 / 6, 3 / 6, 1 / 6])
    assert [region.colour for region in regions] == [class_colour(rank) for rank in range(3)]
    few = regions_of(sweep_of([[3, 3, 5], [3, 0, 0]]), CLASSES[:8])
    assert [region.colour for region in few] == [class_colour(label) for label in (0, 3, 5)]
    assert regions_of(sweep_of([[2, 2]], uncovered=4), CLASSES)[0].share == 0


def test_two_labels_never_share_a_colour():
    regions = regions_of(sweep_of([[0, 8, 16]]), CLASSES)
    assert len({region.colour for region in regions}) == 3


def test_the_ninth_label_and_those_after_it_are_others():
    labels = [[*range(12), *range(7)]]
    regions = regions_of(sweep_of(labels), CLASSES)
    assert len(regions) == 8
    assert regions[-1].name == "other classes"
    assert regions[-1].share == pytest.approx(5 / 19)
    assert len({region.colour for region in regions}) == 8
    assert sum(region.share for region in regions) == pytest.approx(1)


def test_each_region_gets_its_letter_inside_and_a_speck_none():
    rank = np.array([[0, 0, 0, 1, 1], [0, 0, 0, 1, 1], [0, 0, 0, 2, 0], [3, 3, 0, 0, 0]])
    found = marks(rank)
    assert sorted(value for _, _, value in found) == [0, 1, 3]
    for i, j, value in found:
        assert rank[i, j] == value
    assert (1, 1, 0) in found  # as deep inside as can be


def test_labels_are_told_by_colour_line_and_letter():
    found = sweep_of([[0] * 4 + [1] * 4] * 6)
    canvas = Canvas(np.zeros((14, 18, 3), np.uint8), found.cover, "light")
    picture = label_map(found.answers.label, regions_of(found, CLASSES), canvas)
    for rank in (0, 1):
        colour = tuple(bytes.fromhex(class_colour(rank)[1:]))
        assert (picture == colour).all(axis=2).mean() > 0.2
    line = canvas.edges(8)[4]
    down = canvas.edges(6)
    assert (picture[down[0] + 2 : down[6] - 2, line] == (16, 19, 26)).all()
    assert (picture == 255).all(axis=2).any()  # the letters' rims


def test_hidden_parts_by_hand():
    owl = draw(occlusion.HELD_OUT_SEED, OWL)
    parts = owl.parts
    whole = Cover(64, 1)
    words = hidden_words(parts, whole, 0, 0)
    assert words == "both ears, both eyes and the beak"
    x0, y0, x1, y1 = parts["left eye"].box
    side = max(x1 - x0, y1 - y0)
    words = hidden_words(parts, Cover(side, 1), y0, min(x0, 64 - side))
    assert "left eye" in words or "both eyes" in words
    assert hidden_words(parts, Cover(2, 1), 62, 0) == ""


def test_parts_are_known_of_held_out_creatures_only():
    assert DATASETS["creatures"].test.keywords == {"seed": occlusion.HELD_OUT_SEED}
    assert "beak" in occlusion.parts_of(f"creatures-{OWL}", creature())
    assert occlusion.parts_of(f"creatures-{OWL}", creature(OWL + 1)) == {}
    assert occlusion.parts_of(f"mnist-{OWL}", creature()) == {}
    assert occlusion.parts_of("my-picture", creature()) == {}


@pytest.fixture(scope="module")
def study():
    model = load_model("creatures_cnn")
    pixels = creature()
    image = to_unit(pixels)
    watched = strongest_map(model, image, "pool3")
    found = sweep(model, image, Cover(20, 11), target=0, watched=watched)
    seen = map_seen(model, pixels[None].repeat(4, 1, 1, 1), watched)
    parts = occlusion.parts_of(f"creatures-{OWL}", pixels)
    names = ["here", "a", "b", "c"]
    return Study(
        pixels, model.classes, found, 0, True, watched, "pool 3", parts, "light", seen, names
    )


def test_the_scene_has_every_number_of_the_sweep(study):
    found = scene(study, name="s")
    answers = study.sweep.answers
    assert (found["rows"], found["columns"]) == answers.label.shape == (5, 5)
    assert found["maps"]["probability"]["values"] == pytest.approx(
        answers.probability.flatten().tolist(), abs=1e-4
    )
    assert found["maps"]["activity"]["values"] == pytest.approx(
        answers.activity.flatten().tolist(), rel=1e-3
    )
    said = [found["names"][index] for index in found["labels"]]
    assert said == [study.classes[label] for label in answers.label.flatten().tolist()]
    assert found["measured"] == [1] * 25
    assert found["fill"] == "rgb(128, 128, 128)"
    words = hidden_words(study.parts, study.sweep.cover, 22, 22)
    assert found["phrases"][found["hidden"][12]] == words
    told = placed(study, (22, 22), study.sweep.at((22, 22)))
    assert told["exact"]["hidden"] == words
    assert told["exact"]["probability"] == float(answers.probability[2, 2])
    assert told["start"] == told["exact"]["corner"] == [22, 22]


def test_the_saved_picture_shows_the_square_where_it_lies(study):
    pictures = [
        np.asarray(Image.open(BytesIO(saved(study, corner, "An owl"))))
        for corner in ((0, 0), (44, 44))
    ]
    assert pictures[0].shape == pictures[1].shape
    assert pictures[0].shape[1] >= 5 * 300
    changed = np.argwhere((pictures[0] != pictures[1]).any(axis=2))
    assert changed[:, 1].max() < 330  # only the first panel


def test_what_drives_a_map_is_its_deconvnet_where_it_has_switches(study):
    model = load_model("creatures_cnn")
    pixels = torch.stack([creature(), creature(1)])
    found = map_seen(model, pixels, study.watched)
    assert found.way == "deconvnet"
    signal = deconvnet(model, to_unit(pixels), layer="pool3", channel=study.watched.channel)
    assert found.projections.shape[0] == 2
    assert (signal.abs().amax(dim=(1, 2, 3)) > 0).all()
    grey = (np.abs(found.projections.astype(int) - 128) <= 1).all(axis=3)
    for one, shown in zip(signal, grey, strict=True):
        share = float((one.abs().amax(0) > 0.05 * signal.abs().max()).float().mean())
        assert 1 - shown.mean() >= share / 2


def test_the_strongest_others_leave_out_this_picture_and_silent_ones():
    values, order = torch.tensor([4.0, 3.0, 2.0, 1.0, 0.0]), torch.tensor([7, 2, 9, 4, 5])
    assert strongest_others(values, order, 2) == [7, 9, 4]
    assert strongest_others(values, order, None) == [7, 2, 9]
    assert strongest_others(values[3:], order[3:], None) == [4]


@pytest.mark.parametrize("layer", ["pool3", None])
def test_the_program_runs_and_finds_the_same(layer, capsys, study):
    source = (
        "import torch\nfrom dlviz.io.creatures import draw\n\n"
        f"pixels = torch.from_numpy(draw(2, {OWL}).pixels).permute(2, 0, 1)"
    )
    exec(occlusion.code("creatures_cnn", source, Cover(20, 11), 0, layer), {})
    out = capsys.readouterr().out
    row, column = study.sweep.worst
    assert f"lowest with the corner at ({11 * row}, {11 * column})" in out
    assert ("Map(layer='pool3'" in out) == (layer == "pool3")


def test_a_map_without_numbers_is_not_refused():
    """All-zero activity: a silent map still has a picture."""
    canvas = Canvas(np.zeros((12, 16, 3), np.uint8), Cover(4, 2), "light")
    painted = magnitude_map(torch.zeros(5, 7), 0.0, canvas)
    assert (painted == MAGNITUDE[0]).all(axis=2).any()
