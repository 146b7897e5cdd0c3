"""Record one run of a kind: ``python -m dlviz.runs.record_taught [kind …]``.

Writes ``assets/taught/<kind>.json``, one frame of the live channel with the whole curve, and
``assets/taught/<kind>.safetensors``, what it has learnt, so that a view opens on a real result
before the visitor has started anything.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from safetensors.torch import save_file

from dlviz.core.taught import TaughtSpec
from dlviz.io.assets import ASSETS, record
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Job, State
from dlviz.runs.taught import TaughtRecorder
from dlviz.runs.taught_kinds import TAUGHT

COMMAND = "python -m dlviz.runs.record_taught"
MAX_POINTS = 200


def record_taught(spec: TaughtSpec) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run it to its end → the frame that a viewer would have then, and what was learnt."""
    job = Job("recorded", "nobody", (spec,), state=State.RUNNING)
    recorder = TaughtRecorder(spec)
    job.total_steps, job.device = recorder.total_steps, recorder.device
    job.clock.start()
    for enter in recorder:
        enter(job)
    job.clock.stop()
    job.state = State.DONE
    return shortened(describe(job.status(0), job.history.since(-1))), dict(job.outcome or {})


def shortened(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with four digits and about ``MAX_POINTS`` of a curve."""
    for curve in ("steps", "scores"):
        points = frame[curve]
        every = -(-len(points) // MAX_POINTS)
        kept = [*points[:-1:every], points[-1]]
        frame[curve] = [[step, *(float(f"{value:.4g}") for value in rest)] for step, *rest in kept]
    return frame


def main() -> None:
    """Record the kinds named on the command line, or all."""
    (ASSETS / "taught").mkdir(exist_ok=True)
    for name in sys.argv[1:] or TAUGHT:
        kind = TAUGHT[name]
        frame, trained = record_taught(kind.preset)
        text = json.dumps(frame, separators=(",", ":"), allow_nan=False)
        (ASSETS / f"taught/{name}.json").write_text(text, "utf-8")
        files = {f"taught/{name}.json": "A recorded run of"}
        if trained:
            tensors = {key: value.contiguous() for key, value in trained.items()}
            save_file(tensors, ASSETS / f"taught/{name}.safetensors")
            files[f"taught/{name}.safetensors"] = "What was learnt by"
        for file, what in files.items():
            record(
                file,
                what=f"{what} the task “{kind.title}”",
                source="trained by dlviz",
                licence="MIT",
                command=f"{COMMAND} {name}",
            )
        print(f"{name}: {kind.measure} {frame['scores'][-1][2]:.4f}")


if __name__ == "__main__":
    main()
