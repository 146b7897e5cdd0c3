"""Record one run of every preset: ``python -m dlviz.runs.record_runs [name …]``.

Writes ``assets/runs/<preset>.json``: one frame of the live channel with the whole curve, so that
the training page opens on a real result before the visitor has started anything.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from dlviz.core.networks import PRESETS
from dlviz.io.assets import ASSETS, record
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Job, State
from dlviz.runs.training import TrainingRecorder

COMMAND = "python -m dlviz.runs.record_runs"


def record_run(name: str) -> dict[str, Any]:
    """Train a preset on the CPU and return the frame that a viewer would have at its end."""
    job = Job("recorded", "nobody", (PRESETS[name].spec,), state=State.RUNNING)
    recorder = TrainingRecorder(job.spec, device="cpu")
    job.total_steps, job.device = recorder.total_steps, recorder.device
    job.clock.start()
    for enter in recorder:
        enter(job)
    job.clock.stop()
    job.state = State.DONE
    frame = describe(job.status(0), job.history.since(-1))
    for curve in ("steps", "scores"):
        frame[curve] = [
            [step, round(loss, 4), round(right, 4)] for step, loss, right in frame[curve]
        ]
    return frame


def main() -> None:
    """Record the presets named on the command line, or all."""
    for name in sys.argv[1:] or PRESETS:
        frame = record_run(name)
        file = f"runs/{name}.json"
        path = ASSETS / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(frame, separators=(",", ":")), "utf-8")
        record(
            file,
            what=f"A recorded run of the preset “{PRESETS[name].title}”",
            source="trained by dlviz",
            licence="MIT",
            command=f"{COMMAND} {name}",
        )
        print(f"{name}: held-out accuracy {frame['scores'][-1][2]:.4f}")


if __name__ == "__main__":
    main()
