"""The component alone, as an app of its own: recorded runs, played as the live channel sends them.

    streamlit run tests/browser/points/demo_app.py

/?data=spiral&hidden=8tanh-8tanh&live=1; what the component tells stands below it as JSON.
"""

import asyncio
import json
from pathlib import Path

import streamlit as st
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from tests.browser.points.demo_run import SENT_SECONDS, recording


async def play(websocket: WebSocket) -> None:
    await websocket.accept()
    frames = recording(websocket.query_params["job"])
    for frame in frames:
        await websocket.send_text(json.dumps(frame))
        await asyncio.sleep(SENT_SECONDS)
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


app = st.App(Path(__file__).with_name("demo_page.py"), routes=[WebSocketRoute("/demo/live", play)])
