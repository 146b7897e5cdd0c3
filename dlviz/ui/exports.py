"""Take it home: the run as a PyTorch script, its network in Keras, its files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.specs import DataSpec, RunSpec
from dlviz.runs.records import record_csv
from dlviz.ui.controls import save_button
from dlviz.ui.data import data_of, facts_of, is_own
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.runs.records import Record
    from dlviz.runs.shelf import Entry

NOW, LAST = "What the controls say", "The last run"
_WANTED, _ONNX = "onnx wanted", "onnx made"
_KEPT = 32  # codes of so many specs, for all visitors


@dataclass(frozen=True)
class Codes:
    """Both programs of a spec."""

    torch: str
    keras: str


@dataclass(frozen=True)
class _Made:
    """The ONNX file of the model ``key``, or why there is none."""

    key: str = ""
    file: bytes = b""
    mistake: str = ""


def exports_panel(spec: RunSpec, record: Record | None = None) -> None:
    """A part of a page: code to copy and files to save, of ``spec`` or of the last run.

    ``record`` is the run whose history is offered; without one, the visitor's newest.
    """
    records = visitor().records.entries()
    record = record or (records[-1] if records else None)
    with st.expander("Take it home: code and files", icon=":material/home_storage:"):
        shown = _chosen(spec, record)
        try:
            codes = _codes(shown)
        except ValueError as error:  # SpecError, too: the net is still being written
            st.info(str(error))
            codes = None
        if codes:
            _show(codes, shown, record)
        with st.container(horizontal=True):
            if codes:
                save_button("PyTorch script", codes.torch, "dlviz-train.py", "text/x-python")
                save_button("Keras code", codes.keras, "dlviz-keras.py", "text/x-python")
            save_button("Settings (JSON)", spec_json(shown), "dlviz-run.json", "application/json")
            if record:
                make = partial(record_csv, record)
                save_button("History (CSV)", make, "dlviz-history.csv", "text/csv")
            _onnx()


def spec_json(spec: RunSpec) -> str:
    """The spec, readable; ``RunSpec.from_json`` gives it back."""
    return json.dumps(json.loads(spec.to_json()), indent=1) + "\n"


def _chosen(spec: RunSpec, record: Record | None) -> RunSpec:
    """The controls' spec or, where it differs, the last run's with what was changed by hand."""
    if record is None or record.spec == spec:
        return spec
    asked = st.radio("Of", [NOW, LAST], horizontal=True, key="export of")
    return record.spec if asked == LAST and isinstance(record.spec, RunSpec) else spec


def _codes(spec: RunSpec) -> Codes:
    """Raises ``ValueError`` with one sentence: another's pictures, a net that does not fit."""
    import torch

    facts = facts_of(spec.data)
    own = is_own(spec.data.name)
    named = replace(spec.data, name="own") if own else spec.data
    pictures = _pictures(spec)
    threads = torch.get_num_threads()
    named_spec = replace(spec, data=named)
    return _written(
        named_spec, facts.shape, len(facts.classes), own=own, pictures=pictures, threads=threads
    )


@lru_cache(maxsize=_KEPT)
def _written(
    spec: RunSpec,
    shape: tuple[int, int, int],
    classes: int,
    *,
    own: bool,
    pictures: int | None,
    threads: int,
) -> Codes:
    from dlviz.figures.keras_code import keras_code
    from dlviz.figures.training_code import training_code

    script = training_code(spec, shape, classes, own=own, pictures=pictures, threads=threads)
    return Codes(script, keras_code(spec, shape, classes))


def _pictures(spec: RunSpec) -> int | None:
    """How many are trained on: only batch norm asks, and only then they are loaded."""
    if all(item.kind not in ("batch_norm", "residual") for item in spec.net.layers):
        return None
    data = spec.data
    try:
        return _counted(data.name, data.share)
    except ValueError:  # still to be downloaded
        return None


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner="Counting the pictures …")
def _counted(name: str, share: float) -> int:
    return len(data_of(DataSpec(name, share=share)).train_labels)


def _show(codes: Codes, spec: RunSpec, record: Record | None) -> None:
    script, keras = st.tabs(["PyTorch", "Keras"])
    with script:
        told = (
            "A plain loop that runs as it stands in dlviz's folder and prints the losses of this "
            "run, to the last digit on a CPU."
        )
        if record and record.spec == spec and not record.device.startswith("CPU"):  # its title
            told += f" The run was on {record.device}: there the last digits differ."
        st.caption(told)
        st.code(codes.torch, language="python", height=420)
    with keras:
        st.caption("The same network and optimiser; Keras draws other numbers.")
        st.code(codes.keras, language="python", height=420)


def _onnx() -> None:
    """The newest model on the shelf, where what writes such files is installed.

    The file is made on a click and then offered: what goes wrong can be told only in between.
    """
    from dlviz.io.onnx import why_not

    entries = visitor().shelf.entries()
    sentence = why_not() or ("" if entries else "ONNX needs a model on your shelf.")
    made = _made(entries[-1]) if not sentence else _Made()
    if made.file:
        kind = "application/octet-stream"
        save_button("Newest model (ONNX)", made.file, "dlviz-model.onnx", kind)
        return
    st.button(
        "Make the ONNX file",
        key="make onnx",
        icon=":material/deployed_code:",
        disabled=bool(sentence),
        on_click=lambda: st.session_state.update({_WANTED: entries[-1].key}),
    )
    if made.mistake:
        st.warning(made.mistake)
    elif sentence:
        st.caption(sentence)


def _made(entry: Entry) -> _Made:
    """This model's file if it was made, or is to be made now; of others none is kept."""
    from dlviz.io.onnx import OnnxError, write_onnx

    if st.session_state.pop(_WANTED, None) == entry.key:
        try:
            with st.spinner("Writing the file …"):
                made = _Made(entry.key, write_onnx(entry.snapshots[-1]))
        except OnnxError as error:
            made = _Made(entry.key, mistake=str(error))
        st.session_state[_ONNX] = made
    known: _Made = st.session_state.get(_ONNX, _Made())
    if known.key != entry.key:
        st.session_state[_ONNX] = known = _Made()
    return known
