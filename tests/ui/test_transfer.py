"""The transfer page under AppTest: both views open on recorded results, and refuse in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dlviz.core.transfer_cards import TRANSFER_CARDS
from dlviz.io.own_pictures import from_photographs
from dlviz.runs.taught_kinds import TAUGHT
from dlviz.runs.visitors import Visitor
from dlviz.ui.transfer import own
from dlviz.ui.transfer.slide import spec_of
from dlviz.ui.transfer.views import TRANSFER_VIEWS

Open = Callable[..., AppTest]
SHORT = {"each": 8, "head": 1, "tuned": 1, "side": 96, "seed": 0}


@pytest.fixture(autouse=True)
def owner(mine: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    for module in ("pictures", "own"):
        monkeypatch.setattr(f"dlviz.ui.transfer.{module}.visitor", lambda: mine)
    return mine


def words(test: AppTest) -> str:
    return "\n".join(item.value for item in [*test.markdown, *test.caption])


def told(test: AppTest) -> list[str]:
    return [item.value for item in [*test.error, *test.warning, *test.info]]


def photographs(classes: int = 2, each: int = 10) -> dict[str, list[torch.Tensor]]:
    drawn = torch.Generator().manual_seed(0)
    return {
        f"class {label}": [
            torch.randint(0, 256, (3, own.SIDE, own.SIDE), generator=drawn, dtype=torch.uint8)
            for _ in range(each)
        ]
        for label in range(classes)
    }


def test_the_slide_opens_on_a_recorded_run(run_page: Open) -> None:
    test = run_page("transfer")
    assert TRANSFER_VIEWS["slide"].question in words(test)
    assert "Recorded (Cat or fox, learnt from 20 pictures)." in words(test)
    assert "**197 of 200: 98.5 % (95 % interval 95.7 % to 99.5 %)**" in words(test)
    assert "Colour alone (logistic regression on histograms) has 50.0 % right" in words(test)
    assert "Phase 2" in test.code[0].value
    assert not told(test)


def test_scratch_opens_on_a_recorded_comparison(run_page: Open) -> None:
    test = run_page("transfer", step="scratch")
    assert "transfer less scratch, seed by seed: **" in words(test)
    assert "so transfer is ahead by more than the seeds alone would do" in words(test)
    assert "100 s of training in all" in words(test)


@pytest.mark.parametrize("name", TRANSFER_CARDS)
def test_a_card_opens_without_a_sentence_about_what_is_not_there(name: str, run_page: Open) -> None:
    card = TRANSFER_CARDS[name]
    test = run_page("transfer", **{**card.settings, **card.then, "try": name})
    assert not told(test)
    assert card.question in words(test)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"pictures": "own-0123"}, "somebody’s own"),
        ({"pictures": "nothing"}, "“nothing” is not known here"),
        ({"each": "900"}, "pictures per class is a number from 2 to 50"),
        ({"step": "scratch", "seconds": "0"}, "from 1 to 30"),
        ({"size": "97"}, "“97” as input"),
    ],
)
def test_what_is_not_there_gets_one_sentence(
    address: dict[str, str], sentence: str, run_page: Open
) -> None:
    said = told(run_page("transfer", **address))
    assert len(said) == 1
    assert sentence in said[0]


def test_own_pictures_are_learnt_from_by_their_name(run_page: Open, owner: Visitor) -> None:
    name = owner.pictures.add(from_photographs(photographs(), most=own.MOST))
    test = run_page("transfer", pictures=name)
    assert "Your own pictures, 128×128 colour: 16 to train on, 4 held out." in words(test)
    assert f'Path("{name}-128px.zip")' in test.code[0].value
    assert "Recorded (Cat or fox" in words(test)
    run = TAUGHT["transfer"].make(spec_of(name, **SHORT), owner.pictures)
    list(run)
    assert run.trained()["answers"].shape == (4, 2)


def test_pictures_that_have_gone_are_told_of() -> None:
    with pytest.raises(ValueError, match="bring them again"):
        TAUGHT["transfer"].make(spec_of("own-gone", **SHORT), {})


def test_the_camera_waits_for_a_name_and_two_classes(run_page: Open) -> None:
    test = run_page("transfer", pictures="camera")
    assert "So far: none." in words(test)
    (use,) = [button for button in test.button if button.label == "Use these pictures"]
    assert use.disabled
    assert "Recorded (Cat or fox" in words(test)
    test.session_state["transfer pictures taken"] = photographs(each=3)
    test.run()
    assert "class 0: 3, class 1: 3" in words(test)
    (use,) = [button for button in test.button if button.label == "Use these pictures"]
    use.click().run()
    assert "Your own pictures, 128×128 colour: 4 to train on, 2 held out." in words(test)


@pytest.mark.parametrize(
    ("classes", "each", "sentence"),
    [(1, 10, "2 to 20 classes"), (2, 1, "at least 2"), (2, 301, "at most 600")],
)
def test_too_few_and_too_many_are_refused(classes: int, each: int, sentence: str) -> None:
    one = torch.zeros(3, 1, 1, dtype=torch.uint8)
    with pytest.raises(ValueError, match=sentence):
        from_photographs({f"c{k}": [one] * each for k in range(classes)}, most=own.MOST)
