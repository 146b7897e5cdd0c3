"""Babysitting: a run that failed, looked through step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.networks import OFFERED, PROVOKING, TROUBLE
from dlviz.core.specs import RunSpec
from dlviz.runs.records import Record
from dlviz.ui.controls import Named, choice
from dlviz.ui.experiments.links import in_the_training_lab
from dlviz.ui.samples import SMALLEST
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.core.data import ImageData
    from dlviz.runs.cases import Case
    from dlviz.ui.views import Spot

SHOWN = 20
_OWN = "own-"


def show(spot: Spot) -> None:
    """The list for a recorded failure, or a run of the visitor's."""
    from dlviz.core.checklist import Seen, checklist, conclusion
    from dlviz.figures.experiments_checklist import STYLE, points_list

    own = {f"{_OWN}{record.key}": record for record in reversed(visitor().records.entries())}
    with spot.controls:
        chosen = choice("Which run", _offered(own), key="case", width=420)
    record = own.get(chosen)
    with spot.status, st.spinner("Making the pictures …"):
        data = _data(record.spec if record else OFFERED[chosen].spec)  # type: ignore[arg-type]
    case = _case(chosen, record, data)
    with spot.controls:
        in_the_training_lab("Open it in the training lab", case.spec)
    counts = _counts(data) if data else ()
    seen = Seen(case.log, counts, case.noted)
    st.markdown(conclusion(seen) + (f" {case.message}" if case.message else ""))
    listed, drawn = st.columns([5, 3], gap="medium")
    listed.html(f"<style>{STYLE}</style>{points_list(checklist(seen))}")
    with drawn:
        _draw(case)
    if data:
        _pictures(data)


def _offered(own: dict[str, Record]) -> dict[str, Named]:
    """Recorded failures, then the visitor's runs, newest first, then what went well."""
    return {
        **{f"{TROUBLE}{name}": Named(item.title) for name, item in PROVOKING.items()},
        **{key: Named(f"Yours, {record.title}") for key, record in own.items()},
        **{name: Named(item.title) for name, item in OFFERED.items() if TROUBLE not in name},
    }


def _data(spec: RunSpec) -> ImageData | None:
    """What it was trained on, where it is still here."""
    from dlviz.io.datasets import data_for

    try:
        return data_for(spec.data, visitor().pictures)
    except ValueError:
        return None


def _counts(data: ImageData) -> tuple[int, ...]:
    found = data.train_labels.bincount(minlength=len(data.classes)).tolist()
    return tuple(map(int, found))


def _case(chosen: str, record: Record | None, data: ImageData | None) -> Case:
    from dlviz.runs.cases import case_of, recorded_case

    if record is None:
        return recorded_case(chosen)
    if data is None:
        raise ValueError("The pictures that this run was trained on are not here any more.")
    return case_of(record, data.classes)


def _draw(case: Case) -> None:
    from dlviz.figures.experiments_checklist import gradient_bars, loss_curves

    quiet = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
    st.plotly_chart(loss_curves(case.log), key="case loss", config=quiet)
    st.caption("The list tells means over several mini-batches: a single one reaches further.")
    if bars := gradient_bars(case.log):
        st.plotly_chart(bars, key="case gradients", config=quiet)
        st.caption("The green band, 0.1 to 10, is usual with inputs of deviation 1.")


def _pictures(data: ImageData) -> None:
    """Some training pictures with the labels that the net was told."""
    from dlviz.figures.augmentation import in_turn
    from dlviz.figures.sheets import sheet_of
    from dlviz.figures.walls import as_pictures
    from dlviz.ui.components.tiles import tiles

    order = in_turn(data.train_labels, SHOWN)
    names = [data.classes[label] for label in data.train_labels[order].tolist()]
    st.markdown(f"**What it was told**: {SHOWN} of its training pictures with their labels.")
    sheet = sheet_of(as_pictures(data.train_pixels[order]))
    tiles(sheet, names, key="told", texts=names, smallest=SMALLEST)
