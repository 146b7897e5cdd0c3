"""Skip connections on and off, several seeds: ``python -m dlviz.runs.record_segmentation``.

Writes ``assets/taught/segment_skips.json``: held-out IoU of each run of the preset's length.
"""

from __future__ import annotations

from dlviz.core.events import Score
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.io.assets import record
from dlviz.io.segment_skips import FILE, SEEDS, write_skips
from dlviz.io.segmentation import CLASSES
from dlviz.runs.segmentation import SegmentRun
from dlviz.runs.taught_kinds import TAUGHT

COMMAND = "python -m dlviz.runs.record_segmentation"


def last_iou(subject: str, *, skips: bool, seed: int) -> float:
    """Train the preset's net on a subject to its end → held-out IoU."""
    usual = TAUGHT["segment"].preset.train
    train = TaughtTrain(usual.learning_rate, usual.epochs, seed)
    settings = (("subject", subject), ("pictures", 400), ("skips", skips))
    *_, last = (
        event
        for event in SegmentRun(TaughtSpec("segment", train, settings))
        if isinstance(event, Score)
    )
    return round(last.accuracy, 4)


def main() -> None:
    """Train all of them, one after the other, and write what they came to."""
    found: dict[str, dict[str, list[float]]] = {}
    for subject in CLASSES:
        found[subject] = {"on": [], "off": []}
        for seed in range(SEEDS):
            for name, skips in (("on", True), ("off", False)):
                found[subject][name].append(last_iou(subject, skips=skips, seed=seed))
                print(subject, seed, name, found[subject][name][-1], flush=True)
    write_skips(found)
    record(
        FILE,
        what="Held-out IoU of small U-Nets with and without skip connections, three seeds",
        source="trained by dlviz",
        licence="MIT",
        command=COMMAND,
    )


if __name__ == "__main__":
    main()
