"""A stranger's zip: what cannot be read is left out, what is over a limit is refused."""

from __future__ import annotations

import struct
import zipfile
import zlib

import numpy as np
import pytest
import torch

from dlviz.io import own_pictures
from dlviz.io.own_pictures import ArchiveError, left_out, read_zip
from tests.io.zips import folders, picture, zipped


def lying(data: bytes, size: int) -> bytes:
    """The central directory says that the first member unpacks to ``size`` bytes."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def vast(width: int, height: int) -> bytes:
    """A picture whose header promises more than it holds."""
    data = picture()
    header = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


def locked(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + b"\x01\x00" + data[at + 2 :]


REFUSED = {
    "empty": (b"", "damaged"),
    "no zip": (b"PK\x03\x04 hello" * 99, "damaged"),
    "cut off": (zipped(folders(a=3, b=3))[:-30], "damaged"),
    "nothing in it": (zipped({}), "holds no PNG, JPEG or WEBP"),
    "no folder": (zipped({"a.png": picture(), "b.png": picture()}), "lies in no folder"),
    "outside": (zipped({"../a.png": picture()}), "lies in no folder"),
    "one class": (zipped(folders(a=3)), "2 to 20 classes, this one has 1"),
    "21 classes": (zipped(folders(**{f"c{n}": 2 for n in range(21)})), "this one has 21"),
    "one picture": (zipped(folders(a=3, b=1)), "at least 2"),
    "twins": (zipped({**folders(a=2, b=2), "b+/1.png": picture()}), "rename one"),
    "no picture": (zipped({**folders(a=2, b=1), "b/9.png": b"hello"}), "“9.png” in “b”: This is"),
    "a vast one": (
        zipped({**folders(a=2, b=2), "b/9.png": vast(9000, 9000)}),
        "“9.png” in “b”: A picture has at most 20 megapixels",
    ),
    "bomb": (zipped({**folders(a=2, b=2), "b/9.png": bytes(2_000_000)}), "200 times"),
    "large": (lying(zipped(folders(a=2, b=2)), 10_000_001), "at most 10 MB"),
    "lie": (lying(zipped(folders(a=2, b=2)), 20), "damaged|cut off|readable"),
    "password": (locked(zipped(folders(a=2, b=2))), "password"),
    "bzip2": (zipped(folders(a=2, b=2), zipfile.ZIP_BZIP2), "unusual way"),
    "lzma": (zipped(folders(a=2, b=2), zipfile.ZIP_LZMA), "unusual way"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_refusal_is_one_sentence(name: str) -> None:
    data, says = REFUSED[name]
    with pytest.raises(ArchiveError, match=says) as caught:
        read_zip(data)
    text = str(caught.value)
    assert text.endswith(".")
    assert len(text) < 200


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [
        ("MAX_ZIP_BYTES", 500, "at most 0 MB"),
        ("MAX_MEMBERS", 5, "at most 5 files"),
        ("MAX_PICTURES", 5, "at most 5 pictures, this one has 6"),
        ("MAX_TOTAL_PIXELS", 5 * 1600, "megapixels together"),
        ("MAX_BYTES", 50, "a picture file has at most"),
    ],
)
def test_every_limit_holds(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int, says: str
) -> None:
    data = zipped(folders(a=3, b=3))
    read_zip(data)
    monkeypatch.setattr(own_pictures, limit, value)
    with pytest.raises(ArchiveError, match=says):
        read_zip(data)


BROKEN = {
    "no picture": b"hello",
    "nothing": b"",
    "cut off": picture(size=400, kind="JPEG")[:-900],
    "without its end": picture()[:-12],
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_left_out_and_named(content: bytes) -> None:
    good = folders(cats=7, dogs=6)
    missed: list[str] = []
    shares: list[float] = []
    packed = zipped({**good, "cats/03_x!.png": content, "cats/99.png": content})
    data = read_zip(packed, told=shares.append, missed=missed.append)
    assert missed == ["cats/03_x!.png", "cats/99.png"]
    assert shares[-1] == 1
    expected = read_zip(zipped(good))
    for part in ("train_pixels", "train_labels", "test_pixels", "test_labels"):
        assert torch.equal(getattr(data, part), getattr(expected, part))


def test_one_damaged_member_costs_no_more_than_itself() -> None:
    """Its checksum does not fit, so zipfile raises where the others can be read."""
    good = folders(cats=7, dogs=6)
    bad = picture((1, 2, 3))
    packed = bytearray(zipped({**good, "cats/IMG_2_x.png": bad}, zipfile.ZIP_STORED))
    packed[packed.index(bad) + 60] ^= 255
    missed: list[str] = []
    data = read_zip(bytes(packed), missed=missed.append)
    assert missed == ["cats/IMG_2_x.png"]
    expected = read_zip(zipped(good))
    assert torch.equal(data.train_pixels, expected.train_pixels)
    assert torch.equal(data.test_pixels, expected.test_pixels)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("IMG_2 (1).png", "IMG_2 (1).png"),
        ("a\u202egnp\u200b.png", "agnp.png"),
        (f"{'long' * 30}_end.png", f"{'long' * 11}…onglong_end.png"),
    ],
)
def test_a_file_is_told_by_its_owners_name(name: str, told: str) -> None:
    missed: list[str] = []
    read_zip(zipped({**folders(a=2, b=2), f"a/{name}": b"x"}), missed=missed.append)
    assert missed == [f"a/{told}"]


def test_a_class_keeps_as_many_pictures_as_it_needs() -> None:
    good = folders(a=2, b=2)
    assert read_zip(zipped({**good, "a/0.png": b"x"})).classes == ("a", "b")
    with pytest.raises(ArchiveError, match=r"“00.png” in “a”: This is not a readable"):
        read_zip(zipped({**good, "a/00.png": b"x"}))


def test_what_was_decoded_in_vain_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zipped({**folders(a=2, b=2), "a/9.png": BROKEN["cut off"]})  # of 400×400
    read_zip(packed)
    monkeypatch.setattr(own_pictures, "MAX_TOTAL_PIXELS", 160_000)
    with pytest.raises(ArchiveError, match="megapixels together"):
        read_zip(packed)


def test_what_is_left_out_is_one_sentence() -> None:
    one = "1 of 60 pictures could not be read and was left out: cats/x.png."
    assert left_out(["cats/x.png"], 60) == one
    names = [f"a/{n}.png" for n in range(5)]
    several = "5 of 9 pictures could not be read and were left out: a/0.png, a/1.png, a/2.png"
    assert left_out(names, 9) == f"{several} and 2 more."


def test_flipped_bytes_are_refused_or_harmless() -> None:
    data, rng = zipped(folders(a=2, b=2)), np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), 3):
            broken[at] = rng.integers(256)
        try:
            read_zip(bytes(broken), side=28)
        except ArchiveError:
            refused += 1
    assert refused > 100
