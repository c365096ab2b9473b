"""What stands where somebody's name stood who was erased, and how it is shown (promise 15).

The row of an erased person stays, since orders and votes point at it; in place of the name it has a word and the
number, which only ever shows as *erased*. Nobody else can be enrolled under such a name.
"""

from sqlalchemy import RowMapping

from gardefou.words import gettext as _

#: Stands in place of whatever named somebody. Stored: never change it.
MARK = "erased"


def placeholder(person_id: int) -> str:
    """Return what stands in place of a person's name and address; no two are alike."""
    return f"{MARK} {person_id}"


def is_placeholder(text: str) -> bool:
    """Return whether a name is one that an erasure leaves, of whomever."""
    word, _space, number = text.strip().casefold().partition(" ")
    return word == MARK and (not number or (number.isascii() and number.isdigit()))


def is_erased(row: RowMapping) -> bool:
    """Return whether the person of this row was erased."""
    return str(row["name"]) == placeholder(int(row["id"]))


def spoken_of(row: RowMapping) -> str:
    """Return a person as a sentence speaks of them: `Grant a role to …`."""
    return _("somebody erased") if is_erased(row) else str(row["name"])


def name_of(row: RowMapping) -> str:
    """Return what colleagues read for a person: the name, or that it was erased."""
    return _("erased") if is_erased(row) else str(row["name"])
