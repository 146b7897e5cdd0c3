"""The view of parts: known ones and framed ones, every net and address; hands under Node."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.correspondence import Comparison, Spread, correspondence
from dlviz.core.data import to_unit
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.figures.parts import creature_parts, sentence_of, verdict, zero_words
from dlviz.io import datasets
from dlviz.io.creatures import SPECIES
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model
from dlviz.ui.components import parts as component
from dlviz.ui.filters import memory
from dlviz.ui.filters.parts_pictures import boxes_in, boxes_text
from tests.ui.filters_page import given_to, sound
from tests.ui.node import in_node, needs_node


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the component, the newest last."""
    return given_to(monkeypatch, component)


@pytest.fixture
def open_view(monkeypatch, run_page, shown):
    """Run the view with two draws, nothing cached."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    monkeypatch.setattr("dlviz.core.correspondence.stream", few_draws())
    return partial(run_page, "filters", view="parts")


def few_draws():
    from dlviz.core.correspondence import stream

    return partial(stream, draws=2)


def five_of(species):
    pixels, labels = datasets.held_out("creatures")
    numbers = (labels == species).nonzero().flatten().tolist()[:5]
    return numbers, to_unit(pixels[numbers])


def test_it_opens_on_owls_whose_parts_are_tighter_than_random_places(open_view, shown):
    test = sound(open_view())
    data = shown[-1]
    assert data["layers"] == ["pool 3", "pool 2"]
    assert "pool 3 is the last pooled and the last hidden layer at once" in test.caption[-1].value
    assert [row["name"] for row in data["parts"]] == [
        "left ear", "right ear", "left eye", "right eye", "beak",
    ]  # fmt: skip
    assert not data["editable"]
    for row in data["parts"]:
        assert row["results"][0]["part"][0] < row["results"][0]["random"][0]
    # The left eye by hand.
    numbers, images = five_of(0)
    boxes = creature_parts(numbers)["left eye"]
    assert data["parts"][2]["boxes"] == [list(box) for box in boxes]
    hidden = images.clone()
    for one, (x0, y0, x1, y1) in zip(hidden, boxes, strict=True):
        one[:, y0:y1, x0:x1] = 0.5
    model = load_model("creatures_cnn")
    answers = [
        model.module[:11]((part - model.mean) / model.std).flatten(1).numpy()
        for part in (images, hidden)
    ]
    gap = answers[0] - answers[1]
    signs = np.sign(gap * (np.abs(gap) > 1e-5))
    shares = [np.mean(signs[i] != signs[j]) for i in range(5) for j in range(i + 1, 5)]
    found = data["parts"][2]["results"][0]["part"]
    assert found == pytest.approx([np.mean(shares), np.std(shares, ddof=1)], abs=1e-3)


@pytest.mark.acceptance
def test_every_known_part_of_every_species_is_tighter_than_random_places():
    """What stands in the issue; and eyes, snouts and mouths are tighter than one place, too."""
    model, tighter = load_model("creatures_cnn"), {}
    for species in range(len(SPECIES)):
        numbers, images = five_of(species)
        found = correspondence(model, images, creature_parts(numbers), ["pool3"])
        for name, by_layer in found.items():
            one = by_layer["pool3"]
            assert one.part.mean < one.random.mean, (SPECIES[species], name)
            kind = name.split(" ")[-1]
            tighter.setdefault(kind, []).append(one.place.mean - one.part.mean)
    assert np.mean(tighter["eye"]) > 0.02
    assert np.mean(tighter["snout"]) > 0.02


def test_the_address_says_everything(open_view, shown):
    boxes = "_".join(f"{x}.{x + 3}.{x + 9}.{x + 20}" for x in range(5))
    address = {"of": "drawn", "species": "1", "five": "2", "early": "pool2", "late": "relu1"}
    address |= {"seed": "3", "boxes": boxes}
    test = sound(open_view(**address))
    data = shown[-1]
    assert not test.info
    assert data["editable"]
    assert data["layers"] == ["pool 2", "conv 1 (after ReLU)"]
    assert data["parts"][0]["boxes"][4] == [4, 7, 13, 24]
    assert "“cat”" in data["heading"]
    for name, value in address.items():
        assert test.query_params[name] in (value, [value])
    sound(test.number_input(key="five").set_value(3).run())
    assert shown[-1]["parts"][0]["boxes"][4] == [24, 24, 40, 40]  # other pictures, no boxes yet
    assert "boxes" not in test.query_params


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"of": "drawn", "boxes": "1.2.3"}, "boxes that do not fit these pictures"),
        ({"of": "drawn", "boxes": "0.0.65.9_" * 5}, "boxes that do not fit these pictures"),
        ({"of": "everything"}, "as covered"),
        ({"species": "8"}, "as class"),
        ({"seed": "-1"}, "from 0 to 99"),
    ],
)
def test_a_link_to_what_is_not_there_gets_one_sentence(open_view, shown, address, said):
    test = sound(open_view(**address))
    assert said in " ".join(item.value for item in test.info)
    assert shown


def test_boxes_in_the_address():
    assert boxes_in("1.2.3.4_0.0.9.9", 2, 9, 9) == [(1, 2, 3, 4), (0, 0, 9, 9)]
    assert boxes_text([(1, 2, 3, 4), (0, 0, 9, 9)]) == "1.2.3.4_0.0.9.9"
    for bad in ("", "1.2.3.4", "3.2.3.4_0.0.9.9", "0.0.10.9_0.0.9.9", "0.0.٣.9_0.0.9.9", "1" * 99):
        assert boxes_in(bad, 2, 9, 9) is None


def png(shade):
    buffer = BytesIO()
    Image.new("RGB", (90, 80), (shade, 90, 40)).save(buffer, "PNG")
    return buffer.getvalue()


def test_own_pictures_are_framed_and_stay_in_the_session(open_view, shown):
    test = sound(open_view(of="own"))
    assert "2 to 5 pictures" in " ".join(item.value for item in test.caption)
    files = [(f"{shade}.png", png(shade), "image/png") for shade in (10, 120, 250)]
    sound(test.file_uploader[0].set_value(files).run())
    data = shown[-1]
    assert len(data["images"]) == 3
    assert data["editable"]
    assert "my-picture-3.png" in test.code[0].value
    assert not any(data["scene"] in key for key in memory.SHARED.tasks._values)
    bad = [("x.png", b"no picture", "image/png"), ("y.png", png(3), "image/png")]
    test = test.file_uploader[0].set_value(bad).run()
    assert "not a readable" in test.error[0].value


@pytest.mark.parametrize("name", ["photo_cnn", "fashion_cnn"])
def test_nets_without_known_parts_have_boxes_to_draw(open_view, shown, name):
    test = sound(open_view(model=name))
    assert shown[-1]["editable"]
    assert "known" not in test.selectbox(key="of").options
    assert len(shown[-1]["images"]) == 5


@pytest.mark.acceptance
def test_mobilenet_has_photographs_to_frame(open_view, shown):
    sound(open_view(model="mobilenet_v2"))
    assert len(shown[-1]["images"]) == 5
    assert shown[-1]["layers"][0] == "global average"


def own_net(mine, preset):
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])


@pytest.mark.parametrize(("preset", "count"), [("digits", 2), ("lecture_mlp", 1)])
def test_a_visitors_own_net_stays_in_their_session(open_view, mine, shown, preset, count):
    entry = own_net(mine, preset)
    test = sound(open_view(model=entry.key))
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert len(shown[-1]["layers"]) == count
    assert f"{entry.key}.safetensors" in test.code[0].value


def test_its_code_runs_and_gives_the_same(open_view, shown, capsys):
    test = sound(open_view(model="fashion_cnn", species="7", boxes="_".join(["2.9.14.20"] * 5)))
    capsys.readouterr()
    exec(test.code[0].value, {})
    lines = capsys.readouterr().out.strip().split("\n")
    assert len(lines) == 6
    part = shown[-1]["parts"][0]["results"][0]["part"]
    assert lines[0] == f"your boxes, pool2, part: {part[0]:.4f} ± {part[1]:.4f}"


@pytest.mark.parametrize(
    ("means", "said"),
    [
        ((0.2, 0.4, 0.3), "Tighter than both"),
        ((0.3, 0.4, 0.3), "not than one place"),
        ((0.4, 0.4, 0.3), "No tighter than random"),
        ((0.5, 0.4, 0.3), "No tighter than random"),
    ],
)
def test_the_sentence_says_what_the_numbers_say(means, said):
    spreads = [Spread(mean, 0.05, 10, mean + 0.01, 0.25) for mean in means]
    found = Comparison(*spreads)
    group = type("Group", (), {"pixels": [None] * 5})
    text = sentence_of("left eye", found, "pool 3", group)
    assert text.startswith(f"The left eye covered: Δ = {means[0]:.2f} ± 0.05 at pool 3. One place,")
    assert said in text
    assert verdict(found) in ("part", "place", "nothing")
    assert "25 % of the signs" in zero_words(found)


@needs_node
def test_boxes_stay_inside_under_any_hand():
    calls = """[boxBetween([5, 6], [2.2, 9.5], 64, 64), boxBetween([70, -4], [71, -9], 64, 64),
      boxMoved([1, 2, 5, 8], -9, 90, 64, 64), boxGrown([1, 2, 5, 8], -9, 90, 64, 64),
      isInBox([1, 2, 5, 8], 4.9, 2), isInBox([1, 2, 5, 8], 5, 2),
      boxesText([[1, 2, 3, 4], [5, 6, 7, 8]])]"""
    assert in_node(component.script(), calls) == [
        [2, 6, 5, 10],
        [62, 0, 64, 2],
        [0, 58, 4, 64],
        [1, 2, 3, 64],
        True,
        False,
        "1.2.3.4_5.6.7.8",
    ]
