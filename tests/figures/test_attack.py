"""FGSM in steps of an 8-bit picture against Foolbox, and the verdict's sentences."""

import copy
import warnings
from contextlib import redirect_stdout
from io import StringIO

import pytest
import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.attack import (
    RIGHT,
    Outcome,
    Study,
    Verdict,
    attacked,
    code,
    gradient_sentence,
    study,
    verdict,
)
from dlviz.figures.attack_plane import plane_of
from dlviz.figures.triptych import plain
from dlviz.io.mobilenet import imagenet_categories
from dlviz.io.models import load_model
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.io.pictures import fit, read_picture
from dlviz.io.png import png_bytes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import foolbox

CLASSES = ("cat", "dog", "cow")


@pytest.fixture(scope="module")
def net():
    """A small convolutional Classifier of 3×12×12 pixels and four classes."""
    chain = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(600, 4))
    generator = torch.Generator().manual_seed(3)
    for value in chain.state_dict().values():
        value.normal_(std=0.2, generator=generator)
    return Classifier(
        chain, "abcd", (0.4, 0.5, 0.6), (0.2, 0.3, 0.2), layers=["0"], input_shape=(3, 12, 12)
    )


@pytest.fixture(scope="module")
def pixels():
    # Black and white are among them, so that clipping is seen.
    generator = torch.Generator().manual_seed(5)
    drawn = torch.randint(-40, 296, (3, 12, 12), generator=generator)
    return drawn.clamp(0, 255).to(torch.uint8)


@pytest.fixture(scope="module")
def coffee():
    model = load_model("mobilenet_v2")
    return model, study(model, fit(load_photograph("coffee"), 224))


@pytest.mark.parametrize("eps", [0, 1, 2, 16, 80, 255])
def test_every_step_is_foolboxs_picture_and_whole_numbers(net, pixels, eps):
    subject = study(net, pixels)
    outcome = attacked(net, subject, eps)

    by_hand = pixels.int() + eps * subject.direction.int()
    assert torch.equal(outcome.pixels.int(), by_hand.clamp(0, 255))

    attack = foolbox.attacks.LinfFastGradientAttack()
    model = foolbox.PyTorchModel(net, bounds=(0, 1), device="cpu")
    label = net(to_unit(pixels)[None]).argmax(dim=1)
    theirs = attack.run(
        model, to_unit(pixels)[None], foolbox.criteria.Misclassification(label), epsilon=eps / 255
    )
    assert torch.equal(outcome.pixels, (theirs[0] * 255).round().to(torch.uint8))
    torch.testing.assert_close(
        outcome.probabilities, net.probabilities(to_unit(outcome.pixels)[None])[0]
    )


def test_the_control_moves_as_far_elsewhere_and_leaves_global_generators_alone(net, pixels):
    before = torch.random.get_rng_state()
    subject = study(net, pixels)
    first, second = attacked(net, subject, 20), attacked(net, subject, 20)
    assert torch.equal(first.control, second.control)
    assert torch.equal(torch.random.get_rng_state(), before)
    # Uphill is worse for the net's answer than somewhere.
    assert first.probabilities[subject.label] < first.control[subject.label]
    assert not torch.equal(first.control, subject.clean), "the control moved, too"


def test_the_page_opens_on_a_picture_that_fools_mobilenet(coffee):
    model, subject = coffee
    outcome = attacked(model, subject, 2)
    assert model.classes[subject.label] == "espresso"
    judged = verdict(subject, outcome, model.classes, right=RIGHT["coffee"])
    assert judged.kind == "fooled"
    assert "espresso has become consomme" in judged.sentence
    assert "no pixel moved by more than 2 of 255" in judged.sentence
    assert model.classes[int(outcome.control.argmax())] == "espresso"


