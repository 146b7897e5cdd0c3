"""The filters page under AppTest: every model and address shows something true or a sentence."""

from functools import partial

import pytest
import torch

from dlviz.core.data import ImageData, to_unit
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.figures import wall_controls
from dlviz.io import datasets
from dlviz.io.datasets import DATASETS
from dlviz.io.models import MODELS, load_model
from dlviz.io.photo_grid import photo_grid
from dlviz.io.photographs import PHOTOGRAPHS
from dlviz.ui.components import tiles as tiles_module
from dlviz.ui.filters import memory, unit
from dlviz.ui.models import address_of

SHOWN = [name for name in MODELS if name != "mobilenet_v2"]  # which is slow
SEEN = 160  # held-out pictures, so that a search takes a moment only


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to its grids of pictures, by key."""
    grids = {}
    real = tiles_module._mount

    def mount(*, key, data, **options):
        grids[key] = data
        return real(key=key, data=data, **options)

    monkeypatch.setattr(tiles_module, "_mount", mount)
    return grids


@pytest.fixture
def open_page(monkeypatch, run_page, shown):
    """Run the page on few pictures, nothing cached."""
    fresh = memory.Memory()
    monkeypatch.setattr(memory, "SHARED", fresh)
    real = datasets.held_out

    def few(name):
        pixels, labels = real(name)
        return pixels[:SEEN], labels[:SEEN]

    monkeypatch.setattr(datasets, "held_out", few)

    return partial(run_page, "filters")


def sound(test):
    assert not test.exception, test.exception
    return test


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def activations_by_hand(name, layer, channel):
    """Strongest activation of each picture, layer after layer."""
    model = load_model(name)
    maps = (to_unit(datasets.held_out(model.data)[0]) - model.mean) / model.std
    with torch.no_grad():
        for path, module in model.module.named_children():
            maps = module(maps)
            if path == layer:
                break
    return maps[:, channel].flatten(1).max(1).values


def test_it_opens_on_creatures_with_nine_strongest(open_page, shown):
    test = open_page()
    layer, channel = unit.FIRST_LOOK["creatures_cnn"]
    assert test.selectbox(key="layer").value == layer
    assert test.number_input(key="channel").value == channel
    assert not test.query_params
    strongest = activations_by_hand("creatures_cnn", layer, channel).topk(9).values
    texts_shown = [float(text) for text in shown["projections"]["texts"]]
    assert texts_shown == pytest.approx(strongest.tolist(), abs=0.006)
    assert len(shown["patches"]["names"]) == len(shown["originals"]["names"]) == 9
    assert set(shown["originals"]["texts"]) <= set(DATASETS["creatures"].classes)
    assert len(shown["wall"]["names"]) == 128
    assert shown["wall"]["selected"] == channel
    assert shown["projections"]["columns"] == shown["originals"]["columns"] == 3
    assert "A unit here sees 51×51 pixels of 64×64; " in texts(test)
    assert f"The best of {SEEN} held-out pictures" in texts(test)
    assert "what in **this** picture drove the unit, not what the unit means" in texts(test)


@pytest.mark.parametrize("name", SHOWN)
def test_every_layer_of_every_shipped_net_can_be_looked_into(open_page, shown, name):
    test = open_page(model=name)
    assert test.selectbox(key="model").value == name
    for layer, about in memory.facts(load_model(name))[1].items():
        sound(test.selectbox(key="layer").set_value(layer).run())
        assert len(shown["wall"]["names"]) == about.channels
        assert shown["wall"]["selected"] == test.number_input(key="channel").value


def test_the_address_says_what_is_looked_at(open_page):
    test = open_page(layer="relu2", channel="7")
    assert test.selectbox(key="layer").value == "relu2"
    assert test.number_input(key="channel").value == 7
    assert not test.info
    sound(test.number_input(key="channel").set_value(8).run())
    assert test.query_params["channel"] in ("8", ["8"])
    sound(test.selectbox(key="layer").set_value("pool1").run())
    assert test.query_params["layer"] in ("pool1", ["pool1"])
    assert test.number_input(key="channel").value < 48


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"layer": "conv9"}, "a layer “conv9”"),
        ({"layer": "[x](y)<b>"}, "a layer “xyb”"),
        ({"channel": "128"}, "they go from 0 to 127"),
        ({"channel": "-1"}, "they go from 0 to 127"),
        ({"channel": "٣"}, "they go from 0 to 127"),
        ({"channel": "9" * 5000}, "they go from 0 to 127"),
        ({"channel": "two"}, "a channel “two”"),
    ],
)
def test_a_link_to_what_is_not_there_gets_the_default_and_one_sentence(open_page, address, said):
    test = open_page(**address)
    (info,) = test.info
    assert said in info.value
    assert test.selectbox(key="layer").value == "relu3"
    assert test.number_input(key="channel").value == unit.FIRST_LOOK["creatures_cnn"][1]


def test_a_model_that_is_not_on_the_shelf_is_told(open_page):
    test = open_page(model="my-0badcafe")
    assert "not on your shelf" in test.info[0].value
    assert test.selectbox(key="model").value == "creatures_cnn"


def test_mobilenet_has_patches_and_a_sentence_why_it_has_no_projections(
    open_page, shown, monkeypatch
):
    pixels, labels = photo_grid(224)
    few = pixels[::8], labels[::8]
    monkeypatch.setattr("dlviz.io.photo_grid.photo_grid", lambda _size: few)
    test = open_page(model="mobilenet_v2", layer="features.3", channel="5")
    (info,) = test.info
    assert "no max pooling" in info.value
    assert "projections" not in shown
    assert sorted(shown["originals"]["texts"]) == sorted(
        entry.title for entry in PHOTOGRAPHS.values()
    )
    assert "squares of photographs (24 of each)" in texts(test)
    assert "Of one photograph at most one counts; there are 8 photographs" in texts(test)
    assert "groups=labels" in test.code[0].value
    assert "deconvnet" not in test.code[0].value


def test_of_a_photograph_one_crop_at_most(open_page, shown):
    test = open_page(model="photo_cnn")
    assert len(set(shown["originals"]["texts"])) == len(shown["originals"]["texts"]) == 8
    assert "Of one photograph at most one counts; there are 8 photographs." in texts(test)
    assert "groups=labels" in test.code[0].value


def test_training_pictures_are_searched_when_asked_for(open_page, shown, monkeypatch):
    pixels, labels = datasets.held_out("fashion_mnist")
    data = ImageData.of(
        "fashion_mnist", DATASETS["fashion_mnist"].classes, *([(pixels, labels)] * 2)
    )
    monkeypatch.setattr(datasets, "load_data", lambda _name: data)
    test = open_page(model="fashion_cnn", pictures="training")
    assert f"The best of {SEEN} training pictures" in texts(test)
    assert 'data = load_data("fashion_mnist")' in test.code[0].value
    sound(test.selectbox(key="pictures").set_value("held_out").run())
    assert f"The best of {SEEN} held-out pictures" in texts(test)
    assert "pictures" not in test.query_params


@pytest.mark.parametrize("kind", ["random", "another"])
def test_the_control_is_drawn_from_the_same_places(open_page, shown, kind):
    test = open_page(layer="relu2", channel="7", through=kind)
    patches, drawn = shown["patches"], shown["projections"]
    assert len(drawn["names"]) == len(patches["names"]) == 9
    assert (drawn["width"], drawn["height"]) == (patches["width"], patches["height"])
    said = {"random": "Channel 7 with random weights", "another": "which answers most here"}[kind]
    assert said in texts(test)
    assert "Cosine to this channel’s projections: " in texts(test)
    assert ("untrained(model" in test.code[0].value) == (kind == "random")
    before = drawn["sheet"]
    sound(test.button_group(key="through").set_value("own").run())
    assert shown["projections"]["sheet"] != before
    assert "through" not in test.query_params


def test_random_weights_are_those_the_training_began_with(open_page, monkeypatch):
    given = []
    real = wall_controls.control

    def noted(model, untrained, *arguments, **options):
        given.append(untrained)
        return real(model, untrained, *arguments, **options)

    monkeypatch.setattr(wall_controls, "control", noted)
    open_page(model="fashion_cnn", through="random")
    first = MODELS["fashion_cnn"].snapshots()[0]
    assert first.step == 0
    for name, value in given[0].module.state_dict().items():
        assert torch.equal(value, first.weights[name])


def test_projections_of_the_whole_wall(open_page, shown):
    test = open_page(layer="relu2")
    before = shown["wall"]["sheet"]
    sound(test.button_group(key="kind").set_value("projection").run())
    assert shown["wall"]["sheet"] != before
    assert len(shown["wall"]["names"]) == 96


def snapshot(preset, seed=0):
    """A visitor's net as it starts."""
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(seed))
    return spec, Snapshot(0, 0.0, module.state_dict(), spec, facts)


