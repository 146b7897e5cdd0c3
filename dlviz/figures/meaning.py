"""What the lab's view for class says: the claims, and what was computed here, as one handout."""

from __future__ import annotations

from collections.abc import Collection

from torch import Tensor

from dlviz.core.attack_meaning import CLAIMS, Claim
from dlviz.core.classifier import Classifier
from dlviz.figures.attack import LEVELS, Outcome, Study, verdict
from dlviz.figures.charts import percent

HEADINGS = {True: "What it means", False: "What it does not mean"}


def here_and_now(
    model: Classifier,
    title: str,
    subject: Study,
    outcome: Outcome,
    *,
    right: Collection[str] | None = None,
) -> str:
    """The current numbers in words: the clean answer, FGSM's, and that of random signs.

    ``right``: the class names that are true of the picture, None if nobody knows. Where the net
    does not know it, that is said, too.
    """

    def said(probabilities: Tensor) -> str:
        best = int(probabilities.argmax())
        return f"**{model.classes[best]}** ({percent(float(probabilities[best]))})"

    if outcome.eps == 0:
        return f"{title}: {said(subject.clean)}. Nothing is added yet."
    judged = verdict(subject, outcome, model.classes, right=right)
    unfair = f" {judged.sentence}" if judged.kind == "unsuitable" else ""
    return (
        f"{title}: {said(subject.clean)}. Every pixel moved by {outcome.eps} of {LEVELS} steps in"
        f" the worst direction: {said(outcome.probabilities)}. By the same {outcome.eps} with"
        f" random signs: {said(outcome.control)}.{unfair}"
    )


def cited(claim: Claim) -> str:
    """A claim with its source, as Markdown."""
    return f"**{claim.title}.** {claim.text} *[{claim.source}]({claim.address})*"


def handout(now: str) -> str:
    """All claims on one sheet, as Markdown; ``now`` is the sentence from the current numbers."""
    lines = ["# Adversarial pictures: what they mean, and what they do not", "", now]
    for holds, heading in HEADINGS.items():
        lines += ["", f"## {heading}", ""]
        lines += [f"- {cited(claim)}" for claim in CLAIMS.values() if claim.holds is holds]
    return "\n".join([*lines, ""])
