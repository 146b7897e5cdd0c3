"""The convolution stepper, a canvas in the page that steps without asking the server.

It draws what ``dlviz.figures.convolution.stepper_data`` computed and does no arithmetic of its
own. Its step lives in the browser and, once it rests, in the page's address as ``step`` (counted
from 1), so a link reproduces it; reruns keep it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
# In the order in which they need each other; the last one has the default export.
_MODULES = ("scale.js", "stepper_text.js", "stepper_layout.js", "stepper_draw.js", "stepper.js")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w.]+";\n', re.MULTILINE)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def script() -> str:
    """All ES modules as one: Streamlit takes a single text, so their imports are dropped.

    They share one scope then: a name may be defined in one of them only (a test runs this text).
    """
    return "\n".join(_IMPORT.sub("", _read(name)) for name in _MODULES)


_mount = st.components.v2.component(
    "dlviz_stepper", html=_read("stepper.html"), css=_read("stepper.css"), js=script()
)


def stepper(data: Mapping[str, Any], *, key: str = "stepper") -> None:
    """Show the stepper; ``data`` as made by ``dlviz.figures.convolution.stepper_data``."""
    _mount(key=key, data=dict(data))
