"""Signing in, staying, and being out the moment an engagement ends."""

import threading

import pytest
from sqlalchemy import select

from gardefou.clock import DAY, HOUR, MINUTE, Micros
from gardefou.events.actor import SETUP, Actor
from gardefou.events.tables import event
from gardefou.staff import sessions
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.engage import engage
from gardefou.staff.errors import (
    LinkError,
    NotEngagedError,
    SessionOverError,
    UnknownPersonError,
    UnknownSessionError,
)
from gardefou.staff.methods import Method
from gardefou.staff.own_sessions import end_others, end_session, own_sessions
from gardefou.staff.tables import session, sign_in_link
from gardefou.storage import Database
from tests.factories.staff import make_person


def _link(db: Database, now: int, person_id: int) -> str:
    with db.transaction() as tx:
        return sessions.make_link(tx, actor=SETUP, now=now, person_id=person_id)


def _sign_in(db: Database, now: int, link: str) -> str:
    with db.transaction() as tx:
        return sessions.sign_in(tx, now=now, token=link)


def _person(db: Database, now: int, *, days_left: int | None = None) -> int:
    with db.transaction() as tx:
        return make_person(tx, now, role="reviewer", team="North", days_left=days_left)


def _who(db: Database, token: str, now: int) -> str | None:
    with db.reading() as tx:
        found = sessions.person_of(tx, token, now)
    return found.name if found else None


def test_a_link_signs_in_and_says_who(db: Database, now: Micros) -> None:
    person_id = _person(db, now, days_left=0)
    token = _sign_in(db, now, _link(db, now, person_id))
    with db.reading() as tx:
        me = sessions.person_of(tx, token, now)
    assert me is not None
    assert (me.person_id, me.roles, me.team, me.employer) == (person_id, frozenset({"reviewer"}), "North", "The house")
    assert (me.on_shift_until, me.engagement_ends, me.is_last_day) == (now + 7 * HOUR, now + HOUR, True)
    assert me.actor.person_id == person_id


def test_someone_without_a_last_day_is_not_on_it(db: Database, now: Micros) -> None:
    token = _sign_in(db, now, _link(db, now, _person(db, now)))
    with db.reading() as tx:
        me = sessions.person_of(tx, token, now)
    assert me is not None
    assert (me.engagement_ends, me.is_last_day) == (None, False)


def test_a_link_works_once_and_for_fifteen_minutes(db: Database, now: Micros) -> None:
    person_id = _person(db, now)
    used, late = _link(db, now, person_id), _link(db, now, person_id)
    _sign_in(db, now + 15 * MINUTE - 1, used)
    for token, at in ((used, now), (late, now + 15 * MINUTE), ("made up", now), ("", now), ("\ud800", now)):
        with pytest.raises(LinkError, match="used or has expired"):
            _sign_in(db, at, token)


def test_only_digests_of_tokens_are_kept(db: Database, now: Micros) -> None:
    link = _link(db, now, _person(db, now))
    token = _sign_in(db, now, link)
    with db.reading() as tx:
        kept = [bytes(tx.scalar(select(table.c.token_hash))) for table in (sign_in_link, session)]
    assert kept == [sessions.digest_of(link), sessions.digest_of(token)]
    assert all(len(digest) == 32 for digest in kept)
    assert min(len(link), len(token)) >= 43


@pytest.mark.promise(2)
def test_of_two_who_race_with_one_link_one_gets_in(db: Database, now: Micros) -> None:
    link = _link(db, now, _person(db, now))
    gate, got, refused = threading.Barrier(4), [], []

    def race() -> None:
        gate.wait()
        try:
            got.append(_sign_in(db, now, link))
        except LinkError as problem:
            refused.append(problem)

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert (len(got), len(refused)) == (1, 3)


@pytest.mark.promise(6)
def test_ending_the_engagement_ends_sessions_and_links_in_the_same_transaction(db: Database, now: Micros) -> None:
    person_id, other = _person(db, now), _person(db, now)
    token, theirs = (_sign_in(db, now, _link(db, now, one)) for one in (person_id, other))
    unused = _link(db, now, person_id)
    assert _who(db, token, now) is not None
    with db.transaction() as tx:
        end_engagement(tx, actor=SETUP, now=now + MINUTE, person_id=person_id)
    assert _who(db, token, now + MINUTE) is None
    assert _who(db, theirs, now + MINUTE) is not None
    with pytest.raises(LinkError, match="used or has expired"):
        _sign_in(db, now + MINUTE, unused)
    with db.reading() as tx:
        revoked = {row["person_id"]: row["revoked_at"] for row in tx.all(select(session))}
        told = tx.all(select(event.c.kind, event.c.subject).where(event.c.kind != "credential.enrolled"))
    assert revoked == {person_id: now + MINUTE, other: None}
    assert [tuple(row.values()) for row in told] == [("person.engagement_ended", f"person:{person_id}")]


