"""The convolution page under AppTest: the stepper's stand-in, and what is true of every view."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from dlviz.core.kernels import KERNELS
from dlviz.core.mixes import MIXES
from dlviz.core.sliding import Sliding
from dlviz.figures.stepping import Scene
from dlviz.io.grids import GRIDS

PAGE = Path(__file__).parents[3] / "pages" / "convolution.py"
SECTIONS = ("photograph", "translation", "parameters")
FRESH = {"edition", "opening", "asked", "stamp"}  # how often something came and to what, not what


class Browser:
    """Stands for the stepper in the browser: what it was given, and edits that it sends."""

    def __init__(self):
        self.data = {}
        self.sent = None

    def mount(self, *, key, data, on_edit_change):
        def send():
            st.session_state[key] = {"edit": self.sent}
            on_edit_change()

        self.data = data
        st.button("edit in the browser", key="edit in the browser", on_click=send)

    @property
    def picture(self):
        return {name: value for name, value in self.data.items() if name not in FRESH}

    def send(self, test, edit):
        self.sent = edit
        return sound(test.button(key="edit in the browser").click().run())

    def edit(self, test, **places):
        """Set single numbers: image=((plane, row, column), value), kernels likewise."""
        tables = {}
        for name in ("image", "kernels"):
            table = np.array(self.data[name]) if self.data[name] is not None else None
            if name in places:
                place, value = places[name]
                table[place] = value
            tables[name] = None if table is None else table.tolist()
        known = {"edition": self.data["edition"] + 1, "stamp": self.data["stamp"]}
        return self.send(test, {**known, **tables})


def sound(test):
    """No traceback, and numbers that equal torch's."""
    assert not test.exception, test.exception
    assert "✓ Equal to torch.nn.functional." in texts(test)
    assert "✗" not in texts(test)
    return test


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.latex])


def address_of(test):
    """The address as plain text; AppTest may give a list for each name."""
    return {
        name: value if isinstance(value, str) else value[0]
        for name, value in test.query_params.items()
    }


def widget(test, key):
    for kind in ("selectbox", "number_input", "multiselect", "toggle"):
        for found in getattr(test, kind):
            if found.key == key:
                return found
    raise AssertionError(f"no control {key}")


def scene_at(address):
    """What an address stands for, put together from the registries alone."""
    told = dict(address)
    op = told.get("op", "convolution")
    pools = op.endswith("pool")
    grid = GRIDS[told.get("grid", "lecture")]
    channels = told.get("channels", "grey")
    planes = 1 if channels == "grey" else 3
    size = grid.fixed or int(told.get("size", grid.natural))
    image = grid.at(size, seed=int(told.get("seed", 0)), channels=planes)
    names = [told.get("kernel", "x"), *filter(None, told.get("more", "").split(","))]
    side = int(told.get("window", 2) if pools else told.get("ksize", KERNELS[names[0]].natural))
    sliding = Sliding(
        op=op,
        size=side,
        stride=int(told.get("stride", 2 if pools else 1)),
        padding=told.get("padding", "valid"),
        amount=int(told.get("amount", 1)) if told.get("padding") == "amount" else 0,
        border=told.get("border", "zeros"),
        dilation=int(told.get("dilation", 1)),
        bias=float(told.get("bias", 0)),
        turned=told.get("turned") == "1",
        relu=told.get("relu") == "1",
        depthwise=channels == "depthwise" and not pools,
    )
    colours = ("red's map", "green's map", "blue's map")
    if pools:
        return Scene(image, None, sliding, colours if planes == 3 else ("output",))
    share = MIXES[told.get("mix", "all")].weights if planes == 3 else (1,)
    tables = [KERNELS[name].at(side) for name in names]
    if channels == "depthwise":
        in_turn = [tables[plane % len(tables)] for plane in range(3)]
        kernels = np.array([[part * table] for part, table in zip(share, in_turn, strict=True)])
        return Scene(image, kernels, sliding, colours)
    kernels = np.array([[part * table for part in share] for table in tables])
    titles = tuple(KERNELS[name].title for name in names)
    return Scene(image, kernels, sliding, titles if len(titles) > 1 else ("output",))
