"""Auditors look into the record by account, person, rule, kind and time, and take a bundle of it with them."""

import io
from pathlib import Path

import pytest

from gardefou.clock import HOUR, MINUTE, to_iso
from gardefou.ledger import store
from gardefou.ledger.archive import Archive
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import publish
from gardefou.orders.lifecycle import State
from gardefou.watch import who
from gardefou.watch.bundle_check import check_bundle
from tests.factories.town import Town, add_person
from tests.integration.desk.conftest import Visit

PAGE = "/desk/investigate"
LOG = SecretKey(name="example.org/ledger", kind=ED25519, seed=bytes(32))


@pytest.fixture
def busy(town: Town) -> Town:
    """Return a town with a past and a second auditor."""
    with town.db.transaction() as tx:
        town.people["auditor 2"] = add_person(tx, town.now, "auditor 2", "auditor", "North")
    town.a_past()
    return town


def test_auditors_alone_look_into_the_record(busy: Town, visit: Visit) -> None:
    assert visit("auditor").get(PAGE).status_code == 200
    for name in ("agent", "reviewer 1", "manager north", "administrator"):
        assert visit(name).get(PAGE).status_code == 403
    assert PAGE in visit("auditor").get("/desk/ledger").text
    assert PAGE not in visit("agent").get("/desk/ledger").text


def test_each_question_narrows_what_is_shown(busy: Town, visit: Visit) -> None:
    auditor = visit("auditor")
    everything = auditor.get(PAGE).text
    assert "hide the account" in everything
    assert "<svg" in everything
    assert "style=" not in everything
    refused = auditor.get(PAGE, params={"kind": "order.refused"}).text
    assert "1 entry, the newest first" in refused
    of_anna = auditor.get(PAGE, params={"account": "@anna"}).text
    assert "1 entry, the newest first" in of_anna
    assert 'href="/desk/ledger?before=' in of_anna
    rule = auditor.get(PAGE, params={"account": "president", "rule": "silence-critical"}).text
    assert "silence-critical" in rule
    assert "nothing of the kind" in auditor.get(PAGE, params={"account": "anna", "rule": "silence-critical"}).text
    first = to_iso(busy.now + HOUR)
    assert "nothing of the kind" in auditor.get(PAGE, params={"since": first}).text
    assert "Took effect: hide the account" in auditor.get(PAGE, params={"kind": "account.hide"}).text
    french = visit("auditor", language="fr").get(PAGE, params={"account": "anna"}).text
    assert "Enquêter" in french


@pytest.mark.promise(9)
def test_each_line_says_on_whom_and_every_kind_is_asked_for_in_words(busy: Town, visit: Visit) -> None:
    auditor = visit("auditor")
    everything = auditor.get(PAGE).text
    assert '<a href="/desk/who/anna"><bdi>@anna</bdi></a>' in everything
    assert '<a href="/desk/who/anna"><bdi>@anna</bdi></a>' in auditor.get("/desk/ledger").text
    assert "On whom" not in auditor.get(PAGE, params={"account": "anna"}).text
    for kind in EntryKind:
        assert f'<option value="{kind}">{who.sort(kind)}</option>' in everything
        assert "." not in who.sort(kind)
    assert '<option value="silence-critical">' in everything
    assert 'href="/desk/people"' in everything


UNREADABLE = [
    ({"account": "nobody"}, "There is no account @nobody"),
    ({"kind": "account.explode"}, "neither a kind of entry nor of order"),
    ({"since": "yesterday"}, "is not a date and time"),
    ({"since": "0001-01-01T00:00+14:00"}, "is not a date and time"),
    ({"until": "9999-12-31T23:59-14:00"}, "is not a date and time"),
    ({"since": "2017-11-02T19:00", "until": "2017-11-02T18:00"}, "ends before it begins"),
    ({"rule": "a%"}, "no name of a rule"),
    ({"person": "1"}, "read by two auditors"),
    ({"person": "abc"}, "is not a number"),
    ({"incident": "9" * 30}, "is not a number"),
]


