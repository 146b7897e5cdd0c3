"""The adversarial lab's cards: every number of an answer is worked out from the models."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch

from dlviz.core.attack_cards import ATTACK_CARDS
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.lessons import Card
from dlviz.core.robustness import Survey, survey
from dlviz.figures.attack import RIGHT, Outcome, Study, attacked, study, verdict
from dlviz.figures.attack_path import Recipe, Walk, walk
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit
from tests.core.points.test_cards import as_written, numbers

NET = "mobilenet_v2"
SLOW = ("anecdote", "file", "jpeg", "judge", "plane", "transfer")  # seconds each


def eps_of(card: Card, *, then: bool = False) -> int:
    return int({**card.settings, **(card.then if then else {})}["eps"])


@cache
def studied(photograph: str) -> Study:
    model = load_model(NET)
    return study(model, fit(load_photograph(photograph), model.input_shape[-1]))


@cache
def outcome(photograph: str, eps: int) -> Outcome:
    return attacked(load_model(NET), studied(photograph), eps)


def judged(photograph: str, eps: int) -> str:
    classes, shown = load_model(NET).classes, (studied(photograph), outcome(photograph, eps))
    return verdict(*shown, classes, right=RIGHT[photograph]).kind


def named(model: Classifier, probabilities: torch.Tensor, text: str) -> float:
    """The answer's probability in per cent; the text must name it."""
    best = int(probabilities.argmax())
    assert model.classes[best] in text
    return 100 * float(probabilities[best])


def asked(probabilities: torch.Tensor, text: str) -> float:
    return named(load_model(NET), probabilities, text)


def pixel(card: Card) -> list[float]:
    step = eps_of(card, then=True)
    assert judged("coffee", step) == "fooled"
    share = asked(outcome("coffee", step).probabilities, card.answer)
    return [step, share, studied("coffee").pixels.numel()]


def noise(card: Card) -> list[float]:
    assert judged("coffee", eps_of(card)) == "fooled"
    return [asked(outcome("coffee", eps_of(card)).control, card.answer)]


def panda(card: Card) -> list[float]:
    """“.007 corresponds to the magnitude of the smallest bit of an 8 bit image encoding after
    GoogLeNet's conversion to real numbers”, arXiv:1412.6572: pixels from −1 to 1."""
    smallest_bit = int(2 / 255 * 1000) / 1000
    step = eps_of(card, then=True)
    assert step == 1
    assert judged("camera", step) == judged("camera", eps_of(card)) == "fooled"
    share = asked(outcome("camera", step).probabilities, card.answer)
    return [smallest_bit, 255, smallest_bit * 255, 8, share]


def more(card: Card) -> list[float]:
    first, twice = eps_of(card), eps_of(card, then=True)
    asked(outcome("camera", first).probabilities, card.question)
    held = [eps for eps in range(1, twice + 1) if judged("camera", eps) == "holds"]
    assert held == list(range(held[0], twice + 1))
    assert twice == 2 * first
    return [held[0], 255, asked(outcome("camera", twice).probabilities, card.answer), twice]


def unknown(card: Card) -> list[float]:
    found = outcome("brick", eps_of(card))
    assert judged("brick", eps_of(card)) == "unsuitable"
    assert int(found.control.argmax()) != studied("brick").label
    asked(found.control, card.answer)
    return [asked(studied("brick").clean, card.answer)]


def cat(card: Card) -> list[float]:
    last = eps_of(card, then=True)
    kinds = [judged("cat", eps) for eps in range(1, last + 1)]
    assert kinds == ["changed"] * (last - 1) + ["fooled"]
    share = asked(outcome("cat", eps_of(card)).probabilities, card.question)
    assert f"{share:.1f} %" in card.question
    asked(outcome("cat", last).probabilities, card.answer)
    return [last, 255]


def walked(card: Card, attack: str, photograph: str = "coffee") -> Walk:
    goal = card.settings.get("target")
    recipe = Recipe(attack, eps_of(card), None if goal is None else int(goal))
    shown = studied(photograph)
    *_, last = walk(load_model(NET), shown.pixels, shown.label, recipe)
    return last


def target(card: Card) -> list[float]:
    goal = int(card.settings["target"])
    one, ten = walked(card, "fgsm"), walked(card, card.then["attack"])
    assert load_model(NET).classes[goal] in card.question
    assert f"{100 * float(one.last.filed[goal]):.1f} %" in card.question
    assert int(ten.last.filed.argmax()) == goal
    assert ten.gradients == 10
    assert ten.last.length < one.last.length
    return [asked(ten.last.filed, card.answer)]


def inside(card: Card) -> list[float]:
    from dlviz.figures import attack_inside as looked

    model, shown = load_model(NET), studied("coffee")
    step = eps_of(card, then=True)
    pixels = to_unit(outcome("coffee", step).pixels)
    layers = looked.layers_of(model)
    moved = looked.over_depth(model, looked.inside(model, shown, pixels, step), layers).relative
    attack, random = 100 * moved[0], 100 * moved[1:].mean(dim=0)
    for start in (attack[0], random[0]):
        assert f"{float(start):.1f} %" in card.question
    at = 1 + int(attack[1:-1].argmax())
    grown = [float(line[at] / line[0]) for line in (attack, random)]
    return [at, float(attack[at]), float(random[at]), *grown]


