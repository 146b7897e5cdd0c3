"""The notebook in words: what was predicted, what came, and the whole as Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dlviz.core.predictions import (
    Entry,
    Judgement,
    Prediction,
    accuracies,
    apart,
    as_much,
)
from dlviz.core.seeds import interval
from dlviz.figures.experiments_words import gap, number, spread

BADGES = {
    Judgement.OPEN: (":material/lock:", "gray"),
    Judgement.RIGHT: (":material/check:", "green"),
    Judgement.WRONG: (":material/close:", "red"),
    Judgement.NOISE: (":material/waves:", "orange"),
}


def predicted(prediction: Prediction) -> str:
    """ "batch norm beats no batch norm by 5.0 points"."""
    points = number(prediction.points, 1)
    if len(prediction.arms) == 1:
        return f"{points} % of the held-out pictures right"
    if prediction.winner is None:
        return "no difference that these seeds can tell"
    winner, loser = prediction.arms[prediction.winner], prediction.arms[1 - prediction.winner]
    return f"{winner.title} beats {loser.title} by {points} points"


def found(entry: Entry) -> str:
    """Every arm's accuracy with its interval, and the difference of two."""
    parts = [
        f"{arm.title} {spread(interval(accuracies(each)), 'accuracy')}"
        for arm, each in zip(entry.prediction.arms, entry.outcomes, strict=True)
    ]
    count = len(entry.outcomes[0])
    over = "1 seed" if count == 1 else f"{count} seeds"
    if len(parts) == 1:
        return f"{parts[0]}, {over}"
    return f"{', '.join(parts)}; {over}, difference {gap(apart(entry.outcomes), 'accuracy')}"


def said(entry: Entry) -> str:
    """What that means for the prediction, in a sentence; empty while there is nothing."""
    judgement, prediction = entry.judgement, entry.prediction
    if judgement is Judgement.OPEN:
        return ""
    if judgement is Judgement.NOISE:
        if len(entry.outcomes[0]) == 1:
            return "One run of each is an anecdote: no seeds, no interval, no verdict."
        return "The interval says that the seeds alone could do this: more of them might tell."
    right = judgement is Judgement.RIGHT
    if len(prediction.arms) == 1:
        return f"The prediction was {'within a point' if right else 'more than a point away'}."
    if prediction.winner is None:
        return "Nothing to tell, as you said." if right else "But there is a difference."
    return _won(entry) if right else "The other one wins, and the interval leaves out 0."


def _won(entry: Entry) -> str:
    middle = number(abs(apart(entry.outcomes).mean), 1)
    if as_much(entry.prediction, entry.outcomes):
        return f"It wins, and by about as much as you said: {middle} points."
    return f"It wins, but by {middle} points, not {number(entry.prediction.points, 1)}: why?"


def markdown(entries: Sequence[Entry]) -> str:
    """The whole notebook, oldest first."""
    parts = ["# Predictions, and what came of them\n"]
    for place, entry in enumerate(entries, start=1):
        prediction = entry.prediction
        parts.append(
            f"## {place}. {prediction.title}\n\n{_when(entry)}, {prediction.seeds} seeds\n"
        )
        parts.append(f"**Predicted**: {predicted(prediction)}.\n")
        if prediction.why:
            parts.append("\n".join(f"> {line}" for line in prediction.why.splitlines()) + "\n")
        if entry.outcomes:
            parts.append(f"**Found**{_source(entry)}: {found(entry)}.\n")
        parts.append(f"**{str(entry.judgement).capitalize()}.** {said(entry)}\n")
    return "\n".join(parts)


def as_json(entries: Sequence[Entry]) -> str:
    """The whole notebook as data: specs too, so that every run can be repeated."""
    return json.dumps([_plain(entry) for entry in entries], indent=1, ensure_ascii=False) + "\n"


def _plain(entry: Entry) -> dict[str, Any]:
    prediction = entry.prediction
    return {
        "title": prediction.title,
        "made": _when(entry),
        "arms": [
            {"title": arm.title, "spec": json.loads(arm.spec.to_json())} for arm in prediction.arms
        ],
        "seeds": prediction.seeds,
        "winner": prediction.winner,
        "points": prediction.points,
        "why": prediction.why,
        "found": [
            [{"seed": item.seed, "accuracy": item.accuracy} for item in each]
            for each in entry.outcomes
        ],
        "recorded": entry.recorded,
        "judgement": str(entry.judgement),
    }


def _when(entry: Entry) -> str:
    return datetime.fromtimestamp(entry.made, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _source(entry: Entry) -> str:
    return " (recorded runs)" if entry.recorded else ""
