"""Several of a visitor's runs over one another: curves, bands over seeds, what differs, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.points.specs import PointsSpec
from dlviz.runs.compare import Band, BandPoint, bands, differing
from dlviz.runs.jobs import State
from dlviz.runs.naming import name_of_run
from dlviz.runs.records import CSV_COLUMNS, Record, Records, record_csv
from dlviz.ui.controls import save_button
from dlviz.ui.server import server
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.figures.overlay import Curve

MOST_AT_FIRST = 4
LOOK_SECONDS = 3.0  # within a series runs end one after the other
_CHOSEN = "compared runs"
_OFFER = "compared runs offered"  # (key of the widget, what it was offered with)
_KEPT = "compared runs kept"  # what is chosen, also while the visitor is on another page


# In the page's colours: the accent's white on orange cannot be read in the dark theme, and orange
# is the first line's.
STYLE = """
.st-key-compared_runs [data-tag] { color: inherit; border: 1px solid;
  background: color-mix(in srgb, currentColor 8%, transparent); }
"""


def compare_panel(*, points: bool = False) -> None:
    """The visitor's ended runs, over one another; a part of the page of its own.

    Those on ``points``, or those on pictures.
    """
    going = _is_series_going(visitor().points_job if points else visitor().job)
    st.fragment(run_every=LOOK_SECONDS if going else None)(_panel)(points)


def _is_series_going(job: str | None) -> bool:
    try:
        status = server().executor.status(job) if job else None
    except KeyError:
        return False
    return status is not None and status.runs > 1 and not status.state.final


def _panel(points: bool) -> None:
    st.subheader("Your runs, compared", anchor=False)
    records = visitor().points_records if points else visitor().records
    entries = records.entries()
    if not entries:
        st.caption(
            "When a run has ended its curves are kept here, to be laid over those of the next: "
            "train, change one setting, train again."
        )
        return
    with st.container(key="compared_runs"):
        st.html(f"<style>{STYLE}</style>")
        chosen = _choose(entries, " on points" if points else "")
    if not chosen:
        st.caption("Choose one run or more.")
        return
    groups = [Group(band) for band in bands(chosen)]
    _curves(groups)
    _notes(groups)
    _differences(groups)
    _files(chosen, records)


# -- which runs -----------------------------------------------------------------------------------


def at_first(records: Sequence[Record]) -> list[Record]:
    """What is shown unless the visitor chooses: the last series, else the last four runs.

    A series is not cut in two: of five seeds either all are shown or none.
    """
    last = _series_start(records, len(records) - 1)
    if last < len(records) - 1:
        return list(records[last:])
    return list(records[_series_start(records, max(0, len(records) - MOST_AT_FIRST)) :])


def _series_start(records: Sequence[Record], at: int) -> int:
    """Where the series begins that ``records[at]`` belongs to: runs in a row, other seeds only."""
    while at and _differ_in_seed_alone(records[at - 1], records[at]):
        at -= 1
    return at


def _differ_in_seed_alone(one: Record, other: Record) -> bool:
    return one.spec.train.seed != other.spec.train.seed and len(bands((one, other))) == 1


def _choose(records: Sequence[Record], kind: str) -> list[Record]:
    """The chosen runs, in the order they were chosen; every ``kind`` has its own choice.

    New runs are shown by themselves until the visitor has chosen; they are the visitor's, so they
    stay out of the address.
    """
    found = {record.key: record for record in records}
    state, usual = st.session_state, [record.key for record in at_first(records)]
    widget, offered = state.get(_OFFER + kind, (_CHOSEN + kind, None))
    chosen = state.get(widget, state.get(_KEPT + kind))
    if chosen is None or chosen == offered:
        # Another offer is another widget: a browser that is a moment behind would send the offer
        # before as if it had been chosen.
        chosen, widget = usual, f"{_CHOSEN} {' '.join(usual)}"
        state[_OFFER + kind] = widget, usual
    state[widget] = [key for key in chosen if key in found]
    state[_KEPT + kind] = st.multiselect(
        "Runs",
        list(found)[::-1],
        default=state[widget],
        key=widget,
        format_func=lambda key: found[key].title,
        placeholder="Choose runs",
    )
    return [found[key] for key in state[_KEPT + kind]]


# -- what is drawn --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """One line of the charts: a run, or runs that are equal but for their seed."""

    band: Band

    @property
    def records(self) -> tuple[Record, ...]:
        """Its runs, as they were chosen."""
        return self.band.records

    @property
    def is_single(self) -> bool:
        """Whether all its runs had one seed: on one machine they are one run, again."""
        return len(set(self.band.seeds)) == 1

    @property
    def title(self) -> str:
        """ "3: Digits – a small CNN, seed 0 (stopped)", "3, 4, 5: …, 3 seeds"."""
        first, count = self.records[0], len(self.records)
        if count == 1:
            ended = "" if first.state is State.DONE else f" ({first.state.value})"
            return f"{first.title}{ended}"
        numbers = ", ".join(record.title.partition(":")[0] for record in self.records)
        seeds = len(set(self.band.seeds))
        told = f"{seeds} seeds" if seeds == count else f"{count} runs, {seeds} seeds"
        told = f"{count} runs, all with seed {first.spec.train.seed}" if seeds == 1 else told
        return f"{numbers}: {name_of_run(first.spec)}, {told}"

    def last(self, column: int) -> list[float]:
        """The last held-out loss (1) or accuracy (2) of each seed's newest run.

        Of runs that came to their end; of the others only where there is none.
        """
        scored = [record for record in self.records if record.scores]
        done = [record for record in scored if record.state is State.DONE]
        newest = {record.spec.train.seed: record.scores[-1] for record in done or scored}
        return [score[column] for score in newest.values()]

    def curve(self, points: Sequence[BandPoint]) -> Curve:
        """Over epochs. Untrained nets all guess: their point would flatten the rest."""
        from dlviz.figures.overlay import Curve, Point

        epochs = epochs_a_step(self.records[0])
        shown = whole(points, self.records)
        shown = [item for item in shown if item.step] or shown
        return Curve(
            self.title,
            tuple(
                Point(epochs * item.step, item.low, item.mean, item.high, item.count)
                for item in shown
            ),
        )


def epochs_a_step(record: Record) -> float:
    """What a step is of an epoch. Where the planned length is not known the last step is taken."""
    last = max((point[0] for point in (*record.steps, *record.scores)), default=0)
    return record.spec.train.epochs / (record.total_steps or last or 1)


def whole(points: Sequence[BandPoint], records: Sequence[Record]) -> list[BandPoint]:
    """Only points of which every run that came so far has a part.

    A run that was stopped is judged at a step of its own: alone, it would bend the mean.
    """
    ends = [record.scores[-1][0] for record in records if record.scores]
    return [item for item in points if item.count == sum(end >= item.step for end in ends)]


def _curves(groups: Sequence[Group]) -> None:
    from dlviz.figures.overlay import STYLE, accuracy_chart, legend, loss_chart, percent_spread

    entries = [(group.title, percent_spread(group.last(2))) for group in groups]
    st.html(f"<style>{STYLE}</style>{legend(entries)}")
    losses = [group.curve(group.band.loss) for group in groups]
    accuracies = [group.curve(group.band.accuracy) for group in groups]
    if not any(curve.points for curve in losses):
        things = "points" if isinstance(groups[0].records[0].spec, PointsSpec) else "pictures"
        st.caption(f"None of them came as far as its first look at the held-out {things}.")
        return
    left, right = st.columns(2)
    quiet = {"displayModeBar": False}
    left.plotly_chart(loss_chart(losses), key="compared loss", config=quiet)
    right.plotly_chart(accuracy_chart(accuracies), key="compared accuracy", config=quiet)


def _notes(groups: Sequence[Group]) -> None:
    from dlviz.figures.overlay import HIGHEST_LOSS, is_cut

    notes = []
    if sum(group.is_single for group in groups) > 1:
        notes.append(
            "**One run is an anecdote**: another seed alone gives another result. Repeat each "
            "setting with 5 seeds before you believe that one is better."
        )
    if any(not group.is_single for group in groups):
        notes.append(
            "A line with a band is the mean of runs that are equal but for their seed; the band "
            "goes from the lowest to the highest, ± is their standard deviation at the end."
        )
    if is_cut([group.curve(group.band.loss) for group in groups]):
        on_points = isinstance(groups[0].records[0].spec, PointsSpec)
        why = "" if on_points else ": guessing among ten classes costs 2.3"
        notes.append(f"Losses above {HIGHEST_LOSS:g} are cut off{why}.")
    for note in notes:
        st.markdown(note)


def _differences(groups: Sequence[Group]) -> None:
    """What the lines came to, and in which settings they differ."""
    from dlviz.figures.overlay import loss_spread, percent_spread, table

    rows: list[tuple[str, Sequence[str]]] = [
        ("held-out accuracy", [percent_spread(group.last(2)) for group in groups]),
        ("held-out loss", [loss_spread(group.last(1)) for group in groups]),
        ("ended", [_ends(group) for group in groups]),
        ("at the end the babysitter saw", [_findings(group) for group in groups]),
        ("seed", [_seeds(group) for group in groups]),
    ]
    firsts = [group.records[0] for group in groups]
    settings = [(row.setting, row.values) for row in differing(firsts) if row.setting != "seed"]
    st.html(table([_short(group) for group in groups], [*rows, *settings]))


def _short(group: Group) -> str:
    """The numbers of its runs: the legend says the rest."""
    return group.title.partition(":")[0]


def _seeds(group: Group) -> str:
    return ", ".join(dict.fromkeys(str(seed) for seed in group.band.seeds))


def _ends(group: Group) -> str:
    """How far each run came and why no further; said once where all ended alike."""
    ends = []
    for record in group.records:
        last = max((point[0] for point in (*record.steps, *record.scores)), default=0)
        epochs = epochs_a_step(record) * last
        message = f": {record.message}" if record.message else ""
        ends.append(f"{record.state.value} after {epochs:.3g} epochs{message}")
    return "; ".join(dict.fromkeys(ends))


def _findings(group: Group) -> str:
    titles = [item["title"] for record in group.records for item in record.findings]
    return ", ".join(dict.fromkeys(titles)) or "nothing to worry about"


# -- files ----------------------------------------------------------------------------------------


def _files(chosen: Sequence[Record], records: Records) -> None:
    with st.container(horizontal=True):
        if len(chosen) > 1:
            label, name = f"All {len(chosen)} as one CSV", "dlviz-runs.csv"
            save_button(label, partial(together_csv, chosen), name, "text/csv")
        for record in chosen:
            number = record.title.partition(":")[0]
            save_button(
                f"Run {number} as CSV",
                partial(record_csv, record),
                f"dlviz-run-{number}.csv",
                "text/csv",
            )

        def forget() -> None:
            for record in chosen:
                records.remove(record.key)

        icon = ":material/delete:"
        st.button("Forget these", icon=icon, key="forget compared", on_click=forget)


def together_csv(records: Sequence[Record]) -> str:
    """The curves of all runs in one table: as ``record_csv``, after a column with the title."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("run", *CSV_COLUMNS))
    for record in records:
        _, *rows = csv.reader(io.StringIO(record_csv(record)))
        writer.writerows((record.title, *row) for row in rows)
    return text.getvalue()