@pytest.mark.promise(6)
def test_a_session_dies_with_the_engagement_though_nothing_runs(db: Database, now: Micros) -> None:
    start = now + 50 * MINUTE  # Ten minutes before the end, long before the session would end by itself.
    person_id = _person(db, now, days_left=0)
    token = _sign_in(db, start, _link(db, start, person_id))
    assert _who(db, token, now + HOUR - 1) is not None
    assert _who(db, token, now + HOUR) is None


@pytest.mark.promise(6)
def test_a_new_engagement_does_not_bring_an_old_session_back(db: Database, now: Micros) -> None:
    person_id = _person(db, now)
    token = _sign_in(db, now, _link(db, now, person_id))
    with db.transaction() as tx:
        end_engagement(tx, actor=SETUP, now=now + 1, person_id=person_id)
        engage(tx, actor=SETUP, now=now + 1, person_id=person_id, employer="E", team="T", starts=now + 1)
        sessions.stay(tx, now=now + 2, token=token)
    assert _who(db, token, now + 2) is None
    assert _who(db, _sign_in(db, now + 2, _link(db, now + 2, person_id)), now + 2) is not None


@pytest.mark.promise(6)
def test_a_link_made_before_the_end_opens_nothing_after_it(db: Database, now: Micros) -> None:
    person_id = _person(db, now, days_left=0)
    link = _link(db, now + HOUR - 1, person_id)
    with pytest.raises(NotEngagedError, match="engagement of yours is in force"):
        _sign_in(db, now + HOUR, link)


def test_no_link_is_made_for_someone_who_is_not_engaged(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, name="Agent 5", engaged=False)
    with pytest.raises(NotEngagedError, match="no engagement binds Agent 5 now"):
        _link(db, now, person_id)
    with pytest.raises(UnknownPersonError, match="number 404"):
        _link(db, now, 404)


def test_a_browser_left_alone_is_signed_out_and_one_in_use_is_not(db: Database, now: Micros) -> None:
    person_id = _person(db, now)
    idle, busy = (_sign_in(db, now, _link(db, now, person_id)) for _ in range(2))
    with db.reading() as tx:
        soon, later = (sessions.person_of(tx, busy, now + after) for after in (MINUTE, 50 * MINUTE))
    assert soon is not None
    assert later is not None
    assert (soon.renew, later.renew) == (False, True)
    with db.transaction() as tx:
        sessions.stay(tx, now=now + 50 * MINUTE, token=busy)
    assert _who(db, idle, now + sessions.IDLE) is None
    assert _who(db, busy, now + sessions.IDLE) is not None


def test_no_session_outlasts_half_a_day(db: Database, now: Micros) -> None:
    token = _sign_in(db, now, _link(db, now, _person(db, now)))
    at: int = now
    while at < now + DAY and _who(db, token, at) is not None:
        with db.transaction() as tx:
            sessions.stay(tx, now=at, token=token)
        at += 30 * MINUTE
    assert at == now + sessions.LONGEST


def test_signing_out_is_for_good(db: Database, now: Micros) -> None:
    token = _sign_in(db, now, _link(db, now, _person(db, now)))
    with db.transaction() as tx:
        sessions.sign_out(tx, now=now, token=token)
        sessions.stay(tx, now=now, token=token)
        sessions.sign_out(tx, now=now + 1, token=token)
    assert _who(db, token, now) is None
    with db.reading() as tx:
        assert tx.scalar(select(session.c.revoked_at)) == now


def _open(db: Database, now: int, person_id: int, *, label: str = "", old: str = "") -> str:
    with db.transaction() as tx:
        return sessions.open_session(
            tx,
            actor=Actor.person(person_id),
            now=now,
            person_id=person_id,
            method=Method.PASSKEY,
            label=label,
            old_token=old,
        )


def _me(db: Database, token: str, now: int) -> sessions.SignedIn:
    with db.reading() as tx:
        found = sessions.person_of(tx, token, now)
    assert found is not None
    return found


def test_whoever_comes_in_gets_a_token_that_nobody_had_and_the_one_before_is_dead(db: Database, now: Micros) -> None:
    """A token planted in a browser beforehand opens nothing, though somebody signs in there."""
    person_id, other = _person(db, now), _person(db, now)
    planted = _open(db, now, other)
    token = _open(db, now, person_id, old=planted)
    assert _who(db, planted, now) is None
    again = _sign_in_over(db, now, _link(db, now, person_id), token)
    assert len({planted, token, again}) == 3
    assert _who(db, token, now) is None
    assert (_me(db, again, now).person_id, _me(db, again, now).method) == (person_id, Method.LINK)


