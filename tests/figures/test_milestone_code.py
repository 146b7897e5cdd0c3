"""Every milestone has a program that runs as it stands, or says why not; results are checked."""

from __future__ import annotations

import re

import pytest
import torch
from torchvision.ops import SqueezeExcitation

from dlviz.core.milestones import MILESTONES
from dlviz.core.zoo.published import PRICED
from dlviz.figures.milestone_code import MILESTONE_CODE, NO_CODE
from dlviz.figures.milestone_pictures import learn, two_classes
from dlviz.io.zoo import anatomy_of

# What each must print; milestones' own numbers, or counts made elsewhere.
PRINTED = {
    "mcculloch_pitts": r"^1 1 and: 1 or: 1\nnot 0: 1 not 1: 0$",
    "perceptron": rf"^{learn(*two_classes())[1]} mistakes, then none",
    "minsky_papert": "has 3 of 4 cases right",
    "backpropagation": r"from ([5-9]|1\d) of 20 starts",
    "zip_codes": "^9760 numbers to learn, 64660 connections$",
    "lenet5": f"^{anatomy_of('lenet5').parameters} numbers",
    "imagenet": r"wrong for 99\.[456] %",
    "alexnet": f"^8 layers, {PRICED['alexnet'].parameters} numbers",
    "zfnet": r"projections \(4, 3, 64, 64\)",
    "adversarial": r"^Egyptian cat: 0\.7\d\nespresso: 0\.\d\d\n.* than \d{1,2} of 255$",
    "dropout": r"mean 1\.00 before, (0\.9|1\.0)\d after\nasked later, none is absent: 1\.0",
    "vgg_googlenet": "VGG 138357544 weights\nGoogLeNet 6624904 weights",
    "fgsm": r"^espresso: 0\.9\d\n(?!espresso)",
    "batch_norm": r"-> 0\.00, deviation \S+ -> 1\.00$",
    "unet": r"\(1, 2, 64, 64\)",
    "style": r"content differs by 0\.1\d\d\nstyle differs by 0\.000",
    "resnet": r"layers: \S+e-\d+, with shortcuts",
    "skin": f"^2562 numbers to learn, {PRICED['mobilenet_v2'].parameters - 1281 * 1000} stay",
    "last_ilsvrc": r"\(1, 256, 56, 56\)\n8464 numbers",
    "chexnet": rf"^{PRICED['densenet121'].parameters - 1025 * 999} numbers to learn; answers "
    r"\(1, 1\)\nmean of the readers 0\.3865, CheXNet 0\.435; readers above it: 1",
}


def run(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, object], str]:
    space: dict[str, object] = {"__name__": "__main__"}
    with torch.random.fork_rng():
        exec(compile(MILESTONE_CODE[name], name, "exec"), space)
    return space, capsys.readouterr().out.strip()


def test_each_entry_has_a_program_or_a_reason() -> None:
    assert {*MILESTONE_CODE, *NO_CODE} == set(MILESTONES)
    assert not {*MILESTONE_CODE} & {*NO_CODE}
    assert set(PRINTED) == set(MILESTONE_CODE)


@pytest.mark.parametrize("name", MILESTONE_CODE)
def test_a_program_prints_what_is_so(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = MILESTONE_CODE[name]
    assert max(map(len, code.splitlines())) <= 100
    assert re.search(PRINTED[name], run(name, capsys)[1], re.MULTILINE)


def test_a_shortcut_keeps_the_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    plain, short = re.findall(r"\d\.\de[+-]\d+", run("resnet", capsys)[1])
    assert float(plain) < 1e-6
    assert float(short) > 1e-2


def test_the_weighed_channels_are_torchvisions(capsys: pytest.CaptureFixture[str]) -> None:
    ours = run("last_ilsvrc", capsys)[0]["block"]
    theirs = SqueezeExcitation(256, 16)
    pairs = ((theirs.fc1, ours.squeeze), (theirs.fc2, ours.excite))  # type: ignore[attr-defined]
    with torch.no_grad():
        for conv, dense in pairs:
            conv.weight.copy_(dense.weight[:, :, None, None])
            conv.bias.copy_(dense.bias)
        x = torch.rand(2, 256, 7, 7)
        assert torch.allclose(theirs(x), ours(x), atol=1e-6)  # type: ignore[operator]
