"""`gardefou token list`: which machines may come in, without anything that lets one in."""

import json
from pathlib import Path

import pytest

from gardefou.app import cli
from gardefou.clock import DAY, SimulatedClock, SystemClock, to_iso
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.collect_token import collect_token
from gardefou.staff.tokens import all_tokens
from gardefou.storage import Database
from tests.factories.town import found_town


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_token_is_listed_with_its_holder_and_its_end(
    db: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    town = found_town(db, SimulatedClock(SystemClock().now()), founded=True)
    asked = town.change(
        "administrator", "token.issue", HOUSE_ID, name="bot", scopes="read", ends=to_iso(town.now + DAY)
    ).order
    town.approve("manager north", asked.id)
    with db.transaction() as tx:
        token_id = all_tokens(tx)[0]["id"]
        secret = collect_token(tx, actor=town.people["administrator"], now=town.now, token_id=token_id)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GARDEFOU_DATABASE", database_url)
    monkeypatch.setenv("GARDEFOU_DATA", str(tmp_path))
    assert cli.main(["token", "list", "--json"]) == 0
    said = capsys.readouterr().out
    [one] = json.loads(said)
    assert (one["name"], one["scopes"], one["state"], one["holder"]) == ("bot", ["read"], "live", "administrator")
    assert cli.main(["token", "list"]) == 0
    shown = capsys.readouterr().out
    assert "bot" in shown
    assert secret not in said + shown
