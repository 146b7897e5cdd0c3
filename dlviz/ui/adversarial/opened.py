"""Before, what is added, after: FGSM for the ε of a slider."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code, studied
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.figures.attack import Outcome, Study, Verdict
    from dlviz.figures.colours import Colours
    from dlviz.ui.models import Offer
    from dlviz.ui.views import Place

LEVELS = 255
PHOTOGRAPH_SIDE = 128

STYLE = """
.verdict { margin-bottom: 1rem; padding: 0.25rem 0.8rem; border-radius: 0.5rem;
  border-left: 6px solid; display: flex; align-items: center; line-height: 1.35;
  font-size: 1.1rem; min-height: 3.5rem; }
.verdict.fooled { border-color: #e69f00; background: color-mix(in srgb, #e69f00 22%, transparent); }
.verdict.holds, .verdict.start, .verdict.changed { border-color: #56b4e9;
  background: color-mix(in srgb, #56b4e9 18%, transparent); }
.verdict.unsuitable { border-color: #999; background: color-mix(in srgb, #999 18%, transparent); }
.panel { font-weight: 600; height: 1.5rem; line-height: 1.5rem; white-space: nowrap; }
.panel var { font-family: KaTeX_Math, serif; font-size: 1.1em; font-weight: 400; line-height: 1; }
.st-key-foot .katex { font-size: 1.15em; }
@media (max-width: 640px) { .verdict { min-height: 5.2rem; } }
"""


def show(place: Place) -> None:
    """The picture, what is added, and the result, for the model and picture that are chosen."""
    from dlviz.figures.charts import STYLE as BARS

    st.html(f"<style>{STYLE}{BARS}</style>")
    with place.controls:
        subject = choose_subject(place.model)
    study = studied(place.offer, place.model, subject)
    with place.status:
        st.markdown(
            f"The **fast gradient sign method** asks: in which direction must each pixel move so "
            f"that the loss *J* for *y* = **{place.model.classes[study.label]}**, the net's own "
            "answer, rises? Then *every* pixel takes one step of ε that way. The direction is the "
            "same for every ε."
        )
    _triptych(place.offer, place.model, subject, study)


@st.fragment
def _triptych(offer: Offer, model: Classifier, subject: Subject, study: Study) -> None:
    """Show the attack for the ε of the slider; only this part runs again when it moves."""
    from dlviz.figures.attack import attacked, code, control_sentence, verdict
    from dlviz.figures.triptych import added, plain

    stage = st.container(gap="xsmall")
    said = stage.container()  # the verdict is read first, but known last
    before, between, after = (column.container(gap="xsmall") for column in stage.columns(3))
    picture = between.container(gap="xsmall")
    eps = _slider(between, _range(subject))
    magnified = between.toggle("Magnified", True, key="magnified", bind="query-params")
    outcome = attacked(model, study, eps)

    judged = verdict(study, outcome, model.classes, right=subject.right)
    said.markdown(_verdict(judged), unsafe_allow_html=True)
    limit = max(eps, 1) / LEVELS if magnified else 1.0
    change = added(study.pixels, outcome.pixels, limit=limit, theme=theme())
    _panel(before, "<var>x</var>: the picture", plain(study.pixels))
    _panel(picture, "+ what is added", change)
    _panel(after, "= <var>x′</var>: the result", plain(outcome.pixels))
    _bars(before, model, study, study.clean)
    between.caption(_scale(eps, magnified=magnified))
    _bars(after, model, study, outcome.probabilities)
    with stage.container(key="foot", gap="xsmall"):
        _foot(subject, outcome)
        st.markdown(control_sentence(study, outcome, model.classes, judged))
    with st.expander("Show the code"):
        st.code(code(load_model_code(offer), subject.source, eps), language="python")


def _verdict(judged: Verdict) -> str:
    word, rest = judged.sentence.split(":", 1)
    return (
        f'<div class="verdict {judged.kind}" role="status"><span><strong>{escape(word)}:</strong>'
        f"{escape(rest)}</span></div>"
    )


def _range(subject: Subject) -> tuple[int, int]:
    """(largest ε, ε at first) in steps of 1/255: photographs need least, grey drawings most."""
    channels, _, width = subject.pixels.shape
    if channels == 1:
        return 80, 40
    return (16, 2) if width >= PHOTOGRAPH_SIDE else (40, 16)


def _slider(place: DeltaGenerator, limits: tuple[int, int]) -> int:
    largest, first = limits
    known = st.session_state.setdefault("range of eps", limits)
    if known != limits:  # a net of another kind was chosen: this one's ε says nothing there
        st.session_state.update({"range of eps": limits, "eps": first})
    eps: int = place.slider(
        "ε: how far a pixel may move",
        0,
        largest,
        first,
        format=f"%d/{LEVELS}",
        key="eps",
        bind="query-params",
    )
    return eps


def _panel(place: DeltaGenerator, title: str, picture: Colours) -> None:
    from dlviz.figures.compose import png_bytes
    from dlviz.figures.triptych import enlarged

    place.html(f'<div class="panel">{title}</div>')
    # Inside the address of the picture, not as a file of the server: such a file is gone as soon
    # as ε has moved on, and a browser that asks for it later gets none. It also stays a PNG;
    # Streamlit would make a JPEG of the file, which has other pixels.
    png = b64encode(png_bytes(enlarged(picture))).decode()
    alt = re.sub("<[^>]*>", "", title)
    place.image(f"data:image/png;base64,{png}", width="stretch", alt=alt)


def _bars(place: DeltaGenerator, model: Classifier, study: Study, probabilities: Tensor) -> None:
    from dlviz.figures.charts import probability_bars
    from dlviz.figures.colours import class_colour

    # The clean answer keeps its colour on both sides; what has taken its place gets the other.
    marked = {int(probabilities.argmax()): class_colour(0), study.label: class_colour(1)}
    bars = probability_bars(probabilities.tolist(), model.classes, marked=marked)
    place.markdown(bars, unsafe_allow_html=True)  # not st.html, which makes new elements


def _scale(eps: int, *, magnified: bool) -> str:
    if eps == 0:
        return "ε is 0: nothing is added."
    if magnified:
        return (
            f"Magnified ×{LEVELS / eps:.3g}: full orange is +{eps}/{LEVELS}, full blue "
            f"−{eps}/{LEVELS}."
        )
    return "True scale: full orange would be +1, black to white; full blue −1."


def _foot(subject: Subject, outcome: Outcome) -> None:
    from dlviz.figures.compose import png_bytes
    from dlviz.figures.triptych import plain

    formula, save = st.columns([2, 1], vertical_alignment="center")
    formula.markdown(  # in two pieces, so that a narrow screen can break the line
        r"$x' = \mathrm{clip}\big(x + \varepsilon\cdot\mathrm{sign}(\nabla_{\!x}\, J(\theta, x, y))"
        rf"\big)$,&emsp; ${{\varepsilon = {outcome.eps}/{LEVELS} = {outcome.eps / LEVELS:.4f}}}$"
    )
    save.download_button(
        "Save x′ as PNG",
        png_bytes(plain(outcome.pixels)),
        f"{subject.name}-fgsm-{outcome.eps}.png",
        "image/png",
        key="save",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        help="Exactly these pixels: read again, they get exactly this answer.",
    )
