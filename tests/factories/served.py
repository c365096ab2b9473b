"""A house that is served over real HTTP, and existing clients before it: `toot` as a program, Mastodon.py as a library.

Neither client knows us, and nothing of either is changed. The server is uvicorn on the loopback, in a thread; it
writes down what it is asked. Every test opens members of its own, so that any of them can run alone, in any order.
"""

import html
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import requests
import uvicorn
from mastodon import CallbackStreamListener, Mastodon

from gardefou.app.house import House
from gardefou.app.web import create_app
from gardefou.clock import SystemClock
from gardefou.events import Actor
from gardefou.network.passwords import hashed
from gardefou.staff import sessions
from gardefou.staff.clients import choose_client
from tests.factories.client_api import make_token, token_id_of
from tests.factories.house import make_house
from tests.factories.kept_warm import Warm, environment
from tests.factories.network import make_follow, make_member, make_post
from tests.factories.staff import make_person

PASSWORD = "correct horse"
TOOT = str(Path(sys.executable).parent / "toot")
#: What each client asks for by itself.
SCOPES = ["read", "write", "follow", "push"]
EVERYTHING = " ".join(SCOPES)
MODERATING = f"{EVERYTHING} admin:read admin:write"
#: How long a test waits for what is to happen at once, seconds.
SOON = 20
Heard = Queue[tuple[str, str]]
_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of the network, with a token that is good for everything."""

    name: str
    id: int
    token: str

    @property
    def email(self) -> str:
        """What they sign in with."""
        return f"{self.name}@example.org"

    @property
    def shown(self) -> dict[str, str]:
        """The header in which the token is shown."""
        return {"authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, as it came to the server."""

    method: str
    address: str
    headers: dict[str, str]

    def __str__(self) -> str:
        """Return its first line."""
        return f"{self.method} {self.address}"


@dataclass(kw_only=True)
class Served:
    """A house that is served.

    Attributes:
        url: where.
        house: the house, beside its server.
        folder: where clients keep what they keep.
        warm: toot, loaded.
        http: what reads its addresses as they are.
        asked: what was asked since it began.
    """

    url: str
    house: House
    folder: Path
    warm: Warm
    http: httpx.Client
    asked: list[Asked] = field(default_factory=list)
    _secret: str = field(default_factory=lambda: hashed(PASSWORD))

    def member(self, name: str = "member", *, scopes: str = EVERYTHING) -> Member:
        """Open an account; its handle begins with a name."""
        handle = f"{name}{next(_numbers)}"
        now = self.house.clock.now()
        with self.house.db.transaction() as tx:
            number = make_member(
                tx,
                now,
                handle=handle,
                email=f"{handle}@example.org",
                password_hash=self._secret,
                neighbours=self.house.neighbours,
            )
            return Member(name=handle, id=number, token=make_token(tx, now, account_id=number, scopes=scopes))

    def says(self, who: Member, texts: Sequence[str], **more: Any) -> list[int]:
        """Publish posts of a member's, and return their numbers."""
        with self.house.db.transaction() as tx:
            return [make_post(tx, self.house.clock.now(), who.id, text=text, **more) for text in texts]

    def follow(self, who: Member, whom: Member) -> None:
        """Let one member follow another."""
        with self.house.db.transaction() as tx:
            make_follow(tx, self.house.clock.now(), follower_id=who.id, followee_id=whom.id)

    def script(self, who: Member, **more: Any) -> Mastodon:
        """Return Mastodon.py with a member's token."""
        return Mastodon(access_token=who.token, api_base_url=self.url, ratelimit_method="throw", **more)

    def registered(self) -> Mastodon:
        """Register a program with Mastodon.py."""
        client_id, secret = Mastodon.create_app("A script", scopes=SCOPES, api_base_url=self.url)
        return Mastodon(client_id=client_id, client_secret=secret, api_base_url=self.url, ratelimit_method="throw")

    def signed_in(self, who: Member) -> Mastodon:
        """Return Mastodon.py, signed in by password."""
        found = self.registered()
        found.log_in(who.email, PASSWORD)
        return found

    def toot(self, who: Member) -> "Toot":
        """Return toot, signed in by password."""
        home = self.folder / who.name
        home.mkdir()
        toot = Toot(warm=self.warm, home=home)
        assert "Successfully logged in" in toot("login_cli", "-i", self.url, "-e", who.email, "-p", PASSWORD)
        return toot

    def toot_by_code(self, who: Member) -> "Toot":
        """Return toot, run as it is installed to sign in by a code from the page."""
        home = self.folder / f"home of {who.name}"
        home.mkdir()
        command, pipe = [TOOT, "login", "-i", self.url], subprocess.PIPE
        with subprocess.Popen(command, env=environment(home), stdin=pipe, stdout=pipe, text=True) as toot:
            assert toot.stdin is not None
            assert toot.stdout is not None
            url = next(line.strip() for line in toot.stdout if "/oauth/authorize" in line)
            toot.stdin.write(f"n\n{consent(self.url, url, who)}\n")
            toot.stdin.flush()
            assert "Successfully logged in" in toot.stdout.read()
        return Toot(warm=self.warm, home=home)

    def moderator(self, role: str, *, lang: str = "en") -> tuple[Mastodon, Actor]:
        """Return Mastodon.py, acting as somebody who works here and has just chosen it at the desk; and who it is."""
        session = requests.Session()
        session.headers["Accept-Language"] = lang
        who, now = self.member("staff", scopes=MODERATING), self.house.clock.now()
        with self.house.db.transaction() as tx:
            person = Actor.person(make_person(tx, now, role=role))
            link = sessions.make_link(tx, actor=person, now=now, person_id=int(person.key))
            found = sessions.person_of(tx, sessions.sign_in(tx, now=now, token=link), now)
            assert found is not None
            more = {"session_id": found.session_id, "client_id": token_id_of(tx, who.token)}
            choose_client(tx, actor=person, now=now, **more)
        return self.script(who, session=session), person

    @contextmanager
    def written_down(self) -> Iterator[list[Asked]]:
        """Collect what is asked meanwhile; all of it once this has ended."""
        found: list[Asked] = []
        before = len(self.asked)
        yield found
        found += self.asked[before:]


