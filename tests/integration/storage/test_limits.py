"""Tries at a door are counted by where they come from, on each kind of database, whoever's name they carry."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from gardefou.clock import DAY, MINUTE, SECOND, Micros, from_iso
from gardefou.storage import Database, open_database
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.limits import (
    LIMITS,
    LOGINS,
    REPORTER,
    REPORTER_ON_ACCOUNT,
    REPORTING_BLOCK,
    Entry,
    Left,
    count,
    count_login,
    spend_on_reports,
)
from gardefou.storage.tables import tries
from tests.factories.racing import until_somebody_waits

HOME, OFFICE = "203.0.113.7", "198.51.100.9"
STAFF = LIMITS[Entry.STAFF_LINK]


def _try(db: Database, now: int, host: str, entry: Entry = Entry.STAFF_LINK) -> None:
    with db.transaction() as tx:
        count(tx, now=now, entry=entry, host=host)


def _login(db: Database, now: int, host: str, login: str) -> None:
    with db.transaction() as tx:
        count_login(tx, now=now, entry=Entry.MEMBER_SIGN_IN, host=host, login=login)


def _spend(db: Database, now: int, host: str) -> TooManyTriesError:
    with db.transaction() as tx:
        for _ in range(STAFF.tries):
            count(tx, now=now, entry=Entry.STAFF_LINK, host=host)
    with pytest.raises(TooManyTriesError) as caught:
        _try(db, now, host)
    return caught.value


def test_so_many_tries_and_then_one_for_each_that_has_dripped_out(db: Database, now: Micros) -> None:
    each = STAFF.window // STAFF.tries
    seconds = int(_spend(db, now, HOME).fields["seconds"])
    assert seconds == each // 1_000_000
    _try(db, now + each, HOME)
    with pytest.raises(TooManyTriesError, match="too often"):
        _try(db, now + each, HOME)


def test_a_refused_try_does_not_push_the_next_one_away(db: Database, now: Micros) -> None:
    first = int(_spend(db, now, HOME).fields["seconds"])
    with pytest.raises(TooManyTriesError) as later:
        _try(db, now, HOME)
    assert later.value.fields["seconds"] == first


def test_one_block_of_addresses_is_counted_together_and_another_door_and_block_apart(db: Database, now: Micros) -> None:
    for first, neighbour in ((HOME, "203.0.113.200"), ("2001:db8:1::1", "2001:db8:1:ffff::9"), ("testclient",) * 2):
        _spend(db, now, first)
        with pytest.raises(TooManyTriesError, match="too often"):
            _try(db, now, neighbour)
    with pytest.raises(TooManyTriesError, match="too often"):
        _try(db, now, f"::ffff:{HOME}")
    _try(db, now, OFFICE)
    _try(db, now, "2001:db8:2::1")
    _try(db, now, HOME, Entry.PASSKEY)


def test_who_knows_a_name_uses_up_their_own_tries_and_never_its_owners(db: Database, now: Micros) -> None:
    for _ in range(LOGINS[Entry.MEMBER_SIGN_IN].tries):
        _login(db, now, HOME, "Ada@Example.org ")
    with pytest.raises(TooManyTriesError, match="too often"):
        _login(db, now, HOME, "ada@example.org")
    _login(db, now, OFFICE, "ada@example.org")
    _login(db, now, "203.0.113.8", "ada@example.org")
    _login(db, now, HOME, "bob@example.org")


def test_what_is_kept_names_nobody_and_goes_when_it_is_empty(db: Database, now: Micros) -> None:
    _login(db, now, HOME, "ada@example.org")
    _try(db, now, HOME)
    with db.reading() as tx:
        assert all(len(row["key"]) == 64 for row in tx.all(select(tries)))
    _try(db, now + 30 * MINUTE, OFFICE)
    with db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(tries)) == 1


def test_of_many_who_race_for_the_last_tries_as_many_get_them(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        for _ in range(STAFF.tries - 2):
            count(tx, now=now, entry=Entry.STAFF_LINK, host=HOME)
    gate, refused = threading.Barrier(4), []

    def race() -> None:
        gate.wait()
        try:
            _try(db, now, HOME)
        except TooManyTriesError as problem:
            refused.append(problem)

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(refused) == 2


def _reports(db: Database, now: int, *whose: tuple[str, str | None]) -> list[object]:
    with db.transaction() as tx:
        # Each on an account of its own, so that only what is asked about is used up.
        reports = [(who, host, f"{now} {place}") for place, (who, host) in enumerate(whose)]
        return list(spend_on_reports(tx, now=now, reports=reports))


@pytest.mark.promise(18)
def test_reports_at_once_are_counted_as_if_each_came_alone(db: Database, now: Micros) -> None:
    most = REPORTER.tries
    first = _reports(db, now, *[("member:1", HOME)] * (most - 1), ("member:2", OFFICE), ("machine:x", None))
    left = [one.remaining if isinstance(one, Left) else one for one in first]
    assert left == [*range(most - 1, 0, -1), most - 1, None]
    last, over, other = _reports(db, now, ("member:1", HOME), ("member:1", HOME), ("member:2", HOME))
    assert isinstance(last, Left)
    assert last.remaining == 0
    assert isinstance(over, TooManyTriesError)
    assert over.fields["seconds"] == REPORTER.window // REPORTER.tries // SECOND
    assert isinstance(other, Left)
    assert isinstance(_reports(db, now + REPORTER.window // REPORTER.tries, ("member:1", HOME))[0], Left)


@pytest.mark.promise(18)
def test_a_block_of_addresses_has_its_reports_whoever_they_are(db: Database, now: Micros) -> None:
    many = [(f"visitor:{number}", HOME) for number in range(REPORTING_BLOCK.tries + 1)]
    became = _reports(db, now, *many)
    assert [isinstance(one, TooManyTriesError) for one in became] == [False] * REPORTING_BLOCK.tries + [True]
    assert isinstance(_reports(db, now, ("visitor:x", OFFICE))[0], Left)


@pytest.mark.promise(18)
def test_one_reporter_reports_one_account_so_often_a_day_and_others_go_on(db: Database, now: Micros) -> None:
    most = REPORTER_ON_ACCOUNT.tries
    reports = [*[("member:1", HOME, "7")] * (most + 1), ("member:1", HOME, "8"), ("member:2", HOME, "7")]
    with db.transaction() as tx:
        became = spend_on_reports(tx, now=now, reports=reports)
    over = became[most]
    assert isinstance(over, TooManyTriesError)
    assert (over.fields["of"], over.fields["most"]) == ("account", most)
    others = became[:most] + became[most + 1 :]
    assert all(isinstance(one, Left) for one in others)
    # Of what is too many nothing is counted, neither against its reporter nor against their part of the network.
    assert [one.remaining for one in others if isinstance(one, Left)][most] == REPORTER.tries - most - 1


@pytest.mark.promise(18)
def test_two_processes_that_count_one_reporter_at_once_share_what_is_theirs(db: Database, database_url: str) -> None:
    """Nobody has ever counted them: what both begin is begun once."""
    now, reports = from_iso("2026-01-01T00:00:00Z"), [("member:1", HOME, "7")] * (REPORTER_ON_ACCOUNT.tries - 5)
    other = open_database(database_url)
    counted = threading.Event()

    def spent(where: Database) -> int:
        with where.transaction() as tx:
            found = spend_on_reports(tx, now=now, reports=reports)
            if tx.dialect == "postgresql" and not counted.is_set():
                counted.set()
                until_somebody_waits(tx)  # Not committed: the other has to.
            counted.set()
        return sum(isinstance(one, Left) for one in found)

    with ThreadPoolExecutor(2) as hands:
        first = hands.submit(spent, db)
        counted.wait(10)
        second = hands.submit(spent, other)
        assert first.result() + second.result() == REPORTER_ON_ACCOUNT.tries
    assert spent(db) == 0
    other.close()


@pytest.mark.promise(18)
def test_buckets_that_are_begun_swept_and_filled_at_once_never_lock_each_other_out(
    db: Database, database_url: str
) -> None:
    now, others = from_iso("2026-01-01T00:00:00Z"), [open_database(database_url) for _ in range(3)]

    def spend(where: Database, place: int) -> None:
        dice = random.Random(place)  # noqa: S311  # chance, no secret
        for number in range(40):
            # Most of what others fill is empty again by then, and swept.
            reports = [(f"member:{dice.randrange(30)}", f"10.0.{dice.randrange(20)}.1", "7") for _ in range(20)]
            with where.transaction() as tx:
                spend_on_reports(tx, now=now + number * DAY, reports=reports)

    with ThreadPoolExecutor(4) as hands:
        for done in [hands.submit(spend, one, place) for place, one in enumerate((db, *others))]:
            done.result()
    for one in others:
        one.close()


@pytest.mark.promise(18)
def test_a_thousand_reports_cost_three_statements_to_count(db: Database, now: Micros) -> None:
    reports = [(f"visitor:{number}", f"10.0.{number % 200}.1", str(number % 7)) for number in range(1_000)]
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with db.transaction() as tx:
        spend_on_reports(tx, now=now, reports=reports)
    assert len([one for one in asked if not one.startswith("BEGIN")]) == 3, asked
