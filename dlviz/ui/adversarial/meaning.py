"""Words for use in class: what these pictures mean for safety, what they do not, and says who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.attack_meaning import CLAIMS, Claim
from dlviz.ui.adversarial.opened import LEVELS
from dlviz.ui.adversarial.studies import studied, usual_range
from dlviz.ui.adversarial.subject import choose_subject, load_model_code
from dlviz.ui.adversarial.views import ADVERSARIAL
from dlviz.ui.controls import number, save_button

if TYPE_CHECKING:
    from dlviz.ui.views import Place


def show(place: Place) -> None:
    """The claims in two columns, below what the chosen network says to the chosen picture."""
    from dlviz.figures.attack import attacked, code
    from dlviz.figures.meaning import HEADINGS, handout, here_and_now

    model, offer = place.model, place.offer
    with place.controls:
        subject = choose_subject(model)
        largest, usual = usual_range(subject)
        label = "ε, steps of 1/255"
        eps = number(label, 0, LEVELS, usual, key="eps", context=f"{largest}")
    study = studied(offer, model, subject)
    outcome = attacked(model, study, eps)
    now = here_and_now(model, offer.title, study, outcome, right=subject.right)
    place.status.info(now, icon=":material/science:")
    for column, (holds, heading) in zip(st.columns(2, gap="large"), HEADINGS.items(), strict=True):
        with column:
            st.subheader(heading, anchor=False)
            for claim in CLAIMS.values():
                if claim.holds is holds:
                    _claim(claim)
    save_button("Save as a handout", handout(now), "adversarial-handout.md", "text/markdown")
    with st.expander("Show the code"):
        st.code(code(load_model_code(offer), subject.source, eps), language="python")


def _claim(claim: Claim) -> None:
    from dlviz.figures.meaning import cited

    with st.container(gap="xsmall"):
        st.markdown(cited(claim))
        view = ADVERSARIAL.entries.get(claim.view)
        if view:
            ADVERSARIAL.link_to(claim.view, f"See it: {view.title}", **claim.settings)
