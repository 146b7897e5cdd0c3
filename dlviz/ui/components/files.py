"""Reading a component's files: small ES modules without a build step."""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w.]+";\n', re.MULTILINE)


def read(name: str) -> str:
    """The text of a file beside this one."""
    return (_HERE / name).read_text(encoding="utf-8")


def bundle(*modules: str) -> str:
    """ES modules as one text, in the order in which they need each other; the last one exports.

    Streamlit takes a single text, so imports between them are dropped. They share one scope then:
    a name may be defined in one of them only.
    """
    return "\n".join(_IMPORT.sub("", read(name)) for name in modules)
