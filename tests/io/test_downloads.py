"""Downloads, by a local stand-in for the publishers: nothing here touches a network."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets import CIFAR10, MNIST, FashionMNIST

from dlviz.core.specs import SpecError
from dlviz.io import datasets, downloads
from dlviz.io.datasets import DATASETS, held_out, load_data
from dlviz.io.downloads import SETS, DownloadError, File, download, is_here, read_part


def idx(numbers: np.ndarray) -> bytes:
    """The format as LeCun describes it: two zeros, 8 for bytes, the count of extents, extents."""
    head = bytes((0, 0, 8, numbers.ndim)) + struct.pack(f">{numbers.ndim}I", *numbers.shape)
    return gzip.compress(head + numbers.tobytes(), mtime=0)


def digits(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count, np.uint8)


def cifar(parts: dict[str, np.ndarray]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, rows in parts.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = rows.size
            archive.addfile(info, io.BytesIO(rows.tobytes()))
    return out.getvalue()


TRAIN, TEST = digits(0, 30), digits(1, 12)
MNIST_FILES = [idx(part) for pair in (TRAIN, TEST) for part in pair]
ROWS = {
    name: np.random.default_rng(index).integers(0, 10, (4, 3073), np.uint8)
    for index, name in enumerate([*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"])
}


class Publisher:
    """A local web server that has files under any name, and counts who asks."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                content = outer.files.get(self.path)
                self.send_response(404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def file(self, name: str, content: bytes) -> File:
        self.files[f"/{name}"] = content
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return File(f"{self.url}/{name}", len(content), digest)


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Publisher]:
    there = Publisher()
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    files = {
        "mnist_full": [there.file(f"m{n}", content) for n, content in enumerate(MNIST_FILES)],
        "cifar10": [there.file("c.tar.gz", cifar(ROWS))],
    }
    for name, found in files.items():
        monkeypatch.setitem(SETS, name, replace(SETS[name], files=tuple(found)))
    monkeypatch.setattr(downloads, "CHUNK", 1000)
    for store in (datasets._held_out, datasets._loaded):
        monkeypatch.setattr(datasets, "_held_out", {})
        monkeypatch.setattr(datasets, "_loaded", {})
        assert not set(store) & set(SETS)
    yield there
    there.server.shutdown()
    there.server.server_close()


def test_mnist_is_fetched_once_and_read_as_it_was_written(publisher: Publisher) -> None:
    assert not is_here("mnist_full")
    so_far = list(download("mnist_full"))
    assert so_far == sorted(so_far)
    assert len(so_far) > 20  # one can watch it
    assert so_far[-1] == sum(map(len, MNIST_FILES)) == SETS["mnist_full"].bytes
    assert is_here("mnist_full")
    for part, (pixels, labels) in (("train", TRAIN), ("test", TEST)):
        got, known = read_part("mnist_full", part)
        assert np.array_equal(got[:, 0].numpy(), pixels)
        assert np.array_equal(known.numpy(), labels)
    assert len(publisher.asked) == 4
    assert list(download("mnist_full"))[-1] == so_far[-1]
    assert len(publisher.asked) == 4


def test_cifar_is_read_row_by_row(publisher: Publisher) -> None:
    list(download("cifar10"))
    pixels, labels = read_part("cifar10", "train")
    assert pixels.shape == (20, 3, 32, 32)
    rows = np.concatenate([ROWS[f"data_batch_{n}.bin"] for n in range(1, 6)])
    assert np.array_equal(pixels.flatten(1).numpy(), rows[:, 1:])
    assert np.array_equal(labels.numpy(), rows[:, 0])
    assert pixels[3, 1, 2, 5] == rows[3, 1 + 1024 + 2 * 32 + 5]  # the green of row 2, column 5
    held, known = read_part("cifar10", "test")
    assert np.array_equal(held.flatten(1).numpy(), ROWS["test_batch.bin"][:, 1:])
    assert np.array_equal(known.numpy(), ROWS["test_batch.bin"][:, 0])


