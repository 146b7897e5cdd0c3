"""How much the runs may hold: as the owner says, else a share of the machine or its container."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from dlviz.core.memory import LIMIT
from dlviz.runs import memory as memory_module
from dlviz.runs.memory import limit_here

GB = 2**30
MACHINE = 64 * GB


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine of 64 GB in no container; returns where a container's limit would stand."""
    monkeypatch.delenv("DLVIZ_RUNS_GB", raising=False)
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": MACHINE // 4096}
    monkeypatch.setattr("os.sysconf", sizes.__getitem__, raising=False)
    monkeypatch.setattr(memory_module, "CONTAINER", (tmp_path / "max", tmp_path / "old"))
    return tmp_path / "max"


def test_half_of_the_machine_where_no_container_says_less(machine: Path) -> None:
    assert limit_here() == MACHINE // 2
    machine.write_text("max\n")
    assert limit_here() == MACHINE // 2
    machine.with_name("old").write_text("9223372036854771712\n")  # how the older kernels say "max"
    assert limit_here() == MACHINE // 2


@pytest.mark.parametrize("name", ["max", "old"])
def test_half_of_the_containers_memory(machine: Path, name: str) -> None:
    machine.with_name(name).write_text(f"{6 * GB}\n")
    assert limit_here() == 3 * GB


def test_a_small_container_is_not_exceeded_for_the_sake_of_a_large_run(machine: Path) -> None:
    machine.write_text(f"{GB}\n")
    assert limit_here() == GB // 2 < LIMIT


@pytest.mark.parametrize("asked", ["abc", "nan", "inf", "-1", "0", "1e999"])
def test_what_is_no_size_is_told_in_one_sentence_and_the_usual_counts(
    asked: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DLVIZ_RUNS_GB", asked)
    with caplog.at_level(logging.WARNING):
        assert limit_here() == MACHINE // 2
    (told,) = [record.getMessage() for record in caplog.records]
    assert told == (
        f"DLVIZ_RUNS_GB is “{asked}”, which is no number of GB above 0: the runs may hold 32.0 GB."
    )


def test_what_the_owner_says_counts_in_a_container_too(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.write_text(f"{GB}\n")
    monkeypatch.setenv("DLVIZ_RUNS_GB", "2.5")
    assert limit_here() == 5 * GB // 2
