"""What the live channel sends: a status and an update as plain data that survives JSON."""

from __future__ import annotations

from typing import Any

from dlviz.runs.history import Update
from dlviz.runs.jobs import Status


def describe(status: Status, update: Update) -> dict[str, Any]:
    """One frame of the live channel."""
    return {
        "job": status.job,
        "state": status.state.value,
        "position": status.position,
        "run": status.run,
        "runs": status.runs,
        "step": status.step,
        "total": status.total_steps,
        "epoch": round(status.epoch, 4),
        "epochs": status.epochs,
        "elapsed": round(status.elapsed, 3),
        "remaining": None if status.remaining is None else round(status.remaining, 1),
        "throughput": round(status.throughput),
        "rate": status.rate,
        "pace": status.pace,
        "memory": status.memory,
        "message": status.message,
        "device": status.device,
        "interventions": [[item.step, item.name, item.value] for item in status.interventions],
        "sequence": update.sequence,
        "reset": update.reset,
        "kept": list(update.kept),
        "steps": update.steps,
        "scores": update.scores,
        "filters": update.filters,
        "health": update.health,
        "verdict": update.verdict,
        "findings": update.findings,
        "net": update.net,
        "track": update.track,
    }
