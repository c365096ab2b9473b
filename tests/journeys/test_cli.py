"""The command line as a person types it: another process, a real database, one clear line for whatever is wrong.

The first command, and each that goes on until it is stopped, is started as a person starts it. The others are called in
processes that have loaded already what that one loads.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gardefou.clock import SystemClock
from gardefou.staff.credentials import RIPE_AFTER
from gardefou.staff.queries import people
from gardefou.storage import open_database
from tests.factories.authenticator import enrol_key
from tests.factories.kept_warm import Warm

ROOT = Path(__file__).parents[2]
STAFF = (
    "name,email,employer,team,roles,starts\n"
    "Agent 1,a1@x.example,Us,North,agent,2017-01-01\n"
    "Reviewer 2,r2@x.example,Us,South,reviewer,2017-01-01\n"
)
ACCOUNTS = "handle,followers\nsmall_one,12\nbig_one,20000000\n"


@dataclass(frozen=True)
class Done:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """A folder to type commands in."""

    folder: Path
    warm: Warm

    @property
    def environment(self) -> dict[str, str]:
        """The environment, without the settings of whoever runs the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
        return {**kept, "GARDEFOU_DATA": str(self.folder / "data"), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}

    def command(self, *arguments: str) -> list[str]:
        """Return what is run."""
        return [sys.executable, "-m", "gardefou.app.cli", *arguments]

    def __call__(self, *arguments: str, **more: str) -> Done:
        """Run a command to its end."""
        done = self.warm.run(*arguments, env={**self.environment, **more}, folder=self.folder)
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that runs until it is stopped."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def write(self, name: str, text: str) -> str:
        """Write a file and return its name."""
        (self.folder / name).write_text(text, "utf-8")
        return name


@pytest.fixture
def shell(tmp_path: Path, gardefou: Warm) -> Shell:
    return Shell(tmp_path, gardefou)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, gardefou: Warm) -> Path:
    """What `gardefou init` makes, to copy: proving the rulebook that ships takes longer than most commands."""
    folder = tmp_path_factory.mktemp("begun")
    with Shell(folder, gardefou).start("init") as process:
        assert (process.wait(), process.communicate()[1]) == (0, "")
    return folder / "data"


@pytest.fixture
def founded(shell: Shell, begun: Path) -> Shell:
    shutil.copytree(begun, shell.folder / "data")
    return shell


def one_line(done: Done) -> str:
    """Return the one line a person read; anything more, or a traceback, fails."""
    lines = [line for line in done.err.splitlines() if line.strip()]
    assert len(lines) == 1, done.err
    assert lines[0].startswith("gardefou: ")
    assert "Traceback" not in done.err
    return lines[0]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int, process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait until the house answers."""
    opener = urllib.request.build_opener()
    opener.addheaders = [("accept", "application/json")]
    for _ in range(600):
        assert process.poll() is None, process.communicate()[1]
        try:
            with opener.open(f"http://127.0.0.1:{port}/health", timeout=5) as answer:  # loopback
                return dict(json.load(answer))
        except OSError:
            time.sleep(0.1)
    pytest.fail("the house never answered")


def test_a_house_is_set_up_filled_and_asked(founded: Shell) -> None:
    assert founded("init", "--json").json["new"] is False
    staff = founded("import", "staff", founded.write("staff.csv", STAFF), "--json")
    assert (staff.code, staff.json["added"]) == (0, 2)
    assert founded("import", "accounts", founded.write("accounts.csv", ACCOUNTS)).code == 0
    link = founded("staff", "link", "agent 1 nobody")
    assert link.code == 2
    assert "nobody works here by the name" in one_line(link)
    assert "/desk/enrol/" in founded("staff", "link", "a1@x.example", "--json").json["url"]
    assert [one["roles"] for one in founded("staff", "list", "--json").json] == [["agent"], ["reviewer"]]
    assert founded("who", "@small_one", "--json").json["deeds"] == []
    verified = founded("ledger", "verify", "--json")
    assert (verified.code, verified.json["clean"], verified.json["finding"]) == (0, True, None)


@pytest.mark.promise(7)
def test_one_person_restores_from_the_command_line_and_the_record_says_so(founded: Shell) -> None:
    founded("import", "staff", founded.write("staff.csv", STAFF))
    founded("import", "accounts", founded.write("accounts.csv", ACCOUNTS))
    script = """
