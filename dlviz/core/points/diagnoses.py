"""What the babysitter says of a net on points: other remedies, and troubles that pictures lack.

To add a diagnosis, write a rule and enter it in ``POINT_DIAGNOSES`` or ``PERCEPTRON_DIAGNOSES``.
Sentence and advice together have ``ROOM`` characters: two lines of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from statistics import fmean

from dlviz.core.babysitter import DIAGNOSES, UNDERFITTING_EPOCHS, Diagnosis, Finding, examine
from dlviz.core.points.advice import ADVICE, advice_for
from dlviz.core.points.data import REGRESSION, TWO, task_of
from dlviz.core.points.fitting import told_by_neighbours
from dlviz.core.points.specs import PointsSpec
from dlviz.core.run_log import Log, last_update, lowered_by
from dlviz.core.words import grouped, percent, written

ROOM = 160
# A net that is right less often than a point's neighbours are, by this share, has not learnt what
# there is to learn.
BEHIND = 0.1
# It rests when it gains no more than this share of its loss in a quarter of its steps …
RESTING_GAIN = 0.05
# … after so many epochs and this share of the run: moons and spirals have plateaus, too.
RESTING_EPOCHS, RESTING_SHARE = 50, 0.3
# Who has ended sooner was not meant to get far.
ENDED_EPOCHS = 30
# Who has not come below this share of guessing's loss after so long has learnt nothing yet.
PLATEAU = 0.93
PLATEAU_EPOCHS, PLATEAU_SHARE = 30, 0.1
PLAIN_FEATURES = {"x1", "x2"}


@dataclass(frozen=True)
class PointsLog(Log):
    """What the babysitter looks at; of a regression ``spread`` is the loss of the best constant.

    ``points``: over how many training points dead units are looked for. ``all_zero``: the net has
    hidden units, and every weight is 0. ``twins``: the hidden layer, counted from 1, whose units
    are all the same, 0 for none. ``mistakes``: of the perceptron's rule in the last whole epoch,
    0 under gradient descent.
    """

    spec: PointsSpec = field(default_factory=PointsSpec)
    spread: float | None = None
    points: int = 0
    all_zero: bool = False
    twins: int = 0
    is_perceptron: bool = False
    mistakes: int = 0

    @property
    def looked_at(self) -> int:
        """How many points were asked which units they wake."""
        return self.points

    @property
    def guessing(self) -> float:
        """The loss of who knows nothing of the point."""
        return super().guessing if self.spread is None else self.spread

    @property
    def epochs(self) -> float:
        """How many there have been."""
        return self.step / self.steps_per_epoch

    @property
    def is_regression(self) -> bool:
        """Whether numbers are learnt, and accuracy is R²."""
        return task_of(self.spec.data) == REGRESSION

    def quarter(self, column: int, which: int) -> float:
        """The mean of a column of ``steps`` over a quarter of the way so far, 1 to 4."""
        since, until = self.step * (which - 1) // 4, self.step * which // 4
        return fmean(point[column] for point in self.steps if since < point[0] <= until)

    @property
    def right(self) -> float:
        """The accuracy of the last quarter in training or, if higher, the last one held out."""
        return max(self.quarter(2, 4), self.scores[-1][2] if self.scores else 0.0)

    @property
    def is_behind(self) -> bool:
        """Whether it is right less often than noise explains."""
        return told_by_neighbours(self.spec.data) - self.right > BEHIND

    @property
    def rests(self) -> bool:
        """Whether its loss has ceased to fall, as far as so much of the run can tell."""
        soonest = max(RESTING_EPOCHS * self.steps_per_epoch, RESTING_SHARE * self.total_steps)
        if self.step < soonest:
            return False
        return self.quarter(1, 4) > (1 - RESTING_GAIN) * self.quarter(1, 3)


def examine_points(log: PointsLog) -> list[Finding]:
    """All that the babysitter sees, what hides others first."""
    kinds = PERCEPTRON_DIAGNOSES if log.is_perceptron else POINT_DIAGNOSES
    found = examine(log, kinds)
    ended = log.step >= log.total_steps and not log.rests
    return [
        replace(
            finding,
            sentence=finding.sentence.replace("held-out pictures", "training points"),
            advice=advice_for(finding.name, log.spec, ended=ended) or finding.advice,
        )
        for finding in found
    ]


def _rule(see: Callable[[PointsLog], str | None]) -> Callable[[Log], str | None]:
    """A rule of this page alone, which is given no other log."""

    def rule(log: Log) -> str | None:
        assert isinstance(log, PointsLog)
        return see(log)

    return rule


def _in_short(name: str, words: Callable[[PointsLog], str]) -> Callable[[Log], str | None]:
    """A rule of ``DIAGNOSES`` with fewer words."""
    return _rule(lambda log: words(log) if DIAGNOSES[name].rule(log) else None)


# -- the rules ----------------------------------------------------------------------------------


def _zeros(log: PointsLog) -> str | None:
    if not log.all_zero:
        return None
    return "All weights are 0: nothing tells the units apart, and no gradient reaches them."


def _twins(log: PointsLog) -> str | None:
    if not log.twins:
        return None
    return f"All units of layer {log.twins} began alike and stay alike: they are one unit."


def _line(log: PointsLog) -> str | None:
    if log.spec.net.hidden or not (log.rests and log.is_behind):
        return None
    what = {TWO: "a line is", REGRESSION: "a plane is"}.get(task_of(log.spec.data), "lines are")
    if not set(log.spec.net.features) <= PLAIN_FEATURES:
        what = "these features are"
    return f"The loss rests at {_loss(log)} with {_right(log)}: {what} not enough."


def _plateau(log: PointsLog) -> str | None:
    soonest = max(PLATEAU_EPOCHS * log.steps_per_epoch, PLATEAU_SHARE * log.total_steps)
    if not log.spec.net.hidden or log.step < soonest or not log.is_behind:
        return None
    if log.quarter(1, 4) < PLATEAU * log.guessing:
        return None
    constant = "always saying the mean" if log.is_regression else "guessing"
    return (
        f"After {grouped(int(log.epochs))} epochs the loss is still {_loss(log)}; "
        f"{constant} costs {log.guessing:.3g}."
    )


def _underfitting(log: PointsLog) -> str | None:
    ended = log.step >= log.total_steps and log.epochs >= ENDED_EPOCHS
    if not log.spec.net.hidden or not (log.rests or ended) or not log.is_behind:
        return None
    told = told_by_neighbours(log.spec.data)
    others = f"R² {told:.2f}" if log.is_regression else percent(told)
    how = "rests at" if log.rests else "is"
    return f"The loss {how} {_loss(log)} with {_right(log)}; a point’s neighbours tell {others}."


def _loss(log: PointsLog) -> str:
    return written(log.quarter(1, 4), 3)


def _right(log: PointsLog) -> str:
    right = log.quarter(2, 4)
    return (
        f"R² in training {right:.2f}"
        if log.is_regression
        else f"{percent(right)} right in training"
    )


def _overfitted(log: PointsLog) -> str:
    """Of the log of which ``DIAGNOSES`` say so: the same numbers."""
    loss = min(score[1] for score in log.scores[-2:])
    lowest = min(score[1] for score in log.scores)
    held = max(score[2] for score in log.scores[-2:])
    seen = " (with dropout)" if log.hindrances else ""
    rose = f"held-out loss rose from {lowest:.3g} to {loss:.3g}."
    if log.is_regression:
        return f"R² is {log.epoch[1]:.2f} in training{seen}, held out {held:.2f}: {rose}"
    return f"In training{seen} {percent(log.epoch[1])} are right, held out {percent(held)}: {rose}"


def _slow(log: PointsLog) -> str:
    lowered = lowered_by(log)
    size = f"{written((last_update(log) or 0.0) * lowered, 1)} of their size"
    at = f"An update moves weights by {size} (usual: 0.001)"
    if lowered != 1:
        at = f"At the highest rate it moved weights by {size}"
    return f"{at}; the loss was {log.first:.3g} and is {log.recent(1):.3g}."


def _mistakes(log: PointsLog) -> str | None:
    if not log.mistakes or log.step < UNDERFITTING_EPOCHS * log.steps_per_epoch:
        return None
    count = "1 mistake" if log.mistakes == 1 else f"{grouped(log.mistakes)} mistakes"
    line = "no line parts" if set(log.spec.net.features) <= PLAIN_FEATURES else "no weights part"
    return f"Still {count} in the last epoch: {line} these classes, or none is found yet."


def _no_numbers(log: PointsLog) -> str | None:
    return DIAGNOSES["diverging"].rule(log) if log.diverged else None


# Where the cause is seen, the remedies of what follows from it help nothing.
_CAUSES = ("zeros", "twins", "diverging", "exploding", "dead_relus", "vanishing", "slow")
_FOLLOWS_FROM_ZEROS = ("dead_relus", "vanishing", "slow")


def _taken(name: str, rule: Callable[[Log], str | None] | None = None, *more: str) -> Diagnosis:
    """An entry of ``DIAGNOSES`` with this page's advice and, perhaps, its own rule and causes."""
    entry = DIAGNOSES[name]
    causes = (*entry.hidden_by, *["zeros"] * (name in _FOLLOWS_FROM_ZEROS), *more)
    return replace(entry, advice=ADVICE[name], rule=rule or entry.rule, hidden_by=causes)


