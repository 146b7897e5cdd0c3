"""The adversarial page: FGSM with ε under the finger, on any model and picture."""

from __future__ import annotations

import streamlit as st

from dlviz.figures.charts import STYLE as BARS
from dlviz.ui.attack import choose_subject, studied
from dlviz.ui.engine import need_torch
from dlviz.ui.models import choose_model
from dlviz.ui.pages import header
from dlviz.ui.triptych import STYLE, triptych

header("adversarial")
need_torch("adversarial")

st.html(f"<style>{STYLE}{BARS}</style>")
panel, stage = st.columns([1, 3.2], gap="medium")
with panel:
    offer, model = choose_model("Model", key="model", default="mobilenet_v2")
    subject = choose_subject(model)
    study = studied(offer, model, subject)
    st.markdown(
        f"The **fast gradient sign method** asks: in which direction must each pixel move so that "
        f"the loss *J* for *y* = **{model.classes[study.label]}**, the net's own answer, rises? "
        "Then *every* pixel takes one step of ε that way. The direction is the same for every ε."
    )
with stage:
    triptych(offer, model, subject, study)
