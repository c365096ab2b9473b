"""Those who often report what is manifestly unfounded, over HTTP: warned, suspended, contested, taken back."""

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from gardefou.app.settings import Settings
from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.events.tables import event
from gardefou.ledger import store
from gardefou.reports.errors import MeasureChangedError
from gardefou.reports.misuse.criteria import REJECTED, REJECTED_AGAIN
from gardefou.reports.misuse.judged import judged
from gardefou.reports.misuse.queries import measures_on
from gardefou.reports.misuse.standing_of import not_processed
from gardefou.reports.misuse.suspend import suspend
from gardefou.reports.misuse.tables import measure, misuse
from gardefou.reports.misuse.warn import warn
from gardefou.reports.tables import report
from gardefou.words.numbers import day_and_time
from tests.factories.client_api import shown_token
from tests.factories.racing import race
from tests.factories.reporting import ReportingHouse, reporting_house
from tests.integration.app.test_api import secret_of
from tests.integration.desk.conftest import Browser

FOUND = {"reason": "Nothing you reported was there.", "unfounded": "9", "gravity": "time lost", "intent": "careless"}
JUDGED = judged(reason="No.", unfounded=9, gravity="time lost", intent="not known", shown=10)
ADDRESS = Settings().contest_address
_numbers = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportingHouse]:
    """One for all of them; each test is about a reporter of its own."""
    with reporting_house(request, tmp_path_factory) as made:
        yield made


def _somebody(house: ReportingHouse, times: int = REJECTED) -> Actor:
    reporter = Actor.visitor(f"{next(_numbers):08}-reporter")
    house.rejected(reporter, times)
    return reporter


def _warned(house: ReportingHouse) -> Actor:
    """Return a reporter who was warned, and was wrong again as often as it takes."""
    reporter = _somebody(house)
    with house.town.db.transaction() as tx:
        warn(tx, actor=house.town.people["reviewer 1"], now=house.town.now, reporter=str(reporter), found=JUDGED)
    house.town.clock.advance(1)
    house.rejected(reporter, REJECTED_AGAIN)
    return reporter


def _suspended(house: ReportingHouse, reporter: Actor) -> int:
    with house.town.db.transaction() as tx:
        by, now = house.town.people["reviewer 1"], house.town.now
        return suspend(tx, actor=by, now=now, reporter=str(reporter), found=JUDGED, days=7)


def _filed(house: ReportingHouse, reporter: Actor) -> int:
    with house.town.db.reading() as tx:
        return int(tx.scalar(select(func.count()).where(report.c.reporter == str(reporter))))


@pytest.mark.promise(20)
def test_the_whole_way_of_a_visitor_over_http(house: ReportingHouse) -> None:
    visitor, reviewer = house.browser(), house.desk("reviewer 1")
    house.report(visitor, "anna")
    reporter = house.visitor(visitor)
    one = f"/desk/reporters/{reporter}"
    house.rejected(reporter, REJECTED)
    listed = reviewer.get("/desk/reporters").text
    assert f'href="{one}"' in listed
    assert "Warn them" in listed
    assert f'action="{one}/warn"' in reviewer.get(one).text
    # A suspension is not to be had without a warning, whatever is sent.
    assert reviewer.post(f"{one}/suspend", FOUND | {"days": "7"}).status_code == 409
    assert reviewer.post(f"{one}/warn", FOUND).status_code == 303
    assert "You have been warned" in visitor.get("/@anna/report").text
    page = visitor.get("/reports").text
    assert all(
        said in page for said in (FOUND["reason"], "10 were rejected", "carelessly", "Nothing is taken from you")
    )
    house.town.clock.advance(DAY)
    reviewer, other = house.desk("reviewer 1"), house.desk("manager south")
    house.report(visitor, "mayor")
    house.rejected(reporter, REJECTED_AGAIN)
    assert "Leave their reports unprocessed" in house.desk("auditor").get(one).text
    assert f'action="{one}/suspend"' in reviewer.get(one).text
    assert reviewer.post(f"{one}/suspend", FOUND | {"days": "7"}).status_code == 303
    filed = _filed(house, reporter)
    refused = visitor.post("/@mayor/report", {"category": "hate", "comment": "kept on the form"})
    assert refused.status_code == 403
    assert "Your reports are not being processed until 10" in refused.text
    assert "What you send until then is not taken" in visitor.get("/reports").text
    assert "kept on the form" in refused.text
    assert _filed(house, reporter) == filed
    [suspension, warning] = _measures(house, reporter)
    assert suspension.refused == 1
    # Contested by whoever it is about, answered by somebody who had no part in it.
    contest = {"measure": str(suspension.id), "text": "They were right."}
    assert house.browser().post("/reports/contest", contest).status_code == 404
    empty = visitor.post("/reports/contest", contest | {"text": " "})
    assert (empty.status_code, "Say why, in your own words." in empty.text) == (400, True)
    assert visitor.post("/reports/contest", contest).status_code == 303
    assert "somebody else answers" in other.get("/desk/reporters?view=contested").text
    answered = f"/desk/measures/{suspension.id}/answer"
    assert reviewer.post(answered, {"keeps": "no", "words": "Myself."}).status_code == 403
    assert other.post(answered, {"keeps": "no", "words": "You were right."}).status_code == 303
    page = visitor.get("/reports").text
    assert all(said in page for said in ("You were right.", "It is over: what you send is taken as before."))
    assert "What you send until then is not taken" not in page
    assert visitor.post("/@mayor/report", {"category": "hate"}).status_code == 201
    with house.town.db.reading() as tx:
        ours = str(warning.id), str(suspension.id)
        about = event.c.subject.in_([f"measure:{one}" for one in ours])
        kinds = [row["kind"] for row in tx.all(select(event).where(about).order_by(event.c.id))]
        entries = [one.kind for one in store.entries(tx) if one.body.get("measure") in ours]
    assert kinds == ["reporter.warned", "reporter.suspended", "reporter.contested", "reporter.lifted"]
    assert entries == ["reporter.warned", "reporter.suspended", "reporter.lifted"]


