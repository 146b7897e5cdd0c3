"""The evolution view under AppTest: shipped trainings at once, own ones searched, refusals."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest
import torch

from dlviz.core.evolution import digest_of
from dlviz.core.networks import PRESETS
from dlviz.core.patches import top_patches
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io import datasets
from dlviz.io.datasets import DATASETS, held_out
from dlviz.io.evolutions import read_evolution
from dlviz.io.models import MODELS
from dlviz.runs.record_evolutions import NAMES
from dlviz.ui.components import evolution as component
from dlviz.ui.filters import memory
from dlviz.ui.filters.evolution import ROWS
from tests.ui.filters_page import few_held_out, given_to, sound

SEEN = 60


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the component, the newest last."""
    return given_to(monkeypatch, component)


@pytest.fixture
def open_view(monkeypatch, run_page, shown):
    from dlviz.ui.filters import evolution

    fresh = memory.Memory()
    for module in (memory, evolution):
        monkeypatch.setattr(module, "SHARED", fresh)
    return partial(run_page, "filters", view="evolution")


@pytest.fixture
def few(monkeypatch):
    """Fewer held-out pictures, so that a search takes a moment only."""
    few_held_out(monkeypatch, SEEN)


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def own_net(mine, preset, snapshots=3):
    """A visitor's net, as if it had been trained: other weights at every snapshot."""
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    facts = DataFacts(DATASETS[spec.data.name].classes, (1, 28, 28), (0.3,), (0.3,))
    shots = []
    for step in range(snapshots):
        module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(step))
        shots.append(Snapshot(4 * step, 0.1 * step, module.state_dict(), spec, facts))
    return mine.shelf.add(spec, shots)


def test_it_opens_on_the_shipped_training_without_a_search(open_view, shown, monkeypatch):
    def searched(*_):
        raise AssertionError("nothing is to be searched")

    monkeypatch.setattr("dlviz.core.evolution.stream_evolution", searched)
    test = sound(open_view())
    scene = shown[-1]
    steps = [snapshot.step for snapshot in MODELS["creatures_cnn"].snapshots()]
    assert [item["step"] for item in scene["steps"]] == steps
    assert scene["channels"][0] == 89
    assert len(scene["channels"]) == len(scene["values"]) == ROWS
    assert set(scene["sheets"]) == {"projections", "patches", "originals"}
    kept = read_evolution("creatures_cnn")
    indices = kept.layers["relu3"].indices[:, scene["channels"]]
    changed = [[False, *(a != b for a, b in pairwise(row))] for row in indices.T.tolist()]
    assert scene["jumps"] == changed
    times = sum(changed[0])
    last = steps[max(at for at, jumped in enumerate(changed[0]) if jumped)]
    said = f"Channel 89: the strongest picture changed {times} times, last at step {last}."
    assert scene["sentences"][0] == said
    assert all(0 <= item["accuracy"] <= 1 for item in scene["steps"])
    assert "The best of 1,500 held-out pictures" in texts(test)
    assert "not what the unit means" in texts(test)
    assert not [key for key in test.query_params if key != "view"]


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_evolutions_are_those_of_the_shipped_nets(name):
    snapshots = MODELS[name].snapshots()
    pixels, _ = held_out(MODELS[name].load().data)
    kept = read_evolution(name)
    assert kept.digest == digest_of([shot.weights for shot in snapshots], pixels)
    assert kept.pictures == len(pixels)
    assert set(kept.layers) == set(memory.facts(MODELS[name].load())[1])
    # The last accuracy is the one that the net is shipped with.
    assert kept.accuracies[-1] == pytest.approx(snapshots[-1].held_out.accuracy)


def test_the_shipped_last_snapshot_is_what_strongest_nine_finds():
    model = MODELS["fashion_cnn"].load()
    pixels, _ = held_out(model.data)
    found = read_evolution("fashion_cnn").layers["relu2"]
    top = top_patches(model, pixels, layer="relu2", k=1)
    assert torch.allclose(found.values[-1], top.values[:, 0], atol=1e-4)
    answering = top.values[:, 0] > 0
    assert torch.equal(found.indices[-1][answering], top.indices[answering, 0])


def test_channels_and_place_stand_in_the_address(open_view, shown):
    test = sound(open_view(model="fashion_cnn", layer="relu2", channels="7,3", step="64", row="3"))
    assert shown[-1]["channels"] == [7, 3]
    assert shown[-1]["asked"] == {"step": "64", "row": "3", "show": None}
    sound(test.button(key="draw channels").click().run())
    drawn = shown[-1]["channels"]
    assert len(set(drawn)) == ROWS
    assert test.query_params["channels"] in (",".join(map(str, drawn)), [",".join(map(str, drawn))])
    before = shown[-1]["sheets"]["projections"]["png"]
    sound(test.button_group(key="colours").set_value("row").run())
    assert shown[-1]["sheets"]["projections"]["png"] != before
    sound(test.selectbox(key="layer").set_value("relu1").run())
    assert "channels" not in test.query_params
    assert max(shown[-1]["channels"]) < 16


@pytest.mark.parametrize("asked", ["32", "1,1", "1,2,3,4,5,6", "x", "9" * 4000])
def test_channels_that_are_not_there_get_a_sentence(open_view, shown, asked):
    test = sound(open_view(model="fashion_cnn", layer="relu2", channels=asked))
    assert "The link asks for what is not there" in texts(test)
    assert len(shown[-1]["channels"]) == ROWS


def test_a_visitors_own_training_is_searched_and_stays_in_their_session(
    open_view, mine, shown, few
):
    entry = own_net(mine, "digits")
    test = sound(open_view(model=entry.key))
    scene = shown[-1]
    assert [item["step"] for item in scene["steps"]] == [0, 4, 8]
    assert test.number_input(key="of").value == SEEN
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    layer = test.selectbox(key="layer").value
    top = top_patches(entry.classifier, datasets.held_out("mnist")[0], layer=layer, k=1)
    wanted = top.values[scene["channels"], 0].tolist()
    assert [row[-1] for row in scene["values"]] == pytest.approx(wanted, rel=0.006)
    assert f"The best of {SEEN} held-out pictures" in texts(test)
    assert f"{entry.key}.safetensors" in test.code[0].value


@pytest.mark.parametrize(
    ("preset", "said"),
    [("logistic", "no layer that can be looked into")],
)
def test_a_net_without_maps_is_refused_in_a_sentence(open_view, mine, shown, preset, said):
    test = open_view(model=own_net(mine, preset).key)
    assert not test.exception
    assert said in test.error[0].value
    assert not shown


def test_a_training_that_nobody_knows_is_refused_in_a_sentence(open_view, shown):
    test = open_view(model="mobilenet_v2")
    assert not test.exception
    assert "how" in test.error[0].value.lower()
    assert "was trained is not known here" in test.error[0].value
    assert not shown


def test_snapshots_that_diverged_are_left_out(open_view, mine, shown, few):
    entry = own_net(mine, "digits")
    next(iter(entry.snapshots[1].weights.values()))[:] = float("nan")
    test = sound(open_view(model=entry.key))
    assert [item["step"] for item in shown[-1]["steps"]] == [0, 8]
    assert "no longer numbers" in texts(test)


def test_the_code_runs_as_it_stands(open_view, capsys):
    test = sound(open_view(model="fashion_cnn", layer="relu2", channels="3"))
    program = test.code[0].value.replace(f"[:{600}]", "[:20]")
    exec(compile(program, "shown", "exec"), {})
    printed = capsys.readouterr().out
    assert "torch.Size([1, 1, 28, 28])" in printed
    assert "\n1884 " in printed
