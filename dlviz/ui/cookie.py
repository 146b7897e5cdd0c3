"""The visitor's cookie, and the count of their open connections: one small ASGI middleware."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dlviz.runs.visitors import is_visitor_id, new_visitor_id
from dlviz.ui.server import server

COOKIE = "dlviz_visitor"
STREAM = "/_stcore/stream"


def visitor_of(scope: Scope) -> str | None:
    """The visitor id in a connection's cookies, if it has the form of one of ours.

    Read as ``st.context.cookies`` reads them, so that both know the same visitor: Python's
    ``SimpleCookie`` stops at the first odd cookie of another program on this host.
    """
    found = HTTPConnection(scope).cookies.get(COOKIE)
    return found if is_visitor_id(found) else None


class VisitorMiddleware:
    """Gives a browser without a cookie one with its first page; watches its Streamlit sockets.

    A reload starts a new Streamlit session and loses its state, the cookie stays. HttpOnly: no
    script can read it; SameSite=Lax: no other site can send it along.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = visitor_of(scope) if scope["type"] in ("http", "websocket") else None
        if scope["type"] == "websocket" and visitor and scope["path"].endswith(STREAM):
            server().visitors.connect(visitor)
            try:
                await self.app(scope, receive, send)
            finally:
                server().visitors.disconnect(visitor)
        elif scope["type"] == "http" and visitor is None:
            await self.app(scope, receive, self._with_cookie(scope, send))
        else:
            await self.app(scope, receive, send)

    @staticmethod
    def _with_cookie(scope: Scope, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    headers.append(
                        "set-cookie",
                        f"{COOKIE}={new_visitor_id()}; Path=/; HttpOnly; SameSite=Lax{secure}",
                    )
                    # The page is the one answer that must not be shared by a cache in between.
                    headers["cache-control"] = "no-store"
            await send(message)

        return sending
