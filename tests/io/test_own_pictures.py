"""Own pictures: a zip of folders or drawings become a data set."""

from __future__ import annotations

import zipfile
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.io.own_pictures import ArchiveError, clean, from_drawings, read_zip, write_zip
from tests.io.zips import folders, picture, zipped

# -- what comes out -------------------------------------------------------------------------------


def test_folders_are_classes_and_every_fifth_picture_is_held_out() -> None:
    data = read_zip(zipped(folders(dogs=11, cats=2)), side=32)
    assert data.classes == ("cats", "dogs")
    assert data.shape == (3, 32, 32)
    assert torch.bincount(data.train_labels).tolist() == [1, 9]
    assert torch.bincount(data.test_labels).tolist() == [1, 2]
    dogs = data.test_pixels[data.test_labels == 1]
    assert sorted(dogs[:, 0, 5, 5].tolist()) == [50, 100]
    seen = {one.numpy().tobytes() for one in data.train_pixels}
    assert not any(one.numpy().tobytes() in seen for one in data.test_pixels)
    assert data.train_labels[:2].tolist() == [0, 1]  # the classes take turns


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7, 10, 11, 16, 59])
def test_at_least_a_tenth_and_one_picture_is_held_out(count: int) -> None:
    data = read_zip(
        zipped(
            {f"a/{n:03d}.png": picture((n, 0, 0), 4) for n in range(count)}
            | {f"b/{n}.png": picture((0, n, 0), 4) for n in range(2)}
        ),
        side=28,
    )
    held_out = int((data.test_labels == 0).sum())
    assert max(1, count / 10) <= held_out <= max(1, count / 3)


def test_every_picture_keeps_its_pixels_and_its_class() -> None:
    rng = np.random.default_rng(0)
    files, expected = {}, {}
    for name in ("red", "blue"):
        for index in range(6):
            pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            out = BytesIO()
            Image.fromarray(pixels).save(out, "PNG")
            files[f"outer/{name}/{index}.png"] = out.getvalue()
            expected[pixels.transpose(2, 0, 1).tobytes()] = name
    data = read_zip(zipped(files), side=32)
    got = {
        one.numpy().tobytes(): data.classes[int(label)]
        for pixels, labels in (
            (data.train_pixels, data.train_labels),
            (data.test_pixels, data.test_labels),
        )
        for one, label in zip(pixels, labels, strict=True)
    }
    assert got == expected


def test_pictures_without_colour_have_one_channel() -> None:
    grey = {name: picture((90, 90, 90)) for name in folders(a=3, b=3)}
    assert read_zip(zipped(grey), side=28).shape == (1, 28, 28)
    grey["a/9.jpg"] = picture((90, 0, 90), kind="JPEG")
    assert read_zip(zipped(grey), side=28).shape == (3, 28, 28)


def test_what_packers_add_is_passed_over() -> None:
    files = {
        **folders(a=3, b=3),
        "__MACOSX/a/._00.png": b"x",
        "a/.DS_Store": b"x",
        "a/Thumbs.db": b"x",
        "README.txt": b"x",
    }
    data = read_zip(zipped(files))
    assert len(data.train_labels) + len(data.test_labels) == 6


def test_progress_is_told_and_can_end_it() -> None:
    shares: list[float] = []
    read_zip(zipped(folders(a=4, b=4)), told=shares.append)
    assert shares == [n / 8 for n in range(1, 9)]

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_zip(zipped(folders(a=4, b=4)), told=stop)


def test_a_name_of_nothing_is_passed_over() -> None:
    """``zipfile`` cuts a name at its first zero byte."""
    packed = zipped({**folders(a=3, b=3), "nothing": b"x"}).replace(b"nothing", bytes(7))
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert "" in archive.namelist()
    assert read_zip(packed).classes == ("a", "b")


@pytest.mark.parametrize("side", [28, 64])
def test_a_zip_that_was_written_is_the_same_data_set(side: int) -> None:
    data = read_zip(zipped(folders(zebra=7, ant=12)), side=side)
    packed = write_zip(data)
    again = read_zip(packed, side=side)
    for part in ("train_pixels", "train_labels", "test_pixels", "test_labels"):
        assert torch.equal(getattr(again, part), getattr(data, part))
    assert (again.classes, again.mean) == (data.classes, data.mean)
    assert write_zip(again) == packed


# -- drawings -------------------------------------------------------------------------------------


def sheet(value: int) -> np.ndarray:
    return np.full((28, 28), value, np.uint8)


def test_drawings_become_grey_pictures_and_survive_a_zip() -> None:
    data = from_drawings({"zig": [sheet(n) for n in range(3)], "ant": [sheet(9), sheet(8)]})
    assert data.classes == ("ant", "zig")
    assert data.shape == (1, 28, 28)
    assert data.test_pixels[:, 0, 0, 0].tolist() == [8, 2]
    again = read_zip(write_zip(data), side=28)
    assert torch.equal(again.train_pixels, data.train_pixels)
    assert again.classes == data.classes


@pytest.mark.parametrize(
    ("drawings", "says"),
    [
        ({"a": [sheet(1), sheet(2)]}, "2 to 20 classes"),
        (
            {"a": [sheet(1), sheet(2)], "b": [sheet(1)]},
            "“b” has 1 picture: a class needs at least 2",
        ),
        ({"a": [sheet(1)] * 2, " a ": [sheet(1)] * 2}, "a name of its own"),
        ({"a": [sheet(1)] * 2, "***": [sheet(1)] * 2}, "a name of its own"),
        ({"a": [sheet(1)] * 2, "b": [np.zeros((9, 9), np.uint8)] * 2}, "28×28"),
    ],
)
def test_drawings_that_are_refused(drawings: dict[str, list[np.ndarray]], says: str) -> None:
    with pytest.raises(ArchiveError, match=says):
        from_drawings(drawings)


# -- names and sides -----------------------------------------------------------------------------


def test_another_side_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="28, 32, 64"):
        read_zip(b"", side=1000)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("cats", "cats"),
        ("  Große  Äpfel ", "Große Äpfel"),
        ("<b>x</b>", "b x b"),
        ("a\u202eb[c](d)", "a b c d"),
        ("$x^2$ *y*", "x 2 y"),
        ("x" * 99, "x" * 30),
        ("..", ""),
    ],
)
def test_a_class_name_can_stand_anywhere(name: str, shown: str) -> None:
    assert clean(name) == shown
