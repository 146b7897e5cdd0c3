"""The threshold: one slider from “all are ill” to “nobody is”, and everything that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.words import percent
from dlviz.ui.components.medical_threshold import threshold_view
from dlviz.ui.controls import Named, choice, number, switch
from dlviz.ui.medical.cases import Source, caution, choose_source, place_asked
from dlviz.ui.newest import Newest

if TYPE_CHECKING:
    from dlviz.figures.medical_threshold import Screened
    from dlviz.ui.views import Spot

LEARNT = 0.5
TYPICAL = 6  # of the first 12 samples the one whose ROC curve moves least with the prevalence
_kept: Newest[Any] = Newest(24)


def show(spot: Spot) -> None:
    """Scores, counts, shares with intervals and both curves under one slider; then calibration."""
    from dlviz.core.medical.screening import PREVALENCES
    from dlviz.figures.medical_threshold import CUTS, FIRST, code

    with spot.controls:
        source = choose_source(spot)
        offered = {f"{share:g}": Named(f"{percent(share)} are ill") for share in PREVALENCES}
        prevalence = float(choice("How common", offered, key="ill", width=160))
        moved = switch(
            "Tell the scores how common it is",
            key="prior",
            help="The head learnt where half were ill. Its log-odds can be moved to another "
            "prevalence by a constant; the order of the pictures stays.",
        )
        sample = number(
            "Sample",
            0,
            99,
            TYPICAL,
            key="sample",
            width=130,
            help="Which of the held-out pictures make the set. The rarer the illness, the more "
            "hangs on which few ill ones are in it.",
        )
    cut = place_asked("cut", FIRST, len(CUTS) - 1, "the threshold in hundredths", spot)
    found, data = _kept.get(
        f"{source.key} {prevalence} {sample} {moved}",
        lambda: screened(source, prevalence, sample, moved=moved),
    )
    threshold_view(data)
    _explain(found, data, moved=moved)
    caution(source.caution)
    with st.expander("Show the code"):
        text = code(source.load, source.size, prevalence, sample, cut, moved=moved)
        st.code(text, language="python")


def screened(
    source: Source, prevalence: float, sample: int, *, moved: bool
) -> tuple[Screened, dict[str, Any]]:
    """A head taught on half ill, half well, and what it says of a held-out set."""
    from dlviz.core.medical.heads import teach
    from dlviz.core.medical.screening import at_prevalence
    from dlviz.core.medical.verdicts import curves, shifted
    from dlviz.figures.medical_threshold import Screened, threshold_data

    (features, known), (held_out, ill) = source.train, source.test
    learnt = at_prevalence(known, LEARNT, 800, seed=0)
    head = teach(features[learnt], known[learnt, None])
    said = head(held_out)[:, 0]
    seen = at_prevalence(ill, prevalence, source.size, seed=sample)
    scores = shifted(said[seen], LEARNT, prevalence) if moved else said[seen]
    found = Screened(scores, ill[seen], curves(said, ill))
    scene = f"{source.key} {prevalence} {sample} {moved}"
    return found, threshold_data(
        found, lambda one: source.picture(int(seen[one])), scene=scene, note=source.note
    )


def _explain(found: Screened, data: dict[str, Any], *, moved: bool) -> None:
    from dlviz.figures.medical_charts import calibration_chart, calibration_words

    auc, low, high = data["auc"]
    left, right = st.columns([5, 7], gap="large")
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    with left:
        st.plotly_chart(calibration_chart(data), key="calibration", config=save)
    right.markdown(
        f"**Can the score be believed?** {calibration_words(data, moved=moved)}\n\n"
        "**Why precision falls while ROC stays.** ROC asks the ill and the well apart: which share "
        "of *each* is called ill. How many there are of each does not enter: AUC "
        f"**{auc:.3f}** ({low:.3f}–{high:.3f}), and {data['whole_auc']:.3f} of all held-out "
        "pictures (dotted). Precision asks the alarms, and the well, "
        f"{percent(1 - found.prevalence)} of these {data['count']} pictures, send theirs too: the "
        "rarer the illness, the more alarms are false. "
        f"The intervals are bootstrapped: {data['draws']} sets of {data['count']} pictures, drawn "
        "with replacement; 95 % of their results lie inside (a set without an alarm has no "
        "precision and is left out). With fewer ill pictures recall, precision and F1 are known "
        "less well: try another sample."
    )