def _measures(house: ReportingHouse, reporter: Actor) -> list[Any]:
    with house.town.db.reading() as tx:
        return measures_on(tx, reporter=str(reporter))


def test_a_member_is_told_of_each_step_among_their_notifications_and_their_client_in_words(
    house: ReportingHouse,
) -> None:
    member = Actor.member(house.town.accounts["mayor"])
    mayor = house.browser("mayor")
    house.rejected(member, REJECTED)
    with house.town.db.transaction() as tx:
        warn(tx, actor=house.town.people["manager north"], now=house.town.now, reporter=str(member), found=JUDGED)
    house.town.clock.advance(1)
    house.rejected(member, REJECTED_AGAIN)
    measure_id = _suspended(house, member)
    house.tell()
    told = mayor.get("/notifications").text
    assert "You have been warned about your reports." in told
    assert "Your reports are not processed for a time." in told
    assert mayor.post("/@anna/report", {"category": "spam"}).status_code == 403
    with house.town.db.transaction() as tx:
        shown = shown_token(tx, house.town.now, member.member_id)
    asked = {"account_id": str(house.town.accounts["anna"]), "category": "spam"}
    refused = house.client.post("/api/v1/reports", json=asked, headers=shown)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_processed")
    assert refused.json()["error"].startswith("Your reports are not being processed until")
    lifted = house.desk("reviewer 2").post(f"/desk/measures/{measure_id}/lift", {"because": "It was a mistake."})
    assert lifted.status_code == 303
    house.tell()
    assert "What was decided about your reports was taken back." in mayor.get("/notifications").text
    assert mayor.post("/@anna/report", {"category": "spam"}).status_code == 201


@pytest.mark.promise(4)
def test_other_roles_neither_read_who_reports_nor_decide(house: ReportingHouse) -> None:
    one = f"/desk/reporters/{_somebody(house)}"
    agent, administrator, auditor = map(house.desk, ("agent", "administrator", "auditor"))
    for browser in (agent, administrator):
        assert [browser.get(path).status_code for path in ("/desk/reporters", one)] == [403, 403]
        assert browser.post(f"{one}/warn", FOUND).status_code == 403
    assert auditor.get(one).status_code == 200
    for deed in ("warn", "suspend", "set-aside"):
        assert auditor.post(f"{one}/{deed}", FOUND | {"days": "7"}).status_code == 403
    assert house.desk("reviewer 2").post(f"{one}/warn", FOUND, forged=True).status_code == 403


