"""A founded town behind a server, and desks in a real browser in front of it."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from playwright.sync_api import Browser, Page

from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.events.actor import IMPORTER
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Database
from tests.factories.house import signing
from tests.factories.town import Town, found_town
from tests.journeys.conftest import free_port


class Line:
    """What lies between the server and its streams, and can break."""

    def __init__(self, app: Any) -> None:
        """Lie in front of an application."""
        self._app = app
        self._whole = threading.Event()
        self._whole.set()

    def cut(self) -> None:
        """Break every stream; those that begin anew wait."""
        self._whole.clear()

    def mend(self) -> None:
        """Let them come through again."""
        self._whole.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""

        async def sends(message: Any) -> None:
            if not self._whole.is_set():
                raise ConnectionError("the line was cut")
            await send(message)

        if scope["type"] != "http" or scope["path"] != "/desk/stream":
            await self._app(scope, receive, send)
            return
        await asyncio.to_thread(self._whole.wait)
        await self._app(scope, receive, sends)


@dataclass(kw_only=True)
class Desks:
    """A house that is served, and what its desks' browsers ask it for.

    Attributes:
        town: the house's people and accounts.
        house: the house.
        url: where.
        browser: what each desk has a window of its own in.
        line: what the streams go through.
        asked: the addresses that were asked for, in their order, by desk.
        said: what went wrong in a page.
    """

    town: Town
    house: House
    url: str
    browser: Browser
    line: Line
    asked: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def desk(self, name: str, *, locale: str = "en-GB", only_looks: bool = False, **more: Any) -> Page:
        """Return a browser of one's own, signed in as somebody of the town.

        Args:
            name: who.
            locale: what it prefers to read.
            only_looks: whether opening a case takes no hold of it.
            more: about its window.
        """
        person = self.town.people[name]
        with self.town.db.transaction() as tx:
            link = make_link(tx, actor=person, now=self.town.now, person_id=int(person.key))
            token = sign_in(tx, now=self.town.now, token=link)
        more.setdefault("viewport", {"width": 1440, "height": 900})
        context = self.browser.new_context(base_url=self.url, locale=locale, **more)
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.url}])
        if only_looks:
            context.set_extra_http_headers({"sec-purpose": "prefetch"})
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda problem: self.said.append(str(problem)))
        asked = self.asked.setdefault(name, [])
        page.on("request", lambda request: asked.append(request.url.removeprefix(self.url)))
        return page

    def account(self, handle: str, *, followers: int = 10) -> int:
        """Open an account on the network."""
        account = ImportedAccount(
            handle=handle,
            display_name=handle.title(),
            imported_id=None,
            created_at=self.town.now,
            followers=followers,
            posts=3,
        )
        with self.town.db.transaction() as tx:
            return import_account(tx, self.house.neighbours, actor=IMPORTER, now=self.town.now, account=account)


@contextmanager
def serving_desks(
    db: Database, clock: SimulatedClock, folder: Path, browser: Browser, *, more: tuple[tuple[str, str, str], ...] = ()
) -> Iterator[Desks]:
    """Found the town, with the name, role and team of more people, and serve it; what goes wrong in a page fails."""
    town = found_town(db, clock, more=more)
    port = free_port()
    settings = Settings(data=str(folder), url=f"http://localhost:{port}", port=port)
    house = signing(house_on(db, settings, clock=clock))
    line = Line(create_app(house))
    server = uvicorn.Server(uvicorn.Config(line, port=port, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    desks = Desks(town=town, house=house, url=settings.url, browser=browser, line=line)
    for _ in range(400):
        try:
            httpx.get(f"{desks.url}/health", timeout=2)
            break
        except httpx.HTTPError:
            time.sleep(0.02)
    try:
        yield desks
        assert desks.said == []
    finally:
        for context in browser.contexts:
            context.close()
        line.mend()
        house.fanout.end_streams()
        server.should_exit = True
        thread.join(10)
