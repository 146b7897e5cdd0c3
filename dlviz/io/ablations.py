"""The trainings of the ablation's rows, recorded once and kept in ``assets/``. Imports no torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from dlviz.core.specs import RunSpec
from dlviz.io.assets import ASSETS, AssetError, asset_path


@dataclass(frozen=True)
class KeptAblation:
    """``errors``: a run's digest → (training error, held-out error), and how they were made."""

    errors: Mapping[str, tuple[float, float]]
    threads: int
    torch: str

    def of(self, spec: RunSpec) -> tuple[float, float] | None:
        """(training error, held-out error) of this very run, if it was recorded."""
        return self.errors.get(digest_of(spec))


def digest_of(spec: RunSpec) -> str:
    """What a run is known by: all that decides its numbers."""
    return hashlib.sha256(spec.to_json().encode()).hexdigest()[:24]


def ablation_file(name: str) -> str:
    """Where a base's rows lie below ``assets/``."""
    return f"ablations/{name}.json"


def write_ablation(name: str, kept: KeptAblation) -> None:
    """Write ``assets/ablations/<name>.json``."""
    path = ASSETS / ablation_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(vars(kept), indent=1) + "\n", "utf-8")


def read_ablation(name: str) -> KeptAblation:
    """The rows of the base ``name``. Raises ``AssetError`` if the file is missing or damaged."""
    file = ablation_file(name)
    try:
        raw = json.loads(asset_path(file).read_text("utf-8"))
        errors = {key: (float(a), float(b)) for key, (a, b) in raw["errors"].items()}
        return KeptAblation(errors, int(raw["threads"]), str(raw["torch"]))
    except (ValueError, KeyError, TypeError) as error:
        raise AssetError(f"assets/{file} is damaged; rebuild it.") from error
