"""The filters lab's cards: each opens as it says, and every number of an answer is worked out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache, partial

import pytest
import torch

from dlviz.core.filter_cards import FILTER_CARDS
from dlviz.core.filter_census import census
from dlviz.core.lessons import Card
from dlviz.core.patches import TopPatches, top_patches
from dlviz.io.datasets import held_out
from dlviz.io.evolutions import read_evolution
from dlviz.io.models import MODELS, load_model
from dlviz.ui.filters import memory
from dlviz.ui.filters.views import VIEWS
from tests.core.points.test_cards import as_written, numbers

CREATURES = "creatures_cnn"


@cache
def nine(layer: str) -> TopPatches:
    return top_patches(load_model(CREATURES), held_out("creatures")[0], layer=layer)


def whiskers(card: Card) -> list[float]:
    classes, labels = load_model(CREATURES).classes, held_out("creatures")[1]
    indices = nine("relu3").indices[int(card.settings["channel"])]
    found = Counter(classes[labels[index]] for index in indices)
    assert set(found) == {"mouse", "cat"}
    return [found["mouse"], found["cat"]]


def picture(card: Card) -> list[float]:
    """Both networks' deconvnets of the nine, from the trained network's own places."""
    from dlviz.core.data import to_unit
    from dlviz.core.projection import project_units

    snapshots = MODELS[CREATURES].snapshots
    assert snapshots is not None
    channel, top = int(card.settings["channel"]), nine("relu3")
    images = to_unit(held_out("creatures")[0][top.indices[channel]])
    places = top.positions[channel]
    learnt, random = (
        project_units(
            model,
            images,
            layer="relu3",
            channels=torch.full((9,), channel),
            places=places,
            strength=1.0,
        )[0]
        for model in (load_model(CREATURES), snapshots()[0].classifier)
    )
    alike = torch.nn.functional.cosine_similarity(learnt.flatten(1), random.flatten(1))
    return [float(alike.mean())]


def dead(_card: Card) -> list[float]:
    module = load_model("mobilenet_v2").module.features[0][0]
    return [len(census(module.weight).dead), 2]


def settling(_card: Card) -> list[float]:
    snapshots = MODELS[CREATURES].snapshots
    assert snapshots is not None
    steps = [shot.step for shot in snapshots()]
    strongest = read_evolution(CREATURES).layers["relu3"].indices[:, 89].tolist()
    changed = [
        step
        for step, old, new in zip(steps[1:], strongest, strongest[1:], strict=False)
        if old != new
    ]
    return [changed[-1], steps[-1], len(changed)]


def rotation(_card: Card) -> list[float]:
    from dlviz.core.data import to_unit
    from dlviz.core.invariance import measure
    from dlviz.ui.filters.five import numbers_of
    from dlviz.ui.filters.invariance import FIRST_FIVE

    pixels, labels = held_out("creatures")
    chosen = numbers_of(labels, FIRST_FIVE[CREATURES])
    truth = labels[chosen]
    layers = ["relu1", "pool3"]
    moved = measure(load_model(CREATURES), to_unit(pixels[chosen]), truth.tolist(), "turn", layers)

    def at(value: float) -> tuple[float, float, float]:
        place = moved.values.index(value)
        first, last = (
            float(moved.distances[layer][:, place].mean()) / moved.apart[layer] for layer in layers
        )
        return first, last, int((moved.label[:, place] == truth).sum())

    (first, last, right), (first_down, last_down, right_down) = at(15), at(180)
    return [15, first, last, right, 5, 180, first_down, last_down, right_down, 5]


def owl(_card: Card) -> list[float]:
    from dlviz.core.data import to_unit
    from dlviz.core.occlusion import occlusion

    model, image = load_model(CREATURES), to_unit(held_out("creatures")[0][356])
    target = model.classes.index("owl")
    covered = occlusion(model, image, target=target, size=20, stride=2, fill=0.5)
    return [float(model.probabilities(image[None])[0, target]), float(covered.min())]


def eye(_card: Card) -> list[float]:
    from dlviz.core.correspondence import correspondence
    from dlviz.core.data import to_unit
    from dlviz.figures.parts import COUNT, creature_parts

    model = load_model(CREATURES)
    pixels, labels = held_out("creatures")
    owls = (labels == model.classes.index("owl")).nonzero().flatten().tolist()[:COUNT]
    found = correspondence(model, to_unit(pixels[owls]), creature_parts(owls), ["pool3"])
    part = found["left eye"]["pool3"]
    return [part.part.mean, part.random.mean, part.place.mean]


def layers(_card: Card) -> list[float]:
    from dlviz.io.readouts import read_readouts, reading_key, weights_digest

    def percent(values: tuple[float, ...]) -> float:
        return 100 * sum(values) / len(values)

    key = reading_key(weights_digest(load_model(CREATURES)), "creatures", 100)
    found = read_readouts()[key]
    last, random = found.trained["pool3"], max(map(percent, found.untrained.values()))
    assert max(map(percent, found.trained.values())) == percent(last)
    return [percent(found.trained["pixels"]), found.judged, percent(last), random]


def missed(_card: Card) -> list[float]:
    from dlviz.core.ablation import BASES, seeded, variants
    from dlviz.io.ablations import digest_of, read_ablation

    base, kept = BASES["creatures"], read_ablation("creatures")

    def error(name: str) -> float:
        net = variants(base.spec.net)[name].net
        specs = [seeded(base.spec, net, seed) for seed in range(3)]
        return 100 * sum(kept.errors[digest_of(spec)][1] for spec in specs) / len(specs)

    return [error("whole"), error("without-3-4-5")]


WORKED_OUT: dict[str, Callable[[Card], list[float]]] = {
    "whiskers": whiskers,
    "picture": picture,
    "dead": dead,
    "settling": settling,
    "rotation": rotation,
    "owl": owl,
    "eye": eye,
    "layers": layers,
    "missed": missed,
}


@pytest.mark.parametrize("name", FILTER_CARDS)
def test_every_number_of_an_answer_is_worked_out(name: str) -> None:
    card = FILTER_CARDS[name]
    written = numbers(card.answer)
    if name not in WORKED_OUT:
        assert not written
        return
    found = WORKED_OUT[name](card)
    assert len(found) == len(written)
    assert [as_written(value, text) for value, text in zip(found, written, strict=True)] == written


@pytest.mark.acceptance
@pytest.mark.parametrize("name", FILTER_CARDS)
def test_a_card_opens_as_it_says(
    name: str, run_page: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    card = FILTER_CARDS[name]
    for settings in (card.settings, {**card.settings, **card.then}):
        test = partial(run_page, "filters")(**settings, **{"try": name})
        assert not test.error  # type: ignore[attr-defined]
        said = " ".join(item.value for item in test.info)  # type: ignore[attr-defined]
        assert "asks for what is not there" not in said
        assert card.question in " ".join(item.value for item in test.markdown)  # type: ignore[attr-defined]


def test_cards_name_views_and_say_nothing_in_markup() -> None:
    assert len(FILTER_CARDS) >= 8
    for card in FILTER_CARDS.values():
        assert card.settings.get("view", "strongest") in VIEWS
        assert not re.search(r"[*_`\[\]]", card.question + card.answer)
