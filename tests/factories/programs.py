"""Programs at the door of the Mastodon client API: registered, let in, and what they send."""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import House
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock, from_iso
from gardefou.events import Actor
from gardefou.network.passwords import hashed
from gardefou.network.sign_in import sign_in
from gardefou.network.web.common import SESSION_COOKIE
from tests.factories.house import make_house
from tests.factories.network import make_member

Client = TestClient[Litestar]
BEGUN = from_iso("2017-11-02T18:00:00Z")
OOB = "urn:ietf:wg:oauth:2.0:oob"
BACK = "https://client.example/back"
PASSWORD = "correct horse"
VERIFIER = "a verifier that nobody guesses is made of forty-three signs".replace(" ", "-")
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@contextmanager
def founded(folder: Path, template: Path, clock: SimulatedClock) -> Iterator[House]:
    """Found a house in a file of its own."""
    shutil.copy(template, folder / "house.db")
    house = make_house(f"sqlite:///{folder / 'house.db'}", folder, clock)
    yield house
    house.close()


@contextmanager
def serving(house: House, **settings: Any) -> Iterator[Client]:
    """Serve a house, set up in another way where one is named."""
    served = replace(house, settings=_set(house.settings, settings))
    with TestClient(create_app(served), base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


def _set(settings: Any, changes: dict[str, Any]) -> Any:
    return type(settings)(**{name: getattr(settings, name) for name in settings.__struct_fields__} | changes)


def add_member(house: House, handle: str = "alice") -> int:
    """Open an account whose owner knows the password."""
    with house.db.transaction() as tx:
        return make_member(
            tx,
            house.clock.now(),
            handle=handle,
            email=f"{handle}@example.org",
            password_hash=hashed(PASSWORD),
            neighbours=house.neighbours,
        )


@dataclass(frozen=True, kw_only=True)
class Program:
    """A registered program and what asks for it."""

    client: Client
    id: str
    secret: str

    @property
    def shown(self) -> dict[str, str]:
        """How it shows itself."""
        return {"client_id": self.id, "client_secret": self.secret}

    def token(self, **given: str) -> Response:
        """Ask for a token."""
        return self.client.post("/oauth/token", data=self.shown | given)

    def by_password(self, email: str = "alice@example.org", password: str = PASSWORD, scope: str = "read") -> Response:
        """Ask for a token with an address and a password."""
        return self.token(grant_type="password", username=email, password=password, scope=scope)

    def by_code(self, code: str, uri: str = BACK, **given: str) -> Response:
        """Ask for a token with a code."""
        return self.token(grant_type="authorization_code", code=code, redirect_uri=uri, **given)


def register(client: Client, *, uris: str = f"{BACK}\n{OOB}", scopes: str = "read write follow push") -> Program:
    """Register a program."""
    told = client.post("/api/v1/apps", data={"client_name": "A program", "redirect_uris": uris, "scopes": scopes})
    assert told.status_code == 200, told.text
    return Program(client=client, id=told.json()["client_id"], secret=told.json()["client_secret"])


def be_member(house: House, client: Client, account_id: int) -> None:
    """Sign a member in at this browser."""
    with house.db.transaction() as tx:
        token = sign_in(tx, actor=Actor.member(account_id), now=house.clock.now())
    client.cookies.set(SESSION_COOKIE, token)


def question(program: Program, uri: str = BACK, **given: str) -> dict[str, str]:
    """Return what a program asks its owner with."""
    return {"response_type": "code", "client_id": program.id, "redirect_uri": uri, "scope": "read", **given}


def consented(program: Program, uri: str = BACK, *, says: str = "yes", **given: str) -> Response:
    """Answer the page of consent as whoever is signed in at this browser."""
    asked = question(program, uri, **given)
    shown = program.client.get("/oauth/authorize", params=asked, headers={"accept": "text/html"})
    assert shown.status_code == 200, shown.text
    form = asked | {"answer": says, "_csrf_token": program.client.cookies["csrf"]}
    return program.client.post("/oauth/authorize", data=form, headers={"accept": "text/html"})


def code_in(answered: Response) -> str:
    """Return the code that a browser is led back with."""
    return parse_qs(urlsplit(answered.headers["location"]).query)["code"][0]


def bearer(token: str) -> dict[str, str]:
    """Return the header that shows a token."""
    return {"authorization": f"Bearer {token}"}