import sys
from gardefou.app.house import open_house
from gardefou.app.people import account_named, person_named
from gardefou.app.settings import load
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.orders.propose import propose
from gardefou.staff.add_shift import add_shift
house = open_house(load())
now = house.clock.now()
with house.db.transaction() as tx:
    person = person_named(tx, "Agent 1")["id"]
    add_shift(tx, actor=SETUP, now=now, person_id=person, starts=now - 1, ends=now + 10**9)
    account = account_named(tx, "small_one")["id"]
    actor = Actor.person(person)
    propose(tx, house.ports, actor=actor, now=now, kind="account.hide", subject_id=account, reason="spam")
house.close()
"""
    subprocess.run([sys.executable, "-c", script], cwd=founded.folder, env=founded.environment, check=True)
    unknown = founded("restore", "small_one", "--as", "Nobody 9")
    assert (unknown.code, "Nobody 9" in one_line(unknown)) == (2, True)
    done = founded("restore", "small_one", "--as", "Reviewer 2", "--why", "a mistake", "--json")
    assert (done.code, done.json["restored"], done.json["standing"]) == (0, True, "active")
    again = founded("restore", "small_one", "--as", "Reviewer 2")
    assert (again.code, "nothing is in effect" in one_line(again)) == (2, True)
    deeds = founded("who", "small_one", "--json").json["deeds"]
    assert [(deed["kind"], deed["name"]) for deed in deeds] == [
        ("order.executed", "Agent 1"),
        ("order.reversed", "Reviewer 2"),
        ("order.executed", "Reviewer 2"),
    ]
    assert founded("ledger", "verify").code == 0


@pytest.mark.promise(14)
def test_a_changed_record_is_found_and_named(founded: Shell) -> None:
    with sqlite3.connect(founded.folder / "data" / "gardefou.db") as raw:
        raw.execute("UPDATE entry SET content = replace(content, 'shipped', 'skipped')")
    raw.close()
    done = founded("ledger", "verify", "--json")
    assert (done.code, done.json["clean"], done.json["finding"]["index"]) == (1, False, 0)


@pytest.mark.promise(20)
def test_an_unknown_account_is_one_line(founded: Shell) -> None:
    done = founded("who", "@nobody")
    assert (done.code, one_line(done)) == (2, "gardefou: there is no account @nobody")


@pytest.mark.promise(20)
def test_rejected_rows_are_named_with_file_and_line(founded: Shell) -> None:
    name = founded.write("accounts.csv", "handle,followers\ngood_one,1\nbad handle,2\nshort\n")
    done = founded("import", "accounts", name, "--json")
    assert (done.code, done.json["added"], done.json["rejected"]) == (1, 1, 2)
    assert "accounts.csv:3: handle: 'bad handle'" in done.err
    assert "accounts.csv:4: 1 columns, expected 2" in done.err
    strict = founded("import", "accounts", founded.write("more.csv", "handle\nother_one\nbad handle\n"), "--strict")
    assert strict.code == 2
    assert founded("who", "other_one").code == 2


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("text", "said"), [("a,b\n1,2\n", "no column for 'handle'; the file has a, b"), ("", "the file is empty")]
)
def test_a_file_with_the_wrong_columns_is_one_line(founded: Shell, text: str, said: str) -> None:
    done = founded("import", "accounts", founded.write("wrong.csv", text))
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.promise(20)
def test_broken_toml_is_one_line_and_changes_nothing(shell: Shell) -> None:
    shell.write("gardefou.toml", "port = \n")
    done = shell("init")
    assert (done.code, "gardefou.toml: not valid TOML" in one_line(done)) == (3, True)
    assert not (shell.folder / "data").exists()


@pytest.mark.promise(20)
def test_a_folder_that_cannot_be_written_to_is_one_line(shell: Shell) -> None:
    shell.write("in the way", "")
    done = shell("init", GARDEFOU_DATA="in the way/data")
    assert (done.code, "the data folder in the way/data cannot be written to" in one_line(done)) == (3, True)


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "command", [["serve"], ["worker"], ["who", "x"], ["doctor"], ["ledger", "verify"], ["upgrade"]]
)
def test_a_house_that_was_never_set_up_says_what_to_do(shell: Shell, command: list[str]) -> None:
    done = shell(*command)
    assert (done.code, "run `gardefou init` first" in one_line(done)) == (3, True)
    assert not list(shell.folder.rglob("*.db"))


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("revision", "said"), [("0000", "does not know"), ("9999", "made by a newer Garde-fou; install that one")]
)
def test_a_database_at_another_revision_is_one_line(founded: Shell, revision: str, said: str) -> None:
    with sqlite3.connect(founded.folder / "data" / "gardefou.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    raw.close()
    done = founded("serve", "--port", str(free_port()))
    assert done.code == 3
    assert said in one_line(done)


@pytest.mark.promise(20)
def test_a_port_in_use_is_one_line(founded: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = founded("serve", "--port", str(port))
    assert (done.code, f"port {port} on 127.0.0.1 is in use" in one_line(done)) == (3, True)


@pytest.fixture
def served(founded: Shell) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = founded.start("serve", "--port", str(port))
    yield process, port
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_quietly_when_told_to(served: tuple[subprocess.Popen[str], int], number: signal.Signals) -> None:
    process, port = served
    assert health(port, process)["status"] == "ok"
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "KeyboardInterrupt" not in err


def test_a_worker_ends_with_whoever_started_it(founded: Shell) -> None:
    process = subprocess.Popen(
        founded.command("worker", "--until-end-of-input"),
        cwd=founded.folder,
        env=founded.environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(600):
        checks = {check["name"]: check["state"] for check in founded("doctor", "--json").json["checks"]}
        if checks["worker"] == "ok":
            break
    assert checks["worker"] == "ok"
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=20) == 0
    assert process.stderr is not None
    process.stderr.close()


THREE = STAFF + (
    "Boss 3,b3@x.example,Us,South,administrator,2017-01-01\n"
    "Manager 4,m4@x.example,Them,North,duty manager,2017-01-01\n"
    "Manager 6,m6@x.example,Them,South,duty manager,2017-01-01\n"
    "Reviewer 5,r5@x.example,Us,South,reviewer,2017-01-01\n"
    "Reviewer 7,r7@x.example,Us,South,reviewer,2017-01-01\n"
)


@pytest.mark.promise(11)
def test_a_house_is_founded_once_and_its_safeguards_then_take_orders(founded: Shell) -> None:
    (founded.folder / "few.csv").write_text(STAFF)
    (founded.folder / "staff.csv").write_text(THREE)
    (founded.folder / "accounts.csv").write_text(ACCOUNTS)
    founded("import", "staff", str(founded.folder / "few.csv"))
    early = founded("init", "--close")
    assert early.code == 3
    assert "import more people" in early.err
    founded("import", "staff", str(founded.folder / "staff.csv"))
    founded("import", "accounts", str(founded.folder / "accounts.csv"))
    keyless = founded("init", "--close")
    assert keyless.code == 3
    assert "have them enrol keys (`gardefou staff link NAME`)" in keyless.err
    _give_keys(founded)
    assert founded("init", "--close").code == 0
    assert founded("init", "--close").code == 2
    raised = founded("propose", "tier.assign", "small_one", "--set", "tier=critical", "--as", "Reviewer 5", "--json")
    assert raised.json["state"] == "to sign"  # No key is in the socket: the browser asks one.
    assert "/desk/papers/" in raised.json["url"]
    own = founded("propose", "role.grant", "Boss 3", "--set", "role=reviewer", "--as", "Boss 3")
    assert own.code == 1
    assert "Refused" in own.out
    power = founded("propose", "role.grant", "Agent 1", "--set", "role=reviewer", "--as", "Boss 3")
    assert "/desk/papers/" in power.out
    assert founded("propose", "world.end", "--as", "Boss 3").code == 2
    assert founded("staff", "link", "Agent 1").code == 2  # Now an order invites.
    assert founded("ledger", "verify").code == 0


def _give_keys(shell: Shell) -> None:
    """Let everybody have enrolled a key three days ago: what a browser does is another journey's story."""
    database = open_database(f"sqlite:///{shell.folder}/data/gardefou.db")
    with database.transaction() as tx:
        now = SystemClock().now() - RIPE_AFTER
        for one in people(tx, now):
            enrol_key(tx, now=now, person_id=one.id)
    database.close()
