"""A network's chosen block in the address: there, not there, and of another network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest


@pytest.fixture
def open_net(
    run_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AppTest]:
    monkeypatch.setattr(
        "streamlit.page_link", lambda *_, **__: None
    )  # a page alone knows no others
    return partial(run_page, "architectures", part="net")


def told(test: AppTest) -> list[str]:
    return [item.value for item in [*test.info, *test.error]]


@pytest.mark.parametrize("block", ["999", "0", "19", "-1", "1.5", "²", "<b>"])
def test_a_block_that_is_not_there_gets_one_sentence_and_leaves_the_address(
    open_net: Callable[..., AppTest], block: str
) -> None:
    test = open_net(block=block)
    (sentence,) = told(test)
    assert sentence.startswith("The link asks for what is not there: ")
    assert "GoogLeNet has blocks 1 to 18" in sentence
    assert "block" not in test.query_params


def test_a_block_that_is_there_stays_but_for_the_one_that_opens(
    open_net: Callable[..., AppTest],
) -> None:
    test = open_net(block="7")
    assert test.query_params["block"] in ("7", ["7"])
    assert not told(test)
    test = open_net(block="6")  # the first with branches, which opens by itself
    assert "block" not in test.query_params
    assert not told(test)


def test_another_network_opens_on_its_own_block(open_net: Callable[..., AppTest]) -> None:
    test = open_net(block="18")
    test.selectbox(key="zoo").set_value("lenet5").run()
    assert not told(test)
    assert "block" not in test.query_params
