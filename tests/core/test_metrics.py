"""Counting mistakes, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix

import dlviz
from dlviz.core.metrics import confusion, predictions


@pytest.mark.parametrize("classes", [2, 10])
def test_confusion_is_scikit_learns(classes: int) -> None:
    rng = np.random.default_rng(classes)
    labels, said = rng.integers(0, classes, (2, 500))
    ours = confusion(torch.from_numpy(labels), torch.from_numpy(said), classes)
    assert ours.tolist() == confusion_matrix(labels, said, labels=range(classes)).tolist()


def test_a_class_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 2"):
        confusion(torch.tensor([0, 3]), torch.tensor([0, 1]), 3)


def test_predictions_in_batches_are_those_of_the_whole() -> None:
    model = dlviz.load_model("fashion_cnn")
    data = dlviz.load_data("fashion_mnist")
    with torch.no_grad():
        whole = model(data.test[0][:600]).argmax(dim=1)
    assert torch.equal(predictions(model, data.test_pixels[:600]), whole)