@pytest.mark.promise(20)
def test_what_is_not_said_is_asked_for_and_what_was_typed_stays(house: ReportingHouse) -> None:
    one, reviewer = f"/desk/reporters/{_somebody(house)}", house.desk("reviewer 1")
    for field, wrong in (
        ("reason", ""),
        ("unfounded", "0"),
        ("unfounded", "11"),
        ("unfounded", "many"),
        ("gravity", "x"),
        ("intent", ""),
    ):
        answer = reviewer.post(f"{one}/warn", FOUND | {"reason": "Typed words."} | {field: wrong})
        assert answer.status_code == 400, field
        assert "Nothing was decided." in answer.text
        assert field == "reason" or "Typed words." in answer.text
    for nobody in ("visitor:nobody", "member:x", "person:1", "machine:token", "é"):
        assert reviewer.get(f"/desk/reporters/{nobody}").status_code == 404
    for beyond in ("/desk/measures/7/lift", f"/desk/measures/{2**70}/answer"):
        assert reviewer.post(beyond, {"because": "x", "words": "x", "keeps": "yes"}).status_code == 404


def test_how_many_are_unfounded_is_bounded_by_what_is_shown_and_what_came_since_is_said_to_be_so(
    house: ReportingHouse,
) -> None:
    one, reviewer = f"/desk/reporters/{_somebody(house)}", house.desk("reviewer 1")
    assert "How many of these 10 you find" in reviewer.get(one).text
    too_many = reviewer.post(f"{one}/warn", FOUND | {"unfounded": "11"})
    assert "of the 10 reports shown are manifestly unfounded, from 1 to 10." in too_many.text
    assert "when it was last decided about them" not in too_many.text
    assert reviewer.post(f"{one}/warn", FOUND | {"unfounded": "10"}).status_code == 303
    warned = reviewer.get(one).text
    assert re.search("Of what they reported after [^<]*, when it was last decided about them: 0 of 0 cases", warned)


def test_words_on_the_list_are_blurred_among_a_reporters_reports_too(house: ReportingHouse) -> None:
    visitor, reviewer = house.browser(), house.desk("reviewer 1")
    house.report(visitor, "anna", comment="Such vermin here")
    house.decide("anna", "rejected")
    words = {"words": "vermin"}
    assert house.desk("administrator").post("/desk/blur", words).status_code == 303
    page = reviewer.get(f"/desk/reporters/{house.visitor(visitor)}").text
    assert house.desk("administrator").post("/desk/blur", {"words": ""}).status_code == 303
    assert 'Such <span class="blurred">vermin</span> here' in page


def test_of_two_who_warn_at_once_one_does(house: ReportingHouse) -> None:
    reporter = _somebody(house)
    town = house.town

    def act(name: str) -> int:
        with town.db.transaction() as tx:
            return warn(tx, actor=town.people[name], now=town.now, reporter=str(reporter), found=JUDGED)

    brought = race(lambda: act("reviewer 1"), lambda: act("manager north"))
    assert sorted(type(one).__name__ for one in brought) == ["MeasureChangedError", "int"]
    assert len(_measures(house, reporter)) == 1


def test_of_two_who_suspend_at_once_one_does_and_it_ends_by_itself(house: ReportingHouse) -> None:
    reporter = _warned(house)
    brought = race(lambda: _suspended(house, reporter), lambda: _suspended(house, reporter))
    assert sorted(type(one).__name__ for one in brought) == ["MeasureChangedError", "int"]
    with house.town.db.reading() as tx:
        now = house.town.now
        until = not_processed(tx, now=now, reporters=[str(reporter), "visitor:other"])
        assert until == {str(reporter): now + 7 * DAY}
        assert not_processed(tx, now=now + 7 * DAY, reporters=[str(reporter)]) == {}


def test_a_proposal_that_is_let_be_comes_again_only_after_as_many_more(house: ReportingHouse) -> None:
    reporter, reviewer = _somebody(house), house.desk("reviewer 1")
    one = f"/desk/reporters/{reporter}"
    assert reviewer.post(f"{one}/set-aside").status_code == 303
    assert reviewer.post(f"{one}/set-aside").status_code == 409
    assert one not in reviewer.get("/desk/reporters").text
    house.town.clock.advance(1)
    house.rejected(reporter, REJECTED - 1)
    assert one not in reviewer.get("/desk/reporters").text
    with house.town.db.transaction() as tx, pytest.raises(MeasureChangedError, match="Too few"):
        warn(tx, actor=house.town.people["reviewer 1"], now=house.town.now, reporter=str(reporter), found=JUDGED)
    house.rejected(reporter, 1)
    assert one in reviewer.get("/desk/reporters").text


