"""The last three people able to restore keep that alone when their engagement runs out, until an order ends them."""

from pathlib import Path

import pytest

from gardefou.app.doctor import examine
from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, to_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.events.actor import SETUP
from gardefou.guard.facts import Person
from gardefou.orders.lifecycle import State
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.staff import queries, sessions
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.errors import NotEngagedError
from gardefou.staff.keepers import keepers
from gardefou.storage import Database
from gardefou.watch.audit import audit
from tests.factories.staff import make_person
from tests.factories.town import STAFF, Town, found_town
from tests.integration.desk.conftest import Visit
from tests.integration.desk.conftest import visit as visit  # noqa: PLC0414  # a fixture of theirs, used here

#: Everybody of the town who could restore.
ABLE = [name for name, (role, *_) in STAFF.items() if role in ("agent", "reviewer", "duty manager")]


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A town that is not founded, so that whoever leaves simply leaves."""
    return found_town(db, clock)


def leave(town: Town, *names: str) -> None:
    """Let their engagements run out by their own date, an hour apart, and the clock with them."""
    with town.db.engine.begin() as connection:
        for place, name in enumerate(names, start=1):
            ends, who = town.now + place * HOUR, town.person_id(name)
            connection.exec_driver_sql(f"UPDATE engagement SET ends = {ends} WHERE person_id = {who}")
    town.clock.advance(len(names) * HOUR)


def kept(town: Town) -> set[str]:
    with town.db.reading() as tx:
        found = keepers(tx, town.now)
    return {name for name in town.people if town.person_id(name) in found}


def signed_in(town: Town, name: str) -> str:
    with town.db.transaction() as tx:
        who = town.person_id(name)
        link = sessions.make_link(tx, actor=SETUP, now=town.now, person_id=who)
        return sessions.sign_in(tx, now=town.now, token=link)


def alive(town: Town, token: str) -> bool:
    with town.db.reading() as tx:
        return sessions.person_of(tx, token, town.now) is not None


@pytest.mark.promise(7)
def test_those_who_left_last_fill_up_to_three_and_never_whom_somebody_ended(town: Town) -> None:
    *leaving, last, stays = ABLE
    leave(town, *leaving[:-1])
    assert kept(town) == set(), "three are engaged still"
    leave(town, leaving[-1])
    assert kept(town) == {leaving[-1]}
    leave(town, last)
    assert kept(town) == {leaving[-1], last}
    with town.db.transaction() as tx:
        end_engagement(tx, actor=SETUP, now=town.now, person_id=town.person_id(last))
    assert kept(town) == {leaving[-2], leaving[-1]}, "whoever was ended is passed over, and the next fills the place"
    with town.db.transaction() as tx:
        end_engagement(tx, actor=SETUP, now=town.now, person_id=town.person_id(stays))
    assert kept(town) == {leaving[-3], leaving[-2], leaving[-1]}


@pytest.mark.promise(7)
def test_an_auditor_or_administrator_who_left_keeps_nothing(db: Database, now: int) -> None:
    with db.transaction() as tx:
        for role in ("auditor", "administrator", None):
            make_person(tx, now, role=role, days_left=0)
        able = make_person(tx, now, role="agent", days_left=0)
    with db.reading() as tx:
        assert keepers(tx, now + HOUR - 1) == frozenset()
        assert keepers(tx, now + HOUR) == {able}


@pytest.mark.promise(7)
def test_they_restore_and_nothing_else(town: Town) -> None:
    done = town.until_executed("reviewer 1", "account.hide", "president")
    grave = town.until_executed("reviewer 1", "account.hide", "mayor", reason="severe")
    assert (done.state, grave.state) == (State.EXECUTED, State.EXECUTED)
    leave(town, *ABLE)
    one, two, three = kept(town)
    assert town.propose(one, "account.hide", "anna").order.state is State.REFUSED
    assert town.restore(one, "president").order.state is State.EXECUTED
    waiting = town.restore(one, "mayor").order
    assert waiting.state is State.WAITING, "what two hid as severe takes two to restore, whoever is left"
    assert town.approve(two, waiting.id).order.state is State.EXECUTED
    facts = town.read(waiting.id).facts
    assert facts["proposer"]["keeps_restore"] is True
    assert facts["proposer"]["engaged"] is False
    other = town.change("administrator", "tier.assign", town.accounts["anna"], tier="notable").order
    assert other.state is State.EXECUTED
    lower = town.change("administrator", "tier.assign", town.accounts["anna"], tier="ordinary").order
    assert "not-engaged" in {reason.fields.get("why") for reason in town.approve(three, lower.id).verdict.reasons}
    with town.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None, "every decision is made again on the facts recorded"


def test_the_doctor_names_them(town: Town, tmp_path: Path) -> None:
    house = house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock)
    assert "restorers" not in {check.name for check in examine(house)}
    leave(town, *ABLE[:-1])
    found = {check.name: check for check in examine(house)}["restorers"]
    assert found.state == "warning"
    assert all(name in found.words for name in kept(town))


@pytest.mark.promise(6)
@pytest.mark.promise(7)
def test_the_session_from_before_dies_and_one_from_after_opens_while_they_keep_it(town: Town) -> None:
    last = ABLE[-1]
    leave(town, *ABLE[:-1])
    before = signed_in(town, last)
    leave(town, last)
    assert not alive(town, before)
    after = signed_in(town, last)
    assert alive(town, after)
    with town.db.reading() as tx:
        me = sessions.person_of(tx, after, town.now)
        facts = queries.person_facts(tx, town.person_id(last), town.now)
    assert me is not None
    assert me.keeps_restore
    assert isinstance(facts, Person)
    assert (facts.engaged, facts.keeps_restore) == (False, True)
    town.clock.advance(MINUTE)
    with town.db.transaction() as tx:
        end_engagement(tx, actor=SETUP, now=town.now, person_id=town.person_id(last))
    assert not alive(town, after)
    with town.db.transaction() as tx, pytest.raises(NotEngagedError):
        sessions.make_link(tx, actor=SETUP, now=town.now, person_id=town.person_id(last))


@pytest.mark.promise(7)
def test_the_desk_shows_them_what_can_be_brought_back_and_opens_nothing_else(town: Town, visit: Visit) -> None:
    hidden = town.until_executed("reviewer 1", "account.hide", "president")
    leave(town, *ABLE)
    name = min(kept(town))
    browser = visit(name)
    page = browser.get("/desk/orders")
    assert page.status_code == 200
    assert "You are one of the last three people" in page.text
    for path in ("/desk", "/desk/people", "/desk/ledger", f"/desk/people/{town.person_id(name)}"):
        assert browser.get(path).headers["location"] == "/desk/orders"
    assert browser.post("/desk/changes", {"kind": "role.grant"}).status_code == 403
    assert browser.post(f"/desk/orders/{hidden.id}/restore").status_code in (200, 303)
    assert town.standing("president") == "active"


@pytest.mark.promise(6)
def test_notice_fixes_the_last_day_and_begins_the_last_days(db: Database, clock: SimulatedClock) -> None:
    town = found_town(db, clock, founded=True)
    who, ends = town.person_id("reviewer 1"), town.now + 10 * DAY
    wrong = {
        "before the first": to_iso(town.now - 500 * DAY),
        "is over already": to_iso(town.now - DAY),
    }
    for words, text in wrong.items():
        with pytest.raises(ChangeError, match=words):
            town.change("administrator", "person.notice", who, ends=text)
    assert town.propose("reviewer 1", "account.hide", "president").order.state is State.WAITING
    waiting = town.change("administrator", "person.notice", who, ends=to_iso(ends)).order
    assert town.approve("manager north", waiting.id).order.state is State.EXECUTED
    late = town.propose("reviewer 1", "account.limit", "president")
    assert "engagement-days-left" in {reason.code for reason in late.verdict.reasons}
    with pytest.raises(ChangeError, match="puts no last day off"):
        town.change("administrator", "person.notice", who, ends=to_iso(ends + DAY))
    told = town.read(waiting.id).change
    with pytest.raises(NothingToChangeError):
        town.change("administrator", "person.notice", who, **told)
    clock.advance(10 * DAY)
    with town.db.reading() as tx:
        facts = queries.person_facts(tx, who, town.now)
    assert facts is not None
    assert not facts.engaged
