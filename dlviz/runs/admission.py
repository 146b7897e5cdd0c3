"""Who may begin a run now, and what is told of one that failed: sentences. Imports no torch."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from dlviz.core.specs import SpecError
from dlviz.runs.contract import MAX_RUNS, Recorder
from dlviz.runs.jobs import DeviceError, FullError, Job, State
from dlviz.runs.spec import Spec

RESTING = 4  # so many times as many runs as may go or wait may be unfinished, paused ones included
_LOG = logging.getLogger(__name__)


def series_of(specs: Spec | Sequence[Spec]) -> tuple[Spec, ...]:
    """The runs of a job; ``SpecError`` for none or too many."""
    series = tuple(specs) if isinstance(specs, Sequence) else (specs,)
    if not 1 <= len(series) <= MAX_RUNS:
        raise SpecError(f"A series has 1 to {MAX_RUNS} runs, not {len(series)}.")
    return series


def replaced(jobs: Iterable[Job], owner: str, spec: Spec, paused: bool) -> list[Job]:
    """The owner's jobs that make room for a new one: an owner has one job of each kind of spec.

    Raises ``FullError`` if that one is not final, or one of another kind is going or waiting; a
    ``paused`` one takes nothing from that.
    """
    mine = [job for job in jobs if job.owner == owner]
    alike = [job for job in mine if type(job.spec) is type(spec)]
    if any(not job.state.final for job in alike):
        raise FullError("Your last run is still going: stop it before a new one.", 1.0)
    if not paused and any(job.state in (State.QUEUED, State.RUNNING) for job in mine):
        raise FullError("Your run on another page is still going: pause or stop it there.", 1.0)
    return alike


def require_room(jobs: Iterable[Job], most: int) -> None:
    """Raises ``FullError`` if ``most`` jobs go or wait, or far more rest.

    A paused one computes nothing, but keeps a thread and its memory.
    """
    unfinished = [job for job in jobs if not job.state.final]
    if sum(job.goes for job in unfinished) >= most:
        raise FullError(f"{most} runs are going or waiting: try again in a minute.", 60.0)
    if len(unfinished) >= RESTING * most:
        raise FullError(
            f"{RESTING * most} runs are not finished, most of them paused: try again when some "
            "have ended.",
            60.0,
        )


def sentence_of(error: Exception, recorder: Recorder | None) -> str:
    """What the visitor is told: a refused spec and an expected error in their own words."""
    if isinstance(error, DeviceError) or (recorder is None and isinstance(error, ValueError)):
        return str(error)
    expected = recorder.sentence(error) if recorder else None
    return expected or surprise(error)


def surprise(error: Exception) -> str:
    """An error that nobody expected, by its type: its text may tell what is nobody's business."""
    _LOG.error("A run failed", exc_info=error)
    return f"The run failed: {type(error).__name__}."
