"""What live viewers cost: frames that arrive and the server's work, for 0, 1, 10 and 30 of them.

    .venv/bin/python -m tests.benchmarks.live_viewers [seconds]

One visitor trains in the server; their viewers are WebSocket clients on the live channel, in a
process of their own. Printed for each number of viewers, in the order 0 n 0: images per second
of the training (ratio to the two zeros beside it), frames per second that each viewer gets, and
how much of a core the server's threads use beside the one that trains (Linux: read from /proc).
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.benchmarks.live_training import browsing
from tests.browser.conftest import Server, start_server
from tests.browser.driver import visit

COUNTS = (1, 10, 30)
TICKS = os.sysconf("SC_CLK_TCK")


async def _watch(address: str, jar: str, origin: str, seconds: float) -> tuple[int, int, int]:
    """One viewer: (frames, first step, last step) within the time."""
    frames, first, last = 0, 0, 0
    headers = {"Cookie": jar}
    async with connect(address, origin=Origin(origin), additional_headers=headers) as socket:
        await socket.recv()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                frame = json.loads(await asyncio.wait_for(socket.recv(), left))
            except TimeoutError:
                break
            frames, first, last = frames + 1, first or frame["step"], frame["step"]
    return frames, first, last


def _viewers(count: int, address: str, jar: str, origin: str, seconds: float, pipe: object) -> None:
    async def all_of_them() -> list[tuple[int, int, int]]:
        watching = [_watch(address, jar, origin, seconds) for _ in range(count)]
        return list(await asyncio.gather(*watching))

    pipe.send(asyncio.run(all_of_them()))  # type: ignore[attr-defined]


def threads(process: int) -> dict[str, float]:
    """Seconds of CPU per thread of a process so far."""
    used = {}
    for task in Path(f"/proc/{process}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        used[task.name] = (int(fields[11]) + int(fields[12])) / TICKS
    return used


def spent(process: int, before: dict[str, float], seconds: float) -> float:
    """Share of a core that all threads but the busiest, the one that trains, have used since."""
    used = [now - before.get(name, 0.0) for name, now in threads(process).items()]
    return (sum(used) - max(used)) / seconds


def measure(server: Server, way: tuple[str, str], count: int, seconds: float) -> list[float]:
    """[images/s, frames/s per viewer, share of a core] with so many viewers."""
    here, there = multiprocessing.Pipe()
    arguments = (count, *way, server.url, seconds, there)
    before, began = threads(server.process.pid), time.monotonic()
    viewers = multiprocessing.Process(target=_viewers, args=arguments)
    viewers.start()
    seen = here.recv()
    viewers.join()
    core = spent(server.process.pid, before, time.monotonic() - began)
    steps = max(last - first for _, first, last in seen)
    return [64 * steps / seconds, statistics.median(item[0] for item in seen) / seconds, core]


def bare(server: Server, way: tuple[str, str], seconds: float) -> list[float]:
    """[images/s, 0, share of a core] with nobody watching: the steps at the ends are asked for."""
    before, began = threads(server.process.pid), time.monotonic()
    start = _step(server, way)
    time.sleep(seconds)
    end, elapsed = _step(server, way), time.monotonic() - began
    return [64 * (end - start) / elapsed, 0.0, spent(server.process.pid, before, elapsed)]


def _step(server: Server, way: tuple[str, str]) -> int:
    async def ask() -> int:
        headers = {"Cookie": way[1]}
        async with connect(way[0], origin=Origin(server.url), additional_headers=headers) as socket:
            return int(json.loads(await socket.recv())["step"])

    return asyncio.run(ask())


def main() -> None:
    """0 n 0 for every number of viewers."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    server = start_server(DLVIZ_LEASE_SECONDS="600")
    try:
        with browsing(server) as page:
            addresses: list[str] = []
            page.on("websocket", lambda socket: addresses.append(socket.url))
            visit(page, "/training?epochs=200")
            page.get_by_role("button", name="Start").click()
            page.locator('.live[data-state="running"]').wait_for()
            jar = "; ".join(f"{item['name']}={item['value']}" for item in page.context.cookies())
            page.goto("about:blank")
        way = (next(url for url in addresses if "/dlviz/live" in url), jar)
        print(f"{'viewers':>8}{'images/s':>10}{'ratio':>8}{'frames/s each':>15}{'of a core':>11}")
        before = bare(server, way, seconds)
        for count in COUNTS:
            with_them = measure(server, way, count, seconds)
            after = bare(server, way, seconds)
            alone = (before[0] + after[0]) / 2
            rows = ((0, before, 1.0), (count, with_them, with_them[0] / alone))
            for number, (images, frames, core), ratio in rows:
                print(f"{number:8}{images:10.0f}{ratio:8.2f}{frames:15.1f}{core:11.2f}")
            before = after
    finally:
        server.stop()


if __name__ == "__main__":
    main()
