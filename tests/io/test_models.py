"""The registered models: each loads offline, speaks pixels, is one for all; ours show how."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.networks import SHIPPED
from dlviz.core.specs import RunSpec
from dlviz.io import models
from dlviz.io.assets import ASSETS, manifest
from dlviz.io.datasets import DATASETS, held_out
from dlviz.io.models import MODELS, load_model, model_file

FEW = 300  # creatures and crops are drawn when asked for, and their nets are the large ones


def pixels(model: Classifier) -> Tensor:
    """Two pictures of any kind, in [0, 1]."""
    generator = torch.Generator().manual_seed(3)
    return torch.rand(2, *model.input_shape, generator=generator)


def accuracy(model: Classifier, count: int) -> float:
    images, labels = (part[:count] for part in held_out(model.data))
    with torch.no_grad():
        parts = [model(part / 255).argmax(dim=1) for part in images.split(100)]
    return float((torch.cat(parts) == labels).double().mean())


@pytest.mark.parametrize("name", MODELS)
def test_it_is_one_and_the_same_for_all_who_ask(name: str) -> None:
    found: list[Classifier] = []
    threads = [threading.Thread(target=lambda: found.append(load_model(name))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(model is found[0] for model in found)
    assert found[0].name == name


@pytest.mark.parametrize("name", MODELS)
def test_it_is_read_only_and_knows_its_classes_and_layers(name: str) -> None:
    model = load_model(name)
    assert not any(part.training for part in model.modules())
    assert not any(value.requires_grad for value in model.parameters())
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())
    assert len(set(model.classes)) >= 8
    for layer in model.layers:
        model.module.get_submodule(layer)
    logits = model(pixels(model))
    assert logits.shape == (2, len(model.classes))
    assert torch.allclose(model.probabilities(pixels(model)).sum(dim=1), torch.ones(2))


@pytest.mark.parametrize("name", MODELS)
def test_it_speaks_pixels_from_0_to_1(name: str) -> None:
    """Normalisation is inside: behind it, pictures have about mean 0 and deviation 1."""
    model = load_model(name)
    assert bool(((model.mean > 0) & (model.mean < 1)).all())
    assert bool(((model.std > 0) & (model.std < 0.6)).all())
    if model.data in DATASETS:
        images = held_out(model.data)[0][:FEW] / 255
        seen = (images - model.mean) / model.std
        assert torch.allclose(model(images[:2]), model.module(seen[:2]))
        assert abs(float(seen.mean())) < 0.25
        assert 0.7 < float(seen.std()) < 1.3
        assert model.input_shape == tuple(held_out(model.data)[0].shape[1:])


@pytest.mark.parametrize("name", MODELS)
def test_loading_leaves_the_global_generator_alone(name: str) -> None:
    before = torch.random.get_rng_state()
    MODELS[name].load()
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("name", MODELS)
def test_it_is_offered_with_a_title_and_a_sentence(name: str) -> None:
    entry = MODELS[name]
    assert entry.name == name
    assert entry.title
    assert entry.what.endswith(".")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="known are") as caught:
        load_model("n" * 1000)
    assert all(name in str(caught.value) for name in MODELS)
    assert len(str(caught.value)) < 300


def test_a_failed_load_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def load() -> Classifier:
        tries.append(1)
        raise OSError("the file is missing")

    monkeypatch.setitem(MODELS, "broken", models.ModelEntry("broken", "Broken", "x.", load))
    for _ in range(2):
        with pytest.raises(OSError, match="missing"):
            load_model("broken")
    assert len(tries) == 2


# -- the nets that the project trains itself ------------------------------------------------------


def test_three_nets_of_our_own_are_shipped_with_licence_command_and_checksum() -> None:
    assert {"creatures_cnn", "photo_cnn", "fashion_cnn"} <= set(SHIPPED) <= set(MODELS)
    for name in SHIPPED:
        row = manifest()[model_file(name)]
        assert row.bytes == (ASSETS / model_file(name)).stat().st_size
        assert name in row.command
        assert row.licence


@pytest.mark.parametrize("name", SHIPPED)
def test_its_snapshots_show_how_it_learnt_at_log_spaced_steps(name: str) -> None:
    entry = MODELS[name]
    assert entry.snapshots is not None
    shots = entry.snapshots()
    steps = [shot.step for shot in shots]
    assert 8 <= len(steps) <= 32
    assert steps[0] == 0
    assert steps == sorted(set(steps))
    inner = steps[1:]
    ratios = [after / before for before, after in pairwise(inner)]
    assert all(1.5 <= ratio <= 3 for ratio in ratios[:-1])
    assert 1 < ratios[-1] <= 4.5  # training ends where it ends
    assert inner[-1] / inner[0] >= 64
    assert [shot.epoch for shot in shots] == sorted(shot.epoch for shot in shots)
    assert all(shot.facts == shots[0].facts for shot in shots)


@pytest.mark.parametrize("name", SHIPPED)
def test_it_was_trained_by_the_spec_that_the_registry_shows(name: str) -> None:
    shots = MODELS[name].snapshots()
    assert shots[-1].spec == SHIPPED[name].spec
    assert RunSpec.from_json(shots[-1].spec.to_json()) == SHIPPED[name].spec
    assert shots[-1].epoch == SHIPPED[name].spec.train.epochs
    assert shots[-1].facts.classes == DATASETS[load_model(name).data].classes
    last = load_model(name)
    for key, value in shots[-1].classifier.state_dict().items():
        assert torch.equal(value, last.state_dict()[key])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_recorded_accuracy_is_the_measured_one(name: str) -> None:
    shots = MODELS[name].snapshots()
    score = shots[-1].held_out
    assert score is not None
    images, labels = held_out(load_model(name).data)
    assert score.count == len(labels)
    large = images.shape[-1] > 28
    measured = accuracy(load_model(name), FEW if large else len(labels))
    if large:  # a part of the pictures: four standard errors, and what one picture is worth
        spread = 4 * (score.accuracy * (1 - score.accuracy) / FEW) ** 0.5 + 1 / FEW
        assert measured == pytest.approx(score.accuracy, abs=spread)
    else:
        assert measured == pytest.approx(score.accuracy, abs=1 / len(labels))  # one near-tie
    assert f"{score.accuracy:.1%}" in manifest()[model_file(name)].what


@pytest.mark.parametrize("name", SHIPPED)
def test_it_learnt_the_untrained_net_knows_nothing(name: str) -> None:
    shots = MODELS[name].snapshots()
    chance = 1 / len(shots[0].facts.classes)
    assert accuracy(shots[0].classifier, FEW) < chance + 0.2
    assert shots[-1].held_out.accuracy > 0.85
    first, last = (next(iter(shot.weights.values())) for shot in (shots[0], shots[-1]))
    assert (last - first).abs().max() > 0.5 * first.abs().max()
