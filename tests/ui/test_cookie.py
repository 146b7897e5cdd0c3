"""The visitor's cookie and the count of connections, from outside: bare ASGI messages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from http.cookies import Morsel, SimpleCookie

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from dlviz.runs.executor import ThreadExecutor
from dlviz.runs.visitors import Visitors, is_visitor_id, new_visitor_id
from dlviz.ui.asgi import live_path, middleware, routes
from dlviz.ui.server import Server
from tests.runs.studio import Studio, until
from tests.ui.asgi_driver import Socket, get, values

COOKIE = "dlviz_visitor"
STREAM = "/_stcore/stream"
ID = "A" * 22
OTHER = "b_-" + "9" * 19


async def page(_request: object) -> Response:
    return HTMLResponse("<!doctype html>")


async def health(_request: object) -> Response:
    return JSONResponse({})


async def style(_request: object) -> Response:
    return Response("", media_type="text/css")


async def bare(_request: object) -> Response:
    return Response(status_code=204)


async def stream(websocket: WebSocket) -> None:
    """What Streamlit's socket does, as far as it matters here; "fail" makes it fail."""
    await websocket.accept()
    if websocket.url.query == "fail=1":
        raise RuntimeError("a bug in the app")
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        return


@pytest.fixture
def gone() -> list[str]:
    return []


@pytest.fixture
def visitors(monkeypatch: pytest.MonkeyPatch, gone: list[str]) -> Visitors:
    """The server's visitors, with a lease of a blink; whoever is gone is in ``gone``."""
    made = Visitors(on_gone=gone.append, lease_seconds=0.2)
    fake = Server(ThreadExecutor(Studio().make, slots=1), made)
    monkeypatch.setattr("dlviz.ui.server._server", lambda: fake)
    return made


@pytest.fixture
def app(visitors: Visitors) -> Starlette:
    return Starlette(
        routes=[
            Route("/", page),
            Route("/training", page),
            Route("/_stcore/health", health),
            Route("/style.css", style),
            Route("/bare", bare),
            WebSocketRoute(STREAM, stream),
            WebSocketRoute("/class/dlviz" + STREAM, stream),
            WebSocketRoute("/other", stream),
            *routes(),
        ],
        middleware=middleware(),
    )


def given(answer: Message) -> Morsel[str]:
    """The one cookie that an answer sets."""
    (text,) = values(answer, "set-cookie")
    jar = SimpleCookie(text)
    assert list(jar) == [COOKIE]
    return jar[COOKIE]


@pytest.mark.parametrize("path", ["/", "/training"])
def test_the_first_page_sets_a_cookie_that_no_script_and_no_other_site_gets(app, path) -> None:
    answer = asyncio.run(get(app, path))
    cookie = given(answer)
    assert is_visitor_id(cookie.value)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert not cookie["secure"]  # a classroom has plain http
    assert values(answer, "cache-control") == ["no-store"]


def test_under_https_it_is_secure(app) -> None:
    assert given(asyncio.run(get(app, "/", scheme="https")))["secure"]


def test_every_browser_gets_another_one(app) -> None:
    found = {given(asyncio.run(get(app, "/"))).value for _ in range(20)}
    assert len(found) == 20


@pytest.mark.parametrize("path", ["/_stcore/health", "/style.css", "/bare", "/nowhere"])
def test_what_is_no_page_sets_none(app, path) -> None:
    assert values(asyncio.run(get(app, path)), "set-cookie") == []


@pytest.mark.parametrize(
    "jar",
    [
        f"{COOKIE}={ID}",
        f"_streamlit_xsrf=2|x|y; {COOKIE}={ID}",
        f"{COOKIE}={ID}; theme=dark",
        # Everything that is served from localhost shares its cookies, odd ones too.
        f'prefs={{"a": [1, 2]}}; {COOKIE}={ID}',
        f"novalue; =noname; {COOKIE}={ID}",
        f"name with space=1; café=noir; {COOKIE}={ID}",
    ],
)
def test_a_browser_that_has_one_keeps_it(app, jar) -> None:
    answer = asyncio.run(get(app, "/", {"Cookie": jar}))
    assert answer["status"] == 200
    assert values(answer, "set-cookie") == []


@pytest.mark.parametrize(
    "jar",
    [
        f"{COOKIE}=",
        f"{COOKIE}=short",
        f"{COOKIE}={ID}x",
        f"{COOKIE}={ID[1:]}/",
        f"{COOKIE}={ID[1:]}é",
        f"{COOKIE}=../../../../etc/passwd",
        f"{COOKIE}=" + "x" * 5000,
        f"{COOKIE}",
        f"not_{COOKIE}={ID}",
        ";;;===",
        "",
    ],
)
def test_a_malformed_one_is_replaced(app, jar) -> None:
    cookie = given(asyncio.run(get(app, "/", {"Cookie": jar})))
    assert is_visitor_id(cookie.value)
    assert cookie.value not in jar or not jar


