"""PneumoniaMNIST, by a local stand-in for its publisher: nothing here touches a network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from dlviz.io import downloads, medmnist
from dlviz.io.downloads import DownloadError
from tests.io.test_downloads import Publisher

FEW = {"train": 30, "val": 6, "test": 12}


def packed(**changed: np.ndarray) -> bytes:
    """The publisher's arrays, with fewer pictures: uint8 N×28×28 and N×1."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in FEW.items():
        arrays[f"{part}_images"] = rng.integers(0, 256, (count, 28, 28), np.uint8)
        arrays[f"{part}_labels"] = (np.arange(count) % 3 > 0).astype(np.uint8)[:, None]
    out = BytesIO()
    np.savez_compressed(out, **{**arrays, **changed})
    return out.getvalue()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Publisher]:
    there = Publisher()
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(medmnist, "URL", f"{there.url}/pneumoniamnist.npz")
    monkeypatch.setattr(medmnist, "COUNTS", FEW)
    monkeypatch.setattr(downloads, "CHUNK", 5000)
    offer(there, monkeypatch, packed())
    yield there
    there.server.shutdown()
    there.server.server_close()


def offer(there: Publisher, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    there.files["/pneumoniamnist.npz"] = content
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    monkeypatch.setattr(medmnist, "MD5", digest)


def test_it_is_fetched_and_read_as_it_was_written(publisher: Publisher) -> None:
    assert not medmnist.is_here()
    with pytest.raises(DownloadError, match="downloaded first"):
        medmnist.films("train")
    assert publisher.asked == []  # naming it fetches nothing
    so_far = list(medmnist.download())
    assert so_far == sorted(so_far)
    assert len(so_far) > 3
    assert medmnist.is_here()
    with np.load(BytesIO(publisher.files["/pneumoniamnist.npz"])) as theirs:
        for part, count in FEW.items():
            found = medmnist.films(part)
            np.testing.assert_array_equal(found.pixels, theirs[f"{part}_images"])
            np.testing.assert_array_equal(found.ill, theirs[f"{part}_labels"][:, 0] == 1)
            assert len(found.ill) == count


def test_without_a_network_one_sentence_names_what_is_here(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.files.clear()
    with pytest.raises(DownloadError, match=r"needs a network\. The generated chests are here"):
        list(medmnist.download())
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(medmnist, "URL", "http://127.0.0.1:9/x.npz")
    with pytest.raises(DownloadError, match="needs a network"):
        list(medmnist.download())


def test_what_is_not_the_publishers_file_is_not_kept(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.files["/pneumoniamnist.npz"] += b"x"
    with pytest.raises(DownloadError, match="another checksum"):
        list(medmnist.download())
    monkeypatch.setattr(medmnist, "MOST_BYTES", 2000)
    with pytest.raises(DownloadError, match="needs a network"):
        list(medmnist.download())
    assert not medmnist.is_here()


def test_who_stops_has_nothing_half(publisher: Publisher) -> None:
    pieces = medmnist.download()
    next(pieces)
    pieces.close()
    assert not medmnist.file().parent.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"test_images": np.zeros((12, 28, 27), np.uint8)},
        {"test_images": np.zeros((12, 28, 28), np.float32)},
        {"test_labels": np.full((12, 1), 2, np.uint8)},
        {"test_labels": np.array([{}], object)},  # a pickle
    ],
)
def test_another_structure_is_refused_and_removed(
    changed: dict, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(publisher, monkeypatch, packed(**changed))
    list(medmnist.download())
    with pytest.raises(DownloadError, match="damaged on disk"):
        medmnist.films("test")
    assert not medmnist.is_here()
