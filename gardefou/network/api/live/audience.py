"""Who of the open streams is told of an event, and what: asked of the database when it is delivered.

Everything goes through the predicates that pages and timelines ask (promise 8), so that what an account said stops
coming the moment it is hidden. However many streams there are, one question finds who of their readers may read a post,
it is put into words once, and each reader gets the copy that says what they did with it, which for nearly all is
nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, false, select, true

from gardefou.events.stream import Event
from gardefou.network import timelines, told
from gardefou.network.api.entities.notifications import notifications
from gardefou.network.api.entities.statuses import Entity, said_to, statuses
from gardefou.network.api.live.channels import Channel, Subscriber, message
from gardefou.network.done import done_by
from gardefou.network.notices import told_to
from gardefou.network.queries import at_home, shown_beside_author, shown_posts
from gardefou.network.scopes import covers
from gardefou.network.tables import net_account, net_follow, net_notification, net_post, net_tag, net_token
from gardefou.network.tables import standing as standing_table
from gardefou.network.visibility import SILENCED, Who, account_shown
from gardefou.storage import Tx
from gardefou.storage.among import among

#: A message, and the streams that say it.
Told = Iterator[tuple[str, list[Subscriber]]]
_Predicate = Callable[[Who | None, int], ColumnElement[bool]]


def _comes_home(reader: Who | None, now: int) -> ColumnElement[bool]:
    return false() if reader is None else at_home(reader, now)


#: Which posts come to a stream, of those its reader may see.
_COMES: dict[Channel, _Predicate] = {
    Channel.USER: _comes_home,
    Channel.PUBLIC: timelines.said_in_public,
    Channel.HASHTAG: timelines.said_under_a_tag,
}


def still_good(tx: Tx, tokens: Collection[int]) -> set[int]:
    """Return which of some tokens are still good, and their owners free to act."""
    token, stands = net_token.c, standing_table.c
    free = stands.standing.is_(None) | stands.standing.not_in(sorted(SILENCED))
    joined = select(token.id).outerjoin(standing_table, stands.account_id == token.account_id)
    return set(tx.ids(joined.where(among(token.id, tokens), free)))


def told_of(tx: Tx, event: Event, streams: Iterable[Subscriber], *, now: int, site: str) -> Told:
    """Yield what is said of an event, and by which of the open streams."""
    number = int(event.subject.partition(":")[2])
    if event.kind == told.TOLD:
        yield from _notified(tx, number, int(str(event.body["member"])), streams, now, site)
        return
    near = _near(tx, int(str(event.body["author"])), streams)
    if event.kind == told.DELETED:
        # There is nothing left to ask about, and nothing but its number is said.
        yield message("delete", str(number)), [one for those in near.values() for one in those]
        return
    if near[Channel.HASHTAG]:
        tags = {row["tag"] for row in tx.all(select(net_tag.c.tag).where(net_tag.c.post_id == number))}
        near[Channel.HASHTAG] = [one for one in near[Channel.HASHTAG] if one.tag in tags]
    kind = "update" if event.kind == told.PUBLISHED else "status.update"
    for channel, those in near.items():
        if those:
            yield from _said(tx, kind, number, channel, those, now, site)


def _near(tx: Tx, author: int, streams: Iterable[Subscriber]) -> dict[Channel, list[Subscriber]]:
    """Return the streams that what an account says may concern: public ones, its own, and its followers'."""
    by_channel: defaultdict[Channel, list[Subscriber]] = defaultdict(list)
    for one in streams:
        by_channel[one.channel].append(one)
    readers = {one.caller.member_id for one in by_channel[Channel.USER]}
    follow = net_follow.c
    followers = select(follow.follower_id).where(follow.followee_id == author)
    home = {author, *tx.ids(followers.where(among(follow.follower_id, readers)))} if readers else set()
    return {
        Channel.USER: [one for one in by_channel[Channel.USER] if one.caller.account_id in home],
        Channel.PUBLIC: by_channel[Channel.PUBLIC],
        Channel.HASHTAG: by_channel[Channel.HASHTAG],
    }


def _said(
    tx: Tx, kind: str, post_id: int, channel: Channel, streams: Sequence[Subscriber], now: int, site: str
) -> Told:
    """Yield a post as each of its readers gets it, those who get the same together."""
    to = defaultdict(list)
    for one in streams:
        to[one.caller.account_id].append(one)
    comes = _COMES[channel]
    members = _who_reads(tx, post_id, [one for one in to if one is not None], comes, now)
    if None in to and _anybody_reads(tx, post_id, comes, now):
        for entity in _entity(tx, post_id, None, site):
            yield message(kind, entity), to[None]
    wrote = _authors(tx, post_id, members[0]) if members else set()
    for author in wrote & set(members):
        # To whom it belongs a status says more.
        for entity in _entity(tx, post_id, author, site):
            yield message(kind, entity), to[author]
    others = [one for one in members if one not in wrote]
    for entity in _entity(tx, post_id, others[0], site) if others else ():
        done = done_by(tx, int((entity["reblog"] or entity)["id"]), others)
        alike: defaultdict[frozenset[str], list[Subscriber]] = defaultdict(list)
        for member in others:
            alike[done.get(member, frozenset())] += to[member]
        for deeds, those in alike.items():
            yield message(kind, said_to(entity, deeds)), those


def _who_reads(tx: Tx, post_id: int, readers: Collection[int], comes: _Predicate, now: int) -> list[int]:
    """Return who of some members may see a post, where it comes to them."""
    if not readers:
        return []
    reader = net_account.alias("reader")
    whom = reader.c.id
    pairs = select(whom).select_from(net_post.join(reader, true()))
    shown = account_shown(net_post.c.account_id), shown_beside_author(whom), comes(whom, now)
    return tx.ids(pairs.where(net_post.c.id == post_id, among(whom, readers), *shown).order_by(whom))


def _anybody_reads(tx: Tx, post_id: int, comes: _Predicate, now: int) -> bool:
    shown = account_shown(net_post.c.account_id), shown_beside_author(None), comes(None, now)
    return bool(tx.ids(select(net_post.c.id).where(net_post.c.id == post_id, *shown)))


def _authors(tx: Tx, post_id: int, reader: int) -> set[int]:
    """Return who wrote a post, and what it passes on."""
    posts = shown_posts(tx, post_ids=[post_id], reader=reader)
    passed_on = [one.boost_of_id for one in posts if one.boost_of_id is not None]
    return {one.account_id for one in (*posts, *shown_posts(tx, post_ids=passed_on, reader=reader))}


def _entity(tx: Tx, post_id: int, reader: int | None, site: str) -> list[Entity]:
    return statuses(tx, shown_posts(tx, post_ids=[post_id], reader=reader), reader=reader, site=site)


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
        yield message("notification", entity), theirs