def plane(card: Card) -> list[float]:
    from dlviz.core.attack_plane import Field, field_of
    from dlviz.figures.attack_plane import plane_of, reaches

    model = load_model(card.settings["model"])
    shown = study(model, held_out("creatures")[0][int(card.settings["image"])])
    half, offered = reaches(tuple(shown.pixels.shape))

    def field(span: str) -> Field:
        across = plane_of(shown, span, 0)
        unit = offered[0] // half
        return field_of(model, across, half=half, unit=unit, target=shown.label)

    random, found = field("random"), field("gradient")
    assert (random.label == shown.label).all()
    assert model.classes[shown.label] in card.question
    assert str(offered[0]) in numbers(card.question)
    lost = [eps for eps, _ in found.along("across") if eps > 0 and _said(found, eps) != shown.label]
    assert model.classes[_said(found, lost[0])] in card.answer
    return [lost[0], 255, 100 * float((found.label == shown.label).double().mean())]


def _said(found: Any, eps: int) -> int:
    return int(found.label[found.half, found.half + eps // found.unit])


def over(model: str, data: str, attack: str, *epsilons: int, count: int = 200) -> Survey:
    pixels, labels = (part[:count] for part in held_out(data))
    *_, (_, found) = survey(load_model(model), pixels, labels, attack, (0, *epsilons), batch=10)
    return found


def anecdote(card: Card) -> list[float]:
    shown = held_out("creatures")[0][int(card.settings["image"])]
    model, eps = load_model(card.settings["model"]), eps_of(card)
    kept = study(model, shown)
    assert int(attacked(model, kept, eps).probabilities.argmax()) == kept.label
    assert model.classes[kept.label] in card.question
    found = over("creatures_cnn", "creatures", "fgsm", eps, 32)
    random = over("creatures_cnn", "creatures", "noise", eps)
    right = [round(200 * share) for share in found.accuracies]
    assert f"{right[0]} of {len(found.labels)}" in card.question
    return [right[1], round(200 * random.accuracies[1]), 32, 255, right[2]]


def judge(card: Card) -> list[float]:
    eps = int(card.settings["at"])
    one, ten = (
        100 * over(card.settings["model"], "mnist", attack, eps).accuracies[1]
        for attack in ("fgsm", "pgd")
    )
    return [eps, 255, one, ten]


def transfer(card: Card) -> list[float]:
    from dlviz.core.transfer import transfer as shown_to_all

    names = ("creatures_cnn", "creatures_11x11", "creatures_7x7", "creatures_unlimited")
    pixels, labels = (part[: int(card.settings["count"])] for part in held_out("creatures"))
    nets = [load_model(name) for name in names]
    eps = eps_of(card, then=True)
    *_, (_, found) = shown_to_all(nets, pixels, labels, "fgsm", eps, batch=10)
    first, random = found.rates[0], found.rates[-1]
    own, other, control = (100 * (share or 0.0) for share in (first[0], first[2], random[2]))
    return [own, 7, 7, other, control]


def file(card: Card) -> list[float]:
    from dlviz.figures.saved_file import trips

    shown = studied("coffee").pixels[None]
    near, whole = (
        trips(load_model(NET), shown, name, eps_of(card))[0]
        for name in (card.then["attack"], "fgsm")
    )
    assert int(whole.filed.argmax()) == int(outcome("coffee", eps_of(card)).probabilities.argmax())
    length = [float((each.exact - to_unit(each.pixels)).norm()) for each in (whole, near)]
    assert f"{length[0] / length[1]:.0f} times shorter" in card.question
    return [asked(near.memory, card.answer), 1, 255, asked(near.filed, card.answer)]


def jpeg(card: Card) -> list[float]:
    from dlviz.core.defence_trials import attempts
    from dlviz.core.defences import Defended
    from dlviz.figures.defences import behind, clean_of
    from dlviz.io.defences import DEFENCES

    defence = DEFENCES[card.then["defence"]]
    model, shown, eps = load_model(NET), studied("camera"), eps_of(card)
    defended = Defended(model, defence, defence.setting.default)
    assert int(clean_of(defended, shown.pixels, eps).defended.argmax()) == shown.label
    *_, (_, naive) = attempts(model, shown.pixels, shown.label, eps)
    *_, (_, through) = attempts(defended, shown.pixels, shown.label, eps)
    assert int(naive.answer.argmax()) != shown.label
    stopped = behind(defended, naive.pixels)[1]
    assert int(stopped.argmax()) == shown.label
    return [asked(stopped, card.answer), asked(through.answer, card.answer)]


def robust(card: Card) -> list[float]:
    from dlviz.figures.twins import likeness, seen

    (pixels, labels), at = held_out("mnist"), int(card.settings["image"])
    plain, other = (
        100 * likeness(seen(load_model(name), pixels[at], int(labels[at]), 32))
        for name in ("digits_plain", "digits_robust")
    )
    return [5, other, plain]


WORKED_OUT: dict[str, Callable[[Card], list[float]]] = {
    work.__name__: work
    for work in (
        pixel, noise, panda, more, unknown, cat, target, inside, plane, anecdote, judge, transfer,
        file, jpeg, robust,
    )
}  # fmt: skip
MARKED = [
    pytest.param(name, marks=pytest.mark.acceptance) if name in SLOW else name
    for name in ATTACK_CARDS
]


@pytest.mark.parametrize("name", MARKED)
def test_every_number_of_an_answer_is_worked_out(name: str) -> None:
    card = ATTACK_CARDS[name]
    written = numbers(card.answer)
    found = WORKED_OUT[name](card)
    assert [as_written(value, text) for value, text in zip(found, written, strict=True)] == written


def test_cards_say_nothing_in_markup_and_are_as_short_as_the_others() -> None:
    assert len(ATTACK_CARDS) >= 8
    for card in ATTACK_CARDS.values():
        assert not re.search(r"[*_`\[\]]", card.question + card.answer)
        assert len(card.title + card.question) <= 190
        assert len(card.answer) <= 160
