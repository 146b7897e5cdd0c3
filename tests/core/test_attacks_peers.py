"""Every attack against Foolbox and torchattacks, picture by picture, on four kinds of nets.

All three get the same Classifier: pixels in [0, 1], normalisation inside.
"""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS, bim, deepfool, fgm, fgsm, fgsm_sweep, mifgsm, pgd
from dlviz.core.classifier import Classifier
from tests.core.attack_nets import EPS, NETS, foolbox, pictures, run_foolbox, torchattacks

STEP = EPS / 4
STEPS = 4


@pytest.fixture(scope="module", params=NETS)
def subject(request: pytest.FixtureRequest) -> tuple[Classifier, Tensor, Tensor]:
    model = NETS[request.param]()
    return model, *pictures(model)


@pytest.fixture(scope="module")
def precise(subject: tuple[Classifier, Tensor, Tensor]) -> tuple[Classifier, Tensor, Tensor]:
    """The same in double: with several steps a rounded sum must not decide a sign."""
    model, images, labels = subject
    return copy.deepcopy(model).double(), images.double(), labels


def furthest(one: Tensor, other: Tensor) -> float:
    """The largest difference of a pixel, over all pictures."""
    return float((one - other).abs().max())


@pytest.mark.parametrize("eps", [1 / 255, EPS])
def test_fgsm_differs_from_neither_by_a_bit(subject, eps) -> None:
    model, images, labels = subject
    ours = fgsm(model, images, labels, eps)
    assert furthest(ours, images) > 0.9 * eps
    theirs = run_foolbox(foolbox.attacks.LinfFastGradientAttack(), model, images, labels, eps)
    assert furthest(ours, theirs) == 0
    assert furthest(ours, torchattacks.FGSM(model, eps=eps)(images, labels)) == 0
    assert torch.equal(ours, ATTACKS["fgsm"].run(model, images, labels, eps))


@pytest.mark.parametrize("eps", [0.1, 2.0])
def test_fgm_is_foolboxs_and_one_step_of_torchattacks_pgd(subject, eps) -> None:
    model, images, labels = subject
    ours = fgm(model, images, labels, eps)
    assert (ours - images).flatten(1).norm(dim=1).min() > 0.5 * eps
    theirs = run_foolbox(foolbox.attacks.L2FastGradientAttack(), model, images, labels, eps)
    assert furthest(ours, theirs) <= 1e-6
    other = torchattacks.PGDL2(model, eps=eps, alpha=eps, steps=1, random_start=False)
    assert furthest(ours, other(images, labels)) <= 1e-6
    assert torch.equal(ours, ATTACKS["fgm"].run(model, images, labels, eps))


@pytest.mark.parametrize("targeted", [False, True])
def test_bim_is_theirs(precise, targeted) -> None:
    model, images, labels = precise
    ours = bim(model, images, labels, EPS, step=STEP, steps=STEPS, targeted=targeted)
    attack = foolbox.attacks.LinfBasicIterativeAttack(
        abs_stepsize=STEP, steps=STEPS, random_start=False
    )
    theirs = run_foolbox(attack, model, images, labels, EPS, targeted=targeted)
    assert furthest(ours, theirs) <= 1e-6
    other = torchattacks.BIM(model, eps=EPS, alpha=STEP, steps=STEPS)
    if targeted:
        other.set_mode_targeted_by_label(quiet=True)
    assert furthest(ours, other(images, labels)) <= 1e-6
    again = ATTACKS["bim"].run(
        model, images, labels, EPS, targeted=targeted, steps=STEPS, step=0.25
    )
    assert torch.equal(ours, again)


def test_pgd_from_the_same_random_start_is_theirs(precise, monkeypatch) -> None:
    model, images, labels = precise
    ours = pgd(
        model,
        images,
        labels,
        EPS,
        step=STEP,
        steps=STEPS,
        generator=torch.Generator().manual_seed(3),
    )
    generator = torch.Generator().manual_seed(3)
    noise = torch.rand(images.shape, generator=generator, dtype=images.dtype)
    noise = (2 * noise - 1) * EPS

    class SameStart(foolbox.attacks.LinfProjectedGradientDescentAttack):
        def get_random_start(self, x0, _epsilon):
            return x0 + type(x0)(noise)

    theirs = SameStart(abs_stepsize=STEP, steps=STEPS)
    assert furthest(ours, run_foolbox(theirs, model, images, labels, EPS)) <= 1e-6
    monkeypatch.setattr(Tensor, "uniform_", lambda self, *_: self.copy_(noise))
    other = torchattacks.PGD(model, eps=EPS, alpha=STEP, steps=STEPS)
    assert furthest(ours, other(images, labels)) <= 1e-6


