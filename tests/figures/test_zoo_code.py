"""The programs of the architectures’ views run as they stand and print what the pages show."""

from __future__ import annotations

import re
from math import log

import numpy as np
import pytest

from dlviz.core.zoo.ilsvrc import PEOPLE, WINNERS
from dlviz.core.zoo.published import PRICED, front
from dlviz.figures.zoo_code import cost_code, imagenet_code, pair_code
from dlviz.figures.zoo_cost import COSTS
from dlviz.figures.zoo_imagenet import average_fall, error_of, fall_words
from dlviz.figures.zoo_pair import rows, sentence
from dlviz.io.zoo import ZOO, anatomy_of


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    def printed(code: str) -> str:
        exec(compile(code, "shown", "exec"), {"__name__": "__main__"})
        return capsys.readouterr().out

    return printed


@pytest.mark.parametrize("extra", [False, True])
def test_imagenets_program_prints_the_charts_errors_and_the_captions_fall(run, extra):
    out = run(imagenet_code(extra=extra))
    errors = {year: error_of(winner, extra=extra) for year, winner in WINNERS.items()}
    found = re.findall(r"^(\d{4}) +(\S+) % +(\d+) % less (#+)$", out, re.MULTILINE)
    assert [(int(year), float(error)) for year, error, _, _ in found] == list(errors.items())
    assert [len(bar) for *_, bar in found] == [round(error) for error in errors.values()]
    slope = np.polyfit(list(errors), [log(error) for error in errors.values()], 1)[0]
    share = f"{100 * (1 - np.exp(slope)):.0f} %"
    assert f"falls by {share} a year" in out
    assert f"**{share}**" in fall_words(extra=extra)
    assert average_fall(extra=extra) == pytest.approx(1 - np.exp(slope))
    assert f"Below a person's {PEOPLE:g} % since 2015" in out


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("cost", COSTS)
def test_the_cost_program_finds_the_charts_front_in_torchvision(run, cost, later):
    of = COSTS[cost].of
    best = front(PRICED.values(), of, later=later)
    found = re.findall(r"^(\w+): (\S+) % for (\S+) (.*)$", run(cost_code(cost, later=later)), re.M)
    assert [(name, right, amount) for name, right, amount, _ in found] == [
        (net.name, f"{net.accuracy(later=later):.1f}", f"{of(net):.4g}") for net in best
    ]
    assert all(COSTS[cost].unit.startswith(unit) for *_, unit in found)


@pytest.mark.parametrize(("left", "right"), [("vgg16", "resnet50"), ("lenet5", "convnext_tiny")])
def test_the_pairs_program_counts_what_the_table_says(run, left, right):
    nets = [ZOO[left], ZOO[right]]
    out = run(pair_code(*((net.title, net.source, net.picture) for net in nets)))
    pair = [(net.title, anatomy_of(net.name)) for net in nets]
    for title, found in pair:
        assert f"{title}: {found.parameters} parameters, {found.multiply_adds} multiply-adds" in out
    told = re.findall(r"\*\*(\S+) ×\*\*", sentence(pair))
    assert f"{told[0]} × the parameters, {told[1]} × the multiply-adds" in out


def test_the_pairs_program_has_the_charts_shares_by_side(run):
    net = ZOO["vgg16"]
    code = pair_code(*((net.title, net.source, net.picture) for net in (net, ZOO["resnet18"])))
    text = run(code).partition("ResNet")[0]
    sides = re.findall(r"(?:maps of (\d+)×\d+|without places): (\S+) %", text)
    scales = anatomy_of("vgg16").at_scale()
    total = anatomy_of("vgg16").multiply_adds
    drawn = [f"{100 * adds / total:.1f}" for _, adds in scales.values() if adds]
    assert [share for _, share in sides] == drawn


def test_the_pairs_accuracies_are_as_exact_as_those_of_the_cost_chart():
    pair = [(ZOO[name].title, anatomy_of(name)) for name in ("vgg16", "resnet50")]
    assert "| 71.6 % | 76.1 % |" in rows(pair, [2014, 2015], [71.592, 76.13])
