"""Every way to write a ReLU is seen, gives the same values, and gets the rule's gradient."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.relu_rules import RULES, ReluRule

X = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0, 7.0])
SIGNAL = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])

# name → (function, upper bound)
WAYS = {
    "F.relu": (F.relu, None),
    "F.relu inplace": (lambda x: F.relu(x, inplace=True), None),
    "F.relu inplace, by place": (lambda x: F.relu(x, True), None),
    "F.relu by name": (lambda x: F.relu(input=x), None),
    "F.relu_": (F.relu_, None),
    "torch.relu": (torch.relu, None),
    "torch.relu_": (torch.relu_, None),
    "Tensor.relu": (Tensor.relu, None),
    "Tensor.relu_": (Tensor.relu_, None),
    "nn.ReLU": (nn.ReLU(), None),
    "nn.ReLU inplace": (nn.ReLU(inplace=True), None),
    "F.relu6": (F.relu6, 6),
    "F.relu6 inplace": (lambda x: F.relu6(x, inplace=True), 6),
    "nn.ReLU6": (nn.ReLU6(), 6),
    "nn.ReLU6 inplace": (nn.ReLU6(inplace=True), 6),
    "F.hardtanh": (lambda x: F.hardtanh(x, 0, 1), 1),
    "F.hardtanh inplace": (lambda x: F.hardtanh(x, min_val=0.0, max_val=1.0, inplace=True), 1),
    "F.hardtanh_": (lambda x: F.hardtanh_(x, 0.0, 1.0), 1),
    "nn.Hardtanh": (nn.Hardtanh(0, 3), 3),
    "F.threshold": (lambda x: F.threshold(x, 0, 0), None),
    "nn.Threshold inplace": (nn.Threshold(0, 0, inplace=True), None),
    "Tensor.clamp": (lambda x: x.clamp(min=0), None),
    "Tensor.clamp by place": (lambda x: x.clamp(0, 6), 6),
    "torch.clamp": (lambda x: torch.clamp(x, 0), None),
    "torch.clamp_": (lambda x: torch.clamp_(x, min=0), None),
    "Tensor.clip": (lambda x: x.clip(0), None),
    "Tensor.clamp_min": (lambda x: x.clamp_min(0), None),
    "Tensor.clamp_min_": (lambda x: x.clamp_min_(0.0), None),
}


def run(function, rule: str) -> tuple[Tensor, Tensor, int]:
    """Value, gradient for SIGNAL coming in, and how many ReLUs were seen."""
    x = X.clone().requires_grad_()
    with ReluRule(rule) as seen:
        y = function(x * 1)
        (gradient,) = torch.autograd.grad(y, x, SIGNAL)
    return y.detach(), gradient, seen.count


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rule", RULES)
def test_every_way_to_write_a_relu(way, rule):
    function, upper = WAYS[way]
    value, gradient, count = run(function, rule)
    assert count == 1
    assert torch.equal(value, X.clamp(0, upper))
    bound = upper or torch.inf
    open_ = X.gt(0) & X.lt(bound)
    expected = {
        "plain": SIGNAL * open_,
        "deconvnet": SIGNAL.clamp(min=0),
        "guided": SIGNAL.clamp(min=0) * open_,
    }[rule]
    assert torch.equal(gradient, expected)


@pytest.mark.parametrize("way", ["F.relu", "F.relu6", "nn.ReLU6 inplace", "F.threshold"])
def test_plain_is_torchs_own_gradient(way):
    function, _ = WAYS[way]
    x = X.clone().requires_grad_()
    (reference,) = torch.autograd.grad(function(x * 1), x, SIGNAL)
    assert torch.equal(run(function, "plain")[1], reference)


@pytest.mark.parametrize(
    "function",
    [
        torch.tanh,
        F.gelu,
        F.silu,
        F.leaky_relu,
        lambda x: F.hardtanh(x, -1, 1),
        lambda x: x.clamp(-1, 1),
        lambda x: x.clamp(max=1),
        lambda x: F.threshold(x, 1, 0),
    ],
)
def test_what_is_no_relu_keeps_torchs_gradient(function):
    x = X.clone().requires_grad_()
    (reference,) = torch.autograd.grad(function(x * 1), x, SIGNAL)
    _, gradient, count = run(function, "deconvnet")
    assert count == 0
    assert torch.equal(gradient, reference)


def test_an_in_place_relu_whose_result_is_thrown_away_still_works():
    def statement(x: Tensor) -> Tensor:
        x.relu_()
        return x

    value, gradient, count = run(statement, "deconvnet")
    assert count == 1
    assert torch.equal(value, X.relu())
    assert torch.equal(gradient, SIGNAL.relu())


def test_nested_networks_are_counted_and_outside_nothing_changes():
    net = nn.Sequential(nn.ReLU(), nn.Sequential(nn.ReLU6(inplace=True), nn.Identity()))
    assert run(net, "plain")[2] == 2
    x = X.clone().requires_grad_()
    (after,) = torch.autograd.grad(F.relu(x), x, SIGNAL)
    assert torch.equal(after, SIGNAL * (X > 0))


def test_another_thread_sees_nothing_of_it():
    inside, looked = threading.Event(), threading.Event()
    gradients: list[Tensor] = []

    def bystander() -> None:
        inside.wait(10)
        x = X.clone().requires_grad_()
        gradients.append(torch.autograd.grad(F.relu(x), x, SIGNAL)[0])
        looked.set()

    thread = threading.Thread(target=bystander)
    thread.start()
    with ReluRule("deconvnet") as seen:
        inside.set()
        assert looked.wait(10)
    thread.join()
    assert seen.count == 0
    assert torch.equal(gradients[0], SIGNAL * (X > 0))


def test_an_unknown_rule_names_the_known_ones():
    with pytest.raises(ValueError, match="plain, deconvnet, guided"):
        ReluRule("smooth")
