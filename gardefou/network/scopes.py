"""What a program may do in a member's name: the scopes of the Mastodon client API, parents implying their children.

`read` and `write` cover `read:…` and `write:…`; `follow` the reading and writing of follows, blocks and mutes. What
staff do has scopes of its own, `admin:read` and `admin:write`, which nothing else implies.
"""

from collections.abc import Iterable

_READ = frozenset(
    {"accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes"}
    | {"notifications", "search", "statuses"}
)
_WRITE = (_READ - {"search"}) | {"conversations", "media", "reports"}
_ADMIN = frozenset(
    {"accounts", "reports", "domain_blocks", "domain_allows", "ip_blocks"}
    | {"email_domain_blocks", "canonical_email_blocks"}
)
#: Every scope that an app may ask for.
KNOWN = frozenset(
    {"read", "write", "follow", "push", "profile", "admin:read", "admin:write"}
    | {f"read:{one}" for one in _READ}
    | {f"write:{one}" for one in _WRITE}
    | {f"admin:{what}:{one}" for what in ("read", "write") for one in _ADMIN}
)
_FOLLOW = frozenset(f"{what}:{one}" for what in ("read", "write") for one in ("follows", "blocks", "mutes"))
#: What an app has that asked for none.
DEFAULT = "read"


def read_scopes(text: str) -> frozenset[str]:
    """Return the scopes that a line names, whether we know them or not."""
    return frozenset(text.replace("+", " ").split())


def written(scopes: Iterable[str]) -> str:
    """Return scopes as a line, always in the same order: parents before children, as clients compare them."""
    return " ".join(sorted(scopes, key=lambda one: (one.count(":"), one)))


def covers(granted: Iterable[str], needed: str) -> bool:
    """Return whether somebody who was granted these scopes has this one."""
    has = frozenset(granted)
    return needed in has or needed.rpartition(":")[0] in has or ("follow" in has and needed in _FOLLOW)


def within(asked: Iterable[str], granted: Iterable[str]) -> bool:
    """Return whether each of the scopes asked for is covered."""
    has = frozenset(granted)
    return all(covers(has, one) for one in asked)
