"""Answers ahead of a rerun: what the page would show, for the visitor whose page offered them."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from functools import partial

import pytest
import streamlit as st
from starlette.applications import Starlette

from dlviz.io import datasets
from dlviz.ui import ahead
from dlviz.ui.ahead import offer_answers
from dlviz.ui.asgi import ahead_path, middleware, routes
from dlviz.ui.components import tiles as tiles_module
from dlviz.ui.filters import memory
from tests.ui.asgi_driver import body, get

MINE, THEIRS = "A" * 22, "B" * 22
SEEN = 60


@pytest.fixture
def app():
    return Starlette(routes=routes(), middleware=middleware())


@pytest.fixture
def session(monkeypatch):
    """A session of the visitor's, without Streamlit around it."""
    kept = {}
    monkeypatch.setattr(st, "session_state", kept)
    monkeypatch.setattr(ahead, "visitor_id", lambda: (MINE, True))
    return kept


def ask(app, token, number, visitor=MINE):
    """(status, JSON or None)"""
    headers = {"Cookie": f"dlviz_visitor={visitor}"} if visitor else {}
    path, query = ahead_path(), f"token={token}&number={number}"
    status, text = asyncio.run(body(app, path, headers, query=query))
    return status, json.loads(text) if text else None


def test_whoever_was_offered_answers_gets_them(app, session):
    token = offer_answers("doubles", 3, lambda number: {"twice": 2 * number})
    assert ask(app, token, 2) == (200, {"twice": 4})
    assert offer_answers("doubles", 3, lambda _number: {}) == token
    assert ask(app, token, 2) == (200, {"twice": 4})


@pytest.mark.parametrize("number", ["3", "-1", "", "two", "٣", "1" * 5000, "1.5"])
def test_a_number_that_was_not_offered_is_refused(app, session, number):
    token = offer_answers("doubles", 3, lambda _number: pytest.fail("asked"))
    assert ask(app, token, number) == (404, None)


@pytest.mark.parametrize("visitor", [THEIRS, "", "not an id"])
def test_another_visitor_gets_nothing_even_with_the_token(app, session, visitor):
    token = offer_answers("doubles", 3, lambda _number: pytest.fail("asked"))
    assert ask(app, token, 1, visitor) == (404, None)
    assert ask(app, "", 1) == ask(app, token[:-1], 1) == (404, None)


def test_a_visitor_whom_no_cookie_names_is_offered_nothing(monkeypatch, session):
    monkeypatch.setattr(ahead, "visitor_id", lambda: (MINE, False))
    assert offer_answers("doubles", 3, lambda _number: {}) == ""
    assert not session


def test_answers_end_with_the_next_offer_and_with_the_session(app, session):
    first = offer_answers("doubles", 3, lambda number: {"twice": 2 * number})
    second = offer_answers("squares", 3, lambda number: {"square": number**2})
    gc.collect()
    assert ask(app, first, 2) == (404, None)
    assert ask(app, second, 2) == (200, {"square": 4})
    session.clear()
    gc.collect()
    assert ask(app, second, 2) == (404, None)


def test_what_the_rerun_has_to_say_is_left_to_it(app, session, monkeypatch):
    monkeypatch.setattr(ahead, "PATIENCE", 0.01)
    going, asked = threading.Event(), threading.Event()

    def answer(number):
        if number == 1:
            raise ValueError("A sentence for the page.")
        asked.set()
        assert going.wait(5)
        return {"number": number}

    token = offer_answers("slow", 3, answer)
    assert ask(app, token, 1) == (204, None)
    heard = []
    first = threading.Thread(target=lambda: heard.append(ask(app, token, 0)))
    first.start()
    assert asked.wait(5)
    assert ask(app, token, 2) == (204, None)  # one at a time
    going.set()
    first.join(5)
    assert heard == [(200, {"number": 0})]


def test_answers_are_kept_by_nobody_in_between(app, session):
    token = offer_answers("doubles", 3, lambda number: {"twice": 2 * number})
    headers = {"Cookie": f"dlviz_visitor={MINE}"}
    start = asyncio.run(get(app, ahead_path(), headers, query=f"token={token}&number=1"))
    assert (b"cache-control", b"no-store") in start["headers"]


# -- the strongest nine ---------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to its grids of pictures, by key."""
    grids = {}
    real = tiles_module._mount

    def mount(*, key, data, **options):
        grids[key] = data
        return real(key=key, data=data, **options)

    monkeypatch.setattr(tiles_module, "_mount", mount)
    return grids


@pytest.fixture
def open_page(monkeypatch, run_page, shown):
    """The filters page on few pictures, as a visitor with a cookie."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    monkeypatch.setattr(ahead, "visitor_id", lambda: (MINE, True))
    real = datasets.held_out
    monkeypatch.setattr(datasets, "held_out", lambda name: [of[:SEEN] for of in real(name)])
    return partial(run_page, "filters")


@pytest.mark.parametrize("through", ["own", "random", "another"])
def test_the_answer_is_what_the_rerun_brings(open_page, app, shown, through):
    test = open_page(layer="relu2", channel="7", through=through)
    ahead_of = {name: grid["ahead"] for name, grid in shown.items()}
    assert {of["number"] for of in ahead_of.values()} == {7}
    (token,) = {of["token"] for of in ahead_of.values()}
    assert all(of == {**of, "path": ahead_path(), "grid": name} for name, of in ahead_of.items())
    status, answer = ask(app, token, 8)
    assert status == 200
    before = {name: grid["sheet"] for name, grid in shown.items()}
    test.number_input(key="channel").set_value(8).run()
    assert not test.exception, test.exception
    assert set(answer) == {"patches", "projections", "originals"}
    for name, pictures in answer.items():
        assert shown[name] == {**shown[name], **pictures}
        assert pictures["sheet"] != before[name]
        assert shown[name]["ahead"] == {**ahead_of[name], "number": 8}
    assert ask(app, token, 96) == (404, None)


def test_another_layer_or_control_has_another_token(open_page, shown):
    test = open_page(layer="relu2", channel="7")
    tokens = [shown["wall"]["ahead"]["token"]]
    test.button_group(key="through").set_value("another").run()
    tokens.append(shown["wall"]["ahead"]["token"])
    test.selectbox(key="layer").set_value("relu1").run()
    tokens.append(shown["wall"]["ahead"]["token"])
    assert not test.exception, test.exception
    assert all(tokens)
    assert len(set(tokens)) == 3


def test_large_random_weights_wait_for_the_page(open_page, shown, monkeypatch):
    monkeypatch.setattr("dlviz.ui.filters.gallery.KEPT_WEIGHTS", 10)
    open_page(layer="relu2", channel="7", through="random")
    assert shown["wall"]["ahead"] is None


def test_what_is_answered_of_a_visitors_own_net_stays_in_their_session(open_page, app, mine, shown):
    from tests.ui.test_page_filters import snapshot

    spec, first = snapshot("digits")
    test = open_page(model=mine.shelf.add(spec, [first]).key)
    token = shown["wall"]["ahead"]["token"]
    before = len(test.session_state["looked into"].results)
    assert ask(app, token, 0)[0] == ask(app, token, 1)[0] == 200
    assert ask(app, token, 0, THEIRS) == (404, None)
    assert len(test.session_state["looked into"].results) > before
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