@dataclass(frozen=True, kw_only=True)
class Toot:
    """toot, as one member uses it: it has a folder for what it keeps."""

    warm: Warm
    home: Path

    def run(self, *arguments: str, terminal: bool = False) -> "subprocess.CompletedProcess[str]":
        """Run a command, whatever becomes of it."""
        return self.warm.run(*arguments, env=environment(self.home), folder=self.home, terminal=terminal)

    def __call__(self, *arguments: str) -> str:
        """Run a command that is to succeed, and return what it prints."""
        done = self.run(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """Run a command that is to succeed, and return its answer."""
        return json.loads(self(*arguments, "--json"))

    def to_the_end(self, *arguments: str) -> str:
        """Run a command at a terminal and go on as long as it asks whether to; return all that it prints."""
        done = self.run(*arguments, terminal=True)
        assert done.returncode == 0, done
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", done.stdout)

    def refused(self, *arguments: str) -> str:
        """Run a command that is to fail, and return what it says."""
        done = self.run(*arguments)
        assert done.returncode == 1, done
        return done.stderr

    def post(self, *arguments: str) -> str:
        """Post something, and return its number."""
        return str(self.json("post", *arguments)["id"])


@contextmanager
def serving(database_url: str, folder: Path, port: int) -> Iterator[Served]:
    """Found a house in which everybody who has a key signs, and serve it."""
    warm = Warm("toot")
    made = make_house(database_url, folder, SystemClock())
    settings = made.settings
    known = {name: getattr(settings, name) for name in settings.__struct_fields__}
    house = replace(made, settings=type(settings)(**known | {"port": port, "password_grant": "on"}))
    app = create_app(house)
    url = f"http://localhost:{port}"
    # Without certificates, which nothing here needs: reading those of all authorities costs more than a request.
    http = httpx.Client(base_url=url, verify=False)  # noqa: S501
    served = Served(url=url, house=house, folder=folder, warm=warm, http=http)

    async def writes_down(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            asked = scope["query_string"].decode()
            address = scope["path"] + (f"?{asked}" if asked else "")
            headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
            served.asked.append(Asked(method=scope["method"], address=address, headers=headers))
        await app(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(writes_down, host="127.0.0.1", port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield served
    finally:
        http.close()
        house.fanout.end_streams()
        server.should_exit = True
        thread.join(30)
        warm.end()
        house.close()


def consent(site: str, url: str, who: Member) -> str:
    """Sign in with a browser where a program says, let it in, and return the code that is shown."""
    page = {"accept": "text/html"}
    with httpx.Client(base_url=site, headers=page, follow_redirects=True, verify=False) as browser:  # noqa: S501
        door = browser.get(url)
        form = {"email": who.email, "password": PASSWORD, **_hidden(door.text, "/sign-in")}
        asked = browser.post("/sign-in", data=form)
        given = browser.post("/oauth/authorize", data=_hidden(asked.text, "/oauth/authorize") | {"answer": "yes"})
    found = re.search(r'id="code" value="([^"]+)"', given.text)
    assert found is not None, given.text
    return found[1]


def _hidden(page: str, action: str) -> dict[str, str]:
    form = page.split(f'action="{action}">', 1)[1].split("</form>", 1)[0]
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields}


def listens(stream: Callable[..., Any], *about: str) -> tuple[Heard, Any]:
    """Open a stream, wait until it has begun, and return what it hears."""
    heard: Heard = Queue()
    begun = threading.Event()
    listener: Any = CallbackStreamListener(  # type: ignore[no-untyped-call]  # the package's own
        update_handler=lambda status: heard.put(("update", str(status.id))),
        status_update_handler=lambda status: heard.put(("edit", str(status.id))),
        delete_handler=lambda number: heard.put(("delete", str(number))),
        notification_handler=lambda told: heard.put(("told", told.type)),
    )
    listener.handle_heartbeat = begun.set
    opened = stream(*about, listener, run_async=True, timeout=SOON)
    assert begun.wait(SOON)
    return heard, opened


def ended(script: Mastodon, *streams: Any) -> bool:
    """Give the token back, and return whether its streams have ended; this client itself waits for a heartbeat."""
    script.revoke_access_token()
    for one in streams:
        one.join(SOON)
    return not any(one.is_alive() for one in streams)
