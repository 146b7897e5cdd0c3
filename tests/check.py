"""The fast suite as one step: style, types, tests. ``python tests/check.py`` from the root.

``python tests/check.py acceptance`` runs the acceptance suite instead.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STYLE = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
# A worker per core; the tests of a file share what they set up. conftest.py says in what order.
WORKERS = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
# A real browser beside another worker may be starved of time, in a few tests of hundreds: those
# are tried once more, alone and by name. What is wrong fails again; more than a few is no accident.
STARVED = 3


def run(module: str, *arguments: str) -> int:
    """Run a module of this environment; its exit status."""
    print(f"+ {module} {' '.join(arguments)}", flush=True)
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, check=False
    ).returncode


def tests(*choice: str) -> int:
    """Run the tests, and a few browser tests that failed once more; the exit status."""
    FAILED.unlink(missing_ok=True)
    status = run("pytest", *WORKERS, *choice)
    failed = list(json.loads(FAILED.read_text("utf-8"))) if FAILED.exists() else []
    in_browser = all(name.startswith("tests/browser/") for name in failed)
    if status != 1 or not failed or not in_browser or len(failed) > STARVED:
        return status
    print("Once more, alone:", *failed, sep="\n  ", flush=True)
    return run("pytest", *choice, *failed)


def main() -> int:
    """Run all steps, stop at the first that fails; its exit status."""
    if sys.argv[1:] == ["acceptance"]:
        return tests("-m", "acceptance")
    for step in STYLE:
        if status := run(*step):
            return status
    return tests()


if __name__ == "__main__":
    sys.exit(main())
