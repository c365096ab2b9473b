"""Accounts, with their counters, onto the embedded network.

Counters only rise. An account already there keeps its handle and its owner; nobody can sign in to an imported one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import RowMapping, or_, select

from gardefou.app.house import House
from gardefou.app.imports.columns import Column, Mapped, RowError, address, count, instant, needed, text
from gardefou.app.imports.run import PIECE, Fate, Lined, Rejected
from gardefou.errors import BadInputError
from gardefou.events.actor import IMPORTER
from gardefou.network.errors import HandleMalformedError
from gardefou.network.handles import checked, handle_key
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.network.tables import net_account
from gardefou.storage import Tx
from gardefou.storage.ids import EPOCH
from gardefou.words import LANGUAGES

COUNTERS = ("followers", "following", "posts")


class Unborn(NamedTuple):
    """An account as the file has it, and whether the file says when it was made."""

    account: ImportedAccount
    dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Imports accounts.

    Attributes:
        locale: the language of owners whose row does not say.
    """

    locale: str = "en"
    given: tuple[str, ...] = ()
    piece: int = PIECE
    columns: tuple[Column, ...] = (
        Column(name="id", guesses=("twitter_id", "user_id", "account_id", "platform_id", "social.twitter_id")),
        Column(
            name="handle",
            guesses=("twitter", "screen_name", "acct", "username", "twitter_screen_name", "social.twitter"),
            needed=True,
        ),
        Column(name="name", guesses=("display_name", "twitter_name", "nom", "name.official_full", "full_name")),
        Column(name="note", guesses=("twitter_description", "description", "bio")),
        Column(name="followers", guesses=("twitter_followers", "followers_count")),
        Column(name="following", guesses=("twitter_following", "following_count", "friends_count")),
        Column(name="posts", guesses=("twitter_tweets", "statuses_count", "tweets")),
        Column(name="created_at", guesses=("twitter_created_at", "created")),
        Column(name="locale", guesses=("lang", "language")),
        Column(name="email", guesses=("contact",)),
    )

    def prepare(self, row: Mapped) -> Unborn:
        """Read one account."""
        handle = handle_in(needed(row, "handle"))
        locale = text(row, "locale").lower()[:2]
        created_at = instant(row, "created_at")
        if created_at is not None and created_at < EPOCH:
            raise RowError("created_at: before 2006")
        account = ImportedAccount(
            imported_id=text(row, "id") or None,
            handle=handle,
            display_name=text(row, "name")[:50],
            note=text(row, "note", limit=2000),
            locale=locale if locale in LANGUAGES else self.locale,
            email=address(row, "email") or None,
            followers=count(row, "followers"),
            following=count(row, "following"),
            posts=count(row, "posts"),
            created_at=created_at or 0,
        )
        return Unborn(account, created_at is not None)

    def write(self, tx: Tx, house: House, items: list[Lined[Unborn]], now: int) -> Iterator[Fate | Rejected]:
        """Write a piece."""
        for line, item in items:
            account = item.account if item.dated else replace(item.account, created_at=now)
            if account.created_at > now:
                yield Rejected(line, "created_at: in the future")
                continue
            before = _counters(tx, account)
            try:
                import_account(tx, house.neighbours, actor=IMPORTER, now=now, account=account)
            except BadInputError as problem:
                yield Rejected(line, f"@{account.handle}: {problem.message}")
                continue
            if before is None:
                yield Fate.ADDED
            else:
                yield Fate.SAME if before == _counters(tx, account) else Fate.CHANGED


def _counters(tx: Tx, account: ImportedAccount) -> RowMapping | None:
    """Return the counters of the account as it is here, or None when it is not."""
    key = net_account.c.handle_key == handle_key(account.handle)
    known = key if account.imported_id is None else or_(net_account.c.imported_id == account.imported_id, key)
    columns = [net_account.c[name] for name in COUNTERS]
    return tx.first(select(*columns).where(known).order_by(net_account.c.imported_id != account.imported_id))


def handle_in(written: str) -> str:
    """Return a handle as the network spells it.

    Raises:
        RowError: it is not one.
    """
    try:
        return checked(written.rsplit("/", 1)[-1])
    except HandleMalformedError as problem:
        raise RowError(f"handle: {written[:60]!r}: {problem.message}") from problem


def salt(platform_id: str) -> int:
    """Return a number for a platform's id: the id itself when it is one."""
    if platform_id.isascii() and platform_id.isdecimal():
        return int(platform_id)
    return int.from_bytes(hashlib.sha256(platform_id.encode()).digest()[:8])