def connections(visitors: Visitors, who: str = ID) -> int:
    found = visitors.find(who)
    return found.connections if found else 0


def test_streamlits_sockets_are_counted_while_they_are_open(app, visitors) -> None:
    mine = {"Cookie": f"{COOKIE}={ID}"}

    async def visit() -> None:
        async with Socket(app, STREAM, mine) as first:
            await first.message()
            assert connections(visitors) == 1
            async with Socket(app, "/class/dlviz" + STREAM, mine) as second:
                await second.message()
                assert connections(visitors) == 2
                assert connections(visitors, OTHER) == 0
            assert connections(visitors) == 1
        assert connections(visitors) == 0

    asyncio.run(visit())


@pytest.mark.parametrize("path", ["/other", "/dlviz/live"])
def test_other_sockets_are_not_counted(app, visitors, path) -> None:
    async def visit() -> None:
        async with Socket(app, path, {"Cookie": f"{COOKIE}={ID}"}) as socket:
            await socket.message()
            assert visitors.count() == 0

    asyncio.run(visit())


@pytest.mark.parametrize("jar", ["", f"{COOKIE}=short", "theme=dark"])
def test_a_socket_without_a_cookie_is_served_and_counted_for_nobody(app, visitors, jar) -> None:
    async def visit() -> None:
        async with Socket(app, STREAM, {"Cookie": jar}) as socket:
            assert (await socket.message())["type"] == "websocket.accept"
            assert visitors.count() == 0

    asyncio.run(visit())


def test_pages_and_files_are_no_connections(app, visitors) -> None:
    asyncio.run(get(app, "/", {"Cookie": f"{COOKIE}={ID}"}))
    asyncio.run(get(app, "/_stcore/health", {"Cookie": f"{COOKIE}={ID}"}))
    assert visitors.count() == 0


def test_a_socket_that_fails_is_counted_down(app, visitors) -> None:
    async def visit() -> None:
        mine = {"Cookie": f"{COOKIE}={ID}"}
        async with Socket(app, STREAM, mine, query={"fail": "1"}) as socket:
            await socket.message()

    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(visit())
    assert visitors.find(ID) is not None
    assert connections(visitors) == 0


def test_the_lease_starts_after_the_last_connection(app, visitors, gone) -> None:
    mine = {"Cookie": f"{COOKIE}={ID}"}
    kept = visitors.get(ID).shelf

    async def visit() -> None:
        async with Socket(app, STREAM, mine) as first:
            await first.message()
            async with Socket(app, STREAM, mine) as second:
                await second.message()
            await asyncio.sleep(0.5)  # two leases and a half, with one tab left
            assert gone == []
        async with Socket(app, STREAM, mine) as again:  # a reload comes back in time
            await again.message()
            await asyncio.sleep(0.5)
            assert gone == []
            assert visitors.get(ID).shelf is kept

    asyncio.run(visit())
    until(lambda: gone == [ID])
    assert visitors.find(ID) is None
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_a_visitor_who_was_freed_may_come_back_and_finds_nothing(app, visitors, gone) -> None:
    old = visitors.get(ID)
    until(lambda: gone == [ID])

    async def visit() -> None:
        async with Socket(app, STREAM, {"Cookie": f"{COOKIE}={ID}"}) as socket:
            await socket.message()
            assert visitors.get(ID) is not old
            assert visitors.get(ID).connections == 1

    asyncio.run(visit())


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/dlviz/live"),
        (None, "/dlviz/live"),
        ("/", "/dlviz/live"),
        ("class", "/class/dlviz/live"),
        ("/deep/class/", "/deep/class/dlviz/live"),
    ],
)
def test_routes_of_our_own_lie_below_the_base_path(monkeypatch, base, path) -> None:
    asked: Callable[[str], object] = {"server.baseUrlPath": base}.__getitem__
    monkeypatch.setattr(st, "get_option", asked)
    assert live_path() == path
    assert [route.path for route in routes()] == [path, path.replace("live", "ahead")]


def test_ids_are_what_the_cookie_accepts() -> None:
    assert is_visitor_id(ID)
    assert is_visitor_id(OTHER)
    assert is_visitor_id(new_visitor_id())
    assert not is_visitor_id(ID + "\n")
    assert not is_visitor_id(None)
