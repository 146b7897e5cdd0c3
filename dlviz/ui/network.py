"""The network that shall be trained: a preset's, edited in the table of layers."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.specs import (
    MAX_LAYERS,
    MAX_LINK_CHARS,
    MAX_PARAMETERS,
    NetSpec,
    RunSpec,
    SpecError,
)
from dlviz.ui.address import follow, plain, write
from dlviz.ui.components.layers import layer_table

if TYPE_CHECKING:
    from dlviz.core.layers import Line, Shape

NET = "net"  # the address's parameter
TABLE = "layers"
_EDITION = "edition of the layers"
_REFUSED = "layers refused"
_UNREADABLE = (
    f"a network that is whole and within the limits ({MAX_LAYERS} layers, {MAX_LINK_CHARS} letters)"
)


def network_panel(
    default: NetSpec, shape: Shape, classes: int, *, context: str
) -> tuple[NetSpec, tuple[Line, ...]]:
    """Show the table of layers → the network as edited, and what is to be said of each layer.

    ``default`` is the preset's network, ``shape`` and ``classes`` come from the data. The edited
    network stands in the address as ``net``, left out while it is the default; an edit belongs to
    its ``context``, the preset's name. A network that does not work is returned as it is: a line
    then has a ``mistake``.
    """
    from dlviz.core.layers import survey

    sentence = follow(NET, _read, "", context=context, widget=False)
    refused = st.session_state.pop(_REFUSED, "")
    for told in filter(None, (sentence, refused)):
        st.info(told)
    text = str(st.session_state[NET])
    net = net_from_link(text) if text else default
    if text and _same(net, default):
        net, text = default, ""
    write(NET, text, "", context=context)
    lines = survey(net, shape, classes)
    stamp = f"{context} {net_link(default)}"
    layer_table(
        {
            **_table(lines, shape),
            "layers": _plain(net),
            "preset": _plain(default),
            "kinds": _kinds(),
            "edition": int(st.session_state.get(_EDITION, 0)),
            "stamp": stamp,
        },
        key=TABLE,
        on_edit=lambda: _take_edit(stamp),
    )
    return net, lines


def net_link(net: NetSpec) -> str:
    """A network as a short text for an address; ``net_from_link`` gives an equal one back."""
    text = json.dumps({"net": {"layers": _plain(net)}}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def net_from_link(text: str) -> NetSpec:
    """Read a network from a stranger's address; it need not work, but every option has a name.

    Raises ``SpecError`` for what is damaged, too long, or of an unknown kind or option.
    """
    return _known(RunSpec.from_link(text).net)


def _known(net: NetSpec) -> NetSpec:
    """The network itself; ``SpecError`` for a kind or an option that is not there."""
    kinds = _kinds()
    for layer in net.layers:
        if layer.kind not in kinds:
            raise SpecError(f"the layer “{plain(layer.kind)}”")
        names = {option["name"] for option in kinds[layer.kind]["options"]}
        for name in set(layer.options) - names:
            title = kinds[layer.kind]["title"].lower()
            raise SpecError(f"the option “{plain(name)}” of the layer “{title}”")
    return net


def _read(text: str) -> str:
    try:
        net = RunSpec.from_link(text).net
    except SpecError as error:
        raise ValueError(_UNREADABLE) from error
    return net_link(_known(net))  # a SpecError is a ValueError


def _take_edit(stamp: str) -> None:
    """The network was edited in the browser: keep it, or say why not."""
    try:
        edit = st.session_state[TABLE]["edit"]
        st.session_state[_EDITION] = int(edit["edition"])
        if edit["stamp"] != stamp:  # another preset was chosen meanwhile
            return
        net = RunSpec.from_json(json.dumps({"net": {"layers": edit["layers"]}})).net
        text = net_link(_known(net))
        if len(text) > MAX_LINK_CHARS:
            raise SpecError(_UNREADABLE)
        st.session_state[NET] = text
    except SpecError as error:
        st.session_state[_REFUSED] = f"The edit was left out: {plain(str(error), 200)}"
    except (KeyError, TypeError, ValueError, OverflowError):
        st.session_state[_REFUSED] = "What came from the browser was no network."


@cache
def _kinds() -> dict[str, Any]:
    """What the table offers: every kind's title, and its options with their limits."""
    from dlviz.core.layers import LAYERS, options

    return {
        name: {
            "title": kind.title,
            "options": [
                {
                    "name": option.name,
                    "title": option.title,
                    "type": option.type,
                    "low": option.low,
                    "high": option.high,
                    "default": option.default,
                    "optional": option.optional,
                    "empty": option.empty,
                }
                for option in options(name)
            ],
        }
        for name, kind in LAYERS.items()
    }


def _plain(net: NetSpec) -> list[dict[str, Any]]:
    return [{"kind": layer.kind, "options": dict(layer.options)} for layer in net.layers]


def _same(one: NetSpec, other: NetSpec) -> bool:
    """Whether two networks are the same, whether or not a default is written down."""
    from dlviz.core.layers import completed

    return completed(one) == completed(other)


def _table(lines: Sequence[Line], shape: Shape) -> dict[str, Any]:
    """What the browser draws beside the layers themselves."""
    rows = [line.row for line in lines if line.row is not None]
    return {
        "input": shape,
        "lines": [_told(line) for line in lines],
        "parameters": sum(row.parameters for row in rows),
        "adds": sum(row.multiply_adds for row in rows),
        "most": MAX_LAYERS,
        "mostParameters": MAX_PARAMETERS,
    }


def _told(line: Line) -> dict[str, Any]:
    """One layer's shape, counts and mistake; shape None where the net does not get so far."""
    told: dict[str, Any] = {"mistake": line.mistake, "shape": None}
    if line.row is not None:
        row = line.row
        told |= {"name": row.name, "shape": row.after}
        told |= {"parameters": row.parameters, "adds": row.multiply_adds}
    return told
