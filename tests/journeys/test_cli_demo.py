"""The demo as a newcomer starts it: people to be, mail that arrives, on this machine only, in its own database only."""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.factories.kept_warm import Warm

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Demo:
    """A demo that runs."""

    folder: Path
    port: int
    process: subprocess.Popen[str]
    warm: Warm

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"


def run(warm: Warm, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return warm.run(*arguments, env=environment(folder), folder=folder)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment, without the settings of whoever runs the tests and without the real data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
    ours = {"GARDEFOU_DATA": str(folder / "data"), "GARDEFOU_REAL_DATA": str(folder / "none"), "LANG": "C.UTF-8"}
    return {**kept, **ours, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, gardefou: Warm) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gardefou.app.cli", "demo", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    assert f"http://localhost:{port}/demo" in first
    yield Demo(folder, port, process, gardefou)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    process.stdout.close()


class Browser:
    """One browser: one person."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> str:
        """Return a page."""
        return self._open(urllib.request.Request(self.demo.url + path, headers={"Accept": "text/html"}))  # noqa: S310  # loopback

    def post(self, path: str, page: str, **form: str) -> str:
        """Send a form with the token of a page, and return where it leads."""
        token = page.split('name="_csrf_token" value="', 1)[1].split('"', 1)[0]
        body = urllib.parse.urlencode({"_csrf_token": token, **form}).encode()
        return self._open(urllib.request.Request(self.demo.url + path, data=body, headers={"Accept": "text/html"}))  # noqa: S310  # loopback

    def _open(self, request: urllib.request.Request) -> str:
        with self.opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())


def people(demo: Demo) -> dict[str, Any]:
    """Return who one can be."""
    found = run(demo.warm, demo.folder, "demo", "people", "--json")
    assert found.returncode == 0, found.stderr
    return dict(json.loads(found.stdout))


def test_everybody_can_be_somebody_with_one_click(demo: Demo) -> None:
    browser = Browser(demo)
    page = browser.get("/demo")
    number = re.search(r'<th scope="row">Agent 31</th>.*?action="/demo/as/(\d+)"', page, re.DOTALL)
    assert number is not None
    assert "Agent 31" in browser.post(f"/demo/as/{number[1]}", page)
    assert "At the desk you are Agent 31" in browser.get("/demo")


def test_people_are_listed_with_a_way_in_for_each(demo: Demo) -> None:
    found = people(demo)
    assert {one["role"] for one in found["staff"]} == {"agent", "reviewer", "duty manager", "auditor", "administrator"}
    assert {one["team"] for one in found["staff"]} == {"North", "South"}
    link = next(one["sign_in_url"] for one in found["staff"] if one["name"] == "Reviewer 12")
    assert link.startswith(demo.url)
    browser = Browser(demo)
    path = link.removeprefix(demo.url)
    assert "Reviewer 12" in browser.post(path, browser.get(path))
    member = next(one for one in found["members"] if one["acct"] == "ada_north")
    page = browser.post("/sign-in", browser.get("/sign-in"), email=member["email"], password=member["password"])
    assert "@ada_north" in page


def test_the_account_of_the_incident_shows_its_counters_and_stand_in_posts(demo: Demo) -> None:
    page = Browser(demo).get("/@realDonaldTrump")
    assert "41.7" in page
    assert "36,000" in page
    assert "[Stand-in]" in page
    assert "its posts are stand-ins" in page


@pytest.mark.promise(13)
def test_mail_arrives_in_the_demos_own_catcher(demo: Demo) -> None:
    script = """
from gardefou.app.house import open_house
from gardefou.app.people import account_named, person_named
from gardefou.app.settings import load
from gardefou.events import Actor
from gardefou.orders.propose import propose
house = open_house(load())
with house.db.transaction() as tx:
    actor = Actor.person(person_named(tx, "Agent 31")["id"])
    account = account_named(tx, "realDonaldTrump")["id"]
    propose(tx, house.ports, actor=actor, now=house.clock.now(), kind="account.hide", subject_id=account, reason="hate")
house.close()
"""
    subprocess.run([sys.executable, "-c", script], cwd=demo.folder, env=environment(demo.folder), check=True)
    browser = Browser(demo)
    for _ in range(300):
        page = browser.get("/demo/mail")
        if "duty.manager.2@staff.example" in page and "agent.31@staff.example" in page:
            break
        time.sleep(0.1)
    assert "duty.manager.2@staff.example" in page
    assert "agent.31@staff.example" in page


@pytest.mark.promise(14)
def test_what_the_demo_made_verifies(demo: Demo) -> None:
    done = run(demo.warm, demo.folder, "ledger", "verify")
    assert done.returncode == 0, done.stdout


@pytest.mark.promise(20)
def test_a_demo_database_is_served_by_the_demo_alone(demo: Demo) -> None:
    done = run(demo.warm, demo.folder, "serve")
    assert done.returncode == 3
    assert "was made by the demo" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.promise(20)
def test_the_demo_opens_no_other_database_and_listens_nowhere_else(tmp_path: Path, gardefou: Warm) -> None:
    assert run(gardefou, tmp_path, "init").returncode == 0
    other = run(gardefou, tmp_path, "demo", "--build-only")
    assert (other.returncode, other.stderr.count("\n")) == (3, 1)
    assert "was not made by the demo" in other.stderr
    people_of = run(gardefou, tmp_path, "demo", "people", "--json")
    assert people_of.returncode == 3
    wide = run(gardefou, tmp_path, "demo", "--host", "0.0.0.0")  # noqa: S104  # that is the point
    assert (wide.returncode, "loopback only" in wide.stderr) == (3, True)