POINT_DIAGNOSES: dict[str, Diagnosis] = {
    "zeros": Diagnosis("All weights are 0", ADVICE["zeros"], _rule(_zeros)),
    "twins": Diagnosis("Units are the same", ADVICE["twins"], _rule(_twins), ("zeros",)),
    "diverging": _taken("diverging"),
    "exploding": _taken("exploding"),
    "dead_relus": _taken("dead_relus"),
    "vanishing": _taken("vanishing"),
    "slow": _taken("slow", _in_short("slow", _slow)),
    "overfitting": _taken("overfitting", _in_short("overfitting", _overfitted), "plateau"),
    "line": Diagnosis("Too simple", ADVICE["line"], _rule(_line), _CAUSES),
    "plateau": Diagnosis("Nothing learnt yet", ADVICE["plateau"], _rule(_plateau), _CAUSES),
    "underfitting": replace(
        _taken("underfitting", _rule(_underfitting)), hidden_by=(*_CAUSES, "plateau")
    ),
}

# This rule knows no learning rate that is too low or too high: a start from 0 merely scales.
PERCEPTRON_DIAGNOSES: dict[str, Diagnosis] = {
    "diverging": replace(POINT_DIAGNOSES["diverging"], rule=_rule(_no_numbers)),
    "mistakes": Diagnosis("Mistakes go on", ADVICE["mistakes"], _rule(_mistakes)),
}
