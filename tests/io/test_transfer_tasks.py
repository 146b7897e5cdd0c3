"""Transfer's pictures: halves that do not meet, and a visitor's own at a larger side."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.core.transfer_learning.pictures import equalised
from dlviz.io import transfer_tasks
from dlviz.io.own_pictures import ArchiveError, from_photographs, read_zip, write_zip
from dlviz.io.transfer_tasks import TASKS, load_task
from tests.io.zips import folders, zipped


def test_no_held_out_crop_has_a_pixel_that_was_learnt_from(monkeypatch) -> None:
    """A photograph that is black on its left half and white on its right tells where crops lie."""
    halves = np.zeros((200, 300, 3), np.uint8)
    halves[:, 150:] = 255
    monkeypatch.setattr(transfer_tasks, "load_photograph", lambda _name: halves)
    monkeypatch.setattr(transfer_tasks, "_grey", lambda pictures: pictures)
    (left, _), (right, _) = TASKS["crops"].make()
    assert left.max() == 0
    assert right.min() == 255


def test_pictures_are_the_same_every_time_and_grey() -> None:
    data = load_task("cat_fox")
    assert load_task("cat_fox") is data
    (pixels, labels), _ = TASKS["cat_fox"].make()
    assert (pixels == data.train_pixels).all()
    assert (labels == data.train_labels).all()
    assert (equalised(pixels) == pixels).all()
    with pytest.raises(ValueError, match="no such task"):
        load_task("dogs")


def test_own_pictures_at_a_larger_side_and_not_too_many() -> None:
    packed = zipped(folders(dogs=11, cats=5))
    data = read_zip(packed, side=128, most=16)
    assert data.shape[1:] == (128, 128)
    with pytest.raises(ArchiveError, match="at most 15 pictures, this one has 16"):
        read_zip(packed, side=128, most=15)
    again = read_zip(write_zip(data), side=128)
    assert (again.train_pixels == data.train_pixels).all()


def test_photographs_of_the_camera_are_split_as_a_zip_is() -> None:
    zip_data = read_zip(zipped(folders(dogs=11, cats=5)), side=128)
    squares: dict[str, list] = {"cats": [], "dogs": []}
    for name, label in (("cats", 0), ("dogs", 1)):
        train = iter(zip_data.train_pixels[zip_data.train_labels == label])
        test = iter(zip_data.test_pixels[zip_data.test_labels == label])
        count = 5 if label == 0 else 11
        squares[name] = [
            next(test if (count - 1 - i) % 5 == 0 and i else train) for i in range(count)
        ]
    data = from_photographs(squares, most=16)
    assert data.classes == zip_data.classes
    assert (data.train_pixels == zip_data.train_pixels).all()
    assert (data.test_labels == zip_data.test_labels).all()
