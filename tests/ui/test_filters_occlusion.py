"""The occlusion view under AppTest: every model shows its sweep, an address reproduces it."""

from functools import partial

import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io import datasets
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model
from dlviz.ui.components import occlusion as component
from dlviz.ui.filters import memory
from dlviz.ui.filters.occlusion import FIRST_PICTURE
from tests.ui.filters_page import few_held_out

SEEN = 360  # held-out pictures, the first one to be covered among them


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to its component, run after run."""
    scenes = []
    real = component._mount

    def mount(*, data, **options):
        scenes.append(data)
        return real(data=data, **options)

    monkeypatch.setattr(component, "_mount", mount)
    return scenes


@pytest.fixture
def open_view(monkeypatch, run_page, shown):
    """Run the view on few pictures, nothing cached."""
    fresh = memory.Memory()
    monkeypatch.setattr(memory, "SHARED", fresh)
    few_held_out(monkeypatch, SEEN)
    return partial(run_page, "filters", view="occlusion")


def by_hand(name, pixels, target, size, y, x):
    model = load_model(name)
    image = to_unit(pixels)[None].clone()
    image[:, :, y : y + size, x : x + size] = 0.5
    return float(torch.softmax(model(image), 1)[0, target])


def test_it_opens_on_an_owl_that_needs_its_eyes(open_view, shown):
    test = open_view(every="4")
    (scene,) = shown[-1:]
    assert scene["target"] == "owl"
    assert scene["uncovered"]["probability"] > 0.99
    assert (scene["rows"], scene["columns"], scene["size"]) == (12, 12, 20)
    assert scene["exact"]["label"] != "owl"
    assert "eyes" in scene["exact"]["hidden"]
    assert all(scene["measured"])
    assert scene["seen"]["tiles"][0]["name"] == "here"
    assert len(scene["seen"]["tiles"]) == 4
    assert not test.info
    number = FIRST_PICTURE["creatures_cnn"]
    pixels = datasets.held_out("creatures")[0][number]
    for place in (0, 65, 143):
        y, x = (4 * part for part in divmod(place, 12))
        wanted = by_hand("creatures_cnn", pixels, 0, 20, y, x)
        assert scene["maps"]["probability"]["values"][place] == pytest.approx(wanted, abs=2e-4)
    # Coarse first: what was shown before had fewer places.
    counts = [sum(before["measured"]) for before in shown]
    assert counts == sorted(counts)
    assert counts[0] == 9
    assert len(set(counts)) == 3


def test_the_address_says_everything(open_view, shown):
    address = {
        "image": "7",
        "size": "12",
        "every": "13",
        "fill": "mean",
        "map": "relu2",
        "at": "3.9",
    }
    test = open_view(**address)
    scene = shown[-1]
    assert not test.info
    assert (scene["size"], scene["stride"], scene["start"]) == (12, 13, [3, 9])
    assert scene["fill"] == "rgb(130, 126, 127)"
    assert "conv 2" in scene["maps"]["activity"]["note"]
    for name, value in address.items():
        assert test.query_params[name] in (value, [value])
    pixels, labels = datasets.held_out("creatures")
    model = load_model("creatures_cnn")
    image = to_unit(pixels[7])[None].clone()
    image[:, :, 3:15, 9:21] = torch.round(model.mean, decimals=4)
    wanted = float(torch.softmax(model(image), 1)[0, labels[7]])
    assert scene["exact"]["probability"] == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"at": "60.60"}, "outside the picture"),
        ({"at": "two"}, "a place “two”"),
        ({"size": "65"}, "from 1 to 64"),
        ({"fill": "[x](y)"}, "as fill"),
        ({"map": "conv9"}, "as map of"),
    ],
)
def test_a_link_to_what_is_not_there_gets_one_sentence(open_view, shown, address, said):
    test = open_view(every="22", **address)
    assert said in " ".join(item.value for item in test.info)
    assert shown[-1]["rows"] >= 2


@pytest.mark.parametrize(("name", "fill"), [("photo_cnn", "128"), ("fashion_cnn", "0")])
def test_every_shipped_net(open_view, shown, name, fill):
    open_view(model=name, every="8")
    scene = shown[-1]
    assert all(scene["measured"])
    assert len(scene["seen"]["tiles"]) == 4
    assert set(scene["maps"]) == {"activity", "probability", "label"}
    assert scene["fill"] == f"rgb({fill}, {fill}, {fill})"
    assert scene["uncovered"]["label"] == scene["target"] != scene["exact"]["label"]


@pytest.mark.acceptance
def test_mobilenet(open_view, shown):
    open_view(model="mobilenet_v2", every="77")
    scene = shown[-1]
    assert scene["target"] == "Egyptian cat"
    assert (scene["rows"], scene["columns"]) == (3, 3)
    assert "guided" in scene["seen"]["note"]


def own_net(mine, preset):
    """A visitor's net as it starts."""
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])


def test_a_visitors_own_net_stays_in_their_session(open_view, mine, shown):
    entry = own_net(mine, "digits")
    test = open_view(model=entry.key, every="7")
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert shown[-1]["width"] == 28
    assert f"{entry.key}.safetensors" in test.code[0].value


def test_a_net_without_maps_shows_the_answers_alone(open_view, mine, shown):
    entry = own_net(mine, "logistic")
    test = open_view(model=entry.key, every="7")
    assert set(shown[-1]["maps"]) == {"probability", "label"}
    assert shown[-1]["seen"] is None
    assert "no feature maps" in " ".join(item.value for item in test.caption)


def test_a_net_whose_numbers_are_not_finite_is_told_in_a_sentence(open_view, mine):
    entry = own_net(mine, "digits")
    for name, value in entry.classifier.module.state_dict().items():
        if name.endswith("weight"):
            value[:] = 3e38
    test = open_view(model=entry.key, every="7")
    assert "not finite" in test.error[0].value
