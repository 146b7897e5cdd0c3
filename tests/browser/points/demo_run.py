"""What the demo shows: a scene, and the frames of a short run over it."""

from functools import cache
from urllib.parse import parse_qs

import numpy as np

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import points_of
from dlviz.core.points.features import features_of
from dlviz.core.points.losses import LOSS_OF_TASK, LOSSES
from dlviz.core.points.network import new_network
from dlviz.core.points.optimisers import Adam
from dlviz.core.points.specs import PointsData, PointsNet

SENT_SECONDS = 0.04
EPOCHS, EACH = 400, 4  # full batches in all, and from frame to frame


def asked(text, name, otherwise=""):
    return parse_qs(text, keep_blank_values=True).get(name, [otherwise])[0]


def settings(text):
    """The points and the network of an address's parameters."""
    painted = tuple((x, y, int(label)) for x, y, label in eval_points(asked(text, "painted")))
    name = "painted" if painted else asked(text, "data", "circle")
    data = PointsData(name=name, count=int(asked(text, "count", "300")), painted=painted)
    hidden = PointsNet.hidden_from(asked(text, "hidden", "4tanh-2tanh"))
    features = tuple(asked(text, "features", "x1,x2").split(","))
    return points_of(data), PointsNet(features=features, hidden=hidden)


def eval_points(text):
    return [[float(number) for number in each.split(",")] for each in text.split(";") if each]


def rows(x, y):
    return [[*map(float, place), float(label)] for place, label in zip(x, y, strict=True)]


def scene_of(text):
    points, net = settings(text)
    return {
        "task": points.task,
        "features": list(net.features),
        "classes": list(points.classes),
        "train": rows(points.train_x, points.train_y),
        "test": rows(points.test_x, points.test_y),
        "most_units": 8,
        "most_layers": 6,
        "activations": {name: each.title for name, each in ACTIVATIONS.items()},
        "editable": True,
        "paint": asked(text, "paint") == "1",
    }


def network_of(text):
    points, net = settings(text)
    outputs = len(points.classes) if len(points.classes) > 2 else 1
    shape = (len(net.features), *(layer.units for layer in net.hidden), outputs)
    initial = asked(text, "start", "xavier")
    return new_network(shape, [layer.activation for layer in net.hidden], initial, 3)


def measured(network, loss, points, x, y):
    outputs = network.forward(x).outputs
    value, gradient = loss.of(outputs, y)
    if points.task == "regression":
        return value, gradient, max(0.0, 1 - 2 * value / float(np.var(y)))
    return value, gradient, float((loss.predict(outputs) == y).mean())


@cache
def recording(text):
    """Frames as the live channel sends them."""
    points, net = settings(text)
    network, loss = network_of(text), LOSSES[LOSS_OF_TASK[points.task]]
    train, test = (
        features_of(points.train_x, net.features),
        features_of(points.test_x, net.features),
    )
    optimiser = Adam(len(network.numbers))
    kept_steps = {0, *np.rint(np.geomspace(1, EPOCHS, 40)).astype(int).tolist()}
    frames, track, steps, scores, new = [], [], [], [], []
    for step in range(EPOCHS + 1):
        value, gradient, share = measured(network, loss, points, train, points.train_y)
        if step in kept_steps:
            track.append(step)
            new.append({"step": step, **network.packed()})
        if step:
            steps.append([step, value, share, 0.02])
        if step % EACH == 0:
            held, _, right = measured(network, loss, points, test, points.test_y)
            scores.append([step, held, right])
            frames.append(
                {
                    **{"job": text, "state": "done" if step == EPOCHS else "running"},
                    **{"position": 0, "run": 1, "runs": 1, "step": step, "total": EPOCHS},
                    **{"epoch": float(step), "epochs": EPOCHS, "message": "", "device": "CPU"},
                    **{"elapsed": round(step / EACH * SENT_SECONDS, 3), "remaining": 1.0},
                    **{"throughput": 1000, "rate": 0.02, "memory": 0, "interventions": []},
                    **{"sequence": step, "reset": step == 0, "kept": [None, None]},
                    **{"steps": steps, "scores": scores, "filters": None, "health": None},
                    **{"verdict": None, "findings": None},
                    "net": {"step": step, **network.packed()},
                    "track": {"steps": list(track), "new": new},
                }
            )
            steps, scores, new = [], [], []
        network.backward(network.forward(train), gradient)
        network.numbers -= optimiser.move(network.gradient, 0.02)
    return frames


def whole(text):
    """The end of a recording as one frame."""
    frames = recording(text)
    track = {"steps": frames[-1]["track"]["steps"], "new": []}
    steps, scores = [], []
    for frame in frames:
        track["new"] += frame["track"]["new"]
        steps += frame["steps"]
        scores += frame["scores"]
    return {**frames[-1], "steps": steps, "scores": scores, "track": track, "reset": True}
