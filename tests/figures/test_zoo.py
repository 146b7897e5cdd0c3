"""The zoo's scenes, tables, charts and sentences: their numbers are those of the networks."""

from __future__ import annotations

import pytest

from dlviz.core.zoo.ilsvrc import WINNERS
from dlviz.figures import zoo_cost, zoo_imagenet, zoo_pair
from dlviz.figures.zoo_scene import code, lecture_words, scene, short, table, total_words
from dlviz.io.published import FAMILIES, published
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


def test_the_words_have_the_lectures_numbers():
    said = lecture_words(anatomy_of("vgg16")).replace("\u202f", " ")
    assert "150 528 inputs" in said
    assert "15 052 900 parameters" in said
    assert "1 792" in said  # 64 · (3 · 3 · 3 + 1)
    assert "Dense layers hold **89 %**" in total_words("VGG16", "", anatomy_of("vgg16"))
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
    said = zoo_cost.sentence(published())
    for number in ("71.9 %", "71.6 %", "51 times", "39 times", "76.1 to 80.9 %"):
        assert number in said
    assert {point.family for point in published()} == set(FAMILIES)
    assert len({(point.name, point.recipe) for point in published()}) == len(published())
    for cost in zoo_cost.COSTS:
        drawn = zoo_cost.chart(published(), cost)
        assert sum(len(line.x) for line in drawn.data) == len(published())


def test_imagenets_chart_switches_to_the_entries_with_further_pictures():
    for extra, error in ((False, 16.4), (True, 15.3)):
        bars = {
            x: y
            for bar in zoo_imagenet.chart(extra=extra).data[:2]
            for x, y in zip(bar.x, bar.y, strict=True)
        }
        assert bars[2012] == error
        assert f"25.8 → {error}" in zoo_imagenet.sentence(extra=extra)
        assert len(bars) == len(WINNERS) == 8
    assert "is 63 % of it" in zoo_imagenet.small_print()
    assert len(zoo_imagenet.table()) == 8
