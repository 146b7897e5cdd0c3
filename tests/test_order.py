"""The suite's order."""

from __future__ import annotations

import pytest

from tests.check import ROOT
from tests.conftest import LONGEST


@pytest.mark.parametrize("name", LONGEST)
def test_a_file_that_comes_first_is_there(name: str) -> None:
    assert (ROOT / name).is_file()
