"""Changing a safeguard at the desk: what it needs is read first, an order is proposed, others sign it (promise 11)."""

import re

import pytest
from sqlalchemy import func, select

from gardefou.app.house import proved
from gardefou.app.shown_settings import spell
from gardefou.clock import DAY, MINUTE, SimulatedClock
from gardefou.desk.rulebook_page import LONGEST
from gardefou.incidents.queries import open_incidents_naming
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.tables import orders, rulebook
from gardefou.safeguards.plugs import safeguards
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.queries import person, person_by_name
from gardefou.storage import Database
from tests.factories.town import RULEBOOKS, Town, found_town, town_ports
from tests.integration.desk.conftest import Browser, Visit

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EVERYBODY = ("agent", "reviewer 1", "manager south", "auditor", "administrator")
SHIPPED = (RULEBOOKS / "shipped.toml").read_text("utf-8")
SHORTER = SHIPPED.replace('hold = "24 h"', 'hold = "12 h"')
#: A shift is added by more people than there are.
CROWD = SHIPPED.replace(
    'approve = [ { n = 1, role = ["duty manager", "administrator"] } ]',
    'approve = [ { n = 5, role = ["duty manager", "administrator"] } ]',
)
#: An administrator alone replaces the rulebook, after a wait.
ALONE = re.sub(r'(kind = \["rulebook.replace".*?)approve = .*?\n', r"\1", SHIPPED, flags=re.DOTALL)


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town, whose clock proves rulebooks as the house does."""
    guarded = safeguards(proved, spell, open_incidents_naming)
    effects = {**town_ports().effects, **guarded}
    return found_town(db, clock, founded=True, changes=guarded, effects=effects)


def change(browser: Browser, kind: str, subject_id: int = 0, **fields: str) -> str:
    """Press a form's button, and return where it leads."""
    answer = browser.post("/desk/changes", {"kind": kind, "subject_id": str(subject_id), **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def sign(browser: Browser, path: str) -> None:
    """Read an order, then sign what was read."""
    page = browser.get(path).text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest, page
    assert browser.post(f"{path}/approve", {"digest": digest[1]}).status_code == 303


def at(town: Town, path: str) -> Order:
    return town.read(int(path.rsplit("/", 1)[1]))


def written(town: Town) -> int:
    with town.db.reading() as tx:
        return int(tx.scalar(select(func.count()).select_from(orders)))


def kept(town: Town) -> int:
    with town.db.reading() as tx:
        return int(tx.scalar(select(func.count()).select_from(rulebook)))


@pytest.mark.promise(11)
def test_a_role_is_granted_once_the_people_it_names_have_signed(town: Town, visit: Visit) -> None:
    agent = town.person_id("agent")
    form = visit("administrator").get(f"/desk/people/{agent}").text
    assert "Needs: 1 duty manager, 1 reviewer" in form
    path = change(visit("administrator"), "role.grant", agent, role="reviewer", comment="She passed the test.")
    page = visit("manager south").get(path).text
    assert "Grant a role to agent" in page
    assert "What it would change" in page
    assert "She passed the test." in page
    inside = page[page.index("<main") : page.index("</main>")]
    assert "the page" not in inside
    assert "followers" not in inside
    sign(visit("manager south"), path)
    assert at(town, path).state is State.WAITING
    sign(visit("reviewer south"), path)
    assert at(town, path).state is State.EXECUTED
    page = visit("auditor").get(f"/desk/people/{agent}").text
    assert f'<a href="{path}">the order that gave it</a>' in page
    assert "at the founding" in page
    done = visit("auditor").get(path).text
    assert "What it changed" in done
    assert "In effect" in done


def test_who_may_not_propose_it_reads_why_and_has_no_button(town: Town, visit: Visit) -> None:
    reviewer = town.person_id("reviewer 2")
    page = visit("agent").get(f"/desk/people/{reviewer}").text
    assert "Only an administrator" in page
    assert 'value="role.grant"' not in page
    path = change(visit("agent"), "role.grant", reviewer, role="administrator")
    assert path.startswith("/desk/refused/")
    refusal = visit("agent").get(path).text
    assert "Nothing has changed." in refusal
    assert "Grant a role" in refusal
    assert "reviewer 2" in refusal
    assert "/desk/who/" not in refusal
    assert at(town, path).state is State.REFUSED


@pytest.mark.promise(11)
def test_nobody_proposes_what_raises_their_own_rights(town: Town, visit: Visit) -> None:
    mine = town.person_id("administrator")
    page = visit("administrator").get(f"/desk/people/{mine}").text
    assert 'value="role.grant"' not in page
    assert 'value="shift.add"' not in page
    assert 'value="role.take"' in page
    other = visit("administrator").get(f"/desk/people/{town.person_id('agent')}").text
    assert 'value="role.grant"' in other
    path = change(visit("administrator"), "role.grant", mine, role="reviewer")
    assert at(town, path).state is State.REFUSED


def test_somebody_is_enrolled_engaged_put_on_shift_and_ended(town: Town, visit: Visit, clock: SimulatedClock) -> None:
    admin, manager = visit("administrator"), visit("manager north")
    who = {"name": "Reviewer 9", "email": "nine@example.org", "employer": "House", "team": "North"}
    assert "Needs: 1 duty manager" in admin.get("/desk/people/new").text
    path = change(admin, "person.enrol", 0, **who, locale="fr", starts="2017-11-02T08:00", ends="")
    assert "Enrol Reviewer 9" in visit("auditor").get("/desk/people").text
    sign(manager, path)
    with town.db.reading() as tx:
        row = person_by_name(tx, "Reviewer 9")
        assert row is not None
        found = person(tx, int(row["id"]), town.now)
    assert found is not None
    assert (found.locale, found.team, found.engaged) == ("fr", "North", True)
    begins, ends = "2017-11-02T20:00", "2017-11-03T04:00"
    sign(manager, change(admin, "shift.add", found.id, starts=begins, ends=ends))
    page = admin.get(f"/desk/people/{found.id}").text
    assert "2 Nov 2017, 20:00 UTC to 3 Nov 2017, 04:00 UTC" in page.replace("\u00a0", " ")
    assert "another can begin once this one is ended" in page
    shift = re.search(r'name="starts" value="([^"]+)"', page)
    assert shift
    sign(manager, change(admin, "shift.remove", found.id, starts=shift[1]))
    assert "No shift is set" in admin.get(f"/desk/people/{found.id}").text
    sign(manager, change(admin, "person.end", found.id))
    assert "Not engaged now" in admin.get(f"/desk/people/{found.id}").text
    clock.advance(MINUTE)
    again = change(admin, "person.engage", found.id, employer="House", team="South", starts="2017-11-05T08:00")
    assert "Engage Reviewer 9" in admin.get(again).text


def test_what_was_typed_is_not_lost_when_one_field_is_wrong(town: Town, visit: Visit) -> None:
    before = written(town)
    who = {
        "name": "agent",
        "email": "new@example.org",
        "employer": "House",
        "team": "Nord",
        "starts": "2017-11-02T08:00",
    }
    answer = visit("administrator", language="fr").post("/desk/changes", {"kind": "person.enrol", **who})
    assert answer.status_code == 400
    assert "Quelqu’un porte déjà ce nom" in answer.text
    assert 'value="new@example.org"' in answer.text
    assert 'value="2017-11-02T08:00"' in answer.text
    assert written(town) == before


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("shift.add", {"starts": "tomorrow", "ends": "2017-11-03T04:00"}, "is not a date and time"),
        ("shift.add", {"starts": "0001-01-01T00:00+14:00", "ends": "9999-12-31T23:59-14:00"}, "is not a date and time"),
        ("shift.add", {"starts": "2017-11-03T04:00", "ends": "2017-11-03T03:00"}, "before it begins"),
        ("role.grant", {"role": "king"}, "king"),
        ("account.hide", {}, "is not changed here"),
        ("rulebook.replace", {"digest": "00"}, "is not changed here"),
    ],
)
def test_what_cannot_be_read_is_said_and_writes_nothing(
    town: Town, visit: Visit, kind: str, fields: dict[str, str], words: str
) -> None:
    before = written(town)
    data = {"kind": kind, "subject_id": str(town.person_id("agent")), **fields}
    answer = visit("administrator").post("/desk/changes", data)
    assert answer.status_code == 400
    assert words in answer.text
    assert written(town) == before


