"""The scan over every ε, where answers flip and come back, and what the component is given."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.attack import CONTROL_SEED, study
from dlviz.figures.fgsm_scan import Scan, flips, flips_sentence, nearest_first, ranges
from dlviz.figures.fgsm_scene import picture_data, scan_data, top_five

CLASSES = ("cat", "dog", "cow", "owl", "pig", "emu", "ant")


@pytest.fixture(scope="module")
def net():
    chain = nn.Sequential(nn.Conv2d(3, 6, 3), nn.Tanh(), nn.Flatten(), nn.Linear(600, 7))
    generator = torch.Generator().manual_seed(3)
    for value in chain.state_dict().values():
        value.normal_(std=0.15, generator=generator)
    means = (0.4, 0.5, 0.6), (0.2, 0.3, 0.2)
    return Classifier(chain, CLASSES, *means, layers=["0"], input_shape=(3, 12, 12))


@pytest.fixture(scope="module")
def pixels():
    generator = torch.Generator().manual_seed(5)
    return torch.randint(-40, 296, (3, 12, 12), generator=generator).clamp(0, 255).to(torch.uint8)


@pytest.mark.parametrize("target", [None, 2])
def test_every_row_is_what_the_net_says_to_those_bytes(net, pixels, target):
    """By hand, without any of the attack's code: one gradient, whole steps, clipping."""
    subject = study(net, pixels, target)
    scan = Scan(net, subject, 30)
    assert [done for done, _ in scan.stream(4)][-1] == 31
    image = (pixels.double() / 255).float()[None].requires_grad_()
    chance = net(image).softmax(dim=1)[0]
    wanted = int(chance.argmax()) if target is None else target
    (gradient,) = torch.autograd.grad(-chance[wanted].log(), image)
    way = gradient[0].sign().int() * (1 if target is None else -1)
    drawn = np.random.default_rng(CONTROL_SEED).integers(0, 2, (3, 12, 12)) * 2 - 1
    for eps in (0, 1, 7, 30):
        for signs, rows in ((way, scan.answers), (torch.from_numpy(drawn), scan.control)):
            moved = (pixels.int() + eps * signs).clamp(0, 255)
            said = net.probabilities((moved / 255).float()[None])[0]
            torch.testing.assert_close(rows[eps], said, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(subject.gradient, gradient[0], rtol=1e-3, atol=1e-6)


def test_a_scan_begins_around_the_current_step_and_asks_for_none_twice(net, pixels, monkeypatch):
    assert nearest_first(2, 5) == [2, 1, 3, 0, 4, 5]
    scan = Scan(net, study(net, pixels), 5)
    asked = []
    real = net.probabilities
    monkeypatch.setattr(net, "probabilities", lambda images: asked.append(1) or real(images))
    scan.measure(2)
    steps = scan.stream(2)
    assert [done for done, _ in steps] == [2, 2, 3, 4, 4, 5, 6]
    assert len(asked) == 5, "0 is the clean picture, which is known"
    with pytest.raises(ValueError, match="from 1 to 255"):
        Scan(net, study(net, pixels), 256)


def test_a_target_that_is_the_answer_already_is_refused(net, pixels):
    label = study(net, pixels).label
    with pytest.raises(ValueError, match="aim at another class"):
        study(net, pixels, label)


def said(*best: int) -> torch.Tensor:
    return torch.eye(4)[list(best)]


@pytest.mark.parametrize(
    ("best", "unknown", "smallest", "hit", "back", "scanned"),
    [
        ((0, 0, 1, 1), (), 2, None, (), 3),
        ((0, 1, 0, 2, 0), (), 1, 3, (2, 4), 4),
        ((0, 0, 0), (), None, None, (), 2),
        ((0, 0, 1, 1, 0), (1,), None, None, (), 0),  # nothing is claimed beyond a gap
        ((0, 1, 0, 2, 0), (3,), 1, None, (2,), 2),
    ],
)
def test_flips_are_the_first_ones_and_those_that_come_back(
    best, unknown, smallest, hit, back, scanned
):
    known = torch.ones(len(best), dtype=torch.bool)
    known[list(unknown)] = False
    found = flips(said(*best), known, 0, 2)
    assert (found.smallest, found.hit, found.back) == (smallest, hit, back)
    assert found.scanned == scanned


def test_the_sentence_says_how_far_was_looked():
    everything = torch.ones(6, dtype=torch.bool)
    gone = flips(said(0, 1, 1, 0, 0, 1), everything, 0)
    none = flips(said(0, 0, 0, 0, 0, 0), everything, 0)
    assert flips_sentence(gone, none, "cat") == (
        "Every ε up to 5/255 was tried: 1/255 is the smallest that changes the answer; at 3 to 4 "
        "it is cat again. Random signs of the same size change it nowhere."
    )
    assert "none changes the answer. None reaches dog. Random signs need 1/255." in (
        flips_sentence(none, gone, "cat", "dog")
    )
    assert ranges([3, 4, 5, 9, 11, 12]) == "3 to 5, 9 and 11 to 12"
    assert ranges([7]) == "7"


def test_the_bytes_for_the_browser_are_the_studys(net, pixels):
    subject = study(net, pixels)
    data = picture_data(subject)
    back = {
        name: np.frombuffer(base64.b64decode(data[name]), kind)
        for name, kind in (("pixels", np.uint8), ("signs", np.uint8), ("gradient", "<i2"))
    }
    np.testing.assert_array_equal(back["pixels"], pixels.numpy().ravel())
    spread = (back["signs"][:, None] >> np.array([0, 2, 4, 6]) & 3).ravel().astype(int) - 1
    np.testing.assert_array_equal(spread, subject.direction.numpy().ravel())
    gradient = back["gradient"] / 32767 * data["limit"]
    np.testing.assert_allclose(gradient, subject.gradient.numpy().ravel(), atol=data["limit"] / 3e4)
    row, column = data["steepest"]
    assert subject.gradient.abs().amax(dim=0)[row, column] == subject.gradient.abs().max()


def test_the_five_largest_keep_those_that_are_followed():
    chances = torch.tensor([0.01, 0.3, 0.25, 0.2, 0.1, 0.09, 0.05])
    five = top_five(chances, CLASSES, {1: "now", 0: "was", 6: "aim"})
    assert [(row["name"], row["mark"]) for row in five] == [
        ("dog", "now"), ("cow", ""), ("owl", ""),
        ("ant (place 6)", "aim"), ("cat (place 7)", "was"),
    ]  # fmt: skip
    two = top_five(torch.tensor([0.4, 0.6]), ("cat", "dog"), {1: "now", 0: "was"})
    assert [row["name"] for row in two] == ["dog", "cat"]


def test_rows_and_words_agree(net, pixels):
    subject = study(net, pixels)
    scan = Scan(net, subject, 8)
    for eps in (1, 3):
        scan.measure(eps)
    data = scan_data(scan, CLASSES, None)
    assert [row is not None for row in data["rows"]] == [True, True, False, True] + [False] * 5
    assert data["rows"][0]["signs"]["top"][0]["name"] == data["label"] == CLASSES[subject.label]
    for eps in (1, 3):
        for side, rows in (("signs", scan.answers), ("noise", scan.control)):
            shown = data["rows"][eps][side]
            assert shown["share"] == float(rows[eps][subject.label])
            assert shown["flipped"] == (int(rows[eps].argmax()) != subject.label)
    clean = to_unit(pixels)[None]
    loss = nn.functional.cross_entropy(net(clean), torch.tensor([subject.label])).item()
    assert data["rows"][0]["signs"]["loss"] == pytest.approx(loss, rel=1e-3)
