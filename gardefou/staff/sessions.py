"""Signing in and staying signed in: a link that works once, and a session that ends with the engagement.

Only SHA-256 of a token is kept; whoever reads the database cannot sign in with what is in it. A session is dead when
it is revoked, when its time is over, or when the engagement it was made under is not in force at the instant of
asking: nothing has to run for that to be so (promise 6). A dead session is never brought back. Whoever is one of the
last who can restore signs in anew after their engagement has run out; that session lasts while they are.

Every way in ends in `open_session`, which gives the browser a token it has never had, and kills the one it came with:
a token planted in a browser beforehand opens nothing. `rotate` does the same when somebody shows again who they are.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, insert, or_, select, update

from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.events import Actor
from gardefou.staff.colleague import Colleague
from gardefou.staff.credentials import by_id
from gardefou.staff.errors import LinkError, NotEngagedError, SessionOverError, UnknownCredentialError
from gardefou.staff.keepers import keepers
from gardefou.staff.methods import Method
from gardefou.staff.queries import colleagues, engagement_to_end, joined_into, require_person
from gardefou.staff.tables import engagement, session, sign_in_link
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.plain import one_line

TOKEN_BYTES = 32
LINK_LASTS = 15 * MINUTE
#: A browser left alone is signed out after this long …
IDLE = HOUR
#: … and any browser after this long.
LONGEST = 12 * HOUR
#: That a session was seen, and its later end, are written again only after this long: reading stays reading.
RENEW_AFTER = 5 * MINUTE
#: A browser's word about itself is kept no longer than this.
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in, as they are at this instant.

    Attributes:
        person_id: the person.
        name: what colleagues read.
        locale: the language they read.
        roles: the roles in force.
        team: of the engagement in force.
        employer: as `team`.
        on_shift_until: when the shift of this instant ends; None when off duty.
        engagement_ends: when the engagement ends; None when nobody knows.
        is_last_day: less than a day of the engagement is left.
        session_id: the session.
        session_ends: when the session ends if nothing is done.
        method: how they came in.
        stepped_up_at: when they last showed again who they are; None since they came in.
        renew: whether `stay` has something to write.
        keeps_restore: their engagement has run out, or their provider leaves them no role that restores: they are one
            of the last who can bring something back, and do nothing else.
        signs_at: since when, or from when on, a key of theirs signs what is protected; None without any.
    """

    person_id: int
    name: str
    locale: str
    roles: frozenset[str]
    team: str
    employer: str
    on_shift_until: int | None
    engagement_ends: int | None
    is_last_day: bool
    session_id: int
    session_ends: int
    method: Method
    stepped_up_at: int | None
    renew: bool
    keeps_restore: bool = False
    signs_at: int | None = None

    @property
    def actor(self) -> Actor:
        """The actor of what they do."""
        return Actor.person(self.person_id)


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def make_link(tx: Tx, *, actor: Actor, now: int, person_id: int) -> str:  # noqa: ARG001  # every write names its actor
    """Make a sign-in link's token: it works once, for fifteen minutes, and is shown only here.

    Raises:
        UnknownPersonError: nobody works here by that number.
        NotEngagedError: no engagement binds this person now.
    """
    row = require_person(tx, person_id)
    if way_in(tx, person_id, now) is None:
        raise NotEngagedError(f"no engagement binds {row['name']} now; a link would open nothing")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    tx.execute(
        insert(sign_in_link).values(
            token_hash=digest_of(token), person_id=person_id, created_at=now, expires_at=now + LINK_LASTS, used_at=None
        )
    )
    return token


def whose_link(tx: Tx, token: str) -> int | None:
    """Return whom a link was made for, used or over as it may be; None when it was never one."""
    found = tx.scalar(select(sign_in_link.c.person_id).where(sign_in_link.c.token_hash == digest_of(token)))
    return None if found is None else int(found)


