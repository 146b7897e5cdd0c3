"""A rerun with torch loaded must not cost a full garbage collection (DESIGN 4.1).

Streamlit calls ``gc.collect(2)`` after every rerun, holding the interpreter, unless
``runner.postScriptGC`` is off. (AppTest leaves that out, so it would pass whatever the option is:
here a real server runs, with the project's configuration, and talks to a client.) Rerun and
collection are timed by turns in one process: a busy machine slows both, there is no absolute time.
Then the option is switched on in the same server and each rerun costs a collection, which proves
that the first measurement would notice. The freeze comes last: what is frozen makes every later
collection cheap.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

ROOT = Path(__file__).resolve().parents[2]
TURNS = 3
RERUNS = 3  # in a row: a collection that follows one delays the next

# The address tells this page what to do; the fragment is as good as empty.
SCRIPT = """
import gc, time
import streamlit as st
import torch, torchvision
from streamlit import config

from dlviz.ui.engine import Engine

@st.fragment
def empty():
    st.text("fragment")

def collect():
    began = time.perf_counter()
    gc.collect(2)
    return time.perf_counter() - began

empty()
wish = st.query_params.get("wish")
if wish == "collect":
    st.text(f"said {collect()}")
elif wish == "configuration":
    st.text(f"said {config.get_option('runner.postScriptGC'):d}")
elif wish == "switch on":
    config.set_option("runner.postScriptGC", True)
    st.text("said 1")
elif wish == "freeze":
    Engine()._load()
    st.text(f"said {gc.get_freeze_count()}")
"""


class Client:
    """A browser without a screen: asks for reruns and waits until they are finished."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.fragment = ""
        self.rerun("")

    def rerun(self, query: str, *, fragment: str = "") -> list[str]:
        """Run the page, or one fragment of it; the texts that it shows."""
        wish = BackMsg()
        wish.rerun_script.query_string = query
        wish.rerun_script.fragment_id = fragment
        self._socket.send(wish.SerializeToString())
        texts = []
        while True:
            message = ForwardMsg()
            message.ParseFromString(bytes(self._socket.recv(timeout=60)))
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                return texts
            if kind == "delta" and message.delta.new_element.HasField("text"):
                texts.append(message.delta.new_element.text.body)
                self.fragment = message.delta.fragment_id or self.fragment
            assert not (kind == "delta" and message.delta.new_element.HasField("exception")), (
                message
            )

    def ask(self, wish: str) -> float:
        (answer,) = [text for text in self.rerun(f"wish={wish}") if text.startswith("said")]
        return float(answer.removeprefix("said "))

    def fragment_seconds(self) -> float:
        """The time of one rerun of the fragment, of several in a row."""
        began = time.perf_counter()
        for _ in range(RERUNS):
            assert self.rerun("", fragment=self.fragment) == ["fragment"]
        return (time.perf_counter() - began) / RERUNS


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    script = tmp_path_factory.mktemp("latency") / "page.py"
    script.write_text(SCRIPT)
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connected(process, f"ws://localhost:{port}/_stcore/stream") as line:
            yield Client(line)
    finally:
        process.terminate()
        process.wait(timeout=20)


def connected(process: subprocess.Popen[bytes], address: str) -> ClientConnection:
    """A connection to the server, as soon as it answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)
        except (OSError, WebSocketException):
            assert process.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def medians(client: Client) -> dict[str, float]:
    """Seconds: of a full collection, of a rerun as configured, and with a collection after it."""
    found: dict[str, list[float]] = {"collection": [], "rerun": [], "collecting rerun": []}
    found["configured"] = [client.ask("configuration")]
    for _ in range(TURNS):
        found["collection"].append(client.ask("collect"))
        found["rerun"].append(client.fragment_seconds())
    client.ask("switch on")
    for _ in range(TURNS):
        found["collection"].append(client.ask("collect"))
        found["collecting rerun"].append(client.fragment_seconds())
    found["frozen"] = [client.ask("freeze")]
    found["frozen collection"] = [client.ask("collect") for _ in range(TURNS)]
    return {name: median(values) for name, values in found.items()}


def test_the_configuration_turns_the_collection_off(medians: dict[str, float]) -> None:
    assert medians["configured"] == 0


def test_a_rerun_of_an_empty_fragment_costs_a_fraction_of_a_full_collection(
    medians: dict[str, float],
) -> None:
    assert medians["rerun"] < 0.5 * medians["collection"]


def test_the_measurement_notices_a_collection_after_the_rerun(medians: dict[str, float]) -> None:
    """With the option on, the test above would fail."""
    assert medians["collecting rerun"] > 0.6 * medians["collection"]


def test_what_the_engine_freezes_makes_a_later_collection_cheap(
    medians: dict[str, float],
) -> None:
    assert medians["frozen"] > 100_000
    assert medians["frozen collection"] < 0.3 * medians["collection"]