def test_a_saved_picture_is_read_and_judged_the_same(coffee):
    model, subject = coffee
    outcome = attacked(model, subject, 3)
    again = fit(read_picture(png_bytes(plain(outcome.pixels))), 224)
    assert torch.equal(again, outcome.pixels)
    torch.testing.assert_close(
        model.probabilities(to_unit(again)[None])[0], outcome.probabilities, rtol=1e-4, atol=1e-6
    )


def judge(clean, after, *, eps=4, right=None, slope=1):
    image = torch.zeros(1, 2, 2, dtype=torch.uint8)
    clean = torch.tensor(clean)
    direction = torch.full_like(image, slope, dtype=torch.int8)
    subject = Study(image, direction, int(clean.argmax()), clean)
    outcome = Outcome(eps, image, torch.tensor(after), clean)
    return verdict(subject, outcome, CLASSES, right=right)


@pytest.mark.parametrize(
    ("clean", "after", "options", "kind", "says"),
    [
        ([0.8, 0.1, 0.1], [0.1, 0.7, 0.2], {}, "fooled", "cat has become dog (70.0 %)"),
        ([0.8, 0.1, 0.1], [0.1, 0.7, 0.2], {"right": {"cat"}}, "fooled", "4 of 255 steps"),
        ([0.8, 0.1, 0.1], [0.6, 0.3, 0.1], {}, "holds", "still cat (60.0 %)"),
        ([0.8, 0.1, 0.1], [0.8, 0.1, 0.1], {"eps": 0}, "start", "Raise ε"),
        ([1.0, 0.0, 0.0], [1.0, 0.0, 0.0], {"slope": 0}, "holds", "its gradient rounds to 0"),
        ([0.8, 0.1, 0.1], [0.1, 0.7, 0.2], {"right": {"cat", "dog"}}, "changed", "dog (70.0 %)"),
        ([0.8, 0.1, 0.1], [0.1, 0.7, 0.2], {"right": {"cow"}}, "unsuitable", "cat, it is cow"),
        ([0.8, 0.1, 0.1], [0.1, 0.7, 0.2], {"right": set()}, "unsuitable", "no class fits"),
        ([0.4, 0.3, 0.3], [0.1, 0.7, 0.2], {"right": {"cat"}}, "unsuitable", "cat, 40.0 %"),
        ([0.4, 0.3, 0.3], [0.4, 0.3, 0.3], {}, "unsuitable", "does not know this picture"),
    ],
)
def test_only_a_net_that_knew_the_picture_is_fooled(clean, after, options, kind, says):
    judged = judge(clean, after, **options)
    assert judged.kind == kind
    assert says in judged.sentence
    assert judged.sentence.startswith("Fooled") == (kind == "fooled")


@pytest.mark.parametrize(
    ("after", "right", "kind", "says"),
    [
        ([0.1, 0.7, 0.2], {"cat"}, "fooled", "Fooled, as aimed: cat has become dog (70.0 %)"),
        (
            [0.1, 0.2, 0.7],
            {"cat"},
            "changed",
            "not to the target: cat has become cow (70.0 %); dog",
        ),
        ([0.6, 0.3, 0.1], {"cat"}, "holds", "Resisted: still cat (60.0 %)"),
        ([0.6, 0.3, 0.1], None, "holds", "dog has 30.0 %"),
        ([0.1, 0.7, 0.2], {"cat", "dog"}, "changed", "not a wrong one"),
        ([0.1, 0.7, 0.2], {"cow"}, "unsuitable", "Not a fair test"),
    ],
)
def test_an_aimed_attack_has_three_ends(after, right, kind, says):
    image = torch.zeros(1, 2, 2, dtype=torch.uint8)
    clean = torch.tensor([0.8, 0.1, 0.1])
    subject = Study(image, torch.ones_like(image, dtype=torch.int8), 0, clean, target=1)
    outcome = Outcome(4, image, torch.tensor(after), clean)
    judged = verdict(subject, outcome, CLASSES, right=right)
    assert judged.kind == kind
    assert says in judged.sentence


