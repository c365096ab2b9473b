"""A program makes itself known, once, before anybody lets it in. Anyone may; it opens nothing."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import insert

from gardefou.events import Actor
from gardefou.network.errors import AppNameError, RedirectUriError, ScopesError, WebsiteError
from gardefou.network.oauth import redirects
from gardefou.network.scopes import DEFAULT, KNOWN, read_scopes, written
from gardefou.network.sessions import hash_of, new_token
from gardefou.network.tables import net_app
from gardefou.storage import Tx
from gardefou.words.plain import one_line

LONGEST_NAME = 100
LONGEST_WEBSITE = 2000
_LONGEST_SCOPES = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What a program is told when it is registered; the secret is told this once."""

    app_id: int
    client_id: str
    secret: str
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: str


def register_app(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    name: str,
    redirect_uris: Sequence[str],
    scopes: str = "",
    website: str = "",
) -> Registered:
    """Keep a program, its secret as a hash.

    Args:
        tx: the open transaction.
        actor: whoever asks.
        now: the instant, microseconds.
        name: what its owner will read when they are asked.
        redirect_uris: where it may have a browser led.
        scopes: the most it will ever ask for.
        website: where it says more of itself; may be empty.

    Raises:
        AppNameError, RedirectUriError, ScopesError, WebsiteError: it cannot be used as it was given.
    """
    found = Registered(
        app_id=tx.new_id(now),
        client_id=secrets.token_urlsafe(32),
        secret=new_token(),
        name=_name(name),
        website=_website(website),
        redirect_uris=_uris(redirect_uris),
        scopes=_scopes(scopes),
    )
    tx.execute(
        insert(net_app).values(
            id=found.app_id,
            client_id=found.client_id,
            secret_hash=hash_of(found.secret),
            name=found.name,
            website=found.website,
            redirect_uris="\n".join(found.redirect_uris),
            scopes=found.scopes,
            created_at=now,
        )
    )
    return found


def _name(name: str) -> str:
    kept = one_line(name[: 10 * LONGEST_NAME])
    if not 1 <= len(kept) <= LONGEST_NAME:
        raise AppNameError
    return kept


def _website(website: str) -> str | None:
    kept = website.strip()
    if not kept:
        return None
    try:
        parts = urlsplit(kept)
    except ValueError:
        raise WebsiteError from None
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or len(kept) > LONGEST_WEBSITE
        or one_line(kept) != kept
    ):
        raise WebsiteError
    return kept


def _uris(given: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(one.strip() for text in given for one in text.split("\n") if one.strip()))
    if not 1 <= len(kept) <= redirects.MOST or not all(redirects.fit(one) for one in kept):
        raise RedirectUriError
    return kept


def _scopes(scopes: str) -> str:
    kept = read_scopes(scopes) or read_scopes(DEFAULT) if len(scopes) <= _LONGEST_SCOPES else frozenset({""})
    if not kept <= KNOWN:
        raise ScopesError
    return written(kept)
