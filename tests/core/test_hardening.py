"""Adversarial training: whole runs against plain scripts that write every attack step out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import torch
import torchattacks
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from dlviz.core.attacks import fgsm, pgd
from dlviz.core.data import ImageData
from dlviz.core.events import DivergedError
from dlviz.core.hardening import ATTACK_SEEDS, worsened
from dlviz.core.specs import AdversarialSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import AUGMENT_SEEDS, Run, Snapshot, Step
from tests.core.stripes import stripes
from tests.core.test_whole_runs import AUGMENT, Dropout, augmented, cnn, sgd

EPS, SEED, BATCH, EPOCHS = 20, 7, 16, 2
FGSM, PGD = AdversarialSpec("fgsm", EPS), AdversarialSpec("pgd", EPS, 3)
NET = NetSpec(
    (
        layer("conv", channels=4),
        layer("batch_norm"),
        layer("dropout", p=0.2),
        *(layer("relu"), layer("max_pool"), layer("flatten"), layer("dense")),
    )
)
Model = Callable[[Tensor], Tensor]
Attack = Callable[[Model, Tensor, Tensor, Generator], Tensor]


def spec_of(adversarial: AdversarialSpec, **options: object) -> RunSpec:
    train = TrainSpec("sgd", 0.05, batch_size=BATCH, epochs=EPOCHS, seed=SEED)
    return RunSpec(NET, train=replace(train, adversarial=adversarial, **options))


def gradient(model: Model, images: Tensor, labels: Tensor) -> Tensor:
    images = images.clone().requires_grad_()
    F.cross_entropy(model(images), labels).backward()
    assert images.grad is not None
    return images.grad


def written_fgsm(model: Model, images: Tensor, labels: Tensor, _: Generator) -> Tensor:
    eps = EPS / 255
    return torch.clamp(images + eps * gradient(model, images, labels).sign(), 0, 1)


def written_pgd(model: Model, images: Tensor, labels: Tensor, generator: Generator) -> Tensor:
    eps = EPS / 255
    moved = 2 * torch.rand(images.shape, generator=generator) - 1
    now = torch.clamp(images + moved * eps, 0, 1)
    for _ in range(3):
        now = now + 2.5 * eps / 3 * gradient(model, now, labels).sign()
        now = torch.minimum(torch.maximum(now, images - eps), images + eps)
        now = torch.clamp(now, 0, 1)
    return now


def strangers_fgsm(model: Model, images: Tensor, labels: Tensor, _: Generator) -> Tensor:
    return torchattacks.FGSM(model, eps=EPS / 255)(images, labels)


class Whole(nn.Module):
    """Pixels in [0, 1] → logits."""

    def __init__(self, net: nn.Module, data: ImageData) -> None:
        super().__init__()
        self.net = net
        self.mean = torch.tensor(data.mean).view(1, -1, 1, 1)
        self.std = torch.tensor(data.std).view(1, -1, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        return self.net((images - self.mean) / self.std)


def script(attack: Attack, data: ImageData, *, augments: bool = False) -> Iterator[float]:
    """The loss of every batch; the attack sees the net in evaluation mode."""
    drawing = Generator().manual_seed(SEED)
    net = cnn(drawing, nn.BatchNorm2d(4), Dropout(0.2, drawing))
    model, optimiser = Whole(net, data), sgd(net)
    shuffling = Generator().manual_seed(SEED + 1)
    changing = Generator().manual_seed(SEED + 2**31)
    starting = Generator().manual_seed(SEED + 2**32)
    images, labels = data.train
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(labels), generator=shuffling).split(BATCH):
            seen = augmented(images[batch], changing) if augments else images[batch]
            model.eval()
            hostile = attack(model, seen, labels[batch], starting).detach()
            model.train()
            loss = F.cross_entropy(model(hostile), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            yield loss.item()


def losses(spec: RunSpec, data: ImageData, device: str = "cpu") -> list[float]:
    return [event.loss for event in Run(spec, data, device) if isinstance(event, Step)]


@pytest.mark.parametrize(
    ("adversarial", "attack"),
    [(FGSM, written_fgsm), (FGSM, strangers_fgsm), (PGD, written_pgd)],
)
def test_a_run_is_the_plain_script_to_the_last_digit(adversarial, attack) -> None:
    data, world = stripes(), torch.get_rng_state()
    found = losses(spec_of(adversarial), data)
    assert torch.equal(torch.get_rng_state(), world)
    assert found == list(script(attack, data))
    assert found != losses(spec_of(AdversarialSpec()), data)


def test_pictures_are_augmented_before_they_are_attacked() -> None:
    data = stripes()
    found = losses(spec_of(PGD, augment=AUGMENT), data)
    assert found == list(script(written_pgd, data, augments=True))


def test_the_random_start_has_a_stream_of_its_own() -> None:
    """It changes no other draw: FGSM needs none, and shuffles and drops alike."""
    data = stripes()

    def orders(adversarial: AdversarialSpec) -> list[list[int]]:
        run = Run(spec_of(adversarial), data)
        batches = [batch for _, batch in zip(range(4), run.batches(), strict=False)]
        for batch in batches:
            run.update(batch, 0.05)
        return [batch.tolist() for batch in batches]

    assert orders(PGD) == orders(FGSM) == orders(AdversarialSpec())
    assert losses(spec_of(PGD), data) == losses(spec_of(PGD), data)
    assert losses(spec_of(PGD), data) != losses(spec_of(PGD, seed=SEED + 1), data)
    assert ATTACK_SEEDS >= AUGMENT_SEEDS + 2**31


@pytest.mark.gpu
def test_a_gpu_agrees_with_the_plain_script() -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    data = stripes()
    expected = list(script(written_pgd, data))
    assert losses(spec_of(PGD), data, "cuda")[:6] == pytest.approx(expected[:6], rel=0.05)


# -- the attack on a batch --------------------------------------------------------------------


def some() -> tuple[Whole, Tensor, Tensor]:
    """A trained net with batch norm and dropout, in evaluation mode, and 40 held-out pictures."""
    data = stripes()
    *_, last = Run(spec_of(AdversarialSpec()), data)
    assert isinstance(last, Snapshot)
    images, labels = data.test
    return last.classifier, images[:40], labels[:40]


@pytest.mark.parametrize("eps", [1, 26, 255])
@pytest.mark.parametrize("attack", ["fgsm", "pgd"])
def test_it_is_the_attack_of_the_adversarial_lab(attack: str, eps: int) -> None:
    model, images, labels = some()
    spec = AdversarialSpec(attack, eps, 5)
    found = worsened(model, images, labels, spec, Generator().manual_seed(3))
    if attack == "fgsm":
        expected = fgsm(model, images, labels, eps / 255)
    else:
        step, generator = 2.5 * (eps / 255) / 5, Generator().manual_seed(3)
        expected = pgd(model, images, labels, eps / 255, step=step, steps=5, generator=generator)
    assert torch.equal(found, expected)
    assert (found - images).abs().max() <= eps / 255 + 1e-6
    assert 0 <= found.min() <= found.max() <= 1


def test_pgd_finds_more_than_the_random_start_and_fgsm() -> None:
    model, images, labels = some()

    def loss(pixels: Tensor) -> float:
        return F.cross_entropy(model(pixels), labels).item()

    found = {
        name: loss(worsened(model, images, labels, spec, Generator().manual_seed(0)))
        for name, spec in (("fgsm", FGSM), ("pgd", replace(PGD, steps=20)))
    }
    assert loss(images) < found["fgsm"] <= found["pgd"] * 1.001


@pytest.mark.parametrize("adversarial", [FGSM, PGD])
def test_the_attack_leaves_the_training_net_alone(adversarial: AdversarialSpec) -> None:
    """No gradient, no running average and no mode of it changes, and nothing is drawn for it."""
    data = stripes()
    run = Run(spec_of(adversarial), data)
    before = {name: value.clone() for name, value in run.module.state_dict().items()}
    images, labels = data.train
    found = run._attacked(images[:BATCH], labels[:BATCH])
    assert not found.requires_grad
    assert not torch.equal(found, images[:BATCH])
    assert all(value.grad is None for value in run.module.parameters())
    assert all(part.training for part in run.module.modules())
    for name, value in run.module.state_dict().items():
        assert torch.equal(value, before[name])


def test_no_numbers_end_the_run() -> None:
    net = NetSpec((layer("flatten"), *[layer("dense", units=64)] * 2, layer("dense")))
    train = TrainSpec("sgd", 100.0, batch_size=8, epochs=5, adversarial=PGD)
    with pytest.raises(DivergedError):
        losses(RunSpec(net, train=train), stripes())