def sign_in(tx: Tx, *, now: int, token: str, label: str = "", old_token: str = "") -> str:
    """Use up a link and open a session; of two who race with one link, one gets in.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        token: the link's.
        label: what the browser says of itself.
        old_token: the session this browser holds; it ends.

    Returns:
        The session's token, shown only here.

    Raises:
        LinkError: the link is unknown, used or expired.
        NotEngagedError: the engagement has ended since the link was made.
    """
    used = tx.execute(
        update(sign_in_link)
        .where(
            sign_in_link.c.token_hash == digest_of(token),
            sign_in_link.c.used_at.is_(None),
            sign_in_link.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(sign_in_link.c.person_id)
    ).first()
    if used is None:
        raise LinkError(_("This link has been used or has expired. Ask for a new one."))
    person_id = int(used[0])
    return open_session(
        tx,
        actor=Actor.person(person_id),
        now=now,
        person_id=person_id,
        method=Method.LINK,
        label=label,
        old_token=old_token,
    )


def open_session(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    person_id: int,
    method: Method,
    label: str,
    old_token: str = "",
    credential_id: int | None = None,
) -> str:
    """Sign somebody in who has shown who they are; whatever session the browser held before is over.

    The person's row is locked: whoever ends their engagement, or the credential, comes before this and is seen, or
    after it and ends this session too.

    Args:
        tx: the open transaction.
        actor: who signs them in: themselves, or the demo's door.
        now: the instant, microseconds.
        person_id: who they are.
        method: how they showed it.
        label: what the browser says of itself.
        old_token: the session this browser holds; it ends.
        credential_id: by which credential, where it was one.

    Returns:
        The session's token, shown only here.

    Raises:
        NotEngagedError: no engagement binds them now, and they do not keep restore.
        UnknownCredentialError: the credential has been ended.
    """
    require_person(tx, person_id, lock=True)
    if credential_id is not None and by_id(tx, credential_id)["ended_at"] is not None:
        raise UnknownCredentialError(_("This way in has been ended."))
    if old_token:
        sign_out(tx, now=now, token=old_token)
    bond = way_in(tx, person_id, now)
    if bond is None:
        raise NotEngagedError(
            _("No engagement of yours is in force, so nobody can sign in as you: it has ended, or not begun.")
        )
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    tx.execute(
        insert(session).values(
            id=tx.new_id(now),
            token_hash=digest_of(fresh),
            person_id=person_id,
            engagement_id=bond["id"],
            method=method.value,
            label=one_line(label)[:LONGEST_LABEL],
            created_at=now,
            seen_at=now,
            expires_at=now + IDLE,
        )
    )
    return fresh


def rotate(tx: Tx, *, actor: Actor, now: int, token: str) -> str:
    """Give a browser a fresh token, now that its person has shown again who they are; the old one is dead.

    The session stays the same one, and ends when it would have. Of two who race with one token, one gets the next.

    Returns:
        The fresh token, shown only here.

    Raises:
        SessionOverError: there is no such session any more, or it is somebody else's.
    """
    found, fresh = _live(tx, token, now), secrets.token_urlsafe(TOKEN_BYTES)
    if found is not None and found[0]["person_id"] == actor.person_id:
        mine = (session.c.token_hash == digest_of(token)) & session.c.revoked_at.is_(None)
        moved = update(session).where(mine).values(token_hash=digest_of(fresh), stepped_up_at=now, seen_at=now)
        if tx.execute(moved).rowcount == 1:
            return fresh
    raise SessionOverError


def living(now: int) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of a session that may be alive, joined to the engagement it was made under.

    One from before the engagement ran out ended with it; one from after it is that of somebody who keeps restore.
    """
    return (
        session.c.revoked_at.is_(None),
        session.c.expires_at > now,
        engagement.c.starts <= now,
        or_(engagement.c.ends.is_(None), engagement.c.ends > now, engagement.c.ends <= session.c.created_at),
    )


def way_in(tx: Tx, person_id: int, now: int) -> RowMapping | None:
    """Return the engagement under which somebody may sign in at `now`: in force, or run out, while they keep restore.

    None: they may not; nor may anybody under a number that was joined into another.
    """
    if joined_into(tx, person_id) is not None:
        return None
    bond = engagement_to_end(tx, person_id, now)
    if bond is None or bond["ends"] is None or bond["ends"] > now or person_id in keepers(tx, now):
        return bond
    return None


def _live(tx: Tx, token: str, now: int) -> tuple[RowMapping, Colleague] | None:
    """Return a session that is not over, and whose it is."""
    row = tx.first(
        select(session, engagement.c.ends.label("bond_ends"))
        .join(engagement, engagement.c.id == session.c.engagement_id)
        .where(session.c.token_hash == digest_of(token), *living(now))
    )
    if row is None:
        return None
    one = colleagues(tx, [int(row["person_id"])], now)[int(row["person_id"])]
    ran_out = row["bond_ends"] is not None and row["bond_ends"] <= now
    return None if ran_out and not one.keeps_restore else (row, one)


def _new_end(row: RowMapping, now: int) -> int:
    return min(now + IDLE, int(row["created_at"]) + LONGEST)


def person_of(tx: Tx, token: str, now: int) -> SignedIn | None:
    """Return who holds this session at `now`, or None when it is dead."""
    found = _live(tx, token, now)
    if found is None:
        return None
    row, one = found
    return SignedIn(
        person_id=one.id,
        name=one.name,
        locale=one.locale,
        roles=one.roles,
        team=one.team,
        employer=one.employer,
        on_shift_until=one.on_shift_until,
        engagement_ends=one.engagement_ends,
        is_last_day=one.engagement_ends is not None and one.engagement_ends - now < DAY,
        session_id=row["id"],
        session_ends=row["expires_at"],
        method=Method(row["method"]),
        stepped_up_at=row["stepped_up_at"],
        renew=now - int(row["seen_at"]) >= RENEW_AFTER,
        keeps_restore=one.keeps_restore,
        signs_at=one.signs_at,
    )


def alive(tx: Tx, tokens: Collection[str], now: int) -> frozenset[str]:
    """Return those of many sessions by which somebody is in at `now`, asked at once."""
    of_digest = {digest_of(token): token for token in tokens}
    rows = tx.all(
        select(session.c.token_hash, engagement.c.ends)
        .join(engagement, engagement.c.id == session.c.engagement_id)
        .where(session.c.token_hash.in_(list(of_digest)), *living(now))
    )
    found = {of_digest[bytes(row["token_hash"])]: row["ends"] for row in rows}
    # Of the few whose engagement has run out, some may still restore.
    plain = {token for token, ends in found.items() if ends is None or ends > now}
    return frozenset(plain | {token for token in found.keys() - plain if person_of(tx, token, now) is not None})


def why_over(tx: Tx, token: str, now: int) -> str:
    """Return why a session is over: `ended`, `idle` or `engagement`; empty where it is not, or there was none."""
    row = tx.first(
        select(session, engagement.c.ends.label("bond_ends"))
        .join(engagement, engagement.c.id == session.c.engagement_id)
        .where(session.c.token_hash == digest_of(token))
    )
    if not token or row is None or _live(tx, token, now) is not None:
        return ""
    if row["revoked_at"] is not None:
        return "ended"
    return "idle" if row["expires_at"] <= now else "engagement"


def stay(tx: Tx, *, now: int, token: str) -> None:
    """Note that a live session is in use, and move its end, up to its longest; a dead one stays dead."""
    found = _live(tx, token, now)
    if found is None:
        return
    row, _one = found
    tx.execute(
        update(session)
        .where(session.c.token_hash == digest_of(token), session.c.revoked_at.is_(None), session.c.expires_at > now)
        .values(expires_at=_new_end(row, now), seen_at=now)
    )


def sign_out(tx: Tx, *, now: int, token: str) -> None:
    """Revoke a session; one that is unknown or already revoked stays as it is."""
    tx.execute(
        update(session)
        .where(session.c.token_hash == digest_of(token), session.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
