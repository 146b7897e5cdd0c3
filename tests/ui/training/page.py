"""The training page under AppTest: what it shows, and what it asks of the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from dlviz.core.specs import RunSpec
from dlviz.ui.server import Server

PAGE = Path(__file__).resolve().parents[3] / "pages" / "training.py"
MINE, THEIRS = "A" * 22, "B" * 22
DEFAULT = {"rate": 0.003, "batch": 64, "epochs": 4, "seed": 0}
SEEDS = "Repeat with 5 seeds"
Open = Callable[..., AppTest]


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def numbers(test: AppTest) -> dict[str, float]:
    """What the run's own numbers say; other panels have numbers too."""
    return {str(item.key): item.value for item in test.number_input if item.key in DEFAULT}


def button(test: AppTest, label: str) -> Any:
    (found,) = [item for item in test.button if item.label == label]
    return found


def enabled(test: AppTest) -> set[str]:
    """The run's buttons that can be pressed."""
    known = {"Start", "Start anew", SEEDS, "Pause", "Resume", "One step", "Rewind", "Stop"}
    return {item.label for item in test.button if not item.disabled and item.label in known}


def live(test: AppTest) -> dict[str, Any]:
    """What the live view was given."""
    (view,) = [item for item in test.get("bidi_component") if "dlviz_live" in str(item.proto)]
    return dict(json.loads(view.proto.json))


def job_of(server: Server) -> str:
    job = server.visitors.get(MINE).job
    assert job is not None
    return job


def specs_of(server: Server) -> tuple[RunSpec, ...]:
    (job,) = server.executor._jobs.values()
    return job.specs