def test_a_data_set_is_there_after_its_download_only(publisher: Publisher) -> None:
    for load in (held_out, load_data, partial(read_part, part="test")):
        with pytest.raises(DownloadError, match=r"downloaded first .* has 10 000") as told:
            load("mnist_full")
        assert isinstance(told.value, SpecError)
    assert publisher.asked == []  # naming it, as a link does, fetches nothing
    list(download("mnist_full"))
    assert np.array_equal(load_data("mnist_full").train_pixels[:, 0].numpy(), TRAIN[0])


def test_without_a_network_one_sentence_names_what_is_here(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.5)
    away = replace(SETS["cifar10"], files=(File("http://127.0.0.1:9/c.tar.gz", 99, "0"),))
    monkeypatch.setitem(SETS, "cifar10", away)
    with pytest.raises(DownloadError, match=r"needs a network\. Without it, “Photograph crops”"):
        list(download("cifar10"))
    publisher.files.clear()
    with pytest.raises(DownloadError, match="needs a network"):
        list(download("mnist_full"))


@pytest.mark.parametrize("change", [lambda b: b[:-1] + b"x", lambda b: b[:-1], lambda b: b + b"x"])
def test_what_is_not_the_publishers_file_is_not_kept(publisher: Publisher, change) -> None:
    publisher.files["/m2"] = change(publisher.files["/m2"])
    with pytest.raises(DownloadError):
        list(download("mnist_full"))
    assert not is_here("mnist_full")
    kept = {path.name for path in (downloads.cache_folder() / "mnist_full").iterdir()}
    assert kept == {"m0", "m1"}  # what came whole needs no second fetch


def test_who_stops_has_nothing_half(publisher: Publisher) -> None:
    pieces = download("mnist_full")
    next(pieces)
    pieces.close()
    assert not (downloads.cache_folder() / "mnist_full").exists()


def test_a_file_that_is_damaged_on_disk_is_removed(publisher: Publisher) -> None:
    list(download("mnist_full"))
    path = downloads.cache_folder() / "mnist_full" / "m0"
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(DownloadError, match="download it again"):
        read_part("mnist_full", "train")
    assert not is_here("mnist_full")


def test_an_archive_with_a_missing_part_is_damaged(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = publisher.file("c.tar.gz", cifar({"test_batch.bin": ROWS["test_batch.bin"]}))
    monkeypatch.setitem(SETS, "cifar10", replace(SETS["cifar10"], files=(short,)))
    list(download("cifar10"))
    with pytest.raises(DownloadError, match="damaged"):
        read_part("cifar10", "train")


@pytest.mark.parametrize(
    ("name", "theirs"), [("mnist_full", MNIST), ("fashion_full", FashionMNIST)]
)
def test_addresses_and_checksums_are_torchvisions(name: str, theirs: type) -> None:
    ours = [(file.url, file.md5) for file in SETS[name].files]
    assert ours == [(f"{theirs.mirrors[0]}{file}", md5) for file, md5 in theirs.resources]


def test_cifar_comes_from_where_torchvision_fetches_it() -> None:
    """The binary version: torchvision's holds pickles."""
    folder = CIFAR10.url.rpartition("/")[0]
    assert SETS["cifar10"].files[0].url == f"{folder}/cifar-10-binary.tar.gz"


def test_every_download_is_a_data_set_of_that_name() -> None:
    assert {name for name, entry in DATASETS.items() if entry.download} == set(SETS)
    for name, entry in SETS.items():
        assert entry.name == name == DATASETS[name].download.name


def test_the_cache_lies_outside_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (downloads.FOLDER, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert downloads.cache_folder() == Path.home() / ".cache" / "dlviz"
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert downloads.cache_folder() == Path("/elsewhere/dlviz")
