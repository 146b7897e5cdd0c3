"""Captured activations against running the chain by hand, and a model that stays as it was."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.probe import activations

KINDS = ["plain", "batch_norm", "overlapping", "relu6", "inplace", "smooth"]


def by_hand(model: Classifier, images: torch.Tensor) -> dict[str, torch.Tensor]:
    """Every layer's output in turn, each from a copy so that an in-place layer can do no harm."""
    x = (images - model.mean) / model.std
    kept = {}
    for name, module in model.module.named_children():
        x = module(x.clone())
        kept[name] = x
    return kept


@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_chain_by_hand(kind, make_net, make_images, fingerprint):
    model, images = make_net(kind), make_images(3)
    before, given = fingerprint(model), images.clone()
    expected = by_hand(model, images)
    got = activations(model, images, list(expected))
    assert list(got) == list(expected)
    for name, value in expected.items():
        assert torch.equal(got[name], value), name
    assert fingerprint(model) == before
    assert torch.equal(images, given)


def test_in_the_order_that_was_asked_for(make_net, make_images):
    assert list(activations(make_net(), make_images(1), ["relu2", "conv1"])) == ["relu2", "conv1"]


@pytest.mark.parametrize("kind", ["relu6", "inplace"])
def test_an_in_place_relu_does_not_change_the_map_before_it(kind, make_net, make_images):
    model = make_net(kind)
    assert activations(model, make_images(2), ["conv1", "relu1"])["conv1"].min() < 0
    assert activations(model, make_images(2), ["conv2"])["conv2"].min() < 0


@pytest.mark.parametrize("kind", ["plain", "inplace"])
def test_the_graph_is_kept(kind, make_net, make_images):
    model, images = make_net(kind), make_images(2).requires_grad_()
    maps = activations(model, images, ["conv1", "relu2", "dense"], stop=False)
    (ours,) = torch.autograd.grad(maps["relu2"].sum(), images, retain_graph=True)
    (reference,) = torch.autograd.grad(by_hand(model, images)["relu2"].sum(), images)
    torch.testing.assert_close(ours, reference)
    # A later layer is a function of the captured one, as Grad-CAM needs it.
    (inside,) = torch.autograd.grad(maps["dense"].sum(), maps["relu2"])
    pooled = maps["relu2"].detach().requires_grad_()
    logits = model.module.dense(F.max_pool2d(pooled, 2).flatten(1))
    torch.testing.assert_close(inside, torch.autograd.grad(logits.sum(), pooled)[0])
    with torch.no_grad():
        assert not activations(model, images, ["conv1"])["conv1"].requires_grad


def counting_net() -> tuple[Classifier, list[str]]:
    ran: list[str] = []

    class Note(nn.Module):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def forward(self, x):
            ran.append(self.name)
            return x + 1

    chain = nn.Sequential(Note("a"), Note("b"), Note("c"))
    model = Classifier(chain, "xyz", [0.0], [1.0], layers=["0", "1", "2"], input_shape=(1, 2, 2))
    return model, ran


def test_stops_after_the_last_wanted_layer_unless_told_not_to():
    model, ran = counting_net()
    images = torch.zeros(1, 1, 2, 2)
    activations(model, images, ["1", "0"])
    assert ran == ["a", "b"]
    ran.clear()
    activations(model, images, ["1"], stop=False)
    assert ran == ["a", "b", "c"]


def test_an_exception_of_the_model_itself_comes_through(make_net):
    with pytest.raises(RuntimeError):
        activations(make_net(), torch.zeros(1, 7, 24, 24), ["conv1"])


def test_nested_layers_and_shared_modules():
    relu = nn.ReLU(inplace=True)
    chain = nn.Sequential()
    chain.add_module("block", nn.Sequential(nn.Conv2d(1, 2, 3), relu))
    chain.add_module("again", nn.Sequential(nn.Conv2d(2, 2, 3), relu))
    model = Classifier(chain, "ab", [0.0], [1.0], layers=["block"], input_shape=(1, 8, 8))
    images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    got = activations(model, images, ["block.0", "block", "block.1", "again.0", "again.1"])
    first = F.conv2d(images, chain.block[0].weight, chain.block[0].bias)
    second = F.conv2d(first.relu(), chain.again[0].weight, chain.again[0].bias)
    assert torch.equal(got["block.0"], first)
    assert torch.equal(got["block.1"], first.relu())
    assert torch.equal(got["block"], first.relu())
    assert torch.equal(got["again.0"], second)
    # One ReLU under two names: each name means its own place in the chain.
    assert torch.equal(got["again.1"], second.relu())


def test_a_layer_that_runs_twice_counts_the_first_time():
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.step = nn.Hardtanh(-10, 10)

        def forward(self, x):
            return self.step(self.step(x) + 1)

    images = torch.zeros(1, 1, 2, 2)
    for stop in (True, False):
        assert activations(Twice(), images, ["step"], stop=stop)["step"].sum() == 0


def test_a_bare_module_in_training_mode_is_looked_at_in_evaluation_mode(fingerprint):
    net = nn.Sequential(nn.BatchNorm2d(1), nn.Dropout(0.5))
    before = fingerprint(net)
    images = torch.rand(4, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    got = activations(net, images, ["1"])["1"]
    torch.testing.assert_close(got, images / (1 + 1e-5) ** 0.5)
    assert fingerprint(net) == before


@pytest.mark.parametrize("layers", [["conv9"], ["conv1", "module.conv1"], [""]])
def test_an_unknown_layer_names_the_known_ones(layers, make_net, make_images):
    with pytest.raises(ValueError, match=r"No layer .*conv1, relu1, pool1"):
        activations(make_net(), make_images(1), layers)


def test_no_layer_at_all(make_net, make_images):
    with pytest.raises(ValueError, match="at least one layer"):
        activations(make_net(), make_images(1), [])
    with pytest.raises(ValueError, match="list of layer names"):
        activations(make_net(), make_images(1), "conv1")


def test_a_layer_without_a_tensor_and_a_layer_that_never_runs():
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pair = nn.LSTM(2, 2)
            self.unused = nn.Identity()

        def forward(self, x):
            return self.pair(x)[0]

    with pytest.raises(ValueError, match="'pair' gives no tensor"):
        activations(Odd(), torch.zeros(1, 1, 2), ["pair"])
    with pytest.raises(ValueError, match="'unused' did not run"):
        activations(Odd(), torch.zeros(1, 1, 2), ["unused"])


def test_hooks_of_the_model_itself_still_run(make_net, make_images):
    model = make_net()
    model.module.conv1.register_forward_hook(lambda *_: torch.ones(1, 8, 24, 24))
    assert (activations(model, make_images(1), ["relu1"])["relu1"] == 1).all()


def test_two_threads_on_one_model_do_not_meet(make_net, make_images):
    model = make_net("inplace")
    jobs = [(["conv1", "pool2"], make_images(2, seed=1)), (["relu1"], make_images(5, seed=2))]
    alone = [activations(model, images, layers) for layers, images in jobs]
    results: list[list[dict[str, torch.Tensor]]] = [[], []]
    barrier = threading.Barrier(2)

    def work(index: int) -> None:
        layers, images = jobs[index]
        barrier.wait()
        results[index].extend(activations(model, images, layers) for _ in range(20))

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for solo, many in zip(alone, results, strict=True):
        assert len(many) == 20
        for one in many:
            assert list(one) == list(solo)
            assert all(torch.equal(one[name], solo[name]) for name in solo)
