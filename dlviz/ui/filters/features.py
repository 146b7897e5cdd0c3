"""How good the features are, layer by layer: what a linear classifier can read out of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.controls import Named, choice
from dlviz.ui.data import held_out_of, is_own
from dlviz.ui.filters import memory as shared
from dlviz.ui.filters.memory import Memory, facts, memory_of
from dlviz.ui.models import snapshots_of
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.readout import Pictures, Reading
    from dlviz.ui.views import Place

COUNTS = {str(count): Named(str(count)) for count in (100, 20, 50, 200, 500, 1000)}
MOST_LARGE = 240  # pictures for a net of large ones, which takes its time
_LARGE = 128  # pixels
_WHAT = (
    "Every layer’s answers to a picture become a list of numbers (maps of more than 1 280 numbers "
    "are averaged over a coarser grid), each number gets mean 0 and deviation 1, and multinomial "
    "logistic regression with weight decay learns the classes from the pictures named above, five "
    "times from other ones. Points are means of the five, bars go from the lowest to the highest. "
    "What it learns from and what judges it are pictures that the network was never trained on."
)
_going: Newest[Task[Any]] = Newest(4)  # few, for each holds up to 60 MB of features


@dataclass
class _Kept:
    """The reading, once it is finished."""

    reading: Reading | None = None


@dataclass(frozen=True, eq=False)
class _Setting:
    """What is read: the data set's key, ``count`` pictures, ``words`` of the layers."""

    place: Place
    data: str
    count: int
    words: dict[str, str]

    @property
    def memory(self) -> Memory:
        return memory_of(own=self.place.offer.own or is_own(self.data))

    @property
    def most(self) -> int:
        """Of so many pictures of the data set only; 0: of all."""
        return MOST_LARGE if self.place.model.input_shape[-1] > _LARGE else 0


def show(place: Place) -> None:
    """A chart over depth, the sentence with its numbers, and what can be taken away."""
    from dlviz.figures.readout import sentence, table
    from dlviz.figures.readout_layers import readable

    results = memory_of(own=place.offer.own).results
    words = results.get(f"readable {facts(place.model)[0]}", lambda: readable(place.model))
    with place.controls:
        setting = _Setting(place, _choose_data(place), _choose_count(), words)
    if len(setting.words) == 1:
        raise ValueError(
            "This network has no hidden layer to read: its only features are the pixels."
        )
    if setting.data != place.model.data:
        place.status.caption(_travels(setting))
    with place.status:
        reading = _reading(setting)
    if not reading.trained:
        st.info("Stopped before the first layer was read.")
        return
    from dlviz.io.datasets import noun_of

    noun = noun_of(setting.data)
    net = place.offer.title.removesuffix(" (shipped)")
    st.markdown(sentence(reading, setting.words, net=net, noun=noun))
    _chart(setting, reading)
    st.caption(_WHAT)
    with st.expander("The numbers"):
        st.markdown(table(reading, setting.words))
    _code(setting, reading)


def _choose_data(place: Place) -> str:
    """The network's own data first; in the address as ``on``."""
    from dlviz.io.datasets import DATASETS, is_known, name_of

    own = place.model.data
    offered: dict[str, Named] = {}
    if is_own(own) or is_known(own):
        offered[own] = Named("What it was trained on")
    known = DATASETS.get(name_of(own))
    whole = known.noun if known and known.download else ""
    for name, entry in DATASETS.items():
        # Our few digits are a part of all of MNIST: such a network was trained on some of them.
        if entry.download is None and name != own and entry.noun != whole:
            offered[name] = Named(entry.title)
    if own not in offered and place.model.input_shape[0] == 3:
        offered = {"photo_crops": offered["photo_crops"], **offered}
    return choice("Pictures", offered, key="on", context=own, width=250)


def _choose_count() -> int:
    """How many pictures are learnt from; in the address as ``learnt``."""
    return int(choice("To learn from", COUNTS, key="learnt", width=130))


def _travels(setting: _Setting) -> str:
    from dlviz.io.datasets import DATASETS

    channels, height, width = setting.place.model.input_shape
    colour = "in colour" if channels == 3 else "in grey"
    return (
        f"Transfer: {DATASETS[setting.data].title}, resized to {height}×{width} {colour}, are read "
        f"from features that were learnt on other pictures."
    )


def _reading(setting: _Setting) -> Reading:
    """The recorded reading of a shipped net, or one that is made now, step by step."""
    if not setting.place.offer.own:
        recorded = _recorded(setting)
        if recorded is not None:
            return recorded
    key = f"readout {facts(setting.place.model)[0]} {setting.data} {setting.count}"

    def make() -> Task[Reading]:
        from dlviz.core.readout import split, steps_of

        pixels, labels = held_out_of(setting.data)
        most = setting.most or len(labels)
        pictures = split(pixels, labels, _classes(setting.data, labels), most=most)
        layers = list(setting.words)[1:]
        total = steps_of(setting.place.model, pictures, layers, setting.count)
        return Task(total, _steps(setting, layers, pictures))

    kept: _Kept = setting.memory.results.get(key, _Kept)
    if kept.reading:
        return kept.reading
    going = setting.memory.tasks if setting.memory is not shared.SHARED else _going
    task = going.get(key, make)
    try:
        found: Reading = run(task, key=key, things="steps")
    except (ValueError, ArithmeticError):
        going.drop(key, task)
        raise
    if task.finished:
        kept.reading = found
        going.drop(key, task)
    return found


def _steps(
    setting: _Setting, layers: list[str], pictures: Pictures
) -> Iterator[tuple[int, Reading]]:
    from dlviz.core.readout import read_out
    from dlviz.core.untrained import untrained

    model = setting.place.model
    yield from read_out(
        model,
        untrained(model, snapshots_of(setting.place.offer)),
        pictures,
        layers,
        count=setting.count,
        knows=setting.data == model.data,
    )


def _classes(key: str, labels: Tensor) -> int:
    from dlviz.io.datasets import DATASETS

    return len(DATASETS[key].classes) if key in DATASETS else int(labels.max()) + 1


@st.cache_data(max_entries=1, show_spinner=False)
def _all_recorded() -> dict[str, Reading]:
    from dlviz.io.assets import AssetError
    from dlviz.io.readouts import read_readouts

    try:
        return read_readouts()
    except AssetError:
        return {}


def _recorded(setting: _Setting) -> Reading | None:
    from dlviz.io.readouts import reading_key, weights_digest

    key = reading_key(weights_digest(setting.place.model), setting.data, setting.count)
    return _all_recorded().get(key)


def _name(setting: _Setting) -> str:
    return f"readout-{setting.place.offer.key}-{setting.data}-{setting.count}"


def _chart(setting: _Setting, reading: Reading) -> None:
    from dlviz.figures.readout import chart

    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    save["toImageButtonOptions"] = {"filename": _name(setting), "width": 1200, "height": 600}
    st.plotly_chart(chart(reading, setting.words), key="readout", config=save)


def _code(setting: _Setting, reading: Reading) -> None:
    from dlviz.figures.data_code import held_out_code
    from dlviz.figures.readout import code

    offer, model = setting.place.offer, setting.place.model
    layer = list(setting.words)[-1]
    with st.expander("Show the code"):
        source = held_out_code(setting.data, model.input_shape[-1])
        text = code(offer.key, source, layer, reading.learnt, most=setting.most, own=offer.own)
        st.code(text, language="python")
