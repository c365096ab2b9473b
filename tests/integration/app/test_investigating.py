"""At the command line: who did what, put it all back, take a bundle out, verify it and continue from a signed head."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gardefou.app import cli
from gardefou.clock import HOUR, SimulatedClock, SystemClock, to_iso
from gardefou.ledger import store
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import publish
from gardefou.storage import Database
from tests.factories.town import Town, found_town

LOG = SecretKey(name="example.org/ledger", kind=ED25519, seed=bytes(32))
Run = Callable[..., tuple[int, Any]]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(db: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Return a town of today, in which the agent hid an account, and its data folder, published."""
    town = found_town(db, SimulatedClock(SystemClock().now()), founded=True)
    town.propose("agent", "account.hide", "anna")
    town.propose("contractor", "account.hide", "president")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GARDEFOU_DATABASE", database_url)
    monkeypatch.setenv("GARDEFOU_DATA", str(tmp_path))
    with db.reading() as tx:
        publish(tx, folder=LedgerFolder(tmp_path / "ledger"), signer=LOG)
    return town


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command and gives its exit code and its JSON."""

    def run(*command: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = cli.main([*command, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_who_is_asked_by_account_kind_rule_and_time(town: Town, run: Run) -> None:
    assert len(run("who", "anna")[1]["deeds"]) == 1
    [refused] = run("who", "--kind", "order.refused")[1]["deeds"]
    assert (refused["subject"], refused["name"]) == ("@president", "contractor")
    assert run("who", "president", "--rule", "silence-ordinary")[1]["deeds"] == []
    assert run("who", "anna", "--since", to_iso(town.now + HOUR))[1]["deeds"] == []
    for wrong in ([], ["--kind", "x"], ["--since", "x"], ["--person", "agent"]):
        assert run("who", *wrong)[0] == 2
    code, said = run("who", "--person", "agent", "--as", "auditor")
    assert (code, "two auditors" in said["error"]["message"]) == (2, True)


@pytest.mark.promise(7)
def test_everything_by_one_person_is_put_back(town: Town, run: Run) -> None:
    assert run("restore", "anna", "--everything-by", "agent", "--as", "reviewer 1")[0] == 2
    code, refused = run("restore", "--everything-by", "agent", "--as", "auditor")
    assert (code, [one["why"] for one in refused["left"]], refused["restored"]) == (1, ["refused"], [])
    code, done = run("restore", "--everything-by", "agent", "--as", "contractor", "--why", "all of it")
    assert (code, len(done["restored"]), done["left"]) == (0, 1, [])
    assert town.standing("anna") == "active"
    assert run("restore", "--everything-by", "agent", "--as", "contractor")[1]["restored"] == []


@pytest.mark.promise(14)
def test_a_bundle_is_taken_out_and_verified_and_only_with_names_an_entry(town: Town, run: Run, tmp_path: Path) -> None:
    key = ("--key", str(LOG.key))
    assert run("ledger", "export", "all.tar")[1]["openings"] == 0
    assert run("ledger", "export", "all.tar")[0] == 2, "what is there is not written over"
    assert run("ledger", "export", "named.tar", "--account", "anna", "--as", "agent")[0] == 2
    assert run("ledger", "export", "named.tar", "--account", "anna", "--as", "auditor")[1]["openings"] > 0
    assert (tmp_path / "named.tar").stat().st_mode & 0o077 == 0
    for name in ("all.tar", "named.tar"):
        code, report = run("ledger", "verify", "--bundle", name, *key)
        assert (code, report["clean"], report["finding"]) == (0, True, None)
    assert run("ledger", "verify", "--bundle", "all.tar")[0] == 2, "without a key nothing is proved"
    assert run("ledger", "verify", "--bundle", "none.tar", *key)[0] == 2
    with town.db.reading() as tx:
        assert len(list(store.newest(tx, kind="ledger.exported"))) == 1


@pytest.mark.promise(14)
def test_verify_holds_what_is_published_and_continues_from_it(town: Town, run: Run, tmp_path: Path) -> None:
    key = ("--key", str(LOG.key))
    (tmp_path / "head").write_bytes((tmp_path / "ledger" / "checkpoint").read_bytes())
    town.restore("agent", "anna")
    code, report = run("ledger", "verify", "--since", "head", *key)
    assert (code, report["clean"], report["since"]) == (0, True, report["published"]["size"])
    assert run("ledger", "verify", "--since", "head")[0] == 2, "a head counts under a key"
    assert run("ledger", "verify")[1]["published"] is None
    (tmp_path / "ledger" / "checkpoint").write_bytes(b"nothing\n\n")
    code, report = run("ledger", "verify", *key)
    assert (code, report["finding"]["code"]) == (1, "published-differs")
