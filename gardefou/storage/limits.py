"""How often a door may be tried, from one corner of the network and for one login.

Kept in the database, for every server process at once. Each key fills like a bucket that drips: so many tries at once,
then one for each that has dripped out. Every key holds the block of addresses that asks, and a login only beside it:
whoever knows somebody's name can use up their own tries, and never that person's. What is kept is a digest of the key,
gone once the bucket is empty.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Any

from sqlalchemy import delete, select, text

from gardefou.clock import DAY, HOUR, MINUTE, SECOND
from gardefou.storage.engine import Tx
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.tables import tries

#: How IPv6 writes an address of IPv4 (RFC 4291, section 2.5.5.2).
_MAPPED = bytes(10) + b"\xff\xff"
#: Empty buckets taken away with each try.
SWEPT = 20


class Entry(StrEnum):
    """A door that strangers try."""

    STAFF_LINK = "staff link"
    PASSKEY = "passkey"
    OIDC = "oidc"
    OIDC_BACK = "oidc back"
    TOKEN = "token"  # noqa: S105  # a door's name
    MEMBER_SIGN_IN = "member sign-in"
    SIGN_UP = "sign-up"
    PASSWORD_LINK = "password link"  # noqa: S105  # a door's name
    PASSWORD_ANEW = "password anew"  # noqa: S105  # a door's name
    CLIENT_APP = "client app"
    CLIENT_TOKEN = "client token"  # noqa: S105  # a door's name


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once, and as many again in each such time."""

    tries: int
    window: int


class Family(StrEnum):
    """What a member does, each kind with a number of its own: the first three as clients of Mastodon know them."""

    STATUSES = "client statuses"
    FOLLOWS = "client follows"
    REPORTS = "client reports"
    DEEDS = "deeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left to somebody: of how many, and when all of them are there again, in microseconds."""

    limit: int
    remaining: int
    reset: int


FAMILIES = {
    Family.STATUSES: Limit(300, 3 * HOUR),
    Family.FOLLOWS: Limit(400, DAY),
    Family.REPORTS: Limit(400, DAY),
    # More than anybody likes, keeps or blocks by hand; what is done and undone leaves events, which nothing takes away.
    Family.DEEDS: Limit(1000, HOUR),
}
#: For each block of addresses.
LIMITS = {
    Entry.STAFF_LINK: Limit(30, 10 * MINUTE),
    Entry.PASSKEY: Limit(60, 10 * MINUTE),
    Entry.OIDC: Limit(60, 10 * MINUTE),
    Entry.OIDC_BACK: Limit(60, 10 * MINUTE),
    Entry.TOKEN: Limit(30, 10 * MINUTE),
    Entry.MEMBER_SIGN_IN: Limit(60, 10 * MINUTE),
    Entry.SIGN_UP: Limit(30, HOUR),
    Entry.PASSWORD_LINK: Limit(30, HOUR),
    Entry.PASSWORD_ANEW: Limit(30, 10 * MINUTE),
    Entry.CLIENT_APP: Limit(60, HOUR),
    Entry.CLIENT_TOKEN: Limit(120, 10 * MINUTE),
}
#: For one login, from one address or one home's network.
LOGINS = {
    Entry.MEMBER_SIGN_IN: Limit(10, 10 * MINUTE),
    Entry.PASSWORD_LINK: Limit(5, HOUR),
}

#: Of one reporter and any other, whatever they come in with; and of all reporters in one block of addresses.
REPORTER, REPORTING_BLOCK = FAMILIES[Family.REPORTS], Limit(2_000, HOUR)
#: Of one reporter on one account: whoever has more to say of it in a day says it in a comment.
REPORTER_ON_ACCOUNT = Limit(20, DAY)

