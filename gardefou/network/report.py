"""Members and visitors report accounts and posts: checked as it comes, and handed on many at a time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.network.errors import CategoryMissingError, CommentTooLongError, NoSuchPageError, TooManyPostsError
from gardefou.network.handles import handle_key
from gardefou.network.ports import Complaint, Neighbours, ReportedPost
from gardefou.network.queries import PostView, shown_posts
from gardefou.network.tables import net_account
from gardefou.network.visibility import account_shown
from gardefou.storage import Database, Tx, limits
from gardefou.storage.among import among
from gardefou.storage.limits import Left
from gardefou.storage.prepared import prepared
from gardefou.storage.together import Together
from gardefou.words.plain import paragraphs

LONGEST_COMMENT = 1000
LONGEST_EXCERPT = 500
MOST_POSTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to report; `asked` makes one.

    Attributes:
        actor: the member, the visitor under a key of their own, or the machine.
        account: whom: a handle, or the number of an account.
        category: what it is about.
        comment: what the reporter adds.
        post_ids: the posts concerned; none when it is the account as a whole.
        locale: the language the reporter reads.
        host: the address it comes from, whose block is counted; None where reports are not.
    """

    actor: Actor
    account: str | int
    category: str
    comment: str
    post_ids: tuple[int, ...]
    locale: str
    host: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A report that was taken in.

    Attributes:
        receipt: its number.
        account_id: the account reported.
        left: how many more this reporter may send; None where reports are not counted.
        shown: the account, as whoever reported it is shown it; None where nobody asked for it.
    """

    receipt: int
    account_id: int
    left: Left | None
    shown: Any = None


def asked(
    neighbours: Neighbours,
    *,
    actor: Actor,
    account: str | int,
    category: str,
    comment: str,
    post_ids: Sequence[int],
    locale: str,
    host: str | None = None,
) -> Asked:
    """Return what somebody wants to report, if it is well formed.

    Raises:
        FieldError: a field cannot be used; its class says which and why.
    """
    if category not in {choice.value for choice in neighbours.categories()}:
        raise CategoryMissingError
    clean = paragraphs(comment)
    if len(clean) > LONGEST_COMMENT:
        raise CommentTooLongError(limit=LONGEST_COMMENT, length=len(clean))
    wanted = tuple(sorted(set(post_ids)))
    if len(wanted) > MOST_POSTS:
        raise TooManyPostsError
    return Asked(
        actor=actor, account=account, category=category, comment=clean, post_ids=wanted, locale=locale, host=host
    )


#: Shows accounts, by their numbers.
Show = Callable[[Tx, Collection[int]], Mapping[int, Any]]
#: Reports on their way in, many to a transaction.
Intake = Together[Asked, Taken]


def intake(db: Database, clock: Clock, neighbours: Neighbours, show: Show | None = None) -> Intake:
    """Return the way in of a process: reports that come at once are written together.

    Args:
        db: where to.
        clock: what time it is.
        neighbours: who takes them in.
        show: how accounts are shown to whoever reports them, all of a group at once; None where they are not.
    """

    def act(tx: Tx, wanted: Sequence[Asked]) -> Sequence[Taken | Exception]:
        found = report_all(tx, neighbours, now=clock.now(), wanted=wanted)
        if show is None:
            return found
        seen = show(tx, {one.account_id for one in found if isinstance(one, Taken)})
        return [replace(one, shown=seen[one.account_id]) if isinstance(one, Taken) else one for one in found]

    return Together(db, act)


def report(tx: Tx, neighbours: Neighbours, *, now: int, one: Asked) -> Taken:
    """Hand one report to whoever takes reports in; nothing is acknowledged before the transaction is committed.

    Raises:
        NoSuchPageError: the account or one of the posts is not there to be seen.
        TooManyTriesError: this reporter, or their part of the network, has reported too often, or this account.
        NotProcessedError: this reporter's reports are not processed for a time.
    """
    (taken,) = report_all(tx, neighbours, now=now, wanted=[one])
    if isinstance(taken, Exception):
        raise taken
    return taken


def report_all(tx: Tx, neighbours: Neighbours, *, now: int, wanted: Sequence[Asked]) -> list[Taken | Exception]:
    """Hand reports to whoever takes them in.

    Args:
        tx: the open transaction; nothing is acknowledged before it is committed.
        neighbours: who takes them in.
        now: the instant, microseconds.
        wanted: the reports.

    Returns:
        What became of each: taken, or the error of one that alone cannot be.
    """
    keys = [_key(one.account) for one in wanted]
    people, posts = _accounts(tx, set(keys)), _Posts(tx, wanted)
    # Reports on an account are counted by its number, whatever it is called; by its name where there is none.
    tries = [(str(one.actor), one.host, str(people.get(key, key))) for one, key in zip(wanted, keys, strict=True)]
    counted = limits.spend_on_reports(tx, now=now, reports=tries)
    made = [
        left if isinstance(left, Exception) else _complaint(one, people.get(key), posts)
        for one, key, left in zip(wanted, keys, counted, strict=True)
    ]
    fit = [
        (one.actor, complaint) for one, complaint in zip(wanted, made, strict=True) if isinstance(complaint, Complaint)
    ]
    receipts = iter(neighbours.reports_filed(tx, now=now, complaints=fit))
    return [
        _taken(next(receipts), one, left) if isinstance(one, Complaint) else one
        for one, left in zip(made, counted, strict=True)
    ]


def _taken(receipt: int | Exception, one: Complaint, left: Left | Exception | None) -> Taken | Exception:
    if isinstance(receipt, Exception):
        return receipt
    return Taken(receipt=receipt, account_id=one.account_id, left=None if isinstance(left, Exception) else left)


def _complaint(one: Asked, account_id: int | None, posts: "_Posts") -> Complaint | NoSuchPageError:
    named = None if account_id is None else posts.of(account_id, one)
    if account_id is None or named is None:
        return NoSuchPageError()
    return Complaint(account_id=account_id, category=one.category, comment=one.comment, posts=named, locale=one.locale)


def _key(account: str | int) -> str | int:
    return handle_key(account) if isinstance(account, str) else account


def _accounts(tx: Tx, keys: Collection[str | int]) -> Mapping[str | int, int]:
    """Return the accounts that are there to be seen, by their keys."""
    ids, handles = {one for one in keys if isinstance(one, int)}, {one for one in keys if isinstance(one, str)}
    found: dict[str | int, int] = {}
    for row in tx.all(*_shown(list(ids), list(handles))):
        found[int(row["id"])] = found[row["handle_key"]] = int(row["id"])
    return found


@prepared
def _shown(ids: list[int], handles: list[str]) -> Select[Any]:
    account = net_account.c
    there = among(account.id, ids) | among(account.handle_key, handles)
    return select(account.id, account.handle_key).where(there, account_shown(account.id))


class _Posts:
    """The posts that some reports name, as far as their reporters may see them."""

    def __init__(self, tx: Tx, wanted: Sequence[Asked]) -> None:
        """Read what everybody may see; what is not for everybody is read for each reporter who names it."""
        self._tx = tx
        ids = sorted({number for one in wanted for number in one.post_ids})
        self._for_all = {post.id: post for post in shown_posts(tx, post_ids=ids)}

    def of(self, account_id: int, one: Asked) -> tuple[ReportedPost, ...] | None:
        """Return the posts that a report names; None if one is not this account's, or not to be seen."""
        known = [self._for_all.get(number) for number in one.post_ids]
        read = [post for post in known if post is not None and post.account_id == account_id]
        reader = one.actor.member_id
        if len(read) < len(one.post_ids) and reader is not None:
            read = shown_posts(self._tx, account_id=account_id, post_ids=one.post_ids, reader=reader)
        return tuple(map(_as_reported, read)) if len(read) == len(one.post_ids) else None


def _as_reported(post: PostView) -> ReportedPost:
    return ReportedPost(post_id=post.id, excerpt=post.text[:LONGEST_EXCERPT], posted_at=post.created_at)
