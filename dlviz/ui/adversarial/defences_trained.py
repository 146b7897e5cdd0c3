"""A plainly trained net beside its adversarially trained twin, judged with PGD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.specs import AdversarialSpec, RunSpec, TrainSpec
from dlviz.ui.adversarial.crowd import Crowd, choose_crowd, companions, distinct
from dlviz.ui.adversarial.panels import heading, picture
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.controls import Named, choice, save_button
from dlviz.ui.data import held_out_of
from dlviz.ui.filters import memory as shared
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.models import SPEC, offers
from dlviz.ui.newest import Newest
from dlviz.ui.pages import page_file
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.robustness import Survey
    from dlviz.figures.twins import Seen, Surveys
    from dlviz.ui.models import Offer
    from dlviz.ui.views import Place

PLAIN, ROBUST = "digits_plain", "digits_robust"
_going: Newest[Task[Any]] = Newest(8)
Net = tuple["Offer", "Classifier"]


def show_trained(place: Place) -> None:
    """Curves and numbers of both nets, then what the same attack does to one picture in each."""
    from dlviz.core.robustness import LEVELS
    from dlviz.figures.twins import STYLE, chart, grid_of, sentences, table

    st.html(f"<style>{STYLE}</style>")
    first, others = _nets(place)
    with place.controls:
        twin = others[choice("Beside it", others, key="twin", context=first[0].address, width=260)]
        crowd = _crowd(first, twin)
        grid, usual = grid_of(first[1].input_shape)
        steps = {str(eps): Named(f"{eps}/{LEVELS}") for eps in (usual, *grid[1:])}
        at = int(choice("ε", steps, key="at", context=str(grid), width=110))
    nets = _plain_first(first, (twin, twin.load()))
    pair = _names(nets)
    with place.status:
        surveys = _surveys(nets, pair, crowd, grid)
    left, right = st.columns([3, 2.4], gap="medium")
    with left:
        save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        save["toImageButtonOptions"] = {"filename": "defence-training", "width": 1000}
        st.plotly_chart(chart(surveys, pair, at), key="twins over eps", config=save)
    with right:
        st.html(table(surveys, pair, at))
        st.caption(f"{crowd.words[0].upper()}{crowd.words[1:]}.")
        hostile = _is_hostile(nets[1]) and not _is_hostile(nets[0])
        for sentence in sentences(surveys, pair, at, hostile=hostile):
            st.markdown(sentence)
    _slopes(nets, at)
    _train_one(first[0], usual)
    with st.expander("Show the code"):
        from dlviz.figures.twins import code

        loads = [load_model_code(offer) for offer, _ in nets]
        st.code(code(loads, crowd.source, grid), language="python")


def _names(nets: tuple[Net, Net]) -> tuple[str, str]:
    first, second = distinct(_title(net) for net in nets)
    return first, second


def _title(net: Net) -> str:
    """What it is called, and what it was trained against where its name does not say so."""
    title, spec = net[0].title.removesuffix(" (shipped)"), _spec(net[0])
    hostile = spec.train.adversarial.words if spec and net[0].own else ""
    return f"{title} (against {hostile})" if hostile else title


def _is_hostile(net: Net) -> bool:
    spec = _spec(net[0])
    return bool(spec and spec.train.adversarial.words)


def _nets(place: Place) -> tuple[Net, dict[str, Offer]]:
    """The model that is chosen and those to lay beside it; the shipped twins where it has none."""
    others = companions(place.offer, place.model)
    if others:
        return (place.offer, place.model), _twin_first(place.offer, others)
    found = offers()[ROBUST]
    place.status.info(
        f"{place.offer.title.removesuffix(' (shipped)')} has no twin here: train it once plainly "
        "and once against an attack, and both stand here. Meanwhile, these are two nets for digits."
    )
    return (found, found.load()), _twin_first(found, companions(found, found.load()))


def _twin_first(offer: Offer, others: dict[str, Offer]) -> dict[str, Offer]:
    """The net that differs in its attacks alone comes first, if there is one."""
    spec = _spec(offer)
    alike = [name for name, other in others.items() if spec and _bare(_spec(other)) == _bare(spec)]
    return {**{name: others[name] for name in alike}, **others}


def _spec(offer: Offer) -> RunSpec | None:
    """How it was trained, where that is known."""
    from dlviz.ui.models import snapshots_of

    shots = snapshots_of(offer)
    spec = shots[-1].spec if shots else None
    return spec if isinstance(spec, RunSpec) else None


def _bare(spec: RunSpec | None) -> object:
    """A spec without attacks and seed."""
    from dataclasses import replace

    if spec is None:
        return None
    return replace(spec, train=replace(spec.train, adversarial=AdversarialSpec(), seed=0))


def _plain_first(one: Net, other: Net) -> tuple[Net, Net]:
    """The one that has not seen attacks stands left."""
    return (other, one) if _is_hostile(one) and not _is_hostile(other) else (one, other)


def _crowd(first: Net, twin: Offer) -> Crowd:
    """The pictures: all that are recorded, else as many as wanted."""
    if {first[0].key, twin.key} != {PLAIN, ROBUST}:
        return choose_crowd(first[1])
    from dlviz.core.words import grouped
    from dlviz.figures.data_code import held_out_code
    from dlviz.io.surveys import PICTURES

    pixels, labels = (part[:PICTURES] for part in held_out_of(first[1].data))
    source = f"{held_out_code(first[1].data, first[1].input_shape[-1])}\n"
    source += f"pixels, labels = pixels[:{PICTURES}], labels[:{PICTURES}]"
    words, key = f"{grouped(PICTURES)} held-out digits", f"{first[1].data} {PICTURES}"
    return Crowd(pixels, labels, words, (), source, own=False, numbered=False, key=key)


def _surveys(
    nets: tuple[Net, Net], pair: tuple[str, str], crowd: Crowd, grid: tuple[int, ...]
) -> Surveys:
    """Both nets under FGSM, PGD and random signs: read where recorded, else computed once."""
    from dlviz.figures.twins import KINDS
    from dlviz.io.surveys import read_surveys

    if {offer.key for offer, _ in nets} == {PLAIN, ROBUST}:
        recorded = read_surveys(len(crowd.labels))
        if all(found.epsilons == grid for found in recorded.values()):
            return {
                (name, attack): recorded[net[0].key, attack]
                for net, name in zip(nets, pair, strict=True)
                for attack, _ in KINDS
            }
    return {
        (name, attack): _survey(net, attack, f"{words} ({name})", crowd, grid)
        for net, name in zip(nets, pair, strict=True)
        for attack, words in KINDS
    }


def _survey(net: Net, attack: str, words: str, crowd: Crowd, grid: tuple[int, ...]) -> Survey:
    offer, model = net
    memory = memory_of(own=offer.own or crowd.own)
    key = f"twin {facts(model)[0]} {crowd.key} {attack} {grid}"
    kept: list[Survey] = memory.results.get(key, list)
    if kept:
        return kept[0]

    def steps() -> Iterator[tuple[int, Survey]]:
        from dlviz.core.robustness import survey

        yield from survey(model, crowd.pixels, crowd.labels, attack, grid, batch=10)

    going = _going if memory is shared.SHARED else memory.tasks
    task = going.get(key, lambda: Task(len(crowd.pixels), steps()))
    found: Survey = run(task, key=key, things=f"pictures under {words}")
    if task.finished:
        kept.append(found)
        going.drop(key, task)
    return found


def _slopes(nets: tuple[Net, Net], eps: int) -> None:
    """One picture: where each net's loss rises, and what PGD makes of it."""
    from dlviz.figures.charts import percent
    from dlviz.figures.defences import STYLE
    from dlviz.figures.triptych import plain
    from dlviz.figures.twins import about_slopes, slope, told_apart

    pair = _names(nets)
    st.html(f"<style>{STYLE}</style>")
    st.subheader("The same attack, seen by both")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        subject = choose_subject(nets[0][1])
    found = [_seen(net, subject, eps) for net in nets]
    places = st.container(key="twins").columns(5)
    heading(places[0], subject.title)
    picture(places[0], plain(subject.pixels), "the picture")
    for at, (net, seen) in enumerate(zip(nets, found, strict=True)):
        title, said = told_apart(pair)[at], net[1].classes[int(seen.answer.argmax())]
        heading(places[2 * at + 1], f"{title}: slope")
        picture(places[2 * at + 1], slope(seen, theme()), "the gradient")
        heading(places[2 * at + 2], f"after PGD: {said} ({percent(float(seen.answer.max()))})")
        picture(places[2 * at + 2], plain(seen.pixels), "the attacked picture")
    st.markdown(about_slopes(found[0], found[1], pair))
    _save(found, subject)


