"""Who is here: connections are counted, a lease follows the last, the end is told once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, Queue

import pytest

from dlviz.runs.visitors import Visitors, is_visitor_id, new_visitor_id

SHORT = 0.05
PATIENT = 0.6  # outlasts a busy machine's hiccup between two lines of a test


class Register:
    """Visitors whose ends can be waited for."""

    def __init__(self, lease: float = SHORT) -> None:
        self._gone: Queue[str] = Queue()
        self.visitors = Visitors(self._gone.put, lease_seconds=lease)

    def gone(self) -> str:
        return self._gone.get(timeout=5.0)

    def none_gone(self) -> bool:
        try:
            self._gone.get_nowait()
        except Empty:
            return True
        return False


@pytest.fixture
def register() -> Iterator[Register]:
    register = Register()
    yield register
    register.visitors.close()


@pytest.fixture
def patient() -> Iterator[Register]:
    register = Register(PATIENT)
    yield register
    register.visitors.close()


def a_lease_runs_out(register: Register) -> None:
    """Any lease that began before this call has run out after it."""
    register.visitors.get("witness")
    assert register.gone() == "witness"


def test_ids_are_unguessable_and_have_one_form() -> None:
    ids = {new_visitor_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(is_visitor_id(name) for name in ids)
    assert len(set("".join(ids))) == 64


HOSTILE = (
    *(None, "", "a" * 21, "a" * 23, "a" * 100_000, "../" * 7 + "a", "é" * 22, "１" * 22),
    *("a" * 22 + "\n", "\n" + "a" * 22, "a" * 21 + "/", "a" * 21 + " ", "a" * 21 + "\x00"),
)


@pytest.mark.parametrize("cookie", HOSTILE)
def test_a_strangers_cookie_is_refused(cookie: str | None) -> None:
    assert not is_visitor_id(cookie)


def test_a_visitor_is_found_again(register: Register) -> None:
    assert register.visitors.find("a") is None
    assert register.visitors.count() == 0
    register.visitors.connect("a")
    register.visitors.connect("b")
    first = register.visitors.get("a")
    assert register.visitors.get("a") is first
    assert register.visitors.find("a") is first
    assert first.shelf is register.visitors.get("a").shelf
    assert register.visitors.get("b") is not first
    assert register.visitors.get("b").shelf is not first.shelf
    assert register.visitors.count() == 2


def test_the_last_connection_starts_the_lease_and_its_end_is_told_once(
    patient: Register,
) -> None:
    patient.visitors.connect("a")
    before = patient.visitors.get("a")
    patient.visitors.disconnect("a")
    assert patient.visitors.find("a") is before  # a reload finds everything
    assert patient.gone() == "a"
    assert patient.visitors.find("a") is None
    assert patient.visitors.count() == 0
    a_lease_runs_out(patient)
    assert patient.none_gone()
    assert patient.visitors.get("a") is not before


def test_a_reload_within_the_lease_keeps_everything(patient: Register) -> None:
    patient.visitors.connect("a")
    before = patient.visitors.get("a")
    patient.visitors.disconnect("a")
    patient.visitors.connect("a")
    a_lease_runs_out(patient)
    assert patient.none_gone()
    assert patient.visitors.get("a") is before
    assert before.connections == 1


def test_one_of_two_tabs_may_close(register: Register) -> None:
    register.visitors.connect("a")
    register.visitors.connect("a")
    register.visitors.disconnect("a")
    a_lease_runs_out(register)
    assert register.none_gone()
    visitor = register.visitors.find("a")
    assert visitor is not None
    assert visitor.connections == 1
    register.visitors.disconnect("a")
    assert register.gone() == "a"


def test_who_never_connects_lives_on_a_lease(register: Register) -> None:
    register.visitors.get("a")
    assert register.gone() == "a"
    assert register.visitors.count() == 0


def test_a_visit_renews_the_lease(patient: Register) -> None:
    first = patient.visitors.get("a")
    patient.visitors.get("witness")
    threading.Event().wait(PATIENT / 2)  # half the lease: time itself is what is tested
    patient.visitors.get("a")
    assert patient.gone() == "witness"
    assert patient.visitors.find("a") is first
    assert patient.gone() == "a"
    assert patient.none_gone()


def test_disconnecting_too_often_or_as_a_stranger_is_harmless(patient: Register) -> None:
    patient.visitors.disconnect("stranger")
    assert patient.visitors.find("stranger") is None
    patient.visitors.connect("a")
    patient.visitors.disconnect("a")
    patient.visitors.disconnect("a")
    patient.visitors.connect("a")
    visitor = patient.visitors.get("a")
    assert visitor.connections == 1
    a_lease_runs_out(patient)
    assert patient.visitors.find("a") is visitor


def test_who_is_told_may_ask_back() -> None:
    """``on_gone`` frees runs, and that code looks visitors up: no deadlock."""
    told: Queue[object] = Queue()
    visitors = Visitors(lambda name: told.put((visitors.find(name), visitors.count())), SHORT)
    visitors.get("a")
    assert told.get(timeout=5.0) == (None, 0)


def test_close_tells_nobody(patient: Register) -> None:
    patient.visitors.get("a")
    patient.visitors.connect("b")
    patient.visitors.disconnect("b")
    patient.visitors.close()
    a_lease_runs_out(Register(PATIENT + SHORT))
    assert patient.none_gone()


def test_connections_are_counted_across_threads(patient: Register) -> None:
    patient.visitors.connect("a")

    def tabs() -> None:
        for _ in range(200):
            patient.visitors.connect("a")
            patient.visitors.get("a")
            patient.visitors.disconnect("a")

    threads = [threading.Thread(target=tabs) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10.0)
    assert patient.visitors.get("a").connections == 1
    patient.visitors.disconnect("a")
    assert patient.gone() == "a"
    a_lease_runs_out(patient)
    assert patient.none_gone()
