"""Attacks on what guards the rest: puppets, powers of one's own, notices, the founding, imports, settings, the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from gardefou.accounts.queries import account, roster
from gardefou.app.doctor import examine
from gardefou.app.house import House, open_house
from gardefou.app.settings import Settings
from gardefou.app.worker import Worker
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, to_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.desk.session import COOKIE
from gardefou.errors import BadInputError
from gardefou.events import outbox
from gardefou.events.actor import SETUP, Actor
from gardefou.events.tables import outbox as outbox_table
from gardefou.orders import rulebook
from gardefou.orders.errors import ExecutionsStoppedError
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import propose
from gardefou.orders.queries import notices as told
from gardefou.orders.tables import orders
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.errors import PersonError
from gardefou.staff.queries import person_facts, person_row
from gardefou.storage.house import remember
from gardefou.watch.audit import audit
from tests.factories.guard import NONE_TEXT, SHIPPED_TEXT
from tests.factories.town import Town
from tests.integration.attacks.conftest import Run
from tests.integration.attacks.doors import agreed, refused, refused_at_the_desk, stop
from tests.integration.desk.conftest import Visit


def roles(town: Town, person_id: int) -> frozenset[str]:
    with town.db.reading() as tx:
        facts = person_facts(tx, person_id, town.now)
    return frozenset() if facts is None else facts.roles


@pytest.mark.promise(2)
@pytest.mark.promise(11)
def test_sock_puppet_enrolled_by_the_one_who_benefits(town: Town, run: Run, visit: Visit) -> None:
    """Nobody enrols alone; who was enrolled has no role; and a power takes three, of whom the puppet is none."""
    bond = {"employer": "House", "team": "South", "starts": to_iso(town.now)}
    given = {"name": "Puppet", "email": "puppet@example.org", **bond}
    for who in ("reviewer 1", "manager north", "agent"):
        refused(town, town.change(who, "person.enrol", 0, **given), "propose-role", "people")
        code, said = run("propose", "person.enrol", "--as", who, *[f"--set={name}={it}" for name, it in given.items()])
        assert (code, "Refused" in said) == (1, True)
        refused_at_the_desk(town, visit, who, "propose-role", "people", kind="person.enrol", subject_id=0, **given)
    enrolled = town.change("administrator", "person.enrol", 0, **given)
    puppet = enrolled.order.subject_id
    refused(town, town.approve("administrator", enrolled.order.id), "self-approval", "people")
    with town.db.reading() as tx:
        assert person_row(tx, puppet) is None
    assert agreed(town, enrolled, "manager north").state is State.EXECUTED
    town.people["puppet"] = Actor.person(puppet)
    assert roles(town, puppet) == frozenset()
    granted = town.change("administrator", "role.grant", puppet, role="reviewer")
    refused(town, town.approve("puppet", granted.order.id), "concerned", "powers")
    assert agreed(town, granted, "manager north").state is State.WAITING
    refused(town, town.approve("administrator", granted.order.id), "self-approval", "people")
    assert roles(town, puppet) == frozenset()
    refused(town, town.propose("puppet", "account.hide", "anna"), "propose-role", "silence-ordinary")


@pytest.mark.promise(11)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a4@example.org,b@evil.example"),
        ("email", "<a5@example.org> b@evil.example"),
        ("email", "a@example.org\r\nBcc: e@evil.example"),
        ("name", "x\r\nBcc: e@evil.example"),
        ("name", "reviewer\u200b 1"),
        ("name", "\u202e1 reweiver"),
        ("team", "North\u2060"),
        ("employer", "House\x1b[2K"),
    ],
)
def test_letters_led_elsewhere_or_a_name_that_looks_like_another(
    town: Town, run: Run, visit: Visit, field: str, value: str
) -> None:
    """Refused by the verb and at each door, before anybody is asked to sign it."""
    given = {"name": "New", "email": "new@example.org", "employer": "House", "team": "South"}
    given |= {"starts": to_iso(town.now), field: value}
    with pytest.raises(BadInputError, match=r"nobody sees|not an e-mail address"):
        town.change("administrator", "person.enrol", 0, **given)
    code, _said = run(
        "propose", "person.enrol", "--as", "administrator", *[f"--set={name}={it}" for name, it in given.items()]
    )
    assert code == 2
    answer = visit("administrator").post("/desk/orders", {"kind": "person.enrol", "subject_id": "0", **given})
    assert answer.status_code == 400
    with town.db.reading() as tx:
        assert tx.scalar(select(orders.c.id)) is None
    with pytest.raises(PersonError):
        _brought_in(town, given)


def _brought_in(town: Town, given: dict[str, str]) -> None:
    """Enrol and engage somebody as an import does."""
    by, now, employer, team = SETUP, town.now, given["employer"], given["team"]
    with town.db.transaction() as tx:
        person_id = enrol(tx, actor=by, now=now, name=given["name"], email=given["email"])
        engage(tx, actor=by, now=now, person_id=person_id, employer=employer, team=team, starts=now)


@pytest.mark.promise(11)
def test_role_granted_to_oneself(town: Town, run: Run, visit: Visit) -> None:
    """Neither proposed nor approved, by nobody, through no door; nor a shift, nor an engagement of one's own."""
    boss, manager = town.person_id("administrator"), town.person_id("manager north")
    refused(town, town.change("administrator", "role.grant", boss, role="reviewer"), "concerned", "powers")
    refused_at_the_desk(
        town, visit, "administrator", "concerned", "powers", kind="role.grant", subject_id=boss, role="reviewer"
    )
    code, said = run("propose", "role.grant", "administrator", "--set", "role=reviewer", "--as", "administrator")
    assert (code, "Refused" in said) == (1, True)
    Path("staff.csv").write_text(
        "name,email,employer,team,roles,starts\n"
        "administrator,administrator@example.org,House,South,administrator;reviewer,2016-01-01\n",
        "utf-8",
    )
    code, said = run("import", "staff", "staff.csv", "--as", "administrator")
    assert code == 1, said
    order_id = town.change("administrator", "role.grant", manager, role="reviewer").order.id
    refused(town, town.approve("manager north", order_id), "concerned", "powers")
    hours = {"starts": to_iso(town.now + 60 * DAY), "ends": to_iso(town.now + 61 * DAY)}
    refused(town, town.change("manager north", "shift.add", manager, **hours), "concerned", "rota")
    assert (roles(town, boss), roles(town, manager)) == (frozenset({"administrator"}), frozenset({"duty manager"}))