@pytest.mark.parametrize(
    ("chance", "still", "target", "says"),
    [
        (1.0, 1.0, None, "The gradient is exactly 0: the probability of cat rounds to 1"),
        (0.9, 1.0, None, "does not depend on the picture"),
        (1.0, 0.0, None, "only the rivals'"),
        (1.0, 0.0, 1, ""),
        (0.9, 0.5, None, "For 50.0 % of the pixel values the gradient is exactly 0"),
        (0.9, 0.0, None, ""),
    ],
)
def test_a_gradient_that_misleads_is_named(chance, still, target, says):
    direction = torch.ones(1, 2, 10, dtype=torch.int8)
    direction.view(-1)[: int(20 * still)] = 0
    clean = torch.tensor([chance, 1 - chance, 0.0])
    subject = Study(direction.byte(), direction, 0, clean, target)
    told = gradient_sentence(subject, CLASSES)
    assert says in told
    assert bool(told) == bool(says)


def test_a_saturated_net_is_named_and_not_called_safe(net, pixels):
    """Logits so far apart that softmax rounds to 1 and 0: the gradient is 0 to the last bit."""
    sure = copy.deepcopy(net)
    sure.module[3].weight.mul_(1e4)
    subject = study(sure, pixels)
    assert float(subject.clean.max()) == 1
    assert not subject.direction.any()
    outcome = attacked(sure, subject, 8)
    assert verdict(subject, outcome, sure.classes).sentence.startswith("Nowhere to go")
    assert "protects nothing" in gradient_sentence(subject, sure.classes)


def test_a_flat_net_that_is_not_sure_is_not_called_sure(pixels):
    """A gradient of 0 has other causes than a saturated softmax: weights of 0, dead units."""
    flat = nn.Linear(pixels.numel(), 2)
    nn.init.zeros_(flat.weight)
    flat.bias.data = torch.tensor([1.0, 0.0])
    shape = tuple(pixels.shape)
    model = Classifier(
        nn.Sequential(nn.Flatten(), flat), ["yes", "no"], [0.0], [1.0], layers=[], input_shape=shape
    )
    subject = study(model, pixels)
    judged = verdict(subject, attacked(model, subject, 8), model.classes)
    assert judged == Verdict(
        "holds", "Nowhere to go: the gradient is 0 in every pixel, though yes has only 73.1 %."
    )
    assert "rounds to 1" not in gradient_sentence(subject, model.classes)
    with pytest.raises(ValueError, match="there is no sign") as told:
        plane_of(subject, "gradient", 0)
    assert "sure" not in str(told.value)


def test_a_gradient_that_is_no_number_is_one_sentence(net, pixels):
    broken = copy.deepcopy(net)
    broken.module[0].weight[0] = float("nan")
    with pytest.raises(ValueError, match="not finite"):
        study(broken, pixels)


def test_what_is_right_are_names_of_photographs_and_of_imagenets_categories():
    assert set(RIGHT) == set(PHOTOGRAPHS)
    assert frozenset().union(*RIGHT.values()) <= set(imagenet_categories())


@pytest.mark.parametrize("aim", [None, "soup bowl"])
def test_the_shown_code_runs_as_it_stands_and_says_the_same(coffee, aim):
    model, subject = coffee
    target = None if aim is None else model.classes.index(aim)
    if target is not None:
        subject = study(model, subject.pixels, target)
    program = code(
        'import dlviz\n\nmodel = dlviz.load_model("mobilenet_v2")',
        "from dlviz.io.photographs import load_photograph\nfrom dlviz.io.pictures import fit\n\n"
        'pixels = fit(load_photograph("coffee"), 224)',
        2,
        target,
    )
    said = StringIO()
    with redirect_stdout(said):
        exec(program, {})
    share, best = attacked(model, subject, 2).probabilities.max(dim=0)
    assert said.getvalue().splitlines() == [
        f"espresso: {float(subject.clean.max()):.1%}",
        f"{model.classes[int(best)]}: {float(share):.1%}",
    ]
