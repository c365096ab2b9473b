"""Showing again who one is, before something is handed out that outlives the session: with a key, here and now."""

from gardefou.desk.asking import to_ask
from gardefou.desk.errors import NotYoursError
from gardefou.desk.session import AnyRequest, token_of
from gardefou.orders.ports import Ports
from gardefou.staff import challenges, credentials, sessions
from gardefou.staff.assertion import read
from gardefou.staff.errors import BadAssertionError
from gardefou.staff.sessions import SignedIn
from gardefou.staff.use_passkey import use_passkey
from gardefou.storage import Tx
from gardefou.words import gettext as _


def to_show(tx: Tx, ports: Ports, *, door_key: bytes, me: SignedIn, now: int) -> str:
    """Return what a browser asks of its person's keys; empty where something signs by itself."""
    if ports.authenticator is not None:
        return ""
    rows = credentials.of_person(tx, me.person_id)
    keys = tuple(bytes(row["key_id"]) for row in rows if row["key_id"] is not None and row["ended_at"] is None)
    return to_ask(ports.site, challenges.ask(key=door_key, now=now, purpose=challenges.STEP_UP), keys)


def shown_again(
    tx: Tx, request: AnyRequest, ports: Ports, *, door_key: bytes, me: SignedIn, said: str, now: int
) -> str:
    """Insist that a person has just shown again who they are; their browser gets a fresh token, the old one is dead.

    Returns:
        The session's fresh token.

    Raises:
        NotYoursError: no key of theirs answered what was asked here; nothing is written.
        SessionOverError: the session is over meanwhile.
    """
    if ports.authenticator is None:
        try:
            one = read(said)
            challenges.spend(tx, key=door_key, now=now, purpose=challenges.STEP_UP, answered=one.challenge)
            row = use_passkey(tx, site=ports.site, now=now, said=said, challenge=one.challenge, person_id=me.person_id)
        except BadAssertionError as problem:
            raise NotYoursError(_("This takes a key of yours, here and now. Go back, and try again.")) from problem
        if row["ended_at"] is not None:
            raise NotYoursError(_("This takes a key of yours, here and now. Go back, and try again."))
    return sessions.rotate(tx, actor=me.actor, now=now, token=token_of(request))
