"""What a report can be about, as a reporter says it."""

from collections.abc import Sequence
from functools import lru_cache

from gardefou.network.ports import CategoryChoice
from gardefou.reports.categories import Category
from gardefou.words import current
from gardefou.words import gettext as _


def choices() -> Sequence[CategoryChoice]:
    """Return every category in the reporter's words, the gravest first."""
    return _choices(current())


@lru_cache(maxsize=8)
def _choices(_language: str) -> tuple[CategoryChoice, ...]:
    labels = {
        Category.THREATS: _("It threatens someone"),
        Category.SELF_HARM: _("Someone may harm themselves"),
        Category.CHILD_ABUSE: _("It shows or seeks the sexual abuse of a child"),
        Category.TERRORISM: _("It calls for or praises terrorism"),
        Category.HATE: _("It attacks people for who they are"),
        Category.HARASSMENT: _("It hounds someone"),
        Category.IMPERSONATION: _("It pretends to be somebody else"),
        Category.MISLEADING: _("It misleads about something that matters"),
        Category.FRAUD: _("It tries to get money or data out of people"),
        Category.SPAM: _("It is spam"),
        Category.ILLEGAL: _("It is against the law in another way"),
        Category.OTHER: _("Something else"),
    }
    return tuple(CategoryChoice(value=category.value, label=labels[category]) for category in Category)
