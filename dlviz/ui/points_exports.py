"""Take a run on points home: as NumPy that spells the gradient out, as PyTorch, as files."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.points.specs import PointsSpec
from dlviz.runs.records import record_csv
from dlviz.ui.controls import save_button
from dlviz.ui.exports import LAST, NOW
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.runs.records import Record


def points_exports(spec: PointsSpec, record: Record | None = None) -> None:
    """A part of a page: code to copy and files to save, of ``spec`` or of the last run.

    ``record`` is the run whose history is offered; without one, the visitor's newest on points.
    """
    records = visitor().points_records.entries()
    record = record or (records[-1] if records else None)
    with st.expander("Take it home: code and files", icon=":material/home_storage:"):
        shown = _chosen(spec, record)
        numpy_code, torch_code = _codes(shown)
        numpy_tab, torch_tab = st.tabs(["NumPy", "PyTorch"])
        with numpy_tab:
            st.caption(
                "The lecture's equations written out. It needs nothing but NumPy and gives "
                "the losses of this run to the last digit, changes by hand included."
            )
            st.code(numpy_code, language="python", height=420)
        with torch_tab:
            st.caption(
                "The same network from the same initial weights; autograd finds the gradient. It "
                "needs nothing but PyTorch and NumPy."
                + (" Dropout draws other units." if shown.net.dropout else "")
            )
            st.code(torch_code, language="python", height=420)
        with st.container(horizontal=True):
            save_button("NumPy script", numpy_code, "dlviz-points.py", "text/x-python")
            save_button("PyTorch script", torch_code, "dlviz-points-torch.py", "text/x-python")
            save_button(
                "Settings (JSON)", spec_json(shown), "dlviz-points.json", "application/json"
            )
            if record:
                make = partial(record_csv, record)
                save_button("History (CSV)", make, "dlviz-points-history.csv", "text/csv")


def spec_json(spec: PointsSpec) -> str:
    """The spec, readable; ``PointsSpec.from_json`` gives it back."""
    return json.dumps(json.loads(spec.to_json()), indent=1) + "\n"


def _chosen(spec: PointsSpec, record: Record | None) -> PointsSpec:
    """The controls' spec or, where it differs, the run's with what was changed by hand."""
    if record is None or record.spec == spec or not isinstance(record.spec, PointsSpec):
        return spec
    asked = st.radio("Of", [NOW, LAST], horizontal=True, key="points export of")
    return record.spec if asked == LAST else spec


@lru_cache(maxsize=32)
def _codes(spec: PointsSpec) -> tuple[str, str]:
    from dlviz.figures.points_code import points_code
    from dlviz.figures.points_torch_code import points_torch_code

    return points_code(spec), points_torch_code(spec)
