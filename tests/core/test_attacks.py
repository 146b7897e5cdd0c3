"""FGSM and PGD against Foolbox and torchattacks, and what must hold for every attack."""

from __future__ import annotations

import threading
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dlviz.core import attacks
from dlviz.core.attacks import ATTACKS, fgsm, fgsm_direction, pgd

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # both libraries use names that SciPy and Python retire
    import foolbox
    import torchattacks

KINDS = ["plain", "batch_norm", "overlapping", "relu6", "smooth"]
EPS = 8 / 255
LABELS = torch.tensor([0, 1, 2, 3, 4, 0])


def in_foolbox(model: nn.Module) -> foolbox.PyTorchModel:
    return foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")


def run_foolbox(attack, model, images, labels, eps, *, targeted=False):
    criterion = (
        foolbox.criteria.TargetedMisclassification(labels)
        if targeted
        else foolbox.criteria.Misclassification(labels)
    )
    return attack.run(in_foolbox(model), images, criterion, epsilon=eps)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("eps", [0.5 / 255, EPS, 0.3])
def test_fgsm_equals_foolbox_and_torchattacks_to_the_bit(kind, eps, make_net, make_images):
    model, images = make_net(kind), make_images(6)
    ours = fgsm(model, images, LABELS, eps)
    assert (ours != images).float().mean() > 0.9
    assert torch.equal(ours, torchattacks.FGSM(model, eps=eps)(images, LABELS))
    attack = foolbox.attacks.LinfFastGradientAttack()
    assert torch.equal(ours, run_foolbox(attack, model, images, LABELS, eps))


@pytest.mark.parametrize("kind", KINDS)
def test_targeted_fgsm_equals_torchattacks_to_the_bit(kind, make_net, make_images):
    model, images = make_net(kind), make_images(6)
    attack = torchattacks.FGSM(model, eps=EPS)
    attack.set_mode_targeted_by_label(quiet=True)
    assert torch.equal(fgsm(model, images, LABELS, EPS, targeted=True), attack(images, LABELS))


@pytest.mark.parametrize("kind", ["plain", "batch_norm", "relu6"])
@pytest.mark.parametrize("targeted", [False, True])
def test_pgd_equals_foolbox_from_the_picture_itself(kind, targeted, make_net, make_images):
    model, images = make_net(kind), make_images(6)
    options = {"step": EPS / 3, "steps": 7, "random_start": False}
    ours = pgd(model, images, LABELS, EPS, targeted=targeted, **options)
    attack = foolbox.attacks.LinfProjectedGradientDescentAttack(
        abs_stepsize=EPS / 3, steps=7, random_start=False
    )
    theirs = run_foolbox(attack, model, images, LABELS, EPS, targeted=targeted)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)
    if not targeted:
        other = torchattacks.PGD(model, eps=EPS, alpha=EPS / 3, steps=7, random_start=False)
        torch.testing.assert_close(ours, other(images, LABELS), rtol=0, atol=1e-6)


def test_pgd_equals_foolbox_from_the_same_random_start(make_net, make_images):
    model, images = make_net(), make_images(6)
    noise = torch.rand(images.shape, generator=torch.Generator().manual_seed(5))

    class SameStart(foolbox.attacks.LinfProjectedGradientDescentAttack):
        def get_random_start(self, x0, epsilon):
            return x0 + type(x0)((2 * noise - 1) * epsilon)

    theirs = run_foolbox(SameStart(abs_stepsize=0.01, steps=5), model, images, LABELS, EPS)
    start = torch.Generator().manual_seed(5)
    ours = pgd(model, images, LABELS, EPS, step=0.01, steps=5, generator=start)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)


def loss_of(model, images, labels):
    return nn.functional.cross_entropy(model(images), labels, reduction="none")


def test_the_direction_is_autograds_sign_and_does_not_depend_on_epsilon(make_net, make_images):
    model, images = make_net(), make_images(6)
    wanted = images.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss_of(model, wanted, LABELS).sum(), wanted)
    direction = fgsm_direction(model, images, LABELS)
    assert torch.equal(direction, gradient.sign())
    assert torch.equal(fgsm_direction(model, images, LABELS, targeted=True), -direction)
    for eps in (0.0, 0.01, 0.5):
        at_once = fgsm(model, images, LABELS, eps)
        assert torch.equal(attacks.apply(images, direction, eps), at_once)
        expected = (images + eps * direction).clip(0, 1)
        assert torch.equal(at_once, expected)


