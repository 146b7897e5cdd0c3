"""The view “segment” under AppTest: it opens on the recorded net, and its sliders count."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

Open = Callable[..., AppTest]


def words(test: AppTest) -> str:
    return "\n".join(item.value for item in [*test.markdown, *test.info, *test.error])


def test_it_opens_on_the_recorded_net_beside_a_threshold(run_page: Open) -> None:
    test = run_page("tasks")
    assert not test.exception
    assert "the net **IoU 0.892**" in words(test)
    test.slider(key="level").set_value(0).run()
    assert "this threshold **IoU 0.254**" in words(test)
    test.slider(key="chance").set_value(99).run()
    assert "the net **IoU 0.892**" not in words(test)
    assert not test.exception


def test_parts_wait_for_a_run_and_nonsense_gets_a_sentence(run_page: Open) -> None:
    test = run_page("tasks", marked="parts", rounds="99")
    assert not test.exception
    assert "Start trains one" in words(test)
    assert "epochs is a number from 1 to 30" in words(test)
