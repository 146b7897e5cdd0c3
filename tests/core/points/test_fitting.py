"""How much points can tell of themselves: against scikit-learn, which finds it in another way."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from dlviz.core.points.data import PAINTED, POINT_DATA, REGRESSION, points_of
from dlviz.core.points.features import features_of
from dlviz.core.points.fitting import HELPS, helpful_features, line_fit, told_by_neighbours
from dlviz.core.points.specs import PointsData

KINDS = [name for name in POINT_DATA if name != PAINTED]
PLAIN = ("x1", "x2")


@pytest.mark.parametrize("name", KINDS)
def test_neighbours_tell_what_scikit_learn_has_them_tell(name: str) -> None:
    points = points_of(data := PointsData(name, 0.3, 60))
    regression = points.task == REGRESSION
    kind = KNeighborsRegressor if regression else KNeighborsClassifier
    said = cross_val_predict(kind(5), points.train_x, points.train_y, cv=LeaveOneOut())
    wanted = r2_score(points.train_y, said) if regression else np.mean(said == points.train_y)
    assert told_by_neighbours(data) == pytest.approx(max(0.0, wanted), abs=1e-9)


@pytest.mark.parametrize("name", KINDS)
def test_the_fit_of_a_line_is_scikit_learns(name: str) -> None:
    points = points_of(data := PointsData(name))
    names = (*PLAIN, "x1x2")
    x, y = features_of(points.train_x, names), points.train_y
    wanted = y if points.task == REGRESSION else np.eye(len(points.classes))[y.astype(int)]
    said = LinearRegression().fit(x, wanted).predict(x)
    score = r2_score(wanted, said, multioutput="variance_weighted")
    assert line_fit(data, names) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_product_helps_xor_and_the_squares_the_circle(noise: float, seed: int) -> None:
    found = {name: helpful_features(PointsData(name, noise, seed=seed), PLAIN) for name in KINDS}
    assert found.pop("xor") == "x₁x₂"
    assert found.pop("circle") == "x₁² and x₂²"
    assert not any(found.values())


def test_what_is_taken_already_is_not_named() -> None:
    assert helpful_features(PointsData("xor"), (*PLAIN, "x1x2")) == ""
    circle = PointsData("circle")
    assert helpful_features(circle, (*PLAIN, "x1_squared")) == "x₂²"
    both = (*PLAIN, "x1_squared", "x2_squared")
    assert helpful_features(circle, both) == ""
    assert line_fit(circle, both) - line_fit(circle, PLAIN) > HELPS


def test_a_few_painted_points_are_asked_too() -> None:
    painted = tuple((x, y, int(x * y > 0)) for x in (-1.0, 1.0) for y in (-1.0, 1.0))
    data = PointsData(PAINTED, painted=painted, share=0.1)
    assert 0.0 <= told_by_neighbours(data) <= 1.0