def test_a_platforms_reporter_is_refused_line_by_line_and_the_others_are_taken(house: ReportingHouse) -> None:
    secret = secret_of(house.town, "reports", f"platform{next(_numbers)}")
    shown = {"authorization": f"Bearer {secret}"}

    def send(key: str, *lines: str) -> list[Any]:
        body = "".join(line + "\n" for line in lines).encode()
        sent = house.client.post("/intake/reports", content=body, headers=shown | {"idempotency-key": key})
        return [json.loads(line) for line in sent.text.splitlines()]

    bad = '{"account": "anna", "category": "spam", "reporter": "bad"}'
    good = bad.replace("bad", "good")
    [first] = send("a", bad)
    with house.town.db.reading() as tx:
        whose = str(tx.scalar(select(report.c.reporter).where(report.c.id == int(first["report"]))))
    reporter = Actor.visitor(whose.removeprefix("visitor:"))
    house.rejected(reporter, REJECTED)
    named = f"reporter {reporter.key[:8]} of the platform that sends as platform"
    assert all(named in house.desk("auditor").get(f"/desk/reporters{one}").text for one in ("", f"/{whose}"))
    with house.town.db.transaction() as tx:
        warn(tx, actor=house.town.people["reviewer 1"], now=house.town.now, reporter=whose, found=JUDGED)
    house.town.clock.advance(1)
    house.rejected(reporter, REJECTED_AGAIN)
    number = _suspended(house, reporter)
    answers = send("b", bad.replace("spam", "hate"), good, bad.replace("spam", "fraud"))
    assert [one.get("code") for one in answers] == ["not_processed", None, "not_processed"]
    why = f"not being processed until {day_and_time(house.town.now + 7 * DAY)}, and this one was not taken."
    way = f"write to {ADDRESS} and name decision {number}: somebody who had no part in it answers."
    for line in (answers[0], answers[2]):
        assert why in line["error"]
        assert f"Why: “{JUDGED.reason}”" in line["error"]
        assert way in line["error"]
        assert "/reports" not in line["error"], "a platform's reporter has no page here"
    assert _measures(house, reporter)[0].refused == 2
    asked = house.client.get(f"/intake/reports/{first['report']}?reporter=bad", headers=shown).json()
    assert [one["kind"] for one in asked["reporter"]] == ["suspension", "warning"]
    assert way in asked["reporter"][0]["said"][-1]
    found = house.desk("reviewer 1").get(f"/desk/search?q={number}")
    assert found.headers["location"] == f"/desk/reporters/{whose}"
    assert f"Decision {number}." in house.desk("reviewer 1").get(found.headers["location"]).text
    assert house.desk("agent").get(f"/desk/search?q={number}").status_code == 200, "agents read no reporters"


def test_the_list_is_cut_into_pages_and_an_empty_one_says_what_to_do(house: ReportingHouse) -> None:
    reviewer: Browser = house.desk("reviewer 2", language="fr")
    with house.town.db.transaction() as tx:
        row = {"state": "proposed", "decided": 5, "looked_at": 0, "since": 0}
        tx.execute(misuse.insert(), [{"reporter": f"visitor:{n:04}", "rejected": n % 5, **row} for n in range(60)])
    seen: set[str] = set()
    path = "/desk/reporters"
    while path:
        page = reviewer.get(path).text
        found = re.findall(r'href="/desk/reporters/(visitor:\d{4})"', page)
        assert not seen & set(found)
        seen |= set(found)
        further = re.search(r'href="([^"]+)" rel="next"', page)
        path = further[1].replace("&amp;", "&") if further else ""
    assert len(seen) == 60
    for view, said in (("contested", "Personne n’attend de réponse."), ("over", "Rien n’est encore terminé.")):
        page = reviewer.get(f"/desk/reporters?view={view}").text
        assert said in page or "<table" in page
    assert "Il n’y a rien plus bas." in reviewer.get("/desk/reporters?view=standing&after=1").text
    for odd in ("x", "1:", f"{2**70}:v", "1:é"):
        assert reviewer.get("/desk/reporters", params={"after": odd}).status_code == 200


def test_the_database_keeps_what_was_decided_as_it_was(house: ReportingHouse) -> None:
    reporter = _somebody(house)
    with house.town.db.transaction() as tx:
        by = house.town.people["reviewer 1"]
        number = warn(tx, actor=by, now=house.town.now, reporter=str(reporter), found=JUDGED)
        row = tx.first(select(measure).where(measure.c.id == number))
    assert row is not None
    assert (row["decided"], row["rejected"], row["unfounded"]) == (REJECTED, REJECTED, 9)
