"""Programs that members use, with tokens that are good for whatever is named."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import insert

from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_app, net_token
from gardefou.storage import Tx

_numbers = count(1)
EVERYTHING = "follow push read write"


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


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program with a token, that asks the API."""

    client: "TestClient[Litestar]"
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