def test_fgsm_is_the_one_step_case_of_the_general_loop(make_net, make_images):
    model, images = make_net(), make_images(6)
    one_step = pgd(model, images, LABELS, EPS, step=EPS, steps=1, random_start=False)
    assert torch.equal(fgsm(model, images, LABELS, EPS), one_step)


def test_they_do_what_they_are_for(make_net, make_images):
    model, images = make_net(), make_images(6)
    truth = model(images).argmax(1)
    plain = loss_of(model, images, truth)
    one = loss_of(model, fgsm(model, images, truth, EPS), truth)
    many = pgd(model, images, truth, EPS, step=EPS / 4, steps=10)
    assert (one > plain).all()
    assert loss_of(model, many, truth).sum() > one.sum()
    target = (truth + 1) % 5
    towards = pgd(model, images, target, EPS, step=EPS / 4, steps=10, targeted=True)
    assert (loss_of(model, towards, target) < loss_of(model, images, target)).all()


@pytest.mark.parametrize("name", ATTACKS)
@settings(derandomize=True, deadline=None, max_examples=10)
@given(
    seed=st.integers(0, 50),
    eps=st.sampled_from([0, 1e-4, 1 / 255, 0.1, 1.0, 3]),
    count=st.integers(1, 3),
    targeted=st.booleans(),
)
def test_every_attack_stays_in_the_ball_and_in_the_picture(
    name, seed, eps, count, targeted, make_net, make_images
):
    # Half of the pixels sit on the bounds, where a step could leave the picture.
    images = (make_images(count, seed=seed) * 2 - 0.5).clip(0, 1)
    given_images, labels = images.clone(), torch.arange(count) % 5
    attack = ATTACKS[name]
    targeted = targeted and attack.can_target
    result = attack.run(make_net(), images, labels, eps, targeted=targeted)
    assert result.shape == images.shape
    assert result.dtype == images.dtype
    assert not result.requires_grad
    assert result.data_ptr() != images.data_ptr()
    assert result.min() >= 0
    assert result.max() <= 1
    order = {"linf": torch.inf, "l2": 2}[attack.norm]
    moved = (result - images).flatten(1).norm(order, dim=1)
    assert (moved <= eps * (1 + 1e-6) + 1e-6).all() or not attack.has_eps
    assert torch.equal(images, given_images)
    assert eps > 0 or torch.equal(result, images) or not attack.has_eps
    again = attack.run(make_net(), images, labels, eps, targeted=targeted)
    assert torch.equal(result, again)


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_is_described_and_fools_somebody(name, make_net, make_images):
    entry, model, images = ATTACKS[name], make_net(), make_images(6)
    assert entry.name == name
    assert entry.title
    assert entry.what.endswith(".")
    truth = model(images).argmax(1)
    fooled = model(entry.run(model, images, truth, {"linf": 0.1, "l2": 2.0}[entry.norm])).argmax(1)
    assert (fooled != truth).any()


@pytest.mark.parametrize("name", ATTACKS)
def test_the_model_and_the_global_generator_stay_as_they_were(
    name, make_net, make_images, fingerprint
):
    model, images = make_net("batch_norm"), make_images(3).requires_grad_()
    before = fingerprint(model)
    with torch.no_grad():
        ATTACKS[name].run(model, images, LABELS[:3], EPS)
    assert fingerprint(model) == before
    assert images.grad is None


