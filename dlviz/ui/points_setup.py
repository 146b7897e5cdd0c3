"""What shall be learnt on the plane, by which network and how: controls bound to the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dlviz.core.points.data import PAINTED, POINT_DATA
from dlviz.core.points.features import FEATURES
from dlviz.core.points.initialisations import INITIALISATIONS
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.presets import USUAL
from dlviz.core.points.run import LEAST_PAINTED
from dlviz.core.points.specs import (
    GRADIENT,
    MAX_BATCH,
    MAX_COUNT,
    MAX_EPOCHS,
    MAX_HIDDEN,
    MAX_PENALTY,
    MAX_SEED,
    MAX_UNITS,
    MIN_COUNT,
    PERCEPTRON,
    PointsData,
    PointsNet,
    PointsSpec,
    PointsTrain,
)
from dlviz.core.specs import SpecError
from dlviz.ui.address import follow, plain, write
from dlviz.ui.controls import Named, Titled, choice, fold, number, one_of
from dlviz.ui.painted import as_address, from_address
from dlviz.ui.points_rate import exact_rate, rate_slider

DEFAULT = USUAL
CHOSEN = "points as chosen"  # in the session: what the controls said last

SECTIONS: dict[str, Named] = {
    "data": Named(":material/scatter_plot: Data"),
    "network": Named(":material/hub: Network"),
    "training": Named(":material/tune: Training"),
}
RULES: dict[str, Named] = {
    GRADIENT: Named("Gradient descent"),
    PERCEPTRON: Named("Rosenblatt’s perceptron rule"),
}
PACES: dict[str, Named] = {  # epochs a second: a first run shall be seen, not only its end
    "30": Named("30 epochs a second"),
    "0": Named("As fast as it goes"),
    "100": Named("100 epochs a second"),
    "10": Named("10 epochs a second"),
    "3": Named("3 epochs a second"),
    "1": Named("1 epoch a second"),
}


@dataclass(frozen=True)
class PointsSetup:
    """What Start would train; ``mistake`` says in a sentence why it cannot be.

    Then ``spec`` is the nearest that can be drawn.
    """

    spec: PointsSpec
    mistake: str
    pace: float


def points_setup(*, on_rate: Callable[[], None], on_pace: Callable[[], None]) -> PointsSetup:
    """The controls of the page's first rows and what they say.

    ``on_rate`` and ``on_pace`` are called when the visitor turns the learning rate or the pace.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="points_first"):
        name = choice("Data", _first(DEFAULT.data.name, POINT_DATA), key="data", width=190)
        rate = rate_slider(DEFAULT.train.learning_rate, on_rate=on_rate)
        pace = choice("Speed", PACES, key="pace", width=190, on_change=on_pace)
        section = one_of("Change", SECTIONS, key="edit")
    with fold(shown=section == "data", key="points_data"):
        data = _data(name)
    with fold(shown=section == "network", key="points_network"):
        net, mistake = _network()
    with fold(shown=section == "training", key="points_training"):
        train = replace(_training(rate, on_rate), learning_rate=rate)
    return _chosen(data, net, train, mistake, float(pace))


def _chosen(
    data: PointsData, net: PointsNet, train: PointsTrain, mistake: str, pace: float
) -> PointsSetup:
    try:
        spec = PointsSpec(data, net, train)
    except SpecError as error:
        spec = PointsSpec(data, net, replace(train, rule=GRADIENT))
        mistake = mistake or f"{error} {_way_out(spec)}"
    return PointsSetup(spec, mistake or lack_of_points(data), pace)


def _way_out(spec: PointsSpec) -> str:
    """What to do where the perceptron's rule does not fit."""
    if spec.net.hidden:
        return "Take the hidden layers out, or let it learn by gradient descent."
    return "Choose data of two classes, or let it learn by gradient descent."


def lack_of_points(data: PointsData) -> str:
    """What is missing before own points can be learnt."""
    if data.name != PAINTED:
        return ""
    if len(data.painted) < LEAST_PAINTED or len({point[2] for point in data.painted}) < 2:
        return "Paint some points of two classes or more on the surface first."
    return ""


def _first(name: str, registry: dict[str, Any]) -> dict[str, Titled]:
    """The default first."""
    return {name: registry[name], **registry}


def _data(name: str) -> PointsData:
    plain_data = DEFAULT.data
    painted: tuple[Any, ...] = ()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        noise, count = plain_data.noise, plain_data.count
        if name == PAINTED:
            painted = _painted()
        else:
            noise = number("Noise", 0.0, 1.0, noise, key="noise", step=0.05, width=130)
            count = number(
                f"Points ({MIN_COUNT}–{MAX_COUNT})",
                MIN_COUNT,
                MAX_COUNT,
                count,
                key="count",
                step=20,
                width=170,
            )
        share = number(
            "Share held out", 0.1, 0.9, plain_data.share, key="share", step=0.1, width=150
        )
        seed = number(
            "Seed of the points", 0, MAX_SEED, plain_data.seed, key="data_seed", width=170
        )
    return PointsData(name, noise, count, share, seed, painted)


