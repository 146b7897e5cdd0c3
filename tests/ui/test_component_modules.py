"""The components' scripts are real ES modules: what one imports, another exports."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import dlviz.ui.components
from tests.ui.node import needs_node

COMPONENTS = Path(dlviz.ui.components.__file__).parent


@needs_node
def test_every_import_is_there(tmp_path: Path) -> None:
    """Streamlit gets them as one text, in which a forgotten import would not be missed."""
    modules = sorted(COMPONENTS.glob("*.js"))
    for module in modules:
        shutil.copy(module, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    names = json.dumps([f"./{module.name}" for module in modules])
    program = f"for (const name of {names}) await import(name);"
    (tmp_path / "all.mjs").write_text(program)
    done = subprocess.run(
        ["node", "all.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert len(modules) > 20
    assert done.returncode == 0, done.stderr[-2000:]
