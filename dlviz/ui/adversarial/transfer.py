"""Transfer: pictures made to fool one network, shown to the others that know the same classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.adversarial.crowd import Crowd, choose_crowd, companions, distinct
from dlviz.ui.adversarial.subject import load_model_code
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.filters import memory as shared
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.newest import Newest
from dlviz.ui.pages import page_file
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.transfer import Transfer
    from dlviz.ui.models import Offer
    from dlviz.ui.views import Place

MOST = 5  # networks: the work grows with their square
_going: Newest[Task[Any]] = Newest(4)
Net = tuple["Offer", "Classifier"]
_WHAT = (
    "Counted are the pictures that both networks name rightly when clean; fooled are those of them "
    "that the judge then names wrongly. The last row is the control: random signs of the same ε. "
    "Networks that were trained on the same pictures lean on the same cues, so what misleads one "
    "misleads others: an attacker need not have the network, a stand-in will do."
)


def show(place: Place) -> None:
    """The table of all networks that know the same pictures; one alone is told to train another."""
    from dlviz.core.attacks import ATTACKS
    from dlviz.figures.robustness import short
    from dlviz.figures.transfer import chart, legend, sentence

    offer, model = place.offer, place.model
    others = list(companions(offer, model).values())[: MOST - 1]
    with place.controls:
        crowd = choose_crowd(model)
        attacks = {name: Named(short(name)) for name, item in ATTACKS.items() if item.has_eps}
        # What another view attacked with, and this one has not, is no broken link.
        known = st.query_params.get("attack") in ATTACKS
        attack = choice("Attack", attacks, key="attack", explained=known, width=150)
        usual = 32 if model.input_shape[0] == 1 else 12
        eps = number("ε, steps of 1/255", 1, 255, usual, key="eps", context=model.data, width=140)
    if not others:
        with place.status:
            st.info(
                "Transfer takes two networks that know the same classes of the same pictures, and "
                f"{offer.title} is the only one here. Train another one: it stands beside it then."
            )
            st.page_link(page_file("training"), label="**Train one**", icon=":material/play_arrow:")
        return
    nets: list[Net] = [(offer, model), *((other, other.load()) for other in others)]
    titles = distinct(net[0].title.removesuffix(" (shipped)") for net in nets)
    with place.status:
        found = _table(nets, crowd, attack, eps)
    st.markdown(f"{sentence(found, titles, eps)}\n\n{legend(titles)}")
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    save["toImageButtonOptions"] = {"filename": f"transfer-{attack}-{eps}"}
    st.plotly_chart(chart(found, titles), key="transfer", config=save)
    st.caption(f"{crowd.words[0].upper()}{crowd.words[1:]}. {_WHAT}")
    with st.expander("Show the code"):
        from dlviz.figures.transfer import code

        loads = [load_model_code(net[0]) for net in nets]
        st.code(code(loads, crowd.source, attack, eps), language="python")


def _table(nets: list[Net], crowd: Crowd, attack: str, eps: int) -> Transfer:
    own = crowd.own or any(offer.own for offer, _ in nets)
    memory = memory_of(own=own)
    digests = " ".join(facts(model)[0] for _, model in nets)
    key = f"transfer {digests} {crowd.key} {attack} {eps}"
    kept: list[Transfer] = memory.results.get(key, list)
    if kept:
        return kept[0]

    def steps() -> Iterator[tuple[int, Transfer]]:
        from dlviz.core.transfer import transfer

        models = [model for _, model in nets]
        yield from transfer(models, crowd.pixels, crowd.labels, attack, eps, batch=10)

    going = _going if memory is shared.SHARED else memory.tasks
    task = going.get(key, lambda: Task(len(crowd.pixels), steps()))
    found: Transfer = run(task, key=key, things="pictures")
    if task.finished:
        kept.append(found)
        going.drop(key, task)
    return found
