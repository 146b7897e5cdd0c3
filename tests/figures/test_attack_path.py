"""An attack's path as the page judges it, against the attacks themselves and plain NumPy."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from dlviz.core.attacks import ATTACKS, masks
from dlviz.core.data import to_unit
from dlviz.figures import attack_path as figures
from dlviz.figures.attack import Study
from dlviz.figures.attack_path import Recipe, Step, control, judged, moved_by, planned, row_of, walk
from dlviz.figures.attack_path_scene import code, formula, scene, table
from dlviz.figures.attack_path_words import lesson
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

EPS = 24
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def model():
    return load_model("fashion_cnn")


@pytest.fixture(scope="module")
def study(model):
    """A picture of clothes that the net is sure of."""
    pixels, labels = held_out("fashion_mnist")
    shares = model.probabilities(to_unit(pixels[:40]))
    index = int(((shares.argmax(1) == labels[:40]) & (shares.max(1).values > 0.9)).nonzero()[0])
    return Study(pixels[index], torch.empty(0), int(labels[index]), shares[index])


def finished(model, study, recipe):
    *_, last = walk(model, study.pixels, study.label, recipe)
    return last


def recipes(**options):
    return [Recipe(name, EPS, **options) for name in ATTACKS]


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_every_step_is_the_attacks_own_and_is_judged_as_computed_and_as_a_file(
    model, study, recipe
):
    done = finished(model, study, recipe)
    image = to_unit(study.pixels)[None]
    eps = recipe.reach(study.pixels)
    path = list(recipe.attack.path(model, image, torch.tensor([study.label]), eps))
    assert len(done.steps) == len(path) <= planned(recipe)
    for step, now in zip(done.steps, path, strict=True):
        change = (now - image)[0].numpy()
        assert step.farthest == pytest.approx(np.abs(change).max())
        assert step.length == pytest.approx(np.sqrt((change.astype(float) ** 2).sum()), rel=1e-5)
        torch.testing.assert_close(step.said, model.probabilities(now)[0], atol=1e-5, rtol=0)
        kept = torch.from_numpy(np.rint(now.numpy() * 255).astype(np.float32) / 255)
        torch.testing.assert_close(step.filed, model.probabilities(kept)[0], atol=1e-5, rtol=0)
        shown = step.change.numpy().astype(float) * step.limit / figures.DEPTH
        assert np.abs(shown - change).max() <= step.limit / figures.DEPTH / 2 + 1e-7
    assert torch.equal(done.pixels, (path[-1][0] * 255).round().to(torch.uint8))


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_gradients_are_counted_as_autograd_counts_them(model, study, recipe, monkeypatch):
    asked = []
    real = torch.autograd.grad

    def counted(*arguments, **options):
        asked.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(torch.autograd, "grad", counted)
    assert finished(model, study, recipe).gradients == len(asked) > 0


def test_one_knob_for_both_norms_the_length_of_a_whole_step(study):
    n = study.pixels.numel()
    assert Recipe("pgd", 5).reach(study.pixels) == 5 / 255
    whole = np.full(n, 5 / 255)
    assert Recipe("fgm", 5).reach(study.pixels) == pytest.approx(np.linalg.norm(whole))
    mask = masks.rectangle((1, 28, 28), 0, 0, 4, 5)
    assert Recipe("fgm", 5, mask=mask).reach(study.pixels) == pytest.approx(5 / 255 * 20**0.5)


@pytest.mark.parametrize("name", [*ATTACKS, "random"])
def test_nothing_outside_a_mask_moves(model, study, name):
    mask = masks.sticker((1, 28, 28), (14, 14), 6)
    if name == "random":
        step = control(model, study.pixels, Recipe("pgd", 255, mask=mask)).last
        assert not step.change[~mask].any()
        assert step.change[mask].any()
        return
    done = finished(model, study, Recipe(name, 255, mask=mask))
    assert torch.equal(done.pixels[~mask], study.pixels[~mask])
    assert not torch.equal(done.pixels[mask], study.pixels[mask])


def said(*, classes, best, share):
    found = torch.full((classes,), (1 - share) / (classes - 1))
    found[best] = share
    return found


CLASSES = ("cup", "cat", "dog")


@pytest.mark.parametrize(
    ("computed", "filed", "target", "right", "kind", "word"),
    [
        (0, 0, None, None, "holds", "Resisted: still cup (80.0 %), with no pixel moved by more"),
        (1, 1, None, None, "fooled", "Fooled: cup has become cat (80.0 %); no pixel moved by"),
        (1, 0, None, None, "holds", "Undone by the file: as computed cup has become cat (80.0 %)"),
        (1, 1, 1, None, "fooled", "Fooled, as aimed: cup has become cat"),
        (2, 2, 1, None, "changed", "Changed, but not to the target: cup has become dog"),
        (0, 0, 1, None, "holds", "cat has 10.0 %."),
        (1, 1, None, {"cup", "cat"}, "changed", "Another answer, but not a wrong one"),
        (1, 1, None, {"dog"}, "unsuitable", "Not a fair test: the net is wrong from the start"),
    ],
)
def test_the_verdict_has_three_states_and_goes_by_the_file(
    computed, filed, target, right, kind, word
):
    clean = said(classes=3, best=0, share=0.9)
    study = Study(torch.zeros(3, 2, 2, dtype=torch.uint8), torch.empty(0), 0, clean, target)
    step = Step(
        torch.zeros(3, 2, 2, dtype=torch.int8), 0.01,
        said(classes=3, best=computed, share=0.8), said(classes=3, best=filed, share=0.8),
        0.01, 0.5,
    )  # fmt: skip
    verdict = judged(study, step, 2, CLASSES, right)
    assert verdict.kind == kind
    assert word in verdict.sentence


def test_a_picture_that_the_net_does_not_know_is_no_test():
    clean = said(classes=3, best=0, share=0.4)
    study = Study(torch.zeros(3, 2, 2, dtype=torch.uint8), torch.empty(0), 0, clean)
    step = Step(torch.zeros(3, 2, 2, dtype=torch.int8), 1.0, clean, clean.flip(0), 0.1, 0.1)
    assert judged(study, step, 1, CLASSES, None).kind == "unsuitable"


def test_the_table_and_the_lesson_say_what_was_measured(model, study):
    done = [finished(model, study, recipe) for recipe in recipes()]
    rows = [*(row_of(one, study.pixels) for one in done),
            control(model, study.pixels, Recipe("pgd", EPS))]  # fmt: skip
    html = table(rows, study, model.classes, None, "bim")
    assert html.count("<tr") == len(ATTACKS) + 2
    assert html.count('<tr class="chosen">') == 1
    for one in done:
        assert f">{one.gradients}</td>" in html
        assert f">{one.last.length:.2f}</td>" in html
    words = lesson(rows, study, model.classes, None)
    assert f"leaves **{model.classes[study.label]}**" in words
    near = next(row for row in rows if row.name == "deepfool")
    full = next(row for row in rows if row.name == "fgsm")
    assert f"{full.last.length / near.last.length:.1f} times shorter" in words
    assert "Random signs of the same ε" in words
    assert [row.moved for row in rows[:1]] == [moved_by(study.pixels, done[0].pixels)]


def test_what_a_file_undoes_does_not_survive_in_it_whatever_the_net_knew(model, study):
    """A net that does not know the picture makes no verdict; the answer in the file counts."""
    unsure = replace(study, clean=torch.full_like(study.clean, 0.1))
    rows = [row_of(finished(model, study, one), study.pixels) for one in recipes()]
    rows.append(control(model, study.pixels, Recipe("pgd", EPS)))
    at = next(place for place, row in enumerate(rows) if row.name == "deepfool")
    back = replace(rows[at].last, filed=study.clean)
    rows[at] = replace(rows[at], last=back)
    words = lesson(rows, unsure, model.classes, None)
    assert f"undo it: there it is still {model.classes[study.label]}" in words
    assert "survives" not in words


def test_a_long_path_of_large_pictures_is_thinned_with_both_ends(study, monkeypatch):
    clean = study.clean
    step = Step(torch.zeros_like(study.pixels, dtype=torch.int8), 1.0, clean, clean, 0.0, 0.0)
    long = figures.Walk(Recipe("pgd", 1), (step,) * 31, study.pixels, 0.0)
    classes = tuple(map(str, range(10)))
    assert scene(study, long, classes, name="a")["sent"] == list(range(31))
    monkeypatch.setattr("dlviz.figures.attack_path_scene.MOST_SENT", 784 // 2 * 7)
    sent = scene(study, long, classes, name="a")["sent"]
    assert len(sent) == 7
    assert (sent[0], sent[-1]) == (0, 30)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_equation_has_the_current_numbers(study, name):
    text = formula(Recipe(name, 7), study.pixels)
    if name == "fgm":
        assert f"{7 / 255 * 28:.3g}" in text
    elif name != "deepfool":
        assert "7/255" in text
    if name == "pgd":
        assert r"\alpha = 0.25\,\varepsilon = 1.75/255" in text
    assert "+" in text
    assert r"\pm" not in formula(Recipe(name, 7, target=None), study.pixels)
    if ATTACKS[name].can_target:
        assert "-" in formula(replace(Recipe(name, 7), target=3), study.pixels)


def test_the_shown_programs_run_and_end_where_the_page_does(model, study):
    """All in one process: each says for itself what a file makes of it."""
    pixels = "from dlviz.io.datasets import held_out\npixels = held_out('fashion_mnist')[0][{}]"
    every = held_out("fashion_mnist")[0]
    index = next(at for at in range(40) if torch.equal(every[at], study.pixels))
    load = 'import dlviz\n\nmodel = dlviz.load_model("fashion_cnn")'
    mask = "masks.sticker(tuple(pixels.shape), (14, 14), 9)"
    chosen = [Recipe(name, EPS) for name in ATTACKS]
    chosen.append(Recipe("fgm", EPS, mask=masks.sticker((1, 28, 28), (14, 14), 9)))
    chosen.append(Recipe("pgd", EPS, target=(study.label + 1) % 10, settings={"steps": 3}))
    program = "\n".join(
        code(load, pixels.format(index), one, mask if one.mask is not None else "")
        for one in chosen
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    ends = [line for line in done.stdout.splitlines() if line.startswith("in a file")]
    assert len(ends) == len(chosen)
    for line, recipe in zip(ends, chosen, strict=True):
        filed = finished(model, study, recipe).last.filed
        best = int(filed.argmax())
        assert line == f"in a file: {model.classes[best]} {float(filed[best]):.1%}"
