"""The shipped files are the ones that the table promises."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from dlviz.io import assets
from dlviz.io.assets import ASSETS, MAX_ASSET_BYTES, AssetError, manifest, readme


@pytest.mark.parametrize("file", list(manifest()))
def test_checksum_and_size(file: str) -> None:
    row = manifest()[file]
    data = (ASSETS / file).read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (row.bytes, row.sha256)
    assert row.what
    assert row.source
    assert row.licence
    assert row.command.startswith(("python -m dlviz.", "python -m tests."))


def test_every_file_is_in_the_table_and_all_are_small_enough() -> None:
    files = {path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*") if path.is_file()}
    assert files == {*manifest(), "README.md", "manifest.json"}
    assert sum((ASSETS / file).stat().st_size for file in files) <= MAX_ASSET_BYTES


def test_readme_is_the_manifest() -> None:
    text = (ASSETS / "README.md").read_text("utf-8")
    assert text == readme(manifest().values())
    assert all(row.sha256 in text for row in manifest().values())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    return tmp_path


def test_record_adds_and_replaces_rows(folder: Path) -> None:
    words = {"what": "w", "source": "s", "licence": "l", "command": "python -m dlviz.x"}
    (folder / "a").write_bytes(b"1")
    (folder / "b").write_bytes(b"22")
    assets.record("a", **words)
    assets.record("b", **words)
    (folder / "a").write_bytes(b"333")
    row = assets.record("a", **words)
    assert list(manifest()) == ["a", "b"]
    assert manifest()["a"] == row
    assert row.bytes == 3
    assert row.sha256 in (folder / "README.md").read_text("utf-8")


def test_packed_arrays_come_back_and_bytes_repeat(folder: Path) -> None:
    arrays = {
        "x": np.arange(60, dtype=np.uint8).reshape(3, 4, 5)[:, ::2],
        "y": np.array([1.5, -2]),
    }
    assets.write_arrays(folder / "one.npz", arrays)
    assets.write_arrays(folder / "two.npz", arrays)
    assert (folder / "one.npz").read_bytes() == (folder / "two.npz").read_bytes()
    back = assets.read_arrays("one.npz", "y", "x")
    np.testing.assert_array_equal(back[0], arrays["y"])
    np.testing.assert_array_equal(back[1], arrays["x"])


def test_missing_and_damaged_files_are_named(folder: Path) -> None:
    with pytest.raises(AssetError, match=r"assets/gone\.npz is missing"):
        assets.read_arrays("gone.npz", "x")
    assets.write_arrays(folder / "cut.npz", {"x": np.arange(5000)})
    data = (folder / "cut.npz").read_bytes()
    for damaged in (data[: len(data) // 2], b"", b"not a zip"):
        (folder / "cut.npz").write_bytes(damaged)
        with pytest.raises(AssetError, match=r"assets/cut\.npz is damaged"):
            assets.read_arrays("cut.npz", "x")
    (folder / "cut.npz").write_bytes(data)
    with pytest.raises(AssetError, match="damaged"):
        assets.read_arrays("cut.npz", "another name")
