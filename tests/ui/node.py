"""A component's script under Node: what the browser would compute, without a browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

# Under CI a missing Node is a failure, not a reason to skip half of the components' tests.
needs_node = pytest.mark.skipif(
    shutil.which("node") is None and not os.environ.get("CI"), reason="Node is not installed"
)


def in_node(script: str, expression: str, value: Any = None) -> Any:
    """Evaluate a JavaScript expression of ``value`` with the modules ``script`` around it.

    Floats survive both ways to the last bit, but JSON has no NaN: it comes back as None.
    """
    program = f"{script}\nconst value = {json.dumps(value)};\n"
    program += f"process.stdout.write(JSON.stringify({expression}));"
    done = subprocess.run(
        ["node", "--input-type=module"],
        input=program,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