def test_a_visitors_own_net_stays_in_their_session(open_page, mine, shown):
    spec, first = snapshot("digits")
    entry = mine.shelf.add(spec, [first])
    test = open_page(model=entry.key)
    assert test.selectbox(key="model").value == address_of(entry)
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert len(test.session_state["looked into"].tasks) == 1
    assert "orange is positive, blue negative" in texts(test)
    assert f"{entry.key}.safetensors" in test.code[0].value
    channels = memory.facts(entry.classifier)[1][test.selectbox(key="layer").value].channels
    assert len(shown["wall"]["names"]) == channels


def test_results_belong_to_weights_not_to_a_name(mine):
    digests = set()
    for seed in (0, 1):
        spec, first = snapshot("digits", seed)
        digests.add(memory.facts(mine.shelf.add(spec, [first]).classifier)[0])
    _, again = snapshot("digits", 1)
    assert memory.facts(again.classifier)[0] in digests
    assert len(digests) == 2


def test_a_net_without_maps_is_told_in_a_sentence(open_page, mine):
    spec, first = snapshot("logistic")
    entry = mine.shelf.add(spec, [first])
    test = open_page(model=entry.key)
    assert len(test.error) == 1
    assert "no layer that can be looked into" in test.error[0].value
    assert "Occlusion works with every network" in test.error[0].value
    sound(test.selectbox(key="model").set_value("creatures_cnn").run())
    assert not test.error


