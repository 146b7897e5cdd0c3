"""The deconvnet's script under Node: it reads the numbers that Python packed."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from dlviz.core.deconv_stages import descend, strongest_unit
from dlviz.figures.deconv import descent_data
from dlviz.ui.components.deconv import script
from tests.core.conftest import make_images, make_net
from tests.ui.node import in_node, needs_node

__all__ = ["make_images", "make_net"]
pytestmark = needs_node
in_page = partial(in_node, script())


@pytest.fixture
def found(make_net, make_images):
    model, image = make_net("overlapping"), make_images(1)[0]
    return descend(model, image, strongest_unit(model, image, layer="pool2", channel=5))


@pytest.fixture
def data(found):
    return descent_data(found, title="a title", field=(1, 2, 9, 8))


def test_numbers_arrive_as_they_were_packed(found, data):
    read = in_page(
        """decodedTensors(value).map((tensor) => ({
          up: tensor.levels ? [...tensor.levels] : [...tensor.up.values],
          down: [...tensor.down.values] }))""",
        data,
    )
    for tensor, stage, given in zip(data["tensors"][1:], found.stages, read[1:], strict=True):
        for way in ("up", "down"):
            wanted = getattr(stage, way)[tensor["channels"]].flatten().numpy()
            assert np.abs(np.array(given[way]) - wanted).max() <= tensor[way]["largest"] / 60000
    assert read[0]["up"] == (found.pixels * 255).round().int().flatten().tolist()
    signal = found.signal.flatten().numpy()
    assert np.abs(np.array(read[0]["down"]) - signal).max() <= np.abs(signal).max() / 60000


def test_a_map_is_cut_out_of_its_tensor(found, data):
    cut = in_page(
        "(() => { const map = mapOf(decodedTensors(value)[2], 'up', 3);"
        " return { ...map, values: [...map.values] }; })()",
        data,
    )
    channel = data["tensors"][2]["channels"][3]
    wanted = found.stages[1].up[channel]
    assert (cut["rows"], cut["columns"]) == tuple(wanted.shape)
    assert np.array(cut["values"]) == pytest.approx(wanted.flatten().numpy(), abs=1e-3)


def test_the_rings_are_where_the_maxima_sat_and_bold_where_signal_goes(found, data):
    place = [step["kind"] for step in data["steps"]].index("max_pool", 2)
    winners = in_page(
        f"""(() => {{ const tensors = decodedTensors(value), step = decodedSteps(value)[{place}];
          const ends = endsOf({place}, tensors.length);
          const signal = mapOf(tensors[ends.arriving], "down", 2).values;
          return [...winnersOf(step.switches, signal, 2)]; }})()""",
        data,
    )
    stage = found.stages[2]
    channel = data["tensors"][3]["channels"][2]
    switches, signal = stage.switches[channel].flatten(), stage.down[channel].flatten()
    assert {where for where, _ in winners} == set(switches.tolist())
    bold = {where for where, told in winners if told}
    assert bold == set(switches[signal != 0].tolist())
    assert 0 < len(bold) < len(winners)
    landed = found.stages[1].down[channel].flatten().nonzero().flatten().tolist()
    assert set(landed) <= bold
    assert torch.equal(stage.switches[channel].flatten(), switches)


def test_every_step_lies_between_two_neighbouring_tensors(data):
    count = len(data["tensors"])
    ends = in_page(f"value.steps.map((_, place) => endsOf(place, {count}))", data)
    top = count - 1
    assert ends[0] == {"arriving": top, "leaving": top}
    assert ends[1] == {"arriving": top, "leaving": top - 1}
    assert ends[-1] == {"arriving": 1, "leaving": 0}


def test_the_ladder_fits_the_room_or_scrolls():
    wide, narrow = in_page(
        "value.map(([count, width]) => ladderLayout(count, width))", [[9, 1120], [9, 360]]
    )
    assert wide["width"] <= 1120
    assert narrow["width"] > 360
    assert narrow["cell"] >= 60
    for layout in (wide, narrow):
        steps = np.diff(layout["columns"])
        assert steps == pytest.approx([layout["step"]] * 8)
        assert layout["step"] >= layout["cell"] + 10


def test_numbers_are_short():
    texts = in_page("value.map(shortNumber)", [0, 4.2134, -0.5, 0.01234, 1234.5])
    assert texts == ["0", "4.21", "−0.50", "0.012", "1.2e+3"]
