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


GLOSSARY = "glossary"
# What the lectures tell besides; but for the glossary each is a page of views.
FURTHER: dict[str, Lab] = {
    "neurons": Lab(
        "Neurons",
        ":material/toggle_on:",
        "What could one neuron do, before depth?",
        "Set the weights of a gate by hand, watch the perceptron learn letters and count its "
        "mistakes, see XOR fail and a hidden layer mend it, and send a signal through ten layers.",
    ),
    "architectures": Lab(
        "Architectures",
        ":material/account_tree:",
        "How did the networks get here?",
        "From 1943 to 2017, year by year; then the famous networks layer by layer, two of them "
        "side by side, and what their accuracy costs.",
    ),
    "transfer": Lab(
        "Transfer learning",
        ":material/moving:",
        "What can a trained network teach a new one?",
        "Keep a trained network’s features, teach a new head in seconds, on pictures of your own "
        "if you like, and compare with the same network from scratch.",
    ),
    "medical": Lab(
        "Medical",
        ":material/medical_services:",
        "When is it as good as a radiologist?",
        "Move the threshold of a diagnosis and see precision, recall and F1 with their intervals; "
        "read CheXNet’s table as intervals, and find out why overlap proves nothing.",
    ),
    "tasks": Lab(
        "Tasks",
        ":material/crop_free:",
        "What else can a network say of a picture?",
        "From one class to a box, to many boxes, to every pixel: train each live, drag boxes, step "
        "non-maximum suppression, and paint a photograph in another’s style.",
    ),
    "experiments": Lab(
        "Experiments",
        ":material/science:",
        "What is worth a try, and how would you know?",
        "Dropout, batch norm and initialisation, two runs side by side over several seeds; a "
        "notebook in which you predict first, and a checklist for a run that failed.",
    ),
    GLOSSARY: Lab(
        "Glossary",
        ":material/menu_book:",
        "Which blocks are there, and how do they fit together?",
        "Every block with its picture, its shape rule and its number of weights.",
    ),
}
EVERY = {**LABS, **FURTHER}


def page_file(name: str) -> Path:
    """The script of a page."""
    return PAGES / f"{name}.py"


def header(name: str) -> None:
    """A lab's title with its question; the first call of its page."""
    begin(name)
    lab = EVERY[name]
    st.title(lab.question, anchor=False)
