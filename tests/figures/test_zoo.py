"""The zoo's scenes, tables, charts and sentences: their numbers are those of the networks."""

from __future__ import annotations

import pytest

from dlviz.core.zoo.ilsvrc import WINNERS
from dlviz.core.zoo.published import PRICED, ZOO_FAMILIES
from dlviz.figures import zoo_cost, zoo_imagenet, zoo_pair
from dlviz.figures.zoo_scene import code, lecture_words, scene, short, table, total_words
from dlviz.io.zoo import ZOO, anatomy_of


@pytest.mark.parametrize("name", ZOO)
def test_a_scene_has_every_station_with_shares_of_the_largest(name):
    found = scene(name, anatomy_of(name))
    stations = found["stations"]
    assert len(stations) == len(anatomy_of(name).stations)
    assert max(s["parameters"] for s in stations) == max(s["adds"] for s in stations) == 1
    assert all(0 < s["height"] <= 1 for s in stations)
    assert 0 <= found["start"] < len(stations)
    rows = table(anatomy_of(name))
    assert sum(row["parameters"] for row in rows) == anatomy_of(name).parameters
    assert sum(row["multiply-adds"] for row in rows) == anatomy_of(name).multiply_adds


def test_skips_are_drawn_where_something_is_added():
    drawn = scene("mobilenet_v2", anatomy_of("mobilenet_v2"))["stations"]
    assert sum(s["skips"] for s in drawn) == 10  # Sandler et al., table 2: n − 1 of each row
    assert not any(s["skips"] for s in scene("googlenet", anatomy_of("googlenet"))["stations"])


@pytest.mark.parametrize("name", ZOO)
def test_shapes_have_the_channels_first(name):
    """ConvNeXt turns its maps about inside a block; the words for them stay the same."""
    sides = [row["output"].split("×") for row in table(anatomy_of(name))]
    assert all(side[1] == side[2] for side in sides if len(side) == 3)


def test_the_words_have_the_lectures_numbers():
    said = lecture_words(anatomy_of("vgg16")).replace("\u202f", " ")
    assert "150 528 inputs" in said
    assert "15 052 900 parameters" in said
    assert "1 792" in said  # 64 · (3 · 3 · 3 + 1)
    assert "Dense layers: **89 %**" in total_words("VGG16", "", anatomy_of("vgg16"))
    said = total_words("ResNet-50", "", anatomy_of("resnet50"))
    assert (
        "Dense layers: **8 %** of parameters, **less than 1 %** of multiply-adds" in said
    )  # 0.05 %
    assert [short(count) for count in (138_357_544, 15_470_264_320, 999)] == [
        "138.4 million",
        "15.47 billion",
        "999",
    ]


def test_the_code_runs_and_counts_the_same(capsys):
    net = ZOO["lenet5"]
    exec(code(net.title, net.source, net.picture), {})
    assert "LeNet-5: 61706 parameters" in capsys.readouterr().out


def test_two_networks_stand_on_the_same_rows():
    pair = [(ZOO[name].title, anatomy_of(name)) for name in ("vgg16", "resnet50")]
    rows = zoo_pair.rows(pair, [2014, 2015], [71.592, None])
    assert "| parameters | 138.4 million | 25.56 million |" in rows
    assert "| 89 % | 8 % |" in rows
    assert "| 212×212 pixels | 427×427 pixels |" in rows
    for bars in zoo_pair.chart(pair).data:
        assert sum(bars.x) == pytest.approx(100)
    assert "5.41 ×" in zoo_pair.sentence(pair)


def test_the_cost_charts_sentence_is_torchvisions():
    said = zoo_cost.sentence(later=False)
    for number in ("71.9 %", "71.6 %", "51 times", "39 times"):
        assert number in said
    said = zoo_cost.sentence(later=True)
    for number in ("76.1 to 80.9 %", "11 networks", "0.3 to 4.7 points"):
        assert number in said
    said = zoo_cost.chosen_words("vgg16", "billions", later=False)
    assert "71.6 %" in said
    assert "**MobileNetV3 large** (2019), 74.0 %, **71 times** fewer" in said  # 15.47 / 0.217
    said = zoo_cost.chosen_words("efficientnet_b0", "millions", later=True)
    assert "**EfficientNet-B1**, has **1.47 times** as many parameters for 2.1 points more" in said
    assert "None here is right more" in zoo_cost.chosen_words(
        "efficientnet_v2_l", "billions", later=False
    )


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("cost", zoo_cost.COSTS)
def test_the_cost_chart_has_every_network_once_and_can_choose_each(cost, later):
    drawn = zoo_cost.chart(cost, "resnet50", later=later)
    marks = [
        (data[0], x, y)
        for line in drawn.data
        if line.customdata is not None
        for data, x, y in zip(line.customdata, line.x, line.y, strict=True)
    ]
    of = zoo_cost.COSTS[cost].of
    assert sorted(marks) == sorted(
        (net.name, of(net), net.again if later and net.again else net.first)
        for net in PRICED.values()
    )
    assert (drawn.data[-1].x[0], drawn.data[-1].y[0]) == (
        of(PRICED["resnet50"]),
        80.858 if later else 76.13,
    )
    for name in PRICED:
        words = zoo_cost.chosen_words(name, cost, later=later)
        assert PRICED[name].title in words
        assert "**1.00 times**" not in words


@pytest.mark.parametrize("cost", zoo_cost.COSTS)
def test_the_cost_charts_ticks_stand_upright_on_a_telephone(cost):
    drawn = zoo_cost.chart(cost, "vgg16", later=False)
    assert len(drawn.layout.xaxis.tickvals) <= 6  # ten are turned on their sides there


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_click_on_the_cost_chart_fades_nothing(theme):
    for line in zoo_cost.chart("billions", "vgg16", later=False, theme=theme).data[1:]:
        assert line.unselected.marker.opacity == 1
        assert line.unselected.textfont.color == line.textfont.color


def test_families_of_the_cost_chart_differ_by_more_than_colour():
    assert set(zoo_cost.MARKS) == set(ZOO_FAMILIES)
    for part in zip(*zoo_cost.MARKS.values(), strict=True):
        assert len(set(part)) == len(ZOO_FAMILIES)
    assert len(zoo_cost.table()) == len(PRICED)


def test_imagenets_chart_switches_to_the_entries_with_further_pictures():
    for extra, error in ((False, 16.4), (True, 15.3)):
        bars = {
            year: share
            for bar in zoo_imagenet.chart(extra=extra).data[:2]
            for year, share in zip(bar.y, bar.x, strict=True)
        }
        assert bars[2012] == error
        assert f"25.8 → {error}" in zoo_imagenet.sentence(extra=extra)
        assert len(bars) == len(WINNERS) == 8
    assert "is 63 % of it" in zoo_imagenet.small_print()
    assert len(zoo_imagenet.table()) == 8
