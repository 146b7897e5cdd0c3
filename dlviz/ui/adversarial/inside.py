"""The attack from inside: distances over depth, the maps that change most, and where it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.adversarial.opened import LEVELS
from dlviz.ui.adversarial.studies import studied, usual_range
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.controls import Named, choice, number, save_button, switch
from dlviz.ui.filters.memory import Memory, facts, memory_of
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.attack_inside import ChangedMaps, Depth
    from dlviz.core.occlusion_sweep import Sweep
    from dlviz.figures.attack import Study
    from dlviz.figures.attack_inside import Inside
    from dlviz.figures.attack_maps import Panel
    from dlviz.figures.hidden import Hidden
    from dlviz.ui.views import Place

LARGE = 128  # pixels: wider pictures are covered on request only
MEASURES = {
    "relative": Named("Distance to the clean answer"),
    "angle": Named("Angle to the clean answer"),
}


@dataclass(frozen=True, eq=False)
class Asked:
    """Which attack on which picture is looked at, and the network's hidden layers."""

    place: Place
    subject: Subject
    study: Study
    attack: str
    eps: int
    layers: dict[str, Hidden]

    @property
    def key(self) -> str:
        """What results about this attack are kept under, whatever the layer."""
        parts = (facts(self.place.model)[0], self.subject.key, self.attack, self.eps)
        return f"inside {' '.join(map(str, parts))}"

    @property
    def memory(self) -> Memory:
        """Where they may lie."""
        return memory_of(own=self.place.offer.own or self.subject.own)


def show(place: Place) -> None:
    """Distances over depth beside the maps that change most; below, Grad-CAM and occlusion."""
    from dlviz.figures.attack_inside import answer_words, depth_words

    asked = _asked(place)
    status = place.status.container()
    attacked = _attacked(asked)
    seen, depth = _measured(asked, attacked)
    classes = place.model.classes
    status.markdown(answer_words(seen, classes))
    _unsuitable(asked, seen)
    left, right = st.columns([9, 11], gap="medium")
    with right:
        found = _maps(asked, seen)
    with left:
        _chart(asked, depth, found.layer if found else "")
    st.markdown(depth_words(depth, asked.layers))
    panels = _cams(asked, seen)
    _occlusion(asked, seen)
    _keep(asked, found, panels, [answer_words(seen, classes), depth_words(depth, asked.layers)])


def _asked(place: Place) -> Asked:
    from dlviz.core.attacks import ATTACKS
    from dlviz.figures.attack_inside import layers_of

    model = place.model
    with place.controls:
        subject = choose_subject(model)
        # The control is random signs of the same ε: only for attacks whose ε is every pixel's.
        offered = {name: one for name, one in ATTACKS.items() if one.norm == "linf"}
        attack = choice("Attack", offered, key="attack", explained=True, width=180)
        largest, usual = usual_range(subject)
        label = "ε, steps of 1/255"
        eps = number(label, 0, LEVELS, usual, key="eps", context=f"{largest}", width=145)
    study = studied(place.offer, model, subject)
    return Asked(place, subject, study, attack, eps, layers_of(model))


def _attacked(asked: Asked) -> Tensor:
    """The attacked picture, C×H×W; an iterated attack tells its steps, and can be stopped."""
    import torch

    from dlviz.core.attacks import ATTACKS
    from dlviz.core.data import to_unit

    attack, model = ATTACKS[asked.attack], asked.place.model

    def make() -> Task[Tensor]:
        image = to_unit(asked.subject.pixels)[None]
        label = torch.tensor([asked.study.label])
        path = attack.path(model, image, label, asked.eps / 255)
        steps = int(attack.settings["steps"].default) if attack.iterated else 1
        # The first is the clean picture; what starts at random is no step yet either.
        return Task(steps + attack.random, ((at, one[0]) for at, one in enumerate(path)))

    task = asked.memory.tasks.get(f"attacked {asked.key}", make)
    found: Tensor = run(task, key=f"attacked {asked.key}", things="steps of the attack")
    return found


def _measured(asked: Asked, attacked: Tensor) -> tuple[Inside, Depth]:
    from dlviz.figures.attack_inside import inside, over_depth

    model = asked.place.model

    def make() -> tuple[Inside, Depth]:
        with st.spinner("One pass through the network …", show_time=False):
            seen = inside(model, asked.study, attacked, asked.eps)
            return seen, over_depth(model, seen, asked.layers)

    found: tuple[Inside, Depth] = asked.memory.results.get(f"depth {_key(asked, attacked)}", make)
    return found


def _key(asked: Asked, attacked: Tensor) -> str:
    """What is made of this very picture: an attack that was stopped early has given another."""
    return f"{asked.key} {float(attacked.double().sum())}"


def _unsuitable(asked: Asked, seen: Inside) -> None:
    """Where the net did not know the picture: that nobody can be fooled about it."""
    from dlviz.figures.attack import judge

    classes, right = asked.place.model.classes, asked.subject.right
    judged = judge(asked.study, seen.eps, seen.answers[1], classes, right=right)
    if judged.kind == "unsuitable":
        asked.place.status.info(judged.sentence)


