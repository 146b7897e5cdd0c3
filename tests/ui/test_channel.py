"""The live channel from outside: who may listen, and what a listener hears."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette

from dlviz.runs.jobs import Command, State
from dlviz.ui.asgi import live_path, middleware, routes
from dlviz.ui.channel import GONE
from dlviz.ui.server import Server
from tests.runs.studio import paused_at, running_at, spec, until_state
from tests.ui.asgi_driver import Socket

COOKIE = "dlviz_visitor"
MINE, THEIRS = "A" * 22, "B" * 22
HOST = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


@pytest.fixture
def server(new_server: Callable[[int], Server]) -> Server:
    return new_server(2)


@pytest.fixture
def app(server: Server) -> Starlette:
    return Starlette(routes=routes(), middleware=middleware())


def line(app: Starlette, server: Server, job: str, **changes: str) -> Socket:
    """The socket of the job's owner; ``changes`` replace cookie, origin, host, token, the job
    that is asked for, or add a session."""
    headers = {**HOST, "Cookie": f"{COOKIE}={changes.get('cookie', MINE)}"}
    for name in ("Origin", "Host"):
        if name.lower() in changes:
            headers[name] = changes[name.lower()]
    query = {
        "job": changes.get("asked", job),
        "token": changes.get("token", server.token(MINE, job)),
    }
    if "session" in changes:
        query["session"] = changes["session"]
    wanted = {name: value for name, value in headers.items() if value != "none"}
    return Socket(app, live_path(), wanted, query=query)


async def hear(socket: Socket, steps: int) -> tuple[list[int], list[bool]]:
    """The steps in the frames up to the one that tells of ``steps``, and each frame's reset."""
    heard: list[int] = []
    resets: list[bool] = []
    while not heard or heard[-1] < steps:
        frame = await socket.frame()
        resets.append(frame["reset"])
        heard = [] if frame["reset"] else heard
        heard += [step for step, *_ in frame["steps"]]
    return heard, resets


# -- what a listener hears ------------------------------------------------------------------------


def test_the_owner_hears_the_whole_history_and_then_what_is_new(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 3)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            assert (await socket.message())["type"] == "websocket.accept"
            first = await socket.frame()
            assert first["reset"]
            assert first["job"] == job
            assert (first["state"], first["step"], first["total"]) == ("running", 3, 10)
            assert [point[0] for point in first["steps"]] == [1, 2, 3]
            assert first["steps"][2] == [3, pytest.approx(1 / 3), 0.5, 0.1]
            for step in (4, 5):
                studio.let(0)
                heard, resets = await hear(socket, step)
                assert heard == [step]
                assert not any(resets)
            studio.free(0)
            heard, resets = await hear(socket, 10)
            assert heard == [6, 7, 8, 9, 10]
            assert not any(resets)
            while (await socket.frame())["state"] != "done":
                pass

    asyncio.run(listen())


def test_two_tabs_hear_the_same(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 2)

    async def listen() -> None:
        async with line(app, server, job) as one, line(app, server, job) as other:
            for socket in (one, other):
                await socket.message()
                assert await hear(socket, 2) == ([1, 2], [True])
            studio.let(0)
            for socket in (one, other):
                assert (await hear(socket, 3))[0] == [3]

    asyncio.run(listen())


def test_a_rewound_run_replaces_what_the_listener_has(app, server, studio) -> None:
    job = paused_at(server.executor, studio, MINE, 0, 4)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            assert (await hear(socket, 4))[0] == [1, 2, 3, 4]
            server.executor.control(job, Command.REWIND)
            while not (frame := await socket.frame())["reset"]:
                pass
            assert frame["steps"] == []
            assert frame["step"] == 0

    asyncio.run(listen())


def test_where_nothing_happens_nothing_is_sent(app, server, studio) -> None:
    job = paused_at(server.executor, studio, MINE, 0, 4)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            await hear(socket, 4)
            await asyncio.sleep(0.2)
            before = socket.waiting
            await asyncio.sleep(0.4)  # ten frames' time
            assert socket.waiting == before

    asyncio.run(listen())


def test_a_slow_reader_gets_the_newest_state_and_no_step_is_lost(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 1)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            heard, _ = await hear(socket, 1)
            socket.reading.clear()
            for step in range(2, 9):  # several frames' time, while one frame is on its way
                studio.let(0)
                until_state(server.executor, job, State.RUNNING, step=step)
                await asyncio.sleep(0.05)
            late = socket.waiting
            assert late <= 1  # what had been sent just before
            socket.reading.set()
            frames = [await socket.frame()]
            while frames[-1]["step"] < 8:
                frames.append(await socket.frame())
            # At most what was waiting, the one that was stuck, and the newest: no backlog.
            assert len(frames) <= late + 2
            for frame in frames:
                heard += [step for step, *_ in frame["steps"]]
            assert heard == list(range(1, 9))

    asyncio.run(listen())


def test_a_frame_is_json_that_a_browser_reads(app, server, studio) -> None:
    """``JSON.parse`` knows no NaN and no Infinity."""
    job = running_at(server.executor, studio, MINE, 0, 2)

    def numbers(value: object) -> Iterator[float]:
        if isinstance(value, float):
            yield value
        for part in value.values() if isinstance(value, dict) else []:
            yield from numbers(part)
        for part in value if isinstance(value, list) else []:
            yield from numbers(part)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            found = list(numbers(await socket.frame()))
            assert found
            assert all(math.isfinite(number) for number in found)

    asyncio.run(listen())


