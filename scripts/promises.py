"""List each promise with its tests, and say which are still without. `make promises`."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMISES = ROOT / "docs" / "promises.md"

_LINE = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One test that bears a promise's number."""

    number: int
    test: str


def titles() -> dict[int, str]:
    """Return each promise's title by its number, as docs/promises.md lists them."""
    return {int(number): title for number, title in _LINE.findall(PROMISES.read_text("utf-8"))}


def guards(folder: Path = ROOT / "tests") -> list[Guard]:
    """Return every test that bears a number, read from the source without running it."""
    found = []
    for path in sorted(folder.rglob("test_*.py")):
        where = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        tree = ast.parse(path.read_text("utf-8"))
        everywhere = [
            number
            for node in tree.body
            if isinstance(node, ast.Assign) and any(ast.unparse(name) == "pytestmark" for name in node.targets)
            for number in _numbers(node.value)
        ]
        found += [Guard(number=number, test=f"{where}::{name}") for name, number in _marked(tree.body, everywhere)]
    return found


def _marked(body: list[ast.stmt], inherited: list[int], prefix: str = "") -> Iterator[tuple[str, int]]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        numbers = inherited + [number for decorator in node.decorator_list for number in _numbers(decorator)]
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, numbers, f"{prefix}{node.name}::")
        elif node.name.startswith("test_"):
            yield from ((prefix + node.name, number) for number in sorted(set(numbers)))


def _numbers(node: ast.AST) -> Iterator[int]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.promise"):
            yield from (
                value.value for value in call.args if isinstance(value, ast.Constant) and isinstance(value.value, int)
            )


def main() -> int:
    """Print the list."""
    marked = guards()
    without = []
    for number, title in titles().items():
        tests = [guard.test for guard in marked if guard.number == number]
        print(f"\n{number:2}. {title}")
        print("\n".join(f"      {test}" for test in tests) or "      no test yet")
        if not tests:
            without.append(number)
    print(f"\n{len(marked)} tests bear a number.", end=" ")
    print(f"Still without: {', '.join(map(str, without))}." if without else "No promise is without.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
