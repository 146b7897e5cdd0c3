"""Dead and near-duplicate filters: planted ones are found, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.core.filter_census import DEAD, TWINS, census


def filters(count: int = 12) -> torch.Tensor:
    """Random 3×5×5 filters: any two have a cosine far from 1."""
    return torch.randn(count, 3, 5, 5, generator=torch.Generator().manual_seed(3))


def test_random_filters_are_neither_dead_nor_twins() -> None:
    found = census(filters())
    assert found.dead == ()
    assert found.twins == ()
    assert found.dominance == pytest.approx(float(found.rms.max() / np.median(found.rms)))


def test_the_rms_is_that_of_each_filter() -> None:
    weights = filters()
    expected = np.sqrt((weights.double().numpy() ** 2).mean(axis=(1, 2, 3)))
    np.testing.assert_allclose(census(weights).rms, expected, rtol=1e-6)


def test_planted_dead_filters_are_found() -> None:
    weights = filters()
    largest = float(census(weights).rms.max())
    for index, share in ((2, 0.0), (7, 0.9 * DEAD), (9, 1.1 * DEAD)):
        weights[index] *= share * largest / float(census(weights).rms[index])
    assert census(weights).dead == (2, 7)


def test_planted_twins_are_found_whatever_their_size() -> None:
    weights = filters()
    weights[4] = 0.3 * weights[1]
    weights[8] = weights[1] + 0.1 * weights[0]
    weights[11] = -weights[5]  # the opposite answers to other pictures: no twin
    found = census(weights)
    assert found.twins == ((1, 4, 8),)
    assert found.nearest[4] == 1
    assert found.nearest[8] in (1, 4)  # these two point the same way
    assert found.cosine[4] == pytest.approx(1.0)


def test_a_chain_of_twins_is_one_group_and_dead_filters_have_none() -> None:
    weights = filters(4)
    a, b = (item / item.norm() for item in torch.linalg.qr(filters(2).flatten(1).T)[0].T)
    turn = 0.9 * np.arccos(TWINS)
    for index in range(3):  # each is a twin of the next, the first not of the last
        weights[index] = (np.cos(index * turn) * a + np.sin(index * turn) * b).view(3, 5, 5)
    weights[3] = 1e-6 * weights[0]
    found = census(weights)
    assert found.twins == ((0, 1, 2),)
    assert found.dead == (3,)


def test_all_zero_is_all_dead() -> None:
    found = census(torch.zeros(5, 1, 3, 3))
    assert found.dead == (0, 1, 2, 3, 4)
    assert found.twins == ()
    assert found.dominance == 1.0


def test_what_is_no_bank_of_filters_is_refused() -> None:
    with pytest.raises(ValueError, match="filters×channels"):
        census(torch.zeros(4, 4))
    with pytest.raises(ValueError, match="finite"):
        census(torch.full((4, 3, 3, 3), torch.nan))
