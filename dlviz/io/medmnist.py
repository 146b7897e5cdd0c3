"""PneumoniaMNIST: real chest X-rays of children, 28×28, by download.

From MedMNIST v2 (Yang et al. 2023, CC BY 4.0), which reduced those of Kermany et al. 2018. The
publisher states an MD5 and the counts, but no size: both are checked.
"""

from __future__ import annotations

import hashlib
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dlviz.io import downloads
from dlviz.io.downloads import DownloadError, cache_folder

TITLE = "PneumoniaMNIST"
URL = "https://zenodo.org/records/10519652/files/pneumoniamnist.npz"
MD5 = "28209eda62fecd6e6a2d98b1501bb15f"
ABOUT_BYTES, MOST_BYTES = 4_200_000, 8_000_000
COUNTS = {"train": 4708, "val": 524, "test": 624}
SIDE = 28
INSTEAD = "The generated chests are here without a download."


@dataclass(frozen=True, eq=False)
class Films:
    """One part: ``pixels`` uint8 N×28×28, ``ill`` bool N (pneumonia)."""

    pixels: NDArray[np.uint8]
    ill: NDArray[np.bool_]


def file() -> Path:
    """Where it is kept."""
    return cache_folder() / "medmnist" / "pneumoniamnist.npz"


def is_here() -> bool:
    """Whether it has been fetched."""
    return file().is_file()


def download() -> Iterator[int]:
    """Fetch it, piece by piece; yields how many bytes are there.

    Raises ``DownloadError``, one sentence, without a network or for another file. Whoever stops
    asking for the next piece leaves nothing.
    """
    parts: list[bytes] = []
    try:
        for part in downloads.fetch(URL, MOST_BYTES):
            parts.append(part)
            yield sum(map(len, parts))
    except (OSError, HTTPException) as error:
        raise DownloadError(
            f"{TITLE} cannot be downloaded now: this needs a network. {INSTEAD}"
        ) from error
    data = b"".join(parts)
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != MD5:
        raise DownloadError(
            f"What came for {TITLE} is not what its publisher has: another checksum. {INSTEAD}"
        )
    path = file()
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
        half.replace(path)  # a file under its own name is always whole
    except OSError as error:
        half.unlink(missing_ok=True)
        raise DownloadError(f"{TITLE} cannot be kept on this server's disk. {INSTEAD}") from error


def films(part: str) -> Films:
    """ "train", "val" or "test". Raises ``DownloadError`` if it is not here, or damaged."""
    if not is_here():
        raise DownloadError(f"{TITLE} has to be downloaded first. {INSTEAD}")
    try:
        with np.load(BytesIO(file().read_bytes()), allow_pickle=False) as packed:
            pixels, labels = packed[f"{part}_images"], packed[f"{part}_labels"].ravel()
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise _damaged() from error
    good = pixels.shape == (COUNTS[part], SIDE, SIDE) and pixels.dtype == np.uint8
    if not good or len(labels) != len(pixels) or set(labels.tolist()) != {0, 1}:
        raise _damaged()
    return Films(pixels, labels == 1)


def _damaged() -> DownloadError:
    file().unlink(missing_ok=True)
    return DownloadError(f"{TITLE} is damaged on disk: download it again. {INSTEAD}")