#: A row is the instant by which its bucket is empty. One that is further ahead than a full bucket's was written before
#: the clock stepped back: it counts as empty, or whoever tried then would be shut out for as long as the step. Both
#: databases read this sentence alike.
_FILLED = "(CASE WHEN tries.until > :now AND tries.until <= :full THEN tries.until ELSE :now END)"
_TRY = text(
    "INSERT INTO tries (key, until) VALUES (:key, :first) ON CONFLICT (key) DO UPDATE "
    f"SET until = {_FILLED} + :each WHERE {_FILLED} + :each <= :full RETURNING until"
)
#: Locks buckets, in one order, and tells what is in them. One that is not there is put there empty: what is not there
#: cannot be locked, and whoever else begins it in the same instant would count from nothing as well.
_LOCK = {
    kind: text(
        f"INSERT INTO tries (key, until) SELECT one.value, :now FROM {keys} AS one WHERE true ORDER BY one.value "
        "ON CONFLICT (key) DO UPDATE SET until = tries.until RETURNING key, until"
    )
    for kind, keys in (("postgresql", "json_array_elements_text(CAST(:keys AS json))"), ("sqlite", "json_each(:keys)"))
}
#: Many at once, each by so much, in one order, so that two never wait in a circle.
_MORE = {
    kind: text(
        f"INSERT INTO tries (key, until) SELECT one.key, :now + {much} FROM {keys} AS one WHERE true ORDER BY one.key "
        f"ON CONFLICT (key) DO UPDATE SET until = {_FILLED} + excluded.until - :now"
    )
    for kind, much, keys in (
        ("postgresql", "one.value::bigint", "json_each_text(CAST(:more AS json))"),
        ("sqlite", "one.value", "json_each(:more)"),
    )
}


def count(tx: Tx, *, now: int, entry: Entry, host: str) -> None:
    """Count a try at a door by the block of addresses that it comes from.

    Raises:
        TooManyTriesError: it has had all of its tries; nothing is counted.
    """
    _count(tx, now, f"{entry}|{block_of(host)}", LIMITS[entry])


def count_login(tx: Tx, *, now: int, entry: Entry, host: str, login: str) -> None:
    """Count a try to come in under one login, beside the address it comes from.

    Raises:
        TooManyTriesError: it has had all of its tries; nothing is counted.
    """
    _count(tx, now, f"{entry}|{_network(host, 32, 64)}|{login.strip().casefold()}", LOGINS[entry])


def spend(tx: Tx, *, now: int, family: Family, account_id: int) -> Left:
    """Count what a member does through any of their programs.

    Raises:
        TooManyTriesError: they have done it too often; nothing is counted.
    """
    limit = FAMILIES[family]
    return _left(limit, now, _count(tx, now, f"{family}|{account_id}", limit))


def block_of(host: str) -> str:
    """Return the block that an address is counted with."""
    return _network(host, 24, 48)


