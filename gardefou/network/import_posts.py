"""Bring posts in from elsewhere, as they stood there; safe to run twice, and quick: one statement for many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from gardefou.events import Actor
from gardefou.network.acting import locked, reread
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account, net_post
from gardefou.storage import Tx
from gardefou.storage.ids import id_at

#: How many ids one question to the database names at most.
AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPost:
    """A post as another place has it, its text plain: entities are undone by whoever reads the file."""

    imported_id: int
    text: str
    created_at: int
    reposts: int = 0
    likes: int = 0
    locale: str = "en"


def import_posts(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    account_id: int,
    posts: Sequence[ImportedPost],
) -> int:
    """Add those of the posts that are not here yet; the counter never falls, nor shows fewer than are here.

    Returns:
        How many were added.

    Raises:
        NoSuchPageError: there is no such account.
    """
    reread(tx, account_id)
    locked(tx, account_id)
    wanted = {str(post.imported_id): post for post in posts}
    for known in _known(tx, list(wanted)):
        del wanted[known]
    if wanted:
        tx.execute(insert(net_post), [_row(account_id, post) for post in wanted.values()])
    here = tx.scalar(select(func.count()).select_from(net_post).where(net_post.c.account_id == account_id))
    raised = update(net_account).where(net_account.c.id == account_id, net_account.c.posts < here).values(posts=here)
    if tx.execute(raised).rowcount:
        neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
    return len(wanted)


def _known(tx: Tx, imported_ids: list[str]) -> Iterator[str]:
    for start in range(0, len(imported_ids), AT_ONCE):
        some = imported_ids[start : start + AT_ONCE]
        for row in tx.all(select(net_post.c.imported_id).where(net_post.c.imported_id.in_(some))):
            yield row["imported_id"]


def _row(account_id: int, post: ImportedPost) -> dict[str, int | str]:
    return {
        # The same post gets the same id each time, and ids follow the order of time.
        "id": id_at(post.created_at, post.imported_id),
        "account_id": account_id,
        "text": post.text,
        "locale": post.locale,
        "reposts": post.reposts,
        "likes": post.likes,
        "imported_id": str(post.imported_id),
        "created_at": post.created_at,
    }
