"""How often a door may be tried, from one corner of the network and for one login.

Kept in the database, for every server process at once. Each key fills like a bucket that drips: so many tries at once,
then one for each that has dripped out. Every key holds the block of addresses that asks, and a login only beside it:
whoever knows somebody's name can use up their own tries, and never that person's. What is kept is a digest of the key,
gone once the bucket is empty.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select, text

from gardefou.clock import DAY, HOUR, MINUTE, SECOND
from gardefou.storage.engine import Tx
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.tables import tries

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

#: A row is the instant by which its bucket is empty. Both databases read this sentence alike.
_TRY = text(
    "INSERT INTO tries (key, until) VALUES (:key, :first) ON CONFLICT (key) DO UPDATE "
    "SET until = (CASE WHEN tries.until > :now THEN tries.until ELSE :now END) + :each "
    "WHERE (CASE WHEN tries.until > :now THEN tries.until ELSE :now END) + :each <= :full RETURNING until"
)


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
    until = _count(tx, now, f"{family}|{account_id}", limit)
    return Left(limit=limit.tries, remaining=(now + limit.window - until) // (limit.window // limit.tries), reset=until)


def block_of(host: str) -> str:
    """Return the block that an address is counted with."""
    return _network(host, 24, 48)


def _network(host: str, four: int, six: int) -> str:
    """Return the block an address lies in; what is no address stands for itself."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network((address, four if address.version == 4 else six), strict=False))  # noqa: PLR2004  # IP versions


def _count(tx: Tx, now: int, who: str, limit: Limit) -> int:
    """Count a try, and return when the bucket is empty again."""
    key = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()
    each = limit.window // limit.tries
    told = {"key": key, "now": now, "each": each, "first": now + each, "full": now + limit.window}
    filled = tx.execute(_TRY, told).scalar()
    if filled is None:
        until = int(tx.scalar(select(tries.c.until).where(tries.c.key == key)))
        raise TooManyTriesError(seconds=-(-(until + each - limit.window - now) // SECOND))
    empty = select(tries.c.key).where(tries.c.until <= now).limit(SWEPT).with_for_update(skip_locked=True)
    tx.execute(delete(tries).where(tries.c.key.in_(empty.scalar_subquery())))
    return int(filled)
