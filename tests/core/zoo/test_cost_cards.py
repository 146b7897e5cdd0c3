"""The cards on accuracy and cost: every number from the published figures."""

from __future__ import annotations

from operator import attrgetter

from dlviz.core.architectures_cards import ARCHITECTURES_CARDS
from dlviz.core.zoo.published import PRICED, front


def test_last_points() -> None:
    card = ARCHITECTURES_CARDS["last_points"]
    start, end = PRICED[card.settings["marked"]], PRICED[card.then["marked"]]
    small = PRICED["shufflenet_v2_x0_5"]
    assert f"right for {start.first:.1f} % with {start.billions} billion" in card.question
    assert f"right for {end.first:.1f} %?" in card.question
    assert end == max(PRICED.values(), key=lambda net: net.accuracy(later=True))
    times, points = end.billions / start.billions, end.first - start.first
    assert f"{times:.0f} times as many, for {points:.1f} points" in card.answer
    assert 9 < start.billions / small.billions < 10
    assert f"brought {start.first - small.first:.1f}:" in card.answer
    best = front(PRICED.values(), attrgetter("billions"), later=False)
    assert best[0] == small
    assert start in best
    assert best[-1] == end


def test_recipe() -> None:
    card = ARCHITECTURES_CARDS["recipe"]
    old, deep = PRICED[card.settings["marked"]], PRICED["resnet152"]
    assert old.again is not None
    assert f"right for {old.first:.1f} %, ResNet-152" in card.question
    assert f"{deep.billions / old.billions:.1f} times the multiply-adds" in card.question
    assert f"for {deep.first:.1f} %." in card.question
    assert card.answer.startswith(f"{old.again:.1f} %: {old.again - old.first:.1f} points more")
    assert f"brought {deep.first - old.first:.1f}." in card.answer
    assert round(152 / 50) == 3
    assert card.then == {"again": "1"}
