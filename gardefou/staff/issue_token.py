"""Issue a machine its token; nobody has its secret before whoever proposed it collects it."""

import re

from sqlalchemy import insert, select

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.events.actor import CLOCK, IMPORTER, SETUP, WATCH
from gardefou.staff.errors import TokenSaidError
from gardefou.staff.scopes import Scope, spelt
from gardefou.staff.tables import token
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: No token lasts longer.
LONGEST = 366 * DAY
#: There is one house.
_HOUSE = 1
_NAME = re.compile(r"[a-z][a-z0-9-]{2,39}")
#: The house's own hands.
_OURS = frozenset(one.key for one in (CLOCK, IMPORTER, SETUP, WATCH))


def issue_token(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    name: str,
    scopes: frozenset[Scope],
    ends: int,
    order_id: int,
) -> int:
    """Issue a token, without a secret as yet.

    Args:
        tx: the open transaction.
        actor: the person who proposed it, and may collect the secret.
        now: the instant, microseconds.
        name: what the machine is called in the record.
        scopes: what it is good for.
        ends: when it ends by itself.
        order_id: the order it rests on.

    Returns:
        The token's number.

    Raises:
        TokenSaidError: it cannot be issued so.
    """
    check_token(tx, name=name, ends=ends, now=now)
    token_id = tx.new_id(now)
    tx.execute(
        insert(token).values(
            id=token_id,
            one=_HOUSE,
            name=name,
            scopes=spelt(scopes),
            person_id=actor.person_id,
            starts=now,
            ends=ends,
            order_id=order_id,
        )
    )
    return token_id


def check_token(tx: Tx, *, name: str, ends: int, now: int) -> None:
    """Insist that a token could be issued so.

    Raises:
        TokenSaidError: its name cannot be one, or was one before; or it would be over already, or last too long.
    """
    if not _NAME.fullmatch(name) or name in _OURS:
        words = _(
            "A machine’s name has 3 to 40 small letters, digits and hyphens, and is none of the house’s own hands"
        )
        raise TokenSaidError(words, field="name")
    if tx.scalar(select(token.c.id).where(token.c.name == name)) is not None:
        words = _("There is, or was, a token called %(name)s; the record knows machines by their names", name=name)
        raise TokenSaidError(words, field="name")
    if not now < ends <= now + LONGEST:
        raise TokenSaidError(_("A token ends ahead of now, and within a year"), field="ends")
