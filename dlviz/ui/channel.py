"""The live channel: a WebSocket from a run straight into a canvas, with no rerun.

The newest state wins: a slow viewer gets fewer frames, each of them complete. Curves are sent as
what is new since the viewer's last frame.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlparse

from starlette.websockets import WebSocket, WebSocketDisconnect

from dlviz.runs.frames import describe
from dlviz.ui.cookie import visitor_of
from dlviz.ui.server import server

PATH = "/dlviz/live"
FRAMES_PER_SECOND = 25
REFUSED = 1008  # policy violation, RFC 6455
GONE = 4404  # a code of our own: the job is no longer there, asking again is in vain


def _same_origin(websocket: WebSocket) -> bool:
    """A page of another site must not listen in with the visitor's cookie."""
    origin = websocket.headers.get("origin")
    try:
        return origin is not None and urlparse(origin).netloc == websocket.headers.get("host")
    except ValueError:  # no address at all
        return False


async def live(websocket: WebSocket) -> None:
    """Stream the frames of one job to the visitor that it belongs to."""
    job = websocket.query_params.get("job", "")
    token = websocket.query_params.get("token", "")
    visitor = visitor_of(websocket.scope) or websocket.query_params.get("session", "")
    if not _same_origin(websocket) or not server().may_watch(visitor, job, token):
        await websocket.close(REFUSED)
        return
    await websocket.accept()
    gone = asyncio.ensure_future(_until_gone(websocket))
    try:
        with suppress(WebSocketDisconnect, RuntimeError):
            await _send_frames(websocket, job, gone)
    finally:
        gone.cancel()


async def _until_gone(websocket: WebSocket) -> None:
    """Whatever the viewer says is passed over, until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _send_frames(websocket: WebSocket, job: str, gone: asyncio.Future[None]) -> None:
    after, last = -1, ""
    while not gone.done():
        try:
            status, update = server().executor.poll(job, after)
        except KeyError:
            await websocket.close(GONE)
            return
        frame = json.dumps(describe(status, update), separators=(",", ":"))
        if frame != last:
            await websocket.send_text(frame)
            last = frame
        after = update.sequence
        await asyncio.wait({gone}, timeout=1 / FRAMES_PER_SECOND)
