"""Someone, member or not, reports an account or some of its posts."""

from collections.abc import Sequence

from gardefou.events import Actor
from gardefou.network.errors import CategoryMissingError, CommentTooLongError, NoSuchPageError, TooManyPostsError
from gardefou.network.ports import Complaint, Neighbours, ReportedPost
from gardefou.network.queries import PostView, shown_account, shown_posts
from gardefou.storage import Tx
from gardefou.words.plain import paragraphs

LONGEST_COMMENT = 1000
LONGEST_EXCERPT = 500
MOST_POSTS = 20


def report(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,
    now: int,
    handle: str,
    category: str,
    comment: str,
    post_ids: Sequence[int],
    locale: str,
) -> int:
    """Hand a report to whoever takes reports in.

    Args:
        tx: the open transaction; nothing is acknowledged before it is committed.
        neighbours: who takes it in.
        actor: the member, or the visitor under a key of their own.
        now: the instant, microseconds.
        handle: the account reported.
        category: one of `neighbours.categories()`.
        comment: what the reporter adds, 1000 characters at most.
        post_ids: the posts concerned; none when it is the account as a whole.
        locale: the language the reporter reads.

    Returns:
        The receipt's number.

    Raises:
        NoSuchPageError: the account or one of the posts is not there to be seen.
        FieldError: a field cannot be used; its class says which and why.
    """
    account = shown_account(tx, handle)
    if category not in {choice.value for choice in neighbours.categories()}:
        raise CategoryMissingError
    clean = paragraphs(comment)
    if len(clean) > LONGEST_COMMENT:
        raise CommentTooLongError(limit=LONGEST_COMMENT, length=len(clean))
    wanted = set(post_ids)
    if len(wanted) > MOST_POSTS:
        raise TooManyPostsError
    posts = shown_posts(tx, account_id=int(account["id"]), post_ids=sorted(wanted), reader=actor.member_id)
    if len(posts) != len(wanted):
        raise NoSuchPageError
    complaint = Complaint(
        account_id=int(account["id"]),
        category=category,
        comment=clean,
        posts=tuple(_as_reported(post) for post in posts),
        locale=locale,
    )
    return neighbours.report_filed(tx, actor=actor, now=now, complaint=complaint)


def _as_reported(post: PostView) -> ReportedPost:
    return ReportedPost(post_id=post.id, excerpt=post.text[:LONGEST_EXCERPT], posted_at=post.created_at)
