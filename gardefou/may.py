"""Who may come through a door: a page, a command, a task of the worker. Each door says it, and nothing passes else.

What somebody may *do* is the guard's to say, by the rulebook; this says only who is let in to ask. Roles are therefore
none of these words: a page that an agent may not act on still tells them why. The few pages that some roles alone may
read at all name them beside it, `may=May.STAFF, roles=(Role.AUDITOR,)`.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

_Door = TypeVar("_Door", bound=Callable[..., object])


class May(StrEnum):
    """Who. A closed list.

    ANYONE is a visitor; MEMBER has an account on the network and is signed in there; STAFF works here: at the desk by
    a session, on the command line named with `--as`; OPERATOR has the data folder; MACHINE is the house itself; TOKEN
    is a machine of somebody's that shows a token which is good for the scope the route names; CLIENT is a program that
    a member of the network uses, with a token of the network's own.
    """

    ANYONE = "anyone"
    MEMBER = "member"
    STAFF = "staff"
    OPERATOR = "operator"
    MACHINE = "machine"
    TOKEN = "token"  # noqa: S105  # no secret
    CLIENT = "client"


def may(who: May) -> Callable[[_Door], _Door]:
    """Declare who comes through a command or a task; a page says it where it is routed, `@get(path, may=…)`."""

    def declare(door: _Door) -> _Door:
        door.__may__ = who  # type: ignore[attr-defined]  # a function takes attributes of ours
        return door

    return declare


def declared(door: object) -> May | None:
    """Return who may come through a command or a task; None when nobody said."""
    said: May | None = getattr(door, "__may__", None)
    return said
