"""Members, follow rows and posts by the million, written as an import would leave them, without running for hours."""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import insert, text

from gardefou.app.house import neighbours
from gardefou.clock import MINUTE, from_iso
from gardefou.events.actor import IMPORTER
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_app, net_token
from gardefou.storage import Database
from gardefou.storage.ids import EPOCH, NODE_BITS

EVENING = from_iso("2017-11-02T19:00:00Z")
#: Members made here have these ids and none below; accounts that the house makes have far larger ones.
FIRST_MEMBER = 1
_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n < :last) ",
    "postgresql": "WITH series AS (SELECT n FROM generate_series(CAST(:first AS bigint), :last) AS s(n)) ",
}
_MEMBERS = """
    INSERT INTO net_account (id, handle, handle_key, display_name, note, locale, followers, following, posts, official,
                             created_at)
    {series} SELECT n, 'member' || n, 'member' || n, 'Member ' || n, 'Says things.', 'en', 0, 1, 0, 0, :at FROM series
"""
_FOLLOWS = """
    INSERT INTO net_follow (follower_id, followee_id, created_at) {series} SELECT {pair}, :at FROM series
"""
_POSTS = """
    INSERT INTO net_post (id, account_id, text, locale, reposts, likes, created_at)
    {series} SELECT :id + n * :step * {one}, {author}, 'Post ' || n || ' of many, on #things with https://example.org',
                    'en', 0, 0, :at + n * :step FROM series
"""


class Crowd:
    """Fills one database."""

    def __init__(self, db: Database) -> None:
        """Know which."""
        self._db, self._series = db, _SERIES[db.dialect]

    def _run(self, statement: str, **values: int) -> None:
        with self._db.transaction() as tx:
            tx.execute(text(statement), values)

    def account(self, handle: str) -> int:
        """Open an account by the book, as an import does, and return its id."""
        known = ImportedAccount(
            handle=handle, display_name=handle, imported_id=None, created_at=EVENING, followers=10, posts=3
        )
        with self._db.transaction() as tx:
            return import_account(tx, neighbours(), actor=IMPORTER, now=EVENING, account=known)

    def members(self, count: int) -> None:
        """Make the members 1 to `count`."""
        self._run(_MEMBERS.format(series=self._series), first=FIRST_MEMBER, last=count, at=EVENING)

    def followers(self, account_id: int, count: int) -> None:
        """Let the members 1 to `count` follow an account."""
        pair = "n, CAST(:account AS bigint)"
        self._run(_FOLLOWS.format(series=self._series, pair=pair), account=account_id, first=1, last=count, at=EVENING)

    def follow(self, account_id: int, count: int) -> None:
        """Let an account follow the members 1 to `count`."""
        pair = "CAST(:account AS bigint), n"
        self._run(_FOLLOWS.format(series=self._series, pair=pair), account=account_id, first=1, last=count, at=EVENING)

    def posts(self, author: str, count: int, *, every: int = MINUTE) -> None:
        """Write posts, one after another.

        Args:
            author: whose they are, as SQL that may name the number of the post, `n`.
            count: how many.
            every: how far apart, microseconds.
        """
        first = (EVENING - EPOCH) << NODE_BITS
        self._run(
            _POSTS.format(series=self._series, one=1 << NODE_BITS, author=author),
            first=1,
            last=count,
            at=EVENING,
            id=first,
            step=every,
        )

    def tokens(self, account_ids: Sequence[int], scopes: str = "read write follow") -> list[str]:
        """Let an app in in the name of accounts, and return what it shows."""
        shown = [secrets.token_urlsafe(24) for _ in account_ids]
        with self._db.transaction() as tx:
            app_id = tx.new_id(EVENING)
            app: Mapping[str, object] = {
                "id": app_id,
                "client_id": secrets.token_hex(8),
                "secret_hash": b"",
                "name": "Bench",
            }
            tx.execute(insert(net_app).values(**app, redirect_uris="", scopes=scopes, created_at=EVENING))
            rows = [
                {
                    "id": tx.new_id(EVENING),
                    "token_hash": hash_of(secret),
                    "app_id": app_id,
                    "account_id": account_id,
                    "scopes": scopes,
                    "created_at": EVENING,
                }
                for account_id, secret in zip(account_ids, shown, strict=True)
            ]
            tx.execute(insert(net_token), rows)
        return shown

    def analyze(self) -> None:
        """Let the database look at what it has."""
        with self._db.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
