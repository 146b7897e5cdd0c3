"""Table 3: what becomes of a net without some of its layers, or with wider ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import choice, number, several
from dlviz.ui.newest import Newest
from dlviz.ui.rate_finder import Crowd
from dlviz.ui.server import slots
from dlviz.ui.steps import Task, resume, run

if TYPE_CHECKING:
    from dlviz.core.ablation import Base, Outcome, Variant
    from dlviz.core.data import ImageData
    from dlviz.figures.ablation import Row
    from dlviz.io.ablations import KeptAblation
    from dlviz.ui.views import Place

Ends = dict[str, tuple["Outcome", ...]]
MOST_SEEDS, RECORDED_SEEDS, MOST_ROWS = 5, 3, 4
_ASKED, _TASKS = "rows asked for", "rows trained"
_crowd = Crowd(slots())  # of those who train rows at the same time


@dataclass(frozen=True)
class _Ask:
    """Rows to be trained here, each from ``seeds`` seeds."""

    base: str
    rows: tuple[str, ...]
    seeds: int

    @property
    def key(self) -> str:
        """What its training is kept under, and stopped."""
        return f"ablation {self.base} {self.rows} {self.seeds}"


def show(place: Place) -> None:
    """The table beside the chart, recorded; rows can be trained again."""
    from dlviz.core.ablation import BASES, variants
    from dlviz.figures.ablation import PAPER, STYLE, chart, sentence, table

    with place.controls:
        name = choice("Net to take apart", BASES, key="net", width=260)
        base = BASES[name]
        rows = variants(base.spec.net)
        ask = _choose(name, rows)
    with place.status:
        here = _trained(base, ask)
    found = _rows(name, base, rows, here)
    learnt, judged, noun = _counts(base)
    st.markdown(sentence(found, learnt=learnt, judged=judged, noun=noun))
    left, right = st.columns([5, 6], gap="medium")
    st.html(f"<style>{STYLE}</style>")
    with right.container(key="ablation_table"):
        st.markdown(table(found))
        st.caption(f"{_how(name, base, trained=bool(here))} {PAPER}")
    with left:
        save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        save["toImageButtonOptions"] = {"filename": f"ablation-{name}", "width": 1200}
        st.plotly_chart(chart(found), key="ablation", config=save)
    with st.expander("Show the code"):
        from dlviz.figures.ablation import code

        text = code(name, ask.rows or ("whole", list(rows)[-1]), ask.seeds)
        st.code(text, language="python")


def _choose(name: str, rows: dict[str, Variant]) -> _Ask:
    """Which rows are to be trained here, and from how many seeds; a button begins."""
    chosen = several(
        "Rows", rows, key="rows", most=MOST_ROWS, placeholder="Choose rows to train", width=330
    )
    seeds = number("Seeds (1 to 5)", 1, MOST_SEEDS, RECORDED_SEEDS, key="seeds", width=130)
    ask = _Ask(name, tuple(chosen), seeds)

    def begin() -> None:
        st.session_state[_ASKED] = ask
        resume(ask.key)

    st.button(
        "Run it here",
        icon=":material/play_arrow:",
        disabled=not chosen,
        help="Trains the chosen rows on this server." if chosen else "Choose a row or more first.",
        on_click=begin,
    )
    return ask


def _trained(base: Base, ask: _Ask) -> Ends:
    """What this visitor has trained of these rows; goes on with what was asked for."""
    if st.session_state.get(_ASKED) != ask:
        return {}
    tasks: Newest[Task[Ends]] = st.session_state.setdefault(_TASKS, Newest(4))
    task = tasks.get(ask.key, lambda: _task(base, ask))
    if task.finished:
        return task.result

    def again() -> None:
        if task.has_failed:  # else there was no place for it: it goes on
            tasks.drop(ask.key, task)

    try:
        with _crowd.place():
            return run(task, key=ask.key, things="updates")
    except (ValueError, ArithmeticError) as error:
        st.warning(str(error))
        st.button("Try again", on_click=again)
        return {}


def _task(base: Base, ask: _Ask) -> Task[Ends]:
    from dlviz.ui.data import data_of

    with st.spinner("The training pictures are being drawn: once, some seconds."):
        data = data_of(base.spec.data)
    train = base.spec.train
    steps = train.epochs * -(-len(data.train_labels) // train.batch_size)
    return Task(steps * len(ask.rows) * ask.seeds, _steps(base, ask, data))


def _steps(base: Base, ask: _Ask, data: ImageData) -> Iterator[tuple[int, Ends]]:
    """(updates so far, the trainings that are over); seed by seed, so that a part compares too."""
    from dlviz.core.ablation import seeded, train, variants

    ends: Ends = {}
    yield 0, ends
    rows, before = variants(base.spec.net), 0
    for seed in range(ask.seeds):
        for name in ask.rows:
            step = 0
            for step, outcome in train(seeded(base.spec, rows[name].net, seed), data):
                if outcome:
                    ends = {**ends, name: (*ends.get(name, ()), outcome)}
                yield before + step, ends
            before += step


@st.cache_data(max_entries=4, show_spinner=False)
def _kept(name: str) -> KeptAblation | None:
    from dlviz.io.ablations import read_ablation
    from dlviz.io.assets import AssetError

    try:
        return read_ablation(name)
    except AssetError:
        return None


def _rows(name: str, base: Base, rows: dict[str, Variant], here: Ends) -> dict[str, Row]:
    from dlviz.core.ablation import size_of
    from dlviz.figures.ablation import Row
    from dlviz.io.datasets import DATASETS

    entry = DATASETS[base.spec.data.name]
    return {
        row: Row(
            variant.title,
            size_of(variant.net, entry.shape, len(entry.classes)),
            _recorded(name, base, variant),
            here.get(row, ()),
        )
        for row, variant in rows.items()
    }


def _recorded(name: str, base: Base, variant: Variant) -> tuple[Outcome, ...]:
    from dlviz.core.ablation import Outcome, seeded

    kept = _kept(name)
    if kept is None:
        return ()
    errors = [(seed, kept.of(seeded(base.spec, variant.net, seed))) for seed in range(MOST_SEEDS)]
    return tuple(Outcome(seed, *pair) for seed, pair in errors if pair)


def _counts(base: Base) -> tuple[int, int, str]:
    """(training pictures, but for rounding, held-out pictures, what they show)."""
    from dlviz.io.datasets import entry_of

    entry = entry_of(base.spec.data.name)
    return round(base.spec.data.share * entry.counts[0]), entry.counts[1], entry.noun


def _how(name: str, base: Base, *, trained: bool) -> str:
    kept, train = _kept(name), base.spec.train
    if kept is None:
        return "The recorded trainings are not here."
    own = " Rows marked ◆ were trained here, just now." if trained else ""
    return (
        f"Recorded, not computed now: {train.epochs} epochs from {RECORDED_SEEDS} seeds each, on "
        f"{kept.threads} thread, torch {kept.torch.partition('+')[0]}; in brackets the lowest and "
        f"the highest seed. Layers are counted as in the paper: those with weights, without the "
        f"output. The model chosen above plays no part here.{own}"
    )
