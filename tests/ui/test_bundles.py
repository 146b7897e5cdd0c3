"""A component's modules share one scope in the page: no two may define one name."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

import dlviz.ui.components

COMPONENTS = Path(dlviz.ui.components.__file__).parent
DEFINED = re.compile(
    r"^(?:export\s+(?:default\s+)?)?"
    r"(?:(?:async\s+)?function\s*\*?\s*|class\s+|(?:const|let|var)\s+)"
    r"(\w+|\[[^\]]*\]|\{[^}]*\})",
    re.MULTILINE,
)
IMPORTED = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";', re.MULTILINE)


def bundles() -> dict[str, tuple[str, ...]]:
    """The modules of each component's script, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(COMPONENTS.glob("*.py")):
        if "    return bundle(" in path.read_text("utf-8"):
            module = import_module(f"dlviz.ui.components.{path.stem}")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(module, "bundle", lambda *names: names)
                found[path.stem] = inspect.unwrap(module.script)()
    return found


BUNDLES = bundles()


def defined(text: str) -> list[str]:
    """The names that a module defines at its top level."""
    names: list[str] = []
    for pattern in DEFINED.findall(text):
        # {given: name} and [name = 0] define what stands behind the colon and before the sign.
        names += [
            re.split(r"[:=]", part)[0 if ":" not in part else 1].strip()
            for part in pattern.strip("[]{}").split(",")
        ]
    return [name for name in names if name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("export const [A, B] = [1, 2];", ["A", "B"]),
        ("const { a, b: c } = it;\n  const inner = 1;", ["a", "c"]),
        ("export default function mount({ data }) {}", ["mount"]),
        ("async function go() {}\nexport class Film extends View {}\nlet x;", ["go", "Film", "x"]),
        ("function* each() {}", ["each"]),
        ("export default function (component) {}", []),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert defined(text) == names


@pytest.mark.parametrize("name", BUNDLES)
def test_no_two_modules_of_a_bundle_define_one_name(name: str) -> None:
    every = Counter(
        each for module in BUNDLES[name] for each in defined((COMPONENTS / module).read_text())
    )
    assert len(every) > len(BUNDLES[name])
    assert [each for each, count in every.items() if count > 1] == []


@pytest.mark.parametrize("name", BUNDLES)
def test_what_a_module_needs_stands_before_it(name: str) -> None:
    modules = BUNDLES[name]
    for at, module in enumerate(modules):
        needed = {path for _, path in IMPORTED.findall((COMPONENTS / module).read_text())}
        assert needed <= set(modules[:at]), module