@pytest.mark.promise(13)
def test_notice_suppressed_by_filling_the_outbox(town: Town, clock: SimulatedClock) -> None:
    """A thousand letters before it, or a mail server that is gone: the hold does not begin while nobody was told."""
    with town.db.transaction() as tx:
        for number in range(1_000):
            outbox.enqueue(tx, now=town.now, topic="mail", key=f"spam:{number}", body={"to": "x@example.org"})
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    for who in ("reviewer 2", "manager south"):
        assert town.approve(who, order_id).order.state is State.WAITING
    clock.advance(HOUR)
    waiting = town.drive(order_id)
    assert waiting.state is State.WAITING
    assert "notices-pending" in [one.code for one in waiting.verdict.reasons]
    with town.db.reading() as tx:
        assert {row["accepted_at"] for row in told(tx, order_id)} == {None}
    clock.advance(HOUR)
    assert town.drive(order_id).ended_because == "expired"
    assert town.standing("president") == "active"


@pytest.mark.promise(11)
@pytest.mark.promise(13)
def test_notice_suppressed_by_changing_the_contact_first(town: Town, visit: Visit, run: Run) -> None:
    """Changing an owner's address is silence: it takes the people of hiding, and the address before is told first."""
    president, mine = town.accounts["president"], {"contact": "mine@example.org"}
    for who in ("agent", "manager north", "administrator"):
        refused(town, town.propose(who, "account.contact", "president", change=mine), "propose-role")
    form = {"kind": "account.contact", "subject_id": str(president), "reason": "hijacked", **mine}
    assert visit("administrator", accept="application/json").post("/desk/changes", json=form).status_code == 403
    asked = town.propose("reviewer 1", "account.contact", "president", change=mine).order
    with town.db.reading() as tx:
        assert [row["needed"] for row in told(tx, asked.id) if row["to_kind"] == "owner"] == [1]
    stop(town, "agent", asked.id)
    Path("accounts.csv").write_text("handle,email,followers\npresident,mine@example.org,1\n", "utf-8")
    assert run("import", "accounts", "accounts.csv")[0] == 0
    with town.db.reading() as tx:
        assert account(tx, president)["contact"] == "president@example.net"
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    with town.db.reading() as tx:
        assert [row["needed"] for row in told(tx, order_id) if row["to_kind"] == "owner"] == [1]


