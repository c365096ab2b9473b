"""What a machine's token is good for. A closed list; none of it decides anything."""

from enum import StrEnum

from gardefou.staff.errors import TokenSaidError
from gardefou.words import gettext as _


class Scope(StrEnum):
    """What a token opens. Values are stored and signed: never change one."""

    READ = "read"
    REPORTS = "reports"
    METRICS = "metrics"


def scopes_in(text: str) -> frozenset[Scope]:
    """Return the scopes a text names, with spaces or commas between.

    Raises:
        TokenSaidError: it names none, or something else.
    """
    named = text.replace(",", " ").split()
    unknown = sorted(set(named) - set(Scope))
    if unknown or not named:
        known = ", ".join(Scope)
        words = _(
            "%(name)s is no scope of a token; these are: %(known)s", name=(unknown or ["“”"])[0][:40], known=known
        )
        raise TokenSaidError(words, field="scopes")
    return frozenset(Scope(name) for name in named)


def spelt(scopes: frozenset[Scope]) -> str:
    """Return scopes in the one spelling that is signed."""
    return " ".join(sorted(scopes))
