"""The duty manager is told of a protected account's case once, not with each of ten thousand reports."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gardefou.app.house import House
from gardefou.app.protected_letter import tell_of_protected
from gardefou.app.worker import Worker
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.events.tables import event, outbox
from gardefou.reports import cases
from gardefou.reports.filing import filing
from gardefou.reports.intake import file_reports
from gardefou.reports.tables import reporter
from gardefou.storage import Tx
from tests.factories.accounts import make_account
from tests.factories.house import make_house
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_person


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    yield made
    made.close()


def letters(house: House) -> list[dict[str, str]]:
    with house.db.reading() as tx:
        wanted = select(outbox).where(outbox.c.key.startswith("protected:")).order_by(outbox.c.id)
        return [json.loads(row["body"]) for row in tx.all(wanted)]


def manager(tx: Tx, now: int, name: str, *, on_shift: bool = True, locale: str = "en") -> None:
    make_person(tx, now, name=name, role="duty manager", on_shift=on_shift, locale=locale, email=f"{name}@example.org")


@pytest.mark.promise(18)
def test_ten_thousand_reports_are_one_telling(house: House, clock: SimulatedClock) -> None:
    """And one more when it gets graver, and one when it is still open a day later."""
    with house.db.transaction() as tx:
        manager(tx, clock.now(), "north")
        account_id = make_account(tx, clock.now(), handle="president", followers=41_700_000)
    told = []
    for group in range(10):
        with house.db.transaction() as tx:
            more = [
                filing(
                    actor=Actor.visitor(f"v{group}-{n}"),
                    account_id=account_id,
                    category="hate" if group < 6 else "threats",
                    protected=True,
                )
                for n in range(1_000)
            ]
            (first, *_others) = file_reports(tx, now=clock.now(), filings=more)
        clock.advance(MINUTE)
        tell_of_protected(house, actor=CLOCK, now=clock.now())
        told.append(len(letters(house)))
    assert first is not None
    assert told == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2]
    clock.advance(DAY - HOUR)
    worker = Worker(house)
    worker.round()
    assert len(letters(house)) == 2
    clock.advance(HOUR)
    worker.round()
    found = letters(house)
    assert len(found) == 3
    assert [one["subject"] for one in found] == ["1 protected account is reported"] * 3
    assert "@president, 41.7 million followers: Hate speech, reported since" in found[0]["text"]
    assert f"/desk/cases/{first.case_id}" in found[0]["text"]
    assert "Threats" in found[1]["text"]
    with house.db.reading() as tx:
        kinds = [row["kind"] for row in tx.all(select(event.c.kind).where(event.c.kind == "case.told"))]
    assert len(kinds) == 3
    # Its ten thousand reporters are counted by the worker, once it is closed.
    with house.db.transaction() as tx:
        cases.close(tx, actor=CLOCK, now=clock.now(), case_id=first.case_id, outcome="rejected", version=2)
    for _ in range(6):
        worker.round()
    with house.db.reading() as tx:
        assert {(row["upheld"], row["rejected"]) for row in tx.all(select(reporter))} == {(0, 1)}


@pytest.mark.promise(18)
def test_many_protected_accounts_are_told_in_one_letter_to_each_manager_on_shift(
    house: House, clock: SimulatedClock
) -> None:
    now = clock.now()
    with house.db.transaction() as tx:
        manager(tx, now, "north")
        manager(tx, now, "sud", locale="fr")
        manager(tx, now, "asleep", on_shift=False)
        for _ in range(25):
            make_case(tx, now, protected=True)
        make_report(tx, now, make_account(tx, now))
    assert tell_of_protected(house, actor=CLOCK, now=now) == 25
    assert tell_of_protected(house, actor=CLOCK, now=now) == 0
    found = {one["to"]: one for one in letters(house)}
    assert set(found) == {"north@example.org", "sud@example.org"}
    assert found["north@example.org"]["subject"] == "25 protected accounts are reported"
    assert "- 5 more cases" in found["north@example.org"]["text"]
    assert found["sud@example.org"]["subject"] == "25 comptes protégés sont signalés"


def test_where_nobody_is_on_shift_every_duty_manager_is_told_and_without_one_it_waits(
    house: House, clock: SimulatedClock
) -> None:
    now = clock.now()
    with house.db.transaction() as tx:
        make_case(tx, now, protected=True)
    assert tell_of_protected(house, actor=CLOCK, now=now) == 0
    with house.db.transaction() as tx:
        manager(tx, now, "asleep", on_shift=False)
    assert tell_of_protected(house, actor=CLOCK, now=now) == 1
    assert [one["to"] for one in letters(house)] == ["asleep@example.org"]
