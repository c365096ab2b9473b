"""Attacks on time: the edges of shifts and of summer time, clocks that are wrong, and clocks that step."""

from pathlib import Path
from typing import Any

import pytest

from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.worker import Worker
from gardefou.clock import DAY, HOUR, MINUTE, SECOND, SimulatedClock, from_iso, to_iso
from gardefou.orders import drive, queries
from gardefou.orders.errors import ClocksError, ExecutionsStoppedError, NothingToRestoreError
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import propose
from gardefou.orders.queries import open_orders
from gardefou.staff.queries import person_facts
from gardefou.storage import Database
from tests.factories.guard import SHIPPED_TEXT
from tests.factories.house import signing
from tests.factories.town import RULEBOOKS, Town, found_town
from tests.integration.attacks.conftest import Run
from tests.integration.attacks.doors import agreed, bring_back, refused, void
from tests.integration.desk.conftest import Visit

SHIFT_ENDS = 30 * 24 * HOUR  # The town is on shift for thirty days.


@pytest.mark.promise(4)
def test_shift_edge(town: Town, clock: SimulatedClock) -> None:
    """A shift is over at its very last instant: for proposing, for approving, and for what was approved before."""
    later = {"starts": to_iso(town.now + SHIFT_ENDS), "ends": to_iso(town.now + SHIFT_ENDS + HOUR)}
    agreed(town, town.change("manager north", "shift.add", town.person_id("reviewer 1"), **later), "administrator")
    clock.advance(SHIFT_ENDS - 6 * MINUTE)
    held = town.until_held()
    waits = town.propose("reviewer 1", "account.limit", "president").order
    clock.advance(6 * MINUTE - 1)
    assert town.propose("agent", "account.limit", "anna").order.state is State.EXECUTED
    clock.advance(1)
    refused(town, town.propose("agent", "account.hide", "anna"), "needs-on-shift", "silence-ordinary")
    refused(town, town.approve("reviewer 2", waits.id), "needs-on-shift", "silence-critical")
    void(town, town.drive(held.id), "ineligible")
    assert town.standing("president") == "active"


@pytest.mark.promise(4)
def test_daylight_saving_edge(town: Town, run: Run, clock: SimulatedClock) -> None:
    """On 29 October 2017 half past two came twice in Paris; a shift that ends at the first is over at the second."""
    clock.set(from_iso("2018-03-01T08:00:00Z"))  # The next such night is 28 October 2018, 01:00 UTC.
    Path("rota.csv").write_text(
        "name,email,employer,team,roles,starts,shift_starts,shift_ends\n"
        "agent,agent@example.org,House,North,agent,2017-01-01,2018-10-27T20:00:00+02:00,2018-10-28T02:30:00+02:00\n",
        "utf-8",
    )
    code, said = run("import", "staff", "rota.csv", "--as", "manager north")
    assert code == 0, said
    order_id = town.sign_papers("manager north")[0].order.id
    assert town.approve("administrator", order_id).order.state is State.EXECUTED
    clock.set(from_iso("2018-10-28T00:29:59Z"))  # 02:29:59, summer time.
    assert town.propose("agent", "account.limit", "anna").order.state is State.EXECUTED
    for second in ("2018-10-28T00:30:00Z", "2018-10-28T01:15:00Z"):  # 02:30 summer time, 02:15 winter time.
        clock.set(from_iso(second))
        refused(town, town.propose("agent", "account.hide", "anna"), "needs-on-shift", "silence-ordinary")


@pytest.mark.promise(5)
@pytest.mark.promise(12)
def test_wrong_client_clock(town: Town, visit: Visit) -> None:
    """The server's clock decides: a set time of yesterday is refused, and a freeze is as long as it is for us."""
    manager = visit("manager north", accept="application/json")
    asked = {"kind": "account.freeze", "reason": "hijacked", "subject_id": str(town.accounts["president"])}
    headers = {"date": "Wed, 01 Nov 2017 00:00:00 GMT"}
    for late in ({"not_before": "2017-11-02T18:59:59"}, {"until": "2017-11-02T19:00:00"}):
        answer = manager.post("/desk/orders", json=asked | late, headers=headers)
        assert answer.status_code == 400, answer.text
    with pytest.raises(ClocksError):
        town.propose("manager north", "account.freeze", "president", lift_at=town.now)
    # By a clock an hour fast a quarter of an hour ends at 20:15: that is seventy-five minutes here.
    answer = manager.post("/desk/orders", json=asked | {"until": "2017-11-02T20:15:00"}, headers=headers)
    assert answer.status_code == 403
    assert "freeze-critical" in answer.text
    assert town.standing("president") == "active"


