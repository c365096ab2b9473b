"""Existing clients, as they are published, at a server that runs: `toot` as a program and Mastodon.py as a library.

Neither knows us, and nothing of either is changed. Each test signs in by itself, so that any of them can run alone.
"""

import contextlib
import html
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonIllegalArgumentError, MastodonUnauthorizedError

from gardefou.clock import SystemClock
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.network.passwords import hashed
from gardefou.storage import Database, open_database
from tests.conftest import fresh_database
from tests.factories.house import make_house
from tests.factories.network import make_member, put_standing
from tests.journeys.conftest import GARDEFOU, ROOT, free_port

TOOT = str(Path(sys.executable).parent / "toot")
PASSWORD = "correct horse"
#: What each client asks for by itself.
SCOPES = ["read", "write", "follow", "push"]
HTML = {"accept": "text/html"}


@dataclass(kw_only=True)
class Network:
    """A network that is served.

    Attributes:
        url: where.
        db: its database, beside the server.
        folder: where clients keep what they keep.
        members: handle → account; everybody's password is the same.
    """

    url: str
    db: Database
    folder: Path
    members: dict[str, int]

    def toot(self, *arguments: str, who: str = "alice") -> subprocess.CompletedProcess[str]:
        """Run toot as somebody: each has a folder for what it keeps."""
        return subprocess.run(
            [TOOT, *arguments], env=self.env(who), capture_output=True, text=True, check=False, timeout=60
        )

    def env(self, who: str) -> dict[str, str]:
        """Return where somebody's toot keeps what it keeps."""
        home = self.folder / who
        home.mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "VIRTUAL_ENV"}}
        return kept | {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONUNBUFFERED": "1"}

    def app(self) -> Mastodon:
        """Register a program with Mastodon.py."""
        client_id, secret = Mastodon.create_app("A script", scopes=SCOPES, api_base_url=self.url)
        return Mastodon(client_id=client_id, client_secret=secret, api_base_url=self.url, ratelimit_method="throw")

    def signed_in(self, who: str) -> Mastodon:
        """Return Mastodon.py, signed in by password."""
        found = self.app()
        found.log_in(f"{who}@example.org", PASSWORD)
        return found

    def consent(self, url: str, who: str) -> str:
        """Sign in with a browser where a program says, let it in, and return the code that is shown."""
        with httpx.Client(base_url=self.url, headers=HTML, follow_redirects=True) as browser:
            door = browser.get(url)
            form = {"email": f"{who}@example.org", "password": PASSWORD, **hidden(door.text, "/sign-in")}
            asked = browser.post("/sign-in", data=form)
            given = browser.post("/oauth/authorize", data=hidden(asked.text, "/oauth/authorize") | {"answer": "yes"})
        found = re.search(r'id="code" value="([^"]+)"', given.text)
        assert found is not None, given.text
        return found[1]

    def stand(self, who: str, standing: str) -> None:
        """Give an account a standing, by an executed order."""
        with self.db.transaction() as tx:
            put_standing(tx, SystemClock().now(), subject_id=self.members[who], standing=standing)


def hidden(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    form = page.split(f'action="{action}">', 1)[1].split("</form>", 1)[0]
    return {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }


def furnished(database_url: str, folder: Path) -> dict[str, int]:
    """Found a house and open its members' accounts."""
    house = make_house(database_url, folder, SystemClock())
    secret = hashed(PASSWORD)
    with house.db.transaction() as tx:
        found = {
            handle: make_member(
                tx,
                house.clock.now(),
                handle=handle,
                email=f"{handle}@example.org",
                password_hash=secret,
                neighbours=EmbeddedNeighbours(),
            )
            for handle in ("alice", "bob", "carol")
        }
    house.close()
    return found


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A network of three members, served by a process of its own."""
    folder = tmp_path_factory.mktemp("clients")
    with fresh_database(request, request.param, folder) as database_url:
        members = furnished(database_url, folder)
        port = free_port()
        env = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
        env |= {"GARDEFOU_DATA": str(folder), "GARDEFOU_DATABASE": database_url, "GARDEFOU_PASSWORD_GRANT": "on"}
        with (folder / "serve.log").open("ab") as log:
            command = [*GARDEFOU, "serve", "--port", str(port)]
            server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            url = f"http://localhost:{port}"
            wait_for(url, server, folder / "serve.log")
            db = open_database(database_url, node=2)
            yield Network(url=url, db=db, folder=folder, members=members)
            db.close()
        finally:
            server.terminate()
            server.wait(30)


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{url}/health", timeout=2).raise_for_status()
            return
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}")


def test_toot_signs_in_by_password_and_says_who_it_is(network: Network) -> None:
    came = network.toot("login_cli", "-i", network.url, "-e", "alice@example.org", "-p", PASSWORD)
    assert (came.returncode, "Successfully logged in" in came.stdout) == (0, True), came.stderr
    me = network.toot("whoami")
    assert (me.returncode, "@alice" in me.stdout) == (0, True), me.stderr
    about = network.toot("instance")
    assert "Garde-fou" in about.stdout, about.stderr
    wrong = network.toot("login_cli", "-i", network.url, "-e", "alice@example.org", "-p", "wrong horse", who="nobody")
    assert (wrong.returncode, "Login failed" in wrong.stderr) == (1, True)


def test_toot_signs_in_by_a_code_from_the_page(network: Network) -> None:
    command = [TOOT, "login", "-i", network.url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=network.env("bob"), stdin=pipe, stdout=pipe, text=True) as toot:
        assert toot.stdin is not None
        assert toot.stdout is not None
        url = next(line.strip() for line in toot.stdout if "/oauth/authorize" in line)
        toot.stdin.write(f"n\n{network.consent(url, 'bob')}\n")
        toot.stdin.flush()
        assert "Successfully logged in" in toot.stdout.read()
    assert "@bob" in network.toot("whoami", who="bob").stdout


def test_a_script_signs_in_by_password_and_signs_out(network: Network) -> None:
    script = network.signed_in("alice")
    me = script.me()
    assert (me.acct, me.source.privacy, script.app_verify_credentials().name) == ("alice", "public", "A script")
    assert (script.instance().version, script.instance_v1().uri) == (
        script.instance_v1().version,
        network.url.removeprefix("http://"),
    )
    assert script.retrieve_mastodon_version() == "4.3.0"
    assert script.preferences()["posting:default:visibility"] == "public"
    assert script.markers_set(["home"], [17]).home.last_read_id == "17"
    assert script.markers_get(["home"]).home.version == 1
    assert (script.lists(), script.custom_emojis(), script.filters_v2()) == ([], [], [])
    kept = script.access_token
    script.revoke_access_token()
    with pytest.raises(MastodonUnauthorizedError, match="The access token is invalid"):
        Mastodon(access_token=kept, api_base_url=network.url).me()


def test_a_script_signs_in_by_a_code_from_the_page(network: Network) -> None:
    script = network.app()
    code = network.consent(script.auth_request_url(scopes=SCOPES), "carol")
    script.log_in(code=code, scopes=SCOPES)
    assert script.me().acct == "carol"
    with pytest.raises(MastodonIllegalArgumentError, match="invalid_grant"):
        network.app().log_in(code=code, scopes=SCOPES)


def test_a_script_opens_an_account(network: Network) -> None:
    script = network.app()
    with pytest.raises(MastodonIllegalArgumentError, match="Validation failed: This handle is taken"):
        script.create_account("alice", PASSWORD, "dave@example.org", agreement=True, scopes=SCOPES)
    script = network.app()
    script.create_account("dave", PASSWORD, "dave@example.org", agreement=True, scopes=SCOPES)
    assert script.me().acct == "dave"


@pytest.mark.promise(8)
def test_the_owner_of_a_hidden_account_reads_why_at_every_door(network: Network) -> None:
    script = network.signed_in("carol")
    came = network.toot("login_cli", "-i", network.url, "-e", "carol@example.org", "-p", PASSWORD, who="carol")
    assert came.returncode == 0, came.stderr
    network.stand("carol", "hidden")
    try:
        with pytest.raises(MastodonAPIError, match="Your login is currently disabled"):
            script.me()
        with pytest.raises(MastodonIllegalArgumentError, match="Your login is currently disabled"):
            network.signed_in("carol")
        me = network.toot("whoami", who="carol")
        assert (me.returncode, "Your login is currently disabled" in me.stderr) == (1, True)
    finally:
        network.stand("carol", "active")
    assert script.me().acct == "carol"
    assert "@carol" in network.toot("whoami", who="carol").stdout