def test_an_open_order_stands_on_top_of_the_person_and_in_place_of_its_form(town: Town, visit: Visit) -> None:
    agent = town.person_id("agent")
    path = change(visit("administrator"), "role.grant", agent, role="auditor")
    listed = visit("auditor").get("/desk/people?q=AGENT").text
    assert listed.index(f"/desk/people/{agent}") < listed.index(path)
    assert "reviewer 1" not in listed
    page = visit("administrator").get(f"/desk/people/{agent}").text
    assert "An order to do this is open." in page
    assert 'value="role.grant"' not in page
    assert "Nobody here is called that." in visit("auditor").get("/desk/people?q=nobody").text


@pytest.mark.promise(11)
def test_a_tier_is_raised_by_one_person_and_lowered_by_more(town: Town, visit: Visit) -> None:
    reviewer, anna = visit("reviewer 1"), town.accounts["anna"]
    assert "You alone, at once" in reviewer.get("/desk/who/anna").text
    path = change(reviewer, "tier.assign", anna, tier="critical")
    assert at(town, path).state is State.EXECUTED
    page = reviewer.get("/desk/who/anna").text
    assert "Assigned by an order." in page
    assert "held 1 h" in page
    assert at(town, change(reviewer, "tier.assign", anna, tier="ordinary")).state is State.WAITING
    entered = change(reviewer, "roster.enter", anna, tier="critical", source="the list", office="city")
    assert at(town, entered).state is State.EXECUTED
    assert "the list" in reviewer.get("/desk/who/anna").text
    removed = change(reviewer, "roster.remove", anna)
    assert at(town, removed).state is State.WAITING
    assert "from the roster" in reviewer.get(removed).text
    assert 'value="roster.remove"' not in visit("agent").get("/desk/who/anna").text