# -- the end --------------------------------------------------------------------------------------


def test_a_released_job_ends_the_stream_silently(app, server, studio, caplog) -> None:
    job = running_at(server.executor, studio, MINE, 0, 1)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            await hear(socket, 1)
            server.executor.release(MINE)
            assert socket.task is not None
            await asyncio.wait_for(socket.task, 5)  # raises what the app raised
            said = [await socket.message() for _ in range(socket.waiting)]
            assert all(message["type"] == "websocket.send" for message in said[:-1])
            # A code of its own: the page shall not ask again for what is no longer there.
            assert said[-1]["type"] == "websocket.close"
            assert said[-1]["code"] == GONE

    asyncio.run(listen())
    assert not caplog.records


def test_a_listener_who_leaves_is_no_longer_worked_for(app, server, studio, monkeypatch) -> None:
    job = paused_at(server.executor, studio, MINE, 0, 1)
    polled: list[str] = []
    real = server.executor.poll

    def poll(name: str, after: int) -> object:
        polled.append(name)
        return real(name, after)

    monkeypatch.setattr(server.executor, "poll", poll)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            await socket.frame()
        before = len(polled)
        assert before > 0
        await asyncio.sleep(0.3)
        assert len(polled) == before

    asyncio.run(listen())
    assert server.executor.status(job).state is State.PAUSED  # its run goes on


def test_a_listener_may_talk_and_nobody_minds(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 1)

    async def listen() -> None:
        async with line(app, server, job) as socket:
            await socket.message()
            await hear(socket, 1)
            for data in ({"text": "x" * 100_000}, {"bytes": b"\xff"}, {"text": "{}"}):
                socket._to_app.put_nowait({"type": "websocket.receive", **data})
            await asyncio.sleep(0.1)
            studio.let(0)
            assert (await hear(socket, 2))[0] == [2]

    asyncio.run(listen())


# -- who may listen -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"cookie": THEIRS},
        {"cookie": THEIRS, "session": MINE},
        {"cookie": "none"},
        {"cookie": ""},
        {"cookie": MINE + "x"},
        {"session": "", "cookie": "none"},
        {"session": THEIRS, "cookie": "none"},
        {"token": ""},
        {"token": "0" * 64},
        {"token": "é" * 64},
        {"token": "😀" * 8},
        {"token": "x" * 100_000},
        {"asked": "0" * 16},
        {"asked": ""},
        {"asked": "../" * 10},
        {"origin": "none"},
        {"origin": "null"},
        {"origin": "http://elsewhere.example"},
        {"origin": "http://localhost"},
        {"origin": "http://localhost:8502"},
        {"origin": "http://localhost:8501.elsewhere.example"},
        {"origin": "http://elsewhere.example/localhost:8501"},
        {"origin": "http://someone@localhost:8501"},
        {"origin": "http://[::1"},
        {"origin": ""},
        {"host": "none"},
    ],
    ids=lambda changes: ", ".join(f"{key} {value[:40]}" for key, value in changes.items()),
)
def test_nobody_else_may_listen(app, server, studio, changes) -> None:
    job = running_at(server.executor, studio, MINE, 0, 2)

    async def listen() -> None:
        async with line(app, server, job, **changes) as socket:
            message = await socket.message()
            assert message["type"] == "websocket.close"
            assert message["code"] == 1008
            with pytest.raises(EOFError):
                await socket.message()

    asyncio.run(listen())


def test_a_token_opens_its_own_job_only(app, server, studio) -> None:
    mine = running_at(server.executor, studio, MINE, 0, 1)
    theirs = running_at(server.executor, studio, THEIRS, 1, 1)
    tokens = {server.token(who, job) for who in (MINE, THEIRS) for job in (mine, theirs)}
    assert len(tokens) == 4
    for token in tokens:  # mine, theirs, and those that nobody should have minted
        assert not server.may_watch(MINE, theirs, token)
        assert server.may_watch(MINE, mine, token) == (token == server.token(MINE, mine))
    assert Server(server.executor, server.visitors).token(MINE, mine) not in tokens


def test_without_cookies_the_session_that_holds_the_token_may_listen(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 1)

    async def listen() -> None:
        async with line(app, server, job, cookie="none", session=MINE) as socket:
            assert (await socket.message())["type"] == "websocket.accept"
            assert (await hear(socket, 1))[0] == [1]

    asyncio.run(listen())


def test_https_before_a_proxy_is_the_same_origin(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 1)

    async def listen() -> None:
        changes = {"origin": "https://class.example", "host": "class.example"}
        async with line(app, server, job, **changes) as socket:
            assert (await socket.message())["type"] == "websocket.accept"

    asyncio.run(listen())


def test_a_job_that_was_replaced_is_no_longer_heard(app, server, studio) -> None:
    job = running_at(server.executor, studio, MINE, 0, 1)
    server.executor.control(job, Command.STOP)
    studio.let(0)
    until_state(server.executor, job, State.STOPPED)
    server.executor.submit(MINE, spec(1))

    async def listen() -> None:
        async with line(app, server, job) as socket:
            assert (await socket.message())["type"] == "websocket.close"

    asyncio.run(listen())
