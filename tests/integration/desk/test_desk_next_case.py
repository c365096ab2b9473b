"""The next case with one button; who else looks at it; what a page that was stale is told; whom it is too near to."""

import asyncio
import re
import threading
import time

import pytest
from sqlalchemy import select

from gardefou.clock import Micros, SimulatedClock
from gardefou.desk.hatch import Hatch
from gardefou.desk.live import messages
from gardefou.desk.looking import Looking
from gardefou.desk.still_in import StillIn
from gardefou.events import Actor
from gardefou.events.stream import Fanout
from gardefou.network.queries import all_followed
from gardefou.reports import cases, presence
from gardefou.reports import queries as reports
from gardefou.reports.errors import WorkerError
from gardefou.reports.leases import Lease
from gardefou.reports.tables import cases as cases_table
from gardefou.reports.tables import lease
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Database
from tests.factories.racing import race, until_somebody_waits
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit, version_in
from tests.integration.desk.test_desk_decisions import report


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([\d.]+)"', page)
    assert found
    return found[1]


def test_one_button_opens_the_next_case_and_says_so_where_none_is_free(town: Town, visit: Visit) -> None:
    case_id, agent = report(town, "anna"), visit("agent")
    assert 'action="/desk/next"' in agent.get("/desk").text
    taken = agent.post("/desk/next")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/desk/cases/{case_id}")
    with town.db.reading() as tx:
        held = reports.holder(tx, case_id, town.now)
    assert held is not None
    assert held.person_id == town.person_id("agent")
    none = agent.post("/desk/next", {"language": "fr"}).headers["location"]
    assert none == "/desk?language=fr&none_free=1"
    assert "No case is free for you now" in agent.get(none).text
    assert "No case is free for you now" not in agent.get("/desk").text