@pytest.mark.parametrize(("decay", "targeted"), [(1.0, False), (0.5, True)])
def test_mifgsm_is_torchattacks(precise, decay, targeted) -> None:
    model, images, labels = precise
    ours = mifgsm(
        model, images, labels, EPS, step=STEP, steps=STEPS, decay=decay, targeted=targeted
    )
    other = torchattacks.MIFGSM(model, eps=EPS, alpha=STEP, steps=STEPS, decay=decay)
    if targeted:
        other.set_mode_targeted_by_label(quiet=True)
    assert furthest(ours, other(images, labels)) <= 1e-6
    if not targeted:
        # Foolbox sums the gradients' signs, the paper gradients of the same length: with one
        # step, or without memory, that is the same, otherwise not.
        kept = foolbox.attacks.LinfMomentumIterativeFastGradientMethod
        theirs = kept(momentum=0.0, abs_stepsize=STEP, steps=STEPS)
        forgetful = mifgsm(model, images, labels, EPS, step=STEP, steps=STEPS, decay=0.0)
        found = run_foolbox(theirs, model, images, labels, EPS)
        assert furthest(forgetful, found) <= 1e-6


@pytest.mark.parametrize("name", ["mlp", "cnn", "mobilenet"])
def test_deepfool_is_foolboxs(name) -> None:
    """In double, where a step more or less does not hang on a rounded logit."""
    model = NETS[name]().double()
    images, labels = pictures(model)
    ours = deepfool(model, images, labels, candidates=4)
    attack = foolbox.attacks.L2DeepFoolAttack(candidates=5)  # it counts the picture's own class
    assert furthest(ours, run_foolbox(attack, model, images, labels, None)) <= 1e-6
    assert torch.equal(ours[0], images[0])  # another answer than its label from the start
    assert (model(ours).argmax(dim=1) != labels).all()
    assert torch.equal(ours, ATTACKS["deepfool"].run(model, images, labels, candidates=4))


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_deepfool_is_nearly_torchattacks(name) -> None:
    """Inside the picture's bounds: the same boundary, and our change longer by the nudge.

    Theirs knows no 1e-4 of length more. And it clips after every step and goes on from there,
    which on pictures with black and white pixels ends on the boundary, not beyond it.
    """
    model = NETS[name]().double()
    images, labels = pictures(model)
    images = 0.3 + 0.4 * images
    labels = model(images).argmax(dim=1)
    ours = deepfool(model, images, labels)
    theirs = torchattacks.DeepFool(model)(images, labels)
    assert torch.equal(model(ours).argmax(dim=1), model(theirs).argmax(dim=1))
    lengths = [(found - images).flatten(1).norm(dim=1) for found in (ours, theirs)]
    torch.testing.assert_close(*lengths, rtol=0.01, atol=5e-4)
    assert (lengths[0] > lengths[1]).all()


def test_a_sweep_is_foolboxs_answer_for_every_picture_and_epsilon(subject) -> None:
    model, images, _ = subject
    labels = model(images).argmax(dim=1)
    epsilons = [0.0, 0.5 / 255, 1 / 255, 2 / 255, EPS, 0.3]
    right = fgsm_sweep(model, images, labels, epsilons, batch=3)
    judged = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    attack = foolbox.attacks.LinfFastGradientAttack()
    _, _, fooled = attack(judged, images, labels, epsilons=epsilons)
    assert torch.equal(right, ~fooled)
    assert right[0].all()
    for row, eps in zip(right, epsilons, strict=True):
        other = torchattacks.FGSM(model, eps=eps)(images, labels)
        assert torch.equal(row, model(other).argmax(dim=1) == labels)
    assert not right.all()