@pytest.mark.promise(11)
def test_init_run_again(town: Town, run: Run, tmp_path: Path) -> None:
    """Neither the founding nor the set-up is done twice, whatever rulebook the settings name by then."""
    with town.db.reading() as tx:
        before = rulebook.text_in_force(tx)
    code, said = run("init", "--close")
    assert (code, "founded already" in said) == (2, True)
    Path("other.toml").write_text(SHIPPED_TEXT.replace('hold = "10 min"', 'hold = "1 s"'), "utf-8")
    (tmp_path / "gardefou.toml").write_text('rulebook = "other.toml"\n', "utf-8")
    code, said = run("init")
    assert (code, "Already set up" in said) == (0, True)
    Path("other.toml").write_text(NONE_TEXT, "utf-8")
    assert run("init")[0] == 2
    with town.db.reading() as tx:
        assert rulebook.text_in_force(tx) == before


@pytest.mark.promise(10)
@pytest.mark.promise(11)
@pytest.mark.usefixtures("by_hand")
def test_init_run_again_on_a_house_that_forgot_who_made_it(town: Town, run: Run) -> None:
    """Behind the triggers somebody takes back who made the database: that opens no second founding, and is named."""
    with town.db.reading() as tx:
        before = rulebook.text_in_force(tx)
    behind_the_triggers(town, "DELETE FROM house WHERE key = 'made_by'")
    code, said = run("init")
    assert (code, "Already set up" in said) == (0, True)
    with town.db.reading() as tx:
        assert rulebook.text_in_force(tx) == before
        found = audit(tx, platform=EmbeddedPlatform())
    assert found is not None
    assert found.code == "house-renamed"


def behind_the_triggers(town: Town, statement: str) -> None:
    """Take the guards of the house's own facts down, and do it."""
    with town.db.engine.begin() as connection:
        if town.db.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE house DISABLE TRIGGER USER")
        else:
            for verb in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER house_guard_{verb}")
        connection.exec_driver_sql(statement)


@pytest.mark.promise(11)
def test_an_import_that_lowers(town: Town, run: Run) -> None:
    """Roster, numbers, roles and engagements: an import raises, proposes, or changes nothing; it takes nothing away."""
    files = {
        "roster": "handle,tier,office\npresident,notable,\nmayor,notable,\n",
        "accounts": "handle,followers\npresident,3\n",
        "staff": "name,email,employer,team,roles,starts,ends\n"
        "reviewer 1,reviewer.1@example.org,House,South,agent,2016-01-01,2017-11-02T19:30:00Z\n",
    }
    asks = {"roster": "administrator", "staff": "administrator"}
    for kind, content in files.items():
        Path(f"{kind}.csv").write_text(content, "utf-8")
        code, said = run("import", kind, f"{kind}.csv", *(["--as", asks[kind]] if kind in asks else []))
        assert code == 0, said
        if kind in asks:
            assert run("import", kind, f"{kind}.csv")[0] == 2  # Founded, it asks who proposes.
    with town.db.reading() as tx:
        line = roster(tx, town.accounts["president"])
        row = account(tx, town.accounts["president"])
        facts = person_facts(tx, town.person_id("reviewer 1"), town.now)
    assert line is not None
    assert facts is not None
    assert (line["tier"], row["followers"], row["peak_followers"]) == ("critical", 41_700_000, 41_700_000)
    assert (facts.roles, facts.team, facts.engaged) == (frozenset({"reviewer"}), "North", True)
    assert facts.engagement_days_left > 14


@pytest.mark.promise(11)
@pytest.mark.promise(13)
def test_settings_changed_and_server_restarted(town: Town, run: Run, tmp_path: Path, clock: SimulatedClock) -> None:
    """Notices pointed into the void: the worker starts, executes nothing but restores, and sends nothing there."""
    held = town.until_held()
    town.propose("agent", "account.hide", "anna", reason="spam")
    clock.advance(11 * MINUTE)
    for name, value in ELSEWHERE.items():
        with opened(town, tmp_path, **{name: value}) as house:
            Worker(house).round()
            assert house.settings_watch.look() == [name]
            assert [name in check.words for check in examine(house) if check.name == "agreed"] == [True]
            assert town.read(held.id).state is State.HELD
            with house.db.reading() as tx:
                tried = select(outbox_table.c.attempts).where(outbox_table.c.state == "queued")
                assert {row["attempts"] for row in tx.all(tried)} == {0}
            with pytest.raises(ExecutionsStoppedError), house.db.transaction() as tx:
                propose(
                    tx,
                    house.ports,
                    actor=town.people["agent"],
                    now=town.now,
                    kind="account.limit",
                    subject_id=town.accounts["anna"],
                    reason="spam",
                )
    (tmp_path / "gardefou.toml").write_text('smtp = "smtp://127.0.0.1:1"\n', "utf-8")
    code, said = run("restore", "anna", "--as", "agent")
    assert (code, town.standing("anna")) == (0, "active"), said
    (tmp_path / "gardefou.toml").unlink()
    with opened(town, tmp_path) as house:
        Worker(house).round()
    assert town.read(held.id).state is State.EXECUTED


