"""Figure 1: from one activation down to the pixels, stage by stage, and other ways to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.address import as_text, follow, plain, write
from dlviz.ui.components.deconv import descent
from dlviz.ui.controls import Named, choice, save_button
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.filters.unit import choose_channel, choose_layer
from dlviz.ui.pictures import Picture, choose_picture
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.deconv_stages import Unit
    from dlviz.figures.attributions import Cam
    from dlviz.ui.views import Place

# The held-out picture that excites the channel of FIRST_LOOK most: the first one that
# ``dlviz.core.patches.top_patches`` finds. A test searches again.
FIRST_PICTURE: dict[str, int] = {"creatures_cnn": 823, "photo_cnn": 557}
VIEW = "descent"
CAMS = {"unit": Named("this unit"), "class": Named("the most probable class")}


@dataclass(frozen=True, eq=False)
class Asked:
    """One question: which pixels of ``image`` (C×H×W in [0, 1]) drove ``unit``?"""

    place: Place
    picture: Picture
    image: Tensor
    unit: Unit

    @property
    def key(self) -> str:
        """What answers are kept under: all that they depend on."""
        return f"{facts(self.place.model)[0]} {self.picture.key} {self.unit}"

    @property
    def own(self) -> bool:
        """Whether answers must stay in the visitor's session."""
        return self.place.offer.own or self.picture.own

    @property
    def title(self) -> str:
        """For files, in words."""
        layer = facts(self.place.model)[1][self.unit.layer].words
        unit = f"{layer} · channel {self.unit.channel}"
        return f"{self.place.offer.title} · {unit} · {self.picture.title}"


def show(place: Place) -> None:
    """The stages to step through, the five answers below, and the code."""
    from dlviz.figures.deconv_code import descent_code

    asked = _ask(place)
    rule = _rule(place.status)
    if template := _stages(asked, rule):
        st.info(template)
    else:
        st.markdown(
            "A projection shows what in **this** picture drove the unit, not what the unit means."
        )
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        st.subheader("The same question, asked in five ways", anchor=False, width="content")
        explained = choice("Grad-CAM explains", CAMS, key="cam", width=220)
    cam = _cam(asked, explained)
    _answers(asked, cam)
    with st.expander("Show the code"):
        st.code(
            descent_code(
                place.offer.key,
                asked.unit,
                rule,
                cam,
                own=place.offer.own,
                picture=asked.picture.source,
            ),
            language="python",
        )


def _ask(place: Place) -> Asked:
    """Picture, layer, channel and place of the map, by the controls and the address."""
    from dlviz.core.data import to_unit
    from dlviz.core.deconv_stages import strongest_channel, strongest_unit

    offer, model, status = place.offer, place.model, place.status
    with place.controls:
        layer = choose_layer(offer, model, status)
        channels = st.container(width=170, key="deconv_channel")
        picture = choose_picture(model, status, first=FIRST_PICTURE.get(offer.key, 0))
        image = to_unit(picture.pixels)
        key = f"most active {facts(model)[0]} {picture.key} {layer}"
        most: int = memory_of(own=offer.own or picture.own).results.get(
            key, lambda: strongest_channel(model, image, layer=layer)
        )
        with channels:
            channel = choose_channel(offer, model, layer, status, default=most)
    strongest = strongest_unit(model, image, layer=layer, channel=channel)
    unit = _spot(strongest, f"{offer.key} {picture.key} {layer} {channel}", place)
    return Asked(place, picture, image, unit)


def _told(name: str) -> Any:
    """What the component said in this run, if anything."""
    return (st.session_state.get(VIEW) or {}).get(name)


def _spot(strongest: Unit, context: str, place: Place) -> Unit:
    """The unit at the place of the map in the address, ``at`` (row.column); else the strongest."""
    from dlviz.core.deconv_stages import Unit

    about = facts(place.model)[1][strongest.layer]
    usual = (strongest.row, strongest.column)

    def read(text: str) -> tuple[int, int]:
        row, _, column = text[:12].partition(".")
        whole = all(part.isascii() and part.isdigit() for part in (row, column))
        if not (whole and int(row) < about.height and int(column) < about.width):
            raise ValueError(
                f"a place “{plain(text)}” in a map of {about.height} rows and {about.width} columns"
            )
        return int(row), int(column)

    clicked = _told("spot")
    if sentence := follow("at", read, usual, context=context, widget=False):
        place.status.info(sentence)
    if clicked:
        st.session_state["at"] = (
            min(int(clicked[0]), about.height - 1),
            min(int(clicked[1]), about.width - 1),
        )
    row, column = st.session_state["at"]
    write("at", f"{row}.{column}", f"{usual[0]}.{usual[1]}", context=context)
    return Unit(strongest.layer, strongest.channel, row, column)


