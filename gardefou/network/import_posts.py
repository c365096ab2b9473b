"""Bring posts in from elsewhere, as they stood there; safe to run twice, and quick: one statement for many."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, func, insert, select, update

from gardefou.events import Actor
from gardefou.network.acting import locked, reread
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account, net_post
from gardefou.storage import Tx
from gardefou.storage.ids import id_at
from gardefou.words.plain import paragraphs

COLUMNS = ("id", "account_id", "text", "locale", "reposts", "likes", "imported_id", "created_at")


class ImportedPost(NamedTuple):
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
    added = 0
    if posts:
        statement, shaped = _statement(tx.connection.dialect)
        rows = [
            # In the order of COLUMNS. The same post gets the same id each time, and ids follow the order of time.
            (id_at(created_at, number), account_id, paragraphs(text), locale, reposts, likes, str(number), created_at)
            for number, text, created_at, reposts, likes, locale in posts
        ]
        added = tx.connection.exec_driver_sql(statement, shaped(rows)).rowcount
    here = tx.scalar(select(func.count()).select_from(net_post).where(net_post.c.account_id == account_id))
    raised = update(net_account).where(net_account.c.id == account_id, net_account.c.posts < here).values(posts=here)
    if tx.execute(raised).rowcount:
        neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
    return added


@lru_cache(maxsize=8)
def _statement(dialect: Dialect) -> tuple[str, Callable[[list[tuple[Any, ...]]], Any]]:
    """Return the driver's own statement and what makes rows fit it: thousands of rows go round the rest."""
    compiled = insert(net_post).compile(dialect=dialect, column_keys=list(COLUMNS))
    # Both databases understand this tail; it passes over what is here already, in this batch or before it.
    sql = f"{compiled} ON CONFLICT (imported_id) DO NOTHING"
    if compiled.positiontup == list(COLUMNS):
        return sql, lambda rows: rows
    return sql, lambda rows: [dict(zip(COLUMNS, row, strict=True)) for row in rows]
