"""The generated chests: what is in them is known, and the recorded features are theirs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.core.medical.base import described
from dlviz.io.mobilenet import mobilenet_v2
from dlviz.io.xray_features import AXES, COUNTS, ILL, STEP, cases, chest, whitening
from dlviz.io.xrays import CHANCES, FINDINGS, SIDE, WITH_OPACITY, draw, generate


def test_a_picture_hangs_on_seed_and_number_only() -> None:
    one, again, other = draw(3, 5), generate(3, [4, 5])[1], draw(4, 5)
    assert one.pixels.shape == (SIDE, SIDE)
    assert one.pixels.dtype == np.uint8
    np.testing.assert_array_equal(one.pixels, again.pixels)
    np.testing.assert_array_equal(one.findings, again.findings)
    assert (one.pixels != other.pixels).any()


def test_findings_come_as_often_as_promised_and_together() -> None:
    found = np.concatenate([cases(part).findings for part in COUNTS])
    ill = found[:, 0]
    alone, beside = found[~ill], found[ill]
    assert alone[:, 1:].mean(0) == pytest.approx(CHANCES[1:], abs=0.03)
    assert beside[:, 1].mean() == pytest.approx(WITH_OPACITY, abs=0.04)
    assert (found.sum(1) >= 2).mean() > 0.15  # several at once


def test_an_opacity_brightens_a_patch_of_a_lung_and_nothing_else() -> None:
    seen = 0
    for index in range(1000, 1040):
        without, with_it = draw(2, index, False), draw(2, index, True)
        if (without.findings[1:] != with_it.findings[1:]).any():
            continue  # an opacity brings fluid with it at times
        change = with_it.pixels.astype(int) - without.pixels
        assert change.min() >= -1  # rounding
        assert 8 < change.max() < 90
        patch = change > change.max() / 3
        rows, columns = np.flatnonzero(patch.any(1)), np.flatnonzero(patch.any(0))
        assert np.ptp(rows) < 28
        assert np.ptp(columns) < 24
        assert without.pixels[patch].mean() < without.pixels.mean()  # in the dark of a lung
        seen += 1
    assert seen > 20


def test_the_recorded_parts_are_what_the_streams_draw() -> None:
    for part, count in COUNTS.items():
        found = cases(part)
        assert found.features.shape == (count, AXES)
        assert found.findings.shape == (count, len(FINDINGS))
        assert found.findings[:ILL, 0].all()
        assert not found.findings[ILL:, 0].any()
        for index in (0, ILL - 1, ILL, count - 1):
            np.testing.assert_array_equal(chest(part, index).findings, found.findings[index])


def test_the_recorded_features_are_the_bases() -> None:
    numbers = [0, 7, ILL, ILL + 9]
    pixels = torch.from_numpy(np.stack([chest("test", number).pixels for number in numbers]))
    said = whitening()(described(mobilenet_v2(), pixels[:, None]).numpy())
    recorded = cases("test").features[numbers]
    np.testing.assert_allclose(np.clip(said, -4, 4), recorded, atol=STEP)


def test_the_features_are_white_where_they_were_fitted() -> None:
    spread = np.cov(cases("train").features.T)
    np.testing.assert_allclose(spread, np.eye(AXES), atol=0.06)


def test_a_negative_number_gets_one_sentence() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        draw(-1, 0)