def _rule(told: DeltaGenerator) -> str:
    """The rule at the ReLUs, chosen in the component; the address has it as ``rule``."""
    from dlviz.figures.deconv_words import RULES

    def read(text: str) -> str:
        if text not in RULES:
            raise ValueError(f"a rule “{plain(text)}”")
        return text

    usual = next(iter(RULES))
    if sentence := follow("rule", read, usual, widget=False):
        told.info(sentence)
    if _told("rule") in RULES:
        st.session_state["rule"] = _told("rule")
    rule: str = st.session_state["rule"]
    write("rule", rule, usual)
    return rule


def _latest(name: str, key: str, make: Callable[[], Any]) -> Any:
    """The newest of what this session has made under ``name``, kept while its ``key`` stays.

    One, not many: the maps of a large network are megabytes.
    """
    kept = st.session_state.get(name)
    if kept is None or kept[0] != key:
        st.session_state[name] = kept = (key, make())
    return kept[1]


def _stages(asked: Asked, rule: str) -> str:
    """Show the descent; a sentence where it does not depend on the picture, else nothing."""
    from dlviz.figures.deconv_words import RULES

    key = f"{asked.key} {rule} {asked.title}"
    data, template = _latest("descent shown", key, lambda: _descended(asked, rule))
    unit = asked.unit
    file = f"{rule}-{asked.place.offer.key}-{unit.layer}-{unit.channel}-{asked.picture.name}"
    descent(data, rules=RULES, file=file, key=VIEW)
    return str(template)


def _descended(asked: Asked, rule: str) -> tuple[dict[str, Any], str]:
    """What the component shows, and the sentence about a template, if it is one."""
    from dlviz.core.attributions import projection_cosine
    from dlviz.core.deconv_stages import descend
    from dlviz.core.receptive import receptive_field
    from dlviz.figures.deconv import descent_data
    from dlviz.figures.deconv_words import RULES, template_words

    model, image, unit = asked.place.model, asked.image, asked.unit
    found = descend(model, image, unit, rule)
    field = receptive_field(model, unit.layer, *image.shape[1:]).box(unit.row, unit.column)
    data = descent_data(found, title=f"{RULES[rule]} · {asked.title}", field=field)
    if found.switched or rule != "deconvnet":
        return data, ""
    cosine = projection_cosine(model, image, image.flip(-1), unit)
    rectified = [stage for stage in found.stages if stage.kind in ("relu", "block")]
    return data, template_words(cosine, first=len(rectified) < 2)


def _cam(asked: Asked, explained: str) -> Cam:
    """Of the unit, by the maps of the layer below; of the class, by those of the unit's layer.

    Below the first layer there are no maps, so there it is the class.
    """
    from dlviz.figures.attributions import Cam

    model, unit = asked.place.model, asked.unit
    layers = facts(model)[1]
    names = list(layers)
    below = names.index(unit.layer) - 1
    if explained == "unit" and below >= 0:
        layer = layers[names[below]]
        size = f"{layer.height}×{layer.width}"
        return Cam(unit, layer.name, f"Here: the {size} maps of {layer.words}, for this unit.")
    best = model.probabilities(asked.image[None])[0].max(dim=0)
    name, share = model.classes[int(best.indices)], float(best.values)
    layer = layers[unit.layer]
    words = f"Here: the maps of {layer.words}, for the class {name} ({share:.2f})."
    return Cam(int(best.indices), layer.name, words)


def _answers(asked: Asked, cam: Cam) -> None:
    from dlviz.figures import attributions

    memory, key = memory_of(own=asked.own), f"answers {asked.key} {cam.layer} {cam.target}"
    model, image, unit = asked.place.model, asked.image, asked.unit
    total = attributions.OTHERS + attributions.COPIES
    task = memory.tasks.get(key, lambda: Task(total, attributions.answers(model, image, unit, cam)))
    found = run(task, key=key, things="passes through the network")
    shown = theme()

    drawn: dict[str, Any] = _latest(
        "answers shown",
        f"{key} {shown} {task.done}",
        lambda: attributions.pictures(image, found, shown),
    )
    st.html(attributions.gallery(drawn, cam))
    st.caption(
        f"{attributions.agreement(found)} Each picture has a scale of its own. What only one of "
        f"them shows is its rule’s doing. Picture: {as_text(asked.picture.title)}."
    )
    save_button(
        "Save these pictures",
        lambda: attributions.saved_answers(drawn, asked.title, shown),
        f"answers-{asked.place.offer.key}-{unit.layer}-{unit.channel}-{asked.picture.name}.png",
        "image/png",
    )
