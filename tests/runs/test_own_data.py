"""A visitor's own pictures: bounded, named by what they are, seen by nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.io.datasets import data_for
from dlviz.runs import own_data
from dlviz.runs.jobs import State
from dlviz.runs.own_data import OwnPictures
from dlviz.runs.visitors import Visitor
from dlviz.ui import server as server_module
from dlviz.ui.server import Server

from .studio import until_state


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


def test_what_goes_while_it_is_listed_was_there_at_its_beginning() -> None:
    mine = OwnPictures()
    names = [mine.add(pictures(seed)) for seed in range(3)]
    listed = []
    for name, data in mine.items():
        mine.remove(names[2])  # another tab
        listed.append((name, data.name))
    assert listed == [(name, name) for name in names]
    assert list(mine) == names[:2]


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


@pytest.fixture
def server() -> Iterator[Server]:
    made = server_module._server.__wrapped__()
    yield made
    made.close()


def test_a_run_on_own_pictures_is_its_owners_alone(server: Server) -> None:
    """Who sends the same link without having the pictures is told so."""
    one, other = (server.visitors.get(letter * 22) for letter in "AB")
    name = one.pictures.add(pictures(count=40))
    other.pictures.add(pictures(seed=1, count=40))
    net = NetSpec((layer("flatten"), layer("dense")))
    spec = RunSpec(net, DataSpec(name), TrainSpec(epochs=1, batch_size=16))
    jobs = [server.executor.submit(visitor.id, spec) for visitor in (one, other)]
    until_state(server.executor, jobs[0], State.DONE)
    until_state(server.executor, jobs[1], State.FAILED)
    assert "pictures" in server.executor.status(jobs[1]).message
    assert [entry.spec for entry in one.shelf.entries()] == [spec]
    assert len(other.shelf.entries()) == len(other.records.entries()) == 0
    (record,) = one.records.entries()
    assert record.spec.data.name == name


class Leaving(Mapping[str, ImageData]):
    """Pictures that are gone after one look: another tab has removed them."""

    def __init__(self, name: str, data: ImageData) -> None:
        self._sets = {name: data}

    def __getitem__(self, name: str) -> ImageData:
        return self._sets.pop(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def __len__(self) -> int:
        return len(self._sets)


def test_pictures_that_go_while_they_are_asked_for_are_there_or_not() -> None:
    leaving = Leaving("own-1", pictures())
    assert len(data_for(DataSpec("own-1"), leaving).train_labels) == 8
    with pytest.raises(ValueError, match="pictures"):
        data_for(DataSpec("own-1"), leaving)
