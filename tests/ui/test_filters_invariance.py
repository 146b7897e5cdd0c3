"""The invariance view: what moves under the hand is what was measured; every net and address."""

from __future__ import annotations

import base64
from functools import partial

import numpy as np
import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.invariance import changed
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io import datasets
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model
from dlviz.ui.components import invariance as component
from dlviz.ui.filters import memory
from dlviz.ui.filters.five import numbers_of
from tests.ui.filters_page import given_to, sound
from tests.ui.node import in_node, needs_node


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the component, the newest last."""
    return given_to(monkeypatch, component)


@pytest.fixture
def open_view(monkeypatch, run_page, shown):
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    return partial(run_page, "filters", view="invariance")


def test_it_opens_on_five_species_with_curves_by_hand(open_view, shown):
    test = sound(open_view())
    data = shown[-1]
    assert not test.query_params.get("change")
    assert len({picture["name"] for picture in data["pictures"]}) == 5
    assert [layer["caption"] for layer in data["layers"]] == [
        "Distance at conv 1 (after ReLU)",
        "Distance at pool 3",
    ]
    assert data["judged"] == "still named right"
    still, at = data["values"].index(0), data["values"].index(data["start"])
    assert [row[still] for row in data["layers"][1]["distances"]] == [0] * 5
    pixels, labels = datasets.held_out("creatures")
    images, model = to_unit(pixels[numbers_of(labels, 1)]), load_model("creatures_cnn")
    moved = torch.nn.functional.pad(images, (0, 0, 4, 0), mode="replicate")[:, :, :64]
    assert data["start"] == 4
    features = [model.module[:11]((part - model.mean) / model.std) for part in (images, moved)]
    still_rows, moved_rows = (part.flatten(1).numpy() for part in features)
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(still_rows) for b in still_rows[i + 1 :]]
    wanted = np.linalg.norm(moved_rows - still_rows, axis=1) / np.mean(gaps)
    found = [row[at] for row in data["layers"][1]["distances"]]
    np.testing.assert_allclose(found, wanted, rtol=1e-3)
    chances = model.probabilities(moved)
    own = [float(chances[i, labels[n]]) for i, n in enumerate(numbers_of(labels, 1))]
    np.testing.assert_allclose([row[at] for row in data["probability"]], own, atol=1e-4)
    # What the lesson says of it: the first layer moves more than the last.
    assert np.mean(found) < 0.7 * np.mean([row[at] for row in data["layers"][0]["distances"]])


def test_numbers_of_takes_another_picture_of_each_class():
    labels = torch.tensor([0, 0, 1, 1, 2, 2, 2])
    assert numbers_of(labels, 0) == [0, 2, 4, 1, 3]
    assert numbers_of(labels, 1) == [3, 5, 1, 2, 6]
    assert numbers_of(torch.tensor([3]), 0) == [0]


def test_the_address_says_everything_and_another_layer_costs_nothing(open_view, shown, monkeypatch):
    address = {"change": "turn", "five": "4", "early": "pool1", "late": "relu4"}
    address |= {"distance": "plain", "fill": "grey", "by": "45"}
    test = sound(open_view(**address))
    data = shown[-1]
    assert not test.info
    assert (data["kind"], data["fill"], data["relative"], data["asked"]) == (
        "turn",
        "grey",
        False,
        "45",
    )
    assert [layer["title"] for layer in data["layers"]] == ["pool 1", "conv 4 (after ReLU)"]
    for name, value in address.items():
        assert test.query_params[name] in (value, [value])
    monkeypatch.setattr("dlviz.core.invariance._seen", None)  # nothing is measured again
    sound(test.selectbox(key="late").set_value("pool3").run())
    assert "late" not in test.query_params
    assert shown[-1]["layers"][1]["title"] == "pool 3"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"change": "shear"}, "“shear” as change"),
        ({"early": "conv9"}, "as a layer"),
        ({"five": "100"}, "from 0 to 99"),
        ({"fill": "[x](y)"}, "as border"),
    ],
)
def test_a_link_to_what_is_not_there_gets_one_sentence(open_view, shown, address, said):
    test = sound(open_view(**address))
    assert said in " ".join(item.value for item in test.info)
    assert shown


@pytest.mark.parametrize("name", ["photo_cnn", "fashion_cnn"])
def test_every_shipped_net(open_view, shown, name):
    sound(open_view(model=name, change="scale"))
    assert len(shown[-1]["pictures"]) == 5
    assert all(shown[-1]["known"])


@pytest.mark.acceptance
def test_mobilenet_is_judged_by_what_it_said_at_first(open_view, shown):
    sound(open_view(model="mobilenet_v2", change="scale"))
    data = shown[-1]
    assert data["judged"] == "named as at first"
    assert data["pictures"][0]["name"] == "Egyptian cat"
    assert data["layers"][1]["title"] == "global average"


def own_net(mine, preset):
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])


@pytest.mark.parametrize("preset", ["digits", "deep_mlp"])
def test_a_visitors_own_net_stays_in_their_session(open_view, mine, shown, preset):
    entry = own_net(mine, preset)
    test = sound(open_view(model=entry.key))
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert (shown[-1]["width"], shown[-1]["values"][-1]) == (28, 7)
    assert f"{entry.key}.safetensors" in test.code[0].value


def test_a_net_without_hidden_layers_is_refused_in_a_sentence(open_view, mine, shown):
    test = open_view(model=own_net(mine, "logistic").key)
    assert "no hidden layer" in test.error[0].value
    assert not shown


def test_its_code_runs_and_gives_the_same(open_view, shown, capsys):
    test = sound(open_view(change="scale"))
    capsys.readouterr()
    exec(test.code[0].value, {})
    lines = capsys.readouterr().out.strip().split("\n")
    data = shown[-1]
    assert len(lines) == len(data["values"]) == 17
    value, rest = lines[4].split(" ", 1)
    assert float(value) == data["values"][4] == 1.2
    wanted = [np.mean([row[4] for row in layer["distances"]]) for layer in data["layers"]]
    np.testing.assert_allclose(eval(rest[: rest.index("]") + 1]), wanted, atol=2e-3)


@needs_node
@pytest.mark.parametrize(
    ("kind", "value"),
    [("shift", -5), ("shift", 3), ("scale", 1.35), ("turn", 30), ("turn", 90), ("turn", 345)],
)
@pytest.mark.parametrize("fill", ["edge", "grey"])
def test_the_picture_in_the_browser_is_the_one_that_was_measured(kind, value, fill):
    pixels = datasets.held_out("creatures")[0][:1, :, 4:, :50]
    rgb = pixels[0].permute(1, 2, 0).numpy().tobytes()
    found = in_node(
        component.script(),
        "[...warped(Uint8Array.from(atob(value[0]), (l) => l.charCodeAt(0)), 50, 60,"
        " ...value.slice(1))]",
        [base64.b64encode(rgb).decode(), kind, value, fill],
    )
    drawn = np.array(found).reshape(60, 50, 4)[..., :3]
    wanted = changed(pixels.double() / 255, kind, value, fill=fill)[0].permute(1, 2, 0) * 255
    np.testing.assert_allclose(drawn, wanted, atol=0.5 + 1e-6)


@needs_node
def test_the_sentence():
    data = {
        "kind": "turn",
        "values": [0, 30],
        "known": [1, 1],
        "relative": True,
        "judged": "still named right",
        "pictures": [{"label": 0}, {"label": 1}],
        "label": [[0, 2], [1, 1]],
        "layers": [
            {"title": "conv 1", "distances": [[0, 0.7], [0, 0.9]]},
            {"title": "pool 3", "distances": [[0, 0.3], [0, 0.5]]},
        ],
    }
    call = "[invarianceSentence(value, 1), invarianceSentence({...value, known: [1, 0]}, 1)]"
    assert in_node(component.script(), call, data) == [
        "Turned by 30°, conv 1 has moved by 0.80 of the way to another picture, pool 3 by 0.40; "
        "1 of 2 are still named right.",
        "Turned by 30°: not measured.",
    ]
    calls = "[changeText('shift', -1), changeText('shift', 4), changeText('scale', 1.2)"
    assert in_node(component.script(), f"{calls}, ticksUpTo(1.02)]") == [
        "shifted up by 1 pixel",
        "shifted down by 4 pixels",
        "enlarged 1.20 times",
        [0, 0.5, 1],
    ]
