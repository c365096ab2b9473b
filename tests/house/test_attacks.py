"""The list of attacks names tests that exist, and every test that attacks stands in the list."""

import re
from collections.abc import Iterable, Mapping

import pytest

from tests.house.source import ROOT

LIST = (ROOT / "docs" / "attacks.md").read_text("utf-8")
#: The doors that are not built yet, by the name of what will open them.
NOT_BUILT = {"staff and passkeys", "tokens", "ledger tiles", "connectors"}


def lines(text: str = LIST) -> list[tuple[str, str]]:
    """Return each attack of the list with what stands in its last column."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [(row[0], row[2]) for row in rows[2:]]


def named(text: str = LIST) -> list[str]:
    """Return every test that the list names, as `file::function`."""
    return [test for _, cell in lines(text) for test in re.findall(r"`([^`]+::[^`]+)`", cell)]


def written_in(paths: Iterable[str]) -> set[str]:
    """Return every test in these files, as `file::function`."""
    pattern = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)
    found = [ROOT / path for path in paths]
    return {f"{file.name}::{name}" for file in found for name in pattern.findall(file.read_text("utf-8"))}


def files(under: str) -> list[str]:
    """Return the files of tests under a folder."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / under).rglob("test_*.py"))


def unanswered(rows: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the attacks that have neither a test nor a door that they wait for."""
    waits = {f"waits for {door}" for door in NOT_BUILT}
    return {attack: cell for attack, cell in rows if cell not in waits and not re.search(r"`\w+\.py::test_\w+`", cell)}


def test_every_test_that_the_list_names_exists() -> None:
    assert sorted(set(named()) - written_in(files("tests"))) == []


def test_every_test_that_attacks_stands_in_the_list() -> None:
    attacking = written_in(files("tests/integration/attacks"))
    assert attacking
    assert sorted(attacking - set(named())) == []


def test_every_attack_has_a_test_or_says_what_it_waits_for() -> None:
    assert len(lines()) == len({attack for attack, _ in lines()}) > 0
    assert unanswered(lines()) == {}


@pytest.mark.parametrize("cell", ["", "soon", "waits for better days", "`test_nothing`"])
def test_an_attack_without_an_answer_is_seen(cell: str) -> None:
    table = f"| attack | what | test |\n| --- | --- | --- |\n| by night | nothing | {cell} |\n"
    assert unanswered(lines(table)) == {"by night": cell}
