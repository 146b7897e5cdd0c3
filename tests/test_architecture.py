"""The house stands: imports point downward, files are short, first paint needs no torch."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlviz

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "dlviz").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
BROWSER_FILES = sorted(
    path for path in (ROOT / "dlviz" / "ui").rglob("*") if path.suffix in (".js", ".css", ".html")
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# What each layer may import besides the standard library.
ALLOWED = {
    "core": {"torch", "numpy", "dlviz.core"},
    "io": {"torch", "numpy", "PIL", "safetensors", "torchvision", "dlviz.io", "dlviz.core"},
    "runs": {"torch", "numpy", "dlviz.runs", "dlviz.io", "dlviz.core"},
    "figures": {"torch", "numpy", "PIL", "plotly", "dlviz.figures", "dlviz.io", "dlviz.core"},
    "pages": {"streamlit", "dlviz"},
    "app": {"streamlit", "dlviz.ui"},
    "package": {"dlviz"},  # dlviz/__init__.py names everything, lazily
}
BY_TEXT = re.compile(r"(?:^|\.)(?:import_module|__import__)$")
MOST_LINES = {"dlviz": 350, "pages": 120}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer_of(path: Path) -> str:
    """core, io, runs, figures, ui, pages, app, or package for dlviz/__init__.py."""
    first, *rest = path.relative_to(ROOT).with_suffix("").parts
    if first != "dlviz":
        return first
    return rest[0] if len(rest) > 1 else "package"


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module that is imported anywhere in it, lazily, for types or by text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and BY_TEXT.search(ast.unparse(node.func)):
            argument = node.args[0]
            yield str(argument.value) if isinstance(argument, ast.Constant) else "?"


def is_within(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def violations(text: str, layer: str, package: str = "dlviz.x") -> list[str]:
    modules = set(imported(ast.parse(text), package))
    if layer == "package":
        modules.discard("?")  # the lazy table, which a test of its own resolves
    if layer == "ui":
        return sorted(name for name in modules if is_within(name, {"pages", "app"}))
    allowed = ALLOWED[layer] | sys.stdlib_module_names
    return sorted(name for name in modules if not is_within(name, allowed))


# -- imports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*SOURCES, *PAGES, ROOT / "app.py"], ids=name_of)
def test_imports_point_downward(path: Path) -> None:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    assert violations(path.read_text(), layer_of(path), package) == []


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        ("core", "import PIL"),
        ("core", "from dlviz.io import datasets"),
        ("core", "from ..runs import jobs"),
        ("core", "def lazily():\n    import streamlit"),
        ("core", "import importlib\nimportlib.import_module('plotly')"),
        ("core", "name = 'x'\n__import__(name)"),
        ("io", "from dlviz.runs.jobs import Job"),
        ("runs", "if TYPE_CHECKING:\n    from dlviz.figures import walls"),
        ("figures", "import dlviz.runs.jobs"),
        ("ui", "import pages.training"),
        ("pages", "import torch"),
        ("pages", "from pages import home"),
    ],
)
def test_the_checker_sees_what_points_upward(layer: str, text: str) -> None:
    assert violations(text, layer, f"dlviz.{layer}")


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        ("core", "import math\nimport torch.nn\nfrom dlviz.core.specs import RunSpec"),
        ("core", "from . import specs"),
        ("io", "from PIL import Image\nfrom dlviz.core import data"),
        ("ui", "import streamlit\nimport starlette\nfrom dlviz.figures import walls"),
        ("pages", "import streamlit as st\nfrom dlviz.ui.pages import header"),
    ],
)
def test_the_checker_lets_pass_what_points_downward(layer: str, text: str) -> None:
    assert violations(text, layer, f"dlviz.{layer}") == []


def test_every_layer_is_there() -> None:
    assert {"core", "io", "runs", "figures", "ui"} <= {layer_of(path) for path in SOURCES}
    assert {layer_of(path) for path in SOURCES} - set(ALLOWED) == {"ui"}
    assert PAGES


def test_every_public_name_is_where_the_lazy_table_says() -> None:
    assert {"trace_convolution", "train", "deconvnet", "occlusion", "pgd"} <= set(dlviz.__all__)
    for name in dlviz.__all__:
        assert getattr(dlviz, name).__name__ == name
        assert getattr(dlviz, name).__doc__
    with pytest.raises(AttributeError, match="nonsense"):
        dlviz.nonsense  # noqa: B018


# -- no torch before the first paint --------------------------------------------------------------

WITHOUT_TORCH = """
import json, sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "torchvision"):
            raise ImportError("torch is not there yet")