def _chart(asked: Asked, depth: Depth, layer: str) -> None:
    from dlviz.figures.attack_inside import chart, depth_caption

    measure = choice("Measure", MEASURES, key="measure", label_visibility="collapsed")
    figure = chart(depth, asked.layers, layer, measure=measure, theme=theme())
    name = f"depth-{asked.place.offer.key}-{asked.subject.name}-{asked.attack}-{asked.eps}"
    options = {"filename": name, "width": 1000, "height": 600}
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": options}
    st.plotly_chart(figure, key="over depth", config=save)
    st.caption(depth_caption(measure))


def _maps(asked: Asked, seen: Inside) -> ChangedMaps | None:
    """The maps that change most in a layer that is chosen here; none without hidden layers."""
    from dlviz.figures.attack_inside import changed_in, opening_layer
    from dlviz.figures.attack_maps import changed_table, changed_words

    layers, model = asked.layers, asked.place.model
    if not layers:
        st.info("This network has no hidden layer: its answer is computed from the pixels.")
        return None
    first = opening_layer(layers, facts(model)[1])
    layer = choice(
        "Layer",
        {first: layers[first], **layers},
        key="layer",
        context=asked.place.offer.key,
        label_visibility="collapsed",
    )
    key = f"maps {_key(asked, seen.adversarial)} {layer}"
    found: ChangedMaps = asked.memory.results.get(key, lambda: changed_in(model, seen, layer))
    st.markdown(changed_table(found, theme()), unsafe_allow_html=True)
    st.caption(changed_words(found, layers[layer].title))
    return found


def _cams(asked: Asked, seen: Inside) -> list[Panel]:
    """Grad-CAM before and after; none for a network without maps."""
    from dlviz.figures.attack_maps import cam_layer, cam_panels, gallery

    layer, words = cam_layer(asked.layers, facts(asked.place.model)[1])
    if not layer:
        st.caption("No layer of this network has maps, so there is no Grad-CAM of it.")
        return []
    panels: list[Panel] = asked.memory.results.get(
        f"cams {_key(asked, seen.adversarial)}",
        lambda: cam_panels(asked.place.model, seen, layer),
    )
    st.markdown("**Which places speak for the answer?** (Grad-CAM)")
    st.markdown(gallery(panels), unsafe_allow_html=True)
    st.caption(
        f"Grad-CAM at {words}: bright places of its maps speak for the class; one scale for all. "
        "It is a coarse summary: each map counts by the mean of the class’s gradient over it."
    )
    return panels


def _occlusion(asked: Asked, seen: Inside) -> None:
    """The answer with a part covered, before and after; on large pictures only when asked for."""
    from dlviz.figures.attack_maps import cover_of, gallery, occlusion_panels

    st.markdown("**Which part does the answer hang on?** (occlusion)")
    large = seen.pixels.shape[-1] >= LARGE
    if large and not switch("Cover part after part: some seconds", key="cover"):
        return
    clean, attacked = _sweeps(asked, seen)
    panels = occlusion_panels(seen, clean, attacked, asked.place.model.classes, theme())
    st.markdown(gallery(panels), unsafe_allow_html=True)
    size = cover_of(tuple(seen.pixels.shape)).size
    st.caption(
        f"A square of {size}×{size} pixels lies on each place in turn; colour is the probability "
        "of the class in the title, from 0 (dark) to 1 (bright). The square covers the attack, "
        "too: where the old answer comes back, what lies there is needed to fool the net."
    )


def _sweeps(asked: Asked, seen: Inside) -> tuple[Sweep, Sweep]:
    """Both pictures covered at every place, with progress and Stop."""
    from dlviz.core.data import to_unit
    from dlviz.core.occlusion_sweep import places, stream_sweep
    from dlviz.figures.attack_maps import cover_of

    cover, model = cover_of(tuple(seen.pixels.shape)), asked.place.model
    each = sum(map(len, places(cover, *seen.pixels.shape[1:])))

    def both() -> Iterator[tuple[int, tuple[Sweep, Sweep]]]:
        clean = stream_sweep(model, to_unit(seen.pixels), cover, target=seen.label)
        attacked = stream_sweep(model, to_unit(seen.adversarial), cover, target=seen.found)
        for one, other in zip(clean, attacked, strict=True):
            yield one.done + other.done, (one, other)

    key = f"covered {_key(asked, seen.adversarial)}"
    task: Task[tuple[Sweep, Sweep]] = asked.memory.tasks.get(key, lambda: Task(2 * each, both()))
    return run(task, key=key, things="covered pictures")


def _keep(asked: Asked, found: ChangedMaps | None, panels: list[Panel], lines: list[str]) -> None:
    from dlviz.core.attacks import ATTACKS
    from dlviz.figures.attack_inside import code
    from dlviz.figures.attack_maps import saved

    offer, subject = asked.place.offer, asked.subject
    layer = found.layer if found else ""
    where = f" · {asked.layers[layer].title}" if layer else ""
    attack = ATTACKS[asked.attack].title
    heading = f"{offer.title} · {subject.title} · {attack}, ε = {asked.eps}/255{where}"
    plain = [line.replace("**", "") for line in lines]
    save_button(
        "Save picture", lambda: saved(found, panels, heading, plain, theme()),
        f"inside-{offer.key}-{subject.name}-{asked.attack}-{asked.eps}.png", "image/png",
    )  # fmt: skip
    with st.expander("Show the code"):
        text = code(load_model_code(offer), subject.source, asked.attack, asked.eps, layer)
        st.code(text, language="python")
