"""The code as the house tests read it: parsed, never run."""

import ast
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gardefou"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file of the house.

    Attributes:
        path: from the root, with slashes: `gardefou/orders/propose.py`.
        room: its first folder, or its own name for `clock` and `errors`.
        tree: its syntax.
        names: what each imported name stands for: `now` → `gardefou.clock.now`, `dt` → `datetime`.
    """

    path: str
    room: str
    tree: ast.Module
    names: dict[str, str]

    @property
    def stem(self) -> str:
        """The file's own name."""
        return Path(self.path).stem


def parse(text: str, path: str = "gardefou/orders/example.py") -> Module:
    """Read a module from its text."""
    tree = ast.parse(text)
    parts = Path(path).parts
    room = parts[1].removesuffix(".py") if len(parts) > 1 else parts[0]
    return Module(path=path, room=room, tree=tree, names=_names(tree))


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the package."""
    return tuple(
        parse(path.read_text("utf-8"), path.relative_to(ROOT).as_posix()) for path in sorted(PACKAGE.rglob("*.py"))
    )


def _names(tree: ast.Module) -> dict[str, str]:
    names = {}
    for node in walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(module: Module, node: ast.expr) -> str:
    """Return the full name an expression refers to, `datetime.datetime.now`, or nothing when it is no plain name."""
    if isinstance(node, ast.Name):
        return module.names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(module, node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def walk(node: ast.AST) -> Sequence[Any]:
    """Return a node and everything within, as `ast.walk` does; kept with the node, since dozens of tests ask."""
    kept = vars(node)
    if "everything" not in kept:
        kept["everything"] = tuple(ast.walk(node))
    return kept["everything"]  # type: ignore[no-any-return]  # what was put there


def calls(module: Module) -> Sequence[tuple[ast.Call, str]]:
    """Return every call with the full name of what is called; kept with the module."""
    kept = vars(module.tree)
    if "calls" not in kept:
        found = (node for node in walk(module.tree) if isinstance(node, ast.Call))
        kept["calls"] = tuple((node, dotted(module, node.func)) for node in found)
    return kept["calls"]  # type: ignore[no-any-return]  # what was put there


def floors() -> dict[str, int]:
    """Return each room's floor, the ground being 0, as the import contract in pyproject.toml draws the house."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return {
        room.strip(" ()"): floor
        for floor, line in enumerate(reversed(layers))
        for room in line.replace(":", "|").split("|")
    }
