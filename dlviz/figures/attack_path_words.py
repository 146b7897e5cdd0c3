"""What the table of all attacks teaches on this picture, in a student's words, measured here."""

from __future__ import annotations

from collections.abc import Sequence

from dlviz.figures.attack import Study
from dlviz.figures.attack_path import RANDOM, Row, judged
from dlviz.figures.charts import percent


def lesson(
    rows: Sequence[Row], subject: Study, classes: tuple[str, ...], right: frozenset[str] | None
) -> str:
    """A few sentences: one step against many, the shortest way, and what noise alone does."""
    found = {row.name: row for row in rows}
    kinds = {row.name: judged(subject, row.last, row.moved, classes, right).kind for row in rows}
    parts = [
        _one_or_many(found, kinds, subject, classes),
        _shortest(found, subject, classes),
    ]
    parts.append(_noise(found[RANDOM], subject, classes))
    return " ".join(filter(None, parts))


def _one_or_many(
    found: dict[str, Row], kinds: dict[str, str], subject: Study, classes: tuple[str, ...]
) -> str:
    one, many = found["fgsm"], found["pgd"]
    watched = subject.label if subject.target is None else subject.target
    verb = "leaves" if subject.target is None else "gives"
    before, after = (percent(float(row.last.filed[watched])) for row in (one, many))
    text = (
        f"One step (FGSM) {verb} **{classes[watched]}** {before}, {many.gradients} small ones "
        f"(PGD) {after}, within the same ε."
    )
    if subject.target is not None and kinds["fgsm"] != "fooled" and kinds["pgd"] == "fooled":
        text += (
            " One step trusts the gradient at the picture all the way; where the loss bends, it "
            "lands elsewhere. Small steps look again."
        )
    return text


def _shortest(found: dict[str, Row], subject: Study, classes: tuple[str, ...]) -> str:
    near, full = found["deepfool"], found["fgsm"]
    if int(near.last.said.argmax()) == subject.label or near.last.length == 0:
        return ""
    times = full.last.length / near.last.length
    text = f"DeepFool gets another answer with a change {times:.1f} times shorter than FGSM’s"
    if int(near.last.filed.argmax()) == subject.label:
        return text + (
            f", but so small that a file’s whole steps of 1/255 undo it: there it is still "
            f"{classes[subject.label]}."
        )
    return text + ", and it survives in a file."


def _noise(control: Row, subject: Study, classes: tuple[str, ...]) -> str:
    best = int(control.last.filed.argmax())
    said = f"{classes[best]} ({percent(float(control.last.filed[best]))})"
    if best == subject.label:
        return f"Random signs of the same ε: still {said}."
    return f"Random signs of the same ε give {said}: so much noise alone changes the answer."
