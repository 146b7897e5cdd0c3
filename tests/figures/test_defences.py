"""Words about defences and twins, each state of the verdict, and programs that run."""

from __future__ import annotations

import contextlib
import io

import pytest
import torch
from torch import Tensor

from dlviz.core.defence_trials import Attempt, Toll
from dlviz.core.robustness import Survey
from dlviz.figures import defences, twins
from dlviz.figures.defences import Clean, Trial, told, toll_table
from dlviz.figures.twins import Seen, about_slopes, likeness, sentences, table, told_apart
from dlviz.io.datasets import held_out
from dlviz.io.defences import DEFENCES
from dlviz.io.models import load_model

CLASSES = ("cat", "dog", "owl")
BLUR = DEFENCES["blur"]
PIXELS = torch.zeros(1, 4, 4, dtype=torch.uint8)


def answer(best: int, sure: float = 0.8) -> Tensor:
    found = torch.full((3,), (1 - sure) / 2)
    found[best] = sure
    return found


def trial(*, bare: Tensor, defended: int, naive: int, stopped: int, through: int) -> Trial:
    clean = Clean(int(bare.argmax()), bare, answer(defended), answer(defended))
    return Trial(
        clean, Attempt(PIXELS, answer(naive)), answer(stopped), Attempt(PIXELS, answer(through))
    )


@pytest.mark.parametrize(
    ("answers", "kind", "word"),
    [
        ((0, 1, 0, 1), "fooled", "Stopped, then beaten"),
        ((0, 1, 1, 1), "fooled", "Not even stopped"),
        ((0, 1, 0, 0), "holds", "Holds here"),
        ((0, 1, 1, 0), "fooled", "Not stopped"),
        ((0, 0, 0, 0), "holds", "Nothing to defend against"),
        ((2, 1, 1, 1), "unsuitable", "Spoilt by the defence"),
    ],
)
def test_every_end_has_its_verdict(answers, kind: str, word: str) -> None:
    defended, naive, stopped, through = answers
    found = trial(bare=answer(0), defended=defended, naive=naive, stopped=stopped, through=through)
    judged = told(found, BLUR, CLASSES, right=frozenset({"cat"}))
    assert (judged.kind, judged.word) == (kind, word)
    assert judged.rest.endswith(".")


def test_another_right_answer_is_no_mistake() -> None:
    """A cat that is taken for another kind of cat, all of which are true of the picture."""
    for answers in ((0, 2, 1, 0), (1, 2, 0, 1)):
        defended, naive, stopped, through = answers
        found = trial(
            bare=answer(0), defended=defended, naive=naive, stopped=stopped, through=through
        )
        assert told(found, BLUR, CLASSES, right=frozenset({"cat", "dog"})).word == "Holds here"
    found = trial(bare=answer(0), defended=0, naive=1, stopped=0, through=2)
    judged = told(found, BLUR, CLASSES, right=frozenset({"cat", "dog"}))
    assert judged.word == "Nothing to defend against"
    assert "dog" in judged.rest


@pytest.mark.parametrize(
    ("bare", "right", "why"),
    [
        (answer(1), frozenset({"cat"}), "wrong from the start"),
        (answer(0, 0.45), None, "does not know this picture"),
        (answer(0), frozenset(), "wrong from the start"),
    ],
)
def test_what_the_net_does_not_know_is_no_fair_test(bare, right, why: str) -> None:
    found = trial(bare=bare, defended=0, naive=1, stopped=0, through=1)
    judged = told(found, BLUR, CLASSES, right=right)
    assert judged.kind == "unsuitable"
    assert why in judged.rest


def test_the_toll_is_a_table_of_shares() -> None:
    html = toll_table(Toll(40, 40, 38, 4, 20, 2, 37), BLUR)
    assert "40 pictures" in html
    for share in ("100.0 %", "95.0 %", "10.0 %", "50.0 %", "5.0 %", "92.5 %"):
        assert f"<td>{share}</td>" in html
    assert html.count("<td>–</td>") == 2


def surveys(plain: tuple[int, int, int], robust: tuple[int, int, int]) -> twins.Surveys:
    """Of ten pictures so many are right: clean, under FGSM, under PGD."""
    labels = torch.zeros(10, dtype=torch.int64)

    def survey(clean: int, attacked: int) -> Survey:
        rows = [[int(place >= right) for place in range(10)] for right in (clean, attacked)]
        return Survey((0, 8), labels, torch.tensor(rows))

    found = {}
    for title, (clean, fgsm, pgd) in (("a net", plain), ("its twin", robust)):
        found[title, "fgsm"], found[title, "pgd"] = survey(clean, fgsm), survey(clean, pgd)
        found[title, "noise"] = survey(clean, clean)
    return found