sys.meta_path.insert(0, NoTorch())
failed = {}
for statement in json.load(sys.stdin):
    try:
        exec(statement, {})
    except ImportError as error:
        failed[statement] = str(error)
json.dump(failed, sys.stdout)
"""


def fail_without_torch(statements: list[str]) -> dict[str, str]:
    """Which statements cannot run in a fresh interpreter that has no torch, and why."""
    command = [sys.executable, "-c", WITHOUT_TORCH]
    given = json.dumps(statements).encode()
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, check=True)
    return dict(json.loads(done.stdout))


def test_importing_dlviz_leaves_torch_out() -> None:
    code = "import sys, dlviz; dir(dlviz); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_nothing_of_the_ui_imports_torch_when_it_is_imported() -> None:
    """The main script itself is run by Streamlit, not imported: it counts by what it imports."""
    main = ROOT / "dlviz" / "ui" / "main.py"
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in SOURCES
        if layer_of(path) == "ui" and path.name != "__init__.py" and path != main
    ]
    assert len(modules) > 10
    statements = [f"import {module}" for module in modules]
    for script in (main, ROOT / "app.py"):
        statements += [ast.unparse(node) for node in opening_imports(script)]
    assert fail_without_torch(statements) == {}


def opening_imports(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run before the page asks for torch (all, if it never does)."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Expr) and ast.unparse(node).startswith("need_torch("):
            return
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield node


def test_every_page_paints_before_torch_is_there() -> None:
    statements = [ast.unparse(node) for path in PAGES for node in opening_imports(path)]
    assert len(statements) > len(PAGES)
    assert fail_without_torch(sorted(set(statements))) == {}


def test_the_torch_test_would_notice() -> None:
    found = fail_without_torch(["import torch", "import dlviz.core.layers", "import json"])
    assert set(found) == {"import torch", "import dlviz.core.layers"}


# -- size, leftovers, other hosts -----------------------------------------------------------------


@pytest.mark.parametrize("path", [*SOURCES, *BROWSER_FILES, *PAGES], ids=name_of)
def test_files_are_short(path: Path) -> None:
    top = path.relative_to(ROOT).parts[0]
    assert len(path.read_text().splitlines()) <= MOST_LINES[top]


def test_nothing_is_left_to_do() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
    everything = [*SOURCES, *BROWSER_FILES, *PAGES, *TESTS, ROOT / "app.py"]
    assert [name_of(path) for path in everything if marks.search(path.read_text())] == []


OTHER_HOST = re.compile(
    r"""(?:https?|wss?|ftp):\\?/\\?/[\w\[]  # a full address
    | ["'(`]\s*//\w                         # the same scheme, another host
    | @import\b""",
    re.VERBOSE | re.IGNORECASE,
)
NAMESPACE = re.compile(r"http://www\.w3\.org/\w+/\w+")  # a name that nobody fetches


@pytest.mark.parametrize("path", BROWSER_FILES, ids=name_of)
def test_the_browser_is_sent_to_no_other_host(path: Path) -> None:
    assert OTHER_HOST.findall(NAMESPACE.sub("", path.read_text())) == []


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ('import x from "https://cdn.example/x.js"', True),
        ("src: url(//fonts.example/a.woff2)", True),
        ('fetch("//example.org/a")', True),
        ('new WebSocket("wss://example.org")', True),
        ('@import "other.css";', True),
        ("`${scheme}://${location.host}/live`", False),
        ("const half = total / 2; // of them", False),
    ],
)
def test_the_host_checker_knows_an_address(text: str, other: bool) -> None:
    assert bool(OTHER_HOST.search(text)) is other


def test_no_test_asserts_a_constant() -> None:
    empty = [
        f"{name_of(path)}:{node.lineno}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant | ast.Tuple)
    ]
    assert empty == []


# -- registries -----------------------------------------------------------------------------------

REGISTRIES = {
    "KERNELS": "dlviz.core.kernels",
    "MIXES": "dlviz.core.mixes",
    "GRIDS": "dlviz.io.grids",
    "CONVOLUTION_CARDS": "dlviz.core.lessons",
    "POINT_CARDS": "dlviz.core.points.cards",
    "FILTER_CARDS": "dlviz.core.filter_cards",
    "VIEWS": "dlviz.ui.filters.views",
    "ATTACK_CARDS": "dlviz.core.attack_cards",
    "FETCHED": "dlviz.io.torchvision_models",
    "ATTACK_VIEWS": "dlviz.ui.adversarial.views",
    "CLAIMS": "dlviz.core.attack_meaning",
    "MEDICAL_CARDS": "dlviz.core.medical_cards",
    "MEDICAL_VIEWS": "dlviz.ui.medical.views",
    "ATTACKS": "dlviz.core.attacks",
    "DEFENCES": "dlviz.io.defences",
    "PRESETS": "dlviz.core.networks",
    "SHIPPED": "dlviz.core.networks",
    "DATASETS": "dlviz.io.datasets",
    "PHOTOGRAPHS": "dlviz.io.photographs",
    "MODELS": "dlviz.io.models",
    "LABS": "dlviz.ui.pages",
    "POINT_DATA": "dlviz.core.points.data",
    "POINT_PRESETS": "dlviz.core.points.presets",
    "FEATURES": "dlviz.core.points.features",
    "ACTIVATIONS": "dlviz.core.points.activations",
    "INITIALISATIONS": "dlviz.core.points.initialisations",
    "OPTIMISERS": "dlviz.core.points.optimisers",
    "LOSSES": "dlviz.core.points.losses",
    "NEURONS_CARDS": "dlviz.core.neurons_cards",
    "NEURONS_VIEWS": "dlviz.ui.neurons.views",
    "ARCHITECTURES_CARDS": "dlviz.core.architectures_cards",
    "ARCHITECTURES_VIEWS": "dlviz.ui.architectures.views",
    "MILESTONES": "dlviz.core.milestones",
    "ZOO": "dlviz.io.zoo",
    "TRANSFER_CARDS": "dlviz.core.transfer_cards",
    "TRANSFER_VIEWS": "dlviz.ui.transfer.views",
    "TASKS_CARDS": "dlviz.core.tasks_cards",
    "TASKS_VIEWS": "dlviz.ui.tasks.views",
    "EXPERIMENTS_CARDS": "dlviz.core.experiments_cards",
    "EXPERIMENTS_VIEWS": "dlviz.ui.experiments.views",
    "EXPERIMENTS": "dlviz.core.experiments",
    "BLOCKS": "dlviz.core.glossary",
    "TAUGHT": "dlviz.runs.taught_kinds",
    "FURTHER": "dlviz.ui.pages",
    "GATES": "dlviz.core.neurons.gates",
    "BENDS": "dlviz.core.neurons.bends",
    "STYLE_NETS": "dlviz.core.style",
}


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_registry_has_entries_with_titles(name: str) -> None:
    entries = getattr(importlib.import_module(REGISTRIES[name]), name)
    assert len(entries) >= 2
    titles = [entry.title for entry in entries.values()]
    assert all(isinstance(title, str) and title.strip() == title != "" for title in titles)
    assert len(set(titles)) == len(titles)
    for key, entry in entries.items():
        assert re.fullmatch(r"[a-z0-9_]+", key)  # it stands in links
        assert getattr(entry, "name", key) == key


@pytest.mark.parametrize(("module", "name"), [("layers", "LAYERS"), ("training", "OPTIMISERS")])
def test_a_registry_without_titles_has_entries(module: str, name: str) -> None:
    entries = getattr(importlib.import_module(f"dlviz.core.{module}"), name)
    assert len(entries) >= 3
    assert all(re.fullmatch(r"[a-z0-9_]+", key) for key in entries)


def test_every_lab_has_its_page() -> None:
    every = importlib.import_module("dlviz.ui.pages").EVERY
    assert {path.stem for path in PAGES} == {*every, "home"}