def _sign_in_over(db: Database, now: int, link: str, old: str) -> str:
    with db.transaction() as tx:
        return sessions.sign_in(tx, now=now, token=link, old_token=old)


def test_nobody_comes_in_without_an_engagement_and_what_the_browser_held_stays(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        gone = make_person(tx, now, engaged=False)
    held = _open(db, now, _person(db, now))
    with pytest.raises(NotEngagedError, match="No engagement of yours"):
        _open(db, now, gone, old=held)
    assert _who(db, held, now) is not None


def test_showing_again_who_one_is_changes_the_token_and_nothing_else(db: Database, now: Micros) -> None:
    person_id = _person(db, now)
    token = _open(db, now, person_id)
    before = _me(db, token, now)
    with db.transaction() as tx:
        fresh = sessions.rotate(tx, actor=before.actor, now=now + MINUTE, token=token)
    after = _me(db, fresh, now + MINUTE)
    assert _who(db, token, now + MINUTE) is None
    assert (after.session_id, after.stepped_up_at, before.stepped_up_at) == (before.session_id, now + MINUTE, None)
    assert after.session_ends == before.session_ends
    with db.transaction() as tx, pytest.raises(SessionOverError, match="over"):
        sessions.rotate(tx, actor=before.actor, now=now + MINUTE, token=token)


def test_nobody_rotates_the_session_of_somebody_else_or_a_dead_one(db: Database, now: Micros) -> None:
    person_id, other = _person(db, now), _person(db, now)
    token = _open(db, now, person_id)
    for actor, at in ((Actor.person(other), now), (Actor.person(person_id), now + sessions.IDLE)):
        with db.transaction() as tx, pytest.raises(SessionOverError, match="over"):
            sessions.rotate(tx, actor=actor, now=at, token=token)
    assert _who(db, token, now) is not None


def test_no_rotation_outlasts_half_a_day(db: Database, now: Micros) -> None:
    person_id, at = _person(db, now), int(now)
    token = _open(db, at, person_id)
    while at < now + DAY and _who(db, token, at) is not None:
        with db.transaction() as tx:
            token = sessions.rotate(tx, actor=Actor.person(person_id), now=at, token=token)
            sessions.stay(tx, now=at, token=token)
        at += 30 * MINUTE
    assert at == now + sessions.LONGEST


def test_a_person_sees_and_ends_their_own_sessions_and_nobody_elses(db: Database, now: Micros) -> None:
    person_id, other = _person(db, now), _person(db, now)
    here, there, third = (_open(db, now, person_id, label=f"Browser {n}\x00\u202e" + "x" * 200) for n in range(3))
    theirs = _open(db, now, other)
    me = _me(db, here, now)
    with db.reading() as tx:
        found = own_sessions(tx, person_id, now)
    assert {row["person_id"] for row in found} == {person_id}
    assert (len(found), {len(row["label"]) for row in found}) == (3, {sessions.LONGEST_LABEL})
    assert all(row["label"].startswith("Browser ") and row["label"].isprintable() for row in found)
    with db.transaction() as tx, pytest.raises(UnknownSessionError, match="no such session"):
        end_session(tx, actor=me.actor, now=now, session_id=_me(db, theirs, now).session_id)
    with db.transaction() as tx:
        end_session(tx, actor=me.actor, now=now, session_id=_me(db, there, now).session_id)
    with db.transaction() as tx:
        assert end_others(tx, actor=me.actor, now=now, keep=me.session_id) == 1
    assert [_who(db, token, now) is not None for token in (here, there, third, theirs)] == [True, False, False, True]
    with db.transaction() as tx, pytest.raises(UnknownSessionError, match="over already"):
        end_session(tx, actor=me.actor, now=now, session_id=found[0]["id"] if found[0]["id"] != me.session_id else 0)


def test_that_a_session_is_in_use_is_noted_now_and_then(db: Database, now: Micros) -> None:
    token, at = _open(db, now, _person(db, now)), now + sessions.LONGEST - MINUTE
    assert not _me(db, token, now + 4 * MINUTE).renew
    for later in range(now, at, 50 * MINUTE):
        with db.transaction() as tx:
            sessions.stay(tx, now=later, token=token)
    # Near its longest there is no later end to write, and yet it was seen.
    assert _me(db, token, at).renew
    with db.transaction() as tx:
        sessions.stay(tx, now=at, token=token)
    with db.reading() as tx:
        assert tx.scalar(select(session.c.seen_at)) == at
