"""Every command of the page for members, docs/howto/use-your-own-client.md, run as it stands there."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from mastodon import Mastodon

from tests.factories.client_api import shown_token
from tests.factories.network import put_standing
from tests.factories.served import PASSWORD, Member, Served, Toot, consent
from tests.journeys.conftest import ROOT

PAGE = (ROOT / "docs" / "howto" / "use-your-own-client.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Return the page's blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_every_command_of_the_page_works_as_written(served: Served, alice: Member) -> None:
    commands = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    assert commands[:2] == ["pip install toot", "toot login -i https://network.example"]
    assert version("toot")
    toot = served.toot_by_code(alice)
    said = {}
    for command in commands[2:]:
        here = command.replace("http://localhost:8000", served.url).replace("ADDRESS", alice.email)
        words = [PASSWORD if word == "PASSWORD" else word for word in here.split()]
        assert words[0] == "toot"
        said[words[1]] = toot(*words[1:])
    assert said.keys() == {"whoami", "instance", "login_cli"}
    assert f"@{alice.name}" in said["whoami"]
    assert "Successfully logged in" in said["login_cli"]


def test_the_script_of_the_page_works_as_written(served: Served, alice: Member, tmp_path: Path) -> None:
    (script,) = blocks("python")
    program, pipe = script.replace("https://network.example", served.url), subprocess.PIPE
    command = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        code = consent(served.url, running.stdout.readline().strip(), alice)
        said, _wrong = running.communicate(f"{code}\n")
    # Where the prompt goes depends on what the program finds at its ends.
    assert (running.returncode, said.removeprefix("Code: ")) == (0, f"{alice.name}\n")
    assert 'Mastodon(access_token="token.secret")' in PAGE
    assert Mastodon(access_token=str(tmp_path / "token.secret")).me().acct == alice.name


def test_what_the_page_says_a_program_reads_is_what_it_reads(served: Served, alice: Member, bob: Member) -> None:
    with served.house.db.transaction() as tx:
        reads = shown_token(tx, served.house.clock.now(), bob.id, scopes="read")
        put_standing(tx, served.house.clock.now(), subject_id=alice.id, standing="frozen")
    me = "/api/v1/accounts/verify_credentials"
    answers = [
        served.http.get(me, headers={"authorization": "Bearer nothing"}),
        served.http.post("/api/v1/statuses", headers=reads, json={"status": "Hello"}),
        served.http.get(me, headers=alice.shown),
    ]
    listed = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert [(one.status_code, one.json()["error"]) for one in answers] == list(
        zip((401, 403, 403), listed, strict=False)
    )
    # What a house that takes no passwords says stands with the other answers about tokens.
    assert listed[3:] == ["unsupported_grant_type", "Login failed"]
    nobody = served.folder / f"nobody {alice.name}"
    nobody.mkdir()
    owner = Toot(warm=served.warm, home=nobody)
    assert "Login failed" in owner.refused("login_cli", "-i", served.url, "-e", alice.email, "-p", PASSWORD)
