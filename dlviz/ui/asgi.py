"""What dlviz adds to Streamlit's server: its own routes, the visitor's cookie, a clean end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from dlviz.ui.ahead import PATH as AHEAD
from dlviz.ui.ahead import ahead
from dlviz.ui.channel import PATH, live
from dlviz.ui.cookie import VisitorMiddleware
from dlviz.ui.server import server


def base_path() -> str:
    """``server.baseUrlPath`` as a prefix: routes of our own don't get it by themselves."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def live_path() -> str:
    """Path of the live channel as the browser asks for it."""
    return base_path() + PATH


def ahead_path() -> str:
    """Path of what a component asks for ahead of a rerun."""
    return base_path() + AHEAD


def routes() -> list[BaseRoute]:
    """The live channel, and what is answered ahead of a rerun."""
    return [WebSocketRoute(live_path(), live), Route(ahead_path(), ahead)]


def middleware() -> list[Middleware]:
    """The visitor's cookie and the count of their connections."""
    return [Middleware(VisitorMiddleware)]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Ends all runs when the server stops."""
    yield
    server().close()
