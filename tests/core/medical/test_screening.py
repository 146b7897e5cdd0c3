"""Sets at a prevalence: their size, their share, and that they lie in one another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from dlviz.core.medical.screening import PREVALENCES, at_prevalence, most_pictures

ILL = np.arange(1184) < 400


@pytest.mark.parametrize("share", PREVALENCES)
def test_a_set_has_its_size_and_share(share: float) -> None:
    picked = at_prevalence(ILL, share, 800, seed=0)
    assert len(set(picked.tolist())) == 800
    assert ILL[picked].sum() == round(800 * share)


def test_the_rarer_lies_in_the_more_frequent() -> None:
    sets = [at_prevalence(ILL, share, 800, seed=3) for share in PREVALENCES]
    for more, fewer in pairwise(sets):
        assert set(fewer[ILL[fewer]]) < set(more[ILL[more]])
        assert set(fewer[~ILL[fewer]]) > set(more[~ILL[more]])
    assert set(sets[0]) != set(at_prevalence(ILL, 0.5, 800, seed=4))


@pytest.mark.parametrize(("ills", "wells"), [(400, 784), (390, 234), (20, 900)])
def test_the_largest_set_exists_at_every_prevalence_and_a_larger_one_does_not(
    ills: int, wells: int
) -> None:
    ill = np.arange(ills + wells) < ills
    most = most_pictures(ill)
    for share in PREVALENCES:
        at_prevalence(ill, share, most, seed=0)
    assert any(
        round((most + 10) * share) > ills or most + 10 - round((most + 10) * share) > wells
        for share in PREVALENCES
    )


def test_too_few_of_a_kind_get_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"400 ill and 784 well pictures: no set of 1000 has 50%"):
        at_prevalence(ILL, 0.5, 1000, seed=0)
