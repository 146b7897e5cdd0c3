"""Answers over ε against the naive way: each picture, each ε, one call each."""

import math

import pytest
import torch

from dlviz.core.attacks import ATTACKS, deepfool, fgsm, pgd
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.robustness import NEVER, NOISE, WRONG, Survey, on_grid, random_signs, survey
from dlviz.core.transfer import transfer

STEPS = (0, 3, 9, 30)


def net(seed: int) -> Classifier:
    torch.manual_seed(seed)
    layers = torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(96, 4)
    )
    for parameter in layers.parameters():
        parameter.requires_grad_(False)
        parameter.mul_(2.0)
    half = (0.5, 0.5, 0.5)
    return Classifier(layers, tuple("abcd"), half, half, layers=(), input_shape=(3, 6, 6))


@pytest.fixture
def model():
    return net(1)


@pytest.fixture
def pictures(model):
    draw = torch.Generator().manual_seed(5)
    pixels = torch.randint(0, 256, (23, 3, 6, 6), generator=draw).to(torch.uint8)
    labels = model(to_unit(pixels)).argmax(dim=1)
    labels[::6] = (labels[::6] + 1) % 4  # some are wrong from the start
    return pixels, labels


def last(steps):
    *_, (_, result) = steps
    return result


def answer(model, image):
    return int(model((image * 255).round() / 255).argmax())


@pytest.mark.parametrize("name", [name for name in ATTACKS if ATTACKS[name].has_eps])
def test_every_answer_is_the_one_to_that_picture_alone(model, pictures, name):
    pixels, labels = pictures
    found = last(survey(model, pixels, labels, name, STEPS, batch=10))
    long = math.sqrt(3 * 6 * 6) if ATTACKS[name].norm == "l2" else 1.0
    for row, eps in enumerate(STEPS):
        for column in range(len(pixels)):
            image, label = to_unit(pixels[column])[None], labels[column : column + 1]
            made = ATTACKS[name].run(model, image, label, eps / 255 * long) if eps else image
            assert int(found.answers[row, column]) == answer(model, made)


def test_fgsm_and_pgd_are_the_functions_of_the_notebook(model, pictures):
    pixels, labels = pictures
    images = to_unit(pixels)
    for name, made in (
        ("fgsm", fgsm(model, images, labels, 9 / 255)),
        ("pgd", pgd(model, images, labels, 9 / 255, step=0.25 * 9 / 255, steps=10)),
    ):
        found = last(survey(model, pixels, labels, name, (0, 9)))
        right = (model(on_grid(made)).argmax(dim=1) == labels).double().mean()
        assert found.accuracies[1] == pytest.approx(float(right))


def test_deepfool_counts_from_the_eps_on_that_its_change_stays_within(model, pictures):
    pixels, labels = pictures
    found = last(survey(model, pixels, labels, "deepfool", STEPS))
    images = to_unit(pixels)
    made = on_grid(deepfool(model, images, labels))
    for column in range(len(pixels)):
        far = round(255 * float((made[column] - images[column]).abs().max()))
        for row, eps in enumerate(STEPS):
            shown = made[column] if far <= eps else images[column]
            assert int(found.answers[row, column]) == answer(model, shown[None])


def test_noise_is_the_same_for_a_picture_whatever_stands_beside_it(model, pictures):
    pixels, labels = pictures
    whole = last(survey(model, pixels, labels, NOISE, STEPS, seed=4))
    some = last(survey(model, pixels[:7], labels[:7], NOISE, STEPS, seed=4, batch=2))
    assert torch.equal(whole.answers[:, :7], some.answers)
    signs = random_signs((3, 6, 6), 4, 2)
    assert set(signs.unique().tolist()) == {-1.0, 1.0}
    made = (to_unit(pixels[2]) + 30 / 255 * signs).clamp(0, 1)
    assert int(whole.answers[3, 2]) == answer(model, made[None])


def test_progress_counts_pictures_and_every_part_is_true(model, pictures):
    pixels, labels = pictures
    parts = list(survey(model, pixels, labels, "fgsm", STEPS, batch=10))
    assert [done for done, _ in parts] == [10, 20, 23]
    for done, part in parts:
        assert torch.equal(part.answers, parts[-1][1].answers[:, :done])
        assert torch.equal(part.labels, labels[:done])


def test_accuracy_smallest_and_counts_by_hand():
    labels = torch.tensor([0, 1, 2, 0, 2])
    answers = torch.tensor([[0, 1, 2, 1, 2], [0, 2, 2, 0, 2], [1, 1, 1, 0, 2]])
    found = Survey((0, 2, 5), labels, answers)
    assert found.accuracies == pytest.approx([0.8, 0.8, 0.6])
    assert found.smallest.tolist() == [5, 2, 5, WRONG, NEVER]
    assert found.counts(5, 3).tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 1]]


@pytest.mark.parametrize("steps", [(), (1, 2), (0, 5, 3), (0, 0)])
def test_other_epsilons_are_refused(model, pictures, steps):
    with pytest.raises(ValueError, match="ascending"):
        next(survey(model, *pictures, "fgsm", steps))


def test_an_unknown_attack_is_refused(model, pictures):
    with pytest.raises(ValueError, match="no attack"):
        next(survey(model, *pictures, "magic", STEPS))
    with pytest.raises(ValueError, match="no attack"):
        next(transfer([model, net(2)], *pictures, "magic", 3))


def test_transfer_is_counted_picture_by_picture(pictures):
    pixels, labels = pictures
    models = [net(1), net(2), net(3)]
    for model in models[1:]:  # so that they agree often enough to be counted
        for mine, theirs in zip(model.parameters(), models[0].parameters(), strict=True):
            mine.mul_(0.3).add_(0.7 * theirs)
    found = last(transfer(models, pixels, labels, "fgsm", 20, batch=9))
    for s, source in enumerate([*models, None]):
        for t, judge in enumerate(models):
            counted = fooled = 0
            for i in range(len(pixels)):
                image, label = to_unit(pixels[i])[None], labels[i : i + 1]
                if source is None:
                    made = (image + 20 / 255 * random_signs((3, 6, 6), 0, i)).clamp(0, 1)
                    known = answer(judge, image) == label
                else:
                    made = fgsm(source, image, label, 20 / 255)
                    known = answer(judge, image) == label and answer(source, image) == label
                counted += bool(known)
                fooled += bool(known and answer(judge, made) != label)
            assert (int(found.fooled[s, t]), int(found.counted[s, t])) == (fooled, counted)
    assert int(found.fooled[:3].sum()) > 0
    assert found.rates[0][0] == int(found.fooled[0, 0]) / int(found.counted[0, 0])


def test_transfer_takes_two_networks(model, pictures):
    with pytest.raises(ValueError, match="two networks"):
        next(transfer([model], *pictures, "fgsm", 3))
