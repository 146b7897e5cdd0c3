"""The labs: one entry each, in visible order. A page file is named as its URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dlviz.ui.address import begin

PAGES = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True)
class Lab:
    """Title, icon, the question that the lab answers, and what one does there."""

    title: str
    icon: str
    question: str
    does: str


LABS: dict[str, Lab] = {
    "convolution": Lab(
        "Convolution",
        ":material/grid_on:",
        "What does a convolution compute?",
        "Step a kernel over a grid, one multiplication table at a time, change any number, and see "
        "the same kernel on a photograph.",
    ),
    "points": Lab(
        "Points",
        ":material/scatter_plot:",
        "What can one neuron do, and what takes more?",
        "Teach a small network to tell points of the plane apart: set any weight by hand, add "
        "units and layers, paint points of your own, and see what every unit sees.",
    ),
    "training": Lab(
        "Training",
        ":material/show_chart:",
        "How does a network learn?",
        "Train a network on digits, clothes or pictures of your own, change anything about it, and "
        "see what the change does. It stays yours for the next two labs.",
    ),
    "filters": Lab(
        "Filters",
        ":material/visibility:",
        "What has it learnt to see?",
        "Zeiler and Fergus’ figures, alive: what excites a channel and which pixels did, how it "
        "came about, and which part of a picture the answer hangs on.",
    ),
    "adversarial": Lab(
        "Adversarial",
        ":material/bolt:",
        "How easily is it fooled?",
        "Move every pixel by at most ε in the worst direction, see from outside and inside how "
        "little it takes, on one picture and on many, and try what helps against it.",
    ),
}


def page_file(name: str) -> Path:
    """The script of a page."""
    return PAGES / f"{name}.py"


def header(name: str) -> None:
    """A lab's title with its question; the first call of its page."""
    begin(name)
    lab = LABS[name]
    st.title(lab.question, anchor=False)