#: What somebody writes into the file to keep a notice from those it is for, or to put themselves in between.
ELSEWHERE = {
    "smtp": "smtp://127.0.0.1:1",
    "mail_from": "x@example.org",
    "contest": "mine@example.org",
    "url": "https://elsewhere.example",
}


@contextmanager
def opened(town: Town, folder: Path, **settings: str) -> Iterator[House]:
    """Open the house as a program does that was started with these settings."""
    found = Settings(data=str(folder / "data"), database=town.db.engine.url.render_as_string(hide_password=False))
    house = open_house(msgspec.structs.replace(found, **settings), clock=town.clock)
    try:
        yield house
    finally:
        house.close()


@pytest.mark.promise(11)
def test_settings_changed_and_server_restarted_to_loosen_a_rule(town: Town, run: Run, tmp_path: Path) -> None:
    """No setting holds a rule: with another rulebook named, the same act is refused by its rule; none loosens one."""
    Path("none.toml").write_text(NONE_TEXT, "utf-8")
    (tmp_path / "gardefou.toml").write_text('rulebook = "none.toml"\nlog_level = "error"\n', "utf-8")
    code, said = run("propose", "roster.remove", "president", "--as", "agent")
    assert (code, "Refused" in said) == (1, True)
    with town.db.reading() as tx:
        assert rulebook.text_in_force(tx)[1] == SHIPPED_TEXT
    for setting in ("hold", "n", "executions_stopped", "require_approval", "founded"):
        (tmp_path / "gardefou.toml").write_text(f'{setting} = "0"\n', "utf-8")
        code, said = run("propose", "roster.remove", "president", "--as", "agent")
        assert (code, "no such setting" in said) == (3, True)


@pytest.mark.promise(11)
def test_demo_mode_on_a_real_database(town: Town, run: Run, visit: Visit) -> None:
    """The demo opens no house that it has not made, and the doors through which one becomes anybody are not there."""
    for command in (("demo", "--build-only"), ("demo", "people")):
        code, said = run(*command)
        assert (code, "not made by the demo" in said) == (3, True)
    browser = visit()
    # Without the demo's doors "/demo" is but a handle that nobody has.
    assert browser.get("/demo").status_code == 404
    assert browser.post(f"/demo/as/{town.person_id('reviewer 1')}").status_code in (404, 405)
    assert COOKIE not in browser.cookies


@pytest.mark.promise(10)
@pytest.mark.promise(11)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE house SET value = 'demo' WHERE key = 'made_by'",
        "DELETE FROM house WHERE key = 'made_by'",
        "UPDATE house SET key = 'made_by' WHERE key = 'other'",
        "INSERT INTO house VALUES ('made_by', 'demo')",
    ],
)
def test_demo_mode_on_a_real_database_by_raw_sql(town: Town, statement: str) -> None:
    """Once a house is founded, the database lets nobody say that the demo made it."""
    with town.db.transaction() as tx:
        remember(tx, key="other", value="demo")
    with pytest.raises(DBAPIError, match="founded once"), town.db.transaction() as tx:
        tx.execute(text(statement))


@pytest.mark.promise(11)
@pytest.mark.usefixtures("by_hand")
def test_demo_mode_on_a_real_database_behind_the_triggers(town: Town, run: Run) -> None:
    """With the triggers taken down first, the record's word counts: it stays a house; doctor and verify say so."""
    behind_the_triggers(town, "UPDATE house SET value = 'demo' WHERE key = 'made_by'")
    for command in (("demo", "--build-only"), ("demo", "people")):
        code, said = run(*command)
        assert (code, "not made by the demo" in said) == (3, True)
    assert "behind the house" in run("doctor")[1]
    assert "Who made the database" in run("ledger", "verify")[1]
