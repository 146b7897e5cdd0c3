"""Something is done to a picture before the net sees it: who it stops, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.adversarial.crowd import choose_crowd
from dlviz.ui.adversarial.panels import bars, heading, picture
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.controls import number, save_button, switch
from dlviz.ui.filters.memory import Memory, facts, memory_of
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor
    from torch.nn import Module

    from dlviz.core.defence_trials import Attempt, Toll
    from dlviz.core.defences import Defence, Defended
    from dlviz.figures.colours import Colours
    from dlviz.figures.defences import Clean
    from dlviz.ui.views import Place

LARGE = 128  # pixels of a side: such pictures need the smallest ε


@dataclass(frozen=True, eq=False)
class Asked:
    """A defence with its number, in front of the chosen net, and a picture to attack by ``eps``."""

    place: Place
    subject: Subject
    defended: Defended
    eps: int

    @property
    def memory(self) -> Memory:
        """Where results may lie."""
        return memory_of(own=self.place.offer.own or self.subject.own)

    @property
    def key(self) -> str:
        """Of the attack that does not know of the defence."""
        return f"defence {facts(self.place.model)[0]} {self.subject.key} {self.eps}"

    @property
    def through(self) -> str:
        """Of what depends on the defence, too."""
        return f"{self.key} {self.defended.defence.name} {self.defended.value}"

    def clean(self) -> Clean:
        """The answers before any attack, asked for once."""
        from dlviz.figures.defences import clean_of

        found: Clean = self.memory.results.get(
            f"clean {self.through}",
            lambda: clean_of(self.defended, self.subject.pixels, self.eps),
        )
        return found

    def behind(self, pixels: Tensor, what: str) -> tuple[Tensor, Tensor]:
        """What the net sees of a picture and answers; ``what`` and the key name the picture."""
        from dlviz.figures.defences import behind

        found: tuple[Tensor, Tensor] = self.memory.results.get(
            f"{what} {self.through}", lambda: behind(self.defended, pixels)
        )
        return found


def show_input(place: Place, defence: Defence) -> None:
    """The picture behind the defence, both attacks, and on demand the toll on many pictures."""
    from dlviz.figures.charts import STYLE as BARS
    from dlviz.figures.defences import STYLE, code

    st.html(f"<style>{STYLE}{BARS}</style>")
    asked = _asked(place, defence)
    verdict = st.container()
    with st.container(key="tried"):
        rows = st.container(), st.container()
    with st.container():
        _explain(defence)
        _tried(asked, verdict, rows)
    _many(asked)
    with st.expander("Show the code"):
        load, value = load_model_code(place.offer), asked.defended.value
        st.code(code(load, asked.subject.source, defence, value, asked.eps), language="python")


def _asked(place: Place, defence: Defence) -> Asked:
    from dlviz.core.defences import Defended

    side, channels = place.model.input_shape[-1], place.model.input_shape[0]
    usual = 32 if channels == 1 else 2 if side >= LARGE else 16
    setting = defence.setting
    with place.controls:
        subject = choose_subject(place.model, place.status)
        value = number(
            setting.title,
            setting.low,
            setting.high,
            setting.default,
            key=defence.name,
            step=setting.step,
            width=120,
            help=setting.what,
        )
        eps = number(
            "ε, steps of 1/255", 1, 255, usual, key="eps", context=place.model.data, width=140
        )
    return Asked(place, subject, Defended(place.model, defence, value), eps)


def _explain(defence: Defence) -> None:
    st.markdown(f"**{defence.title}.** {defence.what} ({defence.source})")
    st.markdown(
        f"**How it is beaten.** {defence.beaten} (Athalye, Carlini and Wagner, 2018, "
        "arXiv:1802.00420, beat seven of nine defences of one conference so, six of them wholly.)"
    )


def _tried(
    asked: Asked, verdict: DeltaGenerator, rows: tuple[DeltaGenerator, DeltaGenerator]
) -> None:
    """Four pictures, drawn as soon as they are known; the verdict stands above them."""
    from dlviz.figures.defences import Trial, said, told
    from dlviz.figures.triptych import plain

    model, pixels, defence = asked.place.model, asked.subject.pixels, asked.defended.defence
    clean = asked.clean()
    seen, _ = asked.behind(pixels, "clean picture")
    above, below = list(rows[0].columns(4)), list(rows[1].columns(4))
    spot = verdict.empty()
    spot.html('<div class="told"><strong>Attacking …</strong></div>')

    def lay(at: int, title: str, shown: Tensor, answer: Tensor) -> None:
        heading(above[at], title)
        picture(above[at], plain(shown), title)
        bars(above[at], answer, model.classes, clean.label)

    name = defence.noun
    lay(0, f"x: the picture behind {name}", seen, clean.defended)
    naive = _attempt(asked, model, asked.key)
    left, stopped = asked.behind(naive.pixels, f"naive {_digest(naive)}")
    lay(1, "x′: attacked, without a defence", naive.pixels, naive.answer)
    lay(2, f"the same x′ behind {name}", left, stopped)
    through = _attempt(asked, asked.defended, asked.through)
    last, _ = asked.behind(through.pixels, f"through {_digest(through)}")
    lay(3, f"x″: attacked through {name}", last, through.answer)
    trial = Trial(clean, naive, stopped, through)
    judged = told(trial, defence, model.classes, right=asked.subject.right)
    spot.html(
        f'<div class="told {judged.kind}" role="status"><strong>{judged.word}:</strong> '
        f"{judged.rest}</div>"
    )
    changes = ((pixels, seen), (pixels, naive.pixels), (seen, left), (pixels, through.pixels))
    _changes(asked, below, changes)
    rows[1].markdown(
        f"**Control:** random signs of the same ε, behind {name}: "
        f"{said(clean.noise, model.classes)}."
    )
    _save(asked, (seen, naive.pixels, left, last))


def _digest(attempt: Attempt) -> str:
    """An attack that was stopped has found another picture than one that was not."""
    return sha256(attempt.pixels.numpy().tobytes()).hexdigest()[:24]


def _attempt(asked: Asked, net: Module, key: str) -> Attempt:
    """The worst of ten steps of PGD, with progress and Stop."""
    from dlviz.core.defence_trials import STEPS, attempts

    label = asked.clean().label

    def make() -> Task[Attempt]:
        return Task(STEPS, attempts(net, asked.subject.pixels, label, asked.eps))

    with asked.place.status:
        found: Attempt = run(asked.memory.tasks.get(key, make), key=key, things="steps of PGD")
    return found


def _changes(
    asked: Asked, places: list[DeltaGenerator], pairs: tuple[tuple[Tensor, Tensor], ...]
) -> None:
    """What was changed, below each picture, all on one scale."""
    from dlviz.figures.triptych import added

    titles = (
        "what the defence itself changes",
        "the perturbation x′ − x",
        "what the defence leaves of it",
        "the perturbation x″ − x",
    )
    limit = asked.eps / 255
    for place, title, (before, after) in zip(places, titles, pairs, strict=True):
        heading(place, title)
        picture(place, added(before, after, limit=limit, theme=theme()), title)
    places[0].caption(f"Magnified ×{1 / limit:.3g}: full colour is ±{asked.eps}/255.")


def _save(asked: Asked, shown: tuple[Tensor, ...]) -> None:
    import numpy as np

    from dlviz.figures.compose import tile
    from dlviz.figures.triptych import enlarged, plain
    from dlviz.io.png import png_bytes

    row: list[Colours] = [enlarged(plain(each)) for each in shown]
    name = f"{asked.subject.name}-{asked.defended.defence.name}-{asked.eps}.png"
    save_button("Save the four as PNG", png_bytes(tile(np.stack(row), 4)), name, "image/png")


def _many(asked: Asked) -> None:
    """What the defence costs and wins on held-out pictures."""
    from dlviz.core.defence_trials import toll
    from dlviz.figures.defences import toll_table

    if not switch("On many pictures: what it costs and wins", key="measured"):
        return
    place = asked.place
    with st.container(horizontal=True, vertical_alignment="bottom"):
        crowd = choose_crowd(place.model)
    memory = memory_of(own=place.offer.own or crowd.own)
    defence, value = asked.defended.defence, asked.defended.value
    key = f"toll {facts(place.model)[0]} {crowd.key} {asked.eps} {defence.name} {value}"
    batch = 1 if place.model.input_shape[-1] >= LARGE else 10

    def steps() -> Iterator[tuple[int, Toll]]:
        yield from toll(asked.defended, crowd.pixels, crowd.labels, asked.eps, batch=batch)

    task = memory.tasks.get(key, lambda: Task(len(crowd.pixels), steps()))
    found = run(task, key=key, things="pictures")
    st.html(toll_table(found, defence))
    st.caption(
        f"{crowd.words[0].upper()}{crowd.words[1:]}; PGD of ten steps leads away from the true "
        f"class, ε = {asked.eps}/255, and every picture is rounded to 8 bits before it is judged."
    )
