"""The plane of two sign directions through the picture: coarse at first, then finer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import rerun
from dlviz.ui.adversarial.studies import studied
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.components.plane import plane_view
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.filters.memory import Memory, facts, memory_of
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.attack_plane import Field, Plane
    from dlviz.figures.attack import Study
    from dlviz.ui.views import Place

MOST_SEED = 9999


@dataclass(frozen=True, eq=False)
class Asked:
    """The plane of a span and seed, ``half`` points to each side, ``unit`` steps apart."""

    place: Place
    subject: Subject
    study: Study
    span: str
    seed: int
    half: int
    unit: int

    @property
    def key(self) -> str:
        """What the results are kept under."""
        parts = (facts(self.place.model)[0], self.subject.key, self.span, self.seed, self.unit)
        return f"plane {' '.join(map(str, parts))}"

    @property
    def memory(self) -> Memory:
        """Where they may lie."""
        return memory_of(own=self.place.offer.own or self.subject.own)


def show(place: Place) -> None:
    """The plane under the finger, the picture there, and both walks."""
    asked = _asked(place)
    plane = _plane(asked)
    top, progress, below = st.container(), st.container(), st.container()
    stages = _stages(asked, plane)
    at = next((rank for rank, task in enumerate(stages) if not task.finished), len(stages) - 1)
    begins, over = not stages[0].finished, stages[at].finished
    with progress:
        if begins:
            _push(stages[0], 0, asked)
    reached = next(task for task in reversed(stages[: at + 1]) if task.done)
    with top:
        _view(asked, plane, reached.result)
    with below:
        _words(asked, reached.result)
    with progress:
        if not over and not begins:
            _push(stages[at], at, asked)
        if not over and stages[at].finished:
            rerun()  # shows what has been measured; the next run goes on


def _asked(place: Place) -> Asked:
    from dlviz.figures.attack_plane import SPANS, reaches

    with place.controls:
        subject = choose_subject(place.model)
        shape = tuple(subject.pixels.shape)
        span = choice("Plane", SPANS, key="span", width=190)
        half, offered = reaches(shape)
        named = {str(reach): Named(f"±{reach}/255") for reach in offered}
        reach = int(choice("Reach", named, key="reach", context=str(shape), width=110))
        seed = number("Seed", 0, MOST_SEED, 0, key="seed", width=90)
    study = studied(place.offer, place.model, subject)
    return Asked(place, subject, study, span, seed, half, reach // half)


def _plane(asked: Asked) -> Plane:
    """The directions. Raises ValueError where there is no gradient to walk along."""
    from dlviz.figures.attack_plane import plane_of

    plane: Plane = asked.memory.results.get(
        f"directions {asked.key}", lambda: plane_of(asked.study, asked.span, asked.seed)
    )
    return plane


def _stages(asked: Asked, plane: Plane) -> list[Task[Field]]:
    """A task for each grid, the coarse one first; each goes on where one ended."""
    from dlviz.core.attack_plane import stages, stream_field

    def make() -> Task[list[Task[Field]]]:
        fields = stream_field(
            asked.place.model, plane, half=asked.half, unit=asked.unit, target=asked.study.label
        )
        ends, tasks = 0, []
        for stage in stages(asked.half):
            tasks.append(Task(len(stage), _part(fields, ends, ends + len(stage))))
            ends += len(stage)
        return Task(1, iter([(1, tasks)]))

    task = asked.memory.tasks.get(asked.key, make)
    if not task.done:
        task.advance()
    found: list[Task[Field]] = task.result
    return found


def _part(fields: Iterator[tuple[int, Field]], begin: int, end: int) -> Iterator[tuple[int, Field]]:
    """The fields of one stage, with how many of its points have been measured."""
    for done, field in fields:
        yield done - begin, field
        if done >= end:
            return


def _push(task: Task[Field], rank: int, asked: Asked) -> None:
    """Go on with a stage, unless the visitor has stopped it."""
    grain = ("coarse", "finer", "finest")[rank]
    run(task, key=f"{asked.key} {rank}", things=f"points of the {grain} grid")


def _view(asked: Asked, plane: Plane, field: Field) -> None:
    from dlviz.figures.attack_plane import SPANS, plane_data

    offer, subject = asked.place.offer, asked.subject
    span = SPANS[asked.span]
    data = asked.memory.results.get(
        f"shown {asked.key} {int(field.known.sum())}",
        lambda: plane_data(
            plane,
            field,
            span,
            asked.place.model.classes,
            scene=asked.key,
            file=f"plane-{offer.key}-{subject.name}-{asked.span}-{asked.seed}",
            heading=f"{offer.title} · {subject.title} · {span.title}, seed {asked.seed}",
        ),
    )
    plane_view(data)


def _words(asked: Asked, field: Field) -> None:
    from dlviz.figures.attack import judge
    from dlviz.figures.attack_plane import SPANS, code, walk_words

    span, classes, study = SPANS[asked.span], asked.place.model.classes, asked.study
    judged = judge(study, 0, study.clean, classes, right=asked.subject.right)
    if judged.kind == "unsuitable":
        asked.place.status.info(judged.sentence)
    st.markdown(walk_words(field, span, classes))
    st.caption(
        f"{span.what} The two directions are at right angles, and every step on an axis moves "
        "a pixel by 1/255 at most; between the axes half of the pixels move by the sum of both "
        "steps, the others by their difference. Letters name the areas; paler is less sure. This "
        "is **one** plane out of very many: another seed, another plane. Each point is the 8-bit "
        "picture that a file would hold. (Such planes: Warde-Farley and Goodfellow, 2016.)"
    )
    with st.expander("Show the code"):
        st.code(
            code(
                load_model_code(asked.place.offer),
                asked.subject.source,
                asked.span,
                asked.seed,
                half=asked.half,
                unit=asked.unit,
            ),
            language="python",
        )