def test_a_bare_module_in_training_mode_is_attacked_in_evaluation_mode(fingerprint):
    net = nn.Sequential(nn.BatchNorm2d(1), nn.Dropout(0.5), nn.Flatten(), nn.Linear(16, 4))
    images = torch.rand(4, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    before = fingerprint(net)
    moved = fgsm(net, images, LABELS[:4], EPS)
    assert fingerprint(net) == before
    assert torch.equal(moved, fgsm(net.eval(), images, LABELS[:4], EPS))


def test_it_works_for_a_caller_in_inference_mode(make_net, make_images):
    model = make_net()
    expected = fgsm(model, make_images(2), LABELS[:2], EPS)
    with torch.inference_mode():
        got = fgsm(model, make_images(2), LABELS[:2], EPS)
    assert torch.equal(got, expected)


def test_the_start_of_pgd_is_the_callers_generator(make_net, make_images):
    def run(generator):
        return pgd(
            make_net(), make_images(2), LABELS[:2], EPS, step=1e-4, steps=1, generator=generator
        )

    generator = torch.Generator().manual_seed(1)
    first, second = run(generator), run(generator)
    assert not torch.equal(first, second)
    assert torch.equal(run(torch.Generator().manual_seed(1)), first)
    assert torch.equal(run(None), run(None))


def test_two_threads_on_one_model_do_not_meet(make_net, make_images):
    model = make_net("relu6")
    jobs = [make_images(3, seed=seed) for seed in (1, 2)]
    alone = [fgsm(model, images, LABELS[:3], EPS) for images in jobs]
    results: list[list[torch.Tensor]] = [[], []]

    def work(index: int) -> None:
        results[index] = [fgsm(model, jobs[index], LABELS[:3], EPS) for _ in range(10)]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index in range(2):
        assert len(results[index]) == 10
        assert all(torch.equal(one, alone[index]) for one in results[index])


def flawed(images: torch.Tensor, value: float) -> torch.Tensor:
    images = images.clone()
    images[0, 0, 0, 0] = value
    return images


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("function", [fgsm, ATTACKS["pgd"].run])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, y: (flawed(x, NAN), y, EPS), r"in \[0, 1\]"),
        (lambda x, y: (flawed(x, 1.01), y, EPS), r"in \[0, 1\]"),
        (lambda x, y: (flawed(x, -0.01), y, EPS), r"in \[0, 1\]"),
        (lambda x, y: ((x * 255).to(torch.uint8), y, EPS), "floating-point"),
        (lambda x, y: (x.tolist(), y, EPS), "floating-point"),
        (lambda x, y: (x[:0], y[:0], EPS), "at least one image"),
        (lambda x, y: (x, y, -0.1), "eps must be"),
        (lambda x, y: (x, y, NAN), "eps must be"),
        (lambda x, y: (x, y, INF), "eps must be"),
        (lambda x, y: (x, y, "0.1"), "eps must be"),
        (lambda x, y: (x, y[:2], EPS), "one whole number for each"),
        (lambda x, y: (x, y.float(), EPS), "one whole number for each"),
        (lambda x, y: (x, y[:, None], EPS), "one whole number for each"),
        (lambda x, y: (x, y.tolist(), EPS), "one whole number for each"),
        (lambda x, y: (x, y + 3, EPS), "from 0 to 4"),
        (lambda x, y: (x, y - 1, EPS), "from 0 to 4"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(function, change, words, make_net, make_images):
    images, labels, eps = change(make_images(3), LABELS[:3])
    with pytest.raises(ValueError, match=words) as caught:
        function(make_net(), images, labels, eps)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"step": -1.0, "steps": 1}, "step must be"),
        ({"step": NAN, "steps": 1}, "step must be"),
        ({"step": 0.1, "steps": 0}, "steps must be"),
        ({"step": 0.1, "steps": 1.5}, "steps must be"),
    ],
)
def test_pgds_own_settings_are_checked(options, words, make_net, make_images):
    with pytest.raises(ValueError, match=words):
        pgd(make_net(), make_images(1), LABELS[:1], EPS, **options)


def test_apply_checks_too(make_images):
    images = make_images(1)
    with pytest.raises(ValueError, match="shape"):
        attacks.apply(images, torch.ones(2, 2), EPS)
    with pytest.raises(ValueError, match="eps must be"):
        attacks.apply(images, images, -1)


def test_a_model_whose_gradient_is_not_finite_or_that_gives_no_logits(make_images):
    class Broken(nn.Module):
        def forward(self, x):
            return x.flatten(1)[:, :3] * float("nan")

    with pytest.raises(ValueError, match="gradient"):
        fgsm(Broken(), make_images(2), LABELS[:2], EPS)
    with pytest.raises(ValueError, match="logits"):
        fgsm(nn.Identity(), make_images(2), LABELS[:2], EPS)
