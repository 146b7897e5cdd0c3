"""Data sets that are fetched from their publishers, when somebody asks for it, and only then.

``download`` fetches; ``read_part`` reads what is there and fetches nothing. Files lie outside the
project, in ``cache_folder()``, and are checked against the publisher's size and checksum. To add
one, enter it in ``SETS`` with a reader. ``fetch`` is the one place that touches the network.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import secrets
import tarfile
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dlviz.core.specs import SpecError

FOLDER = "DLVIZ_CACHE"
TIMEOUT_SECONDS = 15
CHUNK = 1 << 18

Pair = tuple[Tensor, Tensor]


class DownloadError(SpecError):
    """A data set or network is not here and cannot be fetched; the message is one sentence."""


@dataclass(frozen=True)
class File:
    """One file of a publisher: ``bytes`` long, with the MD5 that its publisher states."""

    url: str
    bytes: int
    md5: str

    @property
    def name(self) -> str:
        """Its name in the cache folder."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Download:
    """The files of a data set and how its two parts are read; ``instead``: what is here anyway."""

    name: str
    title: str
    instead: str
    files: tuple[File, ...]
    read: Callable[[str, Callable[[int], bytes]], Pair]

    @property
    def bytes(self) -> int:
        """What is fetched in all."""
        return sum(file.bytes for file in self.files)


def cache_folder() -> Path:
    """Where downloads are kept: ``DLVIZ_CACHE``, else ``dlviz`` in the user's cache folder."""
    given = os.environ.get(FOLDER)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(given) if given else Path(base or Path.home() / ".cache") / "dlviz"


def fetch(url: str, limit: int) -> Iterator[bytes]:
    """The bytes behind an address, at most ``limit``, piece by piece.

    Raises ``OSError`` without a network, if the host refuses, or if there are more.
    """
    done = 0
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
        while part := answer.read(CHUNK):
            done += len(part)
            if done > limit:
                raise OSError("The file is longer than its publisher says.")
            yield part


def is_here(name: str) -> bool:
    """Whether all files of a data set have been fetched; looks at their sizes only."""
    return all(_is_whole(_path(name, file), file) for file in SETS[name].files)


def missing(name: str) -> str:
    """What is said of a data set that is not here."""
    wanted = SETS[name]
    return (
        f"{wanted.title} has to be downloaded first ({wanted.bytes / 1e6:.0f} MB, button"
        f" “Download” under Data). {wanted.instead}"
    )


def download(name: str) -> Iterator[int]:
    """Fetch what is missing of a data set, piece by piece; yields how many bytes are there.

    Whoever stops asking for the next piece ends it. Raises ``DownloadError``, one sentence,
    without a network or where a file is not as published.
    """
    wanted = SETS[name]
    done = 0
    for file in wanted.files:
        if not _is_whole(_path(name, file), file):
            parts: list[bytes] = []
            for part in _from_network(file.url, file.bytes, wanted.title, wanted.instead):
                parts.append(part)
                yield done + sum(map(len, parts))
            _keep(b"".join(parts), file, wanted)
        done += file.bytes
        yield done


def fetch_into(
    path: Path, url: str, limit: int, sha256: str, *, title: str, instead: str
) -> Iterator[int]:
    """Fetch one large file to ``path``, checked on the way; yields how many bytes are there.

    ``sha256``: how its checksum begins. A file under its own name is always whole: whoever stops
    asking for the next piece leaves nothing. Raises ``DownloadError``, one sentence with
    ``instead`` (what is here anyway), without a network, for another file, or for a full disk.
    """
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    digest, done = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as out:
            for part in _from_network(url, limit, title, instead):
                out.write(part)
                digest.update(part)
                done += len(part)
                yield done
        if not digest.hexdigest().startswith(sha256):
            raise DownloadError(
                f"What came for {title} is not what its publisher has: {path.name} has another"
                f" checksum. {instead}"
            )
        half.replace(path)
    except OSError as error:
        raise DownloadError(f"{title} cannot be kept on this server's disk. {instead}") from error
    finally:
        half.unlink(missing_ok=True)


def _from_network(url: str, limit: int, title: str, instead: str) -> Iterator[bytes]:
    try:
        yield from fetch(url, limit)
    except (OSError, HTTPException) as error:
        raise DownloadError(
            f"{title} cannot be downloaded now: this needs a network. {instead}"
        ) from error


