"""What is published names nobody: the demo's whole story as tiles, searched for every word that its database holds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, select

from gardefou.accounts.tables import account
from gardefou.app.demo.build import open_demo
from gardefou.app.settings import Settings
from gardefou.clock import SimulatedClock
from gardefou.guard.facts import ROLES
from gardefou.incidents.tables import statement
from gardefou.ledger import store
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import publish
from gardefou.ledger.tables import opening
from gardefou.network.tables import net_account, net_post
from gardefou.orders.entries import refs_digest
from gardefou.orders.tables import orders, vote
from gardefou.reports.tables import macro, note, report
from gardefou.staff.tables import credential, person
from gardefou.storage import Database
from tests.factories.erased import TRACES, a_past, by_order
from tests.factories.reports import make_case
from tests.factories.town import found_town

#: What differs between the databases is below this, and is tested there on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KEY = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))
#: Every column that names somebody, or holds what somebody wrote.
TELLING: tuple[Column[str], ...] = (
    *(person.c.name, person.c.email, credential.c.label, credential.c.subject),
    *(account.c.handle, account.c.display_name, account.c.contact),
    *(net_account.c.handle, net_account.c.display_name, net_account.c.note, net_account.c.email),
    *(net_post.c.text, report.c.comment, orders.c.comment, vote.c.why, opening.c.content),
    *(note.c.text, macro.c.text_en, macro.c.text_fr),
    *(statement.c.text_en, statement.c.text_fr),
)
#: What a change says of somebody, or in somebody's words.
CHANGED = ("name", "email", "label", "why", "handle", "display_name", "text", "contact")
#: What is done to an account beside its standing, with words of its own.
DEEDS: dict[str, dict[str, str]] = {
    "account.rename": {"handle": "anna_of_the_quay", "display_name": "Anna of the Quay"},
    "account.contact": {"contact": "anna.new@owners.example"},
    "account.speak": {"text": "This account was taken over, and is its owner’s again."},
}
#: So short, or of such letters, that digests have it by chance: looked for as a value of its own only.
_BY_CHANCE = re.compile(r"[0-9a-f]*|.{1,4}", re.DOTALL)


def told(db: Database) -> set[str]:
    """Return every text of those columns, and each value of what orders change."""
    with db.reading() as tx:
        found = {
            str(value) for column in TELLING for row in tx.all(select(column).distinct()) for value in row.values()
        }
        changes = [json.loads(row["change"]) for row in tx.all(select(orders.c.change).where(orders.c.change != ""))]
    named = {text for change in changes for name, text in change.items() if name in CHANGED}
    return {text.strip() for text in found | named} - {"", "None"}


def spellings(text: str) -> Iterator[bytes]:
    """Yield every way in which a text could stand in what is published."""
    for one in {text, f"@{text}"}:
        quoted = {json.dumps(one, ensure_ascii=plain) for plain in (False, True)}
        # A long text stands for its beginning, which would be enough.
        whole = quoted if _BY_CHANCE.fullmatch(text) else {form[1:-1][:60] for form in quoted} | {one[:60]}
        yield from (form.casefold().encode() for form in whole)


def traces(folder: Path, texts: set[str]) -> list[str]:
    """Return those texts that can be found in what is published, in any spelling."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    published = b"\n".join(data.decode("utf-8", "replace").casefold().encode() for data in files)
    return sorted(text for text in texts if any(form in published for form in spellings(text)))


def seek(db: Database, folder: Path, *, entries: int) -> None:
    """Publish, and look for every text in what was published; then for one that stands there, which is found."""
    texts = told(db) - set(ROLES)
    with db.reading() as tx:
        assert publish(tx, folder=LedgerFolder(folder), signer=KEY) is not None
        assert store.head(tx).size > entries
    assert traces(folder, texts) == []
    (folder / "x").write_text(json.dumps({"why": max(texts, key=len)}), "utf-8")
    assert len(traces(folder, texts)) > 0


@pytest.mark.full
@pytest.mark.promise(14)
@pytest.mark.promise(15)
def test_the_public_tree_of_the_whole_demo_names_nobody(tmp_path: Path) -> None:
    house = open_demo(Settings(data=str(tmp_path / "demo")))
    try:
        seek(house.db, tmp_path / "tree", entries=20)
    finally:
        house.close()


@ON_SQLITE
@pytest.mark.promise(14)
@pytest.mark.promise(15)
def test_the_public_tree_of_a_town_with_a_rich_past_names_nobody(
    db: Database, clock: SimulatedClock, tmp_path: Path
) -> None:
    """Orders, refused attempts, words, keys, searches, deeds and reports, before an erasure and after."""
    town = found_town(db, clock, founded=True)
    with db.transaction() as tx:
        make_case(tx, town.now)
    one = a_past(town)
    for kind, change in DEEDS.items():
        town.propose("reviewer 1", kind, "anna", change=change, comment="The owner wrote to us from the hospital")
    texts = told(db)
    assert set(TRACES) <= texts
    seek(db, tmp_path / "tree", entries=50)
    by_order(town, "person.erase", one)
    (tmp_path / "tree" / "x").unlink()
    with db.reading() as tx:
        assert publish(tx, folder=LedgerFolder(tmp_path / "tree"), signer=KEY) is not None
    assert traces(tmp_path / "tree", texts - set(ROLES)) == []


@pytest.mark.promise(15)
def test_nobody_learns_what_was_pointed_at_by_trying_every_public_post(db: Database, clock: SimulatedClock) -> None:
    """The numbers and the texts of posts are public: a hash of them alone would name the account of each order."""
    town = found_town(db, clock)
    town.propose("agent", "account.hide", "anna")
    with db.reading() as tx:
        first = next(one for one in store.entries(tx) if one.kind == "order.executed" or "proposed_at" in one.body)
        row = tx.first(select(orders))
        assert row is not None
        said = store.open_(tx, [first.body["pointed_at"]])
    refs = json.loads(row["evidence"])
    assert json.loads(said[first.body["pointed_at"]]) == {"digest": row["evidence_digest"].hex(), "refs": refs}
    for guessed in (row["evidence_digest"].hex(), refs_digest(refs)):
        assert guessed.encode() not in first.content