@pytest.mark.parametrize(
    ("robust", "turn"), [((10, 9, 8), "10.0 points up"), ((7, 7, 6), "20.0 points down")]
)
def test_what_adversarial_training_costs_goes_either_way(robust, turn: str) -> None:
    pair = ("a net", "its twin")
    found = surveys((9, 6, 1), robust)
    wins, costs, judge = sentences(found, pair, 8)
    assert "leaves 10.0 % of" in wins
    assert f"{100 * robust[2] / 10:.1f} %" in wins
    assert turn in costs
    assert "“a net” would look 50.0 points better (60.0 % instead of 10.0 %)" in judge
    under, neither, same = sentences(found, pair, 8, hostile=False)
    assert under.startswith("**Under PGD")
    assert neither.startswith("Neither")
    assert same == judge
    html = table(found, pair, 8)
    assert "a net</th><th>its twin" in html
    figure = twins.chart(found, pair, 8)
    assert [len(line.x) for line in figure.data] == [2] * 6
    assert {line.name for line in figure.data} >= {"a net: PGD", "its twin: FGSM"}


def test_two_titles_are_told_apart_by_their_ends() -> None:
    pair = ("Digits, trained plainly", "Digits, trained against PGD")
    assert told_apart(pair) == ("trained plainly", "trained against PGD")
    for other in (("one", "two"), ("Digits, one", "Clothes, two"), ("Same, net", "Same, net")):
        assert told_apart(other) == other


def test_strokes_are_told_from_noise_by_where_the_slope_lies() -> None:
    noise = torch.ones(1, 20, 20)
    stroke = torch.zeros(1, 20, 20)
    stroke[0, 3] = 1.0  # 20 of 400 pixels: a twentieth

    def seen(gradient: Tensor) -> Seen:
        return Seen(gradient, PIXELS, answer(0), answer(0))

    assert likeness(seen(noise)) == pytest.approx(0.05)
    assert likeness(seen(stroke)) == 1.0
    assert likeness(seen(torch.zeros(1, 20, 20))) == 0.0
    pair = ("a net", "its twin")
    said = about_slopes(seen(noise), seen(stroke), pair)
    assert "That of “its twin” looks like something" in said
    assert "5 % of the slope of “a net” and 100 % of that of “its twin”" in said
    assert "does not look clearly more" in about_slopes(seen(noise), seen(noise), pair)


def test_the_shipped_robust_nets_slope_looks_like_something() -> None:
    """On most of the first 20 held-out digits, PGD's ten steps included."""
    models = [load_model(name) for name in ("digits_plain", "digits_robust")]
    pixels, labels = held_out("mnist")
    found = [
        [twins.seen(model, pixels[at], int(labels[at]), 32) for model in models] for at in range(20)
    ]
    assert sum(likeness(robust) > likeness(plain) + 0.1 for plain, robust in found) == 20
    assert all((one.pixels.int() - pixels[0].int()).abs().max() <= 32 for one in found[0])


# -- programs -------------------------------------------------------------------------------------


def printed(code: str) -> list[str]:
    assert max(map(len, code.splitlines())) <= 110
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return out.getvalue().splitlines()


LOAD = 'import dlviz\n\nmodel = dlviz.load_model("{}")'
SOURCE = "pixels, labels = (part[:8] for part in held_out({!r}))"
HELD_OUT = "from dlviz.io.datasets import held_out\n\n"


@pytest.mark.parametrize("name", DEFENCES)
def test_the_program_of_a_defence_runs(name: str) -> None:
    source = f"{HELD_OUT}pixels = held_out('fashion_mnist')[0][0]"
    defence = DEFENCES[name]
    value = defence.setting.default
    lines = printed(defences.code(LOAD.format("fashion_cnn"), source, defence, value, 24))
    assert [line.partition(":")[0] for line in lines] == [
        f"{picture}, {net}"
        for picture in ("clean", "naive", "through")
        for net in ("Classifier", "Defended")
    ]
    assert all(line.endswith("%") for line in lines)


def test_the_program_of_the_twins_prints_their_curves() -> None:
    loads = [LOAD.format(name) for name in ("digits_plain", "digits_robust")]
    lines = printed(twins.code(loads, HELD_OUT + SOURCE.format("mnist"), (0, 32)))
    assert [line.split()[0] for line in lines] == ["fgsm", "pgd", "noise"] * 2
    assert all(len(line.split()) == 3 for line in lines)


def test_fgsm_flatters_nobody_where_it_finds_as_much_as_pgd():
    labels = torch.zeros(10, dtype=torch.int64)

    def left(count):
        return Survey((0, 8), labels, torch.stack([labels, (torch.arange(10) >= count).long()]))

    kinds = (("fgsm", 5), ("pgd", 6))
    found = {(net, attack): left(count) for net in ("a", "b") for attack, count in kinds}
    said = sentences(found, ("a", "b"), 8)[2]
    assert "FGSM leaves no net more than PGD" in said
    assert "better" not in said
