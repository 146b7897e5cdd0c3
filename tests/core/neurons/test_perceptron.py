"""The perceptron against scikit-learn's, its bound, and the margin against a linear SVC."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Perceptron
from sklearn.svm import LinearSVC

from dlviz.core.neurons.letters import LETTERS, noisy
from dlviz.core.neurons.margin import margin
from dlviz.core.neurons.perceptron import (
    bound,
    learn,
    radius,
    weights_after,
    with_constant,
)
from dlviz.io.assets import read_arrays


def digits(first, second, count):
    pixels, labels = read_arrays("mnist.npz", "train_pixels", "train_labels")
    chosen = np.concatenate([np.flatnonzero(labels == name)[:count] for name in (first, second)])
    chosen = np.random.default_rng(0).permutation(chosen)
    inputs = with_constant(pixels[chosen].reshape(len(chosen), -1).astype(np.float64))
    return inputs, np.where(labels[chosen] == first, 1.0, -1.0)


def letters(first, second, count, noise):
    generator = np.random.default_rng(1)
    pixels = np.concatenate([noisy(name, count, noise, generator) for name in (first, second)])
    order = generator.permutation(2 * count)
    signs = np.repeat([1.0, -1.0], count)
    return with_constant(pixels.reshape(2 * count, -1))[order], signs[order]


@pytest.mark.parametrize(
    "examples", [digits(0, 1, 60), digits(3, 5, 40), letters("A", "B", 60, 0.1)]
)
def test_it_is_scikit_learns_perceptron(examples):
    inputs, signs = examples
    lessons = learn(inputs, signs, passes=3)
    theirs = Perceptron(
        fit_intercept=False, shuffle=False, max_iter=3, tol=None, alpha=0.0, random_state=0
    ).fit(inputs, signs)
    ours = weights_after(inputs, signs, lessons, len(lessons.mistakes))
    np.testing.assert_allclose(255.0 * ours, theirs.coef_[0], atol=1e-9)


@pytest.mark.parametrize(
    "examples", [digits(0, 1, 40), digits(3, 5, 40), letters("A", "B", 60, 0.1)]
)
def test_the_margin_is_the_hard_margin_machines(examples):
    inputs, signs = examples
    found = margin(inputs, signs)
    scale = 1 / 2550
    machine = LinearSVC(loss="hinge", C=1e6, fit_intercept=False, max_iter=100_000, tol=1e-7)
    normal = machine.fit(inputs * scale, signs).coef_[0]
    theirs = (signs * (inputs @ normal)).min() / np.linalg.norm(normal)
    assert found.width == pytest.approx(theirs, rel=1e-4)
    assert found.width >= theirs
    assert found.width == pytest.approx((signs * (inputs @ found.normal)).min())
    assert found.most == pytest.approx(found.width, rel=1e-6)
    assert np.linalg.norm(found.normal) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(20))
def test_no_order_of_the_pictures_makes_more_mistakes_than_the_bound(seed):
    inputs, signs = letters("O", "Q", 20, 0.05)
    most = bound(radius(inputs), margin(inputs, signs).width)
    order = np.random.default_rng(seed).permutation(len(inputs))
    lessons = learn(inputs[order], signs[order])
    assert lessons.done
    assert 0 < len(lessons.mistakes) <= most


def test_it_stops_when_all_are_right_and_counts_every_mistake():
    inputs, signs = letters("E", "F", 60, 0.0)
    lessons = learn(inputs, signs, (inputs, signs))
    weights = weights_after(inputs, signs, lessons, len(lessons.mistakes))
    assert (signs * (inputs @ weights) > 0).all()
    assert lessons.done
    assert lessons.by_pass[-1] == 0
    assert sum(lessons.by_pass) == len(lessons.mistakes) == len(lessons.held_out) - 1
    for count, share in enumerate(lessons.held_out):
        partial = weights_after(inputs, signs, lessons, count)
        assert share == (signs * (inputs @ partial) > 0).mean()
    for mistake in lessons.mistakes:
        before = weights_after(inputs, signs, lessons, mistake.number - 1)
        assert mistake.total == pytest.approx(float(before @ inputs[mistake.index]) / 255)
        assert signs[mistake.index] * mistake.total <= 0


def test_what_no_plane_parts_has_no_margin_and_the_perceptron_goes_on():
    inputs, signs = letters("E", "F", 100, 0.2)
    found = margin(inputs, signs)
    assert not found.separable
    assert found.most < 1e-6 * radius(inputs)
    lessons = learn(inputs, signs, passes=20)
    assert not lessons.done
    assert min(lessons.by_pass) > 0


def test_one_picture_of_both_classes_cannot_be_told_apart():
    inputs = np.array([[1.0, 2.0, 1.0], [3.0, 1.0, 1.0], [1.0, 2.0, 1.0]])
    found = margin(inputs, np.array([1.0, 1.0, -1.0]))
    assert not found.separable
    assert found.most == pytest.approx(0.0, abs=1e-12)


def test_a_margin_that_a_ruler_finds():
    """Two points at (±1, 3): the plane is upright, the margin 1."""
    inputs = np.array([[1.0, 3.0], [-1.0, 3.0]])
    found = margin(inputs, np.array([1.0, -1.0]))
    assert found.width == pytest.approx(1.0)
    np.testing.assert_allclose(found.normal, [1.0, 0.0], atol=1e-9)


def test_letters_differ_and_noise_flips_its_share():
    assert sorted(LETTERS) == [chr(ord("A") + place) for place in range(26)]
    assert len({letter.tobytes() for letter in LETTERS.values()}) == 26
    assert all(letter.shape == (7, 5) for letter in LETTERS.values())
    copies = noisy("K", 2000, 0.2, np.random.default_rng(0))
    assert np.isin(copies, (0.0, 255.0)).all()
    assert (copies / 255 != LETTERS["K"]).mean() == pytest.approx(0.2, abs=0.01)


def test_without_pictures_there_is_nothing_to_learn():
    with pytest.raises(ValueError, match="pictures"):
        learn(np.zeros((0, 3)), np.zeros(0))
