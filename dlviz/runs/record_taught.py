"""Record one run of a kind: ``python -m dlviz.runs.record_taught [kind …]``.

Writes ``assets/taught/<kind>.json``, one frame of the live channel with the whole curve, and
``assets/taught/<kind>.safetensors``, what it has learnt, so that a view opens on a real result
before the visitor has started anything.
"""

from __future__ import annotations

import sys
from typing import Any

from dlviz.core.taught import TaughtSpec
from dlviz.io.assets import record
from dlviz.io.taught import write_taught
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
    for name in sys.argv[1:] or TAUGHT:
        kind = TAUGHT[name]
        frame, trained = record_taught(kind.preset)
        written = write_taught(name, frame, trained)
        for file, what in zip(written, ("A recorded run of", "What was learnt by"), strict=False):
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
