"""Counts as the database gives them, by stretch, category and language at once: one reading serves every sum."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """So many in one stretch, of one category and one language.

    Attributes:
        place: which stretch, from nought.
        category: what they are about; empty where there is no case to say it.
        locale: in what language; empty likewise.
        number: how many.
        of_these: how many of them are the ones in question: in time, taken back.
    """

    place: int
    category: str
    locale: str
    number: int
    of_these: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many, and how many of them are the ones in question."""

    number: int = 0
    of_these: int = 0

    @property
    def share(self) -> float | None:
        """What part they are, from 0 to 1; None of nothing."""
        return self.of_these / self.number if self.number else None


def place_of(cell: Cell) -> int:
    """Return the stretch."""
    return cell.place


def category_of(cell: Cell) -> str:
    """Return the category."""
    return cell.category


def locale_of(cell: Cell) -> str:
    """Return the language."""
    return cell.locale


def by(cells: Iterable[Cell], key: Callable[[Cell], Key]) -> dict[Key, Sum]:
    """Return the sums by a key."""
    found: dict[Key, tuple[int, int]] = {}
    for cell in cells:
        number, of_these = found.get(key(cell), (0, 0))
        found[key(cell)] = (number + cell.number, of_these + cell.of_these)
    return {name: Sum(number=number, of_these=of_these) for name, (number, of_these) in found.items()}


def whole(cells: Iterable[Cell]) -> Sum:
    """Return the sum of all."""
    return by(cells, lambda _cell: 0).get(0, Sum())


def over(cells: Iterable[Cell], places: int) -> list[Sum]:
    """Return the sum of each stretch, empty ones included."""
    found = by(cells, place_of)
    return [found.get(place, Sum()) for place in range(places)]
