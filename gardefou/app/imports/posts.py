"""Posts, fast: one `executemany` per account and piece.

Texts come with HTML entities, as their platform sends them; they are undone here. Posts keep their own dates. An
account's counter of posts only rises.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat

from sqlalchemy import select

from gardefou.app.house import House
from gardefou.app.imports.accounts import salt
from gardefou.app.imports.columns import Column, Mapped, RowError, count, instant, needed
from gardefou.app.imports.run import MANY, Fate, Lined, Rejected
from gardefou.errors import NotFoundError
from gardefou.events.actor import IMPORTER
from gardefou.network.handles import handle_key
from gardefou.network.import_posts import ImportedPost, import_posts
from gardefou.network.tables import net_account
from gardefou.storage import Tx
from gardefou.storage.ids import EPOCH
from gardefou.words import LANGUAGES

LONGEST = 5_000

#: The handle of an author, and a post. A bare tuple, as rows are many.
Authored = tuple[str, ImportedPost]

#: An import has thousands of rows for each author.
_key = lru_cache(maxsize=1_024)(handle_key)


def _plain(text: str) -> str:
    """Return the text with its entities undone, and without what no database keeps."""
    if "&" in text:
        text = html.unescape(text)
    return text.replace("\x00", "") if "\x00" in text else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Imports posts.

    Attributes:
        account: whose they are, whatever the file says.
        until: leave out what was posted after this instant.
    """

    account: str = ""
    until: int | None = None
    piece: int = MANY
    columns: tuple[Column, ...] = (
        Column(name="id", guesses=("status_id", "tweet_id", "post_id", "id_str"), needed=True),
        Column(name="created_at", guesses=("posted_at", "date", "created"), needed=True),
        Column(name="text", guesses=("full_text", "content", "body"), needed=True),
        Column(name="account", guesses=("handle", "screen_name", "author", "acct", "username"), needed=True),
        Column(name="locale", guesses=("lang", "language")),
        Column(name="reposts", guesses=("retweet_count", "reblogs_count", "retweets")),
        Column(name="likes", guesses=("favorite_count", "favourites_count", "favorites")),
    )
    _owners: dict[str, int | None] = field(default_factory=dict)

    @property
    def given(self) -> tuple[str, ...]:
        """The account, when an option names it."""
        return ("account",) if self.account else ()

    def prepare(self, row: Mapped) -> Authored:
        """Read one post."""
        created_at = instant(row, "created_at")
        if created_at is None:
            raise RowError("created_at: empty")
        if created_at < EPOCH:
            raise RowError("created_at: before 2006")
        if self.until is not None and created_at > self.until:
            raise RowError("created_at: after --until")
        locale = row.get("locale", "")[:2]
        if locale not in LANGUAGES:
            locale = row.get("locale", "").strip().lower()[:2]
        # In the order of its fields: names would take a fifth of the time that this function takes.
        post = ImportedPost(
            salt(needed(row, "id", limit=200)),
            _plain(needed(row, "text", limit=LONGEST)),
            created_at,
            count(row, "reposts"),
            count(row, "likes"),
            locale if locale in LANGUAGES else "en",
        )
        return _key(self.account or needed(row, "account").removeprefix("@")), post

    def write(self, tx: Tx, house: House, items: list[Lined[Authored]], now: int) -> Iterator[Fate | Rejected]:
        """Write a piece, one statement per author.

        Raises:
            NotFoundError: the account that the option names is not here: then no row could go in.
        """
        if self.account and items and self._owner(tx, handle_key(self.account)) is None:
            raise NotFoundError(f"--account {self.account}: there is no such account; import it first")
        by_author: dict[str, list[ImportedPost]] = {}
        for line, (author, post) in items:
            if post.created_at > now:
                yield Rejected(line, "created_at: in the future")
            elif author in by_author:
                by_author[author].append(post)
            elif self._owner(tx, author) is None:
                yield Rejected(line, f"there is no account @{author}; import it first")
            else:
                by_author[author] = [post]
        for author, posts in by_author.items():
            owner = self._owners[author]
            if owner is None:  # Nobody is gathered who has no account.
                continue
            added = import_posts(tx, house.neighbours, actor=IMPORTER, now=now, account_id=owner, posts=posts)
            yield from repeat(Fate.ADDED, added)
            yield from repeat(Fate.SAME, len(posts) - added)

    def _owner(self, tx: Tx, handle: str) -> int | None:
        if handle not in self._owners:
            self._owners[handle] = tx.scalar(select(net_account.c.id).where(net_account.c.handle_key == handle))
        return self._owners[handle]
