"""Hidden layers by name: where features are compared."""

import pytest
import torch

from dlviz.core.layers import build
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.figures.hidden import first_hidden, hidden_layers, last_hidden, last_pooled
from dlviz.io.models import load_model


def model_of(preset):
    spec = PRESETS[preset].spec
    module, _ = build(spec.net, (1, 28, 28), 10, torch.Generator().manual_seed(0))
    facts = DataFacts(tuple("0123456789"), (1, 28, 28), (0.3,), (0.3,))
    return Snapshot(0, 0.0, module.state_dict(), spec, facts).classifier


@pytest.mark.parametrize(
    ("model", "first", "pooled", "last", "size"),
    [
        (lambda: load_model("creatures_cnn"), "relu1", "pool3", "pool3", 1152),
        (lambda: load_model("fashion_cnn"), "relu1", "pool2", "relu3", 128),
        (
            lambda: load_model("mobilenet_v2"),
            "features.0",
            "classifier.0",
            "classifier.0",
            1280,
        ),
        (lambda: model_of("lecture_mlp"), "relu1", "relu1", "relu1", 128),
        (lambda: model_of("deep_mlp"), "relu1", "relu6", "relu6", 64),
        (lambda: model_of("lenet5"), "tanh1", "average2", "tanh4", 84),
        (lambda: model_of("resnet"), "relu1", "global1", "global1", 64),
        (lambda: model_of("bad"), "pool1", "pool1", "dense2", 64),
    ],
)
def test_first_and_last(model, first, pooled, last, size):
    layers = hidden_layers(model())
    assert (first_hidden(layers), last_pooled(layers), last_hidden(layers)) == (first, pooled, last)
    assert layers[last].size == size


def test_words():
    titles = [layer.title for layer in hidden_layers(load_model("fashion_cnn")).values()]
    assert titles == [
        "conv 1 (after ReLU)",
        "pool 1",
        "conv 2 (after ReLU)",
        "pool 2",
        "dense 1 (after ReLU)",
    ]
    assert list(hidden_layers(load_model("mobilenet_v2")).values())[-1].title == "global average"


def test_a_net_without_hidden_layers_is_told():
    with pytest.raises(ValueError, match="no hidden layer"):
        hidden_layers(model_of("logistic"))
