"""What came of the small experiments, recorded once, kept in ``assets/``. Imports no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dlviz.core.experiments import Outcome
from dlviz.io.assets import ASSETS, AssetError, asset_path

FILE = "experiments.json"


def read_experiments() -> dict[str, tuple[tuple[Outcome, ...], ...]]:
    """Experiment → for each of its arms the outcomes; ``AssetError`` if missing or damaged."""
    try:
        raw = json.loads(asset_path(FILE).read_text("utf-8"))
        return {
            name: tuple(tuple(map(_outcome, outcomes)) for outcomes in arms)
            for name, arms in raw.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssetError(f"assets/{FILE} is damaged; rebuild it.") from error


def write_experiments(found: Mapping[str, Sequence[Sequence[Outcome]]]) -> None:
    """Write the file."""
    raw = {
        name: [[_plain(item) for item in outcomes] for outcomes in arms]
        for name, arms in found.items()
    }
    (ASSETS / FILE).write_text(json.dumps(raw, separators=(",", ":")) + "\n", "utf-8")


def _plain(outcome: Outcome) -> dict[str, object]:
    """All that may differ from one recorded run to the next."""
    return {name: getattr(outcome, name) for name in ("seed", "scores", "training", "message")}


def _outcome(raw: Mapping[str, object]) -> Outcome:
    scores = tuple((int(step), float(loss), float(share)) for step, loss, share in raw["scores"])  # type: ignore[attr-defined]
    return Outcome(int(str(raw["seed"])), scores, float(str(raw["training"])), str(raw["message"]))
