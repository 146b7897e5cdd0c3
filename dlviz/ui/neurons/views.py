"""The views of the page “neurons”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

NEURONS_VIEWS: dict[str, LabView] = {
    "gates": LabView(
        "Gates", "Set the weights by hand: which gates can one unit be?", "gates", torch=False
    ),
    "perceptron": LabView(
        "Perceptron",
        "Can a neuron learn letters and digits, and how often is it wrong?",
        "perceptron",
        torch=False,
    ),
    "xor": LabView(
        "XOR", "What does one neuron fail at, and what does a hidden layer add?", "xor", torch=False
    ),
    "activations": LabView(
        "Activations", "Where does a unit bend, and where is it flat?", "activations", torch=False
    ),
    "depth": LabView(
        "Ten layers",
        "What do ten layers do to a signal, and to its gradient?",
        "depth",
        torch=False,
    ),
}

NEURONS = Views(
    key="stage",
    package="dlviz.ui.neurons",
    entries=NEURONS_VIEWS,
    common=("bend",),  # the activation function
)
