"""Reading layers out: the classifier against scikit-learn's, the features against F.interpolate."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch.nn import functional as F

from dlviz.core import readout
from dlviz.core.probe import activations
from dlviz.core.readout import (
    DECAY,
    MOST_NUMBERS,
    PIXELS,
    Pictures,
    as_input,
    cost,
    fit,
    hidden_vectors,
    pooled,
    read_out,
    right,
    split,
    standardised,
    steps_of,
)
from dlviz.core.untrained import untrained
from dlviz.io.models import load_model


def cases(count, size, classes=4, seed=0):
    """Classes that overlap, so that the bottom of the valley is not at infinity."""
    random = np.random.default_rng(seed)
    labels = random.integers(classes, size=count)
    middles = random.normal(size=(classes, size))
    features = middles[labels] + random.normal(size=(count, size)) * 2 + 5
    return torch.from_numpy(features).float(), torch.from_numpy(labels)


@pytest.mark.parametrize(
    ("count", "size"), [(300, 12), (40, 200)], ids=["more pictures", "more numbers"]
)
def test_it_is_scikit_learns_logistic_regression(count, size):
    features, labels = cases(count, size)
    new, expected = cases(200, size, seed=1)
    ours = fit(features, labels, 4)
    scaler = StandardScaler().fit(features.double().numpy())
    theirs = LogisticRegression(C=1 / (DECAY * count), tol=1e-8, max_iter=5000)
    x = scaler.transform(features.double().numpy())
    theirs.fit(x, labels.numpy())
    their_weights = torch.from_numpy(theirs.coef_.T)
    their_logits = torch.from_numpy(x @ theirs.coef_.T + theirs.intercept_)
    mine = float(cost(ours(features), labels, ours.weights))
    assert mine == pytest.approx(float(cost(their_logits, labels, their_weights)), abs=1e-5)
    torch.testing.assert_close(ours.weights, their_weights, atol=2e-2, rtol=0)
    said = torch.from_numpy(theirs.predict(scaler.transform(new.double().numpy())))
    agreement = (ours(new).argmax(1) == said).double().mean()
    assert agreement >= 0.985
    assert right(ours(new), expected) == pytest.approx(
        float((said == expected).double().mean()), abs=0.01
    )


def test_a_feature_that_never_varies_says_nothing():
    features, labels = cases(60, 5)
    features[:, 2] = 7.0
    linear = fit(features, labels, 4)
    assert linear(features).isfinite().all()
    assert float(standardised(features, linear.mean, linear.std)[:, 2].abs().max()) < 1e-6
    assert float(linear.weights[2].abs().max()) < 1e-6


def test_a_class_without_pictures_is_never_said():
    features, labels = cases(60, 5, classes=3)
    assert 3 not in fit(features, labels, 4)(features).argmax(1)


@pytest.mark.parametrize("shape", [(48, 32, 32), (3, 64, 64), (128, 3, 3), (2000, 7, 7), (5, 4, 9)])
def test_large_maps_are_averaged_over_as_many_places_as_fit(shape):
    maps = torch.rand(2, *shape)
    found = pooled(maps)
    channels, height, width = shape
    assert found.shape[1] <= max(MOST_NUMBERS, channels)
    torch.testing.assert_close(
        found.view(2, channels, -1).mean(2), maps.mean((2, 3)), atol=0.05, rtol=0
    )
    if channels * height * width <= MOST_NUMBERS:
        assert torch.equal(found, maps.flatten(1))
    else:  # one more place along a side would be too many
        side = int((found.shape[1] // channels) ** 0.5)
        assert channels * (side + 1) ** 2 > MOST_NUMBERS


def test_other_data_are_made_to_fit():
    grey = torch.randint(0, 256, (2, 1, 28, 28), dtype=torch.uint8)
    found = as_input(grey, (3, 64, 64))
    assert found.shape == (2, 3, 64, 64)
    assert torch.equal(found[:, 0], found[:, 2])
    wanted = F.interpolate(grey / 255, (64, 64), mode="bilinear", antialias=True)
    torch.testing.assert_close(found[:, :1], wanted)
    colour = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    small = as_input(colour, (1, 16, 16))
    torch.testing.assert_close(small.mean(), (colour / 255).mean(), atol=0.01, rtol=0)
    assert torch.equal(as_input(colour, (3, 64, 64)), colour / 255)


def test_pictures_to_learn_from_and_to_judge_are_others():
    pixels = torch.arange(1600).view(-1, 1, 1, 1)
    pictures = split(pixels, torch.arange(1600), 10)
    learn, judge = set(pictures.learn[1].tolist()), set(pictures.judge[1].tolist())
    assert (len(learn), len(judge)) == (1000, 500)
    assert not learn & judge
    assert pictures.learn[0].flatten().tolist() == pictures.learn[1].tolist()
    few = split(pixels[:30], torch.arange(30), 10)
    assert (len(few.learn[1]), len(few.judge[1])) == (15, 15)
    assert len(split(pixels, torch.arange(1600), 10, most=60).judge[1]) == 30


@pytest.fixture
def small(make_net):
    """A net, and pictures whose five classes are how bright they are."""
    generator = torch.Generator().manual_seed(3)
    labels = torch.randint(0, 5, (80,), generator=generator)
    noise = torch.rand(80, 3, 24, 24, generator=generator) * 80
    pixels = (noise + labels.view(-1, 1, 1, 1) * 40).to(torch.uint8)
    return make_net(), split(pixels, labels, 5)


def test_every_layer_is_read_from_its_own_features(small, monkeypatch):
    model, pictures = small
    monkeypatch.setattr(readout, "_BATCH_VALUES", 7 * 3 * 24 * 24)  # a last batch that is smaller
    random = untrained(model, seed=5)
    layers = ["relu1", "pool2"]
    states = list(read_out(model, random, pictures, layers, count=20, knows=True))
    assert [done for done, _ in states] == list(range(1, len(states) + 1))
    assert len(states) == steps_of(model, pictures, layers, 20)
    final = states[-1][1]
    assert list(final.trained) == [PIXELS, *layers]
    assert list(final.untrained) == layers
    assert (final.learnt, final.judged) == (20, 40)
    assert final.numbers == {PIXELS: 3 * 20 * 20, "relu1": 8 * 12 * 12, "pool2": 432}
    images, labels = pictures.judge[0] / 255, pictures.judge[1]
    assert final.own == pytest.approx(float((model(images).argmax(1) == labels).double().mean()))
    chosen = torch.randperm(40, generator=torch.Generator().manual_seed(2))[:20]
    for net, found in ((model, final.trained), (random, final.untrained)):
        learn = activations(net, pictures.learn[0][chosen] / 255, ["pool2"])["pool2"].flatten(1)
        judge = activations(net, images, ["pool2"])["pool2"].flatten(1)
        linear = fit(learn, pictures.learn[1][chosen], 5)
        assert found["pool2"][2] == right(linear(judge), labels)
        assert len(found["pool2"]) == 5
    assert min(final.trained[PIXELS]) > 0.8  # brightness is written in the pixels


def test_what_has_been_read_is_told_on_the_way(small):
    model, pictures = small
    seen = [
        reading.trained
        for _, reading in read_out(model, model, pictures, ["relu1"], count=20, knows=False)
    ]
    assert [len(found) for found in seen] == sorted(len(found) for found in seen)
    assert {0, 1, 2} == {len(found) for found in seen}


def test_the_network_is_only_looked_at(small, fingerprint):
    model, pictures = small
    before = fingerprint(model)
    last = list(read_out(model, model, pictures, ["relu1"], count=10, knows=False))[-1][1]
    assert fingerprint(model) == before
    assert last.own is None
    assert last.trained["relu1"] == last.untrained["relu1"]


def test_labels_that_are_anybodys_guess_are_guessed(small):
    model, pictures = small
    shuffled = pictures.learn[1][torch.randperm(40, generator=torch.Generator().manual_seed(1))]
    anything = Pictures((pictures.learn[0], shuffled), pictures.judge, 5)
    last = list(read_out(model, model, anything, [], count=40, knows=False))[-1][1]
    assert max(last.trained[PIXELS]) < 0.4


def test_hidden_dense_layers_are_features_too():
    assert hidden_vectors(load_model("fashion_cnn")) == {"relu3": "dense 1 (after ReLU)"}
    assert hidden_vectors(load_model("creatures_cnn")) == {}


def test_more_pictures_are_not_learnt_from_than_there_are(small):
    model, pictures = small
    last = list(read_out(model, model, pictures, [], count=999, knows=False))[-1][1]
    assert last.learnt == 40