def _network(host: str, four: int, six: int) -> str:
    """Return the block an address lies in; what is no address stands for itself.

    Args:
        host: the address.
        four: how many bits of it name the block in IPv4, whole bytes.
        six: the same in IPv6.
    """
    # Python's `ipaddress` takes a tenth of a millisecond for it, and every report comes by here.
    for family, bits in ((AF_INET, four), (AF_INET6, six)):
        with suppress(OSError, ValueError):
            packed = inet_pton(family, host.partition("%")[0])
            if packed.startswith(_MAPPED):
                return _network(inet_ntop(AF_INET, packed[len(_MAPPED) :]), four, six)
            kept = packed[: bits // 8]
            return f"{inet_ntop(family, kept.ljust(len(packed), bytes(1)))}/{bits}"
    return host


@dataclass(frozen=True, slots=True)
class _Bucket:
    """One of those that a report falls into: its key, how much it takes, and what it is a limit of."""

    key: str
    limit: Limit
    of: str


def spend_on_reports(
    tx: Tx, *, now: int, reports: Sequence[tuple[str, str | None, str]]
) -> list[Left | TooManyTriesError | None]:
    """Count reports: each by its reporter, by its reporter on that account, and by the block it comes from.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        reports: of each, in their order: who sends it; from which address, None where it is not counted; on what.

    Returns:
        Of each: what is left to its reporter; the error of one that is too many, of which nothing is counted; None
        where it is not counted.
    """
    counted = [place for place, (_who, host, _account) in enumerate(reports) if host is not None]
    found: list[Left | TooManyTriesError | None] = [None] * len(reports)
    tried = _try_all(tx, now, [_buckets(*reports[place]) for place in counted])
    for place, until in zip(counted, tried, strict=True):
        found[place] = until if isinstance(until, TooManyTriesError) else _left(REPORTER, now, until)
    return found


def _buckets(who: str, host: str | None, account: str) -> tuple[_Bucket, ...]:
    return (
        _Bucket(_key(f"{Family.REPORTS}|{who}"), REPORTER, "reporter"),
        _Bucket(_key(f"report on|{account}|{who}"), REPORTER_ON_ACCOUNT, "account"),
        _Bucket(_key(f"report|{block_of(host or '')}"), REPORTING_BLOCK, "block"),
    )


def _left(limit: Limit, now: int, until: int) -> Left:
    return Left(limit=limit.tries, remaining=(now + limit.window - until) // (limit.window // limit.tries), reset=until)


def _key(who: str) -> str:
    return hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()


def _count(tx: Tx, now: int, who: str, limit: Limit) -> int:
    """Count a try, and return when the bucket is empty again."""
    key, each = _key(who), limit.window // limit.tries
    told = {"key": key, "now": now, "each": each, "first": now + each, "full": now + limit.window}
    filled = tx.execute(_TRY, told).scalar()
    if filled is None:
        until = int(tx.scalar(select(tries.c.until).where(tries.c.key == key)))
        raise _too_many(now, until + each, limit)
    _sweep(tx, now, 1)
    return int(filled)


def _try_all(tx: Tx, now: int, wanted: Sequence[tuple[_Bucket, ...]]) -> list[int | TooManyTriesError]:
    """Count tries as if each came alone, and return when its first bucket is empty again; or the error of one too many.

    All buckets of all of them are read and locked by one statement, in one order, and filled by another.
    """
    if not wanted:
        return []
    limits = {bucket.key: bucket.limit for buckets in wanted for bucket in buckets}
    widest = now + max(limit.window for limit in limits.values())
    locked = tx.all(_LOCK[tx.dialect], {"keys": json.dumps(list(limits)), "now": now})
    stored = {row["key"]: int(row["until"]) for row in locked}
    filled = {key: until for key, until in stored.items() if now < until <= now + limits[key].window}
    tried: set[str] = set()
    found: list[int | TooManyTriesError] = []
    for buckets in wanted:
        full = {bucket.key: filled.get(bucket.key, now) + _each(bucket.limit) for bucket in buckets}
        over = next((one for one in buckets if full[one.key] > now + one.limit.window), None)
        if over is not None:
            found.append(_too_many(now, full[over.key], over.limit, of=over.of))
            continue
        filled |= full
        tried |= full.keys()
        found.append(full[buckets[0].key])
    if tried:
        # What the statement adds to is what it takes a bucket to hold, by the widest of them; the rows are locked.
        held = {key: until for key, until in stored.items() if now < until <= widest}
        more = {key: filled[key] - held.get(key, now) for key in tried}
        with tx.at_once():
            tx.execute(_MORE[tx.dialect], {"more": json.dumps(more), "now": now, "full": widest})
            _sweep(tx, now, len(tried))
    return found


def _each(limit: Limit) -> int:
    """Return how much one try fills."""
    return limit.window // limit.tries


def _too_many(now: int, until: int, limit: Limit, *, of: str = "") -> TooManyTriesError:
    """Return the error of a try that would have filled a bucket until then; of a report, which of its buckets.

    What it says of a bucket: how many tries fill it, and after how many seconds each drips out.
    """
    which: dict[str, Any] = {"of": of, "most": limit.tries, "each": _each(limit) // SECOND} if of else {}
    return TooManyTriesError(seconds=-(-(until - limit.window - now) // SECOND), **which)


def _sweep(tx: Tx, now: int, tried: int) -> None:
    # In the order of its index, or PostgreSQL reads all of the table, by a plan made when it was small.
    empty = select(tries.c.key).where(tries.c.until <= now).order_by(tries.c.until).limit(SWEPT * tried)
    empty = empty.with_for_update(skip_locked=True)
    tx.execute(delete(tries).where(tries.c.key.in_(empty.scalar_subquery())))