@pytest.mark.promise(11)
def test_another_rulebook_is_proposed_and_who_signs_reads_what_changes(
    town: Town, visit: Visit, clock: SimulatedClock
) -> None:
    admin = visit("administrator")
    assert "Needs: 1 reviewer, 1 duty manager of another team, held 1 d" in admin.get("/desk/rules").text.replace(
        "24 h", "1 d"
    )
    answer = admin.post("/desk/rules/new", {"text": SHORTER.replace("\n", "\r\n"), "comment": "Shorter."})
    assert answer.status_code == 303, answer.text
    path = str(answer.headers["location"])
    page = visit("reviewer south").get(path).text
    assert "What would need less" in page
    assert "waited 24 h, now 12 h" in page
    assert "Read what would change" in visit("auditor").get("/desk/rules").text
    town.tell_everyone(at(town, path).id)
    sign(visit("reviewer south"), path)
    sign(visit("manager north"), path)
    clock.advance(DAY)
    assert town.drive(at(town, path).id).state is State.EXECUTED
    rules = visit("auditor").get("/desk/rules").text
    record = visit("auditor").get("/desk/ledger").text
    assert "Took effect: replace the rulebook" in record
    assert "A rulebook came into force" in record
    assert "The house was founded" in record
    assert path in rules
    assert "3 Nov 2017" in rules.replace("\u00a0", " ")
    assert at(town, path).change["proof"][:4] in rules


def test_a_file_is_proposed_as_it_is(town: Town, visit: Visit) -> None:
    files = {"file": ("rules.toml", SHORTER.encode(), "application/toml")}
    answer = visit("administrator").post("/desk/rules/new", {"text": "not this"}, files=files)
    assert answer.status_code == 303, answer.text
    with town.db.reading() as tx:
        assert SHORTER in [row["text"] for row in tx.all(select(rulebook.c.text))]


@pytest.mark.promise(11)
def test_a_rulebook_that_is_not_proved_shows_the_way_in_and_is_not_kept(town: Town, visit: Visit) -> None:
    assert ALONE != SHIPPED
    before = kept(town), written(town)
    answer = visit("administrator").post("/desk/rules/new", {"text": ALONE})
    assert answer.status_code == 400
    assert "This rulebook is not proved." in answer.text
    assert re.search(r"<ol class=\"steps\"[^>]*><li>A \(administrator\) proposes replacing the rulebook", answer.text)
    assert "From now on the rules are theirs." in answer.text
    assert (kept(town), written(town)) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "rulebook"),
        ("", "choose a file"),
        (SHIPPED, "in force already"),
        (CROWD, "Nobody here could ever satisfy"),
        ("#" * (LONGEST + 1), "longer than 512 KB"),
    ],
)
def test_a_rulebook_that_cannot_be_used_is_said_so_in_full(town: Town, visit: Visit, text: str, words: str) -> None:
    before = kept(town), written(town)
    answer = visit("administrator").post("/desk/rules/new", {"text": text}, files={"comment": (None, "")})
    assert answer.status_code == 400
    assert words in answer.text
    assert (kept(town), written(town)) == before