def _painted() -> tuple[Any, ...]:
    """The own points are no widget's: the component paints them."""
    if sentence := follow("painted", from_address, (), widget=False):
        st.info(sentence)
    points: tuple[Any, ...] = st.session_state["painted"]
    write("painted", as_address(points), "")
    return points


def _network() -> tuple[PointsNet, str]:
    """The network, and what is wrong with the text of its hidden layers."""
    usual = DEFAULT.net
    features = _features(usual.features)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = _hidden_text(usual.text)
        start = choice(
            "Initial weights",
            _first(usual.initialisation, INITIALISATIONS),
            key="init",
            width=250,
        )
        dropout = number("Dropout", 0.0, 0.9, usual.dropout, key="dropout", step=0.1, width=130)
    try:
        hidden, mistake = PointsNet.hidden_from(text), ""
    except SpecError as error:
        hidden, mistake = usual.hidden, str(error)
    return PointsNet(features, hidden, start, dropout), mistake


def _hidden_text(usual: str) -> str:
    def read(text: str) -> str:
        try:
            PointsNet.hidden_from(text)
        except SpecError as error:
            raise ValueError(f"hidden layers “{plain(text)}”") from error
        return text

    key = "hidden"
    # An address cannot hold an empty text: a network without hidden layers is "none".
    if sentence := follow(key, lambda text: "" if text == "none" else read(text), usual):
        st.info(sentence)
    typed: str = st.text_input(
        f"Hidden layers (≤ {MAX_HIDDEN}, ≤ {MAX_UNITS} units)",
        st.session_state[key],
        key=key,
        max_chars=100,
        placeholder="none",
        width=260,
        help="8tanh-4relu is a layer of 8 tanh units and one of 4 ReLUs; empty: none. The signs + "
        "and − above the network do the same.",
    )
    text = typed.replace(" ", "")
    write(key, text or "none", usual)
    return text


def _features(usual: tuple[str, ...]) -> tuple[str, ...]:
    """What the network is told of a point: at least one, in the order of the registry."""

    def read(text: str) -> list[str]:
        names = text.split(",")
        if not set(names) <= set(FEATURES) or len(set(names)) < len(names):
            raise ValueError(f"the features “{plain(text)}”")
        return names

    key = "features"
    if sentence := follow(key, read, list(usual)):
        st.info(sentence)
    if not st.session_state[key]:  # without one there is no network
        st.session_state[key] = list(usual)
    kept = st.pills(
        "Features",
        list(FEATURES),
        key=key,
        selection_mode="multi",
        default=st.session_state[key],
        format_func=lambda name: FEATURES[name].title,
    )
    chosen = tuple(name for name in FEATURES if name in kept)
    write(key, ",".join(chosen), ",".join(usual))
    return chosen


def _training(rate: float, on_rate: Callable[[], None]) -> PointsTrain:
    usual = DEFAULT.train
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rule = choice("Learns by", _first(usual.rule, RULES), key="rule", width=230)
        optimiser, momentum = usual.optimiser, usual.momentum
        if rule == GRADIENT:
            kinds = _first(usual.optimiser, OPTIMISERS)
            optimiser = choice("Optimiser", kinds, key="optimiser", width=210)
        if rule == GRADIENT and optimiser in ("momentum", "nesterov"):
            momentum = number("Momentum", 0.0, 0.999, momentum, key="momentum", width=130)
        batch = number(
            f"Batch size (≤ {MAX_BATCH}, 0: all)",
            0,
            MAX_BATCH,
            usual.batch_size,
            key="batch",
            width=200,
        )
        epochs = number(
            f"Epochs (≤ {MAX_EPOCHS})",
            1,
            MAX_EPOCHS,
            usual.epochs,
            key="epochs",
            step=50,
            width=160,
        )
    l1, l2 = usual.l1, usual.l2
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if rule == GRADIENT:
            l1, l2 = _penalty("L1", l1, "l1"), _penalty("L2", l2, "l2")
        exact_rate(rate, on_rate=on_rate)
        seed = number("Seed", 0, MAX_SEED, usual.seed, key="seed", width=140)
    return PointsTrain(rule, optimiser, usual.learning_rate, momentum, l1, l2, batch, epochs, seed)


def _penalty(label: str, usual: float, key: str) -> float:
    return number(
        f"{label} (≤ {MAX_PENALTY:g})",
        0.0,
        MAX_PENALTY,
        usual,
        key=key,
        step=0.001,
        format="%g",
        width=150,
    )
