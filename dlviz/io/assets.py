"""The files in ``assets/``: where they are, what they are, and how arrays are packed in them.

``assets/manifest.json`` is the one list: file, what, source, licence, command, bytes, sha256.
``assets/README.md`` is written from it, so that the two cannot disagree. Imports no torch.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ASSETS = Path(__file__).resolve().parents[2] / "assets"
MAX_ASSET_BYTES = 40_000_000


class AssetError(OSError):
    """A shipped file is missing or damaged."""


@dataclass(frozen=True)
class Asset:
    """One row of the manifest; ``file`` is relative to ``assets/``."""

    file: str
    what: str
    source: str
    licence: str
    command: str
    bytes: int
    sha256: str


def asset_path(file: str) -> Path:
    """Path of a shipped file. Raises ``AssetError`` with one sentence if it is not there."""
    path = ASSETS / file
    if not path.is_file():
        raise AssetError(
            f"assets/{file} is missing; `python -m dlviz.io.build_assets` rebuilds it."
        )
    return path


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Pack arrays as ``.npz`` with LZMA: same arrays, same bytes.

    ``numpy.savez_compressed`` only knows zlib, which needs 16 % more room for these pictures.
    ``numpy.load`` reads both. ZIP members carry a fixed date (1980), so checksums are stable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = zipfile.ZIP_LZMA
            archive.writestr(info, member.getvalue())


def read_arrays(file: str, *names: str) -> list[NDArray[Any]]:
    """Arrays called ``names`` from a packed file; only these are decompressed.

    Raises ``AssetError`` if the file is missing or damaged.
    """
    path = asset_path(file)
    try:
        with np.load(path, allow_pickle=False) as packed:
            return [packed[name] for name in names]
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, lzma.LZMAError) as error:
        raise AssetError(f"assets/{file} is damaged; rebuild it.") from error


def manifest() -> dict[str, Asset]:
    """File name → row, in the order of the table."""
    path = ASSETS / "manifest.json"
    rows = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return {row["file"]: Asset(**row) for row in rows}


def record(file: str, *, what: str, source: str, licence: str, command: str) -> Asset:
    """Measure ``assets/file``, enter it in the manifest and rewrite ``assets/README.md``."""
    path = asset_path(file)
    row = Asset(file, what, source, licence, command, path.stat().st_size, sha256_of(path))
    rows = {**manifest(), file: row}
    text = json.dumps([asdict(item) for item in rows.values()], indent=1, ensure_ascii=False)
    (ASSETS / "manifest.json").write_text(text + "\n", "utf-8")
    (ASSETS / "README.md").write_text(readme(rows.values()), "utf-8")
    return row


def readme(rows: Iterable[Asset]) -> str:
    """The text of ``assets/README.md`` for these rows."""
    rows = list(rows)
    total = sum(row.bytes for row in rows)
    lines = [
        "# assets",
        "",
        "Everything that dlviz needs offline. This page and `manifest.json` are written by the",
        f"commands below; a test compares the checksums. {total / 1e6:.1f} MB in all"
        f" (limit: {MAX_ASSET_BYTES / 1e6:.0f} MB).",
        "A command that writes a new file enters it with `dlviz.io.assets.record`.",
        "",
        "| file | what | source | licence | size | rebuilt by | sha256 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{row.file}` | {row.what} | {row.source} | {row.licence} | {row.bytes / 1e6:.2f} MB"
        f" | `{row.command}` | `{row.sha256}` |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"