@pytest.mark.parametrize("path", ["/desk/changes", "/desk/rules/new"])
def test_a_form_from_elsewhere_proposes_nothing(town: Town, visit: Visit, path: str) -> None:
    before = written(town)
    data = {"kind": "person.end", "subject_id": str(town.person_id("agent")), "text": SHORTER}
    assert visit("administrator").post(path, data, forged=True).status_code == 403
    assert visit("administrator").post(path, data, forged=True, files={"text": (None, SHORTER)}).status_code == 403
    assert written(town) == before


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_answers_for_every_role_and_keeps_to_the_strict_policy(
    town: Town, visit: Visit, language: str
) -> None:
    admin, agent = visit("administrator"), town.person_id("agent")
    orders_made = [
        change(admin, "role.grant", agent, role="reviewer"),
        change(admin, "person.end", agent),
        change(visit("agent"), "shift.add", agent, starts="2018-01-02T20:00", ends="2018-01-03T20:00"),
        str(admin.post("/desk/rules/new", {"text": SHORTER}).headers["location"]),
    ]
    alerts = [path.replace("orders", "alert") for path in orders_made]
    for who in EVERYBODY:
        browser = visit(who, language=language)
        for path in ("/desk/people", "/desk/people/new", f"/desk/people/{agent}", "/desk/rules", "/desk/rules/new",
                     "/desk/who/president", "/desk/orders", "/desk/ledger", *orders_made, *alerts):  # fmt: skip
            page = browser.get(path, follow_redirects=True)
            assert page.status_code == 200, (who, path)
            assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page.text), path
            assert len(re.findall(r"<h1\b", page.text)) == 1, path
        assert visit("agent").get("/desk/people/1").status_code == 404


def test_people_stand_in_the_menu_of_those_who_may_propose_about_them(visit: Visit) -> None:
    for who, shown in {"administrator": True, "manager south": True, "reviewer 1": True, "agent": False}.items():
        assert ('<a href="/desk/people">People</a>' in visit(who).get("/desk/ledger").text) is shown


def test_a_program_gets_the_verdict_as_json(town: Town, visit: Visit) -> None:
    browser = visit("administrator", accept="application/json")
    body = {"kind": "role.grant", "subject_id": str(town.person_id("agent")), "role": "auditor"}
    answer = browser.post("/desk/changes", json=body)
    assert (answer.status_code, answer.json()["verdict"]) == (202, "waiting")
    refused = browser.post("/desk/rules/new", json={"text": ALONE})
    assert (refused.status_code, refused.json()["code"]) == (400, "rulebook")


@pytest.mark.promise(11)
def test_a_guarded_setting_is_read_and_changed_below_the_rules(visit: Visit, town: Town) -> None:
    page = visit("administrator").get("/desk/rules").text
    assert 'mail_from = "Garde-fou &lt;garde-fou@localhost&gt;"' in page
    assert 'value="contest"' in page
    where = change(visit("administrator"), "setting.change", HOUSE_ID, name="contest", value="appeals@house.example")
    order = town.read(int(where.rsplit("/", 1)[1]))
    assert (order.state, order.change["value"]) == (State.WAITING, "appeals@house.example")
    shown = visit("reviewer south").get(where).text
    assert "appeals@house.example" in shown
    assert "An order to do this is open." in visit("administrator").get("/desk/rules").text
    form = {"kind": "setting.change", "subject_id": str(HOUSE_ID), "name": "log", "value": "json"}
    answer = visit("administrator", accept="application/json").post("/desk/changes", form)
    assert (answer.status_code, "no setting that is guarded" in answer.text) == (400, True)


@pytest.mark.promise(1)
def test_the_page_of_an_account_says_what_it_reached_and_that_it_stays(town: Town, visit: Visit) -> None:
    page = visit("agent").get("/desk/who/president").text
    assert "Highest tier reached" in page
    assert "It reached 41.7 million followers on 2 November 2017; its tier falls only by an order." in page
    assert "Highest tier reached" not in visit("agent").get("/desk/who/anna").text