def _seen(net: Net, subject: Subject, eps: int) -> Seen:
    from dlviz.figures.twins import seen

    offer, model = net
    memory = memory_of(own=offer.own or subject.own)
    label = subject.label
    if label is None:
        from dlviz.core.data import to_unit

        label = int(model(to_unit(subject.pixels)[None]).argmax())
    key = f"slope {facts(model)[0]} {subject.key} {label} {eps}"
    found: Seen = memory.results.get(key, lambda: seen(model, subject.pixels, label, eps))
    return found


def _save(found: list[Seen], subject: Subject) -> None:
    import numpy as np

    from dlviz.figures.compose import tile
    from dlviz.figures.triptych import enlarged, plain
    from dlviz.figures.twins import slope
    from dlviz.io.png import png_bytes

    row = [plain(subject.pixels)]
    for seen in found:
        row += [slope(seen, "light"), plain(seen.pixels)]
    sheet = tile(np.stack([enlarged(each) for each in row]), len(row))
    save_button("Save as PNG", png_bytes(sheet), f"{subject.name}-twins.png", "image/png")


def _train_one(offer: Offer, eps: int) -> None:
    """The way to a twin of one's own: this net's spec, against PGD if it was trained plainly."""
    from dataclasses import replace

    spec = _spec(offer) or RunSpec()
    hostile = spec.train.adversarial.words
    other = AdversarialSpec() if hostile else AdversarialSpec("pgd", eps, 5)
    train: TrainSpec = replace(spec.train, adversarial=other)
    st.page_link(
        page_file("training"),
        label="**Train its twin yourself**: plainly"
        if hostile
        else f"**Train its twin yourself**: against {other.words}",
        icon=":material/play_arrow:",
        query_params={SPEC: replace(spec, train=train, interventions=()).to_link()},
    )
