"""What a run on points is called, and its settings by name: for people. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import PAINTED, POINT_DATA
from dlviz.core.points.features import FEATURES
from dlviz.core.points.initialisations import INITIALISATIONS
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.presets import USUAL
from dlviz.core.points.specs import PERCEPTRON, PointsChange, PointsNet, PointsSpec
from dlviz.core.words import written

SHOWN = 2  # changes that are named; of more, only how many there are
_SHORT = {"learning rate": "rate", "batch size": "batch", "share held out": "held out"}
_IN_THE_NAME = ("data", "hidden layers", "seed")


def name_of_points(spec: PointsSpec) -> str:
    """ "Circle – 4 tanh, rate 0.3": data, hidden layers, and what is not as usual."""
    changed = list(_changes(spec))
    if len(changed) > SHOWN:
        changed = [f"{len(changed)} settings changed"]
    return ", ".join((f"{POINT_DATA[spec.data.name].title} – {net_in_words(spec.net)}", *changed))


def net_in_words(net: PointsNet) -> str:
    """ "8 tanh, 8 ReLU"; "no hidden layer"."""
    layers = [f"{each.units} {ACTIVATIONS[each.activation].title}" for each in net.hidden]
    return ", ".join(layers) or "no hidden layer"


def settings_of(spec: PointsSpec) -> dict[str, str]:
    """Every setting by its name, in the order of a spec; what is not in use is left out."""
    data, net, train = spec.data, spec.net, spec.train
    table = {"data": POINT_DATA[data.name].title}
    if data.name == PAINTED:
        table["points"] = str(len(data.painted))
    else:
        table |= {"noise": written(data.noise), "points": str(data.count)}
    table |= {"share held out": written(data.share), "seed of the points": str(data.seed)}
    table["features"] = ", ".join(FEATURES[name].title for name in net.features)
    table["hidden layers"] = net_in_words(net)
    table["initial weights"] = INITIALISATIONS[net.initialisation].title
    if train.rule == PERCEPTRON:
        table["learns by"] = "the perceptron’s rule"
    else:
        table |= {"dropout": written(net.dropout), "optimiser": OPTIMISERS[train.optimiser].title}
        if train.optimiser in ("momentum", "nesterov"):
            table["momentum"] = written(train.momentum)
        table |= {"L1": written(train.l1), "L2": written(train.l2)}
        table["batch size"] = str(train.batch_size or "all")
    table["learning rate"] = written(train.learning_rate)
    return table | {"epochs": str(train.epochs), "seed": str(train.seed)}


def change_in_words(change: PointsChange) -> str:
    """ "w of layer 1 from 2 to 1 −0.5 after step 40"; all counted from 1, as on the page."""
    where = [place + 1 for place in change.place]
    what = "learning rate"
    if len(where) == 3:
        what = f"w of layer {where[0]} from {where[2]} to {where[1]}"
    elif where:
        what = f"bias {where[1]} of layer {where[0]}"
    return f"{what} {written(change.value)} after step {change.step}"


def _changes(spec: PointsSpec) -> Iterator[str]:
    usual = settings_of(USUAL)
    for name, value in settings_of(spec).items():
        if name not in _IN_THE_NAME and value != usual.get(name, "0"):
            yield value if name == "learns by" else f"{_SHORT.get(name, name)} {value}"
    if spec.interventions:
        yield "changed by hand"
