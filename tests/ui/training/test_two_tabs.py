"""Two tabs of one visitor at the training page: neither is surprised by the other."""

from __future__ import annotations

from dlviz.runs.jobs import State
from dlviz.ui.console import BEGUN_ELSEWHERE
from dlviz.ui.server import Server
from tests.ui.training.page import MINE, Open, button, sound


def test_a_start_ends_no_other_tabs_run_and_says_why(open_page: Open, server: Server) -> None:
    here, there = open_page(), open_page()
    sound(button(here, "Start").click().run())
    job = server.visitors.get(MINE).job
    assert job
    assert [item.value for item in here.toast] == []
    sound(button(there, "Start").click().run())  # it was drawn before the run began
    assert server.visitors.get(MINE).job == job
    assert not server.executor.status(job).state.final
    assert any("Your last run is still going" in item.value for item in there.warning)
    assert [item.value for item in there.toast] == [BEGUN_ELSEWHERE]
    assert not sound(there.run()).toast
    assert server.executor.status(job).state is not State.STOPPED
