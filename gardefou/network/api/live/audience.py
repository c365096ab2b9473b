"""Who of the open streams is told of an event, and what: asked of the database when it is delivered.

Everything goes through the predicates that pages and timelines ask (promise 8), so that what an account said stops
coming the moment it is hidden.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from gardefou.events.stream import Event
from gardefou.network import timelines, told
from gardefou.network.api.entities.notifications import notifications
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.api.live.channels import Channel, Subscriber, message
from gardefou.network.notices import told_to
from gardefou.network.queries import view
from gardefou.network.scopes import covers
from gardefou.network.tables import net_follow, net_notification, net_post, net_tag, net_token
from gardefou.network.tables import standing as standing_table
from gardefou.network.visibility import SILENCED
from gardefou.storage import Tx

Told = Iterator[tuple[Subscriber, str]]


def still_good(tx: Tx, tokens: Collection[int]) -> set[int]:
    """Return which of some tokens are still good, and their owners free to act."""
    token, stands = net_token.c, standing_table.c
    rows = tx.all(
        select(token.id)
        .outerjoin(standing_table, stands.account_id == token.account_id)
        .where(token.id.in_(sorted(tokens)), stands.standing.is_(None) | stands.standing.not_in(sorted(SILENCED)))
    )
    return {int(row["id"]) for row in rows}


def told_of(tx: Tx, event: Event, streams: Sequence[Subscriber], *, now: int, site: str) -> Told:
    """Yield what each of the open streams is told of an event."""
    number = int(event.subject.partition(":")[2])
    if event.kind == told.TOLD:
        yield from _notified(tx, number, int(str(event.body["member"])), streams, now, site)
        return
    near = _near(tx, int(str(event.body["author"])), streams)
    if event.kind == told.DELETED:
        # There is nothing left to ask about, and nothing but its number is said.
        for one in near:
            yield one, message("delete", str(number))
        return
    kind = "update" if event.kind == told.PUBLISHED else "status.update"
    tags = {row["tag"] for row in tx.all(select(net_tag.c.tag).where(net_tag.c.post_id == number))}
    said: dict[tuple[Channel, int | None], str | None] = {}
    for one in near:
        if one.channel is Channel.HASHTAG and one.tag not in tags:
            continue
        key = (one.channel, one.caller.account_id)
        if key not in said:
            said[key] = _status(tx, kind, number, one, now, site)
        text = said[key]
        if text is not None:
            yield one, text


def _near(tx: Tx, author: int, streams: Iterable[Subscriber]) -> list[Subscriber]:
    """Return the streams that what an account says may concern: public ones, its own, and its followers'."""
    readers = {one.caller.account_id for one in streams if one.channel is Channel.USER}
    those = sorted(one for one in readers if one is not None)
    follow = net_follow.c
    rows = tx.all(select(follow.follower_id).where(follow.followee_id == author, follow.follower_id.in_(those)))
    home = {author, *(int(row["follower_id"]) for row in rows)}
    return [
        one
        for one in streams
        if one.channel in {Channel.PUBLIC, Channel.HASHTAG}
        or (one.channel is Channel.USER and one.caller.account_id in home)
    ]


def _status(tx: Tx, kind: str, post_id: int, to: Subscriber, now: int, site: str) -> str | None:
    reader = to.caller.account_id
    wanted: Any
    if to.channel is Channel.USER:
        wanted = timelines.home(to.caller.member_id, now)
    elif to.channel is Channel.PUBLIC:
        wanted = timelines.public(reader, now)
    else:
        wanted = timelines.tagged(reader, now, timelines.Tagged(any=(to.tag,)))
    row = tx.first(wanted.where(net_post.c.id == post_id))
    found = [] if row is None else statuses(tx, [view(row)], reader=reader, site=site)
    return message(kind, found[0]) if found else None


def _notified(tx: Tx, number: int, member: int, streams: Iterable[Subscriber], now: int, site: str) -> Told:
    theirs = [
        one
        for one in streams
        if one.caller.account_id == member
        and one.channel in {Channel.USER, Channel.NOTIFICATIONS}
        and covers(one.caller.scopes, "read:notifications")
    ]
    if not theirs:
        return
    rows = tx.all(told_to(member, now).where(net_notification.c.id == number))
    for entity in notifications(tx, rows, reader=member, site=site):
        for one in theirs:
            yield one, message("notification", entity)
