"""Trying a defence: one picture step by step, and the toll on a set, counted by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS
from dlviz.core.data import to_unit
from dlviz.core.defence_trials import STEPS, Attempt, Toll, attempts, toll
from dlviz.core.defences import Defended
from dlviz.core.robustness import random_signs
from dlviz.io.datasets import held_out
from dlviz.io.defences import DEFENCES
from dlviz.io.models import load_model

EPS = 24


def asked(name: str = "quantise") -> tuple[Defended, Tensor, Tensor]:
    """A defended net, 12 held-out pictures and their classes."""
    model = load_model("fashion_cnn")
    pixels, labels = (part[:12] for part in held_out(model.data))
    return Defended(model, DEFENCES[name], DEFENCES[name].setting.default), pixels, labels


@pytest.mark.parametrize("name", DEFENCES)
def test_an_attack_is_followed_and_the_worst_is_kept(name: str) -> None:
    """Never better for the net than before, inside the ball, on the 8-bit grid; and it ends no
    worse for the attacker than the last picture of the attack itself."""
    defended, pixels, _ = asked(name)
    picture = pixels[0]
    label = int(defended(to_unit(picture)[None]).argmax())
    found = list(attempts(defended, picture, label, EPS))
    assert [done for done, _ in found] == list(range(STEPS + 1))
    sure = [float(attempt.answer[label]) for _, attempt in found]
    assert sure == sorted(sure, reverse=True)
    last = found[-1][1]
    assert last.pixels.dtype == torch.uint8
    assert (last.pixels.int() - picture.int()).abs().max() <= EPS
    with torch.no_grad():
        again = defended(to_unit(last.pixels)[None]).softmax(dim=1)[0]
    assert torch.allclose(again, last.answer, atol=1e-5)
    images, labels = to_unit(picture)[None], torch.tensor([label])
    plain = ATTACKS["pgd"].run(defended, images, labels, EPS / 255, steps=STEPS)
    rounded = (plain * 255).round() / 255
    with torch.no_grad():
        assert sure[-1] <= float(defended(rounded).softmax(dim=1)[0, label]) + 1e-6


@pytest.mark.parametrize("name", DEFENCES)
def test_the_toll_is_what_is_counted_one_by_one(name: str) -> None:
    defended, pixels, labels = asked(name)
    model, pgd = defended.model, ATTACKS["pgd"]
    counts = [0] * 6
    for number, (picture, label) in enumerate(zip(pixels, labels, strict=True)):
        image, wanted = picture[None] / 255, label[None]
        naive = pgd.run(model, image, wanted, EPS / 255, steps=10)
        through = pgd.run(defended, image, wanted, EPS / 255, steps=10)
        noise = (image + EPS / 255 * random_signs(image.shape[1:], 0, number)).clamp(0, 1)
        pairs = (
            *((model, image), (defended, image), (model, naive)),
            *((defended, naive), (defended, through), (defended, noise)),
        )
        for at, (net, shown) in enumerate(pairs):
            with torch.no_grad():
                counts[at] += int(net((shown * 255).round() / 255).argmax()) == int(label)
    found = list(toll(defended, pixels, labels, EPS, batch=5))
    assert [done for done, _ in found] == [5, 10, 12]
    assert found[-1][1] == Toll(12, *counts)
    assert found[-1][1].through <= found[-1][1].naive < found[-1][1].bare


def test_an_attempt_holds_what_was_shown() -> None:
    defended, pixels, _ = asked()
    *_, (_, attempt) = attempts(defended.model, pixels[1], 3, 0, steps=1)
    assert isinstance(attempt, Attempt)
    assert torch.equal(attempt.pixels, pixels[1])
    assert attempt.answer.sum() == pytest.approx(1.0, abs=1e-5)


def test_one_bit_holds_a_small_eps_on_digits_as_its_words_say() -> None:
    model = load_model("digits_plain")
    pixels, labels = (part[:50] for part in held_out(model.data))
    assert "one bit does hold a small ε" in DEFENCES["quantise"].beaten
    *_, (_, one) = toll(Defended(model, DEFENCES["quantise"], 1), pixels, labels, 32)
    *_, (_, three) = toll(Defended(model, DEFENCES["quantise"], 3), pixels, labels, 32)
    assert one.through > 0.8 * one.clean
    assert three.through < 0.3 * three.clean