def read_part(name: str, part: str) -> Pair:
    """ "train" or "test" of a data set that has been downloaded: (uint8 N×C×H×W, int64 N).

    Raises ``DownloadError`` if it is not here, or damaged: then what is here is removed.
    """
    wanted = SETS[name]
    if not is_here(name):
        raise DownloadError(missing(name))
    try:
        return wanted.read(part, lambda index: _path(name, wanted.files[index]).read_bytes())
    except (OSError, EOFError, ValueError, KeyError, zlib.error, tarfile.TarError) as error:
        for file in wanted.files:
            _path(name, file).unlink(missing_ok=True)
        raise DownloadError(f"{wanted.title} is damaged on disk: download it again.") from error


def _path(name: str, file: File) -> Path:
    return cache_folder() / name / file.name


def _is_whole(path: Path, file: File) -> bool:
    return path.is_file() and path.stat().st_size == file.bytes


def _keep(data: bytes, file: File, wanted: Download) -> None:
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if len(data) != file.bytes or digest != file.md5:
        raise DownloadError(
            f"What came for {wanted.title} is not what its publisher has: {file.name} has another"
            f" checksum. {wanted.instead}"
        )
    path = _path(wanted.name, file)
    half = path.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
        half.replace(path)  # a file under its own name is always whole
    except OSError as error:
        half.unlink(missing_ok=True)
        raise DownloadError(
            f"{wanted.title} cannot be kept on this server's disk. {wanted.instead}"
        ) from error


def _idx(data: bytes, *extents: int) -> NDArray[np.uint8]:
    """An unpacked IDX file of bytes, of the MNIST family: numbers of the given extents."""
    plain = gzip.decompress(data)
    header = 4 + 4 * len(extents)
    found = tuple(np.frombuffer(plain, ">u4", len(extents), 4).tolist())
    if plain[:4] != bytes((0, 0, 8, len(extents))) or found[1:] != extents[1:]:
        raise ValueError("This is no IDX file of that size.")
    return np.frombuffer(plain, np.uint8, offset=header).reshape(found)


def _read_idx(part: str, read: Callable[[int], bytes]) -> Pair:
    first = 0 if part == "train" else 2
    pixels = _idx(read(first), 0, 28, 28)
    labels = _idx(read(first + 1), 0)
    if len(pixels) != len(labels) or labels.max() > 9:
        raise ValueError("Pictures and labels do not belong together.")
    return torch.from_numpy(pixels.copy()).unsqueeze(1), torch.from_numpy(labels.copy()).long()


def _read_cifar(part: str, read: Callable[[int], bytes]) -> Pair:
    """The version in plain bytes: one for the label, then 32×32 red, green and blue ones."""
    names = [f"data_batch_{number}.bin" for number in range(1, 6)]
    wanted = names if part == "train" else ["test_batch.bin"]
    parts = []
    with tarfile.open(fileobj=io.BytesIO(read(0))) as archive:
        for name in wanted:
            member = archive.extractfile(f"cifar-10-batches-bin/{name}")
            if member is None:
                raise ValueError(f"The archive has no {name}.")
            parts.append(np.frombuffer(member.read(), np.uint8).reshape(-1, 1 + 3 * 32 * 32))
    rows = np.concatenate(parts)
    pixels = np.ascontiguousarray(rows[:, 1:]).reshape(-1, 3, 32, 32)
    return torch.from_numpy(pixels), torch.from_numpy(rows[:, 0].copy()).long()


def _idx_files(host: str, *rows: tuple[str, int, str]) -> tuple[File, ...]:
    return tuple(File(f"{host}{name}-ubyte.gz", size, md5) for name, size, md5 in rows)


_ENTRIES = (
    Download(
        "mnist_full",
        "All of MNIST",
        "Without it, “Handwritten digits (MNIST)” has 10 000 of these pictures.",
        _idx_files(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            ("train-images-idx3", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
            ("train-labels-idx1", 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
            ("t10k-images-idx3", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
            ("t10k-labels-idx1", 4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
        ),
        _read_idx,
    ),
    Download(
        "fashion_full",
        "All of Fashion-MNIST",
        "Without it, “Clothes (Fashion-MNIST)” has 12 000 of these pictures.",
        _idx_files(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ("train-images-idx3", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            ("train-labels-idx1", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
            ("t10k-images-idx3", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
            ("t10k-labels-idx1", 5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        _read_idx,
    ),
    Download(
        "cifar10",
        "CIFAR-10",
        "Without it, “Photograph crops” and “Creatures” are in colour, too.",
        (
            File(
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                170_052_171,
                "c32a1d4ab5d03f1284b67883e8d87530",
            ),
        ),
        _read_cifar,
    ),
)

SETS: dict[str, Download] = {entry.name: entry for entry in _ENTRIES}
