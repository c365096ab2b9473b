"""The client API and the network's pages over HTTP, without the rest of the house; and programs that ask it.

For programs that are still to be let in, at the doors of a whole house, see `programs`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.template import TemplateConfig
from litestar.testing import TestClient
from sqlalchemy import insert, select

from gardefou.app import pages, problems
from gardefou.app.asked import Asked
from gardefou.app.doors import doorkeeper
from gardefou.app.request import before_request
from gardefou.app.settings import Settings
from gardefou.app.web import MAX_BODY
from gardefou.clock import SimulatedClock
from gardefou.events.stream import Fanout
from gardefou.network import api, web
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.media_folder import MediaFolder
from gardefou.network.ports import Neighbours
from gardefou.network.report import intake
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_app, net_token
from gardefou.storage import Database, Tx
from tests.fakes.neighbours import NeighboursInMemory

SITE = "http://testserver.local"
EVERYTHING = "follow push read write"
Client = TestClient[Litestar]
_numbers = count(1)
#: What the one application of this process stands on now.
_UNDER: dict[str, Any] = {"site": SITE}
_GIVEN = ("db", "clock", "neighbours", "intake", "site", "fanout", "media_folder")


@contextmanager
def client_api(
    db: Database, clock: SimulatedClock, *, neighbours: Neighbours | None = None, folder: Path | None = None
) -> Iterator[Client]:
    """Open the network's doors on a database.

    Args:
        db: the database.
        clock: the doors'.
        neighbours: the rooms above; by default those that only take note.
        folder: where images lie; by default nowhere.
    """
    images = MediaFolder(Settings(data=str(folder)).media_folder if folder else Path("no images here"))
    around = neighbours or NeighboursInMemory()
    way_in = intake(db, clock, around, partial(accounts, site=SITE))
    _UNDER.update(db=db, clock=clock, neighbours=around, fanout=Fanout(db), media_folder=images, intake=way_in)
    with TestClient(_application(), base_url=SITE, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client
    way_in.close()


@cache
def _application() -> Litestar:
    """Return the application: making one costs more than most tests, so there is one for all of them."""

    def under(name: str) -> Provide:
        return Provide(lambda: _UNDER[name], sync_to_thread=False)

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        await doorkeeper(_UNDER["db"], _UNDER["clock"])(connection, handler)

    return Litestar(
        route_handlers=[*web.routes, *api.routes],
        dependencies={name: under(name) for name in _GIVEN},
        template_config=TemplateConfig(instance=pages.engine(demo="")),
        state=State({"settings": Settings(), "form_tokens": CSRFConfig(secret="a secret of no house")}),
        exception_handlers={Exception: problems.handle},
        before_request=before_request,
        guards=[guard],
        request_class=Asked,
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )


def make_app(tx: Tx, now: int, *, name: str = "toot") -> int:
    """Register a program whose secret nobody knows."""
    app_id = tx.new_id(now)
    tx.execute(
        insert(net_app).values(
            id=app_id,
            client_id=f"client{app_id}",
            secret_hash=b"never matches",
            name=name,
            website=None,
            redirect_uris="urn:ietf:wg:oauth:2.0:oob",
            scopes=EVERYTHING,
            created_at=now,
        )
    )
    return app_id


def make_token(tx: Tx, now: int, *, account_id: int | None, scopes: str = EVERYTHING, app_id: int | None = None) -> str:
    """Give a program a token in a member's name, or in its own."""
    secret = f"secret{next(_numbers)}"
    tx.execute(
        insert(net_token).values(
            id=tx.new_id(now),
            token_hash=hash_of(secret),
            app_id=app_id or make_app(tx, now),
            account_id=account_id,
            scopes=scopes,
            created_at=now,
        )
    )
    return secret


def token_id_of(tx: Tx, secret: str) -> int:
    """Return the number of a token."""
    return int(tx.scalar(select(net_token.c.id).where(net_token.c.token_hash == hash_of(secret))))


def shown_token(tx: Tx, now: int, account_id: int | None, *, scopes: str = "read write follow") -> dict[str, str]:
    """Give a member's program a token, and return the header in which it shows it."""
    return {"authorization": f"Bearer {make_token(tx, now, account_id=account_id, scopes=scopes)}"}


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program with a token, that asks the API."""

    client: Client
    token: str = ""

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
        """Ask, and return the answer."""
        shown = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.request(method, path, headers={**shown, **(headers or {})}, **more)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return what is read there."""
        answer = self.ask("GET", path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **fields: Any) -> Any:
        """Do something, and return the answer's JSON."""
        answer = self.ask("POST", path, json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def say(self, text: str, **fields: Any) -> dict[str, Any]:
        """Post something, and return it."""
        said: dict[str, Any] = self.post("/api/v1/statuses", status=text, **fields)
        return said
