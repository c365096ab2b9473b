"""Registered programs as they are read, and as Authlib asks about them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, select

from gardefou.network.scopes import DEFAULT, KNOWN, read_scopes, within, written
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_app, net_token
from gardefou.storage import Tx

#: How a program shows its secret at `/oauth/token` and `/oauth/revoke`.
AUTH_METHODS = ("client_secret_basic", "client_secret_post")
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A registered program. The methods are those that Authlib asks of a client."""

    id: int
    client_id: str
    secret_hash: bytes
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: str

    def get_client_id(self) -> str:
        """Return the name it goes by."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return where its browser is led when it does not say; nothing where it has a choice."""
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes as they are granted; None when one of them is unknown, or more than it registered for."""
        asked = read_scopes(scope or DEFAULT)
        fine = asked <= KNOWN and within(asked, read_scopes(self.scopes))
        return written(asked) if fine else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether it registered this address, to the letter."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether this is its secret."""
        return hmac.compare_digest(self.secret_hash, hash_of(client_secret))

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Return whether it may show itself in this way."""
        return method in AUTH_METHODS

    def check_response_type(self, response_type: str) -> bool:
        """Return whether it may have this at the page of consent."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether it may come this way: any that there is; nothing here is renewed without asking again."""
        return grant_type != "refresh_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """A program that acts in a member's name: with which scopes, since when, and when it was last let in anew."""

    app: App
    scopes: tuple[str, ...]
    since: int
    last: int


def app_of(tx: Tx, client_id: str) -> App | None:
    """Return the program that goes by this name."""
    if len(client_id) > _LONGEST_ID:
        return None
    row = tx.first(select(net_app).where(net_app.c.client_id == client_id))
    return None if row is None else _app(row)


def app_by_id(tx: Tx, app_id: int) -> App | None:
    """Return a program by its number."""
    row = tx.first(select(net_app).where(net_app.c.id == app_id))
    return None if row is None else _app(row)


def let_in_by(tx: Tx, account_id: int) -> Sequence[LetIn]:
    """Return the programs that a member let in, the newest first."""
    since, last = func.min(net_token.c.created_at), func.max(net_token.c.created_at)
    rows = tx.all(
        select(net_token.c.app_id, since.label("since"), last.label("last"))
        .where(net_token.c.account_id == account_id)
        .group_by(net_token.c.app_id)
        .order_by(last.desc())
    )
    found = []
    for row in rows:
        theirs = (net_token.c.account_id == account_id) & (net_token.c.app_id == row["app_id"])
        scopes = {one for (line,) in tx.execute(select(net_token.c.scopes).where(theirs)) for one in line.split()}
        app = app_by_id(tx, int(row["app_id"]))
        if app is not None:
            found.append(LetIn(app=app, scopes=tuple(written(scopes).split()), since=row["since"], last=row["last"]))
    return found


def _app(row: RowMapping) -> App:
    return App(
        id=int(row["id"]),
        client_id=row["client_id"],
        secret_hash=bytes(row["secret_hash"]),
        name=row["name"],
        website=row["website"],
        redirect_uris=tuple(row["redirect_uris"].split("\n")),
        scopes=row["scopes"],
    )
