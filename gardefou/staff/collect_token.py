"""Hand a token's secret to whoever proposed it, once. Only its hash is kept; the record says that it was collected."""

import hashlib
import secrets

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.staff.errors import NotEngagedError, TokenCollectedError, UnknownTokenError
from gardefou.staff.queries import current_engagement, require_person
from gardefou.staff.tables import token, token_secret
from gardefou.staff.tokens import PREFIX, hash_of
from gardefou.storage import Tx
from gardefou.words import gettext as _


def collect_token(tx: Tx, *, actor: Actor, now: int, token_id: int) -> str:
    """Make the secret of a token, and return it: nobody sees it again.

    It is good for as long as the engagement lasts under which it was collected, at most (promise 6).

    Raises:
        UnknownTokenError: there is none by that number, it has ended, or somebody else proposed it.
        TokenCollectedError: it was collected before; of two who race, one gets it.
        NotEngagedError: no engagement binds them now.
    """
    mine = (token.c.id == token_id) & (token.c.person_id == actor.person_id)
    row = tx.first(select(token).where(mine, token.c.ends > now, token.c.removed_at.is_(None)))
    if row is None or actor.person_id is None:
        raise UnknownTokenError(_("There is no such token for you to collect."))
    bond = current_engagement(tx, actor.person_id, now)
    if bond is None:
        raise NotEngagedError(
            _("No engagement of yours is in force, so nobody can sign in as you: it has ended, or not begun.")
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    values = {
        "token_id": token_id,
        "secret_hash": hash_of(secret),
        "person_id": actor.person_id,
        "engagement_id": bond["id"],
        "collected_at": now,
    }
    try:
        with tx.connection.begin_nested():
            tx.execute(insert(token_secret).values(values))
    except IntegrityError as problem:
        raise TokenCollectedError(
            _("This token was collected before. If nobody has it, end it and issue another.")
        ) from problem
    name = str(require_person(tx, actor.person_id)["name"])
    body = {
        "token": str(token_id),
        "name": row["name"],
        "secret": hashlib.sha256(values["secret_hash"]).hexdigest(),
        "who": store.commit_to(tx, now=now, key=str(actor), content=name),
    }
    store.append(tx, now=now, kind="token.collected", order_id=row["order_id"], body=body, about=[str(actor)])
    return secret
