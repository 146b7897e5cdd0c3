"""The fast suite as one step: style, types, tests. ``python tests/check.py`` from the root."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    # A worker per core; the tests of a file share what they set up.
    ("pytest", "-n", "auto", "--dist", "loadfile"),
)


def main() -> int:
    """Run all steps, stop at the first that fails; its exit status."""
    for module, *arguments in STEPS:
        print(f"+ {module} {' '.join(arguments)}", flush=True)
        done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
