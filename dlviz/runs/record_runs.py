"""Record one run of every preset: ``python -m dlviz.runs.record_runs [name …]``.

Writes ``assets/runs/<preset>.json``: one frame of the live channel with the whole curve, so that
the training page opens on a real result before the visitor has started anything.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from dlviz.core.networks import OFFERED
from dlviz.io.assets import ASSETS, record
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Job, State
from dlviz.runs.training import TrainingRecorder

COMMAND = "python -m dlviz.runs.record_runs"
MAX_BYTES = 40_000
MAX_POINTS = 400


def record_run(name: str) -> dict[str, Any]:
    """Train a preset on the CPU and return the frame that a viewer would have at its end."""
    spec = OFFERED[name].spec
    job = Job("recorded", "nobody", (spec,), state=State.RUNNING)
    recorder = TrainingRecorder(spec, device="cpu")
    job.total_steps, job.device = recorder.total_steps, recorder.device
    job.clock.start()
    for enter in recorder:
        enter(job)
    job.clock.stop()
    job.state = State.DONE
    return shortened(describe(job.status(0), job.history.since(-1)))


def shortened(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with four digits, about ``MAX_POINTS`` of a curve and ``MAX_BYTES`` in all.

    Where the curves leave no room for all mistakes, the least sure ones go.
    """
    for curve in ("steps", "scores"):
        points = frame[curve]
        every = -(-len(points) // MAX_POINTS)
        kept = [*points[:-1:every], points[-1]]
        frame[curve] = [[step, *(float(f"{value:.4g}") for value in rest)] for step, *rest in kept]
    while frame["verdict"]["mistakes"] and len(packed(frame)) > MAX_BYTES:
        frame["verdict"]["mistakes"].pop()
    return frame


def packed(frame: dict[str, Any]) -> str:
    """The frame as the file says it."""
    return json.dumps(frame, separators=(",", ":"), allow_nan=False)


def main() -> None:
    """Record the presets named on the command line, or all."""
    for name in sys.argv[1:] or OFFERED:
        frame = record_run(name)
        file = f"runs/{name}.json"
        path = ASSETS / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(packed(frame), "utf-8")
        record(
            file,
            what=f"A recorded run of the preset “{OFFERED[name].title}”",
            source="trained by dlviz",
            licence="MIT",
            command=f"{COMMAND} {name}",
        )
        print(f"{name}: held-out accuracy {frame['scores'][-1][2]:.4f}")


if __name__ == "__main__":
    main()
