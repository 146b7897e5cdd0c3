"""Words for class: every claim has a source, and what is said of the picture is what was found."""

import re

import pytest
import torch

from dlviz.core.attack_meaning import CLAIMS
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.attack import attacked, study
from dlviz.figures.meaning import HEADINGS, cited, handout, here_and_now


@pytest.fixture
def model():
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(48, 3))
    middle = (0.5,) * 3
    return Classifier(net, ("ant", "bee", "cow"), middle, middle, layers=(), input_shape=(3, 4, 4))


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_a_claim_says_where_it_comes_from(claim):
    assert re.fullmatch(r"https://arxiv\.org/abs/\d{4}\.\d{5}", claim.address) or re.fullmatch(
        r"https://arxiv\.org/abs/\d{4}\.\d{4}", claim.address
    )
    year, arxiv = re.search(r"\((\d{4})\)", claim.source)[1], claim.address.split("/")[-1]
    # A preprint appears in the year of its publication or up to two before.
    assert 0 <= int(year) - (2000 + int(arxiv[:2])) <= 2
    assert f"[{claim.source}]({claim.address})" in cited(claim)


def test_both_sides_are_told():
    assert {claim.holds for claim in CLAIMS.values()} == set(HEADINGS)


def test_what_is_said_of_the_picture_is_what_the_net_answers(model):
    pixels = torch.randint(0, 256, (3, 4, 4), generator=torch.Generator().manual_seed(0))
    pixels = pixels.to(torch.uint8)
    subject = study(model, pixels)
    outcome = attacked(model, subject, 90)
    words = here_and_now(model, "Net", subject, outcome)
    named = re.findall(r"\*\*(\w+)\*\* \((\d+)", words)
    answers = [
        model.probabilities(to_unit(pixels)[None])[0],
        model.probabilities(to_unit(outcome.pixels)[None])[0],
        outcome.control,
    ]
    assert [name for name, _ in named] == [model.classes[int(one.argmax())] for one in answers]
    for (_, share), one in zip(named, answers, strict=True):
        assert abs(int(share) - 100 * float(one.max())) <= 1
    assert "90 of 255" in words
    assert "random" not in here_and_now(model, "Net", subject, attacked(model, subject, 0))
    unknown = here_and_now(model, "Net", subject, outcome, right=set())
    assert unknown.startswith(words.split(" Not a fair test")[0])
    assert "Not a fair test: the net is wrong from the start" in unknown


def test_the_handout_holds_every_claim_once():
    sheet = handout("Now.")
    assert sheet.count("\n- ") == len(CLAIMS)
    for claim in CLAIMS.values():
        assert sheet.count(claim.text) == 1
    assert sheet.index("Now.") < sheet.index(HEADINGS[True]) < sheet.index(HEADINGS[False])