def test_a_net_whose_numbers_are_not_finite_is_told_in_a_sentence(open_page, mine):
    spec, first = snapshot("digits")
    first.weights["conv1.weight"][:] = 3e38  # numbers still, but not what they are multiplied to
    entry = mine.shelf.add(spec, [first])
    for _ in range(2):
        test = open_page(model=entry.key)
        assert "not finite" in test.error[0].value


def test_a_channel_is_computed_once(open_page, monkeypatch):
    from dlviz.figures import walls

    computed = []
    real = walls.drivers

    def counted(*arguments, **options):
        computed.append(options["channel"])
        return real(*arguments, **options)

    monkeypatch.setattr(walls, "drivers", counted)
    test = open_page(channel="3")
    for channel in (4, 3, 4):
        sound(test.number_input(key="channel").set_value(channel).run())
    assert computed == [3, 4]


def test_another_view_keeps_what_both_look_at_and_nothing_else(open_page):
    test = open_page(layer="relu2", channel="7", through="random")
    sound(test.segmented_control(key="view").set_value("maps").run())
    assert set(test.query_params) == {"view", "layer", "channel"}
    sound(test.segmented_control(key="view").set_value("strongest").run())
    assert set(test.query_params) == {"layer", "channel"}
    assert test.number_input(key="channel").value == 7


def test_a_picture_that_nobody_chose_does_not_follow_into_the_next_view(open_page):
    test = open_page(view="maps")
    usual = test.number_input(key="image").value
    sound(test.segmented_control(key="view").set_value("occlusion").run())
    assert test.number_input(key="image").value != usual
    sound(test.number_input(key="image").set_value(77).run())
    sound(test.segmented_control(key="view").set_value("maps").run())
    assert test.number_input(key="image").value == 77
