"""A dream in numbers and words: what its pictures are answered, and how that compares."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.maximise import LOGITS, answers_to
from dlviz.figures.maximise import CHANNEL, CLASS, UNIT, Answered, Wish, answered, words
from dlviz.io.models import load_model


def wish(kind, number=3, **changes):
    given = {"steps": 4, "jitter": 0, "blur": 0.0, "smooth": 0.0, "canvas": "waves",
             "colours": "plain", "seed": 0, **changes}  # fmt: skip
    return Wish(kind, "relu2", number, **given)


def test_every_kind_is_answered_as_it_says():
    model = load_model("fashion_cnn")
    pictures = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    answers = answers_to(model, pictures, ["relu2", LOGITS])
    maps = answers["relu2"][:, 3]
    middle = maps[:, maps.shape[1] // 2, maps.shape[2] // 2]
    assert answered(model, wish(UNIT), pictures).values == pytest.approx(middle.tolist())
    strongest = maps.amax(dim=(1, 2))
    assert answered(model, wish(CHANNEL), pictures).values == pytest.approx(strongest.tolist())
    found = answered(model, wish(CLASS), pictures)
    assert found.values == pytest.approx(torch.softmax(model(pictures), 1)[:, 3].tolist())
    assert found.share
    assert found.what == model.classes[3]


def test_smoothing_is_taken_away_from_what_is_to_grow():
    model = load_model("fashion_cnn")
    pictures = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    plain, smooth = wish(UNIT).objective, wish(UNIT, smooth=5.0).objective
    answers = answers_to(model, pictures, smooth.layers)
    steps = (pictures[:, :, 1:] - pictures[:, :, :-1]).abs().mean(dim=(1, 2, 3))
    steps += (pictures[..., 1:] - pictures[..., :-1]).abs().mean(dim=(1, 2, 3))
    assert torch.allclose(smooth.value(answers), plain.value(answers) - 5 * steps, atol=1e-5)


@pytest.mark.parametrize(
    ("last", "strongest", "said"),
    [
        (22.2, 11.1, "2.0 × the strongest of 9 pictures (11.1): more than any real picture."),
        (5.0, 10.0, "0.5 × the strongest of 9 pictures (10): a real picture does better."),
        (5.0, None, "The last picture is answered **5**."),
        (0.0, 10.0, "Nothing grown here excites it"),
    ],
)
def test_words_say_which_is_stronger(last, strongest, said):
    found = Answered("channel 3 answers", (0.0, last), share=False)
    assert said in words(found, strongest, "9 pictures")