@pytest.mark.promise(20)
def test_what_cannot_be_looked_up_is_said(busy: Town, visit: Visit) -> None:
    assert busy.accounts
    auditor = visit("auditor")
    for asked, said in UNREADABLE:
        answer = auditor.get(PAGE, params=asked)
        assert answer.status_code == 400
        assert said in answer.text
        assert "Nothing was looked up" in answer.text


@pytest.mark.promise(9)
def test_a_person_is_looked_up_under_the_order_of_two_auditors_alone(busy: Town, visit: Visit) -> None:
    who = busy.person_id("agent")
    order_id = busy.change("auditor", "person.search", who, why="The evening").order.id
    assert visit("auditor").get(PAGE, params={"person": str(who)}).status_code == 400
    assert busy.approve("auditor 2", order_id).order.state is State.EXECUTED
    for name in ("auditor", "auditor 2"):
        page = visit(name).get(PAGE, params={"person": str(who), "kind": "account.hide"}).text
        assert "agent</option>" in page
        assert "Took effect: hide the account" in page


def test_it_is_paged_newest_first(busy: Town, visit: Visit) -> None:
    with busy.db.transaction() as tx:
        for number in range(61):
            at = busy.now + MINUTE * number
            store.append(tx, now=at, kind="case.closed", order_id=None, body={"case": "1"}, about=[])
    page = visit("auditor").get(PAGE, params={"kind": "case.closed"}).text
    assert "61 entries, the newest first" in page
    older = page.partition('href="/desk/investigate?kind=case.closed&amp;before=')[2].partition('"')[0]
    following = visit("auditor").get(PAGE, params={"kind": "case.closed", "before": older}).text
    assert following.count(">The case was closed</td>") == 11
    assert "Newest" in following


@pytest.mark.promise(14)
def test_a_bundle_of_an_account_is_downloaded_and_that_is_an_entry(busy: Town, visit: Visit, tmp_path: Path) -> None:
    auditor, folder = visit("auditor"), LedgerFolder(tmp_path / "ledger")
    assert "nothing is published yet" in auditor.post(f"{PAGE}/bundle", {"account": "president"}).text
    with busy.db.reading() as tx:
        publish(tx, folder=folder, signer=LOG)
    assert auditor.post(f"{PAGE}/bundle", {}).status_code == 400
    assert visit("agent").post(f"{PAGE}/bundle", {"account": "president"}).status_code == 403
    answer = auditor.post(f"{PAGE}/bundle", {"account": "president"})
    assert answer.status_code in (200, 201)
    assert "attachment" in answer.headers["content-disposition"]
    data = answer.content
    report = check_bundle(Archive(io.BytesIO(data), length=len(data)), keys=[LOG.key])
    assert report.finding is None
    assert report.openings > 0
    with busy.db.reading() as tx:
        entry = next(store.newest(tx, kind="ledger.exported"))
        opened = store.open_(tx, [entry.body["who"], entry.body["account"]])
    assert set(opened.values()) == {"auditor", "@president"}
    assert "was taken out" in visit("agent").get("/desk/who/president").text


@pytest.mark.promise(7)
def test_what_somebody_did_is_put_back_from_one_of_their_orders(busy: Town, visit: Visit) -> None:
    done = busy.until_executed("reviewer 1", "post.hide", "mayor", subject_id=busy.posts["mayor"][0])
    busy.until_executed("reviewer 1", "account.contact", "anna", change={"contact": "new@example.net"})
    page = f"/desk/orders/{done.id}/others"
    assert page in visit("agent").get(f"/desk/orders/{done.id}").text
    shown = visit("agent").get(page).text
    assert "Still in effect, by reviewer 1" in shown
    assert "Put 2 deeds back" in shown
    assert "It cannot be taken back" in shown
    assert "The rules refuse it to you" in visit("auditor").get(page).text
    answer = visit("agent").post(page, {"why": "a raid"})
    assert answer.status_code == 303
    after = visit("agent").get(answer.headers["location"]).text
    assert "2 deeds were put back" in after
    assert "Put 1 deed back" not in after
    assert busy.standing("president") == "active"
    assert "Enquêter" not in after
    assert visit().get(page).status_code == 303
