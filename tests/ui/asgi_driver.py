"""Drive an ASGI app in this process: a request, or a socket whose client can be slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

PATIENCE = 10.0
Headers = Mapping[str, str]


def _scope(kind: str, path: str, headers: Headers, scheme: str, query: str = "") -> dict[str, Any]:
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": [],
        "client": ("127.0.0.1", 5000),
        "server": ("localhost", 8501),
    }


async def _answer(
    app: ASGIApp, path: str, headers: Headers | None, scheme: str, query: str
) -> list[Message]:
    """All that is answered to a GET."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(_scope("http", path, headers or {}, scheme, query), receive, send)
    return sent


async def get(
    app: ASGIApp,
    path: str,
    headers: Headers | None = None,
    *,
    scheme: str = "http",
    query: str = "",
) -> Message:
    """The start of the answer to a GET: status and headers."""
    return (await _answer(app, path, headers, scheme, query))[0]


async def body(
    app: ASGIApp, path: str, headers: Headers | None = None, *, query: str = ""
) -> tuple[int, bytes]:
    """The answer to a GET: status and body."""
    start, *rest = await _answer(app, path, headers, "http", query)
    return start["status"], b"".join(part.get("body", b"") for part in rest)


def values(answer: Message, header: str) -> list[str]:
    """All values of one header of an answer."""
    return [value.decode() for name, value in answer["headers"] if name.decode() == header]


class Socket:
    """One WebSocket of a browser. ``reading`` is cleared while the browser is too slow."""

    def __init__(
        self,
        app: ASGIApp,
        path: str,
        headers: Headers | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self._app = app
        self._scope = _scope("websocket", path, headers or {}, "ws", urlencode(query or {}))
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Socket:
        self.reading.set()
        self._to_app.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(self._app(self._scope, self._to_app.get, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def _send(self, message: Message) -> None:
        await self.reading.wait()
        self._from_app.put_nowait(message)

    async def message(self) -> Message:
        """What the app sends next; an exception of the app is raised here."""
        assert self.task is not None
        waiting = asyncio.ensure_future(self._from_app.get())
        await asyncio.wait(
            {waiting, self.task}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        if self.task.done():
            self.task.result()
            raise EOFError("the app has ended")
        raise TimeoutError("nothing was sent")

    async def frame(self) -> dict[str, Any]:
        """The next frame, decoded."""
        message = await self.message()
        assert message["type"] == "websocket.send", message
        return dict(json.loads(message["text"]))

    @property
    def waiting(self) -> int:
        """How many messages have come that nobody has looked at."""
        return self._from_app.qsize()

    async def leave(self) -> None:
        """The browser closes the socket; an exception of the app is raised here."""
        assert self.task is not None
        self.reading.set()
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.task, PATIENCE)
