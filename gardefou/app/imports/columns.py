"""Which column of theirs is which of ours: said with `--map ours=theirs`, or guessed from well-known names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gardefou.app.errors import FileUnreadableError
from gardefou.clock import from_iso
from gardefou.errors import BadInputError
from gardefou.network.emails import checked_email


class RowError(BadInputError):
    """The row cannot be used."""

    code = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One thing an import asks for.

    Attributes:
        name: our name of it.
        guesses: names under which others keep it, best first; ours is always tried.
        needed: whether the import makes no sense without it.
    """

    name: str
    guesses: tuple[str, ...] = ()
    needed: bool = False


#: Digits of a count that is in range whatever it is.
_SURELY_FITS = 18
_FIRST, _LAST = from_iso("1900-01-01"), from_iso("3000-01-01")

Mapped = Mapping[str, str]
Reader = Callable[[Mapping[str, str]], Mapped]


def parse_map(pairs: Iterable[str], columns: Iterable[Column]) -> dict[str, str]:
    """Read `ours=theirs` pairs.

    Raises:
        BadInputError: a pair is not one, or names no column of ours.
    """
    ours = [column.name for column in columns]
    found = {}
    for pair in pairs:
        name, equals, theirs = pair.partition("=")
        if not equals or not theirs:
            raise BadInputError(f"--map {pair}: expected ours=theirs")
        if name not in ours:
            raise BadInputError(f"--map {pair}: no column {name!r} here; there are {', '.join(ours)}")
        found[name] = theirs
    return found


def choose(
    columns: Iterable[Column],
    mapping: Mapping[str, str],
    present: Iterable[str],
    *,
    where: str,
    given: Iterable[str] = (),
) -> dict[str, str]:
    """Return which of their columns each of ours is read from.

    Args:
        columns: what the import asks for.
        mapping: what the person said.
        present: the columns the file has.
        where: the file, for the message.
        given: our columns that an option fills, so that no column need.

    Raises:
        FileUnreadableError: a needed column, or one that was named, is not in the file.
    """
    theirs = {name.lower(): name for name in present}
    found = {}
    for column in columns:
        wanted = mapping.get(column.name)
        if wanted is not None:
            if wanted.lower() not in theirs:
                raise FileUnreadableError(f"{where}: no column {wanted!r}; the file has {_listed(theirs.values())}")
            found[column.name] = theirs[wanted.lower()]
            continue
        match = next((theirs[guess] for guess in (column.name, *column.guesses) if guess in theirs), None)
        if match is not None:
            found[column.name] = match
        elif column.needed and column.name not in given:
            raise FileUnreadableError(
                f"{where}: no column for {column.name!r}; the file has {_listed(theirs.values())}; "
                f"say which with --map {column.name}=THEIRS"
            )
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)[:30])


def text(row: Mapped, name: str, *, limit: int = 500) -> str:
    """Return a field, trimmed.

    Raises:
        RowError: it is too long.
    """
    value = row.get(name, "").strip()
    if "\x00" in value:  # No database keeps it.
        value = value.replace("\x00", "").strip()
    if len(value) > limit:
        raise RowError(f"{name}: {len(value)} characters, at most {limit}")
    return value


def needed(row: Mapped, name: str, *, limit: int = 500) -> str:
    """Return a field that must not be empty.

    Raises:
        RowError: it is empty or too long.
    """
    value = text(row, name, limit=limit)
    if not value:
        raise RowError(f"{name}: empty")
    return value


def count(row: Mapped, name: str) -> int:
    """Return a number that is never negative; 0 when empty.

    Raises:
        RowError: it is not such a number.
    """
    value = row.get(name, "")
    if len(value) <= _SURELY_FITS and value.isdecimal() and value.isascii():
        return int(value)  # Most are plain digits; the others are looked at twice.
    value = value.strip().replace(" ", "").replace(",", "")
    if not value:
        return 0
    try:
        number = int(float(value)) if "." in value else int(value)
    except (ValueError, OverflowError):
        raise RowError(f"{name}: {value[:40]!r} is not a number") from None
    if not 0 <= number < 1 << 62:
        raise RowError(f"{name}: {value[:40]} is not a count")
    return number


def instant(row: Mapped, name: str) -> int | None:
    """Return an instant in microseconds, or None when empty.

    Raises:
        RowError: it is not one, or lies so far away that it is a slip.
    """
    value = row.get(name, "").strip()
    if not value:
        return None
    try:
        at = from_iso(value)
    except (ValueError, OverflowError):
        raise RowError(f"{name}: {value[:40]!r} is not a date and time (2017-11-02T22:35:43Z)") from None
    if not _FIRST <= at < _LAST:
        raise RowError(f"{name}: {value[:40]} is not in any year from 1900 to 2999")
    return at


def address(row: Mapped, name: str) -> str:
    """Return an e-mail address; empty when there is none.

    Raises:
        RowError: it is not one address.
    """
    value = text(row, name)
    if not value:
        return ""
    try:
        return checked_email(value)
    except BadInputError as problem:
        raise RowError(f"{name}: {value[:60]!r}: {problem.message}") from problem
