"""The grids' script under Node: what is shown ahead of the page's rerun, and when it is told."""

from __future__ import annotations

import json

import pytest

from dlviz.ui.components.tiles import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
# A window, a clock of frames, and a server that answers what `server` says, after `wait` ms.
BROWSER = """
const log = [];
const server = SERVER;
globalThis.window = new EventTarget();
globalThis.CustomEvent ??= class extends Event {
  constructor(name, { detail }) { super(name); this.detail = detail; }
};
globalThis.requestAnimationFrame = (done) => setTimeout(done, 1);
globalThis.fetch = (address, { signal }) => new Promise((answer, fail) => {
  log.push(address);
  signal.addEventListener("abort", () => fail(new Error("aborted")));
  setTimeout(() => {
    if (server.status === 0) fail(new TypeError("no way to the server"));
    else answer({ status: server.status, json: async () => server.grids });
  }, server.wait);
});
for (const name of ["patches", "originals"]) {
  window.addEventListener(TOGETHER, ({ detail }) => {
    const decoded = new Promise((done) => setTimeout(done, name === "patches" ? 1 : 15));
    detail.draws.push(decoded.then(() => () => log.push(`${name} ${detail.grids[name]}`)));
  });
}
const ahead = { path: "/a", token: "t", grid: "wall", number: 3 };
const tell = () => log.push("told");
"""


def in_browser(steps, **server):
    """What happened, in order, when ``steps`` were taken."""
    given = json.dumps({"status": 200, "wait": 1, "grids": {}, **server})
    program = script() + BROWSER.replace("SERVER", given)
    return in_node(program, f"await (async () => {{ {steps} return log; }})()")


GO = "await goAhead(ahead, 7, tell, new AbortController().signal);"


def test_all_grids_are_drawn_together_before_the_page_is_told():
    log = in_browser(GO, grids={"patches": "p7", "originals": "o7"})
    assert log == ["/a?token=t&number=7", "patches p7", "originals o7", "told"]


@pytest.mark.parametrize("status", [0, 204, 404, 500])
def test_without_an_answer_the_page_is_told_and_nothing_is_drawn(status):
    assert in_browser(GO, status=status) == ["/a?token=t&number=7", "told"]


def test_the_page_does_not_wait_for_a_slow_answer_and_is_told_once():
    log = in_browser(GO, wait=400, grids={"patches": "p7", "originals": "o7"})
    assert log == ["/a?token=t&number=7", "told", "patches p7", "originals o7"]


def test_a_newer_click_takes_the_place_of_the_one_before():
    log = in_browser(
        """
        const first = new AbortController();
        const before = goAhead(ahead, 7, () => log.push("told of 7"), first.signal);
        await new Promise((done) => setTimeout(done, 5));
        first.abort();
        await goAhead(ahead, 8, tell, new AbortController().signal);
        await before;
        """,
        wait=20,
        grids={"patches": "p", "originals": "o"},
    )
    assert log == [
        "/a?token=t&number=7",
        "/a?token=t&number=8",
        "patches p",
        "originals o",
        "told",
    ]


@pytest.mark.parametrize(
    ("shown", "token", "number", "now", "wait"),
    [
        (None, "t", 3, 1000, 0),  # nothing is shown ahead
        ({"token": "t", "number": 7, "at": 900}, "t", 3, 1000, 2900),  # of the click before
        ({"token": "t", "number": 7, "at": 900}, "t", 7, 1000, 0),  # the one that is waited for
        ({"token": "t", "number": 7, "at": 900}, "u", 3, 1000, 0),  # another layer
        ({"token": "t", "number": 7, "at": 900}, "t", 3, 4000, 0),  # the page says so after all
    ],
)
def test_an_answer_to_an_earlier_click_is_held_back(shown, token, number, now, wait):
    given = {"shown": shown, "data": {"ahead": {"token": token, "number": number}}, "now": now}
    expression = "heldBack(value.shown, value.data, value.now)"
    assert in_node(script(), expression, given) == wait


def test_other_grids_hold_nothing_back():
    shown = {"token": "t", "number": 7, "at": 0}
    for data in ({"ahead": None}, {}):
        given = {"shown": shown, "data": data}
        assert in_node(script(), "heldBack(value.shown, value.data, 1)", given) == 0
