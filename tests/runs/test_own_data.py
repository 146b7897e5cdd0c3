"""A visitor's own pictures: bounded, named by what they are, seen by nobody else."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.runs import own_data
from dlviz.runs.own_data import OwnPictures
from dlviz.runs.visitors import Visitor


def pictures(seed: int = 0, count: int = 10, classes: tuple[str, ...] = ("a", "b")) -> ImageData:
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (count, 1, 8, 8), generator=generator, dtype=torch.uint8)
    labels = torch.arange(count) % 2
    return ImageData.of("own", classes, (pixels[2:], labels[2:]), (pixels[:2], labels[:2]))


def test_the_name_is_what_the_pictures_are() -> None:
    mine, other = OwnPictures(), OwnPictures()
    name = mine.add(pictures())
    assert name.startswith("own-")
    assert mine[name].name == name
    assert mine.add(pictures()) == name == other.add(pictures())
    assert len(mine) == 1
    assert len({name, mine.add(pictures(1)), mine.add(pictures(classes=("a", "c")))}) == 3


def test_the_oldest_makes_room_for_the_fifth() -> None:
    mine = OwnPictures()
    names = [mine.add(pictures(seed)) for seed in range(own_data.MAX_SETS + 1)]
    assert list(mine) == names[1:]
    assert names[0] not in mine
    assert mine.take_evicted() == 1
    assert mine.take_evicted() == 0
    mine.remove(names[1])
    mine.remove("own-unknown")
    assert list(mine) == names[2:]


def test_megabytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "MAX_MEGABYTES", 1.5 * pictures().bytes / 2**20)
    mine = OwnPictures()
    mine.add(pictures(0))
    newest = mine.add(pictures(1))
    assert list(mine) == [newest]


def test_every_visitor_has_their_own() -> None:
    one, other = Visitor("1"), Visitor("2")
    name = one.pictures.add(pictures())
    assert name in one.pictures
    assert name not in other.pictures
