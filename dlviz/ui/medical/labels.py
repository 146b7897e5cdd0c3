"""Several findings in one picture: a sigmoid for each, never one softmax for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.components.save_drawing import save_drawing
from dlviz.ui.controls import number
from dlviz.ui.medical.cases import caution
from dlviz.ui.newest import Newest
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.medical.heads import Head
    from dlviz.ui.views import Spot

CASE = 178  # three findings at once
_kept: Newest[Any] = Newest(4)


def show(spot: Spot) -> None:
    """One picture with its findings, then every label's AUC, F1 and threshold."""
    from dlviz.figures.medical_labels import STYLE, bars, code, hung, judged, saved, table, words
    from dlviz.figures.medical_labels import thresholds_chart as chart
    from dlviz.io.xray_features import COUNTS, cases, chest
    from dlviz.io.xrays import FINDINGS

    with spot.controls:
        case = number("Held-out picture", 0, COUNTS["test"] - 1, CASE, key="case", width=160)
        level = number("Threshold for all", 0.01, 0.99, 0.5, key="level", step=0.05, width=160)
    train, test = cases("train"), cases("test")
    head = _head()
    logits, truth = head.logits(test.features[case]), test.findings[case]
    st.html(f"<style>{STYLE}</style>")
    picture, findings = st.columns([2, 5], gap="large", vertical_alignment="center")
    pixels = chest("test", case).pixels
    picture.html(hung(pixels, f"Held-out picture {case}"))
    picture.caption(f"Picture {case}, drawn by a program: no patient")
    findings.markdown(
        f"This picture has **{_told(truth.tolist(), FINDINGS)}**. Findings do not exclude one "
        "another, so each gets a yes or no of its own. A softmax would make them share one answer: "
        "the more of one, the less of the other."
    )
    findings.html(bars(FINDINGS, logits, truth, level))
    with findings:
        save_drawing(
            saved(pixels, FINDINGS, logits, truth, level, theme=theme()),
            f"findings-{case}.png",
            [
                f"Picture {case} has {_told(truth.tolist(), FINDINGS)}",
                f"Threshold {level:.2f} for all. Drawn by a program: no patient.",
            ],
        )
    scores = head(test.features)
    rows = judged(FINDINGS, scores, test.findings, (head(train.features), train.findings), level)
    left, right = st.columns([6, 7], gap="large")
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    with left:
        st.plotly_chart(chart(rows, scores, test.findings, level), key="thresholds", config=save)
    right.markdown(f"{table(rows, level)}\n\n{words(rows, level)}")
    caution()
    with st.expander("Show the code"):
        st.code(code(case, level), language="python")


def _head() -> Head:
    """Four sigmoids, taught on all the training pictures."""
    from dlviz.core.medical.heads import teach
    from dlviz.io.xray_features import cases

    train = cases("train")
    head: Head = _kept.get("head", lambda: teach(train.features, train.findings))
    return head


def _told(truth: list[bool], names: tuple[str, ...]) -> str:
    there = [name for name, is_there in zip(names, truth, strict=True) if is_there]
    *first, last = there or ["none of the four"]
    return f"{', '.join(first)} and {last}" if first else last
