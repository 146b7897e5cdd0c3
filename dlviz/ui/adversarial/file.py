"""Saved file: what is left of an attack when its picture is stored and read again."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.words import grouped
from dlviz.ui.adversarial.crowd import known_photographs
from dlviz.ui.adversarial.studies import PHOTOGRAPH_SIDE, kept_by, usual_range
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.controls import choice, number, save_button
from dlviz.ui.data import held_out_of, is_own
from dlviz.ui.filters.memory import facts
from dlviz.ui.newest import Newest
from dlviz.ui.pictures import has_data
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.figures.colours import Colours
    from dlviz.figures.saved_file import Count, Trip
    from dlviz.ui.views import Place

MANY, LOOKED_THROUGH = 12, 64  # held-out pictures of the survey, and out of how many
MAX_UPLOAD_MB = 10
STYLE = """
.filed { display: flex; align-items: center; min-height: 2.6rem; margin-bottom: 0.4rem;
  padding: 0.15rem 0.9rem; border-left: 6px solid var(--edge); border-radius: 0.5rem;
  background: color-mix(in srgb, var(--edge) 20%, transparent); font-size: 1.1rem;
  line-height: 1.35; }
.filed.fooled { --edge: #e69f00; }
.filed.holds, .filed.lost { --edge: #56b4e9; }
.filed.changed { --edge: #cc79a7; }
.filed.unsuitable { --edge: #999999; }
.file_title { height: 1.5rem; font-weight: 600; line-height: 1.5rem; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
.file_title var { font-family: KaTeX_Math, serif; font-size: 1.1em; font-weight: 400; }
.survey { width: 100%; border-collapse: collapse; font-size: 15px; }
.survey :is(th, td) { padding: 3px 4px; border: none; text-align: left; font-weight: 400; }
.survey th:not(:first-child), .survey td:not(:first-child) { width: 28%; }
.survey .cell { position: relative; height: 24px; line-height: 24px; padding-left: 6px;
  border-radius: 4px; overflow: hidden;
  background: color-mix(in srgb, currentColor 7%, transparent); }
.survey .cell u { position: absolute; inset: 0 auto 0 0; opacity: 0.5; background: #e69f00; }
.survey .cell b { position: relative; font-weight: 400; }
.survey .chosen { font-weight: 600; }
/* On a phone the pictures stand two by two. */
@media (max-width: 640px) {
  .st-key-filed_columns [data-testid="stColumn"] { flex: 0 0 calc(50% - 0.5rem) !important;
    min-width: 0 !important; }
  .st-key-filed_columns [data-testid="stColumn"]:last-child { flex-basis: 100% !important; }
  .st-key-filed_columns button { padding-inline: 0.5rem; }
  .file_title { white-space: normal; height: 3rem; }
}
"""


@dataclass(frozen=True, eq=False)
class Setting:
    """What is attacked, how, and where its results are kept under which key."""

    place: Place
    subject: Subject
    attack: str
    eps: int
    kept: Newest[Any]
    key: str


def show(place: Place) -> None:
    """The picture through a file and back; beside it, how many of several come through."""
    from dlviz.figures.charts import STYLE as BARS
    from dlviz.figures.saved_file import sentence, trips

    st.html(f"<style>{STYLE}{BARS}</style>")
    setting = _choose(place)
    model, subject = place.model, setting.subject

    def make() -> Trip:
        return trips(model, subject.pixels[None], setting.attack, setting.eps)[0]

    trip: Trip = setting.kept.get(f"trip {setting.key}", make)
    kind, words = sentence(trip, setting.attack, setting.eps, model.classes, subject.right)
    first, rest = words.split(":", 1)
    st.markdown(
        f'<div class="filed {kind}" role="status"><span><strong>{escape(first)}:</strong>'
        f"{escape(rest)}</span></div>",
        unsafe_allow_html=True,
    )
    *pictures, beside = st.container(key="filed_columns").columns([1, 1, 1, 1.35])
    _pictures(pictures, setting, trip)
    below = st.container()
    with below:
        _read_again(setting, trip)
        with st.expander("Show the code"):
            st.code(_code(setting), language="python")
    with beside:
        _survey(setting)


def _choose(place: Place) -> Setting:
    from dlviz.core.attacks import ATTACKS

    with place.controls:
        subject = choose_subject(place.model, place.status)
        attack = choice("Attack", ATTACKS, key="attack", width=200)
        largest, first = usual_range(subject)
        eps = number(
            "ε (steps of 1/255)", 0, 255, first, key="eps", context=f"{largest}", width=130,
            disabled=not ATTACKS[attack].has_eps,
        )  # fmt: skip
    kept = kept_by(own=place.offer.own or subject.own)
    key = f"{facts(place.model)[0]} {subject.key} {attack} {eps}"
    return Setting(place, subject, attack, eps, kept, key)


def _pictures(columns: list[DeltaGenerator], setting: Setting, trip: Trip) -> None:
    from dlviz.figures.charts import percent
    from dlviz.figures.saved_file import perturbation_file
    from dlviz.figures.triptych import added, plain
    from dlviz.io.png import png_bytes

    before, between, after = (column.container(gap="xsmall") for column in columns)
    stem = f"{setting.subject.name}-{setting.attack}-{setting.eps}"
    clean = plain(trip.pixels)
    _panel(before, "<var>x</var>, the picture", clean)
    _bars(before, setting, trip, trip.clean)
    with before:
        save_button("Save x", png_bytes(clean), f"{setting.subject.name}.png", "image/png")

    largest = max(1, trip.farthest)
    change = added(trip.pixels, trip.back, limit=largest / 255, theme=theme())
    _panel(between, f"what was added, magnified ×{255 / largest:.3g}", change)
    file, cut = perturbation_file(trip)
    but = f", but for {grouped(cut)} values that moved too far for a byte" if cut else ""
    between.markdown(
        f"{grouped(trip.moved)} of {grouped(trip.pixels.numel())} values have moved, by at most "
        f"**{trip.farthest}** of 255 steps. Rounding took or gave up to **{trip.lost:.2f}** of a "
        f"step. In its file grey 128 is nothing: *x* + file − 128 is *x′*{but}."
    )
    with between:
        save_button("Save what was added", file, f"{stem}-added.png", "image/png")

    _panel(after, "<var>x′</var>, read back from its file", plain(trip.back))
    _bars(after, setting, trip, trip.filed)
    best = int(trip.memory.argmax())
    name, share = setting.place.model.classes[best], percent(float(trip.memory[best]))
    after.caption(f"In memory, before it was rounded: {name}, {share}.")
    with after:
        save_button("Save x′", trip.file, f"{stem}.png", "image/png")


def _panel(place: DeltaGenerator, title: str, picture: Colours) -> None:
    from base64 import b64encode

    from dlviz.figures.triptych import enlarged
    from dlviz.io.png import png_bytes

    place.html(f'<div class="file_title">{title}</div>')
    # Inside the address of the picture: st.image would make another file of it.
    png = b64encode(png_bytes(enlarged(picture))).decode()
    alt = title.replace("<var>", "").replace("</var>", "")
    place.image(f"data:image/png;base64,{png}", width="stretch", alt=alt)


def _bars(place: DeltaGenerator, setting: Setting, trip: Trip, probabilities: Tensor) -> None:
    from dlviz.figures.charts import probability_bars
    from dlviz.figures.colours import class_colour

    marked = {int(probabilities.argmax()): class_colour(0), trip.label: class_colour(1)}
    classes = setting.place.model.classes
    bars = probability_bars(probabilities.tolist(), classes, marked=marked)
    place.markdown(bars, unsafe_allow_html=True)


def _survey(setting: Setting) -> None:
    """Every attack over several pictures, counted in memory and in the file."""
    from dlviz.core.attacks import ATTACKS
    from dlviz.figures.saved_file import survey, survey_sentence

    place = setting.place
    try:
        pixels, words, right = _several(place)
    except ValueError as error:
        st.info(str(error))
        return
    kept = kept_by(own=place.offer.own or is_own(place.model.data))
    names = list(ATTACKS)
    if pixels.shape[-1] >= PHOTOGRAPH_SIDE:  # an iterated attack takes a second for each
        names = [name for name in names if name in ("fgsm", setting.attack, "deepfool")]
    key = f"survey {facts(place.model)[0]} {setting.eps} {names}"

    def make() -> Task[dict[str, Count]]:
        steps = survey(place.model, pixels, setting.eps, names, right=right)
        return Task(len(names) * len(pixels), steps)

    task: Task[dict[str, Count]] = kept.get(key, make)
    st.html(f'<div class="file_title">Fooled: {words}, ε = {setting.eps}/255</div>')
    table, progress = st.empty(), st.container()
    if not task.done:
        task.advance()
    table.markdown(_table(task.result, setting.attack), unsafe_allow_html=True)
    with progress:
        counts = run(task, key=key, things="attacked pictures")
    table.markdown(_table(counts, setting.attack), unsafe_allow_html=True)
    st.markdown(
        f"{survey_sentence(counts)} A file holds whole steps of 1/255. FGSM's step of ε is one of "
        "them. DeepFool stops right behind the nearest boundary, and half a step is enough to be "
        "back."
    )


def _several(place: Place) -> tuple[Tensor, str, list[frozenset[str]] | None]:
    """Pictures that the net is right and sure about, what they are, and their true names."""
    from dlviz.core.data import to_unit
    from dlviz.figures.attack import RIGHT, SURE

    model: Classifier = place.model
    right: list[frozenset[str]] | None = None
    if has_data(model):
        pixels, labels = (part[:LOOKED_THROUGH] for part in held_out_of(model.data))
        sure, answers = model.probabilities(to_unit(pixels)).cpu().max(dim=1)
        good = ((answers == labels) & (sure >= SURE)).nonzero().flatten()[:MANY]
        pixels, words = pixels[good], f"{len(good)} held-out pictures"
    else:
        pixels, _, names = known_photographs(model)
        right, words = [RIGHT[name] for name in names], f"{len(names)} photographs"
    if not len(pixels):
        raise ValueError("There are no more pictures that this network names rightly and surely.")
    return pixels, words, right


def _table(counts: dict[str, Count], chosen: str) -> str:
    from dlviz.core.attacks import ATTACKS

    def cell(count: int, of: int) -> str:
        width = 100 * count / max(1, of)
        words = f"{count} of {of}" if of else "…"
        return f'<td><div class="cell"><u style="width:{width:.0f}%"></u><b>{words}</b></div></td>'

    rows = "".join(
        f'<tr class="{"chosen" if name == chosen else ""}">'
        f"<td>{escape(ATTACKS[name].title.partition(':')[0])}</td>"
        f"{cell(count.memory, count.pictures)}{cell(count.file, count.pictures)}</tr>"
        for name, count in counts.items()
    )
    head = "<tr><th></th><th>in memory</th><th>in the file</th></tr>"
    return f'<table class="survey">{head}{rows}</table>'


def _read_again(setting: Setting, trip: Trip) -> None:
    """A file that comes back: is it the one that was saved, and does it still fool?"""
    from dlviz.core.data import to_unit
    from dlviz.figures.charts import percent
    from dlviz.figures.saved_file import compared
    from dlviz.io.pictures import PictureError
    from dlviz.io.saved import read_saved

    model = setting.place.model
    file = st.file_uploader(
        "Bring a saved file back, as it is or after it has been through another program, a "
        "messenger or a JPEG: nothing is resized or cropped",
        type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=MAX_UPLOAD_MB,
        key="file again",
    )
    if file is None:
        return
    try:
        pixels = read_saved(file.getvalue(), tuple(setting.subject.pixels.shape))
    except PictureError as error:
        st.error(str(error))
        return
    share, best = model.probabilities(to_unit(pixels)[None])[0].cpu().max(dim=0)
    st.markdown(
        f"The net says **{model.classes[int(best)]}**, {percent(float(share))}. "
        f"{compared(pixels, trip)}"
    )


def _code(setting: Setting) -> str:
    from dlviz.figures.saved_file import code

    load = load_model_code(setting.place.offer)
    return code(load, setting.subject.source, setting.attack, setting.eps)
