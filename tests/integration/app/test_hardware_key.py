"""At a terminal a hardware key signs what it would sign in a browser; without one, the browser is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gardefou.app import cli
from gardefou.app.commands import signing
from gardefou.app.errors import FINDING, OK
from gardefou.clock import SimulatedClock, SystemClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.ledger import store
from gardefou.orders import queries
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import open_orders
from gardefou.staff.credentials import of_person
from gardefou.storage import Database
from gardefou.watch.audit import audit
from gardefou.watch.signatures import Tally
from tests.factories.town import Town, found_town
from tests.fakes.ctap import KeyInTheSocket

PIN = "271828"


@pytest.fixture
def town(db: Database) -> Town:
    """A founded house of this very hour, as the command line has no other clock."""
    return found_town(db, SimulatedClock(SystemClock().now()), founded=True)


class Terminal:
    """A terminal at which somebody sits, with keys in the sockets."""

    def __init__(self, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
        self.town, self.capsys = town, capsys
        self.keys: list[KeyInTheSocket] = []
        self.pin = PIN
        self.whole = self.err = ""

    def put_in(self, *whose: str) -> None:
        """Put the keys of these people into the sockets."""
        with self.town.db.reading() as tx:
            rows = [of_person(tx, self.town.person_id(name))[-1] for name in whose]
        self.keys = [KeyInTheSocket(site="localhost", key_ids=(bytes(row["key_id"]),), pin=PIN) for row in rows]

    def __call__(self, *arguments: str) -> tuple[int, Any]:
        """Run a command; return its code and what it answered."""
        code = cli.main([*arguments, "--json"])
        said = self.capsys.readouterr()
        self.whole, self.err = said.err, " ".join(said.err.split())
        return code, json.loads(said.out)


@pytest.fixture
def terminal(
    town: Town,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    made = Terminal(town, capsys)
    for name, value in {"DATABASE": database_url, "DATA": str(tmp_path)}.items():
        monkeypatch.setenv(f"GARDEFOU_{name}", value)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(signing, "plugged_in", lambda: made.keys)
    monkeypatch.setattr(signing, "getpass", lambda _prompt: made.pin)
    return made


def renamed(town: Town, who: str = "reviewer 1") -> tuple[str, ...]:
    """Return the command that asks to rename the mayor."""
    named = ("--reason", "impersonation", "--post", str(town.posts["mayor"][0]), "--as", who)
    return ("propose", "account.rename", "mayor", "--set", "display_name=Nobody", *named)


def waiting(town: Town) -> list[State]:
    with town.db.reading() as tx:
        return [order.state for order in open_orders(tx)]


@pytest.mark.promise(3)
def test_a_key_in_the_socket_signs_what_was_shown_and_nothing_else(terminal: Terminal) -> None:
    town = terminal.town
    terminal.put_in("reviewer 1")
    code, proposed = terminal(*renamed(town))
    assert (code, proposed["state"]) == (OK, "waiting")
    for shown in ("Order digest: sha-256", "Subject: @mayor", "Nobody", "Touch the key"):
        assert shown in terminal.err
    terminal.put_in("reviewer 2")
    code, approved = terminal("approve", proposed["order"], "--as", "reviewer 2")
    assert (code, approved["state"]) == (OK, "waiting")  # Until those who are to be told have been.
    assert approved["verdict"]["verdict"] == "waiting"
    terminal.put_in("manager south")
    code, stopped = terminal("veto", proposed["order"], "--as", "manager south", "--why", "It is the mayor.")
    assert (code, stopped["state"]) == (OK, "void")
    with town.db.reading() as tx:
        tally = Tally()
        assert audit(tx, platform=EmbeddedPlatform(), tally=tally) is None
    assert tally.counts["valid"] == 3


def test_without_a_key_the_browser_signs_and_nobody_hears_of_it_before(terminal: Terminal) -> None:
    town = terminal.town
    code, drawn = terminal(*renamed(town))
    assert (code, drawn["state"]) == (OK, "to sign")
    assert "/desk/papers/" in drawn["url"]
    assert waiting(town) == []
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    code, told = terminal("approve", str(order.id), "--as", "reviewer 2")
    assert (code, told["state"]) == (FINDING, "waiting")
    assert told["url"].endswith(f"/desk/orders/{order.id}")
    assert town.read(order.id).version == order.version


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda one: setattr(one, "pin", "000000"), "that is not its PIN"),
        (lambda one: setattr(one, "pin", ""), "it wants its PIN"),
        (lambda one: one.put_in("reviewer 2"), "was not enrolled here by this person"),
        (lambda one: setattr(one.keys[0], "site", "elsewhere.example"), "was not enrolled here by this person"),
    ],
    ids=["wrong PIN", "no PIN", "somebody else's key", "a key for another site"],
)
def test_a_key_that_does_not_answer_says_why_and_the_browser_is_named(
    terminal: Terminal, prepare: Callable[[Terminal], None], why: str
) -> None:
    terminal.put_in("reviewer 1")
    prepare(terminal)
    code, drawn = terminal(*renamed(terminal.town))
    assert (code, drawn["state"]) == (OK, "to sign")
    assert why in terminal.err
    assert waiting(terminal.town) == []


@pytest.mark.promise(9)
def test_a_copied_key_is_refused_at_the_terminal_too_and_that_is_written_down(terminal: Terminal) -> None:
    town = terminal.town
    terminal.put_in("reviewer 1")
    order = terminal(*renamed(town))[1]["order"]
    terminal.put_in("reviewer 2")
    terminal.keys[0].counter = 40
    assert terminal("approve", order, "--as", "reviewer 2")[0] == OK
    # A copy of that key, made before it had counted so far.
    terminal.keys[0].counter = 11
    code, refused = terminal("veto", order, "--as", "reviewer 2")
    assert code == FINDING
    assert [one["code"] for one in refused["verdict"]["reasons"]] == ["needs-signature"]
    with town.db.reading() as tx:
        tried = next(iter(store.newest(tx, kind="attempt.refused"))).body["verdict"]["reasons"]
    assert tried[0]["fields"]["signature"] == "counter"


@pytest.mark.promise(3)
def test_a_comment_cannot_hide_what_is_signed(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by moving the cursor, nor by lines that look like ours, nor by turning the words round."""
    town = terminal.town
    hiding = "x\x1b[20A\x1b[J\x1bcAdd a shift\r\n  Act: shift.add \u202egnihton"
    terminal.put_in("reviewer 2")
    order = town.propose("reviewer 1", "account.hide", "mayor", comment="A comment.").order
    forged = replace(order, comment=hiding)
    monkeypatch.setattr(queries, "order", lambda *_, **__: forged)
    terminal("approve", str(order.id), "--as", "reviewer 2")
    said = terminal.whole
    assert "\x1b" not in said
    assert "\u202e" not in said
    lines = [line.strip() for line in said.splitlines()]
    shown = [line for line in lines if line.startswith("Act:")]
    assert shown == ["Act: account.hide, until lifted by hand"]
    assert lines.index(shown[0]) > next(place for place, line in enumerate(lines) if line.startswith("Comment:"))
