"""FGSM opened: every stage of one step, and what the net says for every ε of an 8-bit picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.words import grouped
from dlviz.ui.address import follow, forget_elsewhere, plain, rerun, write
from dlviz.ui.adversarial.studies import kept_by, studied, study_key, usual_range
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.adversarial.target import choose_target
from dlviz.ui.adversarial.views import ADVERSARIAL
from dlviz.ui.components.fgsm import fgsm_view
from dlviz.ui.controls import switch
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.figures.attack import Study
    from dlviz.figures.fgsm_scan import Scan
    from dlviz.ui.views import Place

KEY, EPS, SIDE, WHOLE = "fgsm", "eps", "signs", "whole"
LEVELS = 255
AROUND = 2  # ε on both sides of the current one that are asked about before anything is shown
SIDES = {"signs": "the gradient's", "noise": "random"}
_START = "fgsm start"


@dataclass(frozen=True, eq=False)
class Setting:
    """What is attacked, how far ε goes, and where its results are kept and under which key."""

    place: Place
    subject: Subject
    target: int | None
    largest: int
    kept: Newest[Any]
    key: str


def show(place: Place) -> None:
    """The chain from picture to answer under the slider; the rest of the scan comes after it."""
    top, progress, below = st.container(), st.container(), st.container()
    with below:
        row = st.container(horizontal=True, vertical_alignment="center")
    with row:  # asked first: how far the scan goes hangs on it
        whole = switch(
            f"Scan every ε up to {LEVELS}/{LEVELS}",
            key=WHOLE,
            help="What becomes of the answer when far more is added than anybody could overlook.",
        )
    setting, study = _choose(place, whole=whole)
    eps, side = _wishes(setting)
    task = _scan(setting, study, eps)
    task.rest()
    while not task.finished and task.done < min(2 * AROUND + 2, task.total):
        task.advance()
    task.result.measure(eps)  # if the scan was stopped elsewhere
    with top:
        _view(setting, study, task.result, eps, side)
    with row:
        _lead_on(setting)
    with below:
        _explain(setting, study, eps)
    if not task.finished:
        with progress:
            before = task.done
            run(task, key=f"scan {setting.key} {setting.largest}", things="sizes of ε")
        if task.done > before:
            rerun()  # shows what has been asked


def _choose(place: Place, *, whole: bool) -> tuple[Setting, Study]:
    model = place.model
    with place.controls:
        subject = choose_subject(model, place.status)
    plain_study = studied(place.offer, model, subject)
    with place.controls:
        target = choose_target(model, plain_study.clean, context=place.offer.key)
    aimed = plain_study if target is None else studied(place.offer, model, subject, target)
    kept = kept_by(own=place.offer.own or subject.own)
    key = f"{study_key(model, subject)} {target}"
    largest = LEVELS if whole else usual_range(subject)[0]
    return Setting(place, subject, target, largest, kept, key), aimed


def _wishes(setting: Setting) -> tuple[int, str]:
    """ε and whose signs, from the address, or where the finger has rested."""
    usual, first = usual_range(setting.subject)

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= LEVELS):
            raise ValueError(f"ε is a whole number of steps from 0 to {LEVELS}")
        return int(text)

    def read_side(text: str) -> str:
        if text not in SIDES:
            raise ValueError(f"“{plain(text)}” as signs")
        return text

    sentences = [
        follow(EPS, read, first, context=f"{usual}", widget=False),
        follow(SIDE, read_side, "signs", widget=False),
    ]
    for sentence in filter(None, sentences):
        setting.place.status.info(sentence)
    eps = min(int(st.session_state[EPS]), setting.largest)
    side = str(st.session_state[SIDE])
    write(EPS, eps, first, context=f"{usual}")
    write(SIDE, side, "signs")
    return eps, side


def _scan(setting: Setting, study: Study, eps: int) -> Task[Scan]:
    from dlviz.figures.fgsm_scan import Scan

    model: Classifier = setting.place.model

    def make() -> Task[Scan]:
        scan = Scan(model, study, setting.largest)
        return Task(setting.largest + 1, scan.stream(eps))

    task: Task[Scan] = setting.kept.get(f"scan {setting.key} {setting.largest}", make)
    if not task.done:
        task.advance()
    return task


def _view(setting: Setting, study: Study, scan: Scan, eps: int, side: str) -> None:
    from dlviz.figures.fgsm_scene import picture_data, scan_data

    subject, offer = setting.subject, setting.place.offer
    picture = setting.kept.get(f"picture {setting.key}", lambda: picture_data(study))

    def told() -> None:
        at = st.session_state[KEY]["at"]
        if at["scene"] == setting.key:
            st.session_state[EPS], st.session_state[SIDE] = int(at["eps"]), str(at["side"])
            st.session_state[_START] = (*st.session_state[_START][:2], at["eps"], at["side"])

    # The finger's own ε is no news to the component: only a link, a card or the way back is.
    forget_elsewhere(_START)
    number, begun, *last = st.session_state.get(_START, (0, (eps, side), eps, side))
    if last != [eps, side]:
        number, begun = number + 1, (eps, side)
    st.session_state[_START] = (number, begun, eps, side)
    data = {
        "scene": setting.key,
        "start": str(number),
        "eps": begun[0],
        "side": begun[1],
        "name": subject.name,
        "title": f"{offer.title} · {subject.name}",
        "picture": picture,
        **scan_data(scan, setting.place.model.classes, subject.right),
    }
    fgsm_view(data, key=KEY, on_at=told)


def _lead_on(setting: Setting) -> None:
    if setting.target is not None:
        ADVERSARIAL.link_to("family", "Aim in many small steps", attack="pgd")


def _explain(setting: Setting, study: Study, eps: int) -> None:
    from dlviz.figures.attack import code

    place, target = setting.place, setting.target
    classes = place.model.classes
    if target is None:
        st.markdown(
            f"The **fast gradient sign method** asks: in which direction must each pixel move so "
            f"that the loss *J* for **{classes[study.label]}**, the net's own answer, rises? Then "
            f"*every* value takes one step of ε that way: {grouped(study.pixels.numel())} tiny "
            "steps, all in favour of another answer, add up. The direction is the same for every ε."
        )
    else:
        st.markdown(
            f"Aimed, FGSM goes *down* the loss for **{classes[target]}**. One straight step often "
            "misses: the slope was measured at *x*, and one step of ε is far enough for it to be "
            "another on the way, so the answer changes to something that lies nearer. Many small "
            "steps, each with a slope of its own, get there."
        )
    with st.expander("Show the code"):
        text = code(load_model_code(place.offer), setting.subject.source, eps, target)
        st.code(text, language="python")