@pytest.mark.promise(17)
def test_many_at_the_hatch_are_served_in_lots_and_no_case_goes_to_two(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        made = [make_case(tx, now + number, protected=number % 10 == 0) for number in range(60)]
        agents = [make_actor(tx, now) for _ in range(40)]
        reviewer, auditor = make_actor(tx, now, role="reviewer"), make_actor(tx, now, role="auditor")
    hatch = Hatch(db, SimulatedClock(now), all_followed)
    answers = race(*[lambda one=one: hatch.take(actor=one) for one in (*agents, reviewer, auditor)])
    hatch.close()
    refused = [one for one in answers if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [WorkerError]
    given = {one.case_id: one.person_id for one in answers if isinstance(one, Lease)}
    ordinary = [case_id for number, case_id in enumerate(made) if number % 10]
    assert sorted(given) == sorted([*ordinary[:40], made[0]])
    assert given[made[0]] == reviewer.person_id
    with db.reading() as tx:
        assert {int(row["case_id"]): int(row["person_id"]) for row in tx.all(select(lease))} == given


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite writes one thing at a time.
def test_a_case_on_which_a_report_comes_in_is_given_out_at_the_hatch_too(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        stormy, quiet, agents = make_case(tx, now), make_case(tx, now + 1), [make_actor(tx, now) for _ in range(2)]
    hatch = Hatch(db, SimulatedClock(now), all_followed)

    coming = threading.Event()

    def storm() -> None:
        with db.transaction() as tx:
            tx.first(select(cases_table).where(cases_table.c.id == stormy).with_for_update())
            coming.set()
            until_somebody_waits(tx)

    def ask(agent: Actor) -> int:
        coming.wait(10)
        found = hatch.take(actor=agent)
        return 0 if found is None else found.case_id

    brought = race(storm, *[lambda one=one: ask(one) for one in agents])
    hatch.close()
    assert sorted(one for one in brought if isinstance(one, int)) == [stormy, quiet]


def test_whoever_does_not_work_on_cases_has_no_such_button(town: Town, visit: Visit) -> None:
    report(town, "anna")
    auditor = visit("auditor")
    assert "/desk/next" not in auditor.get("/desk").text
    answer = auditor.post("/desk/next")
    assert answer.status_code == 403
    assert "your roles do not" in answer.text


def test_a_case_says_who_else_looks_and_the_part_fetched_again_equals_the_page(town: Town, visit: Visit) -> None:
    case_id, agent = report(town, "anna"), visit("agent")
    assert "looking" not in agent.get(f"/desk/cases/{case_id}").text
    names = ["reviewer 1", "reviewer 2", "manager north", "auditor"]
    for count, name in enumerate(names, start=1):
        with town.db.transaction() as tx:
            presence.arrive(tx, actor=town.people[name], now=town.now, case_id=case_id)
        page = agent.get(f"/desk/cases/{case_id}").text
        part = agent.get(f"/desk/cases/{case_id}/presence").text
        assert part.strip() in page
        said = {1: "reviewer 1 is looking too", 4: "4 others are looking"}.get(count, "are looking too")
        assert said in part
        assert "/desk/stream?after=" in page
        assert f"&amp;case={case_id}" in page


def test_a_stream_says_that_its_page_is_open_until_it_ends(town: Town) -> None:
    case_id = report(town, "anna")
    with town.db.transaction() as tx:
        link = make_link(tx, actor=town.people["agent"], now=town.now, person_id=town.person_id("agent"))
        token = sign_in(tx, now=town.now, token=link)
    fanout = Fanout(town.db)
    fanout.start()

    async def story() -> None:
        looking = Looking(town.db, town.clock, town.people["agent"], case_id)
        stream = messages(
            town.clock, fanout, StillIn(town.db, town.clock), token=token, after=fanout.last, looking=looking
        )
        async with asyncio.timeout(5):
            async for message in stream:
                if message.event == "stir":
                    assert f"presence:{case_id}" in str(message.data)
                    break
        assert _lookers(town.db, case_id, town.now) == ("agent",)
        await stream.aclose()

    asyncio.run(story())
    until = time.monotonic() + 5
    while _lookers(town.db, case_id, town.now) and time.monotonic() < until:
        time.sleep(0.02)
    assert _lookers(town.db, case_id, town.now) == ()
    fanout.stop()


def _lookers(db: Database, case_id: int, now: int) -> tuple[str, ...]:
    with db.reading() as tx:
        return presence.lookers(tx, case_id=case_id, now=now, but=0).names


@pytest.mark.promise(20)
def test_a_stale_page_reads_in_one_line_what_has_changed(town: Town, visit: Visit) -> None:
    case_id, agent = report(town, "anna", category="spam"), visit("agent", accept="application/json")
    page = visit("agent").get(f"/desk/cases/{case_id}").text
    report(town, "anna", category="threats", by="another")
    data = {"version": version_in(page), "seen": seen_in(page)}
    for path, more in (
        (f"/desk/cases/{case_id}/close", {}),
        (f"/desk/cases/{case_id}/hand", {}),
        ("/desk/orders", {"case_id": str(case_id), "kind": "account.hide", "reason": "spam"}),
    ):
        answer = agent.post(path, {**data, **more})
        assert answer.status_code == 409
        assert answer.json()["code"] == "case_changed"
        assert answer.json()["detail"] == (
            "This case has changed since you looked: a graver complaint has come, 1 more report has come. Look again."
        )
    without = agent.post("/desk/orders", {"case_id": str(case_id), "kind": "account.hide", "reason": "spam"})
    assert (without.status_code, without.json()["detail"]) == (400, "“version” is missing.")


def test_proposing_takes_the_hold_of_a_case_that_is_free_and_lets_go_of_it_where_it_waits_for_the_order(
    town: Town, visit: Visit
) -> None:
    case_id = report(town, "president")
    for name in ("agent", "reviewer 1"):
        browser = visit(name)
        page = browser.get(f"/desk/cases/{case_id}").text
        browser.post(f"/desk/cases/{case_id}/return")
        data = {"case_id": str(case_id), "version": version_in(page), "kind": "account.hide", "reason": "spam"}
        assert browser.post("/desk/orders", data).status_code == 303
        with town.db.reading() as tx:
            held = reports.holder(tx, case_id, town.now)
        assert held is None, "an agent is refused, and holds nothing; with the reviewer's order the case waits"


def test_whoever_may_no_longer_decide_a_case_reads_nowhere_that_they_hold_it(town: Town, visit: Visit) -> None:
    case_id, agent = report(town, "anna"), visit("agent")
    assert "<b>You</b> hold this case" in agent.get(f"/desk/cases/{case_id}").text
    with town.db.transaction() as tx:
        account_id = reports.case(tx, case_id).account_id
        make_report(tx, town.now, account_id, protected=True)
    page = agent.get(f"/desk/cases/{case_id}").text
    assert "This case is for reviewers" in page
    assert "<b>You</b> hold this case" not in page
    order = town.change("administrator", "person.offer", town.person_id("reviewer 1"), employers="@anna").order
    reviewer, other = visit("reviewer 1"), visit("reviewer 2")
    assert "<b>You</b> hold this case" in reviewer.get(f"/desk/cases/{case_id}").text
    town.approve("manager north", order.id)
    page = reviewer.get(f"/desk/cases/{case_id}").text
    assert "somebody else decides it" in page
    assert "<b>You</b> hold this case" not in page
    assert "<b>You</b> hold this case" in other.get(f"/desk/cases/{case_id}").text


def test_a_case_too_near_is_read_without_a_hold_and_not_decided(town: Town, visit: Visit) -> None:
    order = town.change("administrator", "person.offer", town.person_id("agent"), employers="@anna").order
    town.approve("manager north", order.id)
    case_id, agent = report(town, "anna"), visit("agent")
    page = agent.get(f"/desk/cases/{case_id}").text
    words = "This case is about an account of your employer’s: somebody else decides it."
    assert words in page
    with town.db.reading() as tx:
        assert reports.holder(tx, case_id, town.now) is None
    closing = agent.post(f"/desk/cases/{case_id}/close", {"version": version_in(page)})
    assert closing.status_code == 403
    assert words in closing.text
    asked = {"case_id": str(case_id), "version": version_in(page), "kind": "account.hide", "reason": "spam"}
    refusal = agent.get(agent.post("/desk/orders", asked).headers["location"]).text
    assert "Refused. The account was not hidden." in refusal
    assert "Nobody decides about an account that is theirs, their employer’s, or one they follow." in refusal
    assert "Somebody else can: an agent, a reviewer or a duty manager to whom it is none of these." in refusal
    with town.db.reading() as tx:
        assert reports.holder(tx, case_id, town.now) is None
    with town.db.transaction() as tx:
        reviewer = town.people["reviewer 1"]
        cases.close(tx, actor=reviewer, now=town.now, case_id=case_id, outcome="rejected", version=1)


def test_an_administrator_says_on_a_persons_page_what_they_are_offered(town: Town, visit: Visit) -> None:
    admin, who = visit("administrator"), town.person_id("agent")
    data = {"kind": "person.offer", "subject_id": str(who), "languages": "fr", "categories": "threats, spam"}
    path = admin.post("/desk/changes", data).headers["location"]
    page = admin.get(path).text
    assert "Trained for" in page
    assert "threats, spam" in page
    town.approve("manager north", int(path.rsplit("/", 1)[1]))
    assert 'value="threats, spam"' in admin.get(f"/desk/people/{who}").text
