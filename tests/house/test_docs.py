"""The documents name everything that can be typed or read, and nothing that cannot."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from gardefou.app import errors
from gardefou.app.cli import app
from gardefou.app.settings import Settings
from gardefou.ledger.entry import EntryKind
from gardefou.orders.lifecycle import State, VoidBecause
from tests.house.source import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")


def named_under(heading: str) -> list[str]:
    """Return what the first column of a section's table names."""
    section = REFERENCE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)`", section, flags=re.MULTILINE)


def commands(command: Any, name: str) -> Iterator[str]:
    """Yield every command that does something by itself. Typer carries a click of its own, hence no type."""
    inner = getattr(command, "commands", None)
    if inner is None or command.invoke_without_command:
        yield name
    for word, sub in (inner or {}).items():
        yield from commands(sub, f"{name} {word}")


def rules() -> set[str]:
    """Return the id of every rule in every rulebook that ships."""
    books = [tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "rulebooks").glob("*.toml")]
    return {rule["id"] for book in books for rule in book["rule"]}


def exit_codes() -> set[str]:
    """Return every exit code that the front door knows."""
    return {str(value) for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Commands", set(commands(typer.main.get_command(app), "gardefou"))),
        ("Exit codes", exit_codes()),
        ("Settings", set(Settings.__struct_fields__)),
        ("Rules that ship", rules()),
        ("What the record says", {kind.value for kind in EntryKind}),
    ],
    ids=["commands", "exit codes", "settings", "rules", "entries"],
)
def test_the_reference_names_all_there_is_and_nothing_more(heading: str, known: set[str]) -> None:
    named = named_under(heading)
    assert len(named) == len(set(named))
    assert sorted(known - set(named)) == []
    assert sorted(set(named) - known) == []


def documents() -> list[str]:
    """Return every document of the repository."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in pages)


@pytest.mark.parametrize("page", documents())
def test_every_link_between_documents_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_every_path_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    paths = re.findall(r"`((?:gardefou|migrations|tests|docs|rulebooks|incidents)/[\w./-]*)`", text)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_decisions_are_numbered_without_a_gap_and_carry_status_and_date() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for path in records:
        assert re.search(
            r"^Status: (accepted|superseded by \d{4}) · \d{1,2} \w+ \d{4}$", path.read_text(), re.MULTILINE
        )


def test_the_glossary_has_every_word_of_a_lifecycle() -> None:
    """A state that people read is a word that people can look up."""
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8").lower()
    assert [word for word in (*State, *VoidBecause) if word.value not in glossary] == []
