"""A lab's views: one row to choose from, the question that each answers, and what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.lessons import Card
from dlviz.io.assets import AssetError
from dlviz.ui.address import follow, forget, plain, renew, write
from dlviz.ui.cards import cards
from dlviz.ui.engine import need_torch
from dlviz.ui.in_sight import style_page
from dlviz.ui.models import choose_model
from dlviz.ui.pages import header

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.core.classifier import Classifier
    from dlviz.ui.models import Offer


@dataclass(frozen=True, eq=False)
class Spot:
    """Where on the page a view's things go.

    ``controls``: a row for the view's own controls. ``status``: below it, for progress and
    sentences. What the view shows goes below both.
    """

    controls: DeltaGenerator
    status: DeltaGenerator


@dataclass(frozen=True, eq=False)
class Place(Spot):
    """What a view of a lab with a model box is given: ``controls`` is the row that it stands in."""

    offer: Offer
    model: Classifier


@dataclass(frozen=True)
class LabView:
    """One view: its ``title`` in the row, the ``question`` it answers, and where it is shown.

    ``module`` of its lab's package has a function ``show(place)``, which raises ValueError with
    one sentence where it cannot. ``figure``: the paper's. ``pooled``: only for networks with max
    pooling, whose projections depend on the picture. ``model``: the registered one that it opens
    on, where that is not the lab's. ``torch``: whether it has to wait for PyTorch.
    """

    title: str
    question: str
    module: str
    figure: str = ""
    pooled: bool = False
    model: str = ""
    torch: bool = True


@dataclass(frozen=True)
class Views:
    """The views of one lab, in visible order.

    ``key`` is the address's parameter, of this lab alone, so that each lab finds its own view
    again. ``package`` holds their modules. ``common``: what of the address a view finds as the
    view before has left it.
    """

    key: str
    package: str
    entries: Mapping[str, LabView]
    common: tuple[str, ...]

    def choose(self, head: DeltaGenerator) -> str:
        """A row of the views; the address has the choice. ``head`` gets its question."""
        names = list(self.entries)

        def read(text: str) -> str:
            if text not in self.entries:
                raise ValueError(f"a view “{plain(text)}”")
            return text

        sentence = follow(self.key, read, names[0])
        style_page("views_page.css")
        with st.container(key="views"):
            chosen = st.segmented_control(
                "View",
                names,
                key=self.key,
                format_func=lambda name: self.entries[name].title,
                required=True,
                label_visibility="collapsed",
                on_change=self._leave,
            )
        if sentence:
            st.info(sentence)
        name = str(chosen)
        if st.session_state.setdefault(f"{self.key} shown", name) != name:
            # Back, or a link: what the view before had set by itself stands in no address.
            forget(st.query_params.to_dict())
        st.session_state[f"{self.key} shown"] = name
        write(self.key, name, names[0])
        view = self.entries[name]
        head.markdown(f"{view.question}{f' ({view.figure})' if view.figure else ''}")
        return name

    def link_to(self, name: str, label: str, **settings: str) -> None:
        """A way to another view that keeps what both may look at; ``settings`` go with it."""
        way = " ".join([name, *settings.values()])
        st.button(label, key=f"to {way}", on_click=self._open, args=(name,), kwargs=settings)

    def _leave(self) -> None:
        self._open(str(st.session_state[self.key]))

    def _open(self, name: str, **settings: str) -> None:
        """What only the view before had in the address says nothing here. Call in a callback."""
        kept = {key: st.query_params[key] for key in self.common if key in st.query_params}
        kept |= settings
        st.session_state[f"{self.key} shown"] = name
        renew({**kept, self.key: name} if name != next(iter(self.entries)) else kept)

    def show(self, name: str, place: Spot) -> None:
        """Show a view. Raises ValueError with one sentence where it cannot."""
        import_module(f"{self.package}.{self.entries[name].module}").show(place)


@contextmanager
def _told(status: DeltaGenerator) -> Iterator[None]:
    """A view that cannot go on says so in one sentence, and the page goes on."""
    try:
        yield
    except (ValueError, ArithmeticError, AssetError) as error:
        # The second: numbers that are none any more. The third: a shipped file is missing.
        status.error(str(error))


def _head(name: str) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Title and the view's question → what holds both and the lessons, their row, the question."""
    top = st.container(gap=None, key="lessons")
    with top:
        head = st.container(horizontal=True, vertical_alignment="center", key="views_head")
        with head:
            header(name)
            asked = st.container(key="views_question")
    return top, head, asked


def _lessons(lessons: Mapping[str, Card], top: DeltaGenerator, head: DeltaGenerator) -> None:
    def lay_out(card: Card) -> None:
        renew({**card.settings, "try": card.name})

    with top:
        cards(lessons, apply=lay_out, beside=head)


def _rows() -> Spot:
    with st.container(gap="xsmall"):
        controls = st.container(horizontal=True, vertical_alignment="bottom", key="views_controls")
        return Spot(controls, st.container())


def open_lab(name: str, lessons: Mapping[str, Card], views: Views, *, model: str) -> None:
    """The page of a lab that consists of views: title and lessons, views, model, the view.

    ``model`` is the registered one that its views open on.
    """
    top, head, asked = _head(name)
    need_torch(name)
    _lessons(lessons, top, head)
    chosen = views.choose(asked)
    spot = _rows()
    with _told(spot.status):
        with spot.controls:
            view = views.entries[chosen]
            offer, classifier = choose_model(
                "Model",
                key="model",
                default=view.model or model,
                pooled=view.pooled,
                told=spot.status,
            )
        views.show(chosen, Place(spot.controls, spot.status, offer, classifier))


def open_views(name: str, lessons: Mapping[str, Card], views: Views) -> None:
    """As ``open_lab``, without a model; a view that needs no torch does not wait for it."""
    top, head, asked = _head(name)
    _lessons(lessons, top, head)
    chosen = views.choose(asked)
    spot = _rows()
    if views.entries[chosen].torch:
        need_torch(name)
    with _told(spot.status):
        views.show(chosen, spot)
