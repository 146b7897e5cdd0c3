"""An attack through a file: what is written is read, and the words say what became of it."""

from __future__ import annotations

import dataclasses
import os
from contextlib import redirect_stdout
from io import BytesIO, StringIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.attacks import ATTACKS
from dlviz.core.data import to_unit
from dlviz.figures.saved_file import (
    code,
    compared,
    perturbation_file,
    reach,
    sentence,
    survey,
    survey_sentence,
    trips,
)
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit

EPS = 16
RIGHT = frozenset({"espresso", "cup", "coffee mug"})


@pytest.fixture(scope="module")
def net():
    return load_model("creatures_cnn")


@pytest.fixture(scope="module")
def pixels():
    return held_out("creatures")[0][:4]


@pytest.fixture(scope="module")
def coffee():
    return load_model("mobilenet_v2"), fit(load_photograph("coffee"), 224)[None]


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_judged_is_what_the_file_holds(net, pixels, name):
    for trip, clean in zip(trips(net, pixels, name, EPS), pixels, strict=True):
        with Image.open(BytesIO(trip.file)) as picture:  # not by the project's own reader
            assert picture.format == "PNG"
            held = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)
        assert torch.equal(trip.back, held)
        assert torch.equal(held, (trip.exact * 255).round().byte())
        said = net.probabilities((held / 255)[None])[0]
        torch.testing.assert_close(trip.filed, said, rtol=1e-4, atol=1e-5)
        assert trip.lost <= 0.5 + 1e-4
        assert trip.moved == int((held != clean).sum())
        if ATTACKS[name].norm == "linf":
            assert trip.farthest <= EPS
        added, cut = perturbation_file(trip)
        with Image.open(BytesIO(added)) as picture:
            step = torch.from_numpy(np.asarray(picture).astype(int)).permute(2, 0, 1) - 128
        away = (clean.int() + step - held.int()) != 0
        assert int(away.sum()) == cut


def test_fgsms_whole_step_loses_nothing_and_one_in_between_does(net, pixels):
    (trip,) = trips(net, pixels[:1], "fgsm", EPS)
    assert trip.lost < 1e-4
    torch.testing.assert_close(trip.filed, trip.memory, rtol=1e-3, atol=1e-5)
    assert reach("fgm", EPS, pixels[0]) == pytest.approx(EPS / 255 * pixels[0].numel() ** 0.5)


def test_the_espresso_falls_in_its_file_by_fgsm_and_comes_back_from_deepfools(coffee):
    model, picture = coffee
    (fgsm,) = trips(model, picture, "fgsm", 1)
    assert sentence(fgsm, "fgsm", 1, model.classes, RIGHT)[0] == "fooled"
    (deepfool,) = trips(model, picture, "deepfool", 1)
    kind, words = sentence(deepfool, "deepfool", 1, model.classes, RIGHT)
    assert kind == "lost"
    assert words.startswith("The file no longer fools: espresso")
    assert "In memory it was consomme" in words


def test_the_other_ends_are_said(coffee):
    model, picture = coffee
    (trip,) = trips(model, picture, "fgsm", 1)
    classes = model.classes
    same = dataclasses.replace(trip, memory=trip.clean, filed=trip.clean)
    assert sentence(same, "fgsm", 1, classes, RIGHT)[0] == "holds"
    both = RIGHT | {"consomme"}
    assert sentence(trip, "fgsm", 1, classes, both)[0] == "changed"
    assert sentence(trip, "fgsm", 1, classes, frozenset())[0] == "unsuitable"


def test_the_survey_counts_what_one_by_one_shows(net, pixels):
    seen = list(survey(net, pixels, EPS, ["fgsm", "deepfool"], batch=3))
    assert [done for done, _ in seen] == [3, 4, 7, 8]
    for name, count in seen[-1][1].items():
        alone = [trips(net, one[None], name, EPS)[0] for one in pixels]
        fooled = [one for one in alone if one.memory.argmax() != one.label]
        kept = [one for one in fooled if one.filed.argmax() != one.label]
        assert (count.pictures, count.memory, count.file) == (4, len(fooled), len(kept))
    assert "DeepFool fools with 4 of 4 pictures" in survey_sentence(seen[-1][1])


def test_another_true_name_is_not_counted_as_fooled(net, pixels):
    *_, (_, plain) = survey(net, pixels, EPS, ["fgsm"])
    said = [net.classes[int(trip.memory.argmax())] for trip in trips(net, pixels, "fgsm", EPS)]
    *_, (_, kind) = survey(net, pixels, EPS, ["fgsm"], right=[{name} for name in said])
    assert plain["fgsm"].memory > 0
    assert (kind["fgsm"].memory, kind["fgsm"].file) == (0, 0)


def test_what_rounding_alone_changes_and_what_is_nothing_yet_are_said(coffee):
    model, picture = coffee
    (trip,) = trips(model, picture, "fgsm", 1)
    late = dataclasses.replace(trip, memory=trip.clean)
    kind, words = sentence(late, "fgm", 1, model.classes, RIGHT)
    assert kind == "fooled"
    assert words.startswith("Only the file changes the answer: consomme")
    same = dataclasses.replace(trip, memory=trip.clean, filed=trip.clean)
    assert sentence(same, "fgsm", 0, model.classes, RIGHT)[1].startswith("Nothing is added")
    back = dataclasses.replace(trip, filed=trip.clean)
    true = sentence(back, "deepfool", 1, model.classes, RIGHT | {"consomme"})[1]
    assert "fools" not in true
    assert true.endswith("right, too.")


def test_a_file_that_has_been_through_a_jpeg_is_told_apart(net, pixels):
    (trip,) = trips(net, pixels[:1], "fgsm", 2)
    assert compared(trip.back, trip).startswith("These are the very pixels")
    other = trip.back.clone()
    other[0, 0, 0] = other[0, 0, 0] ^ 4
    assert "differ, by up to 4 of 255 steps" in compared(other, trip)
    assert net(to_unit(other)[None]).shape == (1, len(net.classes))


@pytest.mark.parametrize("name", ["fgsm", "fgm", "deepfool"])
def test_the_shown_code_runs_as_it_stands_and_says_the_same(net, pixels, name, tmp_path):
    program = code(
        'import dlviz\n\nmodel = dlviz.load_model("creatures_cnn")',
        "from dlviz.io.datasets import held_out\n\npixels = held_out('creatures')[0][1]",
        name,
        EPS,
    )
    said, before = StringIO(), os.getcwd()
    os.chdir(tmp_path)
    try:
        with redirect_stdout(said):
            exec(program, {})
    finally:
        os.chdir(before)
    (trip,) = trips(net, pixels[1:2], name, EPS)
    expected = [
        f"{where}: {net.classes[int(answer.argmax())]} {float(answer.max()):.1%}"
        for where, answer in zip(
            ("picture", "memory", "file"), (trip.clean, trip.memory, trip.filed), strict=True
        )
    ]
    assert said.getvalue().splitlines() == expected
    assert not list(tmp_path.iterdir())