@pytest.mark.promise(5)
@pytest.mark.promise(7)
def test_stepped_server_clock(town: Town, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's clock jumped: nothing executes, for no driver; an account is brought back all the same."""
    house: House = signing(house_on(town.db, Settings(), clock=clock))
    town.ports = house.ports
    held = town.until_held()
    assert town.propose("agent", "account.hide", "anna").order.state is State.EXECUTED
    monkeypatch.setattr(house.steps, "look", lambda: True)
    clock.advance(10 * MINUTE)
    Worker(house).round()
    assert town.drive(held.id).state is State.HELD
    with pytest.raises(ExecutionsStoppedError):
        town.propose("agent", "account.limit", "anna")
    assert bring_back(town, "agent", "anna").order.state is State.EXECUTED
    clock.advance(30 * MINUTE + SECOND)
    void(town, town.drive(held.id), "expired")
    assert town.standing("president") == "active"


@pytest.mark.promise(6)
def test_session_after_the_engagement_ended(town: Town, visit: Visit, clock: SimulatedClock) -> None:
    """A page left open does nothing once its reader's engagement has ended, by order or by itself."""
    order = town.propose("reviewer 1", "account.hide", "president").order
    open_page, lasting = visit("reviewer 2"), visit("contractor")
    agreed(town, town.change("administrator", "person.end", town.person_id("reviewer 2")), "manager north")
    yes = open_page.post(f"/desk/orders/{order.id}/approve", {"digest": order.digest.hex()})
    assert yes.status_code in (303, 401, 403)
    clock.advance(5 * HOUR)  # The contractor's last hour is over.
    asked = {"kind": "account.hide", "subject_id": str(town.accounts["anna"]), "account.hide.reason": "spam"}
    assert lasting.post("/desk/orders", asked).status_code in (303, 401, 403)
    for page in (open_page, lasting):
        assert "/desk/sign-in" in page.get("/desk").text or page.get("/desk").status_code in (303, 401, 403)
    with town.db.reading() as tx:
        facts = person_facts(tx, town.person_id("contractor"), town.now)
    assert facts is not None
    assert not facts.engaged
    assert town.standing("anna") == "active"
    assert town.read(order.id).verdict.filled == (None, None)
    refused(town, town.propose("contractor", "account.hide", "anna"), "not-engaged")


@pytest.mark.promise(12)
@pytest.mark.parametrize("new", ["set_end_passed and not protected", "set_end_passed and not restored_lately"])
def test_a_brief_freeze_that_never_ends(town: Town, run: Run, visit: Visit, new: str) -> None:
    """No door takes a rulebook under which the clock alone would not lift it."""
    text = SHIPPED_TEXT.replace('when = "set_end_passed"', f'when = "{new}"')
    assert text != SHIPPED_TEXT
    Path("endless.toml").write_text(text, "utf-8")  # The command line has a folder of its own.
    commands = {
        ("propose", "rulebook.replace", "endless.toml", "--as", "administrator"): 2,
        ("prove", "endless.toml"): 1,
    }
    for command, expected in commands.items():
        code, said = run(*command)
        assert code == expected, said
        assert "A brief freeze would never end" in " ".join(said.split())
    answer = visit("administrator", accept="application/json").post("/desk/rules/new", json={"text": text})
    assert (answer.status_code, "would never end" in answer.text) == (400, True)
    with town.db.reading() as tx:
        assert open_orders(tx) == []


def hidden_and_deleted(town: Town) -> None:
    """Hide each post of an ordinary account for a minute, and delete it: nothing is left there to lift."""
    until = town.now + MINUTE
    for post_id in town.posts["anna"]:
        about = {"subject_id": post_id, "evidence": {}}
        done = [
            town.propose("manager north", "post.hide", "anna", lift_at=until, **about).order.state,
            town.propose("manager north", "post.delete", "anna", **about).order.state,
        ]
        assert done == [State.EXECUTED, State.EXECUTED]


@pytest.mark.promise(5)
def test_lifting_stopped_by_what_cannot_be_lifted(
    town: Town, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However many lifts come before it and cannot be done, a brief freeze ends."""
    house: House = signing(house_on(town.db, Settings(), clock=clock))
    town.ports = house.ports
    stuck = town.propose("agent", "account.limit", "anna", lift_at=town.now + MINUTE).order
    hidden_and_deleted(town)
    frozen = town.propose("manager north", "account.freeze", "president", lift_at=town.now + 15 * MINUTE).order
    clock.advance(15 * MINUTE)
    with town.db.reading() as tx:
        assert drive.lifts_due(tx, now=town.now) == [frozen.id, stuck.id], "what silences an account comes first"

    def broken(*given: Any, **more: Any) -> Any:
        if more["reverses"] == stuck.id:
            raise NothingToRestoreError("it cannot be done")
        return propose(*given, **more)

    monkeypatch.setattr("gardefou.orders.drive.propose", broken)
    worker = Worker(house)
    for _ in range(3):
        worker.round()
    assert town.standing("president") == "active"
    said = capsys.readouterr()
    assert (said.out + said.err).count("worker.not_lifted") == 1, "it is tried in every round, and spoken of once"
    assert "Traceback" not in said.out + said.err
    monkeypatch.undo()
    worker.round()
    assert town.standing("anna") == "active"
    with town.db.reading() as tx:
        assert drive.overdue(tx, since=town.now) == 0, "nothing is left to lift where a post is gone"


@pytest.mark.promise(5)
def test_record_filled_with_refused_lifts(db: Database, clock: SimulatedClock) -> None:
    """Rules that let nobody lift: it is asked for once in ten minutes, not in every round."""
    shipped = (RULEBOOKS / "shipped.toml").read_text("utf-8")
    rules = shipped.replace('propose = { machine = "clock" }', 'propose = { role = ["duty manager"] }')
    town = found_town(db, clock, rulebook_text=rules, founded=True)
    house: House = signing(house_on(town.db, Settings(), clock=clock))
    town.ports = house.ports
    frozen = town.propose("manager north", "account.freeze", "president", lift_at=town.now + 15 * MINUTE).order
    clock.advance(15 * MINUTE)
    worker = Worker(house)
    counts = []
    for wait in (SECOND, SECOND, 10 * MINUTE, SECOND):
        worker.round()
        clock.advance(wait)
        with db.reading() as tx:
            counts.append(len(queries.recent_orders(tx, states=[State.REFUSED])))
            assert drive.overdue(tx, since=town.now) == 1, "whoever looks sees that it is late"
    assert (town.read(frozen.id).state, counts) == (State.EXECUTED, [1, 1, 1, 2])


@pytest.mark.promise(5)
def test_worker_blinded_by_open_orders(town: Town, clock: SimulatedClock) -> None:
    """However many orders somebody leaves open, one that is due takes effect, and one that may not any more is void."""
    house: House = signing(house_on(town.db, Settings(), clock=clock))
    town.ports = house.ports
    far = town.now + 365 * DAY
    opened = [
        town.propose("administrator", "tier.assign", account, change={"tier": "critical"}, not_before=far).order
        for account in ("anna", "mayor")
    ]
    leaves = town.propose("contractor", "account.limit", "anna", not_before=far).order
    held = town.until_held()
    assert {order.state for order in (*opened, leaves, held)} == {State.HELD}
    worker = Worker(house, at_once=1)
    clock.advance(held.hold)
    worker.round()
    assert town.read(held.id).state is State.EXECUTED
    clock.advance(6 * HOUR)
    for _ in range(6):
        worker.round()
    void(town, town.read(leaves.id), "ineligible")
